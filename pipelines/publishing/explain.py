"""Where one published value comes from: formula with its numbers, factors, deliveries, rows set aside, grade, history.

Belongs here: what an edition itself can tell about a value. Does not belong here: anything protection has hidden; an
explanation is as public as the edition.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines.publishing.language import DASH, Words, words
from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import Row, plain
from pipelines.publishing.sections.figures import why_missing
from pipelines.settings import checkout

_DATASETS = {
    "energy": (
        "meter_intervals",
        "meter_registers",
        "utility_bills",
        "metering_points",
        "weather_daily",
        "district_activity",
    ),
    "emissions": ("meter_intervals", "meter_registers", "utility_bills", "metering_points"),
    "water": (
        "meter_intervals",
        "meter_registers",
        "utility_bills",
        "metering_points",
        "district_activity",
    ),
    "investment": ("investment_projects", "project_locations"),
    "technology": ("management_system",),
    "governance": ("cdtt_decisions", "cdtt_meetings", "policy_sandboxes", "shared_priorities"),
    "social": ("best_practices", "shared_schemes", "survey_answers", "district_activity"),
    "participation": ("participation_events", "contributions", "change_links", "survey_answers"),
    "finance": ("finance_barriers",),
    "learning": ("course_enrolments", "learning_activities"),
}
"""Datasets that a theme's figures are made of; deliveries of others cannot have moved them."""


@dataclass(frozen=True)
class Explanation:
    """One value and where it comes from: `value` as published, `earlier` as earlier editions had it."""

    edition: str
    district: str
    month: str
    kpi: Row
    value: Row
    factors: tuple[Row, ...]
    deliveries: tuple[Row, ...]
    set_aside: tuple[Row, ...]
    grade_parts: Row | None
    earlier: tuple[tuple[str, Decimal | None, bool], ...]


def explain(edition: Path, district: str, month: str, kpi: str) -> Explanation:
    """Everything an edition knows about one of its values.

    Args:
        edition: The edition's folder.
        district: District id.
        month: 'YYYY-MM', up to the edition's month.
        kpi: KPI code.

    Raises:
        LookupError: no such district, month or KPI in the edition, with the names there are.
    """
    reading = Reading(edition)
    row = reading.values.get((district, month, kpi))
    if row is None:
        raise LookupError(_not_there(reading, district, month, kpi))
    declared = reading.kpis[kpi]
    datasets = _DATASETS.get(declared["theme"], ())
    start = f"{row['period_start']:%Y-%m}" if row["period_start"] else month
    return Explanation(
        edition=str(reading.about["id"]),
        district=district,
        month=month,
        kpi=declared,
        value=row,
        factors=tuple(_factors(reading, district, month, declared)),
        deliveries=tuple(_within(reading.of("deliveries", district), datasets, start, month)),
        set_aside=tuple(
            each
            for each in reading.of("quarantine_counts", district)
            if each["dataset"] in datasets
            and each["month"] is not None
            and start <= each["month"] <= month
        ),
        grade_parts=next(
            (
                each
                for each in reading.of("completeness", district, month)
                if each["theme"] == declared["completeness"]
            ),
            None,
        ),
        earlier=tuple(_earlier(edition, reading, district, month, kpi)),
    )


def _not_there(reading: Reading, district: str, month: str, kpi: str) -> str:
    edition = reading.about["id"]
    if district not in reading.districts:
        return f"Edition {edition} has no district '{district}'. It has: {', '.join(sorted(reading.districts))}."
    if kpi not in reading.kpis:
        return f"Edition {edition} has no KPI '{kpi}'. It has: {', '.join(reading.kpis)}."
    months = sorted({each for _, each, _ in reading.values})
    return f"Edition {edition} has no value of {kpi} for {month}. It holds {months[0]} to {months[-1]}."


def _factors(reading: Reading, district: str, month: str, kpi: Row) -> list[Row]:
    """Factors behind an emission figure; other figures have none."""
    if kpi["theme"] != "emissions":
        return []
    scopes = {"EMI01": ("1",), "EMI02": ("2_location",), "EMI03": ("2_market",)}.get(
        kpi["code"], ("1", "2_location")
    )
    return [row for row in reading.of("factors_used", district, month) if row["scope"] in scopes]


def _within(deliveries: list[Row], datasets: tuple[str, ...], start: str, month: str) -> list[Row]:
    """Accepted deliveries that speak of the value's period; those without months are whole registers."""
    found = [
        row
        for row in deliveries
        if row["dataset"] in datasets
        and row["outcome"] == "accepted"
        and (row["first_month"] is None or row["first_month"] <= month)
        and (row["last_month"] is None or row["last_month"] >= start)
    ]
    return sorted(
        found, key=lambda row: (row["dataset"], str(row["received_at"]), row["sha256"] or "")
    )


