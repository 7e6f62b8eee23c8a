"""Who may be published: a failed build or an open figure stops everyone, a bad headline figure its own district.

Belongs here: the checks, and the decision of a person to publish all the same. Does not belong here: how a delay is
told (`delayed.py`), what is hidden (`protection.py`).

A test that failed or a figure that protection left open is a defect of what all districts share, so nobody is
published until it is mended, and nobody may override it. A headline figure below the declared line is of one
district: the others go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.thresholds import thresholds
from pipelines.publishing.protecting.protection import Protected, protected
from pipelines.publishing.protecting.refused import FiguresOpen
from pipelines.publishing.rows import Row, read_rows
from pipelines.settings import Settings
from pipelines.warehouse.build import unfinished

_GRADES = "ABCDE"
_METERED = {"emissions": ("energy",)}
"""Themes whose gaps are told under another: emissions are made of energy."""


@dataclass(frozen=True)
class Reason:
    """One thing that stands in the way.

    `code` is failed_build, open_figure or headline_grade; the rest is of a headline figure: its grade, the line, the
    parts of the grade that are below it, and the sources that are behind with whom to ask.
    """

    code: str
    kpi_code: str | None = None
    grade: str | None = None
    line: str | None = None
    parts: tuple[str, ...] = ()
    sources: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A district that is not published yet."""

    district_id: str
    because: tuple[Reason, ...]


@dataclass(frozen=True)
class Override:
    """A person's decision to publish a district although a headline figure is below the line."""

    district_id: str
    by: str
    reason: str
    at: str

    def said(self) -> dict[str, str]:
        """As the manifest keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class Checked:
    """What may be published, who waits, and whose decisions were needed. `left_out` is who waits, with names."""

    content: Protected
    held: tuple[Waiting, ...]
    overrides: tuple[Override, ...]
    left_out: tuple[Row, ...] = ()


class Held(RuntimeError):
    """Nobody may be published."""

    def __init__(self, districts: Sequence[Waiting]) -> None:
        self.districts = tuple(districts)
        super().__init__(", ".join(one.district_id for one in districts))


def checked(
    settings: Settings,
    month: str,
    overrides: Sequence[Override],
    before: Sequence[pa.Table] = (),
) -> Checked:
    """What may be published of a view.

    Args:
        settings: The deployment.
        month: 'YYYY-MM'.
        overrides: Decisions of people.
        before: What earlier editions remember of what they showed.

    Raises:
        Held: nothing may.
    """
    if unfinished(settings):
        raise Held(everyone(settings, "failed_build"))
    try:
        content = protected(settings.view, month, before)
    except FiguresOpen as open_figures:
        raise Held(everyone(settings, "open_figure")) from open_figures
    below = _below_line(content, month, thresholds(settings.districts).gate.headline_grade)
    needed = {one.district_id: one for one in reversed(overrides) if one.district_id in below}
    held = [Waiting(name, tuple(why)) for name, why in below.items() if name not in needed]
    waiting = {one.district_id for one in held}
    if waiting and waiting == {row["district_id"] for row in content.kpi_values}:
        raise Held(held)
    names = [
        {name: row[name] for name in ("district_id", "name_it", "name_en")}
        for row in content.tables["districts"].to_pylist()
        if row["district_id"] in waiting
    ]
    readable = _without(content, waiting)
    return Checked(readable, tuple(held), tuple(needed.values()), tuple(names))


def everyone(settings: Settings, code: str) -> list[Waiting]:
    """Every district, for what they share."""
    rows = read_rows(settings.view / "declared" / "districts.parquet")
    return [Waiting(one, (Reason(code),)) for one in sorted(row["district_id"] for row in rows)]


def _below_line(content: Protected, month: str, line: str) -> dict[str, list[Reason]]:
    """Headline figures that are told and graded below the line, by district."""
    headline = {
        row["code"]: row
        for row in content.tables["kpis"].to_pylist()
        if row["headline_order"] is not None
    }
    found: dict[str, list[Reason]] = {}
    for row in content.kpi_values:
        kpi = headline.get(row["kpi_code"])
        told = row["month"] == month and row["value"] is not None and row["grade"] is not None
        if kpi is not None and told and _GRADES.index(row["grade"]) > _GRADES.index(line):
            found.setdefault(row["district_id"], []).append(_reason(content, row, kpi, line))
    return dict(sorted(found.items()))


def _reason(content: Protected, row: Row, kpi: Row, line: str) -> Reason:
    place = (row["district_id"], row["month"])
    quality: Mapping[str, Any] = next(
        (
            each
            for each in _of(content, "kpi_quality", place)
            if each["kpi_code"] == row["kpi_code"]
        ),
        {},
    )
    parts = [
        name.removeprefix("grade_")
        for name, grade in quality.items()
        if name.startswith("grade_") and grade and _GRADES.index(grade) > _GRADES.index(line)
    ]
    themes = {kpi["completeness"], kpi["theme"], *_METERED.get(kpi["theme"], ())}
    behind = {
        (each["source_id"] or each["dataset"], each["contact_name"])
        for each in _of(content, "gaps", place)
        if each["theme"] in themes
    }
    return Reason(
        "headline_grade",
        row["kpi_code"],
        row["grade"],
        line,
        tuple(parts),
        tuple(sorted(behind, key=str)),
    )


def _of(content: Protected, name: str, place: tuple[str, str]) -> list[Row]:
    table = content.tables.get(name)
    rows = table.to_pylist() if table is not None else []
    return [row for row in rows if (row["district_id"], row["month"]) == place]


def _without(content: Protected, districts: set[str]) -> Protected:
    """The same without what is of these districts."""
    if not districts:
        return content
    values = [row for row in content.kpi_values if row["district_id"] not in districts]
    gone = pa.array(sorted(districts), pa.string())

    def others(table: pa.Table) -> pa.Table:
        if "district_id" not in table.column_names:
            return table
        return table.filter(pc.invert(pc.is_in(table["district_id"], gone)))

    tables = {name: others(table) for name, table in content.tables.items()}
    decisions = [row for row in content.decisions if row["district_id"] not in districts]
    return Protected(
        values,
        tables,
        others(content.memory),
        others(content.audit),
        decisions,
        others(content.points),
    )
