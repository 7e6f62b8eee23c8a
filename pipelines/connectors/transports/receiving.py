"""A body on its way: counted, held to what was announced, made large again.

Belongs here: reading one response. Does not belong here: asking again (`exchange`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import requests
from urllib3.exceptions import HTTPError

from pipelines.connectors.transports.bodies import Damaged, Inflated, inflated, length
from pipelines.connectors.transports.remote import SourceFailed
from pipelines.connectors.transports.unreached import Server

_CHUNK = 64 * 1024


class Passing(SourceFailed):
    """A failure that may be over when one asks again."""

    server: Server | None = None
    """The server that took no connection."""


@dataclass
class Part:
    """The body so far, and the strong tag that says of which bytes it is the beginning."""

    body: bytearray = field(default_factory=bytearray)
    etag: str | None = None


@dataclass(frozen=True)
class Receiver:
    """How large a body may be, how failures are said, how long it may take."""

    limit: int
    failed: Callable[[str, str], SourceFailed]
    passing: Callable[[str, str], Passing]
    time_left: Callable[[], float]

    def receive(self, response: requests.Response, part: Part) -> None:
        """Add what the response brings to the part.

        Raises:
            SourceFailed: TOO_LARGE, DEADLINE, BODY_CUT.
        """
        try:
            announced = length(response)
        except Damaged as damage:
            raise self.passing("BODY_CUT", str(damage)) from damage
        already = len(part.body)
        tag = response.headers.get("ETag")
        # Only a strong tag names the very bytes; after gzip on the fly it is weak and a part may
        # not fit.
        part.etag = tag if tag and not tag.startswith("W/") else None
        limit = self.limit
        if announced is not None and already + announced > limit:
            raise self.failed(
                "TOO_LARGE", f"announces {already + announced:,} bytes; {limit:,} are allowed"
            )
        try:
            while chunk := response.raw.read1(_CHUNK, decode_content=False):
                part.body += chunk
                if len(part.body) > limit:
                    raise self.failed("TOO_LARGE", f"sends more than {limit:,} bytes")
                self.time_left()
        except TimeoutError as error:
            raise self.passing("BODY_CUT", f"stopped after {len(part.body):,} bytes") from error
        except (HTTPError, OSError) as error:
            raise self.passing("BODY_CUT", f"broke off after {len(part.body):,} bytes") from error
        received = len(part.body) - already
        if announced is not None and received != announced:
            raise self.passing(
                "BODY_CUT", f"announced {announced:,} bytes and delivered {received:,}"
            )

    def decoded(self, body: bytes, response: requests.Response) -> bytes:
        """The body as it was before the server compressed it for the way."""
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        limit = self.limit
        try:
            return inflated(body, encoding, limit)
        except Inflated as bomb:
            raise self.failed("TOO_LARGE", f"inflates beyond {limit:,} bytes") from bomb
        except Damaged as damage:
            raise self.passing("BODY_CUT", f"sends a compressed body that {damage}") from damage
