"""FTP servers over TLS: the login, the listings and the files.

Belongs here: how such a server is reached and read, on fsspec's FTP filesystem. Does not belong
here: which of its files count (`listing`). Without TLS nothing is sent.
"""

from __future__ import annotations

import ftplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from fsspec.implementations.ftp import FTPFileSystem

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

_DENIED = re.compile(r"denied|permission|not allowed|no access|forbidden", re.IGNORECASE)
_ABSENT = re.compile(r"no such|not found|not exist", re.IGNORECASE)
_LS = re.compile(
    r"(?P<kind>[-dlbcps])\S{9,10}\s+\d+\s+\S+\s+\S+\s+(?P<size>\d+)\s+"
    r"(?P<changed>\S+\s+\d+\s+[\d:]+)\s(?P<name>.+)"
)
_CHUNK = 256 * 1024


class _Socket(ssl.SSLSocket):
    """TLS to servers that hang up without saying so; whether all bytes came, the size tells."""

    def unwrap(self) -> socket.socket:
        """End TLS as far as the server takes part."""
        with suppress(OSError, ValueError):
            return super().unwrap()
        return self


class _Tls(ftplib.FTP_TLS):
    """FTP whose data connections continue the TLS session of the control connection, as servers
    ask for that want to know that both come from the same client.
    """

    certified = ""

    def ntransfercmd(
        self, cmd: str, rest: int | str | None = None
    ) -> tuple[socket.socket, int | None]:
        """A data connection, always encrypted."""
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - inside TLS
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        wrapped = self.context.wrap_socket(connection, server_hostname=self.host, session=session)
        return wrapped, size


class _ImplicitTls(_Tls):
    """FTP inside TLS from the first byte."""

    def connect(self, host: str = "", port: int = 0, *_: Any, **__: Any) -> str:
        """Connect and begin TLS before the server greets."""
        self.host = host
        plain = socket.create_connection((host, port), self.timeout)
        try:
            self.sock = self.context.wrap_socket(plain, server_hostname=self.certified)
        except BaseException:
            plain.close()
            raise
        self.af = self.sock.family
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()
        return self.welcome


class _TlsFileSystem(FTPFileSystem):  # type: ignore[misc]
    """fsspec's FTP, which by itself would neither look at certificates nor encrypt the data again
    after it connects anew.
    """

    def __init__(self, server: Server, context: ssl.SSLContext, **how: Any) -> None:
        self._context = context
        self._address = server.address
        self._implicit = server.implicit_tls
        super().__init__(server.host, server.port, server.user, server.password, tls=True, **how)

    def _connect(self) -> None:
        kind = _ImplicitTls if self._implicit else _Tls
        self.ftp = kind(context=self._context, timeout=self.timeout, encoding=self.encoding)
        self.ftp.certified = self.host  # whose certificate it has to show
        self.ftp.connect(self._address, self.port)
        self.ftp.host = self.host
        try:
            if not self._implicit:
                self.ftp.auth()
        except (ftplib.error_perm, ftplib.error_temp) as error:
            raise SourceFailed(
                "SOURCE_UNREACHABLE",
                f"The server offers no TLS ({str(error)[:80]}). User and password were not sent. "
                "Ask the provider for FTPS or SFTP.",
            ) from error
        self.ftp.timeout = READ_SECONDS  # of the data connections, too
        if self.ftp.sock is not None:
            self.ftp.sock.settimeout(READ_SECONDS)
        self.ftp.login(*self.cred)
        self.ftp.prot_p()
        self.ftp.voidcmd("TYPE I")


