"""Everything about one file in one text: facts as comments, formats that read it, a proposal.

Belongs here: the order of a look. Does not belong here: any single guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.catalogue.dataset import Dataset
from pipelines.connectors.inspecting.columns import Guessed, guessed
from pipelines.connectors.inspecting.fitting import Fit, fits
from pipelines.connectors.inspecting.mapping import likely_dataset, measured
from pipelines.connectors.inspecting.proposal import in_words, proposal, source_of
from pipelines.connectors.inspecting.sighting import Sighting, sighted
from pipelines.connectors.inspecting.times import Timing, timing


def inspected(
    blob: bytes,
    name: str,
    datasets: Mapping[str, Dataset],
    formats: Mapping[str, Any],
    dataset: str | None = None,
) -> str:
    """What a file probably is, as YAML that a person finishes; nothing of it is adopted.

    Args:
        blob: The bytes.
        name: Name of the file.
        datasets: What rows can become.
        formats: Documents of the formats that are declared already.
        dataset: What the person says they become; else it is guessed.
    """
    seen = sighted(blob, name)
    facts = [f"{name}: {len(blob):,} bytes, {seen.kind}", *seen.said]
    if seen.table is None:
        return _bound(seen, facts, fits(seen.blob, name, seen.kind, formats, datasets))
    columns = guessed(seen.table)
    when = timing(seen.table, columns)
    facts += _of_time(seen, when)
    facts.append(f"{len(seen.table):,} rows, {len(columns)} columns:")
    facts += in_words(columns, when.cell_names)
    facts += _of_fits(fits(seen.blob, name, seen.read["file"], formats, datasets))
    chosen = datasets[dataset or _dataset(columns, when, datasets)]
    return "\n".join([_comments(facts), proposal(seen, columns, when, chosen)])


def _bound(seen: Sighting, facts: list[str], found: list[Fit]) -> str:
    """A source of the format that reads a file which nothing else makes rows of, like a weather year
    between a header and a legend.
    """
    reading = [one for one in found if one.refused is None and one.rows]
    if not reading:
        facts.append("Nothing in it could be read as rows; there is nothing to propose.")
        return _comments(facts)
    best = reading[0]
    return "\n".join([_comments([*facts, *_of_fits(found)]), source_of(seen.name, best)])


def _dataset(columns: list[Guessed], when: Timing, datasets: Mapping[str, Dataset]) -> str:
    if when.layout == "wide_day":
        return "meter_intervals"
    few = len(columns) <= 2 or bool(measured(columns, clearly=True))
    if measured(columns) and when.date is not None and few and len(columns) <= 30:
        cumulative = any(one.name in when.cumulative for one in measured(columns))
        if cumulative or (when.layout == "register" and len(columns) <= 12):
            return "meter_registers"
        if when.layout == "long":
            return "meter_intervals"
    return likely_dataset(columns, datasets)


def _of_time(seen: Sighting, when: Timing) -> list[str]:
    facts = list(when.said)
    if seen.table is not None and seen.table.preamble:
        facts.insert(0, f"above the header: {seen.table.preamble[:200]!r}")
    if when.first is not None and when.last is not None:
        facts.append(f"period: {when.first:%Y-%m-%d %H:%M} to {when.last:%Y-%m-%d %H:%M}")
    return facts


def _of_fits(found: list[Fit]) -> list[str]:
    reading = [one for one in found if one.refused is None and one.rows]
    if not reading:
        said = [f"No declared format reads it ({len(found)} of this kind were tried)."]
        near = [one for one in found if one.refused not in ("MISSING_COLUMN", "WRONG_FILE_KIND")]
        return said + [
            f"  {one.format_id}: {one.refused or f'every one of {one.rejected:,} rows left out'}"
            for one in near[:4]
        ]
    best = [
        f"  {one.format_id} → {one.dataset}: {one.rows:,} rows read, {one.rejected:,} left out"
        for one in reading[:5]
    ]
    return ["Formats that read it already (bind one of them rather than write a new one):", *best]


def _comments(facts: list[str]) -> str:
    return "\n".join(f"# {line}" for fact in facts for line in fact.splitlines())
