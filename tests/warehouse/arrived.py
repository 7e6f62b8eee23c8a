"""Rows as they stand in staging, one short call each.

Belongs here: what every row has. Does not belong here: which rows a case needs.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.warehouse.small_district import DISTRICT, ROME

Row = dict[str, Any]
KNOWN_AT = datetime(2026, 11, 10, tzinfo=UTC)


def midnight(day: date) -> datetime:
    """The moment a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=ROME).astimezone(UTC)


def _row(**said: object) -> Row:
    return {
        "district_id": DISTRICT, "source_id": "s", "flow_rank": 0, "sha256": "0" * 64, "source_row": 1,
        "known_at": KNOWN_AT, **said,
    }  # fmt: skip


def point(point_id: str, carrier: str, role: str = "supply", site: str = "", **more: object) -> Row:
    """A row of the register of points: a firm of the tertiary sector unless it says otherwise."""
    return _row(
        point_id=point_id, carrier=carrier, role=role, site_id=site or point_id,
        **{"sector": "tertiary", "holder_group": site or point_id, "holder_kind": "firm", **more},
    )  # fmt: skip


def reading(at: datetime | date, shown: Decimal | float | str, **more: object) -> Row:
    """What a meter showed; a day is its beginning."""
    moment = at if isinstance(at, datetime) else midnight(at)
    return _row(
        read_at=moment, reading=Decimal(str(shown)), month=f"{moment.astimezone(ROME):%Y-%m}",
        **{"point_id": "p", "carrier": "natural_gas", "flow": "import", "unit": "Smc",
           "serial": "m1", "register": "total", "quality": "measured", "event": "periodic", **more},
    )  # fmt: skip


def bill(start: date, end: date, quantity: Decimal | float | str | None, **more: object) -> Row:
    """A bill; the second day is the first that it does not bill."""
    return _row(
        period_start=start, period_end=end, month=f"{start:%Y-%m}",
        quantity=None if quantity is None else Decimal(str(quantity)),
        **{"point_id": "p", "carrier": "natural_gas", "unit": "Smc", "bill_id": f"{start}-{end}",
           "bill_kind": "regular", "quality": "measured", **more},
    )  # fmt: skip


def interval(
    start: datetime | date, end: datetime | date, kwh: Decimal | float | str, **more: object
) -> Row:
    """What flowed between two moments."""
    begins, ends = (at if isinstance(at, datetime) else midnight(at) for at in (start, end))
    month = f"{begins.astimezone(ROME):%Y-%m}"
    return _row(
        interval_start=begins, interval_end=ends, quantity=Decimal(str(kwh)), month=month, part=month,
        **{"point_id": "p", "carrier": "electricity", "flow": "import", "unit": "kWh",
           "quality": "measured", **more},
    )  # fmt: skip
