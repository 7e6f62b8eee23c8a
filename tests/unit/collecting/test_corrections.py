"""A correction changes the rows it means, from the day it is known, for as long as it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all, refresh_current
from pipelines.collecting.current import read_current
from pipelines.collecting.mending import _laid_out
from pipelines.settings import Settings, as_of, settings
from tests.declaring import PROVA

FIRST = datetime(2026, 4, 10, 8, tzinfo=UTC)
SECOND, THIRD = FIRST + timedelta(days=5), FIRST + timedelta(days=30)
SOURCES = """\
  curves: {dataset: meter_intervals, format: canonical_csv, from: "${NZD_INBOX}/curves/*.csv"}
  readings: {dataset: meter_registers, format: canonical_csv, from: "${NZD_INBOX}/readings/*.csv"}
  bills: {dataset: utility_bills, format: canonical_csv, from: "${NZD_INBOX}/bills/*.csv"}
  corrections: {dataset: data_corrections, format: canonical_csv, from: "${NZD_INBOX}/corrections/*.csv"}
"""
CURVE = """\
point_id,carrier,flow,interval_start,interval_end,quantity,unit,quality
A1,electricity,import,2026-03-08T23:00:00Z,2026-03-09T11:00:00Z,{0},kWh,measured
A1,electricity,import,2026-03-09T11:00:00Z,2026-03-09T23:00:00Z,{1},kWh,measured
A1,electricity,import,2026-03-09T23:00:00Z,2026-03-10T11:00:00Z,7,kWh,measured
B1,electricity,import,2026-03-08T23:00:00Z,2026-03-09T11:00:00Z,5,kWh,measured
"""
ENTRY = {
    "correction_id": "C1", "about_source": "curves", "point_id": "A1", "first_day": "2026-03-09",
    "what_is_wrong": "Wh", "value_received": "3000", "value_right": "1", "unit": "kWh", "treatment": "apply",
    "status": "open", "expires_on": "2026-12-31",
}  # fmt: skip


class Place:
    """A district of one point whose curve and register are files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "districts").mkdir()
        (root / "districts" / "prova.yaml").write_text(PROVA + SOURCES, encoding="utf-8")
        self.deployment: Settings = settings()
        self.catalogue = load(self.deployment.districts)

    def send(self, source: str, name: str, text: str) -> None:
        path = self.root / "inbox" / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def enter(self, name: str, *entries: dict[str, str]) -> None:
        columns = list(dict.fromkeys(key for one in entries for key in one))
        lines = [",".join(columns)] + [",".join(one.get(c, "") for c in columns) for one in entries]
        self.send("corrections", name, "\n".join(lines) + "\n")

    def collect(self, at: datetime) -> None:
        collect_all(self.deployment, self.catalogue, at)

    def rows(self, dataset: str, view: Settings | None = None) -> list[dict[str, Any]]:
        place = (view or self.deployment).view
        return read_current(place, self.catalogue.datasets[dataset]).to_pylist()

    def curve(self, view: Settings | None = None) -> list[tuple[str, Decimal, str]]:
        rows = self.rows("meter_intervals", view)
        return [(row["point_id"], row["quantity"], row["quality"]) for row in rows]

    def told(self, view: Settings | None = None) -> list[dict[str, Any]]:
        place = (view or self.deployment).view
        return pq.read_table(place / "collected" / "corrections.parquet").to_pylist()

    def codes(self) -> set[str]:
        path = self.deployment.view / "collected" / "findings.parquet"
        found = pq.read_table(path).to_pylist()
        return {row["code"] for row in found if row["code"].startswith(("VALUE_", "CORRECTION_"))}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("NZD_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("NZD_DISTRICTS", str(tmp_path / "districts"))
    monkeypatch.setenv("NZD_INBOX", str(tmp_path / "inbox"))
    monkeypatch.setenv("NZD_NOW", THIRD.isoformat())
    found = Place(tmp_path)
    found.send("curves", "marzo.csv", CURVE.format(1000, 2000))
    found.collect(FIRST)
    return found


WRONG = [("A1", Decimal(1000), "measured"), ("A1", Decimal(2000), "measured")]
OTHERS = [("A1", Decimal(7), "measured"), ("B1", Decimal(5), "measured")]


def test_the_right_value_counts_from_the_day_it_is_known_and_says_that_it_is_no_measurement(
    place: Place,
) -> None:
    place.enter("r1.csv", ENTRY)
    place.collect(SECOND)

    mended = [("A1", Decimal("0.333333"), "corrected"), ("A1", Decimal("0.666667"), "corrected")]
    assert place.curve() == mended + OTHERS
    assert place.rows("meter_intervals")[0]["_known_at"] == SECOND
    assert place.codes() == {"VALUE_CORRECTED", "CORRECTION_UNTOLD"}
    assert [(one["state"], one["rows"], one["carrier"]) for one in place.told()] == [
        ("in_force", 2, "electricity")
    ]
    before = as_of(place.deployment, FIRST)
    refresh_current(before, place.catalogue, FIRST)
    assert place.curve(before) == WRONG + OTHERS
    assert place.told(before) == []


def test_a_register_sent_again_with_more_in_it_does_not_make_a_correction_younger(
    place: Place,
) -> None:
    place.enter("r1.csv", ENTRY)
    place.collect(SECOND)
    other = {**ENTRY, "correction_id": "C2", "treatment": "report_only"}
    place.enter("r2.csv", {**ENTRY, "told_on": "2026-04-20", "told": "Ufficio misure"}, other)
    place.collect(THIRD)

    assert [(one["correction_id"], one["known_at"], one["state"]) for one in place.told()] == [
        ("C1", SECOND, "in_force"),
        ("C2", THIRD, "reported"),
    ]
    assert place.codes() == {"VALUE_CORRECTED"}


@pytest.mark.parametrize(
    ("changed", "state", "code"),
    [
        ({"expires_on": "2026-05-01"}, "expired", "CORRECTION_EXPIRED"),
        ({"answer": "value_is_right"}, "answered", "CORRECTION_ANSWERED"),
        ({"status": "closed"}, "closed", None),
        ({"treatment": "report_only"}, "reported", None),
        ({"value_received": "2999"}, "superseded", "CORRECTION_SUPERSEDED"),
        ({"point_id": "Z9"}, "not_found", "CORRECTION_SUPERSEDED"),
        ({"first_day": "2026-02-09"}, "not_found", "CORRECTION_SUPERSEDED"),
        ({"flow": "export"}, "not_found", "CORRECTION_SUPERSEDED"),
        ({"unit": "Smc"}, "unclear", "CORRECTION_UNCLEAR"),
        ({"about_source": "nobody"}, "unclear", "CORRECTION_UNCLEAR"),
        ({"last_day": "2026-04-02"}, "unclear", "CORRECTION_UNCLEAR"),
    ],
)
def test_a_correction_that_does_not_stand_changes_nothing_and_says_why(
    place: Place, changed: dict[str, str], state: str, code: str | None
) -> None:
    place.enter("r1.csv", {**ENTRY, **changed})
    place.collect(THIRD)

    assert place.curve() == WRONG + OTHERS
    assert [one["state"] for one in place.told()] == [state]
    assert place.codes() == ({code} if code else set())


def test_it_ends_with_its_last_day_although_nothing_arrives(place: Place) -> None:
    place.enter("r1.csv", {**ENTRY, "expires_on": "2026-04-30", "told_on": "2026-04-12"})
    place.collect(SECOND)
    assert place.codes() == {"VALUE_CORRECTED"}

    last = datetime(2026, 4, 30, 21, 59, tzinfo=UTC)
    refresh_current(place.deployment, place.catalogue, last)
    assert place.codes() == {"VALUE_CORRECTED"}
    refresh_current(place.deployment, place.catalogue, last + timedelta(minutes=1))

    assert place.curve() == WRONG + OTHERS
    assert place.codes() == {"CORRECTION_EXPIRED"}


def test_it_ends_at_once_when_the_provider_changes_the_value_it_corrects(place: Place) -> None:
    place.enter("r1.csv", ENTRY)
    place.collect(SECOND)
    place.send("curves", "rettifica.csv", CURVE.format(1000, 2500))
    place.collect(THIRD)

    assert place.curve()[:2] == [
        ("A1", Decimal(1000), "measured"),
        ("A1", Decimal(2500), "measured"),
    ]
    (told,) = place.told()
    assert (told["state"], told["value_now"]) == ("superseded", Decimal(3500))
    assert place.codes() == {"CORRECTION_SUPERSEDED"}


def test_what_is_declared_wrong_does_not_count_and_is_a_gap(place: Place) -> None:
    place.enter("r1.csv", {**ENTRY, "treatment": "set_aside", "value_right": ""})
    place.collect(SECOND)

    assert place.curve() == OTHERS
    assert place.codes() == {"VALUE_DECLARED_WRONG", "CORRECTION_UNTOLD"}


def test_two_corrections_of_the_same_day_change_nothing(place: Place) -> None:
    place.enter("r1.csv", ENTRY, {**ENTRY, "correction_id": "C2", "value_right": "2"})
    place.collect(SECOND)

    assert place.curve() == WRONG + OTHERS
    assert {one["state"] for one in place.told()} == {"unclear"}


def test_a_reading_and_a_bill_are_corrected_too(place: Place) -> None:
    place.send(
        "readings", "r.csv",
        "point_id,carrier,flow,serial,register,read_at,reading,unit,quality,event\n"
        "W1,water,import,M1,total,2026-03-31T22:00:00Z,9120,m3,measured,periodic\n",
    )  # fmt: skip
    place.send(
        "bills", "b.csv",
        "point_id,carrier,bill_id,period_start,period_end,quantity,unit,bill_kind,quality\n"
        "F1,electricity,7,2026-02-01,2026-04-01,600,kWh,regular,measured\n",
    )  # fmt: skip
    water = {**ENTRY, "correction_id": "C2", "about_source": "readings", "point_id": "W1",
             "first_day": "2026-04-01", "value_received": "9120", "value_right": "9.12", "unit": "m3"}  # fmt: skip
    bill = {**ENTRY, "correction_id": "C3", "about_source": "bills", "point_id": "F1",
            "first_day": "2026-02-01", "value_received": "600", "value_right": "60.5"}  # fmt: skip
    place.enter("r1.csv", water, bill)
    place.collect(SECOND)

    (reading,), (billed,) = place.rows("meter_registers"), place.rows("utility_bills")
    assert (reading["reading"], reading["quality"]) == (Decimal("9.12"), "corrected")
    assert (billed["quantity"], billed["quality"]) == (Decimal("60.5"), "corrected")
    assert {one["state"] for one in place.told()} == {"in_force"}


class _Entered:
    def __init__(self, right: Decimal) -> None:
        self.row = {"treatment": "apply", "value_right": right}


AMOUNTS = st.decimals(min_value=0, max_value=10**11, places=6)


@examples(deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=96), AMOUNTS)
def test_the_rows_add_up_to_the_right_value_to_the_last_digit(
    sent: list[Decimal], right: Decimal
) -> None:
    laid = _laid_out(_Entered(right), sent)  # type: ignore[arg-type]

    assert sum(laid, Decimal(0)) == right  # type: ignore[arg-type]
    assert all(value is not None and value >= 0 for value in laid)
    assert pa.array(laid, pa.decimal128(18, 6)).null_count == 0