def _earlier(
    edition: Path, reading: Reading, district: str, month: str, kpi: str
) -> list[tuple[str, Decimal | None, bool]]:
    """The same value in the editions before this one; True where it was hidden then."""
    own = (reading.month, int(reading.about["revision"]))
    found = []
    for path in edition.parent.parent.glob("????-??/r*/manifest.json"):
        about = json.loads(path.read_text(encoding="utf-8"))
        if (about["month"], int(about["revision"])) < own and about["month"] >= month:
            row = Reading(path.parent).values.get((district, month, kpi))
            if row is not None:
                place = (about["month"], int(about["revision"]))
                found.append((place, about["id"], row["value"], row["suppressed"]))
    return [
        (name, value, hidden) for _, name, value, hidden in sorted(found, key=lambda each: each[0])
    ]


def explain_text(explanation: Explanation, language: str = "it") -> str:
    """The explanation as lines for a terminal."""
    said = words(language, checkout() / "reports" / "text")
    row, kpi = explanation.value, explanation.kpi
    lines = [
        said.say(
            "explain.head",
            kpi=kpi["code"],
            name=kpi[f"name_{language}"],
            district=explanation.district,
            month=said.month(explanation.month),
            edition=explanation.edition,
        ),
        said.say("explain.value", value=_value(explanation, said)),
        said.say("explain.formula", formula=kpi["formula"]),
        said.say("explain.method", method=kpi[f"method_{language}"]),
        *_numbers(row, kpi, said),
        said.say(
            "explain.known",
            known=str(row["known_at"]),
            status=said.named("status", row["status"]),
            boundary=row["boundary_version"] or DASH,
            model=row["model_version"] or DASH,
            factors=row["factor_set"] or DASH,
            gwp=row["gwp_set"] or DASH,
        ),
        *_grade(explanation, said),
        *_sources(explanation, said),
        *_history(explanation, said),
    ]
    return "\n".join(lines)


def _value(explanation: Explanation, said: Words) -> str:
    row, kpi = explanation.value, explanation.kpi
    if row["value"] is None:
        return f"{DASH} ({why_missing(row, kpi, said)})"
    return f"{plain(row['value'])} {said.named('unit', kpi['unit'])}".strip()


def _numbers(row: Row, kpi: Row, said: Words) -> list[str]:
    lines = [
        said.say(f"explain.{name}", column=kpi[name], value=plain(row[name]))
        for name in ("numerator", "denominator")
        if row[name] is not None and kpi.get(name)
    ]
    if lines and kpi.get("scale") is not None:
        lines.append(
            said.say(
                "explain.scale",
                scale=plain(kpi["scale"]),
                start=row["period_start"],
                end=row["period_end"],
            )
        )
    return lines


def _grade(explanation: Explanation, said: Words) -> list[str]:
    parts = explanation.grade_parts
    if parts is None:
        return []
    told = ", ".join(
        f"{name.removeprefix('grade_')} {letter}"
        for name, letter in parts.items()
        if name.startswith("grade_") and letter
    )
    return [said.say("explain.grade", grade=explanation.value["grade"] or DASH, parts=told or DASH)]


def _sources(explanation: Explanation, said: Words) -> list[str]:
    lines = []
    for row in explanation.factors:
        value = plain(row["factor_value"]) if row["factor_value"] is not None else DASH
        lines.append(
            said.say(
                "explain.factor",
                code=row["factor_code"],
                value=value,
                unit=row["unit"] or "",
                year=row["factor_year"] or DASH,
                source=row["source"] or DASH,
            )
        )
    lines.append(said.say("explain.deliveries", count=len(explanation.deliveries)))
    for row in explanation.deliveries:
        received = f"{row['received_at']:%Y-%m-%d %H:%M}" if row["received_at"] else DASH
        lines.append(
            said.say(
                "explain.delivery",
                dataset=said.named("dataset", row["dataset"]),
                file=row["file_name"] or DASH,
                sha256=(row["sha256"] or "")[:12],
                received=received,
                accepted=row["rows_accepted"],
                quarantined=row["rows_quarantined"],
            )
        )
    return lines + [
        said.say(
            "explain.set_aside",
            rows=row["rows"],
            code=row["code"],
            dataset=said.named("dataset", row["dataset"]),
            month=said.month(row["month"]),
        )
        for row in explanation.set_aside
    ]


def _history(explanation: Explanation, said: Words) -> list[str]:
    return [
        said.say(
            "explain.earlier",
            edition=edition,
            value=said.say("state.suppressed")
            if hidden
            else DASH
            if value is None
            else plain(value),
        )
        for edition, value, hidden in explanation.earlier
    ]
