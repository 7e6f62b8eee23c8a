"""A session at an interface: begun before the first question, renewed once where it ends, released
whatever happens.

Belongs here: OAuth2 client credentials and remote procedures that give a key. Does not belong here:
secrets that are sent with every question as they are (`http_source`).
"""

from __future__ import annotations

import json
import logging
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from pipelines.catalogue.service import Login
from pipelines.connectors.pointers import at
from pipelines.connectors.transports.answers import Page, text_of
from pipelines.connectors.transports.dialogue import Question
from pipelines.connectors.transports.exchange import Exchange
from pipelines.connectors.transports.questions import Filling
from pipelines.connectors.transports.remote import SourceFailed

_LOG = logging.getLogger(__name__)


class Session:
    """The token that goes into every question, where a login is declared."""

    def __init__(
        self, login: Login | None, exchange: Exchange, filling: Filling, token: str | None = None
    ) -> None:
        self._login = login
        self._exchange = exchange
        self._filling = filling
        self._keep(token)

    def __enter__(self) -> Session:
        if self._login is not None and self._filling.token is None:
            self.renew()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        login = self._login
        if login is None or login.release is None or self._filling.token is None:
            return
        try:
            self._exchange.ask(self._posted(login, self._filling.tree(login.release)))
        except SourceFailed as failure:  # the answer counts; the server forgets the session in time
            _LOG.warning("The session was not released: %s", failure)

    @property
    def token(self) -> str | None:
        """What the login gave."""
        return self._filling.token

    @property
    def headers(self) -> dict[str, str]:
        """What identifies the session in a question."""
        login = self._login
        if login is None or login.header is None:
            return {}
        return {login.header: f"{login.prefix}{self._filling.token}"}

    def renew(self) -> None:
        """Begin a session.

        Raises:
            SourceFailed: LOGIN_FAILED.
        """
        login = self._login
        assert login is not None  # noqa: S101 - only a declared login is ever renewed
        if login.json_ is not None:
            question = self._posted(login, self._filling.tree(login.json_))
        else:
            form = {name: self._filling.text(value) for name, value in login.form.items()}
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            address = self._filling.text(login.address)
            question = Question(address, "POST", headers, urlencode(form).encode())
        answer, _ = self._exchange.ask(question)
        page = Page(answer)
        token = at(page.document, login.token)
        if answer.status != 200 or not isinstance(token, str) or not token:
            said = " ".join(text_of(answer).split())[:200]
            raise self._exchange.failed(
                "LOGIN_FAILED",
                f"did not let us in ({answer.status}): {said}",
                answer.status,
                whole=True,
            )
        self._keep(token)

    def _posted(self, login: Login, body: Any) -> Question:
        headers = {"Content-Type": "application/json"}
        address = self._filling.text(login.address)
        return Question(address, "POST", headers, json.dumps(body).encode())

    def _keep(self, token: str | None) -> None:
        self._filling.token = token
        if token is not None:
            self._filling.secrets.add(token)
