"""One file behind an https address.

Belongs here: conditional requests, retries, redirects, whole bodies within a deadline. Does not
belong here: paging through an interface, or what the body means.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, MaxRetryError, ResponseError
from urllib3.util import Retry

from pipelines.catalogue.source import resolved
from pipelines.connectors.transports.addresses import checked, origin
from pipelines.connectors.transports.redaction import SECRET_HEADERS, redacted, redacted_url
from pipelines.connectors.transports.remote import (
    Fetched,
    NotModified,
    Place,
    RemoteObject,
    SourceFailed,
    Validators,
)

USER_AGENT = "net-zero-districts/0.1 (monthly collection)"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
AGAIN_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """How long and how much one fetch may take; seconds and bytes."""

    connect: float = 10
    read: float = 60
    total: float = 900
    max_bytes: int = 200 * 1024 * 1024
    retries: int = 4
    backoff: float = 1
    bodies: int = 3
    redirects: int = 5


@dataclass(frozen=True)
class HttpSource:
    """An address, the headers it needs and what it is allowed to be. Header values never reach a
    message.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    allow_private: bool = False
    insecure: bool = False
    limits: Limits = Limits()

    @classmethod
    def of(cls, place: Place) -> HttpSource:
        """One address with its headers.

        Raises:
            KeyError: where a secret is not set.
        """
        source = place.source
        limits = Limits(
            total=source.limits.seconds or Limits.total,
            max_bytes=source.limits.max_bytes or Limits.max_bytes,
        )
        return cls(
            url=place.location,
            headers={name: resolved(value) for name, value in source.headers.items()},
            allow_private=source.allow_private,
            insecure=source.insecure,
            limits=limits,
        )


class HttpTransport:
    """GET of one address, with every way it may fail told apart."""

    def list(self, spec: HttpSource) -> list[RemoteObject]:
        """The one object behind the address, by the last part of its path; nothing is asked of the
        server.
        """
        name = unquote(urlsplit(spec.url).path.rstrip("/").rpartition("/")[2])
        return [RemoteObject(name=name or urlsplit(spec.url).hostname or "answer")]

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
        with requests.Session() as session:
            # Proxies and .netrc of the machine would send secrets where no declaration says so.
            session.trust_env = False
            retry = _retry(spec.limits)
            session.mount("https://", HTTPAdapter(max_retries=retry))
            session.mount("http://", HTTPAdapter(max_retries=retry))
            return _Fetch(session, spec, validators or Validators()).run()


class _Patience(Retry):
    """Waits as long as a server asks, unless that is longer than a fetch may wait at all.

    A server that asks for a day is asked again by the next collection, not by a sleeping process.
    """

    def increment(  # type: ignore[no-untyped-def]
        self, method=None, url=None, response=None, error=None, _pool=None, _stacktrace=None
    ) -> _Patience:
        """The patience that is left, none where the wait would outlast it."""
        asked = response is not None and self.get_retry_after(response)
        if asked and _pool is not None and asked >= self.retry_after_max:
            raise MaxRetryError(_pool, url, ResponseError("asks for a longer wait than is allowed"))
        return super().increment(method, url, response, error, _pool, _stacktrace)


def _retry(limits: Limits) -> Retry:
    return _Patience(
        total=limits.retries,
        backoff_factor=limits.backoff,
        backoff_jitter=limits.backoff,
        backoff_max=60,
        status_forcelist=AGAIN_STATUS,
        allowed_methods={"GET", "HEAD"},
        respect_retry_after_header=True,
        retry_after_max=max(1, min(300, int(limits.total))),
        raise_on_status=False,
        redirect=0,
    )


