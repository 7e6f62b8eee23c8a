"""Which factor serves a place and a year, within one series and one basis.

Belongs here: the order operator, region, country, default, and the closest earlier vintage. Does
not belong here: the choice of the series (`factor_path.py`). The warehouse says the same in SQL;
tests and `nzd explain` hold the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.catalogue.factor import Factor
from pipelines.catalogue.factor_kinds import Basis, Kind, Use

WORLD = "WORLD"


class NoFactorError(LookupError):
    """No factor of the series serves the place and year that were asked for."""


class AmbiguousFactorError(LookupError):
    """Several factors serve equally well: the question has to say more."""


@dataclass(frozen=True)
class Resolved:
    """A factor and how old it is for the year it serves, in years."""

    factor: Factor
    age_years: int


def resolve(
    factors: Iterable[Factor],
    *,
    kind: Kind,
    carrier: str,
    year: int,
    series: str,
    gas: str | None = None,
    basis: Basis | None = None,
    use: Use | None = None,
    region: str = "IT",
    operator: str | None = None,
    unit: str | None = None,
) -> Resolved:
    """The factor that serves a place and a year.

    The operator's own comes first, then the region's (its NUTS code, then what that lies in), the
    country's and the world's; within the first of these that has a vintage not later than the
    year, the latest such vintage. Series, basis, gas and use must agree exactly: nothing is
    borrowed from another.

    Args:
        factors: What to choose from.
        kind: Kind of factor.
        carrier: Carrier as the factors call it.
        year: Year of the activity.
        series: Publisher's series.
        gas: Gas, for emission factors.
        basis: What an electricity or heat factor counts.
        use: Use of the fuel, where the series has one factor per use.
        region: Country or NUTS code.
        operator: Network operator, where there is one.
        unit: Unit, where a series gives one quantity in several; emission factors default to
            those per unit of energy.

    Raises:
        NoFactorError: nothing serves.
        AmbiguousFactorError: several do.
    """
    asked = (kind, carrier, gas, basis, series, use)
    fitting = [
        factor
        for factor in factors
        if (factor.kind, factor.carrier, factor.gas, factor.basis, factor.series, factor.use)
        == asked
        and (factor.unit == unit if unit else kind != "emission" or factor.kg_per_kwh is not None)
    ]
    for served in _places(fitting, region, operator):
        earlier = [f for f in served if f.vintage is not None and f.vintage <= year]
        if not earlier:
            continue
        vintage = max(f.vintage or 0 for f in earlier)
        newest = [f for f in earlier if f.vintage == vintage]
        if len(newest) > 1:
            codes = ", ".join(sorted(f.code for f in newest))
            raise AmbiguousFactorError(f"{codes} all serve {carrier} in {year}; say the unit.")
        return Resolved(newest[0], year - vintage)
    raise NoFactorError(
        f"No {kind} factor of {carrier}"
        + "".join(f", {name}" for name in (gas, basis, use) if name)
        + f" in series '{series}' serves {operator or region} in {year} or earlier."
    )


def _places(fitting: list[Factor], region: str, operator: str | None) -> Iterator[list[Factor]]:
    """The fitting factors by how close they are: operator, region and what it lies in, world."""
    yield [f for f in fitting if operator is not None and f.operator == operator]
    general = [f for f in fitting if f.operator is None]
    for length in range(len(region), 1, -1):
        yield [f for f in general if f.region == region[:length]]
    yield [f for f in general if f.region == WORLD]
