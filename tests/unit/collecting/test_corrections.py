"""A correction changes the rows it means, from the day it is known, for as long as it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipelines.collecting.collect import refresh_current
from pipelines.collecting.mending import _laid_out
from pipelines.settings import as_of
from tests.correcting import CURVE, ENTRY, FIRST, SECOND, THIRD, Place


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
