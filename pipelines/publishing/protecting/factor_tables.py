"""The factors behind the figures, as they may be read: with their source, and their share of each figure.

Belongs here: factors that are public by themselves, and shares that follow from public cells. Does not belong here:
what single contracts declare, any activity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from pipelines.publishing.months import months_back
from pipelines.publishing.rows import Row

SCOPES = {
    "EMI01": ("1",),
    "EMI02": ("2_location",),
    "EMI03": ("2_market",),
    "EMI04": ("3",),
    "EMI05": ("1", "2_location"),
    "EMI11": ("1", "2_location"),
    "EMI18": ("1",),
}
"""Figures that are sums of lines, and the scopes they are of; location- and market-based never in one."""
_ONE_DAY = timedelta(days=1)
_SHARE = Decimal("0.000001")
_OF_TWELVE_MONTHS = ("EMI03", "EMI04", "EMI11", "EMI18")
_PROCESSES = {"EMI18": ("IV.1",)}
_WITH_ACTIVITIES = ("EMI04", "EMI18")
_ACTIVITY = "activity"
_DECLARED_KINDS = ("guarantee_of_origin", "contract", "supplier_mix")
_FACTOR = ("series", "basis", "source", "page", "url", "licence", "status")
_LINE = ("district_id", "month", "carrier", "scope", "gas", "factor_code", "factor_year", "gwp")


def factors_used(lines: Sequence[Row], factors: Sequence[Row]) -> list[Row]:
    """Which factor served which carrier in which month, with its source; no activity."""
    declared = {(row["factor_code"], row.get("valid_year")): row for row in factors}
    any_year = {row["factor_code"]: row for row in factors}
    found: dict[tuple[object, ...], Row] = {}
    for line in lines:
        code = line.get("factor_code")
        # What a single contract declares is its holder's business.
        if code is None or line.get("basis") == "contract":
            continue
        factor = declared.get((code, line.get("factor_year"))) or any_year.get(code) or {}
        # The mart works in kg per kWh; a reader checks the factor as its source prints it.
        row = {
            **{name: factor.get(name) for name in _FACTOR},
            **{name: line.get(name) for name in _LINE},
            "factor_value": factor.get("value", line.get("factor_value")),
            "unit": factor.get("unit", "kg/kWh"),
            "kg_per_kwh": factor.get("kg_per_kwh", line.get("factor_value")),
        }
        found[
            tuple(
                row[name]
                for name in ("district_id", "month", "carrier", "scope", "gas", "factor_code")
            )
        ] = row
    return list(found.values())


def empty_slots(lines: Sequence[Row], slots: Sequence[Row], month: str) -> list[Row]:
    """Which factor is missing for which lines of the month, and what would fill its place; no activity."""
    needs = {row["slot"]: row for row in slots}
    found = {
        (line["district_id"], line["scope"], line["carrier"], line["slot"])
        for line in lines
        if line["month"] == month and line["reason"] == "no_factor" and line["slot"]
    }
    return [
        {
            "district_id": district,
            "month": month,
            "scope": scope,
            "carrier": carrier,
            "slot": slot,
            "needs_it": needs.get(slot, {}).get("needs_it"),
            "needs_en": needs.get(slot, {}).get("needs_en"),
        }
        for district, scope, carrier, slot in sorted(found)
    ]


def factor_report(
    lines: Sequence[Row],
    activities: Sequence[Row],
    factors: Sequence[Row],
    readable: Sequence[Row],
    cells: Sequence[Row],
    month: str,
) -> list[Row]:
    """Every factor behind every emission figure of the edition's month, and its share of the figure.

    A share is told where the figure and every cell of its months is public: it then follows from them. What single
    contracts declare is never told; their kind is.
    """
    declared = {row["factor_code"]: row for row in factors}
    open_cells = {(row["district_id"], row["month"]) for row in cells} - {
        (row["district_id"], row["month"]) for row in cells if row["tco2e"] is None
    }
    values = {
        (row["district_id"], row["kpi_code"]): row for row in readable if row["month"] == month
    }
    by_district: dict[str, list[Row]] = defaultdict(list)
    for line in (*lines, *map(_as_line, activities)):
        if line["factor_code"] is not None and not line["biogenic"]:
            by_district[line["district_id"]].append(line)
    found = []
    for (district, code), value in values.items():
        if code not in SCOPES or value["value"] is None:
            continue
        last = f"{value['period_end'] - _ONE_DAY:%Y-%m}"
        window = set(months_back(last, 12 if code in _OF_TWELVE_MONTHS else 1))
        mine = [
            line
            for line in by_district[district]
            if line["month"] in window
            and line["scope"] in SCOPES[code]
            and (code not in _PROCESSES or line["gpc_ref"] in _PROCESSES[code])
            and (code in _WITH_ACTIVITIES or line["instrument"] != _ACTIVITY)
        ]
        parts: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
        for line in mine:
            parts[_factor_key(line)] += line["kg_co2e"] or 0
        told = all((district, one) in open_cells for one in window) and not any(
            line["instrument"] in (*_DECLARED_KINDS, "guarantee_sold", _ACTIVITY) for line in mine
        )
        whole = sum(parts.values(), Decimal(0))
        for key, kg in sorted(parts.items(), key=lambda part: -part[1]):
            share = kg / whole if told and whole else None
            found.append(_factor_row(district, month, code, key, declared, share))
    return found


def _as_line(activity: Row) -> Row:
    """A line of activity data beside those of energy: what is done stands where a carrier does."""
    code = activity["factor_code"]
    return {
        **activity,
        "carrier": activity["activity"],
        "instrument": _ACTIVITY,
        "factor_code": None if code == "none" else code,
    }


def _factor_key(line: Row) -> tuple[object, ...]:
    """What tells one factor from another to a reader; a contract is its kind and nothing more."""
    if line["instrument"] in _DECLARED_KINDS:
        return (line["scope"], line["carrier"], line["gas"], line["instrument"], None, None, None)
    names = ("factor_code", "factor_year", "factor_age_years", "gwp")
    return (line["scope"], line["carrier"], line["gas"], *(line[name] for name in names))


def _factor_row(
    district: str,
    month: str,
    kpi: str,
    key: tuple[object, ...],
    declared: Mapping[str, Row],
    share: Decimal | None,
) -> Row:
    scope, carrier, gas, code, year, age, gwp = key
    factor = declared.get(str(code), {})
    return {
        "district_id": district,
        "month": month,
        "kpi_code": kpi,
        "scope": scope,
        "carrier": carrier,
        "gas": gas,
        "factor_code": code,
        "factor_value": factor.get("value"),
        "unit": factor.get("unit"),
        "factor_year": year,
        "factor_age_years": age,
        "gwp": gwp,
        "share": None if share is None else share.quantize(_SHARE),
        "series": factor.get("series"),
        "basis": factor.get("basis"),
        "place": factor.get("operator") or factor.get("region"),
        "source": factor.get("source"),
        "page": factor.get("page"),
        "url": factor.get("url"),
        "licence": factor.get("licence"),
        "status": factor.get("status"),
    }
