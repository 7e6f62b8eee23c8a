"""A source: where one kind of a district's data comes from, and on what terms it may be asked for.

Belongs here: what a district's file may say under `sources:`. Does not belong here: how the bytes
look (`formats.py`), what a public interface is like (`service.py`), how it is asked
(`connectors/transports`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, field_validator, model_validator

from pipelines.catalogue.dataset import Cadence
from pipelines.catalogue.declaration import Declaration
from pipelines.catalogue.drift import Drift
from pipelines.catalogue.estimating import ByCarrier, Substitution

SCHEMES = ("https", "http", "sftp", "ftps", "webdavs", "webdav", "imaps", "imap", "s3")
"""How a source may be reached, besides a folder; each is a module of `connectors/transports`."""
FILE_SCHEMES = ("folder", "sftp", "ftps", "webdavs", "webdav", "s3")
"""Those behind which files lie, which are listed, settle, and are read one by one."""
UnknownPoints = Literal["accept", "quarantine", "refuse"]
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


class FromEnvironment(Declaration):
    """A secret, named and never written."""

    env: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")

    @property
    def value(self) -> str:
        """The secret itself.

        Raises:
            KeyError: where the environment does not set it.
        """
        return os.environ[self.env]


def resolved(value: str | FromEnvironment) -> str:
    """A declared text, or the secret that is named in its place.

    Raises:
        KeyError: where the environment does not set it.
    """
    return value.value if isinstance(value, FromEnvironment) else value


def filled(text: str) -> str:
    """A declared text with `${NAME}` replaced by what the environment sets.

    Raises:
        KeyError: where it is not set.
    """
    return _REFERENCE.sub(lambda found: os.environ[found[1]], text)


def referenced(text: str) -> Iterator[str]:
    """The names of the environment that a declared text refers to."""
    return (found[1] for found in _REFERENCE.finditer(text))


def is_written_secret(header: str, value: str | FromEnvironment) -> bool:
    """Whether a header that carries a secret carries it in writing; `Token ${NAME}` does not."""
    named = isinstance(value, FromEnvironment) or _REFERENCE.search(value) or "{token}" in value
    return bool(_SECRET_HEADER.search(header)) and not named


def is_written_secret_parameter(name: str, value: object) -> bool:
    """Whether a parameter that carries a secret carries it in writing; `{token}` does not."""
    return (
        bool(_SECRET_QUERY.search(name))
        and isinstance(value, str)
        and not _REFERENCE.search(value)
        and "{token}" not in value
    )


class Access(Declaration):
    """How a server knows us and how we know it. Secrets are named by the variable that holds them.

    `host_key` pins an SFTP server: its public key like `ssh-ed25519 AAAA…`; without it nothing is
    asked. `ca` is a bundle of certificates for servers that no public authority vouches for.
    `endpoint` is the address of an S3-compatible store other than Amazon's. `tls: implicit` is
    for FTPS servers that speak TLS from the first byte, mostly on port 990.
    """

    user: str | FromEnvironment | None = None
    password: FromEnvironment | None = None
    token: FromEnvironment | None = None
    private_key: FromEnvironment | None = None
    passphrase: FromEnvironment | None = None
    host_key: tuple[str, ...] | str | None = None
    ca: str | None = None
    endpoint: str | None = None
    tls: Literal["explicit", "implicit"] | None = None


class SourceLimits(Declaration):
    """What one collection of a source may cost; what is not said is the transport's default."""

    max_bytes: int | None = Field(default=None, gt=0)
    max_rows: int | None = Field(default=None, gt=0)
    max_files: int | None = Field(default=None, gt=0)
    seconds: float | None = Field(default=None, gt=0)


class Mail(Declaration):
    """Which messages of a mailbox are deliveries: by sender, and by subject where one is given.

    Patterns like `*@fornitore.it` are compared with the address alone, whatever their case.
    Certified mail (PEC) counts by the sender it was sent for. `since` leaves older messages alone.
    """

    senders: tuple[str, ...] = Field(min_length=1)
    subject: str | None = None
    since: date | None = None


