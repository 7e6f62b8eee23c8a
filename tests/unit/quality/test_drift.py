"""What changed about a source's files is found, named and met with the declared reaction."""

import pytest

from pipelines.catalogue.drift import Drift
from pipelines.catalogue.format_reading import Read
from pipelines.connectors.parsers.delivery import Findings
from pipelines.connectors.parsers.reading import tables
from pipelines.connectors.parsers.shape import outlined
from pipelines.quality.drift import changes, likely_name, refused_by

CSV = Read(file="csv", decimal=",")
MONTH = [f"{day:02d}/07/2026" for day in range(1, 29)]


def shape(header, *columns):
    rows = [";".join(cells) for cells in zip(*columns, strict=True)]
    findings = Findings()
    for table in tables("\n".join([header, *rows]).encode(), CSV):
        outlined(findings, table)
    return tuple(findings.columns.values())


def numbers(factor=1):
    return [f"{n * factor:.3f}".replace(".", ",") for n in range(1, 29)]


POINTS = [f"IT001E0000{n:04d}" for n in range(28)]
BEFORE = shape("POD;Giorno;Energia (kWh)", POINTS, MONTH, numbers())


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (shape("POD;Giorno;Energia (kWh)", POINTS, MONTH, numbers(1.3)), []),
        (shape(" pod ;GIORNO;energia  (kWh)", POINTS, MONTH, numbers()), []),
        (
            shape("POD;Giorno;Energia (kWh);Note", POINTS, MONTH, numbers(), ["ok"] * 28),
            [("COLUMN_ADDED", "note")],
        ),
        (shape("POD;Energia (kWh)", POINTS, numbers()), [("COLUMN_REMOVED", "giorno")]),
        (
            shape("Codice POD;Giorno;Energia (kWh)", POINTS, MONTH, numbers()),
            [("COLUMN_RENAMED", "pod → codice pod")],
        ),
        (
            shape("Giorno;POD;Energia (kWh)", MONTH, POINTS, numbers()),
            [("COLUMNS_REORDERED", "giorno, pod, energia (kwh)")],
        ),
        (
            shape("POD;Giorno;Energia (kWh)", POINTS, ["luglio"] * 28, numbers()),
            [("COLUMN_RETYPED", "giorno (moment) → giorno (text)")],
        ),
        (
            shape("POD;Giorno;Energia (MWh)", POINTS, MONTH, numbers(0.001)),
            [("HEADER_UNIT_CHANGED", "energia (kwh) → energia (mwh)")],
        ),
        (
            shape("POD;Giorno;Energia (kWh)", POINTS, MONTH, numbers(1000)),
            [("SCALE_JUMP", "energia (kwh) ~14.5 → ~14500")],
        ),
    ],
    ids=[
        "none",
        "spelling",
        "added",
        "removed",
        "renamed",
        "reordered",
        "retyped",
        "unit",
        "scale",
    ],
)
def test_each_class_of_change_is_named(after, found):
    assert [(one.code, one.said) for one in changes(after, [BEFORE])] == found


def test_a_source_that_sends_two_kinds_of_file_in_turn_does_not_drift():
    other = shape("PDR;Lettura", POINTS, numbers())

    assert changes(BEFORE, []) == []
    assert changes(other, [BEFORE])
    assert changes(BEFORE, [BEFORE, other]) == []


def test_the_declared_reaction_decides_and_a_changed_unit_is_refused_by_default():
    unit = changes(shape("POD;Giorno;Energia (MWh)", POINTS, MONTH, numbers()), [BEFORE])
    added = changes(
        shape("POD;Giorno;Energia (kWh);Note", POINTS, MONTH, numbers(), ["a"] * 28), [BEFORE]
    )

    assert refused_by(unit, Drift(), set()).code == "HEADER_UNIT_CHANGED"
    assert refused_by(unit, Drift(unit_change="warn"), set()) is None
    assert refused_by(added, Drift(), set()) is None
    assert refused_by(added, Drift(unknown_column="refuse"), set()).code == "COLUMN_ADDED"


def test_a_jump_by_a_thousand_in_a_column_that_is_read_is_refused_unless_declared():
    jump = changes(shape("POD;Giorno;Energia (kWh)", POINTS, MONTH, numbers(1000)), [BEFORE])

    assert refused_by(jump, Drift(), {"energia (kwh)"}).code == "SCALE_JUMP"
    assert refused_by(jump, Drift(), {"pod"}) is None
    assert refused_by(jump, Drift(scale_jump="warn"), {"energia (kwh)"}) is None


def test_a_missing_column_is_recognised_by_its_values_its_place_or_its_name():
    by_values = shape("Giorno;Punto;Energia (kWh)", MONTH, POINTS, numbers())
    by_place = shape("Fornitura;Giorno;Energia (kWh)", ["X1"] * 28, MONTH, numbers())
    by_name = shape("Giorno;Energia (kWh);Cod. POD", MONTH, numbers(), ["X1"] * 28)

    assert likely_name("pod", by_values, [BEFORE]) == "punto"
    assert likely_name("pod", by_place, [BEFORE]) == "fornitura"
    assert likely_name("codice pod", by_name, []) == "cod. pod"
    assert likely_name("pod", shape("Giorno", MONTH), [BEFORE]) is None
