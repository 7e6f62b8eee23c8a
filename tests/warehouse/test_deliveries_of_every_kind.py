"""Readings, bills and curves, with corrections: in whatever order and pieces they come, the same months come of them;
and what was known at an earlier moment can be looked at again after exchanges, late readings and annulments.

Belongs here: files through collection to months of points. Does not belong here: readings alone
(`test_deliveries_to_measures.py`).
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.collecting.collect import collect_all, refresh_current
from pipelines.collecting.current import read_current
from pipelines.settings import Settings, as_of, checkout
from tests.warehouse.models import Models, one
from tests.warehouse.small_district import DISTRICT, ROME

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
  water: {{dataset: meter_registers, format: water_readings_csv, from: "${{NZD_INBOX}}/water*.csv"}}
  portal: {{dataset: meter_registers, format: portale_consumi_electricity_readings, from: "${{NZD_INBOX}}/portal*.csv"}}
  bills: {{dataset: utility_bills, format: canonical_csv, from: "${{NZD_INBOX}}/bills*.csv"}}
  curves:
    {{dataset: meter_intervals, format: intervals_csv, from: "${{NZD_INBOX}}/curves*.csv", with: {{interval: PT1H}}}}
"""
HEADERS = {
    "water": "Codice utenza;Ubicazione;Matricola contatore;Data lettura;Lettura (mc);Tipo lettura;Motivo",
    "portal": "pod;data_lettura;motivazione;ea1;lettura_monoraria;"
    "lettura_f1;lettura_f2;lettura_f3;lettura_f4;lettura_f5;lettura_f6",
    "bills": "point_id,carrier,bill_id,period_start,period_end,quantity,unit,amount_net_eur,bill_kind,quality",
    "curves": "punto;vettore;flusso;inizio;valore;unita;qualita",
}
DATASETS = ("meter_registers", "utility_bills", "meter_intervals")
ARRIVED = datetime(2026, 9, 10, 8, tzinfo=UTC)
Round = dict[str, list[str]]
"""Lines by file; the file's name begins with its source."""


@dataclass(frozen=True)
class Deployment:
    """A small home that files arrive in."""

    settings: Settings
    catalogue: Catalogue

    def receive(self, files: Round, moment: datetime) -> None:
        for name, lines in files.items():
            header = HEADERS[name.split("-")[0]]
            path = self.settings.home / "inbox" / f"{name}.csv"
            path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        collect_all(self.settings, self.catalogue, moment)

    def known(self, models: Models, moment: datetime | None = None) -> list[Row]:
        """Months of points, now or as known at a moment, without when they came to be known."""
        view = self.settings
        if moment is not None:
            view = as_of(view, moment)
            refresh_current(view, self.catalogue, moment)
        given = {}
        for name in DATASETS:
            rows = read_current(view.view, self.catalogue.datasets[name]).to_pylist()
            given[f"stg_{name}"] = [
                {**row, "sha256": row["_sha256"], "source_row": row["_row"], "known_at": row["_known_at"],
                 "part": row["month"]}
                for row in rows
            ]  # fmt: skip
        months = models.run(given, "int_point_months")["int_point_months"]
        return [
            {name: value for name, value in row.items() if name != "known_at"} for row in months
        ]


@contextmanager
def deployment() -> Iterator[Deployment]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        root = Path(folder)
        home, districts = root / "home", root / "districts"
        (home / "inbox").mkdir(parents=True)
        districts.mkdir()
        (districts / f"{DISTRICT}.yaml").write_text(DECLARED, encoding="utf-8")
        environment.setenv("NZD_INBOX", str(home / "inbox"))
        found = Settings(checkout(), home, districts, home / "inbox", home)
        yield Deployment(found, load(districts))


def _water(
    day: date, shown: int, *, serial: str = "A", how: str = "rilevata", why: str = "periodica"
) -> str:
    return f"U-1;x;{serial};{day:%d/%m/%Y};{shown};{how};{why}"


def _bill(number: int, kwh: int, kind: str = "regular", quality: str = "measured") -> str:
    start = date(2026, 1, 7) + timedelta(days=40 * number)
    end = start + timedelta(days=40)
    return (
        f"B-1,electricity,{number}{kind[0]},{start},{end},{kwh},kWh,{kwh / 4:.2f},{kind},{quality}"
    )


def _interval(number: int, wh: int) -> str:
    at = datetime(2026, 3, 27, tzinfo=ROME).astimezone(UTC) + timedelta(hours=number)
    return f"C-1;elettricità;prelievo;{at.isoformat()};{wh};kWh;E"


