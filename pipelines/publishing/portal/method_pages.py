"""Methods and factors: what every KPI means, how it is made, when it is not told; every factor with its source.

Belongs here: the declarations an edition was made with, as a reader asks for them. Does not belong here: the
declarations themselves (`catalogue`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pipelines.publishing.language import DASH, capital
from pipelines.publishing.portal.page import Site
from pipelines.publishing.report.sections.figures import formula_of
from pipelines.publishing.rows import Row, plain

_LETTERED = re.compile(r"(\w+)_([abcd])")
_SIZELESS = frozenset({"%", "score", "points", "stage", "days", "years", "ratio", "index"})
"""Units that say nothing of how large a district is."""


def methods(site: Site) -> bytes:
    """Every KPI by theme, then the thresholds."""
    latest = site.holdings.latest
    themes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for kpi in latest.reading.kpis.values() if latest else ():
        themes[kpi["theme"]].append(_kpi(site, kpi))
    limits = latest.reading.table("thresholds") if latest else []
    return site.page(
        "methods",
        site.text("methods.title"),
        themes=[
            (theme, capital(site.say(f"theme.{theme}")), kpis) for theme, kpis in themes.items()
        ],
        limits=[
            (_limit(site, row["name"]), site.words.number(row["value"], _places(row)))
            for row in limits
        ],
    )


def factors(site: Site) -> bytes:
    """Every factor of the newest edition."""
    latest = site.holdings.latest
    rows = latest.reading.table("factors") if latest else []
    return site.page(
        "factors", site.text("factors.title"), factors=[_factor(site, row) for row in rows]
    )


def sizeless(kpi: Row) -> bool:
    """Whether a KPI's level may stand beside that of another district: a share, an intensity, a score."""
    return bool(kpi["value_kind"] == "ratio" or kpi["unit"] in _SIZELESS)


def _kpi(site: Site, kpi: Row) -> dict[str, Any]:
    absent = None
    if not kpi["computed"]:
        reason = kpi.get(f"reason_not_computed_{site.code}") or site.words.named(
            "reason", kpi["reason_not_computed"]
        )
        absent = site.text("methods.not_computed", reason=reason)
    method = kpi.get(f"method_{site.code}")
    return {
        "code": kpi["code"],
        "name": site.set(str(kpi[f"name_{site.code}"])),
        "absent": absent,
        "method": site.set(str(method)) if method else None,
        "facts": list(_facts(site, kpi)),
        "explore": f"explorer.html#k={kpi['code']}" if kpi["computed"] else None,
    }


def _facts(site: Site, kpi: Row) -> Iterator[tuple[str, str]]:
    if kpi.get("formula"):
        yield site.text("methods.formula"), site.set(formula_of(kpi, site.words))
    unit = site.words.named("unit", kpi["unit"]) or site.text("methods.count")
    yield site.text("methods.unit"), unit
    if kpi["period"]:
        yield site.text("methods.period"), site.say(f"period.{kpi['period']}")
    yield site.text("methods.cadence"), site.text(f"cadence.{kpi['cadence']}")
    yield (
        site.text("methods.comparing"),
        site.text("methods.intensive" if sizeless(kpi) else "methods.extensive"),
    )
    yield (
        site.text("methods.protection"),
        site.text(f"methods.rule.{kpi['disclosure_rule']}", **_limits(site)),
    )
    held = "withheld" if kpi.get("withheld_below_line") else None
    graded = "registered" if kpi.get("evidence_dataset") else "graded"
    told = [site.text(f"methods.{one}") for one in (graded, held) if one]
    yield site.text("methods.coverage"), "; ".join(told)
    yield site.text("methods.lever"), site.words.named("lever", kpi["lever"])
    if kpi.get("reference"):
        yield site.text("methods.reference"), site.set(str(kpi["reference"]))


def _limits(site: Site) -> dict[str, str]:
    latest = site.holdings.latest
    named = latest.reading.thresholds if latest else {}
    return {name: site.words.number(value) for name, value in named.items()}


def _limit(site: Site, name: str) -> str:
    lettered = _LETTERED.fullmatch(name)
    if lettered:
        return site.text(f"limit.{lettered[1]}", letter=lettered[2].upper())
    return site.text(f"limit.{name}") if site.words.has(f"portal.limit.{name}") else name


def _places(row: Row) -> int:
    _, _, decimals = plain(row["value"]).partition(".")
    return len(decimals)


def _factor(site: Site, row: Row) -> dict[str, Any]:
    """One factor; an edition of an older version may know less of it."""
    carrier = row.get("carrier")
    what = [
        carrier and site.words.named("carrier", carrier),
        row.get("gas"),
        row.get("activity"),
        row.get("use"),
    ]
    _, _, decimals = plain(row["value"]).partition(".")
    series = ", ".join(filter(None, (row.get("series"), row.get("basis"))))
    return {
        "code": row["factor_code"],
        "what": site.set(", ".join(filter(None, what))) or DASH,
        "value": f"{site.words.number(row['value'], len(decimals))} {site.set(row['unit'])}",
        "year": row.get("valid_year") or DASH,
        "series": site.set(series) or DASH,
        "source": " · ".join(filter(None, (row.get("source"), row.get("page")))) or DASH,
        "note": " · ".join(filter(None, (row.get("url"), row.get("licence")))),
    }
