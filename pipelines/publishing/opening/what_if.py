"""What a chosen set of measures would do, told on the city's own machine: nothing here is published.

Belongs here: reading the marts for one district and month, and the lines of `nzd whatif`. Does not belong here: how
measures are put together (`scenarios.py`), what a report may show of them (`measure_tables.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines.publishing.language import DASH, Words, words
from pipelines.publishing.protecting.measure_tables import start_of
from pipelines.publishing.protecting.scenarios import (
    AHEAD,
    NO_ENERGY,
    Realised,
    Scenario,
    Start,
    realised,
    scenario,
)
from pipelines.publishing.report.typesetting import typeset_text
from pipelines.publishing.rows import Row, read_rows
from pipelines.settings import checkout


@dataclass(frozen=True)
class WhatIf:
    """A scenario, where it starts from, and the ledger it is chosen from."""

    district: str
    month: str
    start: Start
    found: Scenario
    measures: tuple[Row, ...]
    realised: Realised | None = None
    """What meters say of promises that were made before."""


def what_if(marts: Path, district: str, month: str, chosen: Sequence[str]) -> WhatIf:
    """The scenario of a set of measures, all that are ahead where none is named.

    Args:
        marts: The folder of a view's marts.
        district: The district.
        month: The month whose ledger, use and factors are taken.
        chosen: Codes of measures.

    Raises:
        LookupError: no ledger for the district and month, or a code that is not on it.
    """

    def own(name: str) -> list[Row]:
        rows = read_rows(marts / f"{name}.parquet")
        return [row for row in rows if (row["district_id"], row["month"]) == (district, month)]

    measures = own("fct_measures")
    if not measures:
        raise LookupError(
            f"Expected a ledger of measures of {district} in {month} and found none. Collect its register "
            "(dataset 'measures') and build."
        )
    codes = chosen or [
        str(row["measure_id"])
        for row in measures
        if row["status"] in AHEAD and row["reason"] != NO_ENERGY
    ]
    start = start_of(next(iter(own("fct_emission_trajectory")), None))
    try:
        found = scenario(codes, measures, own("fct_measure_savings_at_points"), start)
    except ValueError as error:
        raise LookupError(str(error)) from error
    so_far = realised(own("fct_measure_savings"))
    return WhatIf(district, month, start, found, tuple(measures), so_far)


def what_if_text(told: WhatIf, language: str = "en") -> str:
    """The scenario as lines for a terminal."""
    said = words(language, checkout() / "reports" / "text")
    found, year = told.found, told.start.target_year
    known = {str(row["measure_id"]): row for row in told.measures}
    lines = [
        said.say("whatif.head", district=told.district, month=said.month(told.month), year=year),
        *(_measure(known[code], said) for code in found.measures),
        said.say("whatif.start", value=_tonnes(told.start.emissions_tco2e, said)),
        said.say("whatif.avoided", year=year, value=_tonnes(found.avoided_tco2e, said)),
        said.say("whatif.left", year=year, value=_tonnes(found.emissions_tco2e, said)),
        said.say(
            "whatif.gap",
            year=year,
            path=_tonnes(told.start.path_tco2e, said),
            before=_tonnes(_gap_before(told.start), said, sign=True),
            value=_tonnes(found.gap_tco2e, said, sign=True),
        ),
        said.say(
            "whatif.cost",
            capex=_euro(found.capex_eur, said),
            yearly=_euro(found.yearly_cost_eur, said),
        ),
        said.say("whatif.payback", years=_years(found.payback_years, said)),
        said.say(
            "whatif.per_tonne", value=_euro(found.cost_per_tonne_eur, said), rate=_rate(told, said)
        ),
        said.say("whatif.overlap", value=_tonnes(found.not_additive_tco2e, said)),
    ]
    for name, codes in (
        ("without_figure", found.without_figure),
        ("without_cost", found.without_cost),
    ):
        if codes:
            lines.append(said.say(f"whatif.{name}", codes=", ".join(codes)))
    lines.append(_how_sure(told, said))
    return typeset_text("\n".join(lines), language)


def _how_sure(told: WhatIf, said: Words) -> str:
    """What is expected has no interval; how promises came true so far is the nearest to one."""
    if told.realised is None:
        return said.say("whatif.not_measured")
    return said.say(
        "whatif.realised",
        count=told.realised.measures,
        share=said.percent(told.realised.percent, 0),
        unsure=said.number(told.realised.uncertainty, 0),
        value=_tonnes(told.found.avoided_tco2e * told.realised.percent / 100, said),
    )


def _gap_before(start: Start) -> Decimal | None:
    if start.emissions_tco2e is None or start.path_tco2e is None:
        return None
    return start.emissions_tco2e - start.path_tco2e


def _years(value: Decimal | None, said: Words) -> str:
    return DASH if value is None else said.number(value, 1)


def _measure(row: Row, said: Words) -> str:
    return said.say(
        "whatif.measure",
        code=row["measure_id"],
        name=row["name"],
        status=said.named("measure_state", row["status"]),
        since=DASH if row["saves_from"] is None else said.day(row["saves_from"]),
        until=DASH if row["saves_until"] is None else said.day(row["saves_until"]),
    )


def _tonnes(value: Decimal | None, said: Words, *, sign: bool = False) -> str:
    return (
        DASH
        if value is None
        else f"{said.number(value, 1, sign=sign)} {said.named('unit', 'tCO2e')}"
    )


def _euro(value: Decimal | None, said: Words) -> str:
    return DASH if value is None else f"{said.number(value, 0)} EUR"


def _rate(told: WhatIf, said: Words) -> str:
    return said.percent(told.measures[0]["discount_rate"] * 100, 1)
