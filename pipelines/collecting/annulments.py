"""Days of points whose readings their sender annulled.

Belongs here: which earlier rows are meant. Does not belong here: reading annulments
(`parsers.annulling`), records that merely are no longer sent (`vanishing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import duckdb
import pyarrow as pa

from pipelines.catalogue.dataset import Dataset
from pipelines.collecting.deliveries import Delivery

_UTC = pa.timestamp("us", tz="UTC")
_ANNULLED = pa.schema(
    [
        ("district_id", pa.string()),
        ("source_id", pa.string()),
        ("point_id", pa.string()),
        ("flow_code", pa.string()),
        ("begins", _UTC),
        ("ends", _UTC),
        ("known_at", _UTC),
        ("position", pa.int64()),
    ]
)
_CODE = "READING_ANNULLED"


@dataclass(frozen=True)
class Annulment:
    """A day of a point that its source took back, before whatever it sent of it afterwards."""

    delivery: Delivery
    point_id: str
    day: date
    flow_code: str | None

    def row(self) -> tuple[object, ...]:
        """As the session is told of it."""
        one = self.delivery
        zone = one.binding.district.zone
        begins, ends = (
            datetime.combine(day, time(), zone).astimezone(UTC)
            for day in (self.day, self.day + timedelta(days=1))
        )
        place = (one.binding.district.id, one.binding.source_id, self.point_id, self.flow_code)
        return (*place, begins, ends, one.known_at, one.position)


def annulments_of(deliveries: Iterable[Delivery]) -> list[Annulment]:
    """Everything that senders annulled, as their deliveries' notes say."""
    found = []
    for one in deliveries:
        for note in one.verdict.notes:
            if note["code"] == _CODE:
                day, _, flow = note["detail"].partition(" ")
                found.append(
                    Annulment(one, note["point_id"], date.fromisoformat(day), flow or None)
                )
    return found


def is_not_annulled(
    session: duckdb.DuckDBPyConnection, dataset: Dataset, said: Sequence[Annulment]
) -> str:
    """The condition on `sent_rows`, joined with `sent`, that leaves out what was taken back."""
    session.register(
        "annulled",
        pa.table(
            [list(column) for column in zip(*(one.row() for one in said), strict=True)], _ANNULLED
        ),
    )
    flow = "sent_rows.flow_code" if "flow_code" in dataset.columns else "null"
    return f"""not exists (
        select 1 from annulled as a
        where a.district_id = sent_rows.district_id and a.source_id = sent_rows.source_id
            and a.point_id = sent_rows.point_id and (a.flow_code is null or a.flow_code = {flow})
            and sent_rows.{dataset.period} >= a.begins and sent_rows.{dataset.period} < a.ends
            and (sent_rows._known_at < a.known_at
                or sent_rows._known_at = a.known_at and sent._position < a.position)
    )"""  # noqa: S608 - names come from the declarations
