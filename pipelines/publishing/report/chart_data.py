"""What a chart says: values with their printed labels, before anyone draws them.

Belongs here: the data of each kind of chart, as plain immutable values. Does not belong here: titles, table twins
(`document.py`), geometry (`publishing/charts/`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of a chart: values per month (None breaks the line), the label of its end, its look."""

    values: tuple[float | None, ...]
    label: str
    look: str = "main"


@dataclass(frozen=True)
class Untold:
    """Months, first and last by position, of which the first line has no value, and why in a word or two."""

    first: int
    last: int
    why: str


@dataclass(frozen=True)
class TrendData:
    """Lines over months. `band` is low and high per month; ticks carry their printed labels.

    Of the first line: `provisional` and `weak` (too little was read) are positions of months, `untold` its gaps.
    """

    lines: tuple[Line, ...]
    x_labels: tuple[tuple[int, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    low: float
    high: float
    band: tuple[tuple[float, float] | None, ...] = ()
    gap_label: str | None = None
    gap_signal: str = "none"
    provisional: frozenset[int] = frozenset()
    weak: frozenset[int] = frozenset()
    untold: tuple[Untold, ...] = ()


@dataclass(frozen=True)
class Bar:
    """One bar: a category with its value, and the same a year before where known."""

    label: str
    value: float | None
    printed: str
    before: float | None = None
    before_printed: str | None = None


@dataclass(frozen=True)
class BarsData:
    """Horizontal bars from zero, largest first."""

    bars: tuple[Bar, ...]
    now_label: str
    before_label: str | None = None


@dataclass(frozen=True)
class Bullet:
    """One value against its target and the value of a year before, each with its printed label; `signal` its colour."""

    label: str
    value: float
    printed: str
    target: float
    target_printed: str
    before: float | None
    before_printed: str | None
    signal: str
    told: str


@dataclass(frozen=True)
class BulletData:
    """Values against their targets, each on its own scale from zero; the legend names bar, target and year before."""

    bullets: tuple[Bullet, ...]
    legend: tuple[str, str, str]


@dataclass(frozen=True)
class CalendarData:
    """Coverage by theme and month: a letter in every cell, shaded by the letter."""

    months: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str | None, ...]], ...]
    blank: str


@dataclass(frozen=True)
class MultiplesData:
    """One small chart per district, all on one scale."""

    panels: tuple[tuple[str, tuple[float | None, ...], str], ...]
    low: float
    high: float
    base_label: str
    x_labels: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Range:
    """A value between its lowest and its highest plausible one; words in its place where there is none."""

    label: str
    value: float | None
    printed: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class RangesData:
    """Values with their intervals, one below the other on one scale."""

    items: tuple[Range, ...]
    ticks: tuple[tuple[float, str], ...]
    low: float
    high: float


@dataclass(frozen=True)
class Step:
    """One part of a change; `look` names its colour."""

    label: str
    value: float
    printed: str
    look: str


@dataclass(frozen=True)
class WaterfallData:
    """Parts of a change one after the other, and the whole."""

    steps: tuple[Step, ...]
    total: Step


@dataclass(frozen=True)
class ChainNode:
    """One box of a chain: its column, its name, what stands above it in small print."""

    id: str
    column: int
    name: str
    note: str = ""


@dataclass(frozen=True)
class ChainLink:
    """One line of a chain: what shows it, how it stands in symbol and words, whether it is proven."""

    source: str
    target: str
    code: str
    look: str
    symbol: str
    words: str
    proven: bool


@dataclass(frozen=True)
class ChainData:
    """Boxes in columns and the lines between them; `legend` has a look and its words for each state.

    `proven` has the words for a line with evidence and for one without; `came_from` those before a box's origin.
    """

    columns: tuple[str, ...]
    nodes: tuple[ChainNode, ...]
    links: tuple[ChainLink, ...]
    legend: tuple[tuple[str, str], ...]
    proven: tuple[str, str]
    came_from: str


ChartData = (
    TrendData
    | BarsData
    | BulletData
    | CalendarData
    | MultiplesData
    | RangesData
    | WaterfallData
    | ChainData
)
