"""A public interface, asked as its service is declared: windows, pages, sessions, terms.

Belongs here: how the parts of one collection go together. Does not belong here: any one of them
(`windows`, `questions`, `paging`, `answers`, `logins`, `allowance`, `exchange`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from pipelines.catalogue.service import Service
from pipelines.catalogue.service_request import Request
from pipelines.catalogue.source import FromEnvironment, referenced
from pipelines.connectors.pages import write_pages
from pipelines.connectors.transports.allowance import Allowance
from pipelines.connectors.transports.answers import (
    Page,
    check_count,
    check_page,
    meaning_of,
    text_of,
)
from pipelines.connectors.transports.dialogue import Answer, Meant
from pipelines.connectors.transports.envelopes import payload
from pipelines.connectors.transports.exchange import Exchange
from pipelines.connectors.transports.http_source import HttpSource
from pipelines.connectors.transports.jobs import Asker, prepared
from pipelines.connectors.transports.logins import Session
from pipelines.connectors.transports.network import Network
from pipelines.connectors.transports.paging import Pages, walk
from pipelines.connectors.transports.questions import Filling, Turn, question_of, shown, with_params
from pipelines.connectors.transports.remote import (
    Fetched,
    Got,
    Nothing,
    NotModified,
    Place,
    RemoteObject,
    SourceFailed,
    Validators,
)
from pipelines.connectors.transports.tickets import Tickets
from pipelines.connectors.transports.web import name_of
from pipelines.connectors.transports.windows import Days, days_of, due
from pipelines.landing.manifest import Attempt


@dataclass(frozen=True)
class InterfaceSource:
    """An interface, what is asked of it, and what was asked before."""

    http: HttpSource
    service: Service
    history: Sequence[Attempt]
    today: date
    zone: ZoneInfo
    max_rows: int | None = None

    @classmethod
    def of(cls, place: Place) -> InterfaceSource:
        """The interface behind a place.

        Raises:
            KeyError: where a secret is not set.
        """
        assert place.service is not None  # noqa: S101 - `asked` chose this transport by it
        return cls(
            HttpSource.of(place),
            place.service,
            place.history,
            place.at.astimezone(place.zone).date(),
            place.zone,
            place.source.limits.max_rows,
        )

    def named(self, days: Days | None) -> str:
        """The name under which the answer for some days is landed."""
        filling = Filling(self._words(days))
        name = name_of(filling.placed(self.http.url))
        return days.named(name) if days else name

    def filling(self, days: Days | None, exchange: Exchange) -> Filling:
        """What placeholders stand for; what is secret of it is the exchange's not to say."""
        return Filling(self._words(days), secrets=exchange.secrets)

    def allowance(self) -> Allowance | None:
        """Our share of what the service allows."""
        rate, state = self.service.rate, self.http.state
        if rate is None or state is None:
            return None
        return Allowance(state, rate.key or urlsplit(self.http.url).hostname or "", rate)

    def last_count(self, name: str) -> int | None:
        """How many records the last good answer of this name had."""
        counts = [a.records for a in self.history if a.remote_name == name and a.sha256]
        return next((count for count in reversed(counts) if count is not None), None)

    def _words(self, days: Days | None) -> dict[str, date]:
        return days.words(self.today) if days else {"today": self.today}


class InterfaceTransport:
    """The two verbs for an interface: its windows, and the whole answer for one of them."""

    def __init__(self, network: Network | None = None) -> None:
        self._network = network
        self._token: str | None = None

    def list(self, spec: InterfaceSource) -> list[RemoteObject]:
        """The windows that are to be asked for, oldest first; without windows, the one answer."""
        window = spec.service.window
        if window is None:
            return [RemoteObject(spec.named(None))]
        found = due(window, spec.today, spec.named, spec.history, spec.zone)
        return [RemoteObject(spec.named(days)) for days in found]

    def open(
        self, spec: InterfaceSource, item: RemoteObject, validators: Validators | None = None
    ) -> Got:
        """The whole answer for one window, that it has not changed, or that there is none.

        Raises:
            SourceFailed: what the exchange raises, LOGIN_FAILED, ANSWER_FAILED, ANSWER_UNEXPECTED,
                PAGES_INCOMPLETE, TOO_LARGE.
        """
        try:
            return self._opened(spec, item, validators)
        except SourceFailed as failure:
            # A server that cannot be reached for one window cannot be for the others either.
            failure.whole |= failure.code == "SOURCE_UNREACHABLE"
            raise

    def _opened(
        self, spec: InterfaceSource, item: RemoteObject, validators: Validators | None
    ) -> Got:
        days = days_of(item.name)
        with Exchange(spec.http, self._network, spec.allowance()) as exchange:
            filling = spec.filling(days, exchange)
            with Session(spec.service.login, exchange, filling, self._token) as session:
                asking = _Asking(spec, exchange, session, filling, validators, item.name)
                found = asking.whole()
                keeps = spec.service.login is not None and spec.service.login.release is None
                self._token = session.token if keeps else None
        if isinstance(found, NotModified):
            return found
        return _fetched(spec, exchange, item.name, found)


@dataclass
class _Asking:
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


def _fetched(
    spec: InterfaceSource, exchange: Exchange, name: str, found: Pages
) -> Fetched | Nothing:
    """The pages as one delivery, held to what was expected of the whole."""
    counted = found.records if found.records >= 0 else None
    if found.pages or spec.service.paging.records is not None:
        check_count(spec.service.expect, counted, spec.last_count(name), exchange.failed)
    if spec.max_rows is not None and counted is not None and counted > spec.max_rows:
        said = f"gives {counted} records; {spec.max_rows} are allowed. Ask for less at a time"
        raise exchange.failed("TOO_LARGE", said)
    if not found.pages or counted == 0:
        return Nothing(found.pages[0].answer.status if found.pages else None)
    answers = [page.answer for page in found.pages]
    if spec.service.result is not None:
        body = payload(spec.service, found.pages[0], exchange.failed)
        return Fetched(body, status=answers[0].status, records=counted)
    if len(answers) > 1:
        return Fetched(write_pages([one.body for one in answers]), status=200, records=counted)
    headers = answers[0].headers
    return Fetched(
        answers[0].body,
        headers.get("ETag"),
        headers.get("Last-Modified"),
        answers[0].status,
        counted,
    )
