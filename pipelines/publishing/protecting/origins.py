"""Which deliveries a figure can have been made of.

Belongs here: datasets per theme, and whether a delivery speaks of a period. Does not belong here: what changed
(`diff.py`) and how an origin is told (`explain.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.publishing.months import shifted
from pipelines.publishing.rows import Row

DATASETS = {
    "energy": (
        "meter_intervals",
        "meter_registers",
        "utility_bills",
        "metering_points",
        "weather_daily",
        "district_activity",
    ),
    "emissions": (
        "meter_intervals",
        "meter_registers",
        "utility_bills",
        "metering_points",
        "energy_contracts",
        "activity_data",
    ),
    "water": (
        "meter_intervals",
        "meter_registers",
        "utility_bills",
        "metering_points",
        "district_activity",
    ),
    "investment": (
        "investment_projects",
        "project_locations",
        "project_funding",
        "measures",
        "measure_points",
    ),
    "technology": ("management_system",),
    "governance": ("cdtt_decisions", "cdtt_meetings", "policy_sandboxes", "shared_priorities"),
    "social": ("best_practices", "shared_schemes", "survey_answers", "district_activity"),
    "participation": ("participation_events", "contributions", "change_links", "survey_answers"),
    "finance": ("finance_barriers",),
    "learning": ("course_enrolments", "learning_activities", "survey_answers"),
}
"""Datasets that a theme's figures are made of; deliveries of others cannot have moved them."""
_OF_MEASURES = {
    "decision": ("cdtt_decisions",),
    "sandbox": ("policy_sandboxes",),
    "cdtt_": ("cdtt_meetings",),
    "priorities": ("shared_priorities",),
    "organisations_participating": ("participation_events",),
    "participants": ("participation_events",),
    "registered_organisations": ("district_activity",),
    "active_firms": ("district_activity",),
    "contributions": ("contributions",),
    "change_links": ("change_links",),
    "inclusion": ("survey_answers",),
    "behaviour": ("survey_answers",),
    "practices": ("best_practices",),
    "scheme": ("shared_schemes",),
    "communities": ("shared_schemes",),
    "course": ("course_enrolments",),
    "competence": ("course_enrolments",),
    "learning": ("learning_activities",),
    "exchanges": ("learning_activities",),
    "installed_kw": ("renewable_surfaces",),
    "potential_": ("renewable_surfaces", "reference_values"),
    "precipitation": ("weather_daily", "reference_values"),
    "rain_potential": ("weather_daily", "district_activity"),
    "network_": ("district_activity",),
}
"""Datasets of measures that are made of less than their theme, by how the measures' names begin."""
METERED = ("meter_intervals", "meter_registers", "utility_bills")
"""Datasets whose sources measure some carriers and not others."""
STATES = ("investment_projects", "project_funding", "measures", "change_links", "survey_answers")
"""Registers whose newest state by a month's end counts in it, however long ago it was extracted; so do surveys."""
_READINGS = "meter_registers"


def datasets_of(kpi: Row) -> tuple[str, ...]:
    """Datasets that a KPI is made of: those of its measures where they are fewer, else those of its theme."""
    measures = [str(kpi[name]) for name in ("numerator", "denominator") if kpi.get(name)]
    own = [
        next((sets for begins, sets in _OF_MEASURES.items() if measure.startswith(begins)), None)
        for measure in measures
    ]
    if own and None not in own:
        return tuple(dict.fromkeys(each for sets in own if sets for each in sets))
    return DATASETS.get(kpi["theme"], ())


def closes_after(dataset: str, month: str) -> str:
    """The last month a delivery's rows may be dated in and still speak of this one.

    A meter read on the first of November closes October.
    """
    return shifted(month, 1) if dataset == _READINGS else month


def speaks_of(delivery: Row, start: str, month: str) -> bool:
    """Whether an accepted delivery has rows of a period; one without months is a whole register."""
    first, last = delivery["first_month"], delivery["last_month"]
    return (
        delivery["outcome"] == "accepted"
        and (first is None or first <= closes_after(delivery["dataset"], month))
        and (last is None or last >= start or delivery["dataset"] in STATES)
    )


def newest_states(deliveries: Sequence[Row], month: str) -> list[Row]:
    """Without the extractions of registers of states that a later one of their source stands for by a month's end."""
    newest: dict[tuple[str, str], str] = {}
    for row in deliveries:
        if row["dataset"] in STATES and row["last_month"] is not None:
            key = (row["dataset"], row["source_id"])
            newest[key] = max(newest.get(key, ""), min(row["last_month"], month))
    return [
        row
        for row in deliveries
        if row["last_month"] is None
        or row["last_month"] >= newest.get((row["dataset"], row["source_id"]), "")
    ]
