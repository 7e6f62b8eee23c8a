"""Facts of the index of perceived inclusion: its interval, when it was asked, its target.

Belongs here: what holds and what is printed. Does not belong here: which sentence follows (`reports/page_one.yaml`).
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pipelines.publishing.language import Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.page_one.rules import Facts

CODE = "DEM03"


def facts(read: DistrictReading, words: Words) -> Facts:
    """What page one can say of inclusion."""
    row = read.kpi(CODE) or {}
    value, target = row.get("value"), row.get("target")
    low, high = row.get("interval_low"), row.get("interval_high")
    end = row.get("period_end")
    asked = f"{end - timedelta(days=1):%Y-%m}" if end is not None else read.month
    known = {
        "value": value is not None,
        "asked earlier": asked < read.month,
        "interval known": low is not None and high is not None,
        "target": target is not None,
        "target reached": value is not None and target is not None and value >= target,
    }
    printed: dict[str, object] = {
        "value": words.number(value or Decimal(0), 1),
        "low": "" if low is None else words.number(low, 1),
        "high": "" if high is None else words.number(high, 1),
        "asked_month": words.month(asked),
        "wanted": "" if target is None else words.number(target),
    }
    return Facts(known, printed)
