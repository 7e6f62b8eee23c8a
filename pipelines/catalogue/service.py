"""A service: how a public interface wants to be asked, declared once for every district.

Belongs here: requests, paging, windows, what an answer means, how often one may ask, on what terms.
Does not belong here: which data of it a district wants (`source.py`), what the answers look like
inside (`formats.py`), the asking (`connectors/transports`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
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
from pipelines.catalogue.paging import Paging, Pointer
from pipelines.catalogue.service_job import Job
from pipelines.catalogue.service_request import Request
from pipelines.catalogue.source import FromEnvironment, is_written_secret_parameter


class Window(Declaration):
    """Time in pieces: from `begin`, or `history_days` back, to `lag_days` before today.

    A window is asked again until it was landed whole (or found empty) `lookback_days` after its
    end, because what is late or corrected arrives there. The last one ends with what there is.
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
    pattern is searched in the first and the last 64 kB of the body, because some servers complain
    at the end of what they had begun to send. `retry` asks again later, `empty` means that
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

    Records are counted at `paging.records`; with `count: lines` the lines of a text are, its header
    included. No record where there were some the last time is refused as well, unless
    `min_rows: 0` says that it may be so. `echo` holds the answer to what was asked: a pointer to
    the value the server says it used, and that value, in which `{start}` and the like may stand.
    """

    content_type: tuple[str, ...] = ()
    count: Literal["records", "lines"] = "records"
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

    @model_validator(mode="after")
    def _is_one_ladder(self) -> Self:
        ladder = list(self.limits().items())
        for (short, few), (long, many) in pairwise(ladder):
            if not few < many <= few * long // short:
                raise ValueError(
                    f"{many} in {long} s beside {few} in {short} s: a longer span allows more than "
                    "a shorter one, and less than the shorter one would"
                )
        return self

    def limits(self) -> dict[int, int]:
        """The declared spans in seconds, shortest first, with how many requests each allows."""
        spans = {1: self.per_second, 60: self.per_minute, 3600: self.per_hour, 86400: self.per_day}
        return {seconds: limit for seconds, limit in spans.items() if limit is not None}


class Login(Declaration):
    """A session before the question: OAuth2 client credentials, or a remote procedure that gives a
    key.

    `form` or `json` is posted to `address`; the text at `token` goes into every question, as a
    `header` with `prefix`, and in the place of `{token}` in its parameters and body (`header: null`
    where it only stands there). `release` is posted as JSON when all is asked, whatever happened.
    A session that ends meanwhile (401, or what `classify` calls `renew`) is renewed once.
    """

    address: str
    form: dict[str, str | FromEnvironment] = Field(default_factory=dict)
    json_: dict[str, Any] | None = Field(default=None, alias="json")
    token: Pointer
    header: str | None = "Authorization"
    prefix: str = "Bearer "
    release: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if bool(self.form) == (self.json_ is not None):
            raise ValueError("a login posts either a 'form' or a 'json' body")
        for name, value in self.form.items():
            if is_written_secret_parameter(name, value):
                raise ValueError(f"'{name}' looks like a secret; write {{env: NAME}} or ${{NAME}}")
        return self


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
    job: Job | None = None
    classify: tuple[Meaning, ...] = ()
    expect: Expect = Expect()
    rate: Rate | None = None
    result: Pointer | None = None
    """Where the payload stands when the answer is an envelope of JSON around it."""
    decode: Literal["base64"] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.decode is not None and self.result is None:
            raise ValueError("'decode' needs 'result', where the payload stands")
        if self.result is not None and self.paging.style != "none":
            raise ValueError("an envelope ('result') has no pages")
        if self.job is not None and self.paging.style != "none":
            raise ValueError("what a job prepares has no pages")
        counted = self.expect.count == "lines" or self.paging.records is not None
        bounds = (self.expect.min_rows, self.expect.max_rows, self.expect.share_of_last)
        if any(bound is not None for bound in bounds) and not counted:
            raise ValueError("to expect rows, name 'paging.records' or say 'count: lines'")
        return self


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
