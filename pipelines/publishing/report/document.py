"""What a report says, before anyone decides how it looks: HTML and PDF are two views of this.

Belongs here: the parts a report is made of, as plain immutable data with text that is ready to print. Does not
belong here: where the text comes from (`sections/`), markup of any kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_STRONG = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class Run:
    """A piece of text, strong or not."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Sentence:
    """One sentence, and the KPIs its figures come from."""

    runs: tuple[Run, ...]
    kpis: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, *kpis: str) -> Sentence:
        """A sentence from text in which `**` surrounds what is strong."""
        runs = []
        for position, piece in enumerate(_STRONG.split(text)):
            if piece:
                runs.append(Run(piece, strong=position % 2 == 1))
        return cls(tuple(runs), kpis)

    @property
    def text(self) -> str:
        """The sentence without emphasis."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Status:
    """How a value stands: a signal for the colour, a symbol and words that say the same without colour."""

    signal: str
    symbol: str
    words: str


@dataclass(frozen=True)
class Cell:
    """One cell of a table; `code` links to the dictionary, `figure` (an id) opens the value, `status` is shown."""

    text: str
    status: Status | None = None
    code: str | None = None
    strong: bool = False
    note: str | None = None
    figure: str | None = None


@dataclass(frozen=True)
class Column:
    """One column of a table; numbers align right."""

    title: str
    number: bool = False
    width: float = 1.0


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first cell of each row is its header."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str | None = None


@dataclass(frozen=True)
class Comparison:
    """One line of a tile: against what, how much, and an aside."""

    label: str
    value: str
    aside: str | None = None


@dataclass(frozen=True)
class Tile:
    """One headline KPI. `spark` is the line of its last months, decoration; `figure` is the value's id."""

    code: str
    name: str
    value: str
    unit: str
    comparisons: tuple[Comparison, ...]
    status: Status
    grade: str | None
    grade_words: str
    spark: tuple[float | None, ...] = ()
    reason: str | None = None
    figure: str | None = None


@dataclass(frozen=True)
class Line:
    """One line of a chart: values per month (None breaks the line), the label of its end, its look."""

    values: tuple[float | None, ...]
    label: str
    look: str = "main"


@dataclass(frozen=True)
class TrendData:
    """Lines over months. `band` is low and high per month; ticks carry their printed labels."""

    lines: tuple[Line, ...]
    x_labels: tuple[tuple[int, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    low: float
    high: float
    band: tuple[tuple[float, float] | None, ...] = ()
    gap_label: str | None = None
    gap_signal: str = "none"


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


ChartData = TrendData | BarsData | CalendarData | MultiplesData | WaterfallData | ChainData


@dataclass(frozen=True)
class Chart:
    """A chart: its message as title, its unit, words for who cannot see it, its table, an aside."""

    id: str
    title: str
    subtitle: str
    alt: str
    data: ChartData
    twin: Table
    note: str | None = None


@dataclass(frozen=True)
class Sentences:
    """A few sentences; `ordered` for the summary's numbered ones."""

    items: tuple[Sentence, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Tiles:
    """The headline strip."""

    label: str
    items: tuple[Tile, ...]


@dataclass(frozen=True)
class Box:
    """A set-off list with its own heading."""

    title: str
    lead: Sentence | None = None
    items: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Boxes:
    """Boxes side by side where the page is wide enough."""

    items: tuple[Box, ...]


@dataclass(frozen=True)
class Note:
    """An aside to the section."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    id: str
    title: str


@dataclass(frozen=True)
class Entry:
    """One entry of the dictionary."""

    code: str
    name: str
    method: str


@dataclass(frozen=True)
class Entries:
    """The dictionary of KPIs."""

    items: tuple[Entry, ...]


Block = Sentences | Tiles | Chart | Table | Boxes | Note | Heading | Entries


@dataclass(frozen=True)
class Section:
    """One numbered part of a report."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole report in one language."""

    language: str
    kind: str
    kicker: str
    title: str
    subtitle: str
    meta: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    labels: dict[str, str]
    demonstration: str | None = None
    links: tuple[tuple[str, str], ...] = field(default=())
