"""A service: how a public interface wants to be asked, declared once for every district.

Belongs here: requests, paging, windows, what an answer means, how often one may ask, on what terms.
Does not belong here: which data of it a district wants (`source.py`), what the answers look like
inside (`formats.py`), the asking (`connectors/transports`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from pipelines.catalogue.declaration import (
    Bilingual,
    Declaration,
    DeclarationError,
    declare,
    read_yaml,
    shown,
)
from pipelines.catalogue.format_reading import Pattern
from pipelines.catalogue.source import FromEnvironment

Pointer = str
"""A JSON pointer like /result/records; empty names the whole answer."""


class Request(Declaration):
    """One question: its parameters, headers and body.

    `{start}`, `{end}` and `{today}` stand for days of the window and take a format, as in
    `{start:%Y-%m-%d}`; `${NAME}` stands for a variable of the environment.
    """

    method: Literal["GET", "POST"] = "GET"
    params: dict[str, str] = Field(default_factory=dict)
    headers: dict[str, str | FromEnvironment] = Field(default_factory=dict)
    json_: dict[str, Any] | None = Field(default=None, alias="json")
    idempotent: bool = False
    """Whether a POST may be repeated after a failure; a GET always may."""


class Paging(Declaration):
    """How an answer continues. It ends where the server says so, never where a page looks short.

    `offset`, `page`: a number in `parameter`, from `first`. `next`: an address in the answer at
    `next`. `token`: a cursor at `next`, sent back in `parameter`. `keyset`: the `key` of the last
    record, sent back in `parameter`. `total` is where the server says how many records there are;
    what was fetched must come to it.
    """

    style: Literal["none", "offset", "page", "next", "token", "keyset"] = "none"
    parameter: str | None = None
    first: int = 0
    size_parameter: str | None = None
    size: int | None = Field(default=None, gt=0)
    records: Pointer | None = None
    total: Pointer | None = None
    total_header: str | None = None
    next: Pointer | None = None
    key: Pointer | None = None
    max_pages: int = Field(default=1000, gt=0)
    ends: Literal["next", "total", "empty"] | None = None

    @model_validator(mode="after")
    def _says_how_it_ends(self) -> Self:
        if self.style != "none" and self.records is None:
            raise ValueError("paging names where the 'records' of an answer stand")
        if self.style in ("offset", "page", "token", "keyset") and self.parameter is None:
            raise ValueError(f"paging by {self.style} names its 'parameter'")
        if self.style in ("next", "token") and self.next is None:
            raise ValueError(f"paging by {self.style} names where 'next' stands in the answer")
        if self.style == "keyset" and self.key is None:
            raise ValueError("paging by keyset names the 'key' of a record")
        if self.style in ("offset", "page") and not (
            self.total or self.total_header or self.ends == "empty"
        ):
            raise ValueError("paging needs the server's 'total', or 'ends: empty'")
        return self


class Window(Declaration):
    """Time in pieces: from `begin`, or `history_days` back, to `lag_days` before today.

    A window that was landed whole and lies further back than `lookback_days` is not asked again;
    newer ones are, because what is late or corrected arrives there.
    """

    begin: date | None = None
    history_days: int | None = Field(default=None, gt=0)
    step: Literal["days", "month", "year"] = "month"
    days: int | None = Field(default=None, gt=0)
    lookback_days: int = Field(default=45, ge=0)
    lag_days: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _has_a_beginning(self) -> Self:
        if (self.begin is None) == (self.history_days is None):
            raise ValueError("a window has either 'begin' or 'history_days'")
        if (self.step == "days") != (self.days is not None):
            raise ValueError("'step: days' says how many 'days', and only then")
        return self


class Meaning(Declaration):
    """What an answer is, by its status and by what stands in it; the first that fits counts.

    `at` is a JSON pointer, and `matches` a pattern on the text found there; without `at` the
    pattern is searched in the first 64 kB of the body. `retry` asks again later, `empty` means that
    there is nothing, `failed` that the source is at fault, `renew` that the session has ended.
    """

    status: tuple[int, ...] = ()
    at: Pointer | None = None
    matches: Pattern | None = None
    means: Literal["good", "empty", "retry", "failed", "renew"]
    says: str | None = None
    """What the engineer reads; the answer's own words are added."""

    @model_validator(mode="after")
    def _tests_something(self) -> Self:
        if not self.status and self.at is None and self.matches is None:
            raise ValueError("a meaning tests 'status', 'at' or 'matches'")
        return self


class Expect(Declaration):
    """What a whole answer must be, or nothing of it is landed.

    `echo` holds the answer to what was asked: a pointer to the value the server says it used.
    """

    content_type: tuple[str, ...] = ()
    min_rows: int | None = Field(default=None, ge=0)
    max_rows: int | None = Field(default=None, gt=0)
    share_of_last: float | None = Field(default=None, gt=0, le=1)
    """The least share of the records of the last good answer: fewer is an outage, not news."""
    echo: dict[Pointer, str] = Field(default_factory=dict)


class Rate(Declaration):
    """How often one may ask, over all processes and restarts of this deployment.

    `key` names who counts: sources with one key share their allowance. A wait longer than
    `max_wait_seconds` is not slept through: the source says when it may be asked again.
    """

    key: str | None = None
    per_second: int | None = Field(default=None, gt=0)
    per_minute: int | None = Field(default=None, gt=0)
    per_hour: int | None = Field(default=None, gt=0)
    per_day: int | None = Field(default=None, gt=0)
    max_wait_seconds: float = Field(default=60, ge=0)


class Login(Declaration):
    """A session before the question: OAuth2 client credentials, or a remote procedure that gives a
    key.

    `request` is sent to `address`; what stands at `token` goes into every question, as a `header`
    with `prefix`, or in the place of `{token}` in its parameters and body.
    """

    address: str
    form: dict[str, str | FromEnvironment] = Field(default_factory=dict)
    json_: dict[str, Any] | None = Field(default=None, alias="json")
    token: Pointer
    header: str | None = "Authorization"
    prefix: str = "Bearer "
    release: dict[str, Any] | None = None


class Service(Declaration):
    """One public interface: what it is called, its terms, and how it is asked."""

    id: str
    name: Bilingual
    description: str
    documentation: str | None = None
    licence: str | None = None
    attribution: str | None = None
    terms: str | None = None
    checked_on: date | None = None
    """When a person last compared this file with the service's documentation."""
    seen_live: bool = False
    request: Request = Request()
    login: Login | None = None
    paging: Paging = Paging()
    window: Window | None = None
    classify: tuple[Meaning, ...] = ()
    expect: Expect = Expect()
    rate: Rate | None = None
    result: Pointer | None = None
    """Where the payload stands when the answer is an envelope of JSON around it."""
    decode: Literal["base64"] | None = None


def service_of(document: Any, path: Path, prefix: tuple[str | int, ...] = ()) -> Service:
    """A typed service from one document.

    Raises:
        DeclarationError: one line per mistake, with file, line and field.
    """
    return declare(Service, document, path, prefix)


def read_services(folder: Path) -> Mapping[str, Any]:
    """The documents of all services of a folder by id, each known to be complete.

    They stay documents because a source may lay its own words over them before they are typed.
    """
    documents: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_yaml(path)
        if service_of(document, path).id != path.stem:
            raise DeclarationError([f"{shown(path)}:1: id: not the file's name."])
        documents[path.stem] = document
    return documents
