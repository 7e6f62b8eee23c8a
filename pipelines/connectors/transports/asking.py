"""The questions of one answer of an interface: its pages, or the job that prepares it.

Belongs here: one question after the other within a session. Does not belong here: sessions
(`logins`), the walk through pages (`paging`) and jobs (`jobs`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from pipelines.catalogue.service_request import Request
from pipelines.catalogue.source import FromEnvironment, referenced
from pipelines.connectors.transports.answers import (
    Page,
    check_page,
    meaning_of,
    text_of,
)
from pipelines.connectors.transports.dialogue import Answer, Meant
from pipelines.connectors.transports.exchange import Exchange
from pipelines.connectors.transports.interface_source import InterfaceSource
from pipelines.connectors.transports.jobs import Asker, prepared
from pipelines.connectors.transports.logins import Session
from pipelines.connectors.transports.paging import Pages, first_turn, walk
from pipelines.connectors.transports.questions import Filling, Turn, question_of, shown, with_params
from pipelines.connectors.transports.remote import (
    NotModified,
    Validators,
)
from pipelines.connectors.transports.tickets import Tickets


@dataclass
class Asking:
    """The questions of one answer."""

    spec: InterfaceSource
    exchange: Exchange
    session: Session
    filling: Filling
    validators: Validators | None
    name: str
    size: int = 0

    def whole(self) -> Pages | NotModified:
        """All pages, or that nothing has changed since the validators."""
        service = self.spec.service
        if service.paging.style != "none":
            return walk(service.paging, self._page, self.exchange.failed)
        page = self._prepared() if service.job else self._page(Turn(), self.validators)
        if page is None:
            return Pages([], 0)
        if page.answer.status == 304:
            return NotModified()
        return Pages([page], self._count(page))

    def first(self) -> Page | None:
        """The first page alone."""
        return self._page(first_turn(self.spec.service.paging))

    def _count(self, page: Page) -> int:
        service = self.spec.service
        if service.expect.count == "lines":
            return sum(1 for line in text_of(page.answer).splitlines() if line.strip())
        if service.paging.records is None:
            return -1
        records = page.records(service.paging.records)
        if not isinstance(records, list):
            raise self.exchange.failed(
                "ANSWER_UNEXPECTED", f"has no records at '{service.paging.records}'"
            )
        return len(records)

    def _prepared(self) -> Page | None:
        """What a job prepared for us."""
        service, http = self.spec.service, self.spec.http
        assert service.job is not None  # noqa: S101 - asked only where one is declared
        assert http.state is not None  # noqa: S101 - every place has one
        tickets = Tickets(http.state, f"{shown(http.url, service.request)} {self.name}")
        first = partial(self._answered, http.url, service.request, meaning_of(service))
        asker = Asker(
            first,
            self._answered,
            meaning_of(service),
            self.exchange.failed,
            self.exchange.time_left,
        )
        page = prepared(service.job, tickets, self.filling, asker)
        return self._checked(page) if page is not None else None

    def _page(self, turn: Turn, validators: Validators | None = None) -> Page | None:
        """One page, held to what was agreed; None where the server says that there is nothing."""
        service = self.spec.service
        page = self._answered(
            self.spec.http.url, service.request, meaning_of(service), turn, validators
        )
        return self._checked(page) if page is not None else None

    def _answered(
        self,
        address: str,
        request: Request,
        meaning: Callable[[Answer], Meant],
        turn: Turn | None = None,
        validators: Validators | None = None,
    ) -> Page | None:
        """One answer, within its session; None where the server says that there is nothing."""
        service, renewed, turn = self.spec.service, False, turn or Turn()
        while True:
            question = question_of(address, request, self.filling, turn)
            headers = {**question.headers, **self.session.headers}
            url = self._with_secrets(question.url) if turn.url else question.url
            question = replace(question, url=url, headers=headers)
            answer, meant = self.exchange.ask(question, meaning, validators)
            if meant.means != "renew" or renewed or service.login is None:
                break
            self.session.renew()
            renewed = True
        if meant.means == "renew":
            raise self.exchange.failed("LOGIN_FAILED", meant.says, answer.status, whole=True)
        if meant.means == "failed":
            raise self.exchange.failed(meant.code, meant.says, answer.status)
        return None if meant.means == "empty" else Page(answer)

    def _checked(self, page: Page) -> Page:
        if page.answer.status != 304:
            self.size += len(page.answer.body)
            if self.size > self.spec.http.limits.max_bytes:
                allowed = self.spec.http.limits.max_bytes
                raise self.exchange.failed("TOO_LARGE", f"sends more than {allowed:,} bytes")
            expect = self.spec.service.expect
            check_page(expect, page, self.filling.text, self.exchange.failed)
        return page

    def _with_secrets(self, url: str) -> str:
        """A next address with the secret parameters that servers leave out of it."""
        there = {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
        missing = {
            name: self.filling.text(value)
            for name, value in self.spec.service.request.params.items()
            if not isinstance(value, tuple) and name not in there and _is_secret(value)
        }
        return with_params(url, missing)


def _is_secret(value: str | FromEnvironment) -> bool:
    return isinstance(value, FromEnvironment) or "{token}" in value or any(referenced(value))