FIRST: Round = {
    "water": [_water(date(2026, 1, 5) + timedelta(days=20 * n), 60 * n) for n in range(8)],
    "bills": [_bill(n, 400 + n, "advance", "estimated") for n in range(4)],
    "curves": [_interval(n, 10 + n) for n in range(30)],
}
CORRECTED: Round = {
    "water": [_water(date(2026, 1, 5) + timedelta(days=20 * n), 60 * n + 7) for n in (2, 5)],
    "bills": [_bill(0, 390, "settlement"), _bill(1, 420, "settlement")],
    "curves": [_interval(n, 99) for n in (3, 12, 13)],
}


@pytest.fixture(scope="module")
def expected(models: Models) -> list[Row]:
    with deployment() as home:
        home.receive(FIRST, ARRIVED)
        before = home.known(models)
        again = {f"{name}-again": rows for name, rows in CORRECTED.items()}
        home.receive(again, ARRIVED + timedelta(days=1))
        after = home.known(models)
    assert {row["method"] for row in after} == {"register", "bill", "interval"}
    assert before != after
    return after


@settings(
    max_examples=3, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    cuts=st.integers(1, 4), rounds=st.integers(1, 3), again=st.integers(0, 4), chance=st.randoms()
)
def test_order_pieces_and_repetition_leave_every_month_as_it_is(
    models: Models, expected: list[Row], cuts: int, rounds: int, again: int, chance: random.Random
) -> None:
    """What was sent first comes in any pieces over several rounds, its corrections after it in any pieces."""
    with deployment() as home:
        moment = ARRIVED
        for sent, days in ((FIRST, rounds), (CORRECTED, 2)):
            pieces = []
            for name, rows in sent.items():
                lines = [*rows, *chance.sample(rows, min(again, len(rows)))]
                chance.shuffle(lines)
                pieces += [(f"{name}-{days}-{n}", lines[n::cuts]) for n in range(cuts)]
                pieces.append((f"{name}-{days}-copy", lines[::cuts]))
            chance.shuffle(pieces)
            for day in range(days):
                home.receive({name: rows for name, rows in pieces[day::days] if rows}, moment)
                moment += timedelta(days=1)

        assert home.known(models) == expected


READ = [(date(2026, 1, 1), 100), (date(2026, 2, 1), 200), (date(2026, 3, 1), 300)]


def _portal(day: date, shown: int, reason: str = "") -> str:
    return f"IT001E00000001;{day:%d/%m/%Y};{reason};;{shown};;;;;;"


HISTORY: list[Round] = [
    {
        "water-1": [_water(date(2026, month, 1), 31 * month) for month in (1, 2, 3)],
        "portal-1": [_portal(*each) for each in READ],
    },
    {  # the water meter is exchanged; a reading of electricity is annulled
        "water-2": [
            _water(date(2026, 3, 15), 107, why="cambio uscita"),
            _water(date(2026, 3, 15), 0, serial="B", why="cambio entrata"),
            _water(date(2026, 4, 1), 50, serial="B"),
        ],
        "portal-2": [_portal(date(2026, 3, 1), 300, "Annullamento")],
    },
    {  # a reading of February comes late, and the annulled one as it really was
        "water-3": [_water(date(2026, 2, 15), 90)],
        "portal-3": [_portal(date(2026, 3, 1), 280), _portal(date(2026, 4, 1), 390)],
    },
]


def test_looking_back_gives_the_months_as_they_were_known(models: Models) -> None:
    with deployment() as home:
        moments = [ARRIVED + timedelta(days=30 * n) for n in range(len(HISTORY))]
        then = []
        for sent, moment in zip(HISTORY, moments, strict=True):
            home.receive(sent, moment)
            then.append(home.known(models))

        for moment, known in zip(moments, then, strict=True):
            assert home.known(models, moment) == known

    def told(known: list[Row], point_id: str, month: str) -> object:
        rows = [row for row in known if row["point_id"] == point_id and row["month"] == month]
        return one(rows)["quantity"] if rows else None

    pod = "IT001E00000001"
    assert [told(known, pod, "2026-02") for known in then] == [100, None, 80]
    # Exchanged in the second round: 107 - 93 on the old meter and 50 on the new one.
    assert [told(known, "U-1", "2026-03") for known in then] == [None, 64, 64]
    # The late reading splits February's span where it was read, and adds nothing to it.
    assert [told(known, "U-1", "2026-02") for known in then] == [31, 31, 31]
