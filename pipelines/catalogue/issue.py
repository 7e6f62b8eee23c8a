"""Everything that can be wrong with a delivery or found in the data: stable codes, plain words.

Belongs here: the typed form of `issues.yaml`. A code never changes its meaning, because
quarantines, findings and editions keep it for years. Does not belong here: when a code is given;
that is for parsers, contracts and models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pipelines.catalogue.declaration import (
    Bilingual,
    Declaration,
    DeclarationError,
    declare,
    line_of,
    read_yaml,
    shown,
)

Whose = Literal["provider", "district", "engineer", "nobody"]

FILE = Path(__file__).parent / "issues.yaml"


class _Written(Declaration):
    severity: Literal["error", "warning", "info"]
    means: Bilingual
    whose: Whose
    todo: Bilingual


class Issue(_Written):
    """One kind of finding: how bad, what it means, whose move it is and what they do."""

    code: str


@cache
def issues() -> dict[str, Issue]:
    """Every issue by its code.

    Raises:
        DeclarationError: one line per mistake in `issues.yaml`.
    """
    return read_issues(FILE)


def read_issues(path: Path) -> dict[str, Issue]:
    """The issues of one file: a mapping from code to what it means."""
    document = read_yaml(path)
    if not isinstance(document, Mapping):
        raise DeclarationError(
            [f"{shown(path)}:1: expected a mapping from issue code to what it means."]
        )
    mistakes = []
    found = {}
    for code, written in document.items():
        if not re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", str(code)):
            at = f"{shown(path)}:{line_of(document, (code,))}"
            mistakes.append(f"{at}: '{code}' is not a code. Use CAPITALS_AND_UNDERSCORES.")
            continue
        try:
            issue = declare(_Written, written, path, (code,))
        except DeclarationError as error:
            mistakes.extend(error.mistakes)
        else:
            found[code] = Issue(code=code, **dict(issue))
    if mistakes:
        raise DeclarationError(mistakes)
    return found
