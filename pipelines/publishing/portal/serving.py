"""The portal on this machine: files of `portal/` and what is public of `editions/`, to be read and nothing else.

Belongs here: which request is answered. Does not belong here: what a page says. For the web, the files are put on a
web server; this one answers 127.0.0.1 alone, also where another name is made to lead to it.
"""

from __future__ import annotations

import re
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pipelines.settings import Settings

_HOST = "127.0.0.1"
_PUBLIC = re.compile(
    r"/portal/.*|/editions/(latest(-\w+)?\.json|[\w-]+/(delayed\.(html|json)|r\d+/.*))", re.ASCII
)
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".jsonld": "application/ld+json",
    ".parquet": "application/vnd.apache.parquet",
    ".ics": "text/calendar; charset=utf-8",
    ".xml": "application/xml",
}


class Reader(SimpleHTTPRequestHandler):
    """Answers GET and HEAD of public files."""

    extensions_map = {  # noqa: RUF012 - as its parent has it
        **SimpleHTTPRequestHandler.extensions_map,
        **_TYPES,
    }
    server_version = "nzd"
    sys_version = ""

    def do_GET(self) -> None:
        """A file, or the page that says there is none."""
        if self._is_public():
            super().do_GET()

    def do_HEAD(self) -> None:
        """The same without its body."""
        if self._is_public():
            super().do_HEAD()

    def _is_public(self) -> bool:
        """Whether the file may be read; answers itself where not."""
        named = (self.headers.get("Host") or "").rpartition(":")[0] or self.headers.get("Host")
        if named not in (_HOST, "localhost"):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return False
        path = unquote(urlsplit(self.path).path)
        if path in ("/", "/portal", "/portal/"):
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", "/portal/index.html")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return False
        hidden = any(part.startswith(".") for part in path.split("/"))
        file = Path(self.translate_path(self.path))
        if hidden or not _PUBLIC.fullmatch(path) or not file.is_file():
            self._missing()
            return False
        return True

    def _missing(self) -> None:
        """The portal's own page; its links lead on from any depth."""
        page = Path(self.directory) / "portal" / "404.html"
        text = page.read_text(encoding="utf-8") if page.is_file() else "404"
        data = text.replace("<head>", '<head><base href="/portal/">', 1).encode("utf-8")
        self.send_response(HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", _TYPES[".html"])
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)

    def end_headers(self) -> None:
        """Nothing is guessed, nothing is kept: the next edition is seen at once."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *said: Any) -> None:
        """Who reads what is nobody's business."""


def server(settings: Settings, port: int) -> ThreadingHTTPServer:
    """A server on the loopback; port 0 takes a free one.

    Raises:
        OSError: where something else has the port.
    """
    return ThreadingHTTPServer((_HOST, port), partial(Reader, directory=str(settings.home)))
