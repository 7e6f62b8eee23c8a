"""A chain of changes as SVG: boxes in columns, one for each step, and a line for each link.

Belongs here: its geometry on a wide page and on a narrow one. Does not belong here: what a link means. How a link
stands is told three times: by the kind of its line, by a symbol and by words in the box it leads to.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.publishing.charts.marks import WIDE, Paint, text_at, text_width, wrapped
from pipelines.publishing.report.chart_data import ChainData, ChainLink, ChainNode

_BETWEEN = 50
"""Room for the lines between two columns."""
_APART = 8
"""Between two boxes, one above the other."""
_PAD = 6
_HEAD = 26
_NAME, _NOTE, _PORT = 14, 11.5, 13.5
"""Heights of a line of a name, of small print and of a link's words."""
_SIZES = {"name": 12.0, "note": 9.8, "port": 10.2}
LOOKS = {
    "reached": ("green", "stroke-width:2.4"),
    "on_course": ("green", "stroke-width:1.1"),
    "behind": ("red", "stroke-width:1.9;stroke-dasharray:7 4"),
    "not_measurable": ("grey", "stroke-width:1.3;stroke-dasharray:1.6 3.4"),
}
"""Colour and kind of line of each state; the kinds differ in print without colours."""


@dataclass
class _Box:
    node: ChainNode
    x: float
    width: float
    incoming: list[ChainLink]
    y: float = 0

    def __post_init__(self) -> None:
        inner = self.width - 2 * _PAD
        self.note = wrapped(self.node.note, _SIZES["note"], inner)
        self.name = wrapped(self.node.name, _SIZES["name"], inner, bold=True)
        ports = len(self.incoming) * _PORT + (4 if self.incoming else 0)
        self.height = 2 * _PAD + ports + len(self.note) * _NOTE + len(self.name) * _NAME

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    def port(self, link: ChainLink) -> float:
        """Where a link's line ends: beside its words."""
        return self.y + _PAD + _PORT * (self.incoming.index(link) + 0.5)


def chain(data: ChainData, paint: Paint, width: int = WIDE) -> tuple[str, int]:
    """The chart's marks and its height."""
    return _wide(data, paint) if width == WIDE else _narrow(data, paint, width)


def _wide(data: ChainData, paint: Paint) -> tuple[str, int]:
    columns = len(data.columns)
    width = (WIDE - (columns - 1) * _BETWEEN) / columns
    boxes = _placed(data, columns, width)
    drawn = ""
    for number, title in enumerate(data.columns):
        x = number * (width + _BETWEEN)
        drawn += text_at(x, 13, title, f"font-size:13px;font-weight:600;fill:{paint('brand')}")
        drawn += (
            f'<line x1="{x:.1f}" x2="{x + width:.1f}" y1="19" y2="19" '
            f'style="stroke:{paint("brand")};stroke-width:1.4"/>'
        )
    for link in data.links:
        drawn += _line(boxes[link.source], boxes[link.target], link, paint)
    for box in boxes.values():
        drawn += _box(box, paint)
    bottom = max(box.y + box.height for box in boxes.values())
    legend, height = _legend(data, paint, WIDE, bottom + 20)
    return drawn + legend, int(height)


def _placed(data: ChainData, columns: int, width: float) -> dict[str, _Box]:
    """Every box with its place: each as near as it can be to the middle of what leads to it."""
    boxes: dict[str, _Box] = {}
    for column in range(columns):
        own = [node for node in data.nodes if node.column == column]
        made = [
            _Box(node, column * (width + _BETWEEN), width, [k for k in data.links if k.target == node.id])
            for node in own
        ]  # fmt: skip
        wanted = {box.node.id: _wanted(box, boxes) for box in made}
        ordered = sorted(made, key=lambda box: wanted[box.node.id])
        end = float(_HEAD)
        for box in ordered:
            box.y = max(end, wanted[box.node.id] - box.height / 2)
            end = box.y + box.height + _APART
        _pushed_up(ordered, boxes)
        boxes |= {box.node.id: box for box in ordered}
        for box in ordered:
            box.incoming.sort(key=lambda link: boxes[link.source].middle)
    return boxes


def _wanted(box: _Box, boxes: dict[str, _Box]) -> float:
    origins = [boxes[link.source].middle for link in box.incoming]
    return sum(origins) / len(origins) if origins else 0.0


def _pushed_up(ordered: list[_Box], boxes: dict[str, _Box]) -> None:
    """A column ends where the columns before it end, as far as its boxes have room."""
    floor = max((box.y + box.height for box in boxes.values()), default=0.0)
    for box in reversed(ordered):
        if box.y + box.height <= floor:
            break
        box.y = max(_HEAD, floor - box.height)
        floor = box.y - _APART
    top = float(_HEAD)
    for box in ordered:  # more boxes than room: the column becomes the longest one
        box.y = max(box.y, top)
        top = box.y + box.height + _APART


