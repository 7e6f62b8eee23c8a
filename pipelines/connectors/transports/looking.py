"""An interface looked at: one question asked for real, and what may still be asked afterwards.

Belongs here: the smallest question that shows whether a declaration fits. Does not belong here:
collecting (`interface`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from pipelines.connectors.transports.allowance import Left
from pipelines.connectors.transports.interface import InterfaceTransport
from pipelines.connectors.transports.interface_source import InterfaceSource
from pipelines.connectors.transports.remote import Place


@dataclass(frozen=True)
class Looked:
    """What came back of the first page of the newest answer that is due; None where the service
    says that there is nothing, or where nothing may be asked without consequences.
    """

    name: str
    answered: bool
    status: int | None = None
    kind: str = ""
    size: int = 0
    records: int | None = None
    total: int | None = None
    seconds: float = 0.0
    begins: str = ""


def looked_at(place: Place) -> Looked | None:
    """The first page of the newest answer that is due of an interface; None where none is due.

    Raises:
        SourceFailed: as asking for the whole of it does.
        KeyError: where a secret is not set.
    """
    spec, transport = InterfaceSource.of(place), InterfaceTransport()
    due = transport.list(spec)
    if not due:
        return None
    name = due[-1].name
    if spec.service.job is not None:
        return Looked(name, answered=False)
    began = time.monotonic()
    page, records, total = transport.first_page(spec, due[-1])
    seconds = time.monotonic() - began
    if page is None:
        return Looked(name, answered=True, seconds=seconds)
    kind = page.answer.headers.get("Content-Type", "").partition(";")[0].strip()
    body = page.answer.body
    begins = " ".join(body[:200].decode("utf-8", errors="replace").split())[:80]
    return Looked(name, True, page.answer.status, kind, len(body), records, total, seconds, begins)


def left_of(place: Place) -> list[Left]:
    """How often the interface may still be asked now.

    Raises:
        KeyError: where a secret is not set.
    """
    allowance = InterfaceSource.of(place).allowance()
    return allowance.left() if allowance is not None else []
