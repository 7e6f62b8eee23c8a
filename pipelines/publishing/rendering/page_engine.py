"""What every HTML page is made with: the template engine, the look, and the same bytes every time.

Belongs here: templates, styles, tokens. Does not belong here: what a page says.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.publishing.rendering import fonts

LANGUAGES = ("it", "en")


def languages_of(declared: str | None) -> list[str]:
    """The languages a district reads, in our order; both where it does not say."""
    named = [code.strip() for code in (declared or "it,en").split(",")]
    return [code for code in LANGUAGES if code in named]


def tidy(text: str) -> bytes:
    """A page without empty lines and trailing spaces."""
    lines = (line.rstrip() for line in text.splitlines())
    return ("\n".join(line for line in lines if line.strip()) + "\n").encode("utf-8")


@cache
def engine(reports: Path) -> Environment:
    """Templates below `reports`; a value that is missing is an error."""
    return Environment(
        loader=FileSystemLoader(reports),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def tokens(reports: Path) -> dict[str, dict[str, Any]]:
    """Colours by theme and name; sizes in print by name."""
    loaded: dict[str, dict[str, Any]] = json.loads(
        (reports / "styles" / "tokens.json").read_text(encoding="utf-8")
    )
    return loaded


def look(reports: Path) -> dict[str, Any]:
    """Styles, typeface and colours, for `layout/style.html.jinja`."""
    css = (reports / "styles" / "report.css").read_text(encoding="utf-8")
    return {"tokens": tokens(reports), "fonts": fonts.embedded(), "css": Markup(css)}  # noqa: S704 - our own file
