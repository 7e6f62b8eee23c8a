"""Drawings as pictures, for files that cannot hold them as they are drawn.

Belongs here: from SVG to PNG. Does not belong here: what is drawn (`charts/`).
"""

from __future__ import annotations

from pathlib import Path

from pipelines.publishing.rendering import fonts


def picture(drawing: str, reports: Path) -> bytes:
    """A drawing as PNG, by the engine that sets the PDF."""
    import typst

    made = typst.compile(
        str(reports / "layout" / "chart.typ"),
        root=str(reports),
        font_paths=[str(fonts.folder())],
        ignore_system_fonts=True,
        format="png",
        ppi=200,
        sys_inputs={"svg": drawing},
    )
    return bytes(made)
