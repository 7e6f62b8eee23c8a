"""The one typeface of reports: cut down to what Latin text needs, for pages that work offline."""

from __future__ import annotations

import base64
import io
from functools import cache
from importlib import resources
from pathlib import Path

_WEIGHTS = {400: "SourceSansPro-Regular.ttf", 600: "SourceSansPro-Semibold.ttf"}
_CHARACTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180)] + [
    ord(sign) for sign in "–—‘’“”„…•·×→←▲▼✓−€₀₁₂₃₄²³⁻º°½≤≥≈\u202f\u00a0"
]


def folder() -> Path:
    """Where the font files are, for the PDF engine."""
    return Path(str(resources.files("font_source_sans_pro"))) / "files"


@cache
def embedded() -> dict[int, str]:
    """Base64 WOFF2 by weight, the same bytes on every run."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    made = {}
    for weight, name in _WEIGHTS.items():
        font = TTFont(folder() / name, recalcTimestamp=False)
        options = Options()
        options.layout_features = [
            "kern",
            "liga",
            "tnum",
            "lnum",
            "sups",
            "subs",
            "mark",
            "mkmk",
            "ccmp",
            "locl",
        ]
        options.hinting = False
        options.name_IDs = ["*"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=_CHARACTERS)
        subsetter.subset(font)
        font.flavor = "woff2"
        sink = io.BytesIO()
        font.save(sink)
        made[weight] = base64.b64encode(sink.getvalue()).decode("ascii")
    return made
