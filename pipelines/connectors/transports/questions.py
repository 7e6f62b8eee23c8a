"""From what is declared of a question to the question itself.

Belongs here: placeholders for days, the session's token and the environment; addresses with
parameters; bodies. Does not belong here: when which question is asked (`windows`, `paging`).
"""

from __future__ import annotations

import json
import re
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from pipelines.catalogue.service_request import Request
from pipelines.catalogue.source import FromEnvironment, filled, referenced, resolved
from pipelines.connectors.transports.dialogue import Question

_PLACEHOLDER = re.compile(r"\{(start|end|after|today|token|ticket)(?::([^{}]*))?\}")
_SAFE = ":/,()*'$@!;"
"""Signs that stand for themselves in a query; some portals do not know their quoted forms."""


@dataclass
class Filling:
    """What placeholders stand for now. `secrets` collects what must not be said of it."""

    days: Mapping[str, date]
    token: str | None = None
    ticket: str | None = None
    secrets: set[str] = field(default_factory=set)

    def text(self, declared: str | FromEnvironment) -> str:
        """A declared text with its placeholders filled in.

        Raises:
            KeyError: where the environment does not set what is referred to.
        """
        if isinstance(declared, FromEnvironment):
            self.secrets.add(resolved(declared))
            return resolved(declared)
        self.secrets.update(filled(f"${{{name}}}") for name in referenced(declared))
        return self.placed(filled(declared))

    def placed(self, text: str) -> str:
        """A text with days and token in the place of their names."""
        return _PLACEHOLDER.sub(self._word, text)

    def tree(self, declared: Any) -> Any:
        """A declared body, its texts filled in."""
        if isinstance(declared, dict):
            return {key: self.tree(value) for key, value in declared.items()}
        if isinstance(declared, list | tuple):
            return [self.tree(value) for value in declared]
        return self.text(declared) if isinstance(declared, str) else declared

    def _word(self, found: re.Match[str]) -> str:
        name, shape = found[1], found[2]
        if name in ("token", "ticket"):
            return (self.token if name == "token" else self.ticket) or ""
        day = self.days.get(name)
        if day is None:
            return found[0]  # a question without a window has no {start}
        if shape in ("epoch", "epoch_ms"):
            return str(timegm(day.timetuple()) * (1000 if shape == "epoch_ms" else 1))
        return day.strftime(shape) if shape else day.isoformat()


@dataclass(frozen=True)
class Turn:
    """What is added to a question to get a certain page: parameters, or another address."""

    params: tuple[tuple[str, str], ...] = ()
    url: str | None = None


def question_of(
    location: str, request: Request, filling: Filling, turn: Turn | None = None
) -> Question:
    """One question, ready to be sent.

    Args:
        location: The declared address, references to the environment filled in.
        request: What is declared of the question.
        filling: What its placeholders stand for.
        turn: Which page of the answer is wanted.

    Raises:
        KeyError: where the environment does not set what is referred to.
    """
    turn = turn or Turn()
    headers = {name: filling.text(value) for name, value in request.headers.items()}
    body = filling.tree(request.json_)
    params: dict[str, str | list[str]] = {
        name: [filling.text(one) for one in value]
        if isinstance(value, tuple)
        else filling.text(value)
        for name, value in request.params.items()
    }
    for name, said in turn.params:
        if name.startswith("/"):
            _put(body, name, said)
        else:
            params[name] = said
    url = turn.url or with_params(filling.placed(location), params)
    if body is None:
        return Question(
            url, request.method, headers, again=request.method == "GET" or request.idempotent
        )
    headers.setdefault("Content-Type", "application/json")
    return Question(url, request.method, headers, json.dumps(body).encode(), request.idempotent)


def with_params(url: str, params: Mapping[str, str | list[str]]) -> str:
    """An address with parameters added to those it has, none of which is quoted a second time."""
    if not params:
        return url
    said = urlencode(params, doseq=True, safe=_SAFE, quote_via=quote)
    parts = urlsplit(url)
    return parts._replace(query=f"{parts.query}&{said}" if parts.query else said).geturl()


def shown(location: str, request: Request) -> str:
    """The question as it is declared, for the manifest: placeholders stay, and so do the names of
    secrets.
    """
    said = {
        name: f"${{{value.env}}}" if isinstance(value, FromEnvironment) else value
        for name, value in request.params.items()
    }
    query = urlencode(said, doseq=True, safe=_SAFE + "{}%", quote_via=quote)
    body = json.dumps(request.json_, sort_keys=True) if request.json_ is not None else ""
    asked = location + ("&" if "?" in location else "?") + query if query else location
    return f"{asked}#{body}" if body else asked


def _put(body: Any, pointer: str, said: str) -> None:
    *above, last = pointer.split("/")[1:]
    for step in above:
        body = body[step]
    body[last] = int(said) if said.isdecimal() else said
