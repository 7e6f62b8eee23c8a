"""Submissions that may not count, by the rules a questionnaire declares; whom a panel takes for one person."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.catalogue.declaration import DeclarationError
from pipelines.connectors.parsers import Parsed
from tests.unit.connectors.conftest import Read

HEAD = "Informazioni cronologiche,Inizio,A,B,C,Non compilare,Codice\n"
AGREE = {"kind": "likert", "scale": [1, 5]}
ITEMS = {code: {"column": code.upper(), **AGREE} for code in "abc"}


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NZD_RESPONDENT_SECRET", "a secret of these tests")


def parsed(read: Read, *rows: str, rule: dict[str, Any] | None = None, **survey: Any) -> Parsed:
    over = {"survey": {"items": ITEMS, "doubts": [rule] if rule else [], **survey}}
    return read(
        HEAD + "".join(f"{row}\n" for row in rows), "google_forms_csv", "survey_answers", over
    )


def kept(found: Parsed) -> int:
    return len(set(found.table["respondent_key"].to_pylist()))


def codes(found: Parsed) -> list[tuple[str, int]]:
    """What was set aside, by the line of the file."""
    return sorted((one.code, one.row) for one in found.rejects)


def row(
    minute: int, *answers: int, began: str = "", trap: str = "", code: str = "", day: int = 5
) -> str:
    moment = f"{day:02d}/10/2026 10:{minute:02d}:00"
    return ",".join([moment, began, *map(str, answers), trap, code])


def test_who_is_faster_than_anybody_is_set_aside(read: Read) -> None:
    rule = {
        "code": "SPEEDER", "then": "exclude", "faster_than_seconds": 60,
        "started": {"column": "Inizio", "date_format": "%d/%m/%Y %H:%M:%S"},
    }  # fmt: skip
    found = parsed(
        read,
        row(10, 1, 2, 3, began="05/10/2026 10:09:30"),
        row(10, 1, 2, 3, began="05/10/2026 10:09:00"),
        row(10, 1, 2, 3),
        rule=rule,
    )
    assert codes(found) == [("SPEEDER", 2)]
    assert kept(found) == 2


def test_the_time_taken_may_stand_in_a_column(read: Read) -> None:
    rule = {"code": "SPEEDER", "then": "exclude", "faster_than_seconds": 60, "seconds": "Codice"}
    found = parsed(read, row(1, 1, 2, 3, code="59.5"), row(2, 1, 2, 3, code="60"), rule=rule)
    assert codes(found) == [("SPEEDER", 2)]


def test_one_answer_to_everything_is_set_aside_before_it_is_reversed(read: Read) -> None:
    rule = {"code": "STRAIGHT_LINER", "then": "exclude", "one_answer_to": ["a", "b", "c"]}
    items = {**ITEMS, "c": {**ITEMS["c"], "reverse": True}}
    found = parsed(
        read, row(1, 4, 4, 4), row(2, 4, 4, 2), "05/10/2026 10:03:00,,4,4,,,", rule=rule, items=items
    )  # fmt: skip
    assert codes(found) == [("STRAIGHT_LINER", 2)]
    assert kept(found) == 2


def test_a_field_that_people_do_not_see_gives_a_program_away(read: Read) -> None:
    rule = {"code": "HONEYPOT_FILLED", "then": "exclude", "where": {"Non compilare": r"\S"}}
    found = parsed(read, row(1, 1, 2, 3, trap="buy now"), row(2, 1, 2, 3), rule=rule)
    assert codes(found) == [("HONEYPOT_FILLED", 2)]
    assert "buy now" not in str([found.table.to_pydict(), found.rejects, found.notes])


def test_what_comes_outside_the_days_of_the_survey_is_set_aside(read: Read) -> None:
    rule = {
        "code": "OUTSIDE_FIELDWORK", "then": "exclude",
        "fieldwork": {"first": "2026-10-05", "last": "2026-10-06"},
    }  # fmt: skip
    found = parsed(read, *(row(1, 1, 2, 3, day=day) for day in (4, 5, 6, 7)), rule=rule)
    assert codes(found) == [("OUTSIDE_FIELDWORK", 2), ("OUTSIDE_FIELDWORK", 5)]


def test_what_is_only_noted_still_counts(read: Read) -> None:
    rule = {"code": "STRAIGHT_LINER", "then": "note", "one_answer_to": ["a", "b", "c"]}
    found = parsed(read, row(1, 4, 4, 4), rule=rule)
    assert kept(found) == 1
    assert {one.code: one.count for one in found.notes} == {"STRAIGHT_LINER": 1}


def test_two_waves_of_a_panel_give_one_person_one_key(read: Read) -> None:
    """The key would otherwise hold the source, so that surveys cannot be put together by it."""
    alone = parsed(read, row(1, 1, 2, 3, code="ab12"), respondent="Codice")
    panel = parsed(read, row(1, 1, 2, 3, code="ab12"), respondent="Codice", panel="course")
    again = parsed(read, row(9, 3, 2, 3, code=" AB12"), respondent="Codice", panel="course")
    keys = [one.table["respondent_key"][0].as_py() for one in (alone, panel, again)]
    assert keys[1] == keys[2] != keys[0]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"code": "SPEEDER", "faster_than_seconds": 60}, "goes by 'started' or by 'seconds'"),
        ({"code": "STRAIGHT_LINER", "one_answer_to": ["a", "b"]}, "3 items or more"),
        ({"code": "STRAIGHT_LINER", "one_answer_to": ["a", "b", "x"]}, "no item 'x'"),
        ({"code": "SPEEDER", "same": ["A"], "where": {"B": ["1"]}}, "a doubt is one of"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(read: Read, rule: dict[str, Any], said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        parsed(read, row(1, 1, 2, 3), rule={"then": "exclude", **rule})
