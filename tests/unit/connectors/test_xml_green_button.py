"""Green Button feeds: links instead of nesting, scales and units, and what such feeds get wrong."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow.compute as pc
import pytest

from pipelines.connectors.parsers import DeliveryRefused, Parsed
from tests.unit.connectors.conftest import Read

HOUR, START = 3600, 1_767_225_600  # 2026-01-01T00:00Z
POINT = "User/1/UsagePoint/01"
KINDS = {"electricity": "0", "natural_gas": "1", "water": "2", "district_heat": "4"}


def entry(content: str, own: str, *related: str, up: str = "") -> str:
    links = f'<link rel="self" href="{own}"/>' + (f'<link rel="up" href="{up}"/>' if up else "")
    links += "".join(f'<link rel="related" href="{one}"/>' for one in related)
    return f"<entry>{links}<title/><content>{content}</content></entry>"


def point(service: str = "0") -> str:
    content = f'<UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>{service}</kind>'
    return entry(
        f"{content}</ServiceCategory></UsagePoint>", POINT, f"{POINT}/MeterReading",
        up="User/1/UsagePoint",
    )  # fmt: skip


def reading_type(uom: str = "72", power: str = "0", more: str = "", number: str = "01") -> str:
    return entry(
        '<ReadingType xmlns="http://naesb.org/espi">'
        f"<powerOfTenMultiplier>{power}</powerOfTenMultiplier><uom>{uom}</uom>{more}</ReadingType>",
        f"/ReadingType/{number}",
    )


def meter_reading(number: str = "01", kind: str = "01") -> str:
    own = f"{POINT}/MeterReading/{number}"
    return entry(
        '<MeterReading xmlns="http://naesb.org/espi"/>', own, f"/ReadingType/{kind}",
        f"{own}/IntervalBlock", up=f"{POINT}/MeterReading",
    )  # fmt: skip


def block(*readings: tuple[int, int, str], number: str = "01", name: str = "1") -> str:
    inner = "".join(
        f"<IntervalReading><timePeriod><duration>{length}</duration><start>{start}</start>"
        f"</timePeriod><value>{value}</value></IntervalReading>"
        for start, length, value in readings
    )
    folder = f"{POINT}/MeterReading/{number}/IntervalBlock"
    content = f'<IntervalBlock xmlns="http://naesb.org/espi">{inner}</IntervalBlock>'
    return entry(content, f"{folder}/{name}", up=folder)


def hours(*values: str, first: int = START) -> list[tuple[int, int, str]]:
    return [(first + place * HOUR, HOUR, value) for place, value in enumerate(values)]


def feed(*entries: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id>{"".join(entries)}</feed>'


def read_it(read: Read, blob: str, form: str = "green_button_intervals", **over: Any) -> Parsed:
    dataset = {"registers": "meter_registers", "intervals": "meter_intervals"}[form[13:]]
    return read(blob, form, dataset, **over)


def quantities(parsed: Parsed) -> list[Decimal]:
    found: list[Decimal] = parsed.table["quantity"].to_pylist()
    return found


def test_m12_what_belongs_together_is_said_by_links_in_any_order(read: Read) -> None:
    entries = [point(), reading_type(), meter_reading(), block(*hours("1000", "2500"))]
    expected = [Decimal(1), Decimal("2.5")]

    for seed in range(6):
        random.Random(seed).shuffle(entries)  # noqa: S311 - any order will do
        parsed = read_it(read, feed(*entries))
        assert quantities(parsed) == expected
        assert set(parsed.table["point_id"].to_pylist()) == {POINT}
        assert parsed.table["interval_start"][0].as_py() == datetime(2026, 1, 1, tzinfo=UTC)


def test_m12_prefixed_and_default_namespaces_are_one(read: Read) -> None:
    blob = feed(point(), reading_type(), meter_reading(), block(*hours("1000")))
    for name in ("UsagePoint", "ReadingType", "MeterReading", "IntervalBlock"):
        blob = blob.replace(f'<{name} xmlns="http://naesb.org/espi"', f"<espi:{name}")
        blob = blob.replace(f"</{name}>", f"</espi:{name}>")
    blob = blob.replace("<feed ", '<feed xmlns:espi="http://naesb.org/espi" ')

    assert quantities(read_it(read, blob)) == [Decimal(1)]


@pytest.mark.parametrize(
    ("uom", "power", "service", "value", "kwh_or_m3"),
    [
        ("72", "-3", "electricity", "1500000", "1.5"),
        ("72", "3", "electricity", "15", "15"),
        ("169", "-3", "natural_gas", "37000", "1084.362125"),  # 37 therm × 29.307107017222… kWh
        ("132", "0", "natural_gas", "100000", "29.307107"),
        ("42", "-3", "water", "1234", "1.234"),
        ("134", "0", "water", "250", "0.25"),
        ("119", "0", "water", "1000", "28.316847"),
    ],
)
def test_m12_scale_and_unit_of_the_reading_type(
    read: Read, uom: str, power: str, service: str, value: str, kwh_or_m3: str
) -> None:
    parsed = read_it(
        read,
        feed(
            point(KINDS[service]), reading_type(uom, power), meter_reading(), block(*hours(value))
        ),
    )

    expected = Decimal(kwh_or_m3)
    if uom == "169":
        exact = 37 * Decimal("105.505585262") / Decimal("3.6")
        expected = exact.quantize(Decimal("0.000001"))
    assert quantities(parsed) == [expected]
    assert parsed.table["carrier"].to_pylist() == [service]


def test_m12_cubic_metres_of_gas_without_a_coefficient_are_rejected(read: Read) -> None:
    blob = feed(point("1"), reading_type("42"), meter_reading(), block(*hours("5")))

    parsed = read_it(read, blob)

    assert [one.code for one in parsed.rejects] == ["WRONG_UNIT"]


def test_m12_power_is_not_taken_for_energy(read: Read) -> None:
    blob = feed(point(), reading_type("38"), meter_reading(), block(*hours("5")))

    assert {one.code for one in read_it(read, blob).rejects} == {"WRONG_UNIT"}


def test_m12_two_reading_types_keep_their_series_apart(read: Read) -> None:
    blob = feed(
        point(),
        reading_type(more="<flowDirection>1</flowDirection>"),
        reading_type(power="3", more="<flowDirection>19</flowDirection>", number="02"),
        meter_reading(),
        meter_reading("02", "02"),
        block(*hours("1000")),
        block(*hours("7"), number="02"),
    )

    parsed = read_it(read, blob)

    assert dict(zip(parsed.table["flow"].to_pylist(), quantities(parsed), strict=True)) == {
        "import": Decimal(1),
        "export": Decimal(7),
    }


def test_m12_cumulative_readings_are_registers_and_no_quantities(read: Read) -> None:
    blob = feed(
        point(), reading_type(more="<accumulationBehaviour>3</accumulationBehaviour>"),
        meter_reading(), block((START, 0, "5000"), (START + HOUR, 0, "6000")),
    )  # fmt: skip

    registers = read_it(read, blob, "green_button_registers")

    assert [row["reading"] for row in registers.table.to_pylist()] == [Decimal(5), Decimal(6)]
    assert registers.table["read_at"][1].as_py() == datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert read_it(read, blob).table.num_rows == 0


def test_m12_blocks_out_of_order_give_the_same_series(read: Read) -> None:
    late = block(*hours("3000", "4000", first=START + 2 * HOUR), name="2")
    early = block(*hours("1000", "2000"))
    blob = feed(late, early, point(), reading_type(), meter_reading())

    assert quantities(read_it(read, blob)) == [Decimal(n) for n in (1, 2, 3, 4)]


def test_m12_a_reading_sent_twice_is_one_and_two_that_overlap_are_none(read: Read) -> None:
    common = (point(), reading_type(), meter_reading())
    twice = feed(*common, block(*hours("1000", "2000")), block(*hours("1000"), name="2"))
    crossed = feed(
        *common, block(*hours("1000", "2000", "4000")), block((START + 1800, HOUR, "9"), name="2")
    )

    same, other = read_it(read, twice), read_it(read, crossed)

    assert quantities(same) == [Decimal(1), Decimal(2)]
    assert [note.code for note in same.notes] == ["DUPLICATE_ROW"]
    assert quantities(other) == [Decimal(4)]
    assert {(one.code, one.raw) for one in other.rejects} == {
        ("NOT_COUNTED", "overlaps another reading")
    }
    assert len(other.rejects) == 3


@pytest.mark.parametrize(
    ("left_out", "said"),
    [(0, "no UsagePoint is linked"), (1, "no ReadingType is linked"),
     (2, "no MeterReading is linked")],
)  # fmt: skip
def test_m12_a_missing_link_rejects_its_readings_with_the_reason(
    read: Read, left_out: int, said: str
) -> None:
    entries = [point(), reading_type(), meter_reading(), block(*hours("1000"))]
    del entries[left_out]

    parsed = read_it(read, feed(*entries))

    assert parsed.table.num_rows == 0
    assert [(one.code, one.raw) for one in parsed.rejects] == [("NOT_COUNTED", said)]


def test_m12_a_quantity_in_no_time_is_rejected(read: Read) -> None:
    blob = feed(point(), reading_type(), meter_reading(), block((START, 0, "5")))

    assert [one.raw for one in read_it(read, blob).rejects] == ["duration 0"]


def test_m12_a_feed_without_readings_is_refused(read: Read) -> None:
    with pytest.raises(DeliveryRefused, match="HEADER_ONLY"):
        read_it(read, feed(point()), over={"read": {"empty": "refused"}})


def test_m12_estimated_readings_say_so(read: Read) -> None:
    blob = feed(point(), reading_type(), meter_reading(), block(*hours("1000"))).replace(
        "</timePeriod>", "</timePeriod><ReadingQuality><quality>8</quality></ReadingQuality>"
    )

    parsed = read_it(read, blob)

    assert parsed.table["quality"].to_pylist() == ["estimated"]
    assert pc.sum(parsed.table["quantity"]).as_py() == 1
