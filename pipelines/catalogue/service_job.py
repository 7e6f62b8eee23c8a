"""A job: a service that is asked, then asked how far it is, then gives what it prepared.

Belongs here: the words of a service's `job`. Does not belong here: the asking
(`connectors/transports/jobs`).
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from pipelines.catalogue.declaration import Declaration
from pipelines.catalogue.format_reading import Pattern
from pipelines.catalogue.paging import Pointer
from pipelines.catalogue.service_request import Request


class Found(Declaration):
    """A text in an answer: what stands `at` a JSON pointer, or what `matches` in the body, the first
    group of the pattern where it has one. With both, the pattern is searched at the pointer.
    """

    at: Pointer | None = None
    matches: Pattern | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.at is None and self.matches is None:
            raise ValueError("say where it stands: 'at' a pointer, or what it 'matches'")
        return self


class JobRequest(Request):
    """One more question of a job, to its own address; `{ticket}` stands for the job's ticket.

    Asking how far a job is changes nothing, so that a POST may be repeated unless it says otherwise.
    """

    address: str
    idempotent: bool = True


class Job(Declaration):
    """How a service that prepares its answer is asked.

    The service's `request` brings a `ticket`. `status` is asked every `interval_seconds` until what
    stands at `state` is `done` or `failed`; a state that is neither is waited for. Then `result` is
    fetched, or the last answer to `status` is the result. After `max_wait_seconds` the collection
    goes on; the ticket is remembered for `ticket_hours` and asked for by the next one.
    """

    ticket: Found
    direct: bool = False
    """Whether an answer without a ticket is the result itself, as for small questions."""
    status: JobRequest
    state: Found
    done: Pattern
    failed: Pattern
    result: JobRequest | None = None
    interval_seconds: float = Field(default=10, ge=0)
    max_wait_seconds: float = Field(default=300, ge=0)
    ticket_hours: float = Field(default=24, gt=0)
