"""The one way from the bytes of a delivery to its rows.

A delivery is read in batches, so that one of any size fits in memory. What needs its neighbours is
not decided within a batch: rows of days on which clocks change wait for the end and are read
together, and which of several rows of one key count is decided over the whole delivery
(`keys.one_per_key`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.format_reading import Read
from pipelines.catalogue.format_survey import Survey
from pipelines.catalogue.formats import Format, IntervalFormat, RegisterFormat, TableFormat
from pipelines.connectors.parsers.annulling import without_annulments
from pipelines.connectors.parsers.assembling import Rows, assembled, member_of
from pipelines.connectors.parsers.delivery import DeliveryRefused, Findings, ParseContext, Parsed
from pipelines.connectors.parsers.interval_table import interval_rows
from pipelines.connectors.parsers.keys import one_per_key
from pipelines.connectors.parsers.melting import melted
from pipelines.connectors.parsers.privacy import QuietFindings, quiet
from pipelines.connectors.parsers.reading import is_paged, tables
from pipelines.connectors.parsers.register_table import register_rows
from pipelines.connectors.parsers.shape import outlined
from pipelines.connectors.parsers.sheet import Sheet
from pipelines.connectors.parsers.source_table import (
    SourceTable,
    filtered,
    joined,
    normalised,
)
from pipelines.connectors.parsers.survey import survey_rows
from pipelines.connectors.parsers.table import table_rows
from pipelines.connectors.parsers.timing import needs_neighbours


def parse(source: bytes | Path, form: Format, dataset: Dataset, context: ParseContext) -> Parsed:
    """The rows of one delivery, all of them in memory.

    Args:
        source: The bytes exactly as they were sent, or the file that holds them.
        form: How they look, with the binding's words laid over it.
        dataset: What they become.
        context: Where they came from, and when these bytes first arrived.

    Returns:
        Rows in the dataset's schema, sorted by key; rows left out with their reason; notes. The
        same input gives the same output.

    Raises:
        DeliveryRefused: where the file cannot be taken as a whole; its code is stable.
    """
    findings = findings_of(form)
    return finished(batches(source, form, dataset, context, findings), form, dataset, findings)


def findings_of(form: Format) -> Findings:
    """Where findings about a delivery of this format are collected; of a questionnaire, quietly."""
    return QuietFindings() if _survey_of(form) is not None else Findings()


def finished(
    found: Iterable[pa.Table], form: Format, dataset: Dataset, findings: Findings
) -> Parsed:
    """All batches of one delivery as one table, one row per key."""
    table = pa.concat_tables([dataset.schema().empty_table(), *found])
    kept = one_per_key(table, dataset, findings, zero_gives_way=zero_gives_way(form))
    rejects, notes = findings.taken(), findings.notes()
    return Parsed(kept, rejects, notes, findings.shape(), findings.preamble())


def zero_gives_way(form: Format) -> bool:
    """Whether of two rows of one key a zero is the empty copy of the other."""
    if not isinstance(form, IntervalFormat) or form.time.dst is None:
        return False
    return form.time.dst.phantom == "drop_if_zero"


def batches(
    source: bytes | Path, form: Format, dataset: Dataset, context: ParseContext, findings: Findings
) -> Iterator[pa.Table]:
    """The rows of one delivery in the dataset's schema, batch by batch; several may bear one key.

    Raises:
        DeliveryRefused: where the file cannot be taken as a whole, at whatever batch that shows.
    """
    survey = _survey_of(form)
    if survey is not None:
        assert isinstance(form, TableFormat)  # noqa: S101 - only tables are questionnaires
        with quiet():
            yield _questionnaire(source, form, survey, dataset, context, findings)
        return
    reading = _Reading(form, dataset, context, findings)
    paged = is_paged(source)
    sheets: list[Rows] = []
    waiting: list[SourceTable] = []
    last: SourceTable | None = None
    some = False
    for table in _tables_if_any(source, form.read):
        if paged:
            findings.member = member_of(context, table.sheet)
        chosen = reading.chosen(table)
        if not len(chosen):
            continue
        some = True
        if paged:
            yield reading.assembled(reading.rows(chosen), paged=True)
        elif chosen.sheet is not None:
            sheets += reading.rows(chosen)
        else:
            if last is not None:
                ready = reading.ready(last, waiting)
                yield reading.assembled(reading.rows(ready))
            last = chosen
    if last is not None:
        whole = joined([*waiting, last]) if waiting else last
        yield reading.assembled(reading.rows(whole))
    if sheets:
        yield reading.assembled(sheets)
    _note_if_none(some, form.read, findings)


@dataclass(frozen=True)
class _Reading:
    """One delivery while it is read: how, what it becomes, where it came from, what was found."""

    form: Format
    dataset: Dataset
    context: ParseContext
    findings: Findings

    def __post_init__(self) -> None:
        self.findings.member = self.context.member

    def chosen(self, table: SourceTable) -> SourceTable:
        """The rows that count, wide variables made long."""
        for code, detail in table.notes:
            self.findings.note(code, detail=detail)
        outlined(self.findings, table)
        _check_columns(table, self.form, self.dataset)
        if self.form.rows.annulled and isinstance(self.form, IntervalFormat | RegisterFormat):
            said = (self.form, self.dataset, self.context, self.findings)
            table = without_annulments(table, *said)
        chosen = filtered(table, self.form.rows, self.findings)
        melt = self.form.melt
        return chosen if melt is None or not len(chosen) else melted(chosen, melt)

    def ready(self, table: SourceTable, waiting: list[SourceTable]) -> SourceTable:
        """The rows that can be read without their neighbours; the others wait for the last batch."""
        if not isinstance(self.form, IntervalFormat | RegisterFormat):
            return table
        aside = Sheet(table, self.context, self.findings.aside())
        later = needs_neighbours(aside, self.form.time)
        if not later.any():
            return table
        waiting.append(table.kept(later))
        return table.kept(~later)

    def rows(self, table: SourceTable) -> list[Rows]:
        """The rows of one table, in parts."""
        if not len(table):
            return []
        form, sheet = self.form, Sheet(table, self.context, self.findings)
        if isinstance(form, IntervalFormat):
            return interval_rows(sheet, form, self.dataset)
        if isinstance(form, RegisterFormat):
            return register_rows(sheet, form, self.dataset)
        return [table_rows(sheet, form, self.dataset)]

    def assembled(self, parts: list[Rows], *, paged: bool = False) -> pa.Table:
        """The parts in the dataset's schema."""
        flows = self.form.precedence
        return assembled(parts, self.dataset, self.context, self.findings, flows, paged=paged)


