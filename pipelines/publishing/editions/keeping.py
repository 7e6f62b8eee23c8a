"""How long editions are kept, where a deployment has declared it.

Belongs here: which editions are over. Does not belong here: how one is withdrawn (`withdrawal.py`), how long
deliveries are kept (`collecting/retention`).
"""

from __future__ import annotations

from datetime import datetime

from pipelines.catalogue.thresholds import thresholds
from pipelines.publishing.editions.withdrawal import bury
from pipelines.publishing.months import shifted
from pipelines.publishing.shelf import editions
from pipelines.settings import Settings


def withdraw_what_is_over(settings: Settings, at: datetime) -> None:
    """Withdraw editions of months too long before the newest; for one who holds the editions already."""
    months = thresholds(settings.districts).keeping.edition_months
    standing = editions(settings.editions)
    if months is None or not standing:
        return
    first = shifted(standing[-1].month, 1 - months)
    for one in standing:
        if one.month < first:
            reason = f"Le edizioni si conservano per {months} mesi. / Editions are kept for {months} months."
            bury(settings, one, reason, "retention", "Net Zero Districts", at)
