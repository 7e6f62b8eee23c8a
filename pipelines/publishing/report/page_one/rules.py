"""The declared rules of page one, and what they say of the facts they are given.

Belongs here: reading `reports/page_one.yaml`, choosing a case and filling its places. Does not belong here: where
facts come from (the modules beside this one), their wording (`reports/text/*/summary.yaml`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipelines.catalogue.yaml_document import read_document
from pipelines.publishing.language import Words
from pipelines.publishing.report.document import Sentence
from pipelines.settings import checkout

_NOT = "no "


@dataclass(frozen=True)
class Facts:
    """What holds, and the values that texts print; `known` names every fact that could hold."""

    known: Mapping[str, bool]
    printed: Mapping[str, object]

    def hold(self, wanted: tuple[str, ...]) -> bool:
        """Whether all of these hold; `no` before a name asks for the contrary.

        Raises:
            KeyError: where the declaration asks for a fact that nobody finds.
        """
        return all(
            self.known[each]
            if each in self.known
            else each.startswith(_NOT) and not self.known[each.removeprefix(_NOT)]
            for each in wanted
        )


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Declared):
    """One wording of a place in a text, and the facts it needs."""

    text: str
    when: tuple[str, ...] = ()


class Case(Part):
    """One wording of a rule, the KPIs its figures come from, and how its places are filled."""

    kpis: tuple[str, ...] = ()
    parts: dict[str, tuple[Part, ...]] = {}


class Rule(_Declared):
    """One rule: its question, what it needs from the data, its cases in the order in which they are tried."""

    rule: str
    asks: str
    needs: str
    cases: tuple[Case, ...]


class PageOne(_Declared):
    """The rules in the order in which they compete, and how many are said."""

    at_most: int
    rules: tuple[Rule, ...]

    def texts(self) -> set[str]:
        """Every text that can be said."""
        cases = [case for rule in self.rules for case in rule.cases]
        parts = [part for case in cases for choice in case.parts.values() for part in choice]
        return {each.text for each in (*cases, *parts)}


@cache
def declared(path: Path | None = None) -> PageOne:
    """The declaration, checked."""
    found: Any = read_document(
        (path or checkout() / "reports" / "page_one.yaml").read_text(encoding="utf-8")
    )
    return PageOne.model_validate(found)


def chosen(rule: Rule, facts: Facts) -> tuple[Case, dict[str, str | None]] | None:
    """The first case whose facts hold, and the text of each of its places; None where there is none."""
    case = next((case for case in rule.cases if facts.hold(case.when)), None)
    if case is None:
        return None
    places = {
        place: next((part.text for part in choice if facts.hold(part.when)), None)
        for place, choice in case.parts.items()
    }
    return case, places


def said(rule: Rule, facts: Facts, words: Words, family: str = "summary") -> Sentence | None:
    """What a rule says of these facts; None where no case fits. `family` is where its texts are declared."""
    found = chosen(rule, facts)
    if found is None:
        return None
    case, places = found
    values = dict(facts.printed)
    for place, text in places.items():
        values[place] = "" if text is None else words.say(f"{family}.{text}", **values)
    kpis = (kpi.format(**values) for kpi in case.kpis)
    return Sentence.of(words.say(f"{family}.{case.text}", **values), *kpis)