class FtpsFiles:
    """The files of an FTPS server, connected.

    What lies in a folder is asked of the connection itself: fsspec would take a folder that may not
    be listed for an empty one.
    """

    def __init__(self, server: Server, patience: Patience) -> None:
        self._server = server
        self._patience = patience
        self._context = trusting(server.ca)
        self._context.sslsocket_class = _Socket
        self._connect("utf-8")

    def _connect(self, encoding: str) -> None:
        try:
            with _told():
                self._files = _TlsFileSystem(
                    self._server,
                    self._context,
                    timeout=self._patience.left(CONNECT_SECONDS),
                    encoding=encoding,
                    skip_instance_cache=True,
                )
                self._ftp: _Tls = self._files.ftp
                self._tells_all = self._knows_mlsd()
        except _LoginRefused:
            raise self._server.login_refused() from None

    def _knows_mlsd(self) -> bool:
        """Whether listings come with exact times; then also with what tells link loops."""
        try:
            if "MLST" not in self._ftp.sendcmd("FEAT").upper():
                return False
            with suppress(ftplib.error_perm):
                self._ftp.sendcmd("OPTS MLST type;size;modify;unique;")
        except ftplib.error_perm:
            return False
        return True

    def entries(self, folder: str) -> list[Entry]:
        """What lies in a folder."""
        try:
            return self._entries(folder)
        except UnicodeDecodeError:  # names as an old Windows writes them
            self.close()
            self._connect("cp1252")
            return self._entries(folder)

    def _entries(self, folder: str) -> list[Entry]:
        self._patience.left()
        with _told():
            if self._tells_all:
                facts = list(self._ftp.mlsd(folder))
                return [
                    _described(name, said)
                    for name, said in facts
                    if said["type"] not in {"cdir", "pdir"}
                ]
            lines: list[str] = []
            self._ftp.dir(folder, lines.append)
        return [_from_line(line) for line in lines if line and not line.startswith("total ")]

    def entry(self, path: str) -> Entry:
        """One file or folder."""
        folder, _, name = path.rstrip("/").rpartition("/")
        if not self._tells_all:
            for entry in self.entries(folder or "/"):
                if entry.name == name:
                    return entry
            raise FileNotFoundError(path)
        with _told():
            said = self._ftp.sendcmd(f"MLST {path}").splitlines()
        facts = said[1].strip().rpartition("; ")[0] if len(said) > 1 else ""
        return _described(
            name, dict(fact.lower().split("=", 1) for fact in facts.split(";") if "=" in fact)
        )

    def real(self, path: str) -> str:
        """What the server says a thing is by itself, or the path: FTP does not tell where links
        lead, and none is followed.
        """
        return (self._tells_all and self.entry(path).identity) or path

    def read(self, path: str, take: Callable[[bytes], None]) -> None:
        """All bytes of a file, part by part."""

        def part(received: bytes) -> None:
            take(received)
            self._patience.left()

        with _told():
            self._ftp.retrbinary(f"RETR {path}", part, _CHUNK)

    def close(self) -> None:
        """Leave the server."""
        with suppress(*ftplib.all_errors):
            if self._ftp.sock is not None:
                self._ftp.sock.settimeout(2)
                self._ftp.quit()
        self._ftp.close()


class _LoginRefused(Exception):
    """The server does not accept user and password."""


def _described(name: str, facts: dict[str, str]) -> Entry:
    kind = facts.get("type", "file").lower()
    told = facts.get("modify", "")[:14]
    size = facts.get("size", "")
    return Entry(
        name.rpartition("/")[2],
        "folder" if kind == "dir" else "file" if kind == "file" else "link",
        int(size) if size.isdecimal() else None,
        datetime.strptime(told, "%Y%m%d%H%M%S").replace(tzinfo=UTC) if told else None,
        identity=facts.get("unique"),
    )


def _from_line(line: str) -> Entry:
    """A line as `ls -l` prints it. Its date is in no known zone, so it only marks the version.

    Raises:
        SourceFailed: SOURCE_UNREACHABLE where it is not such a line; to skip it would lose a file.
    """
    found = _LS.fullmatch(line)
    if found is None:
        raise SourceFailed(
            "SOURCE_UNREACHABLE",
            "The server lists its files neither by MLSD nor as 'ls -l' does. Nothing was taken as "
            "delivered. Ask the provider for MLSD or for SFTP.",
        )
    kind = {"-": "file", "d": "folder"}.get(found["kind"], "link")
    name = found["name"].partition(" -> ")[0] if kind == "link" else found["name"]
    size = int(found["size"])
    return Entry(name, kind, size, tag=f"{size}-{found['changed']}")  # type: ignore[arg-type]


@contextmanager
def _told() -> Iterator[None]:
    """What FTP says, as the failures that every filesystem has."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise untrusted(error) from error
    except TimeoutError:
        raise
    except (ftplib.error_perm, ftplib.error_temp, ftplib.error_reply, ftplib.error_proto) as error:
        raise _meant(str(error)) from error
    except (EOFError, OSError) as error:
        raise ConnectionGone("The server closed the connection.") from error


def _meant(said: str) -> Exception:
    """What a refusal means, by its number and, as no number says it, its words."""
    if said[:3] in {"421", "425", "426"}:
        return ConnectionGone("The server closed the connection.")
    if said[:2] == "53" or said[:3] == "430":
        return _LoginRefused()
    if said[:3] == "550" or _ABSENT.search(said):
        return PermissionError() if _DENIED.search(said) else FileNotFoundError()
    return SourceFailed("SOURCE_UNREACHABLE", f"The server refuses: {said[:120]}.")
