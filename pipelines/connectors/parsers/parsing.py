"""The one way from the bytes of a delivery to its rows."""

from __future__ import annotations

from dataclasses import replace

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.format_reading import Read
from pipelines.catalogue.format_survey import Survey
from pipelines.catalogue.formats import Format, IntervalFormat, RegisterFormat, TableFormat
from pipelines.connectors.containers.inflating import BROKEN
from pipelines.connectors.pages import is_pages, read_pages
from pipelines.connectors.parsers.assembling import Rows, assembled, member_of
from pipelines.connectors.parsers.delivery import DeliveryRefused, Findings, ParseContext, Parsed
from pipelines.connectors.parsers.green_button import read_green_button
from pipelines.connectors.parsers.interval_table import interval_rows
from pipelines.connectors.parsers.json_files import read_json
from pipelines.connectors.parsers.market_documents import read_market_document
from pipelines.connectors.parsers.melting import melted
from pipelines.connectors.parsers.privacy import QuietFindings, quiet
from pipelines.connectors.parsers.register_table import register_rows
from pipelines.connectors.parsers.shape import outlined
from pipelines.connectors.parsers.sniffing import check_kind
from pipelines.connectors.parsers.source_table import SourceTable, filtered, normalised
from pipelines.connectors.parsers.survey import survey_rows
from pipelines.connectors.parsers.table import table_rows
from pipelines.connectors.parsers.text_files import read_csv
from pipelines.connectors.parsers.values import Sheet
from pipelines.connectors.parsers.workbooks import read_parquet, read_workbook
from pipelines.connectors.parsers.xml_files import read_xml

READERS = {
    "csv": read_csv,
    "xlsx": read_workbook,
    "json": read_json,
    "ndjson": read_json,
    "parquet": read_parquet,
    "xml": read_xml,
    "green_button": read_green_button,
    "market_document": read_market_document,
}


def parse(blob: bytes, form: Format, dataset: Dataset, context: ParseContext) -> Parsed:
    """The rows of one delivery.

    Args:
        blob: The bytes exactly as they were sent.
        form: How they look, with the binding's words laid over it.
        dataset: What they become.
        context: Where they came from, and when these bytes first arrived.

    Returns:
        Rows in the dataset's schema, sorted by key; rows left out with their reason; notes. The
        same input gives the same output.

    Raises:
        DeliveryRefused: where the file cannot be taken as a whole; its code is stable.
    """
    if isinstance(form, TableFormat) and form.survey is not None:
        with quiet():
            return _questionnaire(blob, form, form.survey, dataset, context)
    findings = Findings()
    parts: list[Rows] = []
    paged = is_pages(blob)
    for table in _tables_if_any(blob, form.read):
        findings.member = member_of(context, table.sheet) if paged else context.member
        for code, said in table.notes:
            findings.note(code, detail=said)
        outlined(findings, table)
        _check_columns(table, form, dataset)
        chosen = filtered(table, form.rows, findings)
        if form.melt is not None and len(chosen):
            chosen = melted(chosen, form.melt)
        if len(chosen):
            parts += _rows(Sheet(chosen, context, findings), form, dataset)
    if form.read.empty == "accepted" and not parts and not findings.rejects:
        findings.note("NO_SUCH_RECORDS")
    return _parsed(parts, form, dataset, context, findings, paged=paged)


def _tables_if_any(blob: bytes, read: Read) -> list[SourceTable]:
    """The tables of a file, none where it has no row and need not have one."""
    try:
        return tables(blob, read)
    except DeliveryRefused as refusal:
        if refusal.code != "HEADER_ONLY" or read.empty == "refused":
            raise
        return []


def _questionnaire(
    blob: bytes, form: TableFormat, survey: Survey, dataset: Dataset, context: ParseContext
) -> Parsed:
    """A file that people filled in: its sheets and pages together are the submissions."""
    findings, paged = QuietFindings(), is_pages(blob)
    sheets: list[Sheet] = []
    for table in tables(blob, form.read):
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
    return _parsed(parts, form, dataset, context, findings, paged=paged)


def _parsed(
    parts: list[Rows],
    form: Format,
    dataset: Dataset,
    context: ParseContext,
    findings: Findings,
    *,
    paged: bool,
) -> Parsed:
    table = assembled(parts, dataset, context, findings, form.precedence, paged=paged)
    rejects = sorted(
        findings.rejects, key=lambda one: (one.member or "", one.row, one.column or "", one.code)
    )
    shape, preamble = tuple(findings.columns.values()), "\n".join(sorted(findings.preambles))
    return Parsed(table, tuple(rejects), findings.notes(), shape, preamble)


def tables(blob: bytes, read: Read) -> list[SourceTable]:
    """The file as named columns of text, one table per sheet and per page of a paged answer.

    Raises:
        DeliveryRefused: where it is not the declared kind of file, or not whole.
    """
    if not is_pages(blob):
        return _tables(blob, read)
    try:
        pages = read_pages(blob)
    except BROKEN as error:
        raise DeliveryRefused(
            "TRUNCATED",
            f"The pages of the answer cannot be read: {error}.",
            f"Le pagine della risposta non si leggono: {error}.",
        ) from error
    return _of_pages(pages, read)


def _of_pages(pages: list[tuple[str, bytes]], read: Read) -> list[SourceTable]:
    """Every page as it stands; a page without rows is no reason to refuse the others."""
    found: list[SourceTable] = []
    empty: DeliveryRefused | None = None
    for name, page in pages:
        try:
            found += [
                replace(table, sheet=f"{name}!{table.sheet}" if table.sheet else name)
                for table in _tables(page, read)
            ]
        except DeliveryRefused as refusal:
            if refusal.code != "HEADER_ONLY":
                raise
            empty = refusal
    if not found and empty is not None:
        raise empty
    return found


def _tables(blob: bytes, read: Read) -> list[SourceTable]:
    check_kind(blob, read.file, read.max_bytes)
    return READERS[read.file](blob, read)


def _rows(sheet: Sheet, form: Format, dataset: Dataset) -> list[Rows]:
    if isinstance(form, IntervalFormat):
        return interval_rows(sheet, form, dataset)
    if isinstance(form, RegisterFormat):
        return register_rows(sheet, form, dataset)
    return [table_rows(sheet, form, dataset)]


def _check_columns(table: SourceTable, form: Format, dataset: Dataset) -> None:
    if form.read.unknown_columns != "refuse":
        return
    known = {normalised(value.column) for value in form.columns.values() if value.column}
    known |= {normalised(name) for name in dataset.columns}
    unknown = [name for name in table.names if normalised(name) not in known]
    if unknown:
        raise DeliveryRefused(
            "UNKNOWN_COLUMN",
            f"'{unknown[0]}' is not a column of {dataset.id}.",
            f"'{unknown[0]}' non è una colonna di {dataset.id}.",
        )
