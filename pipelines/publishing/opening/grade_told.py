"""The grade of an opened figure in words: the letters of its parts, and what each was given for.

Belongs here: the lines that a terminal and a page of provenance share. Does not belong here: how a grade is given (the
warehouse), its note in a report (`report/sections/grade_note.py`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.opening.explanation import Explanation
from pipelines.publishing.report.sections.grade_note import PARTS
from pipelines.publishing.report.sections.part_read import at_most, part
from pipelines.publishing.rows import Row


def grade_told(explanation: Explanation, said: Words) -> list[str]:
    """The grade, the letters of its parts, and what they were given for."""
    parts = explanation.grade_parts
    if parts is None:
        return []
    told = [
        said.say(
            f"explain.{_key(parts, name)}",
            letter=parts[f"grade_{name}"],
            **_measured(parts, name, said),
        )
        for name in PARTS
        if parts.get(f"grade_{name}")
    ]
    grade = explanation.value["grade"] or DASH
    lines = [said.say("explain.grade", grade=grade, parts="; ".join(told) or DASH)]
    if parts.get("evidence_claims"):
        names = ("claims", "proven", "referenced")
        counted = {name: said.number(parts[f"evidence_{name}"]) for name in names}
        lines.append(said.say("explain.evidence", **counted))
    if parts.get("substituted_share"):
        share = at_most(parts["substituted_share"], said)
        lines.append(said.say("explain.substituted", share=share))
    if parts.get("allocated_share"):
        share = at_most(parts["allocated_share"], said)
        method = said.named("allocation", parts["allocation"])
        lines.append(said.say("explain.allocated", share=share, method=method))
    for name, done, whole in (
        ("points", "points_full", "points"),
        ("intervals", "present_intervals", "expected_intervals"),
    ):
        if parts.get(whole):
            counted = {"done": said.number(parts[done]), "all": said.number(parts[whole])}
            lines.append(said.say(f"explain.{name}_{parts['period']}", **counted))
    return lines


def _key(parts: Row, name: str) -> str:
    """A mean age of factors that would tell what is used has a letter only."""
    if name == "factor_age" and parts.get("factor_age_years") is None:
        return "grade_factors"
    return f"grade_{name}"


def _measured(parts: Row, name: str, said: Words) -> dict[str, str]:
    """What a part's letter was given for."""
    column = {
        "coverage": "coverage",
        "estimated": "estimated_share",
        "evidence": "evidence_share",
        "factor_age": "factor_age_years",
        "age": "age_days",
        "quarantine": "quarantined_rows",
    }[name]
    value = parts.get(column)
    if value is None:
        return {"value": DASH}
    if parts["points"] is not None and name in ("coverage", "estimated"):
        return {"value": (part if name == "coverage" else at_most)(value, said)}
    if name in ("coverage", "estimated", "evidence"):
        return {"value": said.percent(Decimal(value) * 100, 1)}
    return {"value": said.number(Decimal(value), 1 if name == "factor_age" else 0)}
