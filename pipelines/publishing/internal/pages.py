"""Pages of an internal edition, each marked as such: report, annex, what it opens, what stays protected.

Belongs here: turning what was composed into HTML, PDF and XLSX. Does not belong here: which figures are in it.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipelines.catalogue.agreement import Agreement
from pipelines.publishing.internal.composing import Opened
from pipelines.publishing.language import Words, words
from pipelines.publishing.reading import Reading
from pipelines.publishing.rendering.annex import annex
from pipelines.publishing.rendering.page_engine import (
    LANGUAGES,
    engine,
    languages_of,
    look,
    tidy,
)
from pipelines.publishing.rendering.rendering import html, pdf
from pipelines.publishing.rendering.sheets import Restricted, sheet_of
from pipelines.publishing.report.document import Document, Sentence
from pipelines.publishing.report.pages import district_document
from pipelines.publishing.rows import Row

_ELSEWHERE = re.compile(
    rb'<a\b[^>]*\bhref="(?!#|mailto:|https?:|report\.pdf|\.\./annex\.xlsx|\.\./(?:it|en)/report\.html)([^"]*)"[^>]*>(.*?)</a>',
    re.DOTALL,
)
_DECIMALS = 3
_COLUMNS = {
    "opened": ("month", "figure", "value", "unit"),
    "protected": ("rule_head", "figure", "first", "last", "months"),
}
_SHEETS = {
    "opened": ("cifre aperte", ("month", "figure", "value", "unit")),
    "protected": ("cifre protette", ("rule", "figure", "first_month", "last_month", "months")),
}
"""Name and columns of the sheets that stand before those of the public workbook."""


def pages(
    folder: Path,
    district: str,
    agreement: Agreement,
    opened: Sequence[Opened],
    hidden: Iterable[Row],
    reports: Path,
) -> dict[str, bytes]:
    """Every page of an internal edition, by path within it.

    Args:
        folder: Where its tables and manifest lie.
        district: Whose it is.
        agreement: What it stands on; named on every page.
        opened: Figures that it shows beyond the published edition.
        hidden: What the published edition protects, by rule, without values.
        reports: Templates and texts.
    """
    reading = Reading(folder)
    hidden = list(hidden)
    made = {"annex.xlsx": _annex(reading, district, agreement, opened, hidden, reports)}
    for code in languages_of(reading.districts[district].get("languages")):
        said = words(code, reports / "text")
        mark = _mark(agreement, said)
        document = _marked(district_document(reading, district, said), mark, agreement, said)
        made[f"{code}/report.html"] = _alone(html(document, reports))
        made[f"{code}/report.pdf"] = pdf(document, reports, str(reading.about["known_at"]))
        about = {
            "mark": mark,
            "agreement": agreement,
            "title": document.title,
            "subtitle": document.subtitle,
        }
        made[f"{code}/opened.html"] = _list(
            reports, said, about, "opened", _values(opened, reading, said)
        )
        made[f"{code}/protected.html"] = _list(
            reports, said, about, "protected", _by_rule(hidden, said)
        )
    return made


def _alone(page: bytes) -> bytes:
    """A page without links to what an internal edition has not: it leads to itself, its PDF, its annex and its other
    language.
    """
    return _ELSEWHERE.sub(rb"\2", page)


def _annex(
    reading: Reading,
    district: str,
    agreement: Agreement,
    opened: Sequence[Opened],
    hidden: Sequence[Row],
    reports: Path,
) -> bytes:
    """The workbook of the public edition over what this one shows, marked, with what it opens in front."""
    said = [words(code, reports / "text") for code in LANGUAGES]
    lists: dict[str, list[Row]] = {
        "opened": [dataclasses.asdict(one) for one in opened],
        "protected": [
            dict(zip(_SHEETS["protected"][1], line, strict=True))
            for line in _by_rule(hidden, said[0])
        ],
    }
    restricted = Restricted(
        _mark(agreement, said[0]),
        [_basis(agreement, each) for each in said],
        [sheet_of(_SHEETS[name][0], name, _SHEETS[name][1], lists[name], said) for name in lists],
    )
    return annex(reading, district, said[0], said, restricted)


def _by_rule(hidden: Iterable[Row], said: Words) -> list[tuple[str | int, ...]]:
    """Rule, figure, its first and last month and how many: no values."""
    months: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in hidden:
        months[row["rule"], row["figure"]].add(row["month"])
    return [
        (said.say(f"internal.rule.{rule}"), figure, min(told), max(told), len(told))
        for (rule, figure), told in sorted(months.items())
    ]


def _values(opened: Iterable[Opened], reading: Reading, said: Words) -> list[tuple[str, ...]]:
    """Month, figure with its name, value and unit."""
    names = {row["code"]: row[f"name_{said.code}"] for row in reading.table("kpis")}
    return [
        (
            one.month,
            " · ".join(part for part in (one.figure, names.get(one.figure)) if part),
            said.number(one.value, _DECIMALS),
            one.unit,
        )
        for one in opened
    ]


def _mark(agreement: Agreement, said: Words) -> str:
    return said.say("internal.mark", reference=agreement.reference, until=said.day(agreement.until))


def _marked(document: Document, mark: str, agreement: Agreement, said: Words) -> Document:
    """The report with the mark wherever a page says what it is, and without the public licence."""
    return dataclasses.replace(
        document,
        demonstration=" · ".join(part for part in (mark, document.demonstration) if part),
        footer=(Sentence.of(mark), Sentence.of(_basis(agreement, said))),
    )


def _basis(agreement: Agreement, said: Words) -> str:
    return said.say(
        "internal.basis", basis=agreement.legal_basis, who="; ".join(agreement.recipients)
    )


def _list(
    reports: Path,
    said: Words,
    about: Mapping[str, object],
    kind: str,
    rows: Sequence[tuple[str | int, ...]],
) -> bytes:
    return tidy(
        engine(reports)
        .get_template("layout/internal.html.jinja")
        .render(
            language=said.code,
            kind=kind,
            columns=_COLUMNS[kind],
            rows=rows,
            say=said.say,
            **about,
            **look(reports),
        )
    )
