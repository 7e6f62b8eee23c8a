"""One loopback server that answers as many public services do, and remembers what it was asked.

Belongs here: telling the services apart by their paths, memory, time between questions. Does not
belong here: what each answers (`fake_portals`, `fake_providers`).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


@dataclass(frozen=True)
class Asked:
    """One question to a service; `log` holds the paths of all of them so far, this one included."""

    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]
    root: str
    log: list[str]
    times: Mapping[str, list[float]]
    patient: bool

    def since_last(self) -> float:
        """Seconds since the question to the same path before this one."""
        times = self.times[self.path]
        return times[-1] - times[-2] if len(times) > 1 else 1e9

    def within(self, seconds: float, path: str) -> int:
        """How many questions to paths that begin so came within these last seconds."""
        now = time.monotonic()
        return sum(
            now - at <= seconds
            for own, times in self.times.items()
            if own.startswith(path)
            for at in times
        )


Answer = Callable[[Asked], Response]


def as_json(document: Any, status: int = 200) -> Response:
    return Response(json.dumps(document), status, content_type="application/json")


@dataclass
class PublicServices:
    """The services behind one address.

    Attributes:
        patient: Whether questions may follow each other faster than the real services allow.
        questions: Every question so far.
    """

    routes: Mapping[str, Answer]
    patient: bool = False
    questions: list[Asked] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=dict)

    def __call__(self, request: Request) -> Response:
        self.times.setdefault(request.path, []).append(time.monotonic())
        log = [one.path for one in self.questions] + [request.path]
        asked = Asked(
            request.path,
            request.args.to_dict(),
            dict(request.headers),
            request.form.to_dict(),
            request.host_url.rstrip("/"),
            log,
            self.times,
            self.patient,
        )
        self.questions.append(asked)
        for pattern, answer in self.routes.items():
            if re.fullmatch(pattern, request.path):
                return answer(asked)
        return Response(
            "<html><body>Pagina non trovata</body></html>", 404, content_type="text/html"
        )

    def to(self, path: str) -> list[Mapping[str, str]]:
        """The parameters of every question to paths that begin so."""
        return [one.params for one in self.questions if one.path.startswith(path)]

    def forget(self) -> None:
        """Count questions from here on."""
        self.questions.clear()


def serve(server: HTTPServer, services: PublicServices) -> str:
    """Answer everything on this server; returns its address."""
    server.expect_request(re.compile(".*")).respond_with_handler(services)
    return server.url_for("").rstrip("/")
