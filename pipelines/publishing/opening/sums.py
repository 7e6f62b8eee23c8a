"""A figure's formula with its numbers filled in: a line that a person can work out with a pocket calculator.

Belongs here: the line, and the addends it is made of. Does not belong here: where the numbers come from
(`explanation.py`, `parts.py`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.opening.explanation import Explanation
from pipelines.publishing.rows import Row

_ROUNDING = Decimal("0.000001")
"""Tables by carrier have six decimals."""


def figure(value: Decimal, said: Words) -> str:
    """All the decimals that a value has, six at most."""
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return said.number(value, min(places, 6))


def with_unit(value: Decimal, kpi: Row, said: Words) -> str:
    """All its decimals and its unit."""
    return f"{figure(value, said)} {said.named('unit', kpi['unit'])}".strip()


def rule(kpi: Row, words: Words) -> str:
    """The formula over its measures: «100 × Σ paid_eur / Σ committed_eur»; it has no numbers of anyone."""
    if kpi.get("numerator") is None or kpi.get("scale") is None:
        return DASH
    summed = "Σ " if kpi["period"] in ("rolling_12", "year_to_date") else ""
    told = f"{summed}{kpi['numerator']}"
    if kpi.get("denominator"):
        told = f"{told} / {summed}{kpi['denominator']}"
    scale = Decimal(kpi["scale"])
    return told if scale == 1 else f"{figure(scale, words)} × {told}"


def plain_sum(row: Row, kpi: Row, words: Words) -> str:
    """The formula with its numbers, ready for a pocket calculator: «100 × 5 / 8 = 62,5»."""
    told = figure(row["numerator"], words)
    if kpi.get("denominator"):
        told = f"{told} / {figure(row['denominator'], words)}"
    scale = Decimal(kpi["scale"])
    if scale != 1:
        told = f"{figure(scale, words)} × {told}"
    return f"{told} = {figure(row['value'], words)}"


def filled(explanation: Explanation, said: Words) -> str | None:
    """«0,001 × (2.916.030 + 1.578.561) = 4.494,6 MWh»; None where it would say that a figure is itself."""
    row, kpi = explanation.value, explanation.kpi
    if row["value"] is None or row["numerator"] is None:
        return None
    scale, addends = Decimal(kpi["scale"]), [part.value for part in explanation.parts]
    told = figure(row["numerator"], said)
    if row["denominator"] is not None and kpi.get("denominator"):
        told = f"{told} / {figure(row['denominator'], said)}"
    elif _add_up(addends, row["numerator"]):
        told = " + ".join(figure(value, said) for value in addends if value is not None)
        told = f"({told})" if scale != 1 else told
    elif scale == 1:
        return None
    if scale != 1:
        told = f"{figure(scale, said)} × {told}"
    return f"{told} = {with_unit(row['value'], kpi, said)}"


def _add_up(addends: list[Decimal | None], whole: Decimal) -> bool:
    """Whether all addends are known and are the whole, but for the rounding of each."""
    known = [each for each in addends if each is not None]
    off = abs(sum(known, Decimal(0)) - whole)
    return bool(known) and len(known) == len(addends) and off <= len(known) * _ROUNDING


def parts_told(explanation: Explanation, said: Words) -> list[tuple[str, str]]:
    """The addends of a sum: their names, their amounts with unit."""
    lines = []
    for part in explanation.parts:
        name = said.month(part.name) if part.kind == "month" else said.named("carrier", part.name)
        name = part.name if part.kind == "project" else name
        amount = said.say("state.suppressed") if part.value is None else figure(part.value, said)
        unit = "" if part.value is None else said.named("unit", part.unit)
        lines.append((name, f"{amount} {unit}".strip()))
    return lines
