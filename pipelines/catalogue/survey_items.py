"""What the sources of a district ask, item by item and version by version: what answers mean and can be compared to.

Belongs here: the items of every bound questionnaire with scale, options and wording, and whether a survey's design
names items that are asked. Does not belong here: answers.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.catalogue.declaration import did_you_mean
from pipelines.catalogue.format_kinds import TableFormat
from pipelines.catalogue.patterns import normalised

if TYPE_CHECKING:
    from pipelines.catalogue.catalogue import Binding
    from pipelines.catalogue.declaration import Bilingual
    from pipelines.catalogue.district import District
    from pipelines.catalogue.format_survey import Item, Survey

TOPICS = {
    "inclusion": "inclusion",
    "behaviour": "behaviour",
    "skills_applied": "skills_applied",
    "skills_example": "skills_example",
    "competence": "competence",
}
"""What an item is about, by how its code begins: what the KPIs of surveys are made of."""


@dataclass(frozen=True)
class AskedItem:
    """One item as one version of one source's questionnaire asks it.

    Attributes:
        survey_id: The survey where the source says it for all its rows.
        version: None where the questionnaire has no versions.
        low, high: Ends of the scale on which scores stand.
        is_reversed: Whether scores are turned round, so that to agree is the low end.
        scores: Whether answers on another scale were rescaled or stand apart; None on the item's own.
        wording: Same for two ways to ask that may be compared.
        options: Same for two lists of options that may be compared.
        labels: Options and marks of a scale by code, as the questionnaire writes them first.
    """

    district_id: str
    source_id: str
    survey_id: str | None
    version: str | None
    item: str
    kind: str
    topic: str | None
    low: int | None
    high: int | None
    scores: str | None
    is_reversed: bool
    wording: str
    options: str
    labels: tuple[tuple[str, str], ...]
    text: Bilingual | None
    column: str | None


def asked_items(bindings: Iterable[Binding]) -> list[AskedItem]:
    """Every item that is asked, of all surveys of all districts."""
    found: dict[tuple[str, str, str], list[tuple[AskedItem, frozenset[str]]]] = defaultdict(list)
    for binding in bindings:
        form = binding.format
        if isinstance(form, TableFormat) and form.survey is not None:
            for asked, names in _of_source(binding, form, form.survey):
                survey = asked.survey_id or asked.source_id
                found[asked.district_id, survey, asked.item].append((asked, names))
    return [asked for alike in found.values() for asked in _worded(alike)]


def _of_source(
    binding: Binding, form: TableFormat, survey: Survey
) -> Iterator[tuple[AskedItem, frozenset[str]]]:
    said = form.columns.get("survey_id")
    survey_id = str(said.const) if said is not None and said.const is not None else None
    versions = dict.fromkeys(survey.version.known.values()) if survey.version else [None]
    for code, item in survey.items.items():
        for version in versions:
            differs = item.versions.get(version or "")
            if differs is not None and not differs.asked:
                continue
            asked = item.at(version)
            low, high = item.scale or (None, None)
            names = [f"={asked.wording}"] if asked.wording else _names(asked)
            yield (
                AskedItem(
                    district_id=binding.district.id,
                    source_id=binding.source_id,
                    survey_id=survey_id,
                    version=version,
                    item=code,
                    kind=item.kind,
                    topic=_topic(code),
                    low=low,
                    high=high,
                    scores=differs.scores if differs else None,
                    is_reversed=asked.reverse,
                    wording="",
                    options=_options(asked, survey),
                    labels=_labels(asked, survey),
                    text=item.text,
                    column=asked.column,
                ),
                frozenset(names),
            )


def _names(item: Item) -> list[str]:
    named = [item.column, *item.aliases, *item.ticks]
    return [normalised(name) for name in named if name]


def _topic(code: str) -> str | None:
    return next((topic for start, topic in TOPICS.items() if code.startswith(start)), None)


def _options(item: Item, survey: Survey) -> str:
    """The options' codes as one text; scales are compared by their ends."""
    codes = {*survey.options_of(item).values(), *item.ticks.values()}
    if item.other:
        codes.add(item.other)
    return "" if item.kind in ("likert", "number") else ",".join(sorted(codes))


def _labels(item: Item, survey: Survey) -> tuple[tuple[str, str], ...]:
    labels: dict[str, str] = {}
    for text, code in survey.options_of(item).items():
        if code not in labels or labels[code] == code:
            labels[code] = text
    return tuple((code, text) for code, text in labels.items() if text != code)


def _worded(alike: list[tuple[AskedItem, frozenset[str]]]) -> Iterator[AskedItem]:
    """Ways to ask that share a column, an alias or a declared wording are one wording, also through a third."""
    groups: list[set[str]] = []
    for _, names in alike:
        joined = {*names}.union(*(group for group in groups if group & names))
        groups = [group for group in groups if not group & names] + [joined]
    for asked, names in alike:
        group = next(group for group in groups if group & names)
        said = "\n".join(sorted(group))
        yield replace(asked, wording=hashlib.sha256(said.encode()).hexdigest()[:12])


def design_mistakes(district: District, bindings: Iterable[Binding]) -> Iterator[tuple[str, str]]:
    """Field and mistake where a survey's design speaks of a survey, an item or an option that is not asked."""
    asked = asked_items(bindings)
    surveys = {item.survey_id for item in asked if item.survey_id}
    if any(item.survey_id is None for item in asked):
        return  # a tool names its surveys itself
    for name, design in district.surveys.items():
        if name not in surveys:
            yield f"surveys.{name}", f"no source gives this survey_id.{did_you_mean(name, surveys)}"
            continue
        own = {item.item: item for item in asked if item.survey_id == name}
        margins = design.weights.margins if design.weights else ()
        for number, margin in enumerate(margins):
            for item in margin.items:
                where = f"surveys.{name}.weights.margins.{number}.items"
                if item not in own or own[item].kind != "single":
                    yield where, f"'{item}' is no item of kind 'single' of this survey"
