"""Facts of twelve months of emissions: where they stand on the path, and which carriers moved them.

Belongs here: what holds and what is printed. Does not belong here: which sentence follows (`reports/page_one.yaml`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.page_one.energy import energy_state
from pipelines.publishing.report.page_one.rules import Facts
from pipelines.publishing.report.sections.figures import amount, distance, joined, why_missing
from pipelines.publishing.report.sections.part_read import the_part
from pipelines.publishing.rows import Row

CODE = "EMI11"
_RATIOS = {
    "doubled": (Decimal("1.95"), Decimal("2.1")),
    "nearly doubled": (Decimal("1.8"), Decimal("1.95")),
    "halved": (Decimal("0.48"), Decimal("0.51")),
    "nearly halved": (Decimal("0.51"), Decimal("0.56")),
}
"""What a gap's growth is called, from the ratio of its two figures."""


def facts(read: DistrictReading, words: Words) -> Facts:
    """What page one can say of twelve months of emissions."""
    row, kpi = read.kpi(CODE), read.declared(CODE)
    value = row["value"] if row is not None else None
    coverage = row["coverage"] if row is not None else None
    low: Decimal | None = row["interval_low"] if row is not None else None
    high: Decimal | None = row["interval_high"] if row is not None else None
    energy = energy_state(read)
    known = {
        "value": value is not None,
        "hidden": row is not None and bool(row["suppressed"]),
        "little read": row is not None and read.little(row),
        "interval known": low is not None and high is not None,
        # Where energy is not told for a reason, that is the reason for emissions too, and has been said.
        "energy told": energy["value"],
    }
    printed: dict[str, object] = {
        "value": joined(amount(value or Decimal(0), kpi["unit"], 0, words)),
        "coverage": "" if coverage is None else the_part(coverage, words),
        "reason": why_missing(row, kpi, words),
        "low": "" if low is None else words.number(low),
        "high": "" if high is None else words.number(high),
    }
    place, trend = _place(read, row, words), _trend(read, row, words)
    return Facts(
        {**known, **place.known, **trend.known}, {**printed, **place.printed, **trend.printed}
    )


def _place(read: DistrictReading, row: Row | None, words: Words) -> Facts:
    target = read.target(CODE)
    gap: Decimal | None = distance(row)
    way = read.one("emission_trajectory")
    asked = row["target"] if row is not None else None
    by = words.number(abs(gap or Decimal(0)))
    known = {
        "target": target is not None,
        "declared without target": target is not None and target["path"] is None,
        "gap": gap is not None,
        "goal reached": way is not None and way["arrival"] == "reached",
        "gap prints as zero": gap is not None and by == "0",
        "above": gap is not None and gap > 0,
        "below": gap is not None and gap < 0,
        "path at zero": asked == 0,
    }
    printed: dict[str, object] = {
        "gap": by,
        "percent": words.percent(abs(gap / asked * 100), 1) if gap is not None and asked else "",
        "year": target["target_year"] if target is not None else "",
    }
    return Facts(known, printed)


def _trend(read: DistrictReading, row: Row | None, words: Words) -> Facts:
    """How the gap has moved in a year: told where both are known, differ in print and neither is nothing."""
    now, then = distance(row), distance(read.kpi(CODE, read.year_before))
    told = (
        now is not None
        and then is not None
        and words.number(then) not in ("0", words.number(now))
        and words.number(now) != "0"
    )
    ratio = Decimal(0)
    if told and now is not None and then is not None:
        ratio = abs(now / then)
    known = {
        "trend": told,
        "was below": then is not None and then < 0,
        "was above": then is not None and then > 0,
        "grown": ratio > 1,
        **{name: low <= ratio < high for name, (low, high) in _RATIOS.items()},
    }
    printed: dict[str, object] = {
        "gap_then": words.number(abs(then or Decimal(0))),
        "gap_now": words.number(abs(now or Decimal(0))),
    }
    return Facts(known, printed)


def carrier_facts(read: DistrictReading, words: Words) -> Facts:
    """The two carriers that most emissions come from, and how each has moved in a year."""
    table = ("emissions_by_carrier_sector", "tco2e")
    now, then = (
        read.twelve_months(*table, month, "carrier", "sector")
        for month in (read.month, read.year_before)
    )
    shown = {name: value for name, value in now.items() if value is not None}
    total = sum(shown.values(), Decimal(0))
    largest = sorted(shown, key=lambda name: -shown[name])[:2]
    moved = [shown[name] - before for name in largest if (before := then.get(name)) is not None]
    told = len(now) == len(shown) > 1 and total > 0 and len(moved) == len(largest)
    # A share of a sum with a credit in it says nothing.
    told = told and min(shown.values()) >= 0
    known: dict[str, bool] = {"carriers known": told}
    printed: dict[str, object] = {}
    for which, name, by in zip(("first", "second"), largest, moved, strict=False):
        value = words.number(abs(by))
        known |= {
            f"{which} same": value == "0",
            f"{which} fell": value != "0" and by < 0,
            f"{which} rose": value != "0" and by > 0,
        }
        printed |= {
            f"of_{which}": words.named("carrier_of", name),
            f"{which}_by": joined((value, words.named("unit", "tCO2e"))),
        }
    if told:
        printed |= {
            "Carrier": capital(words.named("carrier_the", largest[0])),
            "the_share": words.the(words.percent(shown[largest[0]] / total * 100, 0)),
        }
    return Facts(known, printed)
