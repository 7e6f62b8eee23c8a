"""A public interface, asked as its service is declared: windows, pages, sessions, terms.

Belongs here: how the parts of one collection go together. Does not belong here: any one of them
(`windows`, `questions`, `paging`, `answers`, `logins`, `allowance`, `exchange`).
"""

from __future__ import annotations

from pipelines.connectors.pages import write_pages
from pipelines.connectors.transports.answers import (
    Page,
    check_count,
)
from pipelines.connectors.transports.asking import Asking
from pipelines.connectors.transports.envelopes import payload
from pipelines.connectors.transports.exchange import Exchange
from pipelines.connectors.transports.interface_source import InterfaceSource
from pipelines.connectors.transports.logins import Session
from pipelines.connectors.transports.network import Network
from pipelines.connectors.transports.paging import Pages, total_of
from pipelines.connectors.transports.remote import (
    Fetched,
    Got,
    Nothing,
    NotModified,
    RemoteObject,
    SourceFailed,
    Validators,
)
from pipelines.connectors.transports.windows import days_of, due


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

    def first_page(
        self, spec: InterfaceSource, item: RemoteObject
    ) -> tuple[Page | None, int | None, int | None]:
        """The first page of an answer, how many records it has and how many are announced; nothing
        else is asked.

        Raises:
            SourceFailed: as `open` does.
        """
        paging = spec.service.paging
        with Exchange(spec.http, self._network, spec.allowance()) as exchange:
            filling = spec.filling(days_of(item.name), exchange)
            with Session(spec.service.login, exchange, filling) as session:
                page = Asking(spec, exchange, session, filling, None, item.name).first()
        if page is None or paging.records is None:
            return page, None, None
        records = page.records(paging.records)
        return page, len(records) if isinstance(records, list) else None, total_of(paging, page)

    def _opened(
        self, spec: InterfaceSource, item: RemoteObject, validators: Validators | None
    ) -> Got:
        days = days_of(item.name)
        with Exchange(spec.http, self._network, spec.allowance()) as exchange:
            filling = spec.filling(days, exchange)
            with Session(spec.service.login, exchange, filling, self._token) as session:
                asking = Asking(spec, exchange, session, filling, validators, item.name)
                found = asking.whole()
                keeps = spec.service.login is not None and spec.service.login.release is None
                self._token = session.token if keeps else None
        if isinstance(found, NotModified):
            return found
        return _fetched(spec, exchange, item.name, found)


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