def _survey_of(form: Format) -> Survey | None:
    return form.survey if isinstance(form, TableFormat) else None


def _note_if_none(some: bool, read: Read, findings: Findings) -> None:
    """A file that is in order without a row says so."""
    if read.empty == "accepted" and not some and not findings.rejects:
        findings.note("NO_SUCH_RECORDS")


def _tables_if_any(source: bytes | Path, read: Read) -> Iterator[SourceTable]:
    """The tables of a file, none where it has no row and need not have one."""
    try:
        yield from tables(source, read)
    except DeliveryRefused as refusal:
        if refusal.code != "HEADER_ONLY" or read.empty == "refused":
            raise


def _questionnaire(
    source: bytes | Path,
    form: TableFormat,
    survey: Survey,
    dataset: Dataset,
    context: ParseContext,
    findings: Findings,
) -> pa.Table:
    """A file that people filled in: its sheets and pages together are the submissions."""
    paged = is_paged(source)
    sheets: list[Sheet] = []
    for table in tables(source, form.read):
        own = QuietFindings()
        own.member = member_of(context, table.sheet) if paged else context.member
        if survey.absent_columns == "refuse":  # else a column is there where somebody answered
            outlined(own, table, with_values=False)
        chosen = filtered(table, form.rows, own)
        if form.melt is not None and len(chosen):
            chosen = melted(chosen, form.melt)
        sheets.append(Sheet(chosen, context, own))
    parts = survey_rows(sheets, form, survey, dataset)
    for sheet in sheets:
        findings.join(sheet.findings)
    return assembled(parts, dataset, context, findings, form.precedence, paged=paged)


def _check_columns(table: SourceTable, form: Format, dataset: Dataset) -> None:
    if form.read.unknown_columns != "refuse":
        return
    known = {
        normalised(header)
        for value in form.columns.values()
        for header in (value.column, *value.aliases)
        if header
    }
    known |= {normalised(name) for name in dataset.columns}
    unknown = [name for name in table.names if normalised(name) not in known]
    if unknown:
        raise DeliveryRefused(
            "UNKNOWN_COLUMN",
            f"'{unknown[0]}' is not a column of {dataset.id}.",
            f"'{unknown[0]}' non è una colonna di {dataset.id}.",
        )
