"""WebDAV shares, as the SII and Nextcloud serve them.

Belongs here: asking a share what a folder holds and reading its files, on webdav4's filesystem.
Does not belong here: which of the files count (`listing`).
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx
from webdav4.client import ClientError, HTTPError, ResourceNotFound
from webdav4.fsspec import WebdavFileSystem

from pipelines.connectors.transports.certificates import trusting, untrusted
from pipelines.connectors.transports.filesystems import (
    CONNECT_SECONDS,
    READ_SECONDS,
    ConnectionGone,
    Entry,
    Patience,
)
from pipelines.connectors.transports.remote import SourceFailed
from pipelines.connectors.transports.servers import Server

MAX_LISTING_BYTES = 64 * 1024 * 1024
_HEADERS = {"User-Agent": "net-zero-districts/0.1 (collection)", "Accept-Encoding": "identity"}


class _Bounded(httpx.SyncByteStream):
    """An answer that ends by its deadline and, where it is a listing, before it fills the memory."""

    def __init__(self, stream: httpx.SyncByteStream, patience: Patience, at_most: int) -> None:
        self._stream = stream
        self._patience = patience
        self._at_most = at_most

    def __iter__(self) -> Iterator[bytes]:
        received = 0
        for part in self._stream:
            received += len(part)
            self._patience.left()
            if self._at_most and received > self._at_most:
                raise SourceFailed("TOO_LARGE", "The listing is too long. Narrow the pattern.")
            if self._at_most and b"<!DOCTYPE" in part:
                raise SourceFailed("HTTP_STATUS", "The listing is not plain WebDAV.")
            yield part

    def close(self) -> None:
        """Give the connection back."""
        self._stream.close()


class _OneServer(httpx.HTTPTransport):
    """Asks no other server than the declared one, wherever an answer points."""

    def __init__(self, home: httpx.URL, address: str, patience: Patience, **how: Any) -> None:
        super().__init__(**how)
        self._address = address
        self._home = (home.scheme, home.host, home.port)
        self._patience = patience

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to one request.

        Raises:
            SourceFailed: SOURCE_UNREACHABLE where it would go to another server.
        """
        if (request.url.scheme, request.url.host, request.url.port) != self._home:
            raise SourceFailed(
                "SOURCE_UNREACHABLE",
                f"The server redirects to {request.url.host}. Nothing was sent there. Declare that "
                "address if it is the right one.",
            )
        self._patience.left()
        looked_up = httpx.Request(
            request.method,
            request.url.copy_with(host=self._address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        response = super().handle_request(looked_up)
        at_most = MAX_LISTING_BYTES if response.status_code == 207 else 0
        if isinstance(response.stream, httpx.SyncByteStream):
            response.stream = _Bounded(response.stream, self._patience, at_most)
        return response


class WebdavFiles:
    """The files of a WebDAV share, connected."""

    def __init__(self, server: Server, patience: Patience) -> None:
        self._server = server
        scheme = "https" if server.scheme == "webdavs" else "http"
        home = httpx.URL(scheme=scheme, host=server.host, port=server.port, path="/")
        headers = {"Authorization": f"Bearer {server.token}"} if server.token else {}
        self._files = WebdavFileSystem(
            str(home),
            auth=(server.user, server.password or "") if server.user else None,
            skip_instance_cache=True,
            retry=False,
            # Proxies and .netrc of the machine would send secrets where no declaration says so.
            trust_env=False,
            headers={**_HEADERS, **headers},
            timeout=httpx.Timeout(READ_SECONDS, connect=patience.left(CONNECT_SECONDS)),
            transport=_OneServer(
                home, server.address, patience, verify=trusting(server.ca), trust_env=False
            ),
        )

    def entries(self, folder: str) -> list[Entry]:
        """What lies in a folder. What the server says is gone meanwhile is not listed."""
        inside, itself = [], False
        for response in self._properties(folder, depth=1):
            path = unquote(urlsplit(response.href).path)
            above, _, name = path.rstrip("/").rpartition("/")
            if _plain(path) == _plain(folder):
                itself = True
                if response.status_code in {404, 410}:
                    raise FileNotFoundError(folder)
                if response.properties.collection is False:
                    raise NotADirectoryError(folder)
            elif _plain(above) == _plain(folder) and response.status_code not in {404, 410}:
                inside.append(_described(name, response.properties))
        if not itself:
            raise SourceFailed(
                "SOURCE_UNREACHABLE",
                f"{self._server.shown} lists another folder than {folder}. Nothing was taken as "
                "delivered. Declare the address that the server itself uses.",
            )
        return inside

    def entry(self, path: str) -> Entry:
        """One file or folder."""
        for response in self._properties(path, depth=0):
            if response.status_code in {None, 200}:
                return _described(path.rstrip("/").rpartition("/")[2], response.properties)
        raise FileNotFoundError(path)

    def real(self, path: str) -> str:
        """The path itself: WebDAV knows no links."""
        return path

    def read(self, path: str, take: Callable[[bytes], None]) -> None:
        """All bytes of a file, part by part."""
        try:
            self._read(path, take)
        except FileNotFoundError:
            if unquote(path) == path:
                raise
            self._read(unquote(path), take)  # the server quoted the name twice in its listing

    def _read(self, path: str, take: Callable[[bytes], None]) -> None:
        client = self._files.client
        with self._told(), client.http.stream("GET", client.join_url(quote(path))) as response:
            if response.status_code == 404:
                raise FileNotFoundError(path)
            if response.status_code != 200:
                raise self._meant(response)
            for part in response.iter_bytes():
                take(part)

    def close(self) -> None:
        """Close every connection to the server."""
        self._files.client.http.close()

    def _properties(self, path: str, depth: int) -> list[Any]:
        headers = {"Depth": str(depth)}
        with self._told():
            client = self._files.client
            try:
                found = client.propfind(quote(path), headers=headers, follow_redirects=True)
            except ResourceNotFound:
                if unquote(path) == path:
                    raise
                found = client.propfind(
                    quote(unquote(path)), headers=headers, follow_redirects=True
                )
            return list(found.responses.values())

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What HTTP says, as the failures that every filesystem has."""
        try:
            yield
        except ResourceNotFound as error:
            raise FileNotFoundError from error
        except HTTPError as error:
            raise self._meant(error.response) from error
        except httpx.TimeoutException as error:
            raise TimeoutError from error
        except httpx.TransportError as error:
            raise _unreached(error) from error
        except ClientError as error:
            raise SourceFailed("HTTP_STATUS", f"The server refuses: {error}.") from error
        except (ValueError, SyntaxError, AssertionError) as error:  # as webdav4 reads answers
            raise SourceFailed(
                "HTTP_STATUS", f"{self._server.shown} answers with something else than WebDAV."
            ) from error

    def _meant(self, response: httpx.Response) -> Exception:
        status = response.status_code
        if status == 401:
            return self._server.login_refused(status)
        if status == 403:
            return PermissionError()
        said = f"{self._server.shown} answered {status} {response.reason_phrase}".strip()
        if "X-Nextcloud-Maintenance-Mode" in response.headers:
            said = f"{self._server.shown} is in maintenance ({status})"
        return SourceFailed("HTTP_STATUS", f"{said}. Nothing was fetched; ask again later.", status)


def _plain(path: str) -> str:
    """A path as it is meant, however often a server quoted it."""
    while (plainer := unquote(path)) != path:
        path = plainer
    return path.rstrip("/")


def _described(name: str, said: Any) -> Entry:
    return Entry(
        name,
        "folder" if said.collection else "file",
        said.content_length,
        said.modified,
        said.etag,
    )


def _unreached(error: BaseException) -> Exception:
    """Why no answer came: a certificate that is not believed is no matter of trying again."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return untrusted(cause)
        cause = cause.__cause__ or cause.__context__
    return ConnectionGone("The server closed the connection or is not there.")
