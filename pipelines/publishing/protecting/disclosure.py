"""What leaves the house passes here: KPI values with everything that would give a hidden one back hidden too.

Belongs here: which KPI values are hidden, and what each hidden value takes with it. Does not belong here: the
primary rules (`limits.py`), tables with totals (`matrix.py`, `tables.py`), any wording.

A hidden value keeps its row, with `suppressed` true and its reason: never a blank without a flag.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from pipelines.publishing.months import months_back, shifted
from pipelines.publishing.protecting.limits import (
    Contributors,
    Limits,
    dominated,
    sensitive,
    survey_sensitive,
)
from pipelines.publishing.rows import Row

Place = tuple[str, str]
"""District and month."""

AMOUNTS = (
    "value",
    "value_adjusted",
    "interval_low",
    "interval_high",
    "numerator",
    "denominator",
    "gap",
    "previous_year",
)
"""What a hidden value takes with it. The target stays: it is declared in public, and nothing follows from it
without the gap."""

SINCE_EDITION = "suppressed_since_edition"
"""Reason of a value that, held against an earlier edition's, would tell what one holder uses."""
_TOTALS = ("final_energy_kwh",)
"""Measures that are published by themselves."""
_PHYSICAL_MARTS = ("fct_energy_monthly", "fct_water_monthly", "fct_emissions_monthly")


@dataclass(frozen=True)
class Evidence:
    """What protection needs to know and no reader may see.

    Attributes:
        contributors: Who made each measure: (district, month) → measure → contributors per kind of holder.
        bases: Numbers of answers behind surveys: (district, month) → column → count.
        given_back: KPIs whose value would give a hidden use of their month back, per district and month.
        parts_given_back: KPIs of which only numerator and denominator would.
        since: The first ones where only a comparison with an earlier edition would.
    """

    contributors: Mapping[Place, Mapping[str, Sequence[Contributors]]]
    bases: Mapping[Place, Mapping[str, Decimal | None]] = field(default_factory=dict)
    given_back: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    parts_given_back: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    since: Mapping[Place, frozenset[str]] = field(default_factory=dict)


