"""Which declared format already reads a file: every one of its kind is tried, the best comes first.

Belongs here: trying. Does not belong here: proposing a new one (`proposal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.formats import TableFormat, format_of
from pipelines.connectors.parsers import DeliveryRefused, ParseContext, parse

MOST_BYTES = 30 * 1024 * 1024
"""Larger files are not tried: one look is no load test."""


@dataclass(frozen=True)
class Fit:
    """How one format took the file: rows read and left out, or why it was refused."""

    format_id: str
    dataset: str
    rows: int = 0
    rejected: int = 0
    refused: str | None = None


def fits(
    blob: bytes, name: str, kind: str, formats: Mapping[str, Any], datasets: Mapping[str, Dataset]
) -> list[Fit]:
    """Every format of this kind of file that names its dataset, the one that reads most first."""
    if len(blob) > MOST_BYTES:
        return []
    context = ParseContext("inspected", "inspected", "0" * 64, name, datetime.now(UTC))
    found = []
    for format_id, document in formats.items():
        form = format_of(document, Path(f"{format_id}.yaml"))
        if form.read.file != kind or form.dataset not in datasets or _unfinished(form):
            continue
        assert form.dataset is not None  # noqa: S101 - it is one of the datasets
        try:
            parsed = parse(blob, form, datasets[form.dataset], context)
        except DeliveryRefused as refusal:
            found.append(Fit(format_id, form.dataset, refused=refusal.code))
        else:
            rejected = len(parsed.rejects)
            found.append(Fit(format_id, form.dataset, parsed.table.num_rows, rejected))
    return sorted(found, key=lambda one: (one.refused is not None, -one.rows, one.rejected))


def _unfinished(form: object) -> bool:
    """A questionnaire without its questions reads nothing by itself."""
    return isinstance(form, TableFormat) and (form.expects_items or form.same_names)
