"""What an edition may say of surveys: the protected tables `survey_waves`, `survey_estimates` and `survey_changes`.

Belongs here: which figures of the internal survey marts leave, and what goes with a hidden one. Does not belong here:
the figures (dbt), the thresholds (`thresholds.yaml`).

A question has a base of ten people, an option five who chose it and five who did not. Options of which one is chosen
add up to the base: at least two are hidden, five people together. A scale of which one mark is hidden is told by its
mean alone, and by its error only where both leave people more than one way to have answered. Numbers that people gave
are protected like a total of firms, and so are their squares, which an error tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.publishing.protecting import tables
from pipelines.publishing.protecting.answer_counts import (
    error_tells_largest,
    marks_tell_few,
    split_by_topic,
)
from pipelines.publishing.protecting.limits import (
    Contributors,
    Limits,
    firms_sensitive,
    survey_sensitive,
)
from pipelines.publishing.protecting.survey_schemas import CHANGES, ESTIMATES, WAVES
from pipelines.publishing.rows import Row, ordered, to_table

_OF_FEW = (
    *WAVES.names[WAVES.names.index("respondents") : WAVES.names.index("weighting")],
    *WAVES.names[WAVES.names.index("weights_cut") : WAVES.names.index("set_aside_programs")],
)
_OF_A_FIGURE = ESTIMATES.names[ESTIMATES.names.index("answers") : -1]
_ERROR = ("estimate_low", "estimate_high")
_OF_A_CHANGE = ("change", "change_low", "change_high")
_ERROR_OF_A_CHANGE = _OF_A_CHANGE[1:]
_MARKS = "distribution"

MEASURES = {"DEM03": "inclusion", "SOC03": "behaviour", "LRN04": "skills_applied"}
"""The topic of a survey that each KPI tells."""
UNMATCHED = ("competence_before_only", "competence_after_only")
"""People of a course without a pair of tests, by which of the two they took."""

Question = tuple[str, ...]
"""District, survey, wave, measure and statistic."""
_QUESTION = ("district_id", "survey_id", "wave", "measure", "statistic")


def survey_tables(
    marts: Path, month: str, limits: Limits, withheld: Collection[Question] = ()
) -> dict[str, pa.Table]:
    """The three tables of all waves that had ended by the edition's month.

    Args:
        marts: The folder of the view's marts.
        month: The edition's month.
        limits: The declared thresholds.
        withheld: Questions of which too few answers moved since an earlier edition (`answers.py`).
    """
    waves = tables.up_to(marts, "fct_survey_waves", month)
    estimates = protected_estimates(
        tables.up_to(marts, "fct_survey_estimates", month), limits, withheld
    )
    changes = protected_changes(tables.up_to(marts, "fct_survey_changes", month), estimates)
    told = [_without(row, _OF_FEW, _few(row["respondents"], limits), WAVES) for row in waves]
    return {
        "survey_waves": _table(told, WAVES, ("district_id", "survey_id", "wave_place")),
        "survey_estimates": _table(estimates, ESTIMATES, (*_QUESTION, "option")),
        "survey_changes": _table(changes, CHANGES, (*_QUESTION, "option")),
    }


def protected_estimates(
    rows: Iterable[Row], limits: Limits, withheld: Collection[Question] = ()
) -> list[Row]:
    """Figures of each question, those of too few people flagged and empty.

    Of a question that is hidden as a whole one row is left: which options there are would tell what was chosen.
    """
    questions: dict[Question, list[Row]] = defaultdict(list)
    for row in rows:
        questions[question_of(row)].append(row)
    gone = {question: hidden_options(own, limits) for question, own in questions.items()}
    readable = []
    for question, own in questions.items():
        whole = gone[question] == {row["option"] for row in own}
        if question in withheld or whole or _split(question, questions, gone, limits):
            alone = {**own[0], "option": "", "label": None}
            readable.append(_without(alone, _OF_A_FIGURE, True, ESTIMATES))
            continue
        if question[-1] == "mean":
            readable.append(_mean(own[0], questions.get((*question[:-1], _MARKS), ()), limits))
            continue
        hidden = gone[question]
        readable += [_without(row, _OF_A_FIGURE, row["option"] in hidden, ESTIMATES) for row in own]
    return readable


def _split(
    question: Question,
    questions: Mapping[Question, Sequence[Row]],
    gone: Mapping[Question, Collection[str]],
    limits: Limits,
) -> bool:
    """Whether the share of a topic, told beside a question with hidden options, would tell some of them."""
    own = questions[question]
    people = {row["option"]: row["people"] for row in own}
    if not gone[question] or question[-1] != "share" or sum(people.values()) != own[0]["answers"]:
        return False
    topics = (
        {"yes": row["people"], "no": row["answers"] - row["people"]}
        for other, rows in questions.items()
        if other[:3] == question[:3] and other[-1] == "topic_share" and not gone[other]
        for row in rows
    )
    return any(split_by_topic(people, gone[question], topic, limits) for topic in topics)


def _mean(row: Row, marks: Sequence[Row], limits: Limits) -> Row:
    """A mean, without its error where that would tell a few people's answers; nothing where the mean alone would."""
    people = people_by_mark(row, marks)
    if people and marks_tell_few(people, limits, error=False):
        return _without(row, _OF_A_FIGURE, True, ESTIMATES)
    tells = (
        marks_tell_few(people, limits, error=True) if people else error_tells_largest(row, limits)
    )
    return _without({**row, **dict.fromkeys(_ERROR)} if tells else row, (), False, ESTIMATES)


