"""Facts of the money: what is committed, what of it is paid, what the plan foresaw by now.

Belongs here: what holds and what is printed. Does not belong here: which sentence follows (`reports/page_one.yaml`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.page_one.rules import Facts

_MILLION, _THOUSAND = 1_000_000, 1_000


def facts(read: DistrictReading, words: Words) -> Facts:
    """What page one can say of commitments and payments."""
    row = read.one("investment_monthly") or {}
    paid, committed, planned = (
        read.value("INV07"), row.get("committed_eur"), row.get("planned_paid_eur")
    )  # fmt: skip
    there = paid is not None and committed is not None and committed > 0
    printed_paid, printed_all, printed_plan = (
        euro(each or Decimal(0), words) for each in (paid, committed, planned)
    )
    one = printed_all == words.say("million_long", value=words.number(1, 1))
    known = {
        "committed": there,
        "committed one million": one,
        "nothing paid": paid == 0,
        "all paid": printed_paid == printed_all,
        "paid beyond": paid is not None and committed is not None and paid > committed,
        "plan": planned is not None,
        "plan at nothing": planned == 0,
        "plan met": printed_paid == printed_plan,
    }
    printed: dict[str, object] = {
        "Of_committed": capital(words.say("summary.of_million"))
        if one
        else capital(words.say("summary.of_committed", of=words.from_(printed_all))),
        "Those": capital(words.those(printed_all)),
        "committed": printed_all,
        "paid": _short(paid or Decimal(0), committed or Decimal(0), words),
        "paid_long": printed_paid,
        "planned": _short(planned or Decimal(0), committed or Decimal(0), words),
    }
    return Facts(known, printed)


def euro(value: Decimal, words: Words) -> str:
    """«12,4 milioni di euro», «450.000 euro», "€12.4 million"."""
    if abs(value) < _MILLION:
        return words.say("euro_long", value=words.number(_fitting(value)))
    return words.say("million_long", value=words.number(value / _MILLION, 1))


def _fitting(value: Decimal) -> Decimal:
    """To the thousand from ten thousand upwards, else to the euro."""
    return round(value / _THOUSAND) * Decimal(_THOUSAND) if abs(value) >= 10 * _THOUSAND else value


def _short(value: Decimal, beside: Decimal, words: Words) -> str:
    """After another amount in millions an Italian says the number alone; English keeps the currency."""
    if words.code == "it" and min(value, beside) >= _MILLION:
        return words.number(value / _MILLION, 1)
    return euro(value, words)
