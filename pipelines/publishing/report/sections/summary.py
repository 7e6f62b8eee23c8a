"""Page one: its sentences, the headline tiles, one chart, what was revised, what is missing.

Belongs here: what page one has, in which order. Does not belong here: which sentences (`reports/page_one.yaml`).
"""

from __future__ import annotations

from pipelines.publishing.language import Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Section, Sentences, Table
from pipelines.publishing.report.page_one.said import sentences
from pipelines.publishing.report.sections.boxes import revised_and_missing
from pipelines.publishing.report.sections.city_comments import city_comments
from pipelines.publishing.report.sections.figures import there
from pipelines.publishing.report.sections.kpi_tables import kpi_table
from pipelines.publishing.report.sections.lead_chart import lead_chart
from pipelines.publishing.report.sections.tiles import headline, tiles

_KNOWN = 4
"""Rows with which page one of a district without energy figures still fits a page."""


def summary(read: DistrictReading, words: Words) -> Section:
    """The first section: sentences, headline tiles, one chart, what was revised, what is missing."""
    chart = lead_chart(read, words)
    known = already_known(read, words) if read.value("EMI11") is None else None
    return Section(
        "summary",
        words.say("summary.title"),
        (
            Sentences(tuple(sentences(read, words)), ordered=True),
            tiles(read, words),
            *([chart] if chart else []),
            *([known] if known else []),
            revised_and_missing(read, words),
            *city_comments(read, words),
        ),
    )


def already_known(read: DistrictReading, words: Words) -> Table | None:
    """Where emissions cannot be shown yet: what can be read today besides the headline figures."""
    shown = headline(read)
    codes = [
        code
        for code, kpi in read.reading.kpis.items()
        if kpi["theme"] not in ("energy", "water", "emissions", "investment")
        and code not in shown
        and kpi["maturity"] == "core"
        and there(read.kpi(code), kpi, read)
    ]
    return (
        kpi_table("known-kpis", codes[:_KNOWN], read, words, words.say("summary.known"))
        if codes
        else None
    )
