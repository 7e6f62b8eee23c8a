"""A large month is divided by days: the same rows count, and a new day touches its own file only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.collecting.current import STATE, read_current, resolve_current
from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.parts import AT_ONCE, SPLIT_ABOVE, Part, parts_of, stretches
from pipelines.collecting.paths import Verdict
from pipelines.landing.files import write_parquet
from tests.declaring import PROVA

SOURCES = """\
  curves: {dataset: meter_intervals, format: intervals_csv, from: "${NZD_INBOX}/*.csv"}
  other: {dataset: meter_intervals, format: intervals_csv, from: "${NZD_INBOX}/o/*.csv"}
  corrections: {dataset: data_corrections, format: canonical_csv, from: "${NZD_INBOX}/c/*.csv"}
"""
# March 2026 in Rome: it begins on the evening of 28 February in UTC, and has an hour less.
FIRST, HOURS = datetime(2026, 2, 28, 23, tzinfo=UTC), 31 * 24 - 1
ARRIVED = datetime(2026, 4, 5, tzinfo=UTC)
LATER = ARRIVED + timedelta(days=30)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("districts")
    (folder / "prova.yaml").write_text(PROVA + SOURCES, encoding="utf-8")
    return load(folder)


Sends = Callable[..., Delivery]


@pytest.fixture
def sends(catalogue: Catalogue, tmp_path: Path) -> Sends:
    """Hourly readings of one point; the verdict counts as many rows as a large district has."""

    def send(
        begin: int, end: int, kwh: int, day: int, counted: int, source: str = "curves"
    ) -> Delivery:
        binding = next(one for one in catalogue.bindings if one.source_id == source)
        sha256 = hashlib.sha256(repr((begin, end, kwh, day, source)).encode()).hexdigest()
        hours = [FIRST + timedelta(hours=hour) for hour in range(begin, end)]
        rows = [
            {
                "point_id": "A", "carrier": "electricity", "flow": "import", "unit": "kWh",
                "interval_start": at, "interval_end": at + timedelta(hours=1),
                "quantity": Decimal(kwh), "quality": "measured", "month": "2026-03",
                "district_id": "prova", "source_id": source, "_sha256": sha256, "_row": number,
                "_known_at": ARRIVED + timedelta(days=day),
            }
            for number, at in enumerate(hours)
        ]  # fmt: skip
        path = tmp_path / f"{sha256}.parquet"
        write_parquet(pa.Table.from_pylist(rows, schema=binding.dataset.schema()), path)
        verdict = Verdict(
            accepted=True,
            rows_accepted=counted,
            months={"2026-03": counted},
            days={"2026-03": [f"{hours[0]:%Y-%m-%d}", f"{hours[-1]:%Y-%m-%d}"]},
        )
        received = Received(binding, sha256, "x.csv", ARRIVED + timedelta(days=day), day)
        return Delivery(received, verdict, path)

    return send


def current(view: Path, catalogue: Catalogue) -> list[dict[str, object]]:
    rows = read_current(view, catalogue.datasets["meter_intervals"]).to_pylist()
    return sorted(rows, key=lambda row: row["interval_start"])


def files(view: Path) -> dict[str, int]:
    folder = view / "current" / "meter_intervals"
    return {path.stem: path.stat().st_mtime_ns for path in folder.glob("????-??*.parquet")}


def test_a_divided_month_holds_what_an_undivided_one_holds(
    catalogue: Catalogue, sends: Sends, tmp_path: Path
) -> None:
    small = [sends(0, HOURS, 5, 0, 743), sends(300, 420, 7, 1, 120)]
    small.append(sends(330, 340, 9, 1, 10, source="other"))
    large = [sends(0, HOURS, 5, 0, SPLIT_ABOVE), sends(300, 420, 7, 1, 120), small[2]]

    found = resolve_current(catalogue, small, tmp_path / "month", LATER)["meter_intervals"]
    divided = resolve_current(catalogue, large, tmp_path / "days", LATER)["meter_intervals"]

    assert list(files(tmp_path / "month")) == ["2026-03"]
    assert sorted(files(tmp_path / "days")) == [f"2026-03-{day:02d}" for day in range(1, 32)]
    assert current(tmp_path / "month", catalogue) == current(tmp_path / "days", catalogue)
    assert len(current(tmp_path / "days", catalogue)) == HOURS
    assert [one.rows for one in found.restated] == [120]
    assert (found.restated, found.disagreements) == (divided.restated, divided.disagreements)


def test_a_new_day_rewrites_the_days_it_reaches_into_and_no_other(
    catalogue: Catalogue, sends: Sends, tmp_path: Path
) -> None:
    month = sends(0, HOURS, 5, 0, SPLIT_ABOVE + 1)
    resolve_current(catalogue, [month], tmp_path / "view", LATER)
    before = files(tmp_path / "view")

    again = sends(240, 264, 6, 1, 24)  # 11 March in Rome, from the evening of the 10th in UTC
    resolve_current(catalogue, [month, again], tmp_path / "view", LATER)

    after = files(tmp_path / "view")
    assert {name for name in after if after[name] != before[name]} == {"2026-03-10", "2026-03-11"}
    assert sum(row["quantity"] == 6 for row in current(tmp_path / "view", catalogue)) == 24


def test_a_month_of_which_a_day_is_corrected_is_resolved_whole_while_it_is(
    catalogue: Catalogue, sends: Sends, tmp_path: Path
) -> None:
    """A local day lies in two days of UTC, and what it adds up to is seen only from both."""
    month = sends(0, HOURS, 5, 0, SPLIT_ABOVE + 1)
    entry = {
        "correction_id": "C1", "about_source": "curves", "point_id": "A", "first_day": date(2026, 3, 11),
        "value_received": Decimal(120), "value_right": Decimal(10), "unit": "kWh", "treatment": "apply",
        "status": "open", "expires_on": date(2026, 4, 30), "district_id": "prova", "source_id": "corrections",
    }  # fmt: skip
    binding = next(one for one in catalogue.bindings if one.source_id == "corrections")
    path = tmp_path / "register.parquet"
    write_parquet(pa.Table.from_pylist([entry], schema=binding.dataset.schema()), path)
    verdict = Verdict(accepted=True, rows_accepted=1, months={"all": 1})
    register = Delivery(Received(binding, "c" * 64, "r.csv", ARRIVED, 0), verdict, path)

    resolve_current(catalogue, [month, register], tmp_path / "view", LATER - timedelta(days=9))
    mended = [row for row in current(tmp_path / "view", catalogue) if row["quality"] == "corrected"]
    assert list(files(tmp_path / "view")) == ["2026-03"]
    assert len(mended) == 24
    assert sum(row["quantity"] for row in mended) == 10

    resolve_current(catalogue, [month, register], tmp_path / "view", LATER)
    assert len(files(tmp_path / "view")) == 31
    assert {row["quantity"] for row in current(tmp_path / "view", catalogue)} == {5}


@pytest.mark.parametrize("how", ["flipped", "gone"])
def test_a_damaged_day_is_made_again_and_is_the_same(
    catalogue: Catalogue, sends: Sends, tmp_path: Path, how: str
) -> None:
    month = sends(0, HOURS, 5, 0, SPLIT_ABOVE + 1)
    resolve_current(catalogue, [month], tmp_path / "view", LATER)
    folder = tmp_path / "view/current/meter_intervals"
    path, state = folder / "2026-03-17.parquet", (folder / STATE).read_text()
    whole = path.read_bytes()
    path.unlink() if how == "gone" else path.write_bytes(whole[:-9] + b"x" + whole[-8:])

    resolve_current(catalogue, [month], tmp_path / "view", LATER)

    assert (path.read_bytes(), (folder / STATE).read_text()) == (whole, state)


def test_a_delivery_judged_before_days_were_noted_may_reach_into_all_of_its_month(
    catalogue: Catalogue, sends: Sends
) -> None:
    day = sends(240, 264, 6, 1, SPLIT_ABOVE + 1)
    old = replace(day, verdict=replace(day.verdict, days={}))
    dataset = catalogue.datasets["meter_intervals"]

    assert [one.name for one in parts_of(dataset, [day], [], [], LATER)] == [
        "2026-03-10",
        "2026-03-11",
    ]
    assert len([*parts_of(dataset, [old], [], [], LATER)]) == 31


def test_a_query_takes_so_many_rows_that_memory_suffices() -> None:
    days = [Part(f"2026-03-{day}", "2026-03", day, AT_ONCE // 3, ()) for day in range(10, 20)]
    apart = [*days[:2], *days[5:]]

    assert [len(one) for one in stretches(days)] == [3, 3, 3, 1]
    assert [len(one) for one in stretches(apart)] == [2, 3, 2]
    assert [len(one) for one in stretches([Part("all", None, None, AT_ONCE * 2, ())])] == [1]
