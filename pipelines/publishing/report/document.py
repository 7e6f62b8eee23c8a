"""What a report says, before anyone decides how it looks: HTML and PDF are two views of this.

Belongs here: the parts a report is made of, as plain immutable data with text that is ready to print. Does not
belong here: where the text comes from (`sections/`), markup of any kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.publishing.report.chart_data import ChartData

_STRONG = re.compile(r"\*\*(.+?)\*\*")
_MAIL = re.compile(r"([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")


@dataclass(frozen=True)
class Run:
    """A piece of text, strong or not, that may lead somewhere."""

    text: str
    strong: bool = False
    link: str | None = None


@dataclass(frozen=True)
class Sentence:
    """One sentence, and the KPIs its figures come from."""

    runs: tuple[Run, ...]
    kpis: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, *kpis: str) -> Sentence:
        """A sentence from text in which `**` surrounds what is strong; an e-mail address leads to its mailbox."""
        runs = [
            Run(part, strong=position % 2 == 1, link=f"mailto:{part}" if at % 2 else None)
            for position, piece in enumerate(_STRONG.split(text))
            for at, part in enumerate(_MAIL.split(piece))
            if part
        ]
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
    """One cell of a table; `code` links to the dictionary, `figure` (an id) opens the value, `status` is shown.

    A code that is not the text itself stands in small print under it, before the note.
    """

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
class Without:
    """What a table would list and cannot show, told once under the reason that its items share."""

    reason: str
    items: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first cell of each row is its header. Without rows, its remarks alone.

    A row of one cell heads the rows below it.
    """

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str | None = None
    without: tuple[Without, ...] = ()


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
class Beside:
    """Two charts side by side where the page is wide enough, each drawn for half of it."""

    items: tuple[Chart, ...]


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


Block = Sentences | Tiles | Chart | Beside | Table | Boxes | Note | Heading | Entries


@dataclass(frozen=True)
class Reference:
    """What stands behind a page: closed until it is opened in HTML, in print named with the annex's sheet."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    sheet: str | None = None


@dataclass(frozen=True)
class Section:
    """One numbered part of a report: its message in `blocks`, what it rests on in `reference`."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    reference: tuple[Reference, ...] = ()


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
    footer: tuple[Sentence, ...]
    labels: dict[str, str]
    demonstration: str | None = None
    links: tuple[tuple[str, str], ...] = field(default=())
