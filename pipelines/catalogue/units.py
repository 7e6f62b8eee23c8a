"""The units that senders use: their exact factor to the canonical one, and how they are spelled.

Belongs here: which units there are and how a declaration names them. Does not belong here:
converting (`connectors/parsers/quantities`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from pipelines.catalogue.declaration import Declaration, did_you_mean

ENERGY, GAS, VOLUME, MASS = "kWh", "Smc", "m3", "kg"

UNITS: dict[str, tuple[str, Fraction]] = {
    # unit: (canonical unit, factor); 1 cal = 4.1868 J (international table), 1 therm = 100 000
    # BTU(IT).
    "Wh": (ENERGY, Fraction(1, 1000)),
    "kWh": (ENERGY, Fraction(1)),
    "MWh": (ENERGY, Fraction(1000)),
    "GWh": (ENERGY, Fraction(1_000_000)),
    "MJ": (ENERGY, Fraction(5, 18)),
    "GJ": (ENERGY, Fraction(5000, 18)),
    "kcal": (ENERGY, Fraction(1163, 1_000_000)),
    "Mcal": (ENERGY, Fraction(1163, 1000)),
    "Gcal": (ENERGY, Fraction(1163)),
    "therm": (ENERGY, Fraction("105.505585262") / Fraction("3.6")),
    "Btu": (ENERGY, Fraction("0.00105505585262") / Fraction("3.6")),
    "W": ("kW", Fraction(1, 1000)),
    "kW": ("kW", Fraction(1)),
    "MW": ("kW", Fraction(1000)),
    "Smc": (GAS, Fraction(1)),
    "m3": (VOLUME, Fraction(1)),
    "hl": (VOLUME, Fraction(1, 10)),
    "l": (VOLUME, Fraction(1, 1000)),
    "dl": (VOLUME, Fraction(1, 10_000)),
    "dal": (VOLUME, Fraction(1, 100)),
    "ft3": (VOLUME, Fraction("0.028316846592")),
    "m2": ("m2", Fraction(1)),
    "ha": ("m2", Fraction(10_000)),
    "kg": (MASS, Fraction(1)),
    "t": (MASS, Fraction(1000)),
    "EUR": ("EUR", Fraction(1)),
    "kEUR": ("EUR", Fraction(1000)),
    "MEUR": ("EUR", Fraction(1_000_000)),
    "C": ("C", Fraction(1)),
    "mm": ("mm", Fraction(1)),
    "cm": ("mm", Fraction(10)),
    "h": ("h", Fraction(1)),
    "min": ("h", Fraction(1, 60)),
    "y": ("y", Fraction(1)),
    "kWh/y": ("kWh/y", Fraction(1)),
    "MWh/y": ("kWh/y", Fraction(1000)),
    "kWh/m2": ("kWh/m2", Fraction(1)),
    "MJ/m2": ("kWh/m2", Fraction(5, 18)),
}

SPELLINGS = {
    "mc": "m3", "m³": "m3", "mcubi": "m3", "litri": "l", "sm3": "Smc", "stm3": "Smc",
    "smc": "Smc", "euro": "EUR", "€": "EUR",
    "°c": "C", "mj/m²": "MJ/m2", "kwh/m²": "kWh/m2", "m²": "m2", "mq": "m2",
    "therms": "therm", "kwp": "kW",
}  # fmt: skip
"""How senders write units, casefolded, where it differs from our name by more than case."""

CARRIER_UNITS = {
    "electricity": {ENERGY}, "district_heat": {ENERGY}, "natural_gas": {GAS, ENERGY},
    "lpg": {ENERGY, VOLUME, MASS}, "gas_oil": {ENERGY, VOLUME, MASS}, "biomass": {ENERGY, MASS},
    "water": {VOLUME},
    "waste_water": {VOLUME},
}  # fmt: skip


def unit_named(text: str) -> str | None:
    """Our name of a unit as a sender writes it, or None where it is not one of ours."""
    bare = text.strip()
    if bare in UNITS:
        return bare
    folded = bare.casefold()
    if folded in SPELLINGS:
        return SPELLINGS[folded]
    alike = [name for name in UNITS if name.casefold() == folded]
    return alike[0] if len(alike) == 1 else None


def _a_unit(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    name = unit_named(value)
    if name is None:
        raise ValueError(f"'{value}' is not a unit.{did_you_mean(value, UNITS)}")
    return name


class UnitOfRow(Declaration):
    """The unit stands in each row, in this column; `map` where a sender's spelling is not known."""

    column: str
    map: dict[str, str] = Field(default_factory=dict)


Unit = Annotated[str | UnitOfRow, BeforeValidator(_a_unit)]
