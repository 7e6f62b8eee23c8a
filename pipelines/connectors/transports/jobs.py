"""A service that prepares its answer: asked, then asked how far it is, then fetched.

Belongs here: the walk from ticket to result. Does not belong here: one question and its answer
(`exchange`), keeping tickets (`tickets`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.catalogue.service_job import Found, Job, JobRequest
from pipelines.catalogue.service_request import Request
from pipelines.connectors.pointers import ABSENT, at
from pipelines.connectors.transports.answers import Failed, Page, plain, text_of
from pipelines.connectors.transports.dialogue import Answer, Meant, by_status
from pipelines.connectors.transports.questions import Filling
from pipelines.connectors.transports.remote import SourceFailed
from pipelines.connectors.transports.tickets import Tickets

_SAID = 200
Meaning = Callable[[Answer], Meant]
Ask = Callable[[str, Request, Meaning], Page | None]
"""Asks an address as declared, within the session; None where the server says there is nothing."""


@dataclass(frozen=True)
class Asker:
    """Who asks: the source's own question, any other, and how failures are said."""

    first: Callable[[], Page | None]
    ask: Ask
    meaning: Meaning
    failed: Failed
    time_left: Callable[[], float]


def prepared(job: Job, tickets: Tickets, filling: Filling, asker: Asker) -> Page | None:
    """The result of a job: of the one that is under way, or else of a new one.

    Raises:
        SourceFailed: JOB_PENDING where it is not ready yet, ANSWER_FAILED where it failed,
            ANSWER_UNEXPECTED, and what the exchange raises.
    """
    ticket = tickets.remembered(job.ticket_hours)
    if ticket is None:
        page = asker.first()
        if page is None:
            return None
        ticket = text_in(page, job.ticket)
        if ticket is None:
            if job.direct:
                return page
            raise asker.failed("ANSWER_UNEXPECTED", "gave no ticket for what was asked")
        tickets.remember(ticket)
    filling.ticket = ticket
    try:
        page = _awaited(job, asker)
        found = _asked(job.result, asker, asker.meaning) if job.result is not None else page
    except SourceFailed as failure:
        if failure.code in (
            "SOURCE_MISSING",
            "ANSWER_FAILED",
        ):  # this ticket leads nowhere any more
            tickets.forget()
        raise
    tickets.forget()
    return found


def text_in(page: Page, declared: Found) -> str | None:
    """The declared text of an answer; None where it is not there."""
    if declared.at is None:
        text = text_of(page.answer)
    else:
        value = ABSENT if page.document is ABSENT else at(page.document, declared.at)
        if value is ABSENT or value is None:
            return None
        text = plain(value)
    if declared.matches is None:
        return text or None
    found = re.search(declared.matches, text)
    return (found[found.re.groups and 1] or None) if found else None


def _awaited(job: Job, asker: Asker) -> Page:
    """The answer that says that the job is done."""
    began = time.monotonic()
    while True:
        page = _asked(job.status, asker, _of_status)
        state = text_in(page, job.state) if page is not None else None
        if page is None or state is None:
            raise asker.failed("ANSWER_UNEXPECTED", "does not say how far the job is")
        if re.search(job.failed, state):
            words = " ".join(text_of(page.answer).split())[:_SAID]
            raise asker.failed("ANSWER_FAILED", f"could not prepare what was asked: {words}")
        if re.search(job.done, state):
            return page
        waited = time.monotonic() - began
        if waited + job.interval_seconds > min(job.max_wait_seconds, waited + asker.time_left()):
            said = f"is still preparing the answer ({state[:_SAID]})"
            raise asker.failed("JOB_PENDING", said)
        time.sleep(job.interval_seconds)


def _asked(declared: JobRequest, asker: Asker, meaning: Meaning) -> Page | None:
    return asker.ask(declared.address, declared, meaning)


def _of_status(answer: Answer) -> Meant:
    """What an answer about a job is: 202 is one as well."""
    if answer.status == 202:
        return Meant("good")
    return (
        Meant("renew", "LOGIN_FAILED", "answered 401")
        if answer.status == 401
        else by_status(answer)
    )
