"""What a source may say of figures that were not read: how a period falls to its months, how a gap is filled.

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
MONTH_OF_HOURS = 31 * 24 + 1


class Substitution(Declaration):
    """How a gap in a curve is filled, and the longest gap that is.

    `linear` is the mean of what flowed just before and just after; `last_year` is what the point drew
    in the same hours of the same weekday 52 weeks before, where it was read throughout.
    """

    method: Literal["linear", "last_year"]
    up_to_hours: Decimal = Field(gt=0, le=MONTH_OF_HOURS)


def calendarised(
    said: Calendarising | dict[Carrier, Calendarising] | None,
) -> Iterator[tuple[str, str]]:
    """Carrier and method of what a source says, one word for all carriers or one for each."""
    if isinstance(said, str):
        yield from ((carrier, said) for carrier in get_args(Carrier))
    else:
        yield from (said or {}).items()
