"""Where the texts of a drawing lie: boxes, about as large as the typeface makes them.

Belongs here: reading an SVG. Does not belong here: what is asked of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree

from pipelines.publishing.charts.marks import text_width

_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Box:
    """One text of a drawing."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two texts lie on each other, by more than a hair."""
        return (
            self.left < other.right - 1
            and other.left < self.right - 1
            and self.top < other.bottom - 1
            and other.top < self.bottom - 1
        )


def boxes(svg: str) -> list[Box]:
    """The texts of a drawing that say something."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own drawing
    return [_box(each) for each in root.iter(f"{_SVG}text") if each.text]


def _box(text: ElementTree.Element) -> Box:
    style = text.attrib["style"]
    size = float((re.search(r"font-size:([\d.]+)px", style) or [0, "14"])[1])
    width = text_width(text.text or "", size, bold="font-weight:600" in style)
    x, y = float(text.attrib["x"]), float(text.attrib["y"])
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.attrib["text-anchor"]]
    return Box(text.text or "", left, left + width, y - 0.74 * size, y + 0.2 * size)


def beyond(svg: str) -> list[str]:
    """Texts that leave the drawing."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own drawing
    _, _, width, height = (float(each) for each in root.attrib["viewBox"].split())
    return [
        each.text
        for each in boxes(svg)
        if each.left < -1 or each.right > width + 1 or each.top < -1 or each.bottom > height + 1
    ]


def collisions(svg: str) -> list[tuple[str, str]]:
    """Texts that lie on each other."""
    return [(a.text, b.text) for a, b in combinations(boxes(svg), 2) if a.meets(b)]
