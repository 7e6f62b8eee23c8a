"""What a report says, before anyone decides how it looks: HTML and PDF are two views of this.

Belongs here: the parts a report is made of, as plain immutable data with text that is ready to print. Does not
belong here: where the text comes from (`sections/`), markup of any kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.publishing.report.chart_data import ChartData

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
