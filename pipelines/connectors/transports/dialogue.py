"""A question, its answer, and what HTTP itself says of it.

Belongs here: the types of an exchange. Does not belong here: the exchange (`exchange`), what a
declared service means by an answer (`answers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

AGAIN_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
_A_WEEK_S = 7 * 86_400
"""No ban is known to last longer; who names a year writes nonsense."""


@dataclass(frozen=True)
class Question:
    """One request. `again` says whether it may be repeated after a failure."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    again: bool = True


@dataclass(frozen=True)
class Answer:
    """One whole answer; `url` is where it came from after redirects."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Meant:
    """What an answer is; `code` and `says` are for one that is no delivery."""

    means: Literal["good", "empty", "retry", "failed", "renew"]
    code: str = "HTTP_STATUS"
    says: str = ""


def by_status(answer: Answer) -> Meant:
    """What an answer is as far as HTTP says."""
    said = f"answered {answer.status}"
    if answer.status in (200, 304):
        return Meant("good")
    if answer.status in AGAIN_STATUS:
        return Meant("retry", says=said)
    return Meant("failed", "SOURCE_MISSING" if answer.status in (404, 410) else "HTTP_STATUS", said)


def retry_after(answer: Answer) -> float | None:
    """Seconds the server wants us to wait: a number, or a date; None where it says nothing we
    understand.
    """
    said = answer.headers.get("Retry-After")
    try:
        # urllib3 cuts what a server asks for down to six hours, unless it is told otherwise.
        patient = Retry(retry_after_max=_A_WEEK_S)
        return max(0.0, patient.parse_retry_after(said)) if said else None
    except InvalidHeader:
        return None
