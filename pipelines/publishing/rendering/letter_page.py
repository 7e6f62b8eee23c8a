"""A letter as a page to be printed or sent, and as plain text for an e-mail.

Belongs here: the two forms. Does not belong here: what a letter says (`registers/letter.py`).
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from pipelines.publishing.language import words
from pipelines.publishing.registers.letter import SHOWN, Letter
from pipelines.publishing.rendering.page_engine import engine, look, tidy

_WIDE = 88


def letter_page(letter: Letter, workbook: str, reports: Path) -> bytes:
    """One page without anything that has to be fetched; `workbook` is the name of the file beside it."""
    template = engine(reports).get_template("layout/letter.html.jinja")
    said = words(letter.language, reports / "text")
    page = template.render(
        letter=letter, workbook=workbook, shown=SHOWN, say=said.say, **look(reports)
    )
    return tidy(page)


def letter_text(letter: Letter, workbook: str, reports: Path) -> bytes:
    """The same in plain lines: each row of a table is a paragraph of «head: cell»."""
    said = words(letter.language, reports / "text")
    parts = [letter.mark, "\n".join(letter.head), letter.subject.upper(), *letter.opening]
    for grid in (one for one in letter.grids if not one.detail):
        lines = [grid.title, "-" * len(grid.title)]
        lines += [
            "* " + "; ".join(f"{head}: {cell}" for head, cell in zip(grid.heads, row, strict=True))
            for row in grid.rows[:SHOWN]
        ]
        if len(grid.rows) > SHOWN:
            lines.append(said.say("letter.more", count=len(grid.rows) - SHOWN))
        parts.append("\n".join(_folded(line) for line in lines))
    parts += [*letter.closing, f"{said.say('letter.attached')}: {workbook}"]
    return ("\n\n".join(_folded(part) for part in parts) + "\n").encode("utf-8")


def _folded(text: str) -> str:
    return "\n".join(
        textwrap.fill(line, _WIDE, subsequent_indent="  " if line.startswith("* ") else "",
                      break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )  # fmt: skip
