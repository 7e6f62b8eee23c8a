"""The sentences of page one of one district, by the declared rules.

Belongs here: which module finds the facts of which rule. Does not belong here: rules and wording, which are declared.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.publishing.language import Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Sentence
from pipelines.publishing.report.page_one import (
    coverage,
    decisions,
    emissions,
    energy,
    money,
    survey,
)
from pipelines.publishing.report.page_one.rules import Facts, declared, said

FACTS: dict[str, Callable[[DistrictReading, Words], Facts]] = {
    "energy": energy.facts,
    "emissions": emissions.facts,
    "movers": emissions.carrier_facts,
    "money": money.facts,
    "decisions": decisions.facts,
    "coverage": coverage.facts,
    "inclusion": survey.facts,
}
"""Who finds the facts of each rule."""


def sentences(read: DistrictReading, words: Words) -> list[Sentence]:
    """The first of the declared rules that have something to say, as many as page one holds."""
    found = [
        sentence
        for rule in declared().rules
        if (sentence := said(rule, FACTS[rule.rule](read, words), words))
    ]
    return found[: declared().at_most]


def sentence(name: str, read: DistrictReading, words: Words) -> Sentence | None:
    """What one rule says, wherever it is said."""
    rule = next(rule for rule in declared().rules if rule.rule == name)
    return said(rule, FACTS[name](read, words), words)
