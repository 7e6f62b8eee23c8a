"""Buckets of Amazon and of stores that speak like it.

Belongs here: asking a bucket what lies under a prefix and reading it, on s3fs. Does not belong
here: which of its files count (`listing`).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import botocore.exceptions as boto
from aiohttp.abc import AbstractResolver, ResolveResult
from fsspec.asyn import sync_wrapper
from fsspec.exceptions import FSTimeoutError
from s3fs import S3FileSystem

from pipelines.connectors.transports.addresses import reachable
from pipelines.connectors.transports.certificates import trusting
from pipelines.connectors.transports.filesystems import (
    CONNECT_SECONDS,
    READ_SECONDS,
    ConnectionGone,
    Entry,
    Patience,
)
from pipelines.connectors.transports.loops import OwnLoop
from pipelines.connectors.transports.remote import SourceFailed
from pipelines.connectors.transports.servers import Server

_PART = 1024 * 1024
"""What must arrive within one read: 1 MiB a minute is the slowest line that counts as alive."""
_NOT_KNOWN = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"}
)


class _Resolver(AbstractResolver):
    """Names lead where they led when they were looked at; any other one is looked at before it is
    connected to, like the hosts of Amazon's buckets.
    """

    def __init__(self, server: Server) -> None:
        self._server = server

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host that may be asked."""
        server, found = self._server, [self._server.address]
        if host != server.host:
            look = partial(reachable, host, port, allow_private=server.allow_private)
            found = await asyncio.to_thread(look)
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=port,
                family=socket.AF_INET6 if ":" in one else family,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for one in found
        ]

    async def close(self) -> None:
        """Nothing is held."""


class _Bucket(S3FileSystem):  # type: ignore[misc]
    """s3fs that asks once, and that can be closed."""

    retries = 1

    async def _leave(self) -> None:
        creator: Any = getattr(self, "_s3creator", None)
        if creator is not None:
            await creator.__aexit__(None, None, None)

    leave = sync_wrapper(_leave)


class S3Files:
    """The objects of a bucket, connected. A path is /bucket/key."""

    def __init__(self, server: Server, patience: Patience) -> None:
        self._server = server
        self._patience = patience
        trusting(server.ca)
        self._loop = OwnLoop("s3")
        self._files = _Bucket(
            anon=server.user is None,
            key=server.user,
            secret=server.password,
            token=server.token,
            endpoint_url=server.endpoint,
            client_kwargs={"verify": server.ca or True},
            config_kwargs={
                "connect_timeout": patience.left(CONNECT_SECONDS),
                "read_timeout": READ_SECONDS,
                "retries": {"total_max_attempts": 2},
                # Nothing of the machine's own settings: a declaration says where one asks.
                "proxies": {},
                "connector_args": {"resolver": _Resolver(server)},
                "ignore_configured_endpoint_urls": True,
                "s3": {"addressing_style": "path" if server.endpoint else "auto"},
            },
            use_listings_cache=False,
            loop=self._loop.loop,
            skip_instance_cache=True,
        )

    def entries(self, folder: str) -> list[Entry]:
        """What lies under a prefix. A bucket has no folders: a prefix without objects is empty."""
        key = folder.strip("/")
        try:
            with self._told():
                found = self._files.ls(key, detail=True, timeout=self._patience.left())
        except FileNotFoundError as error:
            if error.__cause__ is None or "/" not in key:
                raise
            if isinstance(error.__cause__.__cause__, boto.ClientError):  # there is no such bucket
                raise
            return []
        below = [info for info in found if info["name"].rstrip("/") != key]
        return [_described(info) for info in below if not info["name"].endswith("/")]

    def entry(self, path: str) -> Entry:
        """One object."""
        with self._told():
            return _described(self._files.info(path.strip("/"), timeout=self._patience.left()))

    def real(self, path: str) -> str:
        """The path itself: a bucket knows no links."""
        return path

    def read(self, path: str, take: Callable[[bytes], None]) -> None:
        """All bytes of an object, part by part."""
        size = self.entry(path).size or 0
        with self._told():
            for start in range(0, size, _PART):
                end = min(start + _PART, size)
                take(
                    self._files.cat_file(
                        path.strip("/"), start=start, end=end, timeout=self._patience.left()
                    )
                )

    def close(self) -> None:
        """Close every connection and end the thread that served them."""
        with suppress(Exception):  # what is gone cannot be closed politely
            self._files.leave(timeout=2)
        self._loop.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What S3 says, as the failures that every filesystem has."""
        try:
            yield
        except (FSTimeoutError, boto.ConnectTimeoutError, boto.ReadTimeoutError) as error:
            raise TimeoutError from error
        except FileNotFoundError as error:
            raise FileNotFoundError from error
        except PermissionError as error:
            if _code(error) in _NOT_KNOWN:
                raise self._server.login_refused() from None
            raise PermissionError from error
        except boto.SSLError as error:
            raise SourceFailed(
                "SOURCE_UNREACHABLE",
                "The store's certificate is not accepted. Nothing was sent. Name its authority in "
                "'access: {ca: FILE}'.",
            ) from error
        except (boto.HTTPClientError, boto.ConnectionError, ConnectionError) as error:
            raise ConnectionGone("The store closed the connection or is not there.") from error
        except (OSError, boto.BotoCoreError) as error:
            said = _code(error) or type(error).__name__
            raise SourceFailed("HTTP_STATUS", f"The store refuses: {said}.") from error


def _code(error: BaseException) -> str:
    cause = error.__cause__
    return str(cause.response["Error"].get("Code")) if isinstance(cause, boto.ClientError) else ""


def _described(info: dict[str, Any]) -> Entry:
    return Entry(
        info["name"].rstrip("/").rpartition("/")[2],
        "folder" if info["type"] == "directory" else "file",
        info.get("size"),
        info.get("LastModified"),
        info.get("ETag"),
    )
