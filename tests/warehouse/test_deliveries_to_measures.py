"""However readings are ordered, split, repeated and sent again, the measures of the months are the same.

Belongs here: files through collection to months of points. Does not belong here: which rows count
(`tests/faults/test_any_order_of_deliveries.py`).
"""

from __future__ import annotations

import random
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.collecting.current import read_current
from pipelines.settings import Settings, checkout
from tests.warehouse.models import Models, total
from tests.warehouse.small_district import DISTRICT

Row = dict[str, Any]
DECLARED = f"""\
id: {DISTRICT}
name: Prova
city: Prova
boundary:
  - version: "1"
    valid_from: 2024-01-01
    municipalities: ["100005"]
    description: {{it: prova, en: test}}
sources:
  water:
    dataset: meter_registers
    format: water_readings_csv
    from: "${{NZD_INBOX}}/*.csv"
"""
HEADER = (
    "Codice utenza;Ubicazione;Matricola contatore;Data lettura;Lettura (mc);Tipo lettura;Motivo"
)
ARRIVED = datetime(2026, 9, 10, 8, tzinfo=UTC)
USES = {"U-1": 3, "U-2": 7}
"""Cubic metres a day."""


def _lines() -> list[str]:
    """Two meters read every twelve days from spring to summer; one is exchanged, one is estimated twice."""
    found = []
    for user, daily in USES.items():
        for number in range(14):
            day = date(2026, 3, 5) + timedelta(days=12 * number)
            serial, since = ("B", 7) if user == "U-2" and number > 7 else ("A", 0)
            how = "stimata" if user == "U-1" and number in (4, 5) else "rilevata"
            shown = daily * 12 * (number - since) + (5 if how == "stimata" else 0)
            at = f"{day:%d/%m/%Y}"
            found.append(f"{user};x;{serial}{user};{at};{shown};{how};periodica")
            if user == "U-2" and number == 7:
                found[-1] = found[-1].replace("periodica", "cambio uscita")
                found.append(f"{user};x;B{user};{at};0;rilevata;cambio entrata")
    return found


LINES = _lines()


def measured(models: Models, rounds: list[list[list[str]]]) -> list[Row]:
    """Months of points after these rounds of files, each a list of lines."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        districts, home = root / "districts", root / "home"
        (home / "inbox").mkdir(parents=True)
        districts.mkdir()
        (districts / f"{DISTRICT}.yaml").write_text(DECLARED, encoding="utf-8")
        deployment = Settings(checkout(), home, districts, home / "inbox", home)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("NZD_INBOX", str(home / "inbox"))
            catalogue = load(districts)
            for day, files in enumerate(rounds):
                for number, lines in enumerate(files):
                    path = home / "inbox" / f"{day}-{number}.csv"
                    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
                collect_all(deployment, catalogue, ARRIVED + timedelta(days=day))
        current = read_current(home, catalogue.datasets["meter_registers"]).to_pylist()
    given_rows = [
        {**row, "sha256": row["_sha256"], "source_row": row["_row"], "known_at": row["_known_at"]}
        for row in current
    ]
    months = models.run({"stg_meter_registers": given_rows}, "int_register_months")
    return [
        {name: value for name, value in row.items() if name != "known_at"}
        for row in months["int_register_months"]
    ]


@pytest.fixture(scope="module")
def expected(models: Models) -> list[Row]:
    return measured(models, [[LINES]])


def test_what_is_measured_at_all_is_what_was_used(expected: list[Row]) -> None:
    days = 12 * 13
    for user, daily in USES.items():
        assert total(expected, "quantity", point_id=user) == days * daily
    assert {row["month"] for row in expected} == {f"2026-{n:02}" for n in range(3, 9)}
    assert total(expected, "estimated_quantity") == Decimal(0)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    cuts=st.integers(1, 5), rounds=st.integers(1, 3), again=st.integers(0, 20), chance=st.randoms()
)
def test_order_splitting_and_resending_leave_every_measure_as_it_is(
    models: Models, expected: list[Row], cuts: int, rounds: int, again: int, chance: random.Random
) -> None:  # fmt: skip
    lines = [*LINES, *chance.sample(LINES, again)]
    chance.shuffle(lines)
    files = [lines[place::cuts] for place in range(cuts)]
    files.append(files[0])  # once more, byte by byte, under another name
    sent = [files[place::rounds] for place in range(rounds)]

    assert measured(models, [one for one in sent if one]) == expected
