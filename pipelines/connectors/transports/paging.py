"""All pages of one answer, or none.

A server may give fewer records than were asked for, change its mind about how many there are, or
lead in a circle. So a short page never ends an answer: the server's `next`, its `total` or an empty
page does, and what was fetched must come to what was announced. Belongs here: the walk from page to
page. Does not belong here: asking for one (`exchange`), what it means (`answers`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from requests.utils import parse_header_links

from pipelines.catalogue.paging import Paging
from pipelines.connectors.pointers import ABSENT, Absent, at
from pipelines.connectors.transports.addresses import origin
from pipelines.connectors.transports.answers import Failed, Page, plain
from pipelines.connectors.transports.questions import Turn

Ask = Callable[[Turn], Page | None]
"""Brings the page of a turn, or None where the server says that there is nothing."""


@dataclass(frozen=True)
class Pages:
    """The pages of an answer in order, and how many records they hold."""

    pages: list[Page]
    records: int


class _Moved(Exception):
    """The records moved while they were paged through; `twice` came on two pages."""

    def __init__(self, what: str, twice: frozenset[str] = frozenset()) -> None:
        self.what = what
        self.twice = twice
        super().__init__(what)


def walk(paging: Paging, ask: Ask, failed: Failed) -> Pages:
    """Every page of an answer; where the records moved meanwhile, once more from the start.

    Raises:
        SourceFailed: PAGES_INCOMPLETE, ANSWER_UNEXPECTED, and what asking raises.
    """
    try:
        return _Walk(paging, ask, failed).run()
    except _Moved as moved:
        first = moved
    try:
        return _Walk(paging, ask, failed, first.twice).run()
    except _Moved as moved:
        raise failed("PAGES_INCOMPLETE", f"{moved.what}, and so again from the start") from None


def first_turn(paging: Paging) -> Turn:
    """What is added to a question to get the first page."""
    return _turn_of(paging, str(paging.first) if paging.style in ("offset", "page") else None)


def total_of(paging: Paging, page: Page) -> int | None:
    """How many records there are, as the answer announces."""
    said: Any = ABSENT
    if paging.total is not None:
        said = at(page.document, paging.total)
    elif paging.total_header is not None:
        said = page.answer.headers.get(paging.total_header, ABSENT)
    text = plain(said).strip()
    return int(text) if text.isdecimal() else None


def _turn_of(paging: Paging, cursor: str | None) -> Turn:
    params = {}
    if paging.size_parameter is not None:
        params[paging.size_parameter] = str(paging.size)
    if cursor is not None and paging.parameter is not None:
        params[paging.parameter] = paging.sends.replace("{cursor}", cursor)
    return Turn(tuple(params.items()))


@dataclass
class _Walk:
    """One walk. `before` are records that came twice on the walk before this one: those that do so
    again belong to the data.
    """

    paging: Paging
    ask: Ask
    failed: Failed
    before: frozenset[str] = frozenset()
    pages: list[Page] = field(default_factory=list)
    fetched: int = 0
    total: int | None = None
    _seen: set[str] = field(default_factory=set)
    _twice: set[str] = field(default_factory=set)
    _bodies: set[bytes] = field(default_factory=set)
    _turns: set[Turn] = field(default_factory=set)

    def run(self) -> Pages:
        turn: Turn | None = first_turn(self.paging)
        while turn is not None:
            if len(self.pages) >= self.paging.max_pages:
                raise self._incomplete(f"has more than {self.paging.max_pages} pages")
            self._go_nowhere_twice(turn)
            page = self.ask(turn)
            if page is None and self.pages and self.paging.end == "empty":
                break  # some servers say 'not found' of the page after the last
            if page is None:
                if self.pages:
                    raise self._incomplete(f"has nothing after {self.fetched} records")
                return Pages([], 0)
            turn = self._take(page)
        self._check_whole()
        return Pages(self.pages, self.fetched)

    def _take(self, page: Page) -> Turn | None:
        """Count one page in; returns the next turn, None where this was the last."""
        records = page.records(self.paging.records or "")
        if isinstance(records, Absent):
            raise self.failed("ANSWER_UNEXPECTED", f"has no records at '{self.paging.records}'")
        self._announce(page)
        if not records and self.pages and self.paging.end == "empty":
            return None
        self._recognise(page, records)
        self.pages.append(page)
        self.fetched += len(records)
        return self._next(page, records)

    def _next(self, page: Page, records: list[Any]) -> Turn | None:
        paging = self.paging
        if paging.end == "next":
            return self._linked(page)
        if not records:
            return None  # whether that is all there is, the total says
        if paging.end == "total" and self.total is not None and self.fetched >= self.total:
            return None
        if paging.style == "keyset":
            return _turn_of(self.paging, self._key(records[-1]))
        done = self.fetched if paging.style == "offset" else len(self.pages)
        return _turn_of(self.paging, str(paging.first + done))

    def _linked(self, page: Page) -> Turn | None:
        link = _link(self.paging, page)
        if link is None:
            return None
        if self.paging.style == "token":
            return _turn_of(self.paging, link)
        try:
            url = urljoin(page.answer.url, link)
            there = origin(urlsplit(url))
        except ValueError:
            raise self._incomplete("continues at what is no address") from None
        if there != origin(urlsplit(page.answer.url)):
            raise self._incomplete(
                "continues at another host or without encryption, where it is not followed"
            )
        return Turn(url=url)

    def _announce(self, page: Page) -> None:
        said = total_of(self.paging, page)
        if said is None:
            if self.total is None and not self.pages and self._announces:
                raise self.failed("ANSWER_UNEXPECTED", "does not say how many records there are")
            return
        if self.total is None:
            self.total = said
        elif said != self.total and self.paging.style != "keyset":
            raise _Moved(f"announced {self.total} records and then {said}")

    @property
    def _announces(self) -> bool:
        return self.paging.total is not None or self.paging.total_header is not None

    def _recognise(self, page: Page, records: list[Any]) -> None:
        """Notice what came before: the same page is a circle, the same record a movement."""
        if not records:
            return
        body = hashlib.sha256(page.answer.body).digest()
        if body in self._bodies:
            raise self._incomplete(f"gave the same page again after {self.fetched} records")
        self._bodies.add(body)
        if self.paging.key is None and self.paging.style not in ("offset", "page"):
            return
        marks = {self._mark(record) for record in records}
        again = marks & self._seen
        if again and self.paging.key is not None:
            raise _Moved(f"gave {len(again)} records twice")
        self._twice |= again
        self._seen |= marks

    def _mark(self, record: Any) -> str:
        if self.paging.key is not None:
            return self._key(record)
        return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()

    def _key(self, record: Any) -> str:
        found = at(record, self.paging.key or "")
        if found is ABSENT or found is None:
            raise self.failed("ANSWER_UNEXPECTED", f"has a record without {self.paging.key}")
        return plain(found)

    def _go_nowhere_twice(self, turn: Turn) -> None:
        if turn in self._turns:
            raise self._incomplete(f"leads in a circle after {self.fetched} records")
        self._turns.add(turn)

    def _check_whole(self) -> None:
        if self.total is not None and self.fetched != self.total:
            raise self._incomplete(f"announced {self.total} records and delivered {self.fetched}")
        if self._twice and self._twice != self.before:
            raise _Moved(f"gave {len(self._twice)} records twice", frozenset(self._twice))

    def _incomplete(self, what: str) -> Exception:
        return self.failed("PAGES_INCOMPLETE", what)


def _link(paging: Paging, page: Page) -> str | None:
    """Where the answer says it continues, None where it says that it does not."""
    found: Any
    if paging.next is not None and paging.next_rel is not None:
        found = at(page.document, f"{paging.next}/rel={paging.next_rel}/href")
    elif paging.next is not None:
        found = at(page.document, paging.next)
    else:
        links = parse_header_links(page.answer.headers.get("Link", ""))
        found = next((one["url"] for one in links if one.get("rel") == paging.next_rel), None)
    if found is ABSENT or found is None or found is False or found == "":
        return None
    return plain(found)
