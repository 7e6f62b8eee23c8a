"""Values against their targets as SVG: a bar, a mark for the target, a thin bar for the year before.

Belongs here: its geometry on a wide page and on a narrow one. Does not belong here: which values have a target. Each
row has a scale of its own from zero, for the units differ; how it stands is told in words beside it.
"""

from __future__ import annotations

from pipelines.publishing.charts.marks import WIDE, Paint, fitted, text_at, text_width
from pipelines.publishing.report.chart_data import Bullet, BulletData

_ROW, _BAR, _THIN, _TOP = 52, 15, 6, 34
_NAME, _SMALL = 13.5, 12.0


def bullets(data: BulletData, paint: Paint, width: int = WIDE) -> tuple[str, int]:
    """The chart's marks and its height."""
    wide = width == WIDE
    left, right = (246.0, width - 218.0) if wide else (0.0, width - 4.0)
    row = _ROW if wide else _ROW + 50
    legend, top = _legend(data, paint, width)
    drawn = legend
    for n, bullet in enumerate(data.bullets):
        y = top + n * row
        if wide:
            name = fitted(bullet.label, _NAME, left - 14)
            drawn += text_at(left - 12, y + 13, name, _ink(paint, _NAME, "ink"), "end")
            drawn += _bars(bullet, left, right, y, paint)
            drawn += _told(bullet, right + 14, y, width - right - 16, paint)
        else:
            drawn += text_at(
                0, y + 12, fitted(bullet.label, _NAME, width), _ink(paint, _NAME, "ink")
            )
            drawn += _bars(bullet, left, right, y + 20, paint)
            drawn += _told(bullet, 0, y + 50, width, paint)
    return drawn, int(top + row * len(data.bullets) + 4)


def _ink(paint: Paint, size: float, shade: str, weight: int = 400) -> str:
    return f"font-size:{size:g}px;font-weight:{weight};fill:{paint(shade)}"


def _pale(paint: Paint) -> str:
    return f"fill:{paint('brand-wash')};stroke:{paint('brand')};stroke-width:0.8"


def _bars(bullet: Bullet, left: float, right: float, y: float, paint: Paint) -> str:
    """The bar of the value, the thin one of the year before under it, the target's mark through both."""
    known = [value for value in (bullet.value, bullet.target, bullet.before) if value is not None]
    low, high = min(0.0, *known), max(0.0, *known)
    scale = (right - left - 4) / ((high - low) * 1.04 or 1)

    def x(value: float) -> float:
        return left + 2 + scale * (value - low)

    def bar(value: float, at: float, height: int, style: str) -> str:
        start, end = sorted((x(0), x(value)))
        return (
            f'<rect x="{start:.1f}" y="{at:.1f}" width="{max(1.0, end - start):.1f}" '
            f'height="{height}" style="{style}"/>'
        )

    drawn = (
        f'<line x1="{x(0):.1f}" x2="{x(0):.1f}" y1="{y - 2:.1f}" y2="{y + 26:.1f}" '
        f'style="stroke:{paint("line")};stroke-width:1.2"/>'
    )
    drawn += bar(bullet.value, y, _BAR, f"fill:{paint('brand')}")
    if bullet.before is not None:
        drawn += bar(bullet.before, y + _BAR + 2, _THIN, _pale(paint))
    at = x(bullet.target)
    # Ink on paper: the mark is seen on the bar and beside it, also without colours.
    for shade, thick in (("paper", 6), ("ink", 2.6)):
        drawn += (
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{y - 4:.1f}" y2="{y + _BAR + 10:.1f}" '
            f'style="stroke:{paint(shade)};stroke-width:{thick}"/>'
        )
    return drawn


def _told(bullet: Bullet, x: float, y: float, room: float, paint: Paint) -> str:
    """The value and how it stands, then what it is held against."""
    first = fitted(bullet.printed, _NAME, room, bold=True)
    drawn = text_at(x, y + 10, first, _ink(paint, _NAME, "ink", 600))
    rest = room - text_width(first, _NAME, bold=True) - 10
    status = fitted(bullet.told, _SMALL, rest, bold=True) if rest > 30 else ""
    if status:
        at = x + text_width(first, _NAME, bold=True) + 10
        drawn += text_at(at, y + 10, status, _ink(paint, _SMALL, bullet.signal, 600))
    for n, line in enumerate((bullet.target_printed, bullet.before_printed)):
        if line:
            drawn += text_at(
                x, y + 25 + 14 * n, fitted(line, _SMALL, room), _ink(paint, _SMALL, "soft")
            )
    return drawn


def _legend(data: BulletData, paint: Paint, width: int) -> tuple[str, float]:
    """What the bar, the mark and the thin bar are."""
    now, target, before = data.legend
    samples = (
        (f'<rect x="0" y="-9" width="24" height="9" style="fill:{paint("brand")}"/>', now),
        (
            f'<line x1="12" x2="12" y1="-12" y2="2" style="stroke:{paint("ink")};stroke-width:2.6"/>',
            target,
        ),
        (
            f'<rect x="0" y="-7" width="24" height="6" style="{_pale(paint)}"/>',
            before,
        ),
    )
    drawn, x, y = "", 0.0, 14.0
    for mark, words in samples:
        room = 30 + text_width(words, _SMALL) + 18
        if x and x + room > width:
            x, y = 0.0, y + 18
        drawn += f'<g transform="translate({x:.1f} {y:.1f})">{mark}</g>'
        drawn += text_at(x + 30, y, words, _ink(paint, _SMALL, "soft"))
        x += room
    return drawn, y + _TOP - 14
