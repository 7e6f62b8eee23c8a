"""Old → new between two editions, per KPI, district and month, with causes that add up to the change.

Belongs here: what changed and what the editions themselves say about why. Does not belong here: a split that the
published tables cannot support; what they cannot explain is named `unexplained` and never hidden.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.publishing.language import DASH, words
from pipelines.publishing.origins import DATASETS, speaks_of
from pipelines.publishing.rows import Row, plain, read_rows
from pipelines.settings import checkout


@dataclass(frozen=True)
class Change:
    """One published value that is no longer the same. Values are None where there was or is none."""

    key: dict[str, str]
    unit: str
    old: Decimal | None
    new: Decimal | None
    old_row: Row
    new_row: Row

    @property
    def difference(self) -> Decimal | None:
        """New minus old, in the KPI's unit; None where one of them is missing."""
        return None if self.old is None or self.new is None else self.new - self.old


def diff(old_edition: Path, new_edition: Path) -> list[tuple[Change, dict[str, Decimal | None]]]:
    """Every change between two editions, each with its causes.

    Args:
        old_edition: Folder of the earlier edition.
        new_edition: Folder of the later edition.
    """
    before, after = (
        json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        for folder in (old_edition, new_edition)
    )
    since = Since.between(before, after, themes_of(new_edition))
    deliveries = read_rows(new_edition / "tables" / "deliveries.parquet")
    changes = published_changes(
        read_rows(old_edition / "kpi_values.parquet"), read_rows(new_edition / "kpi_values.parquet")
    )
    return [(change, causes_of(change, deliveries, since)) for change in changes]


def themes_of(edition: Path) -> dict[str, str]:
    """The theme of every KPI an edition declares."""
    rows = read_rows(edition / "tables" / "kpis.parquet", ["code", "theme"])
    return {row["code"]: row["theme"] for row in rows}


def published_changes(old: Iterable[Row], new: Iterable[Row]) -> list[Change]:
    """Values of both editions that differ, hidden ones left out: their difference would say too much."""
    earlier = {(row["district_id"], row["month"], row["kpi_code"]): row for row in old}
    found = []
    for row in new:
        key = (row["district_id"], row["month"], row["kpi_code"])
        was = earlier.get(key)
        if was is None or was["suppressed"] or row["suppressed"] or was["value"] == row["value"]:
            continue
        named = dict(zip(("district_id", "month", "kpi_code"), key, strict=True))
        found.append(Change(named, row["unit"], was["value"], row["value"], was, row))
    return found


@dataclass(frozen=True)
class Since:
    """What separates two editions: the earlier cut-off, whether the code is the same, the themes of KPIs."""

    moment: datetime
    same_code: bool
    themes: Mapping[str, str]

    @classmethod
    def between(
        cls, before: Mapping[str, Any], after: Mapping[str, Any], themes: Mapping[str, str]
    ) -> Since:
        """From the manifests of both editions."""
        return cls(
            datetime.fromisoformat(before["known_at"]).astimezone(UTC),
            before.get("code_version") == after.get("code_version"),
            themes,
        )


def causes_of(change: Change, deliveries: Sequence[Row], since: Since) -> dict[str, Decimal | None]:
    """Parts of a change by cause; they add up to the change.

    A cause is given only where it is the single one the editions show: another factor set, model or boundary, or
    deliveries of the KPI's datasets that arrived since for that month, which are late data where coverage rose and a
    correction where it did not. Where the same code met nothing new about the period, the figure leans on months
    that came later (a model, a reference, what was expected of a silent meter): an estimate worked out again.
    Where only the code is another, it is the code. Where several apply at once the whole change stays `unexplained`.
    """
    shown = [
        cause
        for cause, column in (
            ("factor", "factor_set"),
            ("method", "model_version"),
            ("boundary", "boundary_version"),
        )
        if change.old_row.get(column) != change.new_row.get(column)
    ]
    if _delivered_since(change, deliveries, since):
        rose = (change.new_row.get("coverage") or 0) > (change.old_row.get("coverage") or 0)
        shown.append("late_data" if rose or change.old is None else "correction")
    if not shown:
        shown.append("estimate" if since.same_code else "code")
    cause = shown[0] if len(shown) == 1 else "unexplained"
    return {cause: change.difference}


def diff_text(
    changes: Sequence[tuple[Change, dict[str, Decimal | None]]], language: str = "it"
) -> str:
    """The changes as lines for a terminal, each with its causes."""
    said = words(language, checkout() / "reports" / "text")
    lines = []
    for change, causes in changes:
        lines.append(
            said.say(
                "diff.line",
                district=change.key["district_id"],
                month=change.key["month"],
                kpi=change.key["kpi_code"],
                old=_shown(change.old),
                new=_shown(change.new),
                unit=said.named("unit", change.unit),
                change=_shown(change.difference),
            )
        )
        lines += [
            said.say("diff.cause", cause=said.named("cause", cause), part=_shown(part))
            for cause, part in causes.items()
        ]
    return "\n".join(lines) or said.say("diff.none")


def _shown(value: Decimal | None) -> str:
    return DASH if value is None else plain(value)


def _delivered_since(change: Change, deliveries: Sequence[Row], since: Since) -> bool:
    start = _month_of(change.new_row.get("period_start")) or change.key["month"]
    datasets = DATASETS.get(since.themes.get(change.key["kpi_code"], ""), ())
    return any(
        row["district_id"] == change.key["district_id"]
        and row["dataset"] in datasets
        and row["received_at"] is not None
        and row["received_at"] > since.moment
        and speaks_of(row, start, change.key["month"])
        for row in deliveries
    )


def _month_of(day: Any) -> str | None:
    return f"{day:%Y-%m}" if day is not None else None