def people_by_mark(row: Row, marks: Iterable[Row]) -> dict[int, int]:
    """How many people chose each mark of a scale; nothing where marks cannot be counted together."""
    chosen = {int(one["option"]): int(one["people"]) for one in marks if one["option"].isdecimal()}
    if not chosen or row.get("scale_low") is None:
        return {}
    every = range(min(row["scale_low"], *chosen), max(row["scale_high"], *chosen) + 1)
    return {mark: chosen.get(mark, 0) for mark in every}


def hidden_options(rows: Sequence[Row], limits: Limits) -> set[str]:
    """Options of one question that must be hidden; '' stands for a mean."""
    every = {row["option"] for row in rows}
    if any(_few(row["answers"], limits) for row in rows):
        return every
    people = {row["option"]: row["people"] for row in rows if row["people"] is not None}
    if not people:
        return {row["option"] for row in rows if _one_outweighs(row, limits)}
    base = max(row["answers"] for row in rows)
    gone = {
        option for option, count in people.items() if _small(base, (count, base - count), limits)
    }
    if sum(people.values()) != base:  # several may be chosen: each stands by itself
        return gone
    if gone and rows[0]["statistic"] == "distribution":
        return every
    return _covered(people, gone, limits)


def _covered(people: Mapping[str, int], hidden: set[str], limits: Limits) -> set[str]:
    """With the smallest others, until what is left of the base is of two options and people enough."""
    gone = set(hidden)
    others = sorted((count, option) for option, count in people.items() if option not in gone)
    while gone and (
        sum(people[option] > 0 for option in gone) < 2
        or sum(people[option] for option in gone) < limits.survey_cell
    ):
        if not others:
            return set(people)
        count, option = others.pop(0)
        if count > 0:
            gone.add(option)
    return gone


def protected_changes(rows: Iterable[Row], estimates: Sequence[Row]) -> list[Row]:
    """Changes of figures that are both told; a reason why two waves are not compared tells nobody's answer."""
    told = {(*question_of(row), row["option"]) for row in estimates if not row["suppressed"]}
    # The error of a change is made of both figures' own: beside one of them it is the other.
    sure = {
        (*question_of(row), row["option"]) for row in estimates if row["estimate_low"] is not None
    }
    whole = {question_of(row) for row in estimates} - {key[:-1] for key in told}
    readable: dict[tuple[str, ...], Row] = {}
    for row in rows:
        now, option = question_of(row), "" if question_of(row) in whole else row["option"]
        before = (now[0], now[1], row["previous_wave"], *now[3:])
        hidden = not {(*now, option), (*before, option)} <= told
        alone = {**row, "option": option}
        unsure = not {(*now, option), (*before, option)} <= sure
        amounts = _OF_A_CHANGE if hidden else _ERROR_OF_A_CHANGE if unsure else ()
        readable[*now, option] = {**_without(alone, amounts, True, CHANGES), "suppressed": hidden}
    return list(readable.values())


def question_of(row: Row) -> Question:
    """Which question of which wave a row is of."""
    return tuple(row[name] for name in _QUESTION)


def without_few_people(
    rows: Iterable[Row], mart: str, kpis: Iterable[Row], limits: Limits
) -> list[Row]:
    """Rows of a wide mart without what too few people said, also in months in which no KPI tells of it yet."""
    surveyed = [
        kpi for kpi in kpis if kpi.get("disclosure_rule") == "survey" and kpi.get("mart") == mart
    ]
    readable = []
    for row in rows:
        gone = set().union(
            *(tables.columns_of(kpi) for kpi in surveyed if _said_by_few(row, kpi, limits))
        )
        counts = [int(row[name]) for name in UNMATCHED if row.get(name) is not None]
        if any(0 < count < limits.survey_cell for count in counts):
            gone |= set(UNMATCHED)
        readable.append({name: None if name in gone else value for name, value in row.items()})
    return readable


def _said_by_few(row: Row, kpi: Row, limits: Limits) -> bool:
    base = row.get(str(kpi["disclosure_contributions"]))
    if base is None:
        return False
    cells = []
    if kpi.get("disclosure_smallest"):
        cells = [row.get(str(kpi["disclosure_smallest"]))]
    elif kpi.get("denominator"):
        yes = row.get(str(kpi["numerator"]))
        cells = [] if yes is None else [yes, base - yes]
    return survey_sensitive(
        Decimal(base), [Decimal(cell) for cell in cells if cell is not None], limits
    )


def _few(answers: int | None, limits: Limits) -> bool:
    return survey_sensitive(None if answers is None else Decimal(answers), (), limits)


def _small(base: int, cells: Iterable[int], limits: Limits) -> bool:
    return survey_sensitive(Decimal(base), [Decimal(cell) for cell in cells], limits)


def _one_outweighs(row: Row, limits: Limits) -> bool:
    """Whether the numbers given are, for the most part, one person's or firm's."""
    if row["largest"] is None:
        return False
    second = row["second"] or Decimal(0)
    total = abs(row["values_sum"])
    return firms_sensitive(
        Contributors("firm", int(row["answers"]), row["largest"], second, total), limits
    )


def _without(row: Row, amounts: Iterable[str], gone: bool, schema: pa.Schema) -> Row:
    kept = {name: row.get(name) for name in schema.names}
    return {**kept, **(dict.fromkeys(amounts) if gone else {}), "suppressed": gone}


def _table(rows: Sequence[Row], schema: pa.Schema, key: Sequence[str]) -> pa.Table:
    return to_table(ordered(rows, key), schema)
