"""Secrets kept out of everything that is written down.

Belongs here: which parts of an address, a header or a message are secret. Does not belong here:
where secrets come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

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
    return urlunsplit((parts.scheme, host, parts.path, urlencode(shown, safe="*/:,-"), ""))


def redacted(text: str, secrets: Iterable[str]) -> str:
    """A message without any of the secrets, wherever they stand in it."""
    for secret in sorted({secret for secret in secrets if len(secret) > 3}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text
