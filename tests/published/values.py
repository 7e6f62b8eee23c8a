"""Values of KPIs from measures, in the plainest way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pipelines.catalogue.kpi import Kpi
from tests.published.districts import (
    DISTRICTS,
    Row,
    amount,
    decimal,
    index_of,
    known_at,
    month_after,
    path_at,
)


def _period(one: Kpi, month: str, months: list[str]) -> list[str]:
    position = months.index(month)
    period = one.measure.period if one.measure else "month"
    if period == "rolling_12":
        return months[max(0, position - 11) : position + 1]
    if period == "year_to_date":
        return [m for m in months if m[:4] == month[:4] and m <= month]
    return [month]


def _one_value(
    one: Kpi, district: str, month: str, months: list[str], measures: Any
) -> tuple[Any, Any, Any, Any, str | None]:
    window = _period(one, month, months)
    if one.measure is None or (one.measure.period == "rolling_12" and len(window) < 12):
        why = "not_enough_months" if one.measure else one.reason and one.reason.code
        return None, None, None, None, why
    top = amount(measures, district, window, one.measure.numerator)
    scale = float(one.measure.scale)
    if one.code in ("EMI06", "EMI07"):
        return _path_kpi(one, district, month, months, measures)
    if top is None:
        return None, None, None, None, "not_collected"
    adjusted = amount(measures, district, window, one.measure.adjusted_numerator)
    if one.measure.kind != "ratio":
        return top * scale, adjusted and adjusted * scale, top, None, None
    below = amount(measures, district, window, one.measure.denominator)
    if not below:
        return None, None, top, below, "zero_denominator" if below == 0 else "not_collected"
    return top / below * scale, None, top, below, None


def _path_kpi(
    one: Kpi, district: str, month: str, months: list[str], measures: Any
) -> tuple[Any, Any, Any, Any, str | None]:
    window = months[max(0, months.index(month) - 11) : months.index(month) + 1]
    total, base = (
        amount(measures, district, window, "energy_tco2e"),
        measures[district, month]["baseline_tco2e"],
    )
    if total is None or base is None or len(window) < 12:
        return None, None, None, None, "not_collected" if base is None else "not_enough_months"
    gap = base - total if one.code == "EMI06" else total - path_at(district, month, base)
    return gap / base * 100, None, gap, base, None


def kpi_values(one: Kpi, months: list[str], measures: Any, upto: str) -> list[Row]:
    """A row per district and month of one KPI."""
    rows = []
    for district in DISTRICTS:
        for month in months:
            value, adjusted, top, below, reason = _one_value(one, district, month, months, measures)
            few = one.minimum_cases and below is not None and below < one.minimum_cases
            if few and value is not None:
                value, reason = None, "few_cases"
            before = months[months.index(month) - 12] if months.index(month) >= 12 else None
            last = _one_value(one, district, before, months, measures)[0] if before else None
            target = _target(one, district, month, measures)
            cover = (
                0.74
                if one.theme == "water" and district == "prato" and index_of(month) >= 27
                else 0.97
            )
            cover = (
                0.61 if district == "bergamo" and one.theme in ("energy", "emissions") else cover
            )
            gap = _behind(one, value, target)
            rows.append(
                {
                    "district_id": district,
                    "month": month,
                    "period_start": date.fromisoformat(f"{_period(one, month, months)[0]}-01"),
                    "period_end": month_after(month),
                    "kpi_code": one.code,
                    "value": decimal(value),
                    "value_adjusted": decimal(adjusted),
                    "interval_low": decimal(value and value * 0.99)
                    if one.code == "EMI11"
                    else None,
                    "interval_high": decimal(value and value * 1.01)
                    if one.code == "EMI11"
                    else None,
                    "unit": one.unit,
                    "status": "provisional" if index_of(upto) - index_of(month) < 3 else "final",
                    "signal": _signal(one, value, target, cover),
                    "grade": "D" if cover < 0.8 else "B",
                    "coverage": decimal(cover if value is not None else 0),
                    "reason": reason,
                    "numerator": decimal(top),
                    "denominator": decimal(below),
                    "target": decimal(target),
                    "gap": decimal(gap),
                    "previous_year": decimal(last),
                    "next_due": month_after(month) + timedelta(days=40),
                    "factor_set": "f1",
                    "gwp_set": "AR5",
                    "model_version": "m1",
                    "boundary_version": "2024",
                    "known_at": known_at(upto),
                }
            )
    return rows


def _target(one: Kpi, district: str, month: str, measures: Any) -> float | None:
    if one.code == "EMI11" and district != "roma":
        return path_at(district, month, measures[district, month]["baseline_tco2e"])
    return 80.0 if one.code == "GOV01" else None


def _behind(one: Kpi, value: float | None, target: float | None) -> float | None:
    """The share by which a value is behind its target; negative where it is ahead."""
    if value is None or not target:
        return None
    return ((value - target) if one.direction == "lower" else (target - value)) / target


def _signal(one: Kpi, value: float | None, target: float | None, cover: float) -> str:
    if value is None or cover < 0.8:
        return "grey"
    behind = _behind(one, value, target)
    if behind is None:
        return "none"
    return "green" if behind <= 0 else "amber" if behind <= 0.05 else "red"
