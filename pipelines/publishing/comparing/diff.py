"""Old → new between two editions, per KPI, district and month, with causes that add up to the change.

Belongs here: what changed, and how it is told. Does not belong here: why (`causes.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines.publishing.comparing.adding_up import Causes
from pipelines.publishing.comparing.causes import Editions
from pipelines.publishing.comparing.told import Told
from pipelines.publishing.language import DASH, words
from pipelines.publishing.protecting.kept_points import kept
from pipelines.publishing.rows import Row, plain, read_rows
from pipelines.settings import checkout


@dataclass(frozen=True)
class Change:
    """One published value that is no longer the same. Values are None where there was or is none."""

    key: dict[str, str]
    unit: str
    old: Decimal | None
    new: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """New minus old, in the KPI's unit; None where one of them is missing."""
        return None if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True)
class Difference:
    """Two editions: districts that came or went, and every value that changed with its causes."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[tuple[Change, dict[str, Decimal | None]], ...]


def diff(old_edition: Path, new_edition: Path, house: Path | None = None) -> Difference:
    """Every change between two editions, each with its causes.

    Args:
        old_edition: Folder of the earlier edition.
        new_edition: Folder of the later edition.
        house: The folder that keeps what points added to them; without it only what is published can be asked.
    """
    return difference(told_by(old_edition, house), told_by(new_edition, house))


def told_by(edition: Path, house: Path | None = None) -> Told:
    """What an edition's folder says, and what the house keeps of its points."""
    about = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    return Told(
        read_rows(edition / "kpi_values.parquet"),
        lambda name: read_rows(edition / "tables" / f"{name}.parquet"),
        about,
        kept(house, about["id"]) if house is not None else None,
    )


def difference(old: Told, new: Told) -> Difference:
    """Every change from one edition to another."""
    before, after = ({row["district_id"] for row in told.values} for told in (old, new))
    both = Editions(old, new)
    return Difference(
        tuple(sorted(after - before)),
        tuple(sorted(before - after)),
        tuple(
            (change, _causes(both, change)) for change in published_changes(old.values, new.values)
        ),
    )


def _causes(both: Editions, change: Change) -> dict[str, Decimal | None]:
    """Parts of a change; where a value came or went there is nothing to split, and the reason stands alone."""
    key = (change.key["district_id"], change.key["month"], change.key["kpi_code"])
    causes: Causes = both.causes(*key)
    return dict(causes) if causes else {both.reason(*key): change.difference}


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
        found.append(Change(named, row["unit"], was["value"], row["value"]))
    return found


def diff_text(found: Difference, language: str = "it") -> str:
    """Districts that came or went, and the changes, as lines for a terminal."""
    said = words(language, checkout() / "reports" / "text")
    lines = [
        said.say(f"diff.{name}", districts=said.both(list(districts)))
        for name, districts in (("added", found.added), ("removed", found.removed))
        if districts
    ]
    for change, causes in found.changes:
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
            for cause, part in sorted(causes.items(), key=_largest_first)
        ]
    return "\n".join(lines) or said.say("diff.none")


def _largest_first(part: tuple[str, Decimal | None]) -> tuple[Decimal, str]:
    return (-abs(part[1] or Decimal(0)), part[0])


def _shown(value: Decimal | None) -> str:
    return DASH if value is None else plain(value)
