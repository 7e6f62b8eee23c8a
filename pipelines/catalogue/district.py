"""A district: identity, dated boundary, targets, and where its data comes from. One YAML file each.

Belongs here: what a replicating team writes. Does not belong here: how bytes look (`formats.py`),
what they become (`dataset.py`), anything that reads them.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from pipelines.catalogue.declaration import Bilingual, Declaration, did_you_mean
from pipelines.catalogue.estimating import ByCarrier
from pipelines.catalogue.source import Contact, Source
from pipelines.catalogue.survey_design import SurveyDesign
from pipelines.catalogue.target import Target

IDENTIFIER = r"^[a-z][a-z0-9_]*$"
NUTS = r"^[A-Z]{2}[A-Z0-9]{0,3}$"
"""A country or a NUTS code: IT, ITI1 (Toscana), ITI15 (Prato). Factors of the region come before the country's."""


class Holder(Declaration):
    """The public body that publishes the district's data; `ipa` is its code in the Indice PA."""

    name: str
    ipa: str | None = None


class Boundary(Declaration):
    """One version of the district's boundary, valid from a day until the next version's."""

    version: str
    valid_from: date
    municipalities: tuple[Annotated[str, Field(pattern=r"^[0-9]{6}$")], ...]
    description: Bilingual


class EnergyBaseline(Declaration):
    """How the baselines of some supply points are made (ISO 50006); the first entry that fits a point holds.

    Without carriers, sectors, sources or points it fits all of them. `frequency: daily` has points that are read by
    curves seen day by day, `output` names the driver of district_activity that the use follows besides the weather,
    `starts` the day before which no baseline begins.
    """

    carriers: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    frequency: Literal["billing", "daily"] = "billing"
    output: Literal["output_kg", "output_eur", "water_treated_m3"] | None = None
    starts: date | None = None


class Activity(Declaration):
    """What the energy use of some sectors is counted by, for the split of a change; the first entry that fits holds.

    Without carriers or sectors it fits all of them. `driver` is one of district_activity.
    """

    carriers: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    driver: Literal[
        "output_kg", "output_eur", "employees", "heated_floor_area_m2", "water_treated_m3"
    ]


class NotCollected(Declaration):
    """What a report of this district misses, and why: said rather than left out."""

    dataset: str
    reason: Bilingual
    who: str | None = None
    theme: str | None = None


class District(Declaration):
    """One district, as its team declares it."""

    id: str = Field(pattern=IDENTIFIER)
    name: str = Field(min_length=1)
    name_en: str | None = None
    city: str = Field(min_length=1)
    archetype: Literal[
        "process_industry", "mixed_industry", "regeneration", "services", "other"
    ] = "other"
    demonstration: bool = False
    timezone: str = "Europe/Rome"
    languages: tuple[Literal["it", "en"], ...] = ("it", "en")
    gwp_set: Literal["AR4", "AR5", "AR6"] = "AR5"
    region: str = Field(default="IT", pattern=NUTS)
    climate_zone: Literal["A", "B", "C", "D", "E", "F"] | None = None
    holder: Holder | None = None
    contact: Contact | None = None
    boundary: tuple[Boundary, ...] = Field(min_length=1)
    recipients: tuple[dict[str, str], ...] = ()
    """Read in files that older editions were made of, and of no effect: see `recipients.py`."""
    targets: tuple[Target, ...] = ()
    baselines: tuple[EnergyBaseline, ...] = ()
    activity: tuple[Activity, ...] = ()
    calendarise: ByCarrier = None
    """How periods of readings and bills fall to the months, for every source that does not say otherwise."""
    sources: dict[Annotated[str, Field(pattern=IDENTIFIER)], Source] = Field(default_factory=dict)
    surveys: dict[Annotated[str, Field(pattern=IDENTIFIER)], SurveyDesign] = Field(
        default_factory=dict
    )
    not_collected: tuple[NotCollected, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(
                f"'{name}' is not a time zone of the IANA list, like Europe/Rome"
            ) from error
        return name

    @model_validator(mode="after")
    def _baselines_name_sources_that_are_there(self) -> Self:
        for number, entry in enumerate(self.baselines):
            for source in entry.sources:
                if source not in self.sources:
                    raise ValueError(
                        f"baselines.{number}.sources: no source of this district is called"
                        f" '{source}'.{did_you_mean(source, self.sources)}"
                    )
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The civil calendar that months are counted in."""
        return ZoneInfo(self.timezone)
