"""An explanation as lines for a terminal: the formula with its numbers, factors, deliveries, rows set aside, grade.

Belongs here: how an explanation is told. Does not belong here: what is in it (`explanation.py`).
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pipelines.catalogue.issue import issues
from pipelines.publishing.language import DASH, Words, words
from pipelines.publishing.opening.corrections_told import corrections_told
from pipelines.publishing.opening.explanation import Earlier, Explanation, explain
from pipelines.publishing.opening.grade_told import grade_told
from pipelines.publishing.opening.sums import figure, filled, parts_told, with_unit
from pipelines.publishing.report.sections.figures import formula_of, why_missing
from pipelines.publishing.report.sections.hourly import days_without, difference
from pipelines.publishing.report.sections.surveys import wave_sentences
from pipelines.publishing.report.typesetting import typeset_text
from pipelines.settings import checkout

__all__ = ["Explanation", "explain", "explain_text"]


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
        *_cadence(explanation, said),
        said.say("explain.formula", formula=formula_of(kpi, said)),
        *_numbers(explanation, said),
        *_parts(explanation, said),
        *_change(explanation, said),
        *_pace(explanation, said),
        *_hourly(explanation, said),
        *_wave(explanation, said),
        said.say("explain.method", method=kpi[f"method_{language}"]),
        said.say(
            "explain.known",
            known=f"{row['known_at']:%Y-%m-%d %H:%M} UTC" if row["known_at"] else DASH,
            status=said.named("status", row["status"]),
            boundary=row["boundary_version"] or DASH,
            model=row["model_version"] or DASH,
            factors=row["factor_set"] or DASH,
            gwp=row["gwp_set"] or DASH,
        ),
        *grade_told(explanation, said),
        *_factor_lines(explanation, said),
        *_delivery_lines(explanation, said),
        *_history(explanation, said),
    ]
    return typeset_text("\n".join(lines), language)


def _wave(explanation: Explanation, said: Words) -> list[str]:
    """The survey that a figure was read from: who answered, weights, what was set aside."""
    wave = explanation.wave
    if wave is None:
        return []
    title = said.say(
        "surveys.title", name=wave[f"name_{said.code}"], wave=wave["wave"], month=said.month(wave["month"])
    )  # fmt: skip
    return [said.say("surveys.explained", title=title, said=" ".join(wave_sentences(wave, said)))]


def _value(explanation: Explanation, said: Words) -> str:
    row, kpi = explanation.value, explanation.kpi
    if row["value"] is None:
        return f"{DASH} ({why_missing(row, kpi, said)})"
    told = with_unit(row["value"], kpi, said)
    if row.get("value_below") is None:
        return told
    return said.say("explain.in_steps", value=told, below=with_unit(row["value_below"], kpi, said))


def _cadence(explanation: Explanation, said: Words) -> list[str]:
    """In a month in which a KPI is not due: whose value it shows and when the next one comes."""
    row, kpi = explanation.value, explanation.kpi
    if row["reason"] != "off_month" or row["period_end"] is None:
        return []
    last = said.month(f"{row['period_end'] - timedelta(days=1):%Y-%m}")
    line = said.say("explain.off_month", cadence=said.named("cadence", kpi["cadence"]), last=last)
    due = row.get("next_due")
    if due is None or kpi["cadence"] == "edition":
        return [line]
    return [
        line + said.say("explain.next_due", month=said.month(f"{due - timedelta(days=1):%Y-%m}"))
    ]


def _numbers(explanation: Explanation, said: Words) -> list[str]:
    """The formula with its numbers filled in, and the measured columns they come from."""
    row, kpi = explanation.value, explanation.kpi
    lines = [
        said.say(f"explain.{name}", column=kpi[name], value=figure(row[name], said))
        for name in ("numerator", "denominator")
        if row[name] is not None and kpi.get(name)
    ]
    if not lines or kpi.get("scale") is None:
        return []
    if told := filled(explanation, said):
        lines.insert(0, said.say("explain.filled", sum=told))
    last = row["period_end"] - timedelta(days=1) if row["period_end"] else None
    if row["period_start"] and last:
        lines.append(
            said.say("explain.period", start=said.day(row["period_start"]), end=said.day(last))
        )
    return lines


def _parts(explanation: Explanation, said: Words) -> list[str]:
    if not explanation.parts:
        return []
    head = said.say(f"explain.parts_{explanation.parts[0].kind}")
    told = parts_told(explanation, said)
    return [head, *(said.say("explain.part", name=name, value=value) for name, value in told)]


def _change(explanation: Explanation, said: Words) -> list[str]:
    """Why it differs from a year before, in parts that add up."""
    if not explanation.change:
        return []
    first = explanation.change[0]
    unit = said.named("unit", first["unit"])
    start, end = (f"{figure(first[name], said)} {unit}" for name in ("from_value", "to_value"))
    lines = [said.say("explain.change", start=start, end=end)]
    for row in explanation.change:
        if row["suppressed"]:
            value = said.say("state.suppressed")
        else:
            value = DASH if row["value"] is None else said.number(row["value"], 3, sign=True)
        why = (
            f" ({said.named('change_reason', row['reason'])})"
            if row["reason"] and not row["suppressed"]
            else ""
        )
        name = said.named("change_part", row["part"])
        lines.append(said.say("explain.part", name=name, value=f"{value}{why}"))
    return lines


def _hourly(explanation: Explanation, said: Words) -> list[str]:
    """What the factors of the hours give, beside the figure and not in it."""
    row = explanation.hourly
    if row is None:
        return []
    return [
        said.say(
            "explain.hourly",
            kwh=figure(row["hourly_kwh"], said),
            whole=figure(row["electricity_kwh"], said),
            hourly=figure(row["hourly_tco2e"], said),
            annual=figure(row["annual_tco2e"], said),
            difference=difference(row, said),
            days=days_without(row, said),
        )
    ]


def _pace(explanation: Explanation, said: Words) -> list[str]:
    """The months and the independence that a pace rests on, the year of arrival."""
    row = explanation.pace
    if row is None or row["achieved_slope_tco2e"] is None:
        return []
    return [
        said.say(
            "explain.pace",
            count=row["months_of_pace"],
            r=said.number(row["autocorrelation"], 2),
            degrees=said.number(row["independent_degrees"], 1),
            target=DASH if row["target_tco2e"] is None else said.number(row["target_tco2e"], 1),
            forecast=DASH
            if row["forecast_tco2e"] is None
            else said.number(row["forecast_tco2e"], 1),
            year=row["arrival_year"] or DASH,
        )
    ]


def _factor_lines(explanation: Explanation, said: Words) -> list[str]:
    return [
        said.say(
            "explain.factor",
            carrier=said.named("carrier", row["carrier"]),
            gas=row["gas"] or DASH,
            code=row["factor_code"],
            value=figure(row["factor_value"], said) if row["factor_value"] is not None else DASH,
            unit=row["unit"] or "",
            per_kwh=said.number(row["kg_per_kwh"], 9).rstrip("0") if row["kg_per_kwh"] else DASH,
            gwp=figure(row["gwp"], said) if row["gwp"] is not None else DASH,
            year=row["factor_year"] or DASH,
            source=row["source"] or DASH,
            url=row["url"] or "",
        )
        for row in explanation.factors
    ]


def _delivery_lines(explanation: Explanation, said: Words) -> list[str]:
    if explanation.value["suppressed"]:
        return [said.say("explain.deliveries_hidden")]
    count = len(explanation.deliveries)
    lines = [said.say("explain.deliveries" if count else "explain.deliveries_none", count=count)]
    for row in explanation.deliveries:
        received = f"{row['received_at']:%Y-%m-%d %H:%M}" if row["received_at"] else DASH
        lines.append(
            said.say(
                "explain.delivery",
                dataset=said.named("dataset", row["dataset"]),
                source=row["source_id"],
                file=row["file_name"] or DASH,
                sha256=(row["sha256"] or "")[:12],
                received=received,
                **{
                    name: DASH if row[f"rows_{name}"] is None else said.number(row[f"rows_{name}"])
                    for name in ("accepted", "quarantined")
                },
            )
        )
    lines += [f"  {line}" for line in corrections_told(explanation, said)]
    if not explanation.set_aside:
        return [*lines, said.say("explain.nothing_set_aside")]
    known = issues()
    lines.append(said.say("explain.set_aside_head"))
    for row in explanation.set_aside:
        issue = known.get(row["code"])
        lines.append(
            said.say(
                "explain.set_aside",
                count=row["rows"],
                code=row["code"],
                means=issue.means[said.code] if issue else row["code"],
                dataset=said.named("dataset", row["dataset"]),
                month=said.month(row["month"]) if row["month"] else DASH,
            )
        )
    return lines


def _history(explanation: Explanation, said: Words) -> list[str]:
    return [
        said.say("explain.earlier", edition=state.edition, value=told_state(state, said))
        for state in explanation.earlier
    ]


def _signed(part: Decimal, said: Words) -> str:
    told = figure(part, said)
    return f"+{told}" if part > 0 else told


def told_state(state: Earlier, said: Words) -> str:
    """What a figure was from one edition on, and why: «4.494,6 (dati corretti)»."""
    if state.suppressed:
        value = said.say("state.suppressed")
    else:
        value = DASH if state.value is None else figure(state.value, said)
    if len(state.parts) > 1 and all(part is not None for _, part in state.parts):
        why = "; ".join(
            f"{_signed(part, said)} {said.named('because', cause)}"
            for cause, part in state.parts
            if part is not None
        )
        return f"{value} ({why})"
    why = said.both(said.named("cause", cause) for cause in state.causes)
    return f"{value} ({why})" if why else value
