"""Facts of the CDTT's decisions: what was due, what was closed on time, what is open.

Belongs here: what holds and what is printed. Does not belong here: which sentence follows (`reports/page_one.yaml`).
"""

from __future__ import annotations

from pipelines.publishing.language import Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.page_one.rules import Facts
from pipelines.publishing.report.sections.levers import open_decisions, overdue

CODE = "GOV01"
LONGEST = 90
"""Letters of a decision's title that a sentence quotes."""


def facts(read: DistrictReading, words: Words) -> Facts:
    """What page one can say of decisions."""
    row = read.kpi(CODE)
    due = row["denominator"] if row is not None else None
    done = row["numerator"] if row is not None else None
    told = row is not None and not row["suppressed"]
    none = told and not due and row is not None and (
        row["value"] is not None or row["reason"] == "zero_denominator"
    )  # fmt: skip
    pending = [each for each in open_decisions(read) if each.get("due_on")]
    late = [each for each in pending if overdue(read, each)]
    known = {
        "told": told and (bool(due) or none),
        "none due": none,
        "one due": due == 1,
        "two due": due == 2,
        "all closed": bool(due) and done == due,
        "none closed": bool(due) and not done,
        "one open": len(pending) == 1,
        "some open": bool(pending),
        "one overdue": len(late) == 1,
        "some overdue": bool(late),
        "all overdue": len(late) == len(pending),
    }
    printed: dict[str, object] = {
        "In_month": capital(words.in_month(read.month)),
        "done": words.number(done or 0),
        "due": words.number(due or 0),
        "due_spelled": words.counted(int(due or 0)),
    }
    if pending:
        day = pending[0]["due_on"]
        printed |= {
            "count": len(late) or len(pending),
            "counted": words.counted(len(late) or len(pending)),
            "all": words.counted(len(pending)),
            "title": quotable(pending[0]["title"]),
            "end": words.month_alone(read.month),
            "day": words.day_lapsed(day, year=False) if late else words.day_in(day, year=False),
        }
    return Facts(known, printed)


def quotable(title: str) -> str:
    """A register's title inside our sentence: one line, our marks only, no full stop, not endless."""
    plain = " ".join(title.replace("*", "").replace("'", "’").split()).rstrip(".")
    for mark, inner in (("«", "“"), ("»", "”"), ('"', "”")):
        plain = plain.replace(mark, inner)
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 2].rsplit(" ", 1)[0] + "…"
