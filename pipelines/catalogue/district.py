"""A district: identity, dated boundary, targets, and where its data comes from. One YAML file each.

Belongs here: what a replicating team writes. Does not belong here: how bytes look (`formats.py`),
what they become (`dataset.py`), anything that reads them.
"""

from __future__ import annotations

import os
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from pipelines.catalogue.dataset import Cadence
from pipelines.catalogue.declaration import Bilingual, Declaration

IDENTIFIER = r"^[a-z][a-z0-9_]*$"
_REFERENCE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_SECRET_HEADER = re.compile(r"auth|key|token|cookie|secret", re.IGNORECASE)
_SECRET_QUERY = re.compile(
    r"token|(^|[_-]|api)key$|^sig$|signature|passw|^pwd$|secret|^auth|credential|session",
    re.IGNORECASE,
)


class Contact(Declaration):
    """Who answers for a source or a district."""

    name: str
    email: str | None = None


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


class Baseline(Declaration):
    """The inventory a target is measured from."""

    year: int
    value: Decimal = Field(gt=0)
    source: str


class Target(Declaration):
    """A target on one KPI: a `linear` path from a baseline to a reduction, or a `level` to reach
    and hold.
    """

    kpi: str
    path: Literal["linear", "level"]
    baseline: Baseline | None = None
    reduction: Decimal | None = Field(default=None, gt=0, le=1)
    by: int = 2030
    value: Decimal | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _says_what_its_path_needs(self) -> Self:
        if self.path == "linear" and (self.baseline is None or self.reduction is None):
            raise ValueError("a linear path needs 'baseline' and 'reduction'")
        if self.path == "level" and self.value is None:
            raise ValueError("a level needs 'value'")
        return self


class FromEnvironment(Declaration):
    """A secret, named and never written."""

    env: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")


class Source(Declaration):
    """A binding: where one kind of data of this district comes from.

    Either `from` (a folder pattern or an https address) with a `format`, or `declared` rows in the
    file itself. `with` is laid over the format key by key. `known_from` dates an archive that is
    received today.
    """

    dataset: str
    format: str | None = None
    from_: str | None = Field(default=None, alias="from")
    declared: tuple[dict[str, Any], ...] | None = None
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    contact: Contact | None = None
    cadence: Cadence | None = None
    expected_after_days: int | None = None
    known_from: date | None = None
    licence: str | None = None
    attribution: str | None = None
    seen_live: bool = True
    headers: dict[str, str | FromEnvironment] = Field(default_factory=dict)
    allow_private: bool = False
    insecure: bool = False

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Self:
        if (self.from_ is None) == (self.declared is None):
            raise ValueError("a source has either 'from' or 'declared', not both and not neither")
        if self.from_ is not None and self.format is None:
            raise ValueError("a source with 'from' names its 'format'")
        return self

    @field_validator("from_")
    @classmethod
    def _can_be_asked(cls, place: str | None) -> str | None:
        if place is None or "://" not in place:
            return place
        parts = urlsplit(place)
        if parts.scheme not in ("http", "https"):
            raise ValueError(
                f"'{parts.scheme}://' is not fetched; use https://, or a folder like "
                "${NZD_INBOX}/name/*.csv"
            )
        user, at, _ = parts.netloc.rpartition("@")
        written = [
            name
            for name, value in parse_qsl(parts.query)
            if _SECRET_QUERY.search(name) and not _REFERENCE.search(value)
        ]
        if (at and not _REFERENCE.search(user)) or written:
            said = ", ".join(f"'{name}'" for name in written) or "the user before '@'"
            raise ValueError(
                f"{said} looks like a secret; write ${{NAME}} in its place and set NAME outside"
            )
        return place

    @field_validator("headers")
    @classmethod
    def _secrets_are_named_only(
        cls, headers: dict[str, str | FromEnvironment]
    ) -> dict[str, str | FromEnvironment]:
        for name, value in headers.items():
            if _SECRET_HEADER.search(name) and isinstance(value, str):
                raise ValueError(
                    f"'{name}' looks like a secret; write {{env: NAME}} and set NAME outside"
                )
        return headers

    @property
    def is_web(self) -> bool:
        """Whether it is fetched over http(s)."""
        return self.from_ is not None and urlsplit(self.from_).scheme in ("http", "https")

    def location(self, inbox: Path) -> str:
        """`from` with `${NZD_INBOX}` and other environment references filled in.

        Raises:
            KeyError: where a referenced variable is not set.
        """
        return _REFERENCE.sub(
            lambda found: str(inbox) if found[1] == "NZD_INBOX" else os.environ[found[1]],
            self.from_ or "",
        )


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
    holder: Holder | None = None
    contact: Contact | None = None
    boundary: tuple[Boundary, ...] = Field(min_length=1)
    recipients: tuple[dict[str, str], ...] = ()
    targets: tuple[Target, ...] = ()
    sources: dict[Annotated[str, Field(pattern=IDENTIFIER)], Source] = Field(default_factory=dict)
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

    @property
    def zone(self) -> ZoneInfo:
        """The civil calendar that months are counted in."""
        return ZoneInfo(self.timezone)
