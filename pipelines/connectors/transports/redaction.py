"""Secrets kept out of everything that is written down.

Belongs here: which parts of an address, a header or a message are secret. Does not belong here:
where secrets come from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
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
    return urlunsplit((parts.scheme, host, parts.path, urlencode(shown, safe="*/:,-{}"), ""))


def redacted(text: str, secrets: Iterable[str]) -> str:
    """A message without any of the secrets, wherever and however quoted they stand in it, and
    without the beginning of one where the message was cut.
    """
    written = {
        form for secret in secrets for form in (secret, secret.partition(" ")[2]) if len(form) > 3
    }
    longest_first = sorted(written, key=len, reverse=True)
    for secret in longest_first:
        text = _in_any_quoting(secret).sub(HIDDEN, text)
    for secret in longest_first:
        for length in range(len(secret) - 1, 3, -1):
            if text.endswith(secret[:length]):
                text = text[:-length] + HIDDEN
    return text


@lru_cache(maxsize=256)
def _in_any_quoting(secret: str) -> re.Pattern[str]:
    """Each sign as it is, or as an address or JSON may write it; they do not agree on which."""
    signs = []
    for sign in secret:
        percent = "".join(f"%{byte:02x}" for byte in sign.encode("utf-8", "surrogateescape"))
        forms = {re.escape(sign), percent, re.escape(json.dumps(sign)[1:-1])}
        signs.append(f"(?:{'|'.join(sorted(forms, key=len, reverse=True))})")
    return re.compile("".join(signs).replace(r"\ ", r"[ +]"), re.IGNORECASE)
