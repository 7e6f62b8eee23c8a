"""The lines of GPC's inventory, so that a table of it is complete and says of each line why it is empty.

Belongs here: which lines there are, with scope and level. Does not belong here: what emits in them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from pipelines.catalogue.declaration import Bilingual, Declaration, declare, read_yaml

LINES = Path(__file__).parent / "gpc.yaml"


class GpcLine(Declaration):
    """One line: its reference number, its scope, and what GPC asks for it."""

    ref: Annotated[str, Field(pattern=r"^[IV]+\.\d(\.\d)?$")]
    scope: Literal["1", "2", "3"]
    level: Literal["basic", "basic_plus", "territorial", "other"]
    name: Bilingual


def gpc_lines() -> tuple[GpcLine, ...]:
    """Every line, in GPC's order."""
    document = read_yaml(LINES)
    return tuple(
        declare(GpcLine, part, LINES, (position,)) for position, part in enumerate(document)
    )
