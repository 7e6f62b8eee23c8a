"""A published value opened down to its files: rows, what stood in them, their sum.

Belongs here: putting the parts of this room together for one value. Does not belong here: the parts.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.parquet as pq

from pipelines.catalogue.catalogue import load
from pipelines.publishing.language import words
from pipelines.publishing.rows import Row, read_rows
from pipelines.settings import Settings, checkout
from pipelines.tracing.figure import Traced, traced
from pipelines.tracing.lineage import Lineage, lineage
from pipelines.tracing.listing import listing
from pipelines.tracing.raw_text import raw_texts


def rows_of_figure(settings: Settings, published: Row, language: str) -> Iterator[str]:
    """The rows behind a published value as lines.

    Args:
        settings: The deployment; its view's warehouse is asked.
        published: The value's row in its edition.
        language: Of the words around the rows.

    Raises:
        LookupError: no warehouse here, or one that no longer holds the value.
    """
    with lineage(settings) as opened:
        found = trace(settings, opened, published)
        rows = [row for term in found.terms for row in term.rows]
        catalogue = load(settings.districts)
        texts = raw_texts(catalogue, settings.landing, published["district_id"], rows)
        files = {
            row["sha256"]: row["file_name"]
            for row in read_rows(settings.view / "collected" / "deliveries.parquet")
            if row["sha256"] and row["file_name"]
        }
        said = words(language, checkout() / "reports" / "text")
        yield from listing(found, files, texts, published, said)


def trace(settings: Settings, opened: Lineage, published: Row) -> Traced:
    """The value as the warehouse has it today, with its rows."""
    place = {name: published[name] for name in ("district_id", "month", "kpi_code")}
    kpis = {row["code"]: row for row in read_rows(settings.view / "declared" / "kpis.parquet")}
    wanted = [(name, "=", told) for name, told in place.items()]
    values = settings.view / "marts" / "fct_kpi_values.parquet"
    found = pq.read_table(values, filters=wanted).to_pylist() if values.is_file() else []
    if not found or place["kpi_code"] not in kpis:
        told = " ".join(place.values())
        raise LookupError(f"The warehouse of this machine holds no {told}: build it (nzd build).")
    return traced(opened, found[0], kpis[place["kpi_code"]])
