"""Facts of what is missing of one theme: how much, since when, and whose move it is.

Belongs here: what holds and what is printed. Does not belong here: what kind of gap a row is (`sections/gaps.py`).
"""

from __future__ import annotations

from pipelines.publishing.language import Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.page_one.rules import Facts
from pipelines.publishing.report.sections.gaps import (
    UNHEARD,
    UNREADABLE,
    all_meters,
    due,
    gaps,
    meters,
    since,
)


def owed(read: DistrictReading, theme: str, words: Words) -> Facts:
    """The first gap of a theme that has points missing."""
    gap = next((each for each in gaps(read) if each.theme == theme and each.missing), None)
    known = {
        "owed": gap is not None,
        "never heard": gap is not None and gap.kind == UNHEARD,
        "unreadable": gap is not None and gap.kind == UNREADABLE,
        "all of it": gap is not None and gap.missing == gap.expected,
        "owed before": gap is not None and gap.since != read.month,
    }
    if gap is None:
        return Facts(known, {})
    printed: dict[str, object] = {
        "count": gap.missing,
        "meters": meters(gap, words),
        "all_meters": all_meters(gap, words),
        "expected": gap.expected,
        "who": gap.who or words.say("boxes.nobody"),
        "since": since(read, gap, words),
        "due": due(read, gap, words),
    }
    return Facts(known, printed)
