"""By which server mail goes, in whose name, and where it comes back to: the environment says it.

Belongs here: the variables of mail, read once per run and nowhere else. Does not belong here: recipients
(`catalogue/recipients.py`), what a message says.

| variable | meaning | default |
|---|---|---|
| `NZD_MAIL` | a server: `smtps://`, `smtp://` (STARTTLS) or `smtp-plain://` | the outbox |
| `NZD_MAIL_USER`, `NZD_MAIL_PASSWORD` | how the server knows us; only over TLS | no sign-in |
| `NZD_MAIL_CA` | certificates for a server no public authority vouches for | the system's |
| `NZD_MAIL_FROM` | `Name <address>` that stands as sender; needed with `NZD_MAIL` | – |
| `NZD_MAIL_REPLY_TO` | where answers go | the sender |
| `NZD_MAIL_BOUNCES` | where mail comes back to; `{id}` in it names the letter (VERP) | the sender |
| `NZD_MAIL_UNSUBSCRIBE_URL` | https, with `{id}`, takes one click (RFC 8058) | by mail |
| `NZD_ADDRESS` | the https address under which `editions/` and `portal/` can be read | no links |
| `NZD_MAIL_ATTACH_KB` | a PDF up to this size is attached, a larger one linked | 4000 |
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import idna

from pipelines.catalogue.recipients import encoded_address

_PORTS = {"smtps": 465, "smtp": 587, "smtp-plain": 25}
_NAMED = re.compile(r"(?:\"?(?P<name>[^<>\"\r\n]*?)\"?\s*<(?=.*>))?(?P<address>[^<>\s]+)>?")
_HERE = ("127.0.0.1", "::1", "localhost")
_NOBODY = "Net Zero Districts <nessuno@nzd.invalid>"
"""Who writes where nothing is sent: `.invalid` reaches nobody."""


class PostageWrong(ValueError):
    """The settings of mail do not fit together; nothing was sent."""


@dataclass(frozen=True)
class Server:
    """A mail server. `tls` is implicit, starttls or none."""

    host: str
    port: int
    tls: str
    user: str | None = None
    password: str | None = None
    ca: str | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be written down."""
        return tuple(one for one in (self.password, self.user) if one)


@dataclass(frozen=True)
class Postage:
    """The settings of one run; without a server, mail is written to the outbox."""

    server: Server | None
    name: str
    sender: str
    reply_to: str | None
    bounces: str
    unsubscribe_url: str | None
    links: str | None
    attach_bytes: int

    def envelope(self, letter: str) -> str:
        """Where a letter comes back to."""
        return self.bounces.replace("{id}", letter)

    @property
    def domain(self) -> str:
        """The sender's domain."""
        return self.sender.rpartition("@")[2]


def postage(environment: Mapping[str, str] | None = None) -> Postage:
    """The settings as the environment says them.

    Raises:
        PostageWrong: naming the variable and what it should be.
    """
    said = os.environ if environment is None else environment
    server = _server(said)
    name, sender = _named(said, "NZD_MAIL_FROM", None if server else _NOBODY)
    reply_to = said.get("NZD_MAIL_REPLY_TO")
    bounces = said.get("NZD_MAIL_BOUNCES") or sender
    _address("NZD_MAIL_BOUNCES", bounces.replace("{id}", "0"))
    size = said.get("NZD_MAIL_ATTACH_KB") or "4000"
    if not size.isdigit():
        raise PostageWrong(f"NZD_MAIL_ATTACH_KB is '{size}': expected a number of kilobytes.")
    return Postage(
        server,
        name,
        sender,
        _address("NZD_MAIL_REPLY_TO", reply_to) if reply_to else None,
        _address("NZD_MAIL_BOUNCES", bounces) if "{id}" not in bounces else bounces,
        _https(said, "NZD_MAIL_UNSUBSCRIBE_URL"),
        (_https(said, "NZD_ADDRESS") or "").rstrip("/") or None,
        int(size) * 1000,
    )


def _server(said: Mapping[str, str]) -> Server | None:
    url = said.get("NZD_MAIL")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise PostageWrong("NZD_MAIL is not an address: write it like smtps://host:465.") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise PostageWrong(
            f"NZD_MAIL begins with one of {', '.join(f'{one}://' for one in _PORTS)} and names a host."
        )
    if parts.username or parts.password:
        raise PostageWrong(
            "NZD_MAIL holds a user or password: put them in NZD_MAIL_USER and NZD_MAIL_PASSWORD."
        )
    tls = {"smtps": "implicit", "smtp": "starttls", "smtp-plain": "none"}[parts.scheme]
    user, password = said.get("NZD_MAIL_USER"), said.get("NZD_MAIL_PASSWORD")
    if bool(user) != bool(password):
        raise PostageWrong("NZD_MAIL_USER and NZD_MAIL_PASSWORD are set both or neither.")
    if tls == "none" and (user or parts.hostname not in _HERE):
        raise PostageWrong(
            "smtp-plain:// is for a relay on this machine, without sign-in: nothing is sent in the clear."
        )
    return Server(
        parts.hostname,
        port or _PORTS[parts.scheme],
        tls,
        user or None,
        password or None,
        said.get("NZD_MAIL_CA") or None,
    )


def _named(said: Mapping[str, str], variable: str, usual: str | None) -> tuple[str, str]:
    text = said.get(variable) or usual
    if not text:
        raise PostageWrong(f"{variable} is not set: who writes, like 'Ufficio <mail@example.org>'.")
    found = _NAMED.fullmatch(text.strip())
    if found is None:
        raise PostageWrong(f"{variable} is not an address like 'Ufficio <mail@example.org>'.")
    address = _address(variable, found["address"])
    return found["name"] or address, address


def _address(variable: str, text: str) -> str:
    try:
        return encoded_address(text)
    except ValueError as error:
        raise PostageWrong(f"{variable}: {error}.") from error


def _https(said: Mapping[str, str], variable: str) -> str | None:
    """An address as it stands in a header or a link: its host as servers know it, nothing beyond ASCII."""
    url = said.get(variable)
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host = idna.encode(parts.hostname or "", uts46=True).decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:  # also what idna says
        raise PostageWrong(f"{variable} is not an https address.") from error
    if parts.scheme != "https" or parts.username or any(sign.isspace() for sign in url):
        raise PostageWrong(f"{variable} is not an https address.")
    path, query = quote(parts.path, safe="/%{}~"), quote(parts.query, safe="=&%{}~/:+")
    return urlunsplit(("https", host + port, path, query, ""))
