"""One question to a server and its whole answer: the one way bytes come over HTTP.

Belongs here: conditional requests, redirects, retries, whole bodies within a deadline and a size.
Does not belong here: which questions to ask (`web`, `interface`) or what answers mean (`answers`).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from pipelines.connectors.transports.addresses import NoAddress, origin, permitted
from pipelines.connectors.transports.allowance import Allowance
from pipelines.connectors.transports.bodies import complaint
from pipelines.connectors.transports.dialogue import (
    Answer,
    Meant,
    Question,
    by_status,
    retry_after,
)
from pipelines.connectors.transports.http_source import HttpSource
from pipelines.connectors.transports.network import CheckedAdapter, Network, took_no_connection
from pipelines.connectors.transports.receiving import Part, Passing, Receiver
from pipelines.connectors.transports.redaction import SECRET_HEADERS, redacted, redacted_url
from pipelines.connectors.transports.remote import SourceFailed, Validators
from pipelines.connectors.transports.unreached import Server, remember, why_silent

USER_AGENT = "net-zero-districts/0.1 (monthly collection)"
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Exchange:
    """A conversation with one source: its connections, its deadline, its allowance."""

    def __init__(
        self, source: HttpSource, network: Network | None = None, allowance: Allowance | None = None
    ) -> None:
        self.source = source
        self.deadline = time.monotonic() + source.limits.total
        self.secrets = {*source.headers.values(), *source.secrets}
        host = urlsplit(source.url).hostname or ""
        own = Allowance(source.state, host) if source.state is not None else None
        self._allowance = allowance or own
        self._session = requests.Session()
        # Proxies and .netrc of the machine would send secrets where no declaration says so.
        self._session.trust_env = False
        if source.ca is not None:
            self._session.verify = source.ca
        adapter = CheckedAdapter(network or Network(), allow_private=source.allow_private)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

        limit = source.limits.max_bytes
        self._receiver = Receiver(limit, self.failed, self._passing, self.time_left)

    def __enter__(self) -> Exchange:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def ask(
        self,
        question: Question,
        meaning: Callable[[Answer], Meant] = by_status,
        validators: Validators | None = None,
    ) -> tuple[Answer, Meant]:
        """The whole answer and what it is; it is asked again as often as limits and meaning allow.

        Raises:
            SourceFailed: SOURCE_UNREACHABLE, HTTP_STATUS, ASK_LATER, BODY_CUT, DEADLINE, TOO_LARGE,
                RATE_LIMIT_OWN.
        """
        part = Part()
        tries = cuts = 0
        while True:
            try:
                answer = self._once(question, part, validators)
                meant = meaning(answer)
                if meant.means != "retry":
                    return answer, meant
                failure, wait = self._later(answer, meant, tries)
                tries += 1
            except Passing as passing:
                failure, wait = passing, 0.0
                if passing.code == "BODY_CUT":
                    cuts += 1
                else:
                    wait = self._backoff(tries)
                    # Where nobody takes a connection one more try is enough.
                    tries += (
                        max(1, self.source.limits.retries) if passing.server and not tries else 1
                    )
            if self._is_over(question, tries, cuts) or wait > self.time_left():
                if isinstance(failure, Passing) and failure.server is not None:
                    remember(self.source.at, failure.server, "took no connection")
                # A server that cannot be reached is not tried for every window of a history.
                failure.whole = failure.code == "SOURCE_UNREACHABLE"
                raise failure
            time.sleep(wait)

    def failed(
        self, code: str, what: str, status: int | None = None, *, whole: bool = False
    ) -> SourceFailed:
        """A failure that names the source and no secret."""
        return SourceFailed(code, self._said(what), status, whole=whole)

    def time_left(self) -> float:
        """Seconds until all must have come.

        Raises:
            SourceFailed: DEADLINE.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self.failed("DEADLINE", f"was not complete after {self.source.limits.total:g} s")
        return left

    def _is_over(self, question: Question, tries: int, cuts: int) -> bool:
        limits = self.source.limits
        return not question.again or tries > limits.retries or cuts >= limits.bodies

    def _later(self, answer: Answer, meant: Meant, tries: int) -> tuple[SourceFailed, float]:
        """The failure that stands if it is not asked again, and how long to wait before that."""
        code = "HTTP_STATUS" if answer.status >= 400 else "ASK_LATER"
        asked = retry_after(answer)
        if asked is None:
            return self.failed(code, meant.says, answer.status), self._backoff(tries)
        moment = (datetime.now(UTC) + timedelta(seconds=asked)).strftime("%Y-%m-%d %H:%M:%S UTC")
        says = f"{meant.says} and wants to be asked again at {moment} at the earliest"
        if asked > min(self.source.limits.longest_wait, self.deadline - time.monotonic()):
            if self._allowance is not None:
                self._allowance.hold(asked)
            raise self.failed(code, says, answer.status, whole=True)
        return self.failed(code, says, answer.status), asked

    def _backoff(self, tries: int) -> float:
        base = self.source.limits.backoff
        jitter = random.random()  # noqa: S311 - keeps waiting clients apart, guards nothing
        return min(60.0, base * 2**tries * (0.5 + jitter)) if tries else base * jitter

    def _once(self, question: Question, part: Part, validators: Validators | None) -> Answer:
        response = self._response(question, self._headers(question, part, validators))
        with response:
            status, continued = response.status_code, False
            if status == 304 and (validators is None or validators == Validators()):
                raise self.failed("HTTP_STATUS", "answered 304 to a request without condition", 304)
            if status == 206 and part.body:
                if not response.headers.get("Content-Range", "").startswith(
                    f"bytes {len(part.body)}-"
                ):
                    part.body.clear()
                    raise self._passing("BODY_CUT", "answered with another part than was asked for")
                continued = True
            elif part.body:
                part.body.clear()
            if status == 200 or continued:
                self._receiver.receive(response, part)
                body = self._receiver.decoded(bytes(part.body), response)
            else:
                body = complaint(response)
            headers = CaseInsensitiveDict(response.headers)
            return Answer(response.url or question.url, 200 if continued else status, headers, body)

    def _headers(
        self, question: Question, part: Part, validators: Validators | None
    ) -> dict[str, str]:
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"}
        if origin(urlsplit(question.url)) == origin(urlsplit(self.source.url)):
            headers |= self.source.headers
        headers |= question.headers
        if part.body and part.etag is not None:
            return {**headers, "Range": f"bytes={len(part.body)}-", "If-Range": part.etag}
        part.body.clear()
        if validators and validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators and validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        return headers

    def _response(self, question: Question, headers: dict[str, str]) -> requests.Response:
        """The answer after its redirects; what identifies us stays with the origin it was declared
        for.
        """
        url = question.url
        home = origin(urlsplit(url))
        own = {name.lower() for name in (*self.source.headers, *question.headers)}
        for _ in range(self.source.limits.redirects + 1):
            parts = permitted(url, insecure=self.source.insecure)
            if origin(parts) != home:
                headers = {
                    name: value
                    for name, value in headers.items()
                    if name.lower() not in own and not SECRET_HEADERS.search(name)
                }
            response = self._send(question, url, headers)
            target = response.headers.get("Location")
            if response.status_code not in REDIRECTS or not target:
                response.url = url
                return response
            response.close()
            if question.method != "GET":
                raise self.failed("HTTP_STATUS", "redirects a question that is sent as a form")
            url = urljoin(url, target)
            if parts.scheme == "https" and urlsplit(url).scheme == "http":
                raise self.failed("SOURCE_UNREACHABLE", "redirects from https to http")
        raise self.failed(
            "HTTP_STATUS", f"redirects more than {self.source.limits.redirects} times"
        )

    def _send(self, question: Question, url: str, headers: Mapping[str, str]) -> requests.Response:
        server = origin(urlsplit(url))
        silent = why_silent(self.source.at, server)
        if silent is not None:
            raise self.failed("SOURCE_UNREACHABLE", f"{silent} a moment ago", whole=True)
        if self._allowance is not None:
            self._allowance.take(self.time_left())
        left, limits = self.time_left(), self.source.limits
        try:
            return self._session.request(
                question.method,
                url,
                data=question.body,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(min(limits.connect, left), min(limits.read, left)),
            )
        except requests.Timeout as error:
            if time.monotonic() >= self.deadline:
                raise self.failed("DEADLINE", "did not answer in time") from error
            raise self._unreached("did not answer in time", server, error) from error
        except NoAddress:
            remember(self.source.at, server, "had no address")
            raise
        except (requests.RequestException, HTTPError, ValueError) as error:
            # The text of the error may hold the address with all it carries.
            said = f"cannot be reached ({type(error).__name__})"
            raise self._unreached(said, server, error) from None

    def _unreached(self, what: str, server: Server, error: Exception) -> Passing:
        passing = self._passing("SOURCE_UNREACHABLE", what)
        passing.server = server if took_no_connection(error) else None
        return passing

    def _passing(self, code: str, what: str) -> Passing:
        return Passing(code, self._said(what))

    def _said(self, what: str) -> str:
        # By itself, so that the end of what was cut is seen to be an end.
        message = (
            f"{redacted_url(self.source.url)} {redacted(what, self.secrets)}. Nothing was landed."
        )
        return redacted(message, self.secrets)