class Source(Declaration):
    """A binding: where one kind of data of this district comes from.

    Either `from` (a folder pattern or an address) with a `format`, or `declared` rows in the file
    itself. `with` is laid over the format key by key, `ask` over the `service`, a public interface
    that is declared once for every district. `known_from` dates an archive that is received today.
    `settle_seconds` is how long a file must lie unchanged before it is taken; `sentinel` is a file
    that shows that a share is mounted; `companion` is the ending of what lies beside each file once
    it is whole (.md5 and .sha256 are verified); `members` picks files inside archives and messages.
    `rank` decides between two sources of a dataset that speak of the same thing: the higher
    counts, and of equals the one that stands first in the file.
    `vanished` says whether a record that an interface gave before, and no longer has in its whole
    answer for the same days, still counts.
    `retention_days` is how long its deliveries may be kept after they last came, as what people
    answered may not be kept for ever.
    `drift` says what happens when the files change their shape, `unknown_points` when they hold
    points that the district's register does not. `calendarise` says how a period longer than a month
    falls to its months, for all carriers or for each, where not as the district says; `substitute`
    fills gaps in curves, and without it a gap stays a gap.
    """

    dataset: str
    format: str | None = None
    from_: str | None = Field(default=None, alias="from")
    declared: tuple[dict[str, Any], ...] | None = None
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    service: str | None = None
    ask: dict[str, Any] = Field(default_factory=dict)
    access: Access = Access()
    limits: SourceLimits = SourceLimits()
    settle_seconds: float | None = Field(default=None, ge=0)
    sentinel: str | None = None
    companion: Literal[".ok", ".md5", ".sha256"] | None = None
    members: str | None = None
    mail: Mail | None = None
    retention_days: int | None = Field(default=None, gt=0)
    personal_data: bool = False
    """Whether its deliveries name people: then only the account that runs this may read them."""
    rank: int = 0
    vanished: Literal["keep", "drop"] | None = None
    drift: Drift = Drift()
    unknown_points: UnknownPoints = "accept"
    calendarise: ByCarrier = None
    substitute: Substitution | None = None
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
        if self.scheme == "sftp" and not self.access.host_key:
            raise ValueError(
                "an sftp source pins its server: give 'access.host_key', like 'ssh-ed25519 AAAA…' "
                "(ssh-keyscan shows it; compare it with what the provider tells you)"
            )
        if self.scheme in ("sftp", "ftps") and not (self.access.user or "@" in (self.from_ or "")):
            raise ValueError(f"an {self.scheme} source names who logs in: give 'access.user'")
        if self.access.tls is not None and self.scheme != "ftps":
            raise ValueError("'access.tls' belongs to ftps sources")
        if self.scheme not in FILE_SCHEMES and (
            self.sentinel or self.companion or self.settle_seconds is not None
        ):
            raise ValueError(
                "'settle_seconds', 'sentinel' and 'companion' belong to places with files: a folder, "
                + ", ".join(FILE_SCHEMES[1:])
            )
        if self.ask and self.service is None and self.scheme not in ("http", "https"):
            raise ValueError("'ask' belongs to sources behind http(s)")
        return self

    @model_validator(mode="after")
    def _estimates_what_can_be_estimated(self) -> Self:
        if self.calendarise is not None and not self.has_periods:
            raise ValueError("'calendarise' belongs to meter_registers and utility_bills")
        if self.substitute is not None and self.dataset != "meter_intervals":
            raise ValueError("'substitute' belongs to meter_intervals")
        return self

    @model_validator(mode="after")
    def _says_whose_mail_counts(self) -> Self:
        if (self.mail is not None) != (self.scheme in ("imaps", "imap")):
            raise ValueError(
                "a mailbox, and only a mailbox, says whose messages count: give 'mail', like "
                "{senders: ['*@fornitore.it']}"
            )
        return self

    @field_validator("from_")
    @classmethod
    def _can_be_asked(cls, place: str | None) -> str | None:
        if place is None or "://" not in place:
            return place
        parts = urlsplit(place)
        if parts.scheme not in SCHEMES:
            raise ValueError(
                f"'{parts.scheme}://' is not fetched; use {', '.join(SCHEMES)}, or a folder like "
                "${NZD_INBOX}/name/*.csv"
            )
        user, at, _ = parts.netloc.rpartition("@")
        written = [
            name
            for name, value in parse_qsl(parts.query)
            if is_written_secret_parameter(name, value)
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
            if is_written_secret(name, value):
                raise ValueError(
                    f"'{name}' looks like a secret; write {{env: NAME}} and set NAME outside"
                )
        return headers

    @property
    def has_periods(self) -> bool:
        """Whether it tells of periods that begin and end on any day, and not of months or intervals."""
        return self.dataset in ("meter_registers", "utility_bills")

    @property
    def scheme(self) -> str:
        """How it is reached: `folder`, or the scheme of its address; empty where rows are
        declared.
        """
        if self.from_ is None:
            return ""
        return urlsplit(self.from_).scheme if "://" in self.from_ else "folder"

    def location(self, inbox: Path) -> str:
        """`from` with `${NZD_INBOX}` and other environment references filled in.

        Raises:
            KeyError: where a referenced variable is not set.
        """
        return _REFERENCE.sub(
            lambda found: str(inbox) if found[1] == "NZD_INBOX" else os.environ[found[1]],
            self.from_ or "",
        )
