"""What quantities are multiplied by: factors with their source, and slots for those still missing.

Belongs here: what a factor is, what makes one meaningful, and the loader of `factors/`. Does not
belong here: which series a line of the inventory uses (`factor_path.py`), which vintage serves a
year (`factor_choice.py`), and any multiplication.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from pipelines.catalogue.declaration import (
    Bilingual,
    Declaration,
    DeclarationError,
    declare,
    did_you_mean,
    line_of,
    plain,
    read_yaml,
    shown,
)
from pipelines.catalogue.factor_kinds import (
    KG_PER_KWH,
    KG_PER_UNIT,
    KWH_PER_KG,
    KWH_PER_SMC,
    MANDATORY,
    NEEDS_BASIS,
    SAID,
    UNITS,
    Basis,
    Carrier,
    Kind,
    Use,
)

SHARED = Path(__file__).parent / "factors"
PATHS = "paths.yaml"

NINE_PLACES = Decimal("1e-9")


class Factor(Declaration):
    """One factor with its value, what it is valid for, and where it is written.

    `region` is a country, a NUTS code or WORLD. `basis` and `series` say what an electricity or
    heat factor counts and who publishes it. `activity` names what emits other than by energy used:
    a process, waste, transport. `page` is the page, table, row or record of the source, `licence`
    the terms of its publisher, or that none are stated. A shared factor ships with the status of a
    check; one that a deployment brings is `declared` unless it says more.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9_]*$")]
    kind: Kind
    carrier: Carrier | None = None
    activity: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] | None = None
    gas: Literal["CO2", "CH4", "N2O", "CO2e", "HFC134a", "SF6", "NF3"] | None = None
    biogenic: bool = False
    basis: Basis | None = None
    series: str | None = None
    use: Use | None = None
    value: Decimal
    unit: str
    year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    valid_from: date | None = None
    gwp_set: Literal["AR4", "AR5", "AR6"] | None = None
    region: str | None = None
    operator: str | None = None
    status: Literal["verified", "verified_secondary", "derived", "declared"] = "declared"
    derived_from: tuple[str, ...] = ()
    source: Annotated[str, Field(min_length=1)]
    page: str | None = None
    url: str | None = None
    licence: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        has = {
            "vintage": self.vintage,
            "place": self.region or self.operator,
            "what": self.carrier or self.activity,
        }
        needed = [*MANDATORY[self.kind]]
        if self.kind == "emission" and self.carrier in NEEDS_BASIS:
            needed += ["basis", "series"]
        missing = [name for name in needed if has.get(name, getattr(self, name, None)) is None]
        if missing:
            what = f"'{self.kind}'" + (f" factor of {self.carrier}" if self.carrier else " factor")
            names = ", ".join(SAID.get(name, f"'{name}'") for name in missing)
            raise ValueError(f"a {what} needs {names}")
        return self

    @model_validator(mode="after")
    def _unit_belongs_to_the_kind(self) -> Self:
        if self.unit not in UNITS[self.kind]:
            accepted = did_you_mean(self.unit, UNITS[self.kind])
            raise ValueError(f"'{self.unit}' is no unit of a '{self.kind}' factor.{accepted}")
        if self.activity is not None and (self.carrier or self.unit not in KG_PER_UNIT):
            raise ValueError(
                "a factor of an activity has no carrier, and a unit of mass per its quantity"
            )
        if (self.status == "derived") != bool(self.derived_from):
            raise ValueError("a derived factor names the factors it is derived_from, no other does")
        return self

    @property
    def vintage(self) -> int | None:
        """The year the value stands for; a GWP has none."""
        if self.year is None and self.valid_from is not None:
            return self.valid_from.year
        return self.year

    @property
    def kg_per_kwh(self) -> Decimal | None:
        """An emission factor or an outlook in kg per kWh (fuels: net calorific value), where it is per energy."""
        if self.kind not in ("emission", "outlook") or self.unit not in KG_PER_KWH:
            return None
        return _nine(self.value * KG_PER_KWH[self.unit])

    @property
    def kg_per_unit(self) -> tuple[Decimal, str] | None:
        """An emission factor of an activity in kg, and the unit of the activity it is per."""
        if self.activity is None or self.unit not in KG_PER_UNIT:
            return None
        mass, per = KG_PER_UNIT[self.unit]
        return _nine(self.value * mass), per

    @property
    def kwh_per_kg(self) -> Decimal | None:
        """A conversion in kWh of net calorific value per kg, where it is one."""
        if self.kind != "conversion" or self.unit not in KWH_PER_KG:
            return None
        return _nine(self.value * KWH_PER_KG[self.unit])

    @property
    def lost_share(self) -> Decimal | None:
        """The share of the power drawn that its network lost on the way, where it is one."""
        if (self.kind, self.carrier, self.unit) != ("conversion", "electricity", "%"):
            return None
        return _nine(self.value / 100)

    @property
    def kwh_per_smc(self) -> Decimal | None:
        """A conversion in kWh of net calorific value per standard cubic metre, where it is one."""
        if self.kind != "conversion" or self.unit not in KWH_PER_SMC:
            return None
        return _nine(self.value * KWH_PER_SMC[self.unit])


