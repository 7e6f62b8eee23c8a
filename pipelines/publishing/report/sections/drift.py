"""How far a figure has moved since it was first published, and by which causes figures moved this time.

Belongs here: what is read across several editions. Does not belong here: the change since the last one
(`revisions.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from pipelines.publishing.language import Words, rounded
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Note
from pipelines.publishing.report.sections.figures import places
from pipelines.publishing.rows import Row


def since_first(
    read: DistrictReading, code: str, month: str, now: Decimal | None, last: str
) -> Decimal | None:
    """What was added to a figure since its first publication; None where that was the last edition, or is not told."""
    states = sorted(
        (row for row in read.rows("figure_history") if (row["kpi_code"], row["month"]) == (code, month)),
        key=lambda row: (row["edition_month"], row["revision"]),
    )  # fmt: skip
    told = [row for row in states if row["value"] is not None]
    if now is None or not told or told[0]["edition"] == last or len(told) < 3:
        return None
    return Decimal(now - told[0]["value"])


def printed_drift(read: DistrictReading, revised: Row, kpi: Row) -> Decimal | None:
    """The same of a row of revisions, with no more decimals than the figure is printed with."""
    place = (revised["kpi_code"], revised["month"])
    drift = since_first(read, *place, revised["new_value"], revised["old_edition"])
    if drift is None or kpi["unit"] == "EUR":
        return drift
    return rounded(drift, places(revised["new_value"], kpi))


def by_cause(read: DistrictReading, words: Words) -> Note | None:
    """«Rispetto all’edizione 2026-09-r1 sono cambiate 14 cifre: 9 per letture arrivate dopo la pubblicazione, …»."""
    counted = _counted(read)
    if not counted:
        return None
    said = words.say(
        "quality.by_cause",
        count=sum(counted.values()),
        edition=read.rows("revisions")[0]["old_edition"],
        causes=words.both(_told(counted, words)),
    )
    return Note(said)


def _counted(read: DistrictReading) -> dict[str, int]:
    """Figures that changed since the last edition, by the cause of the largest part."""
    largest: dict[tuple[str, str], tuple[Decimal, str]] = {}
    for row in read.rows("revisions"):
        if row["kpi_code"] in read.reading.kpis:
            size = abs(row["part"]) if row["part"] is not None else Decimal(0)
            place = (row["kpi_code"], row["month"])
            largest[place] = max(largest.get(place, (Decimal(-1), "")), (size, row["cause"]))
    counted: dict[str, int] = defaultdict(int)
    for _, cause in largest.values():
        counted[cause] += 1
    return dict(counted)


def _told(counted: Mapping[str, int], words: Words) -> list[str]:
    return [
        words.say("quality.by_cause_part", count=count, cause=words.named("cause", cause))
        for cause, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]
