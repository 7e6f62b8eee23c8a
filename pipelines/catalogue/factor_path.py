"""Which series of factors each line of the inventory uses, typed and checked against the factors.

Belongs here: the declared paths and conversions and what keeps them honest: one series and one
basis per line, no life-cycle factor in Scope 2. Does not belong here: the choice of a vintage
(`factor_choice.py`) and the factors themselves (`factor.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from pipelines.catalogue.declaration import (
    Declaration,
    DeclarationError,
    declare,
    line_of,
    read_yaml,
    shown,
)
from pipelines.catalogue.factor import PATHS, SHARED, Factor, Factors
from pipelines.catalogue.factor_kinds import Basis, Carrier

GwpSet = Literal["AR4", "AR5", "AR6"]
BASES: dict[str, tuple[str, ...]] = {
    "1": (),
    "2_location": ("production", "consumption", "delivered"),
    "2_market": ("residual", "contract", "delivered"),
    "3": (),
}


class Preferred(Declaration):
    """The better series of the same gas, which takes over as soon as someone supplies it."""

    basis: Basis | None = None
    series: str


class FactorPath(Declaration):
    """One line of the inventory: scope, carrier and gas, and the one series that serves it.

    `slot` names the factor that is waited for: a `preferred` series, or the line's only one.
    `factor_carrier` is what the factors call the carrier, where that differs. `by_use` picks the
    factor of the point's use. `ages` says whether the age of the factor lowers the grade.
    `instead_of` names the series of a shared path that this one takes the place of. Scope 3 of
    electricity is what its network loses: the series is one of lost shares, and what is lost has
    the factor of location-based Scope 2.
    """

    scope: Literal["1", "2_location", "2_market", "3"]
    carrier: Literal["electricity", "natural_gas", "district_heat", "lpg", "gas_oil", "biomass"]
    factor_carrier: Carrier | None = None
    gas: Literal["CO2", "CH4", "N2O", "CO2e"]
    basis: Basis | None = None
    series: str
    by_use: bool = False
    biogenic: bool = False
    ages: bool = True
    slot: str | None = None
    preferred: Preferred | None = None
    instead_of: str | None = None

    @property
    def carrier_of_factors(self) -> str:
        """What the factors of this path call its carrier."""
        return self.factor_carrier or self.carrier

    def serves(self, factor: Factor) -> bool:
        """Whether a factor belongs to this path."""
        if self.scope == "3":
            return factor.lost_share is not None and factor.series == self.series
        asked = (self.carrier_of_factors, self.gas, self.basis, self.series)
        has = (factor.carrier, factor.gas, factor.basis, factor.series)
        use_agrees = (factor.use is not None) == self.by_use
        return has == asked and use_agrees and factor.kg_per_kwh is not None


class ConversionPath(Declaration):
    """Which series turns a unit of a carrier into kWh of net calorific value.

    Net calorific values of liquids and solids are by mass: fuel that is sold by volume needs a
    density, which is a factor of this catalogue (`density`) or an assumption that is printed
    (`assumed_density`, kg per litre).
    """

    carrier: Literal["natural_gas", "lpg", "gas_oil", "biomass"]
    unit: Literal["Smc", "kg", "m3"]
    series: str
    factor_carrier: Carrier | None = None
    density: str | None = None
    assumed_density: Decimal | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _says_how_volume_becomes_mass(self) -> Self:
        densities = [one for one in (self.density, self.assumed_density) if one is not None]
        if len(densities) != (1 if self.unit == "m3" else 0):
            raise ValueError("a fuel by m3 needs one of 'density' and 'assumed_density', no other")
        return self

    @property
    def carrier_of_factors(self) -> str:
        """What the factors of this path call its carrier."""
        return self.factor_carrier or self.carrier

    def serves(self, factor: Factor) -> bool:
        """Whether a factor belongs to this path."""
        per_unit = factor.kwh_per_smc if self.unit == "Smc" else factor.kwh_per_kg
        asked = (self.carrier_of_factors, self.series)
        return (factor.carrier, factor.series) == asked and per_unit is not None

    def kg_per_unit(self, declared: Factors) -> Decimal:
        """What turns the unit into the one that the net calorific value is per."""
        if self.unit != "m3":
            return Decimal(1)
        density = declared[self.density].value if self.density else self.assumed_density
        return 1000 * (density or Decimal(0))


class PathFile(Declaration):
    """The shared paths, or those of a deployment."""

    gwp_set: GwpSet = "AR5"
    paths: tuple[FactorPath, ...] = ()
    conversions: tuple[ConversionPath, ...] = ()


@dataclass(frozen=True)
class Paths:
    """The paths in force and the default GWP set."""

    gwp_set: GwpSet
    paths: tuple[FactorPath, ...]
    conversions: tuple[ConversionPath, ...]


def paths(declared: Factors, deployment: Path | None = None) -> Paths:
    """The shared paths, with those a deployment put in the place of others.

    Args:
        declared: The factors and slots the paths must name.
        deployment: The folder of the district files; `factors/paths.yaml` there may change paths.

    Raises:
        DeclarationError: a path whose series or basis no factor has and no slot waits for, a
            life-cycle factor in Scope 2, a path that takes another's place without saying so.
    """
    shared_path = SHARED / PATHS
    shared_document = read_yaml(shared_path)
    shared = declare(PathFile, shared_document, shared_path)
    in_force = list(shared.paths)
    mistakes = [
        said
        for position, path in enumerate(shared.paths)
        for said in _mistakes(path, declared, _at(shared_document, shared_path, position))
    ]
    own_path = deployment / "factors" / PATHS if deployment else None
    if own_path is not None and own_path.is_file():
        own_document = read_yaml(own_path)
        own = declare(PathFile, own_document, own_path)
        for position, path in enumerate(own.paths):
            here = _at(own_document, own_path, position)
            mistakes += _mistakes(path, declared, here) + _put(path, in_force, here)
    mistakes += _conversion_mistakes(shared, declared, shared_path)
    if mistakes:
        raise DeclarationError(mistakes)
    best = tuple(_best(path, declared) for path in in_force)
    _refuse_twins(best, declared)
    return Paths(shared.gwp_set, best, shared.conversions)


def _best(path: FactorPath, declared: Factors) -> FactorPath:
    """The path with its preferred series for every year, or as it is while nobody supplied one."""
    if path.preferred is None:
        return path
    better = path.model_copy(
        update={"basis": path.preferred.basis, "series": path.preferred.series, "preferred": None}
    )
    return better if any(better.serves(factor) for factor in declared.values()) else path


def _refuse_twins(in_force: tuple[FactorPath, ...], declared: Factors) -> None:
    """Two factors that serve one line, place and year equally well: nobody may choose for people."""
    mistakes = []
    for path in in_force:
        seen: dict[tuple[object, ...], Factor] = {}
        for factor in declared.values():
            place = (factor.use, factor.region, factor.operator, factor.vintage)
            if path.serves(factor) and seen.setdefault(place, factor) is not factor:
                mistakes.append(
                    f"{declared.declared_at[factor.code]}: {factor.code} serves the same line, place "
                    f"and year as {seen[place].code}: scope {path.scope}, {path.carrier}, {path.gas}. "
                    "Keep one of them, or give them series of their own."
                )
    if mistakes:
        raise DeclarationError(list(dict.fromkeys(mistakes)))


def _at(document: object, path: Path, position: int) -> str:
    return f"{shown(path)}:{line_of(document, ('paths', position))}: paths.{position}"


def _mistakes(path: FactorPath, declared: Factors, here: str) -> list[str]:
    allowed = BASES[path.scope]
    if allowed and path.basis not in allowed:
        accepted = ", ".join(allowed)
        return [
            f"{here}: basis '{path.basis}' is not for scope {path.scope}. Accepted: {accepted}."
        ]
    if path.slot is not None and path.slot not in declared.slots:
        return [f"{here}: no slot is called '{path.slot}'."]
    served = any(path.serves(factor) for factor in declared.values())
    if not served and path.slot is None:
        said = f"no factor of {path.carrier_of_factors}, {path.gas} has series '{path.series}'"
        return [f"{here}: {said} and basis '{path.basis}', and no slot waits for one."]
    return []


def _put(path: FactorPath, in_force: list[FactorPath], here: str) -> list[str]:
    """Put a deployment's path in force, in the place it names."""
    same_line = [
        other for other in in_force if (other.scope, other.carrier) == (path.scope, path.carrier)
    ]
    given_up = [other for other in same_line if other.series == path.instead_of]
    if path.instead_of is not None and not given_up:
        known = ", ".join(sorted({other.series for other in same_line})) or "none"
        return [f"{here}: instead_of: no path uses '{path.instead_of}' there. In force: {known}."]
    kept = [other for other in same_line if other not in given_up]
    if any(other.gas == path.gas or "CO2e" in (other.gas, path.gas) for other in kept):
        said = f"scope {path.scope}, {path.carrier} already has a path for {path.gas}"
        return [f"{here}: {said}; name the series it takes the place of with 'instead_of'."]
    for other in given_up:
        in_force.remove(other)
    in_force.append(path)
    return []


def _conversion_mistakes(shared: PathFile, declared: Factors, path: Path) -> list[str]:
    unserved = [
        f"{shown(path)}:1: conversions: no factor of series '{wanted.series}' converts "
        f"{wanted.unit} of {wanted.carrier} into kWh."
        for wanted in shared.conversions
        if not any(wanted.serves(factor) for factor in declared.values())
    ]
    return unserved + [
        f"{shown(path)}:1: conversions: density: no factor in kg/l is called '{wanted.density}'."
        for wanted in shared.conversions
        if wanted.density is not None
        and (wanted.density not in declared.found or declared[wanted.density].unit != "kg/l")
    ]
