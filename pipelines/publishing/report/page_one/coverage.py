"""Facts of the theme of which least was read, where that is too little to judge it.

Belongs here: what holds and what is printed. Does not belong here: which sentence follows (`reports/page_one.yaml`).
"""

from __future__ import annotations

from pipelines.publishing.language import Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.page_one.energy import energy_state
from pipelines.publishing.report.page_one.owed import owed
from pipelines.publishing.report.page_one.rules import Facts
from pipelines.publishing.report.sections.part_read import the_part

_THEMES = {"energy": "ENE10", "water": "WAT01"}


def facts(read: DistrictReading, words: Words) -> Facts:
    """What page one can say of readings that are missing; energy that is withheld has been spoken of before."""
    line = read.threshold("grey_below_coverage", "0.8")
    said = {"energy"} if energy_state(read)["withheld"] else set()
    low = [
        row
        for row in read.rows("completeness", read.month)
        if row["theme"] in _THEMES.keys() - said
        and row["coverage"] is not None
        and row["coverage"] < line
    ]
    worst = min(low, key=lambda row: (row["coverage"], row["theme"]), default=None)
    gap = owed(read, worst["theme"] if worst is not None else "", words)
    known = {
        "little read": worst is not None,
        "nothing read": worst is not None and not worst["coverage"],
        "withheld": worst is not None and worst["reason"] == "withheld",
        **gap.known,
    }
    printed: dict[str, object] = dict(gap.printed)
    if worst is not None:
        printed |= {
            "code": _THEMES[worst["theme"]],
            "For_theme": words.named("for_theme", worst["theme"]),
            "the_share": the_part(worst["coverage"], words, little=True),
        }
    return Facts(known, printed)