def _line(start: _Box, end: _Box, link: ChainLink, paint: Paint) -> str:
    colour, kind = LOOKS[link.look]
    left, right = start.x + start.width, end.x - 8
    begin, stop = start.middle, end.port(link)
    half = (left + right) / 2
    path = f"M{left:.1f},{begin:.1f} C{half:.1f},{begin:.1f} {half:.1f},{stop:.1f} {right:.1f},{stop:.1f}"
    drawn = f'<path d="{path}" style="fill:none;stroke:{paint(colour)};{kind}"/>'
    return drawn + _head(right, stop, paint(colour), paint("paper"), proven=link.proven)


def _head(x: float, y: float, colour: str, paper: str, *, proven: bool) -> str:
    """A full arrow where there is evidence, an empty one where there is none."""
    points = f"{x:.1f},{y - 4:.1f} {x + 8:.1f},{y:.1f} {x:.1f},{y + 4:.1f}"
    fill = colour if proven else paper
    return f'<polygon points="{points}" style="fill:{fill};stroke:{colour};stroke-width:1.2"/>'


def _box(box: _Box, paint: Paint) -> str:
    drawn = (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="3" '
        f'style="fill:{paint("wash")};stroke:{paint("line")};stroke-width:1"/>'
    )
    x, y = box.x + _PAD, box.y + _PAD
    for link in box.incoming:
        colour = LOOKS[link.look][0]
        style = f"font-size:{_SIZES['port']}px;fill:{paint(colour)}"
        drawn += _label(x, y + 10, link, style)
        y += _PORT
    y += 4 if box.incoming else 0
    for line in box.note:
        drawn += text_at(x, y + 9, line, f"font-size:{_SIZES['note']}px;fill:{paint('soft')}")
        y += _NOTE
    for line in box.name:
        style = f"font-size:{_SIZES['name']}px;font-weight:600;fill:{paint('ink')}"
        drawn += text_at(x, y + 11, line, style)
        y += _NAME
    return drawn


def _label(x: float, y: float, link: ChainLink, style: str) -> str:
    """«GOV02 ✓ raggiunto»."""
    return text_at(x, y, f"{link.code} {link.symbol} {link.words}", style)


def _legend(data: ChainData, paint: Paint, width: int, y: float) -> tuple[str, float]:
    soft = f"font-size:11px;fill:{paint('soft')}"
    drawn, x = "", 0.0
    entries = [
        *((_sample(look, paint), words) for look, words in data.legend),
        *((_arrow(paint, proven=proven), words)
          for proven, words in zip((True, False), data.proven, strict=True)),
    ]  # fmt: skip
    for mark, words in entries:
        room = 36 + text_width(words, 11) + 16
        if x and x + room > width:
            x, y = 0.0, y + 17
        drawn += f'<g transform="translate({x:.1f} {y:.1f})">{mark}</g>'
        drawn += text_at(x + 36, y + 4, words, soft)
        x += room
    return drawn, y + 12


def _sample(look: str, paint: Paint) -> str:
    colour, kind = LOOKS[look]
    return f'<line x1="0" x2="30" y1="0" y2="0" style="stroke:{paint(colour)};{kind}"/>'


def _arrow(paint: Paint, *, proven: bool) -> str:
    return _head(18, 0, paint("soft"), paint("paper"), proven=proven)


def _narrow(data: ChainData, paint: Paint, width: int) -> tuple[str, int]:
    """The columns below each other; each box says where it comes from, for lines would cross the page."""
    named = {node.id: node.name for node in data.nodes}
    drawn, y = "", 0.0
    for number, title in enumerate(data.columns):
        style = f"font-size:14px;font-weight:600;fill:{paint('brand')}"
        drawn += text_at(0, y + 15, title, style)
        y += _HEAD
        for node in (node for node in data.nodes if node.column == number):
            told, height = _told(node, data, named, paint, width, y)
            drawn += told
            y += height + _APART
        y += 8
    return drawn, int(y)


def _told(
    node: ChainNode, data: ChainData, named: dict[str, str], paint: Paint, width: int, y: float
) -> tuple[str, float]:
    inner = width - 2 * _PAD
    lines: list[tuple[str, str]] = [
        (line, f"font-size:11.5px;fill:{paint('soft')}") for line in wrapped(node.note, 11.5, inner)
    ]
    lines += [
        (line, f"font-size:14px;font-weight:600;fill:{paint('ink')}")
        for line in wrapped(node.name, 14, inner, bold=True)
    ]
    for link in (link for link in data.links if link.target == node.id):
        proven = data.proven[0] if link.proven else data.proven[1]
        text = f"{data.came_from} {named[link.source]}: {link.code} {link.symbol} {link.words}, {proven}"
        style = f"font-size:12px;fill:{paint(LOOKS[link.look][0])}"
        lines += [(line, style) for line in wrapped(text, 12, inner)]
    height = 2 * _PAD + 16 * len(lines)
    drawn = (
        f'<rect x="0.5" y="{y:.1f}" width="{width - 1}" height="{height}" rx="3" '
        f'style="fill:{paint("wash")};stroke:{paint("line")}"/>'
    )
    for position, (text, style) in enumerate(lines):
        drawn += text_at(_PAD, y + _PAD + 12 + 16 * position, text, style)
    return drawn, height
