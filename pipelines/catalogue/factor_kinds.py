"""Kinds of factors: what each must say of itself, and the units it may be printed in.

Belongs here: closed lists and exact multiples. Does not belong here: a factor (`factor.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

Carrier = Literal[
    "electricity",
    "natural_gas",
    "district_heat",
    "lpg",
    "gas_oil",
    "diesel_oil",
    "motor_gasoline",
    "residual_fuel_oil",
    "biomass",
    "wood",
    "other_solid_biomass",
    "biogas",
    "msw_fossil",
    "water_supply",
    "waste_water",
]
Kind = Literal["emission", "outlook", "conversion", "gwp", "primary_energy", "benchmark"]
Basis = Literal["production", "consumption", "residual", "contract", "life_cycle", "delivered"]
Use = Literal["industrial", "commercial", "residential", "energy_industries", "road"]
NEEDS_BASIS = ("electricity", "district_heat")
KG = {"g": Decimal("0.001"), "kg": Decimal(1), "t": Decimal(1000)}
PER_KWH = {
    "kWh": Decimal(1),
    "kWh_NCV": Decimal(1),
    "MWh": Decimal("0.001"),
    "MWh_NCV": Decimal("0.001"),
    "TJ_NCV": Decimal("0.0000036"),
}
KG_PER_KWH = {
    f"{mass}{of}/{per}": of_mass * of_energy
    for mass, of_mass in KG.items()
    for of in ("", "CO2", "CO2e")
    for per, of_energy in PER_KWH.items()
}
KG_PER_UNIT = {
    f"{mass}{of}/{per}": (of_mass, per)
    for mass, of_mass in KG.items()
    for of in ("", "CO2", "CO2e")
    for per in ("t", "kg", "m3", "l", "km", "tkm", "pkm", "p")
}
"""Of activities: mass of gas per tonne, kilometre, person … of what is done."""
KWH_PER_SMC = {"GJ/1000Sm3": Decimal(1) / Decimal("3.6"), "kWh_NCV/Sm3": Decimal(1)}
KWH_PER_KG = {
    "TJ/Gg": Decimal(1) / Decimal("3.6"),
    "GJ/t": Decimal(1) / Decimal("3.6"),
    "kWh_NCV/kg": Decimal(1),
}
UNITS: Mapping[str, tuple[str, ...]] = {
    "emission": tuple(dict.fromkeys((*KG_PER_KWH, *KG_PER_UNIT, "kg/Sm3", "t/1000Sm3"))),
    "outlook": tuple(KG_PER_KWH),
    "conversion": (*KWH_PER_SMC, *KWH_PER_KG, "kg/l", "%"),
    "gwp": ("kgCO2e/kg",),
    "primary_energy": ("toe/MWh", "toe/1000Nm3", "toe/1000l", "kWh_p/kWh"),
    "benchmark": ("kWh/m3", "m3/km/day", "%"),
}
MANDATORY: Mapping[str, tuple[str, ...]] = {
    "emission": ("what", "gas", "vintage", "place"),
    "outlook": ("carrier", "basis", "series", "vintage", "place", "page"),
    "conversion": ("carrier", "vintage"),
    "gwp": ("gas", "gwp_set"),
    "primary_energy": ("carrier", "vintage"),
    "benchmark": ("carrier", "vintage", "place"),
}
SAID = {
    "vintage": "'year' or 'valid_from'",
    "place": "'region' or 'operator'",
    "what": "'carrier' or 'activity'",
}
