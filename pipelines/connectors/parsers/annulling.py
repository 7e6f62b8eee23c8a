"""Rows that annul what was sent before: whose, of which day, of which flow.

Belongs here: reading them. Does not belong here: which earlier rows they take back
(`collecting.vanishing`).
"""

from __future__ import annotations

import numpy as np

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.format_kinds import IntervalFormat, RegisterFormat
from pipelines.catalogue.format_reading import Rows
from pipelines.connectors.parsers.delivery import Findings, ParseContext
from pipelines.connectors.parsers.instants import month_of
from pipelines.connectors.parsers.measuring import base_columns
from pipelines.connectors.parsers.moments import DAY_US
from pipelines.connectors.parsers.sheet import Sheet
from pipelines.connectors.parsers.source_table import SourceTable, filtered, passes
from pipelines.connectors.parsers.timing import labels


def without_annulments(
    table: SourceTable,
    form: IntervalFormat | RegisterFormat,
    dataset: Dataset,
    context: ParseContext,
    findings: Findings,
) -> SourceTable:
    """The rows that say something; of each that annuls, a note of its point, its day and, where
    only one flow is taken back, of that flow.

    Raises:
        DeliveryRefused: WRONG_OWNER where such a row is someone else's.
    """
    rows = form.rows
    found = np.zeros(len(table), dtype=bool)
    for name, test in rows.annulled.items():
        found |= passes(table, name, test)
    if not found.any():
        return table
    own = filtered(table.kept(found), Rows(own=rows.own), findings)
    sheet = Sheet(own, context, findings)
    micros, _ = labels(sheet, form.time)
    days = (micros - (1 if form.time.label == "end" else 0)) // DAY_US
    columns = base_columns(sheet, form, dataset)
    flows = columns.get("flow_code") if rows.annuls == "flow" else None
    for at in np.flatnonzero(~sheet.bad):
        day = str(np.datetime64(int(days[at]), "D"))
        flow = flows[int(at)].as_py() if flows is not None else None
        findings.note(
            "READING_ANNULLED",
            month=month_of(int(micros[at])),
            point_id=columns["point_id"][int(at)].as_py(),
            detail=f"{day} {flow}" if flow else day,
        )
    return table.kept(~found)