class _Fetch:
    """One download: the parts that arrived so far and the moment by which it must be whole."""

    def __init__(self, session: requests.Session, spec: HttpSource, validators: Validators) -> None:
        self.session = session
        self.spec = spec
        self.validators = validators
        self.deadline = time.monotonic() + spec.limits.total
        self.body = bytearray()
        self.etag: str | None = None

    def run(self) -> Fetched | NotModified:
        """Ask until the body is whole, at most `limits.bodies` times."""
        cut: SourceFailed | None = None
        for _ in range(self.spec.limits.bodies):
            try:
                return self._once()
            except SourceFailed as error:
                if error.code != "BODY_CUT":
                    raise
                cut = error
        assert cut is not None  # noqa: S101 - the loop runs at least once and only a cut body stays in it
        raise cut

    def _once(self) -> Fetched | NotModified:
        response = self._response()
        with response:
            if response.status_code == 304:
                if self.validators == Validators():
                    raise self._failed(
                        "HTTP_STATUS", "answered 304 to a request that had no condition", 304
                    )
                return NotModified()
            if response.status_code not in (200, 206):
                code = "SOURCE_MISSING" if response.status_code in (404, 410) else "HTTP_STATUS"
                raise self._failed(
                    code,
                    f"answered {response.status_code} {response.reason or ''}".strip(),
                    response.status_code,
                )
            if response.status_code == 200:
                self.body.clear()
            elif not self._continues(response):
                self.body.clear()
                raise self._failed("BODY_CUT", "answered with another part than was asked for")
            self._receive(response)
            headers = response.headers
            return Fetched(
                bytes(self.body),
                headers.get("ETag"),
                headers.get("Last-Modified"),
                response.status_code,
            )

    def _continues(self, response: requests.Response) -> bool:
        return response.headers.get("Content-Range", "").startswith(f"bytes {len(self.body)}-")

    def _response(self) -> requests.Response:
        """The answer after its redirects; the headers of the source stay with the origin it was
        declared for.
        """
        url, headers = self.spec.url, self._headers()
        home = origin(urlsplit(url))
        for _ in range(self.spec.limits.redirects + 1):
            parts = checked(url, insecure=self.spec.insecure, allow_private=self.spec.allow_private)
            if origin(parts) != home:
                own = {name.lower() for name in self.spec.headers}
                headers = {
                    name: value
                    for name, value in headers.items()
                    if name.lower() not in own and not SECRET_HEADERS.search(name)
                }
            response = self._get(url, headers)
            target = response.headers.get("Location")
            if response.status_code not in REDIRECTS or not target:
                return response
            response.close()
            url = urljoin(url, target)
            if parts.scheme == "https" and urlsplit(url).scheme == "http":
                raise self._failed("SOURCE_UNREACHABLE", "redirects from https to http")
        raise self._failed("HTTP_STATUS", f"redirects more than {self.spec.limits.redirects} times")

    def _headers(self) -> dict[str, str]:
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **self.spec.headers}
        if self.body and self.etag is not None:
            return {**headers, "Range": f"bytes={len(self.body)}-", "If-Range": self.etag}
        self.body.clear()
        if etag := self.validators.etag:
            headers["If-None-Match"] = etag
        if last_modified := self.validators.last_modified:
            headers["If-Modified-Since"] = last_modified
        return headers

    def _get(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        left = self._time_left()
        limits = self.spec.limits
        try:
            return self.session.get(
                url,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(min(limits.connect, left), min(limits.read, left)),
            )
        except requests.Timeout as error:
            code = "DEADLINE" if time.monotonic() >= self.deadline else "SOURCE_UNREACHABLE"
            raise self._failed(code, "did not answer in time") from error
        except requests.RequestException as error:
            raise self._failed(
                "SOURCE_UNREACHABLE", f"cannot be reached ({type(error).__name__})"
            ) from None

    def _receive(self, response: requests.Response) -> None:
        announced = _length(response)
        already = len(self.body) if response.status_code == 206 else 0
        tag = response.headers.get("ETag")
        # Only a strong tag names the very bytes; after gzip on the fly it is weak and a part may
        # not fit.
        self.etag = tag if tag and not tag.startswith("W/") else None
        limit = self.spec.limits.max_bytes
        if announced is not None and already + announced > limit:
            raise self._failed(
                "TOO_LARGE", f"announces {already + announced:,} bytes; {limit:,} are allowed"
            )
        received = 0
        try:
            while chunk := response.raw.read1(_CHUNK):
                received += len(chunk)
                self.body += chunk
                if len(self.body) > limit:
                    raise self._failed("TOO_LARGE", f"sends more than {limit:,} bytes")
                self._time_left()
        except TimeoutError as error:
            raise self._failed("BODY_CUT", f"stopped after {len(self.body):,} bytes") from error
        except (HTTPError, OSError) as error:
            raise self._failed("BODY_CUT", f"broke off after {len(self.body):,} bytes") from error
        if announced is not None and received != announced:
            raise self._failed(
                "BODY_CUT", f"announced {announced:,} bytes and delivered {received:,}"
            )

    def _time_left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self._failed(
                "DEADLINE",
                f"was not complete after {self.spec.limits.total:g} s ({len(self.body):,} bytes)",
            )
        return left

    def _failed(self, code: str, what: str, status: int | None = None) -> SourceFailed:
        message = f"{redacted_url(self.spec.url)} {what}. Nothing was landed."
        return SourceFailed(code, redacted(message, self.spec.headers.values()), status)


def _length(response: requests.Response) -> int | None:
    text = response.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() else None
