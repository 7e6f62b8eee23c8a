"""How much of the energy has a baseline model, and what was saved since, in a sentence or two.

Belongs here: the words beside the figures at normal weather. Does not belong here: what may be told
(`publishing/protecting/baselines.py`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Sentence, Sentences

_KWH_OF_MWH = 1000


def normal_weather(read: DistrictReading, words: Words) -> Sentences | None:
    """Share modelled and modelled well; the year against its baseline, and the savings since, with their intervals."""
    row = read.one("energy_baselines")
    if row is None or row["modelled_percent"] is None:
        return None
    said = [
        words.say(
            "energy.modelled",
            share=words.percent(Decimal(row["modelled_percent"]), 0),
            well=words.percent(Decimal(row["modelled_well_percent"] or 0), 0),
        )
    ]
    year = read.kpi("ENE03")
    if year is not None and None not in (
        year["value"], year["interval_low"], year["interval_high"]
    ):  # fmt: skip
        said.append(
            _against_baseline(year["value"], year["interval_low"], year["interval_high"], words)
        )
    saved, unsure = row["cumulated_saving_kwh"], row["cumulated_uncertainty_kwh"]
    if saved is not None and unsure is not None:
        said.append(
            words.say(
                "energy.saved_since",
                value=words.number(saved / _KWH_OF_MWH, 0, sign=True),
                unsure=words.number(unsure / _KWH_OF_MWH, 0),
            )
        )
    return Sentences((Sentence.of(" ".join(said)),))


def _against_baseline(saved: Decimal, low: Decimal, high: Decimal, words: Words) -> str:
    """Less or more than the models expect; where the interval holds zero, that it cannot be said."""
    if low <= 0 <= high:
        return words.say(
            "energy.baseline_unsure",
            low=words.percent(-high, 1, sign=True),
            high=words.percent(-low, 1, sign=True),
        )
    least, most = sorted((abs(low), abs(high)))
    return words.say(
        f"energy.baseline_{'less' if saved > 0 else 'more'}",
        the=words.the(words.percent(abs(saved), 1)),
        low=words.number(least, 1),
        high=words.percent(most, 1),
    )
