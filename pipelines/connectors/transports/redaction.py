"""Secrets kept out of everything that is written down.

Belongs here: which parts of an address, a header or a message are secret. Does not belong here:
where secrets come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

HIDDEN = "***"
_SECRET_KEY = re.compile(
    r"token|key|sig|password|passwd|secret|auth|credential|sessionid", re.IGNORECASE
)
SECRET_HEADERS = re.compile(r"auth|cookie|token|key|secret", re.IGNORECASE)


def redacted_url(url: str) -> str:
    """An address without user, password and the values of secret query keys."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return HIDDEN
    shown = [(key, HIDDEN if _SECRET_KEY.search(key) else value) for key, value in pairs]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(shown, safe="*/:,-{}"), ""))


def redacted(text: str, secrets: Iterable[str]) -> str:
    """A message without any of the secrets, wherever and however quoted they stand in it."""
    written = {
        form
        for secret in secrets
        if len(secret) > 3
        for form in (secret, quote(secret, safe=""), quote_plus(secret), secret.partition(" ")[2])
        if len(form) > 3
    }
    for secret in sorted(written, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text
