"""One file behind an https address.

Belongs here: which file an address is, and what the answers to asking for it are. Does not belong
here: the exchange itself (`exchange`), paging through an interface (`interface`), or what the body
means.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from pipelines.connectors.transports.dialogue import Question
from pipelines.connectors.transports.exchange import Exchange
from pipelines.connectors.transports.http_source import HttpSource
from pipelines.connectors.transports.network import Network
from pipelines.connectors.transports.remote import (
    Fetched,
    NotModified,
    RemoteObject,
    Validators,
)


class HttpTransport:
    """GET of one address, with every way it may fail told apart."""

    def __init__(self, network: Network | None = None) -> None:
        self._network = network

    def list(self, spec: HttpSource) -> list[RemoteObject]:
        """The one object behind the address, by the last part of its path; nothing is asked of the
        server.
        """
        return [RemoteObject(name=name_of(spec.url))]

    def open(
        self,
        spec: HttpSource,
        item: RemoteObject,  # noqa: ARG002 - an address holds one object
        validators: Validators | None = None,
    ) -> Fetched | NotModified:
        """All bytes behind the address, or that they have not changed.

        Raises:
            SourceFailed: SOURCE_UNREACHABLE, SOURCE_MISSING, HTTP_STATUS, BODY_CUT, DEADLINE,
                TOO_LARGE.
        """
        with Exchange(spec, self._network) as exchange:
            answer, meant = exchange.ask(Question(spec.url), validators=validators)
            if meant.means != "good":
                raise exchange.failed(meant.code, meant.says, answer.status)
        if answer.status == 304:
            return NotModified()
        headers = answer.headers
        return Fetched(
            answer.body, headers.get("ETag"), headers.get("Last-Modified"), answer.status
        )


def name_of(url: str) -> str:
    """What an address holds: the last part of its path, or its host."""
    parts = urlsplit(url)
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or "answer"
