"""Payloads inside an envelope of JSON, as remote procedures give them.

Belongs here: taking out what stands at `result`, and its base64. Does not belong here: what an
envelope says instead of a payload (`classify` of the service).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable

from pipelines.catalogue.service import Service
from pipelines.connectors.pointers import ABSENT, at
from pipelines.connectors.transports.answers import Page
from pipelines.connectors.transports.remote import SourceFailed


def payload(service: Service, page: Page, failed: Callable[[str, str], SourceFailed]) -> bytes:
    """The bytes that a delivery consists of, without what was wrapped around them.

    Raises:
        SourceFailed: ANSWER_UNEXPECTED where there is no payload, or its base64 is broken.
    """
    found = at(page.document, service.result or "")
    if found is ABSENT or found is None:
        raise failed("ANSWER_UNEXPECTED", f"has nothing at '{service.result}'")
    if service.decode is None:
        return found.encode() if isinstance(found, str) else _written(found)
    try:
        return base64.b64decode(str(found), validate=True)
    except (binascii.Error, ValueError) as error:
        said = f"has no base64 at '{service.result}'"
        raise failed("ANSWER_UNEXPECTED", said) from error


def _written(found: object) -> bytes:
    return json.dumps(found, ensure_ascii=False, sort_keys=True).encode()
