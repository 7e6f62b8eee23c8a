"""What one answer means: its options and its score.

Belongs here: one item, one text. Does not belong here: columns and respondents (`survey`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipelines.catalogue.format_survey import WITHIN, Item, Survey
from pipelines.connectors.parsers.source_table import normalised

State = Literal["given", "not_ticked", "not_answered", "not_shown"]


@dataclass(frozen=True)
class Answer:
    """One row of an answer: the option chosen, or the score, or why there is neither."""

    option: str = ""
    score: Decimal | None = None
    not_applicable: bool = False
    state: State = "given"


Reader = Callable[[str], list[Answer] | None]
"""An answer as rows; None where it is none of the accepted ones."""
Scored = Callable[[str], Decimal | None]
"""A text as an exact number; None where it is none."""


def reader(item: Item, survey: Survey, version: str | None, number: Scored) -> Reader:
    """How answers to an item are read in one version of the questionnaire."""
    asked = item.at(version)
    options = {normalised(text): code for text, code in survey.options_of(asked).items()}
    none = {normalised(text) for text in asked.not_applicable}
    read = {
        "likert": lambda: _likert(asked, options, _onto(item, version)),
        "number": lambda: _number(asked, number),
        "single": lambda: _single(asked, options),
        "multi": lambda: _multi(asked, options, survey),
    }[item.kind]()

    def answers(text: str) -> list[Answer] | None:
        if normalised(text) in none:
            return [Answer(not_applicable=True)]
        return read(text)

    return answers


def _onto(item: Item, version: str | None) -> Callable[[Decimal], Decimal | None]:
    """From the scale of a version to the item's own, so that scores of both can be compared."""
    differs = item.versions.get(version or "")
    if differs is None or differs.scores is None or item.scale is None or differs.scale is None:
        return lambda score: score
    if differs.scores == "apart":
        return lambda _: None
    (low, high), (from_, to) = item.scale, differs.scale
    return lambda score: round(low + (score - from_) * (high - low) / Decimal(to - from_), 6)


def _likert(
    asked: Item, options: dict[str, str], onto: Callable[[Decimal], Decimal | None]
) -> Reader:
    low, high = asked.scale or (0, 0)

    def read(text: str) -> list[Answer] | None:
        marked = options.get(normalised(text), text.strip())
        if not marked.removeprefix("-").isdecimal() or not low <= int(marked) <= high:
            return None
        marked = str(int(marked))
        score = low + high - int(marked) if asked.reverse else int(marked)
        return [Answer(marked, onto(Decimal(score)))]

    return read


def _number(asked: Item, number: Scored) -> Reader:
    low, high = asked.range or WITHIN

    def read(text: str) -> list[Answer] | None:
        score = number(text)
        if score is None or not low <= score <= high:
            return None
        return [Answer(score=round(score, 6))]

    return read


def _single(asked: Item, options: dict[str, str]) -> Reader:
    def read(text: str) -> list[Answer] | None:
        option = options.get(normalised(text), asked.other)
        return None if option is None else [Answer(option)]

    return read


def _multi(asked: Item, options: dict[str, str], survey: Survey) -> Reader:
    sign = survey.separator_of(asked)
    every = dict.fromkeys([*options.values(), *([asked.other] if asked.other else [])])

    def read(text: str) -> list[Answer] | None:
        found = [options.get(part, asked.other) for part in parts(text, sign, options)]
        if None in found:
            return None
        return chosen([option for option in found if option is not None], every, survey)

    return read


def chosen(options: Collection[str], every: Collection[str], survey: Survey) -> list[Answer]:
    """The options of a multi question that was shown: those chosen, then the rest where they are
    kept.
    """
    rows = [Answer(option) for option in dict.fromkeys(options)]
    if survey.blanks.unticked:
        rows += [Answer(option, state="not_ticked") for option in every if option not in options]
    return rows


def parts(text: str, separator: str, options: Collection[str]) -> list[str]:
    """The options of a multi answer, normalised. The longest known option that ends where a
    separator stands, or the text does, goes first: `Servizi (ville, giardini), Bus` are two.
    """
    rest = normalised(text)
    sign = normalised(separator) or " "
    known = sorted(options, key=len, reverse=True)
    found: list[str] = []
    while rest:
        option = next((one for one in known if one and _stands_first(one, rest, sign)), None)
        if option is None:
            option = rest.partition(sign)[0].strip()
            rest = rest.partition(sign)[2].strip()
        else:
            rest = rest[len(option) :].strip().removeprefix(sign).strip()
        if option:
            found.append(option)
    return found


def _stands_first(option: str, text: str, sign: str) -> bool:
    if not text.startswith(option):
        return False
    after = text[len(option) :]
    return not after or after.startswith(sign) or after.lstrip().startswith(sign)
