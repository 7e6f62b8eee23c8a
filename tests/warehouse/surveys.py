"""Answers to a questionnaire as the staging models give them, written short.

Belongs here: rows of answers, items, waves and margins. Does not belong here: what should come of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tests.warehouse.models import Models, Row

DISTRICT, SURVEY, SOURCE = "d", "s", "form"
WAVE = "1"
MODELS = ("fct_survey_waves", "fct_survey_estimates", "fct_survey_changes", "int_survey_weights")


def item(code: str, kind: str, **more: Any) -> Row:
    """An item as the declaration of a source says it; a scale of 1 to 5 where it has one."""
    scale = {"scale_low": 1, "scale_high": 5} if kind == "likert" else {}
    row = {
        "district_id": DISTRICT, "source_id": SOURCE, "version": "", "item": code, "kind": kind, "topic": None,
        "wording": code, "options": "", **scale,
    }  # fmt: skip
    return row | more


def said(
    person: str, answers: Mapping[str, Any], wave: str = WAVE, source: str = SOURCE, **more: Any
) -> list[Row]:
    """What one person answers: a number is a score, a text an option, None is "don't know"."""
    rows: list[Row] = []
    for code, answer in answers.items():
        for one in answer if isinstance(answer, tuple) else (answer,):
            number = isinstance(one, int | float | Decimal) and not isinstance(one, bool)
            rows.append(
                {
                    "district_id": DISTRICT, "source_id": source, "survey_id": SURVEY, "wave": wave, "version": None,
                    "respondent_key": person, "submitted_on": date(2026, 1, 10), "item": code,
                    "option": "" if one is None or number else one,
                    "score": Decimal(str(one)) if number else None,
                    "not_applicable": one is None, "answer": "given", "weight": Decimal(1), "sha256": "0" * 64, **more,
                }
            )  # fmt: skip
    return rows


def people(values: Iterable[Mapping[str, Any]], wave: str = WAVE, **more: Any) -> list[Row]:
    """A person per mapping, in their order."""
    return [
        row
        for number, answers in enumerate(values)
        for row in said(f"p{number:04d}", answers, wave, **more)
    ]


def wave(name: str = "", **more: Any) -> Row:
    """What is declared of a wave, or of all."""
    return {"district_id": DISTRICT, "survey_id": SURVEY, "wave": name, "unreachable": 0, **more}


def survey(margins: Sequence[Row] = (), **more: Any) -> Row:
    """A survey that is weighted where it has margins."""
    usual = {"smallest_cell": 5, "weight_cap": Decimal(5)} if margins else {}
    return {
        "district_id": DISTRICT, "survey_id": SURVEY, "name_it": "Q", "name_en": "Q", "selection": "random",
        "margins": max((row["margin"] for row in margins), default=0), **usual, **more,
    }  # fmt: skip


def margin(
    number: int, code: str, people: Mapping[str, int], joins: Mapping[str, str] | None = None
) -> list[Row]:
    """People of the universe by category of an item, or of two joined by a slash."""
    own, _, other = code.partition("/")
    return [
        {
            "district_id": DISTRICT, "survey_id": SURVEY, "margin": number, "item": own, "second_item": other or None,
            "category": category, "people": Decimal(count), "joins": (joins or {}).get(category), "source": "register",
        }
        for category, count in people.items()
    ]  # fmt: skip


def run(
    models: Models,
    answers: Sequence[Row],
    items: Sequence[Row],
    waves: Sequence[Row] = (),
    margins: Sequence[Row] = (),
    **of_survey: Any,
) -> dict[str, list[Row]]:
    """The marts of surveys over these rows."""
    return models.run(
        {
            "stg_survey_answers": list(answers),
            "stg_survey_items": list(items),
            "stg_survey_waves": list(waves),
            "stg_survey_margins": list(margins),
            "stg_surveys": [survey(margins, **of_survey)],
            "stg_quarantine": [],
        },
        *MODELS,
    )


def figures(row: Row, *names: str) -> tuple[float, ...]:
    """Columns of a row as floats."""
    return tuple(float(row[name]) for name in names)
