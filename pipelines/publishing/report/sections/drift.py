"""How far a figure has moved since it was first published, and by which causes figures moved this time.

Belongs here: what is read across several editions. Does not belong here: the change since the last one
(`revisions.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Cell, Column, Note, Table


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


def revised_districts(reads: Sequence[DistrictReading], words: Words) -> Table | Note:
    """The programme's view: how many figures of each district changed, by which cause, and what is corrected by us."""
    counts = [(read, _counted(read), _standing(read)) for read in reads]
    if not any(counted or standing for _, counted, standing in counts):
        return Note(words.say("boxes.revised_none"))
    return Table(
        "revised-districts",
        words.say("programme.revised_caption"),
        (
            Column(words.say("programme.district"), width=2),
            Column(words.say("programme.revised_figures"), number=True, width=1),
            Column(words.say("programme.revised_causes"), width=4),
            Column(words.say("programme.corrections"), number=True, width=1.4),
        ),
        tuple(
            (
                Cell(str(read.about[f"name_{words.code}"])),
                Cell(words.number(sum(counted.values()))),
                Cell("; ".join(_told(counted, words)) or DASH),
                Cell(words.number(standing)),
            )
            for read, counted, standing in counts
        ),
    )


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


def _standing(read: DistrictReading) -> int:
    return sum(row["state"] in ("in_force", "set_aside") for row in read.rows("corrections"))
