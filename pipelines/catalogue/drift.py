"""What a source may change about the shape of its files, and what happens when it does.

Belongs here: the declared choices. Does not belong here: finding what changed (`quality/drift`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipelines.catalogue.declaration import Declaration

Reaction = Literal["ignore", "warn", "refuse"]
"""`ignore` says nothing, `warn` says it as a finding, `refuse` takes nothing of the delivery."""

ADDED, REMOVED, RENAMED = "COLUMN_ADDED", "COLUMN_REMOVED", "COLUMN_RENAMED"
REORDERED, RETYPED = "COLUMNS_REORDERED", "COLUMN_RETYPED"
UNIT_CHANGED, SCALE_JUMPED = "HEADER_UNIT_CHANGED", "SCALE_JUMP"

CLASSES = (ADDED, REMOVED, RENAMED, REORDERED, RETYPED, UNIT_CHANGED, SCALE_JUMPED)


class Drift(Declaration):
    """One reaction per class of change against the source's last accepted shapes.

    A column that the format needs is refused when it is missing, whatever is said here. Where
    nothing is said of a `scale_jump`, one by some hundreds in a column that is read is refused and
    any other is a warning; none counts where each series is judged against its own history.
    """

    unknown_column: Reaction = Field(default="warn")
    removed_column: Reaction = Field(default="warn")
    renamed_column: Reaction = Field(default="warn")
    reordered: Reaction = Field(default="ignore")
    type_change: Reaction = Field(default="warn")
    unit_change: Reaction = Field(default="refuse")
    scale_jump: Reaction | None = None

    def reaction_to(self, code: str) -> Reaction:
        """What to do about one class of change."""
        reactions: dict[str, Reaction] = {
            ADDED: self.unknown_column,
            REMOVED: self.removed_column,
            RENAMED: self.renamed_column,
            REORDERED: self.reordered,
            RETYPED: self.type_change,
            UNIT_CHANGED: self.unit_change,
            SCALE_JUMPED: self.scale_jump or "warn",
        }
        return reactions[code]
