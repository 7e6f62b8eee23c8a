"""What a district and its sources may say of figures that were not read: how periods and gaps are dealt with.

Belongs here: the words of `calendarise:` and `substitute:`. Does not belong here: the arithmetic, which is
the warehouse's (`dbt_project/models/intermediate/metering`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, get_args

from pydantic import Field

from pipelines.catalogue.declaration import Declaration

Carrier = Literal[
    "electricity",
    "natural_gas",
    "district_heat",
    "lpg",
    "gas_oil",
    "biomass",
    "water",
    "waste_water",
]
Calendarising = Literal["days", "degree_days"]
ByCarrier = Calendarising | dict[Carrier, Calendarising] | None
"""One word for all carriers, or one for each."""
MONTH_OF_HOURS = 31 * 24 + 1


class Substitution(Declaration):
    """How a gap in a curve is filled, and the longest gap that is.

    `linear` is the mean of what flowed just before and just after; `last_year` is what the point drew
    in the same hours of the same weekday 52 weeks before, where it was read throughout.
    """

    method: Literal["linear", "last_year"]
    up_to_hours: Decimal = Field(gt=0, le=MONTH_OF_HOURS)


def calendarised(source: ByCarrier, district: ByCarrier = None) -> Iterator[tuple[str, str]]:
    """Carrier and method of a source: what it says itself, else what its district says."""
    yield from {**_of_each(district), **_of_each(source)}.items()


def _of_each(said: ByCarrier) -> dict[str, str]:
    if isinstance(said, str):
        return dict.fromkeys(get_args(Carrier), said)
    return dict(said.items()) if said else {}