class Slot(Declaration):
    """A factor that is needed and not found: no value, and what would fill it."""

    code: Annotated[str, Field(pattern=r"^NF_[A-Z0-9_]+$")]
    kind: Kind
    carrier: Carrier | None = None
    needs: Bilingual


class SlotEmptyError(LookupError):
    """A factor was asked for that nobody has supplied yet."""

    def __init__(self, slot: Slot) -> None:
        super().__init__(f"{slot.code} has no value yet. Needed: {slot.needs.en}")
        self.slot = slot


@dataclass(frozen=True)
class Factors(Mapping[str, Factor]):
    """Every factor by code, the slots beside them, and where each was declared."""

    found: Mapping[str, Factor]
    slots: Mapping[str, Slot]
    declared_at: Mapping[str, str]

    def __getitem__(self, code: str) -> Factor:
        """The factor of that code.

        Raises:
            SlotEmptyError: where the code is a slot, naming what is needed.
            KeyError: where nothing has that code.
        """
        if code in self.slots:
            raise SlotEmptyError(self.slots[code])
        return self.found[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


def factors(deployment: Path | None = None) -> Factors:
    """The shared factors and slots, and the factors of the deployment beside them.

    Args:
        deployment: The folder of the district files; its `factors/*.yaml` add to the shared ones.

    Raises:
        DeclarationError: a factor without what its kind needs, a code declared twice (naming both
            places), a derived factor that names an unknown one.
    """
    found: dict[str, Factor] = {}
    slots: dict[str, Slot] = {}
    declared_at: dict[str, str] = {}
    mistakes: list[str] = []
    for path in factor_files(deployment):
        for kind, declared, here in _declared(path, mistakes):
            if declared.code in declared_at:
                mistakes.append(
                    f"{here}: {declared.code} is already declared at {declared_at[declared.code]}; "
                    "a factor is never replaced, give the new one a code of its own."
                )
                continue
            declared_at[declared.code] = here
            if kind == "factors" and isinstance(declared, Factor):
                found[declared.code] = declared
            elif isinstance(declared, Slot):
                slots[declared.code] = declared
    shared = shown(SHARED)
    mistakes += [
        f"{declared_at[factor.code]}: {factor.code}: a shared factor was checked by someone: give "
        "its status, the page of its source, and its licence or that none is stated."
        for factor in found.values()
        if declared_at[factor.code].startswith(shared)
        and (factor.status == "declared" or not factor.page or not factor.licence)
    ]
    mistakes += [
        f"{declared_at[factor.code]}: {factor.code}.derived_from: no factor is called '{code}'."
        for factor in found.values()
        for code in factor.derived_from
        if code not in found
    ]
    if mistakes:
        raise DeclarationError(mistakes)
    return Factors(found, slots, declared_at)


def factor_files(deployment: Path | None) -> list[Path]:
    """The files that may declare factors, shared ones first."""
    folders = [SHARED, *([deployment / "factors"] if deployment else [])]
    return [path for folder in folders for path in sorted(folder.glob("*.yaml"))]


def factor_set(deployment: Path | None = None) -> str:
    """The name of the factors and paths in force; it changes when one of them does."""
    said = [plain(_sections(read_yaml(path))) for path in factor_files(deployment)]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
    return f"factors-{digest[:12]}"


def _sections(document: Any) -> Mapping[str, Any]:
    return {"factors": document} if isinstance(document, list) else document or {}


def _declared(path: Path, mistakes: list[str]) -> Iterator[tuple[str, Factor | Slot, str]]:
    document = read_yaml(path)
    sections = _sections(document)
    for unknown in set(sections) - {"factors", "slots", "paths", "conversions", "gwp_set"}:
        accepted = did_you_mean(str(unknown), ("factors", "slots", "paths", "conversions"))
        mistakes.append(
            f"{shown(path)}:{line_of(document, (unknown,))}: {unknown}: not a known key.{accepted}"
        )
    models: tuple[tuple[str, type[Factor | Slot]], ...] = (("factors", Factor), ("slots", Slot))
    for section, model in models:
        for position, part in enumerate(sections.get(section) or ()):
            try:
                declared = declare(model, part, path, (section, position))
            except DeclarationError as error:
                mistakes += error.mistakes
                continue
            yield section, declared, f"{shown(path)}:{line_of(part, ('code',))}"


def _nine(value: Decimal) -> Decimal:
    return value.quantize(NINE_PLACES, rounding=ROUND_HALF_UP)