def contributors_of(rows: Iterable[Row]) -> dict[Place, dict[str, list[Contributors]]]:
    """`fct_contributors` by place and measure."""
    found: dict[Place, dict[str, list[Contributors]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row["district_id"], row["month"]][row["measure"]].append(
            Contributors(
                kind=row["protected_kind"],
                count=int(row["contributors"] or 0),
                largest=Decimal(row["largest"] or 0),
                second=Decimal(row["second"] or 0),
                total=Decimal(row["total"] or 0),
            )
        )
    return {place: dict(measures) for place, measures in found.items()}


def protect(
    values: Sequence[Row], kpis: Sequence[Row], evidence: Evidence, limits: Limits
) -> list[Row]:
    """KPI values as they may be read, one row for each row given.

    Args:
        values: Rows of `fct_kpi_values`.
        kpis: Rows of `declared/kpis`.
        evidence: Contributors and what follows from the other tables.
        limits: The declared thresholds.
    """
    declared = {str(kpi["code"]): kpi for kpi in kpis}
    hidden = hidden_values(values, declared, evidence, limits)
    since = _since(hidden, values, declared, evidence, limits)
    exposed = {
        (row["district_id"], row["month"])
        for row in values
        if (row["district_id"], row["month"], row["kpi_code"]) in hidden
    }
    readable = (
        _as_readable(row, declared.get(row["kpi_code"]), hidden, exposed, evidence, limits)
        for row in values
    )
    readable = (
        {**row, "reason": SINCE_EDITION}
        if (row["district_id"], row["month"], row["kpi_code"]) in since
        else row
        for row in readable
    )
    return [
        {**row, "value_adjusted": None}
        if _adjustment_tells(row, declared.get(row["kpi_code"]), evidence, limits)
        else row
        for row in readable
    ]


def _since(
    hidden: set[tuple[str, str, str]],
    values: Sequence[Row],
    declared: Mapping[str, Row],
    evidence: Evidence,
    limits: Limits,
) -> set[tuple[str, str, str]]:
    """Hidden values that would be open if no edition had been published before."""
    if not any(evidence.since.values()):
        return set()
    given_back = {
        place: codes - evidence.since.get(place, frozenset())
        for place, codes in evidence.given_back.items()
    }
    alone = replace(evidence, given_back=given_back)
    return hidden - hidden_values(values, declared, alone, limits)


def _adjustment_tells(row: Row, kpi: Row | None, evidence: Evidence, limits: Limits) -> bool:
    """Whether adjusted less raw, both published, would tell how few holders answer to the weather."""
    measure = kpi.get("disclosure_adjusted") if kpi else None
    if kpi is None or not measure or row.get("value_adjusted") is None:
        return False
    return any(
        _too_few(measure, (row["district_id"], month), evidence, limits)
        for month in _window(kpi.get("period"), told_month(row))
    )


def hidden_values(
    values: Sequence[Row], declared: Mapping[str, Row], evidence: Evidence, limits: Limits
) -> set[tuple[str, str, str]]:
    """(district, month, KPI) of every value that must not be read: primary, over time, inherited."""
    present = {
        (row["district_id"], row["month"], row["kpi_code"]): row
        for row in values
        if any(row.get(name) is not None for name in ("value", "numerator", "denominator"))
    }
    places = sorted({(district, month) for district, month, _ in present})
    own = {
        (district, month, code)
        for district, month in places
        for code, kpi in declared.items()
        if _primary(kpi, present.get((district, month, code)), (district, month), evidence, limits)
    }
    over_time = {key for key, row in present.items() if _window_hits(key, row, declared, own)}
    closed = _closed(own | over_time, present, declared) & set(present)
    # In an off month a value speaks of the month before: who stands behind its own month says nothing of it.
    elsewhere = {key for key in own & closed - over_time if told_month(present[key]) != key[1]}
    return closed - {
        key for key in elsewhere if not _inherited(key, present[key], declared, closed)
    }


def _inherited(
    key: tuple[str, str, str],
    row: Row,
    declared: Mapping[str, Row],
    hidden: set[tuple[str, str, str]],
) -> bool:
    parents = _names(declared[key[2]].get("inherits"))
    return _inherits(key[0], told_month(row), key[2], parents, declared, hidden)


def too_close(row: Row, kpi: Row, evidence: Evidence, limits: Limits) -> bool:
    """Whether a value is hidden for who stands behind it, in any month that it is made of."""
    return any(
        _primary(kpi, row, (row["district_id"], month), evidence, limits)
        for month in _window(kpi.get("period"), told_month(row))
    )


def _primary(kpi: Row, row: Row | None, place: Place, evidence: Evidence, limits: Limits) -> bool:
    """Whether the figure of this month, by itself, is too close to one holder."""
    rule = kpi["disclosure_rule"]
    measure = kpi.get("disclosure_contributions")
    if rule in ("firms", "households"):
        who = evidence.contributors.get(place, {}).get(str(measure), ())
        if sensitive(who, limits):
            return True
    if rule == "dominance":
        who = evidence.contributors.get(place, {}).get(str(measure), ())
        if any(dominated(each, limits) for each in who):
            return True
    if rule == "survey" and row is not None and _tells(row):
        counted = evidence.bases.get(place, {})
        if survey_sensitive(counted.get(str(measure)), _cells(kpi, row, counted), limits):
            return True
    # A share of a published total gives the rest of that total back.
    if kpi.get("denominator") in _TOTALS and _too_few(
        kpi.get("disclosure_rest"), place, evidence, limits
    ):
        return True
    return kpi["code"] in evidence.given_back.get(place, ())


def _tells(row: Row) -> bool:
    """Whether anything of what people said can be read: counts below a percentage's least number as well."""
    return any(row.get(name) is not None for name in ("value", "numerator", "denominator"))


def _too_few(measure: str | None, place: Place, evidence: Evidence, limits: Limits) -> bool:
    """Whether too few stand behind a measure of one month."""
    return sensitive(evidence.contributors.get(place, {}).get(str(measure), ()), limits)


def _cells(kpi: Row, row: Row, counted: Mapping[str, Decimal | None]) -> list[Decimal]:
    """People who said yes and people who did not, where the value is a share; by heads where it is weighted."""
    if kpi.get("disclosure_smallest"):
        smallest = counted.get(str(kpi["disclosure_smallest"]))
        return [] if smallest is None else [Decimal(smallest)]
    yes, base = row.get("numerator"), row.get("denominator")
    if kpi.get("value_kind") != "ratio" or yes is None or base is None:
        return []
    return [Decimal(yes), Decimal(base) - Decimal(yes)]


def months_of(period: str | None, row: Row) -> tuple[str, ...]:
    """The months that a KPI value is of."""
    return _window(period, told_month(row))


def _window(period: str | None, month: str) -> tuple[str, ...]:
    if period == "rolling_12":
        return months_back(month, 12)
    if period == "year_to_date":
        return months_back(month, int(month[5:]))
    return (month,)


def _window_hits(
    key: tuple[str, str, str], row: Row, declared: Mapping[str, Row], own: set[tuple[str, str, str]]
) -> bool:
    """A sum over months is hidden when any month in it is: the others would give that month back."""
    district, _, code = key
    kpi = declared.get(code)
    return kpi is not None and any(
        (district, each, code) in own for each in _window(kpi.get("period"), told_month(row))
    )


def told_month(row: Row) -> str:
    """The month a value speaks of: in the off months of a quarterly KPI, that of its last value."""
    end = row.get("period_end")
    return f"{end - timedelta(days=1):%Y-%m}" if end is not None else str(row["month"])


def _closed(
    hidden: set[tuple[str, str, str]],
    present: Mapping[tuple[str, str, str], Row],
    declared: Mapping[str, Row],
) -> set[tuple[str, str, str]]:
    """Hidden values with all that inherit from them, however many steps away; cycles are allowed."""
    closed = set(hidden)
    parents = {code: _names(kpi.get("inherits")) for code, kpi in declared.items()}
    changed = True
    while changed:
        changed = False
        for district, month, code in present:
            if (district, month, code) in closed or not parents.get(code):
                continue
            told = told_month(present[district, month, code])
            if _inherits(district, told, code, parents[code], declared, closed):
                closed.add((district, month, code))
                changed = True
    return closed


def _inherits(
    district: str,
    month: str,
    code: str,
    parents: Sequence[str],
    declared: Mapping[str, Row],
    hidden: set[tuple[str, str, str]],
) -> bool:
    period, back = declared[code].get("period"), declared[code].get("looks_back_months")
    for parent in parents:
        # Where the parent is a sum over the same months already, its own windows were looked at once.
        same = declared.get(parent, {}).get("period") == period
        over = months_back(month, back) if back else (month,) if same else _window(period, month)
        if any((district, each, parent) in hidden for each in over):
            return True
    return False


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def _as_readable(
    row: Row,
    kpi: Row | None,
    hidden: set[tuple[str, str, str]],
    exposed: set[Place],
    evidence: Evidence,
    limits: Limits,
) -> Row:
    """One row with what may be read of it."""
    district, month, code = row["district_id"], row["month"], row["kpi_code"]
    readable: Row = {**row, "suppressed": (district, month, code) in hidden}
    if readable["suppressed"]:
        readable.update(dict.fromkeys(AMOUNTS), reason="suppressed", signal="grey")
        return readable
    if (district, shifted(month, -12), code) in hidden:
        readable["previous_year"] = None
    if (
        kpi is None
        or _amounts_tell(kpi, (district, month), exposed)
        or _in_window(row, kpi, evidence.parts_given_back)
        or _rest_told(row, kpi, evidence, limits)
    ):
        readable.update(numerator=None, denominator=None)
    return readable


def _in_window(row: Row, kpi: Row | None, codes: Mapping[Place, frozenset[str]]) -> bool:
    """Whether a KPI is named for any month that its value is of."""
    months = _window(kpi.get("period") if kpi else None, told_month(row))
    return any(row["kpi_code"] in codes.get((row["district_id"], each), ()) for each in months)


def _rest_told(row: Row, kpi: Row, evidence: Evidence, limits: Limits) -> bool:
    """Whether a published total less the numerator would be what too few holders use."""
    return any(
        _too_few(kpi.get("disclosure_rest"), (row["district_id"], month), evidence, limits)
        for month in _window(kpi.get("period"), told_month(row))
    )


def _amounts_tell(kpi: Row, place: Place, exposed: set[Place]) -> bool:
    """Beside a hidden figure the quantities of an open ratio, such as losses of a network, may be a hidden total."""
    return (
        place in exposed
        and kpi.get("disclosure_rule") == "none"
        and kpi.get("mart") in _PHYSICAL_MARTS
    )


def unprotected(
    readable: Sequence[Row], declared: Mapping[str, Row], evidence: Evidence, limits: Limits
) -> list[str]:
    """What a second look finds still open: the gate before freezing. Empty when all is protected."""
    found = []
    for row in readable:
        place = (row["district_id"], row["month"])
        kpi = declared.get(row["kpi_code"])
        told = any(row.get(name) is not None for name in AMOUNTS)
        if row["suppressed"] and told:
            found.append(
                f"{row['kpi_code']} of {place[0]}, {place[1]} is hidden but still carries an amount"
            )
        if kpi is None or row["suppressed"] or not told:
            continue
        if _adjustment_tells(row, kpi, evidence, limits):
            found.append(
                f"{row['kpi_code']} of {place[0]}, {place[1]} tells the weather adjustment of too few holders"
            )
        surveyed = kpi["disclosure_rule"] == "survey"
        told_alone = row.get("value") is not None or surveyed
        if told_alone and _primary(kpi, row, (place[0], told_month(row)), evidence, limits):
            found.append(
                f"{row['kpi_code']} of {place[0]}, {place[1]} shows too few or too large holders"
            )
    return found
