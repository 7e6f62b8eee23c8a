"""Survey tools on loopback: they answer in the recorded shapes and enforce what the real ones do.

Belongs here: KoboToolbox, LimeSurvey and ODK Central as far as they are asked. The respondents are
invented.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

TOKEN = "canary-token-55"
USER, PASSWORD = "export", "canary-password-66"


def _json(said: Any, status: int = 200) -> Response:
    return Response(json.dumps(said), status=status, content_type="application/json")


@dataclass
class Kobo:
    """One form: 1000 submissions per page at most, whatever is asked, 100 where nothing is."""

    server: HTTPServer
    submissions: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    path: str = "/api/v2/assets/aPrato/data.json"

    def __post_init__(self) -> None:
        self.server.expect_request(self.path).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Token {TOKEN}":
            return _json({"detail": "Invalid token."}, 401)
        self.asked.append(dict(request.args))
        start, size = (
            int(request.args.get("start", 0)),
            min(int(request.args.get("limit", 100)), 1000),
        )
        found = sorted(self.submissions, key=lambda one: int(one["_id"]))
        following = None
        if start + size < len(found):
            following = self.server.url_for(
                f"{self.path}?format=json&limit={size}&start={start + size}"
            )
        page = found[start : start + size]
        said = {"count": len(found), "next": following, "previous": None, "results": page}
        return _json(said)


@dataclass
class LimeSurvey:
    """RemoteControl 2: sessions, everything 200, responses in base64. `ends_once` forgets the
    session at the first export.
    """

    server: HTTPServer
    responses: list[dict[str, Any]] = field(default_factory=list)
    ends_once: bool = False
    old_shape: bool = False
    calls: list[str] = field(default_factory=list)
    open_sessions: set[str] = field(default_factory=set)
    path: str = "/index.php/admin/remotecontrol"

    def __post_init__(self) -> None:
        self.server.expect_request(self.path).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        asked = json.loads(request.data)
        self.calls.append(asked["method"])
        result = getattr(self, f"_{asked['method']}")(*asked["params"])
        return _json({"id": asked["id"], "result": result, "error": None})

    def _get_session_key(self, user: str, password: str) -> Any:
        if (user, password) != (USER, PASSWORD):
            return {"status": "Invalid user name or password"}
        key = f"canary-session-{len(self.calls)}"
        self.open_sessions.add(key)
        return key

    def _release_session_key(self, key: str) -> str:
        self.open_sessions.discard(key)
        return "OK"

    def _export_responses(self, key: str, survey: int, *_: Any) -> Any:
        if self.ends_once:
            self.ends_once = False
            self.open_sessions.clear()
        if key not in self.open_sessions:
            return {"status": "Invalid session key"}
        if survey != 123456:
            return {"status": "Error: Invalid survey ID"}
        if not self.responses:
            return {"status": "No Data, could not get max id."}
        found: list[Any] = self.responses
        if self.old_shape:
            found = [{str(one["id"]): one} for one in found]
        return base64.b64encode(json.dumps({"responses": found}).encode()).decode()


@dataclass
class OdkCentral:
    """OData of one form: the next link is an opaque cursor and only comes where `$top` was asked."""

    server: HTTPServer
    submissions: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    path: str = "/v1/projects/1/forms/visits.svc/Submissions"

    def __post_init__(self) -> None:
        self.server.expect_request(self.path).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        own = request.authorization
        if own is None or (own.username, own.password) != (USER, PASSWORD):
            return _json(
                {"code": 401.2, "message": "Could not authenticate with the provided credentials."},
                401,
            )
        self.asked.append(dict(request.args))
        start, top = int(request.args.get("$skiptoken", "c0")[1:]), request.args.get("$top")
        size = int(top) if top else 250
        said: dict[str, Any] = {
            "@odata.context": "x",
            "value": self.submissions[start : start + size],
        }
        if request.args.get("$count") == "true":
            said["@odata.count"] = len(self.submissions)
        if top and start + size < len(self.submissions):
            more = f"{self.path}?$top={size}&$count=true&$skiptoken=c{start + size}"
            said["@odata.nextLink"] = self.server.url_for(more)
        return _json(said)
