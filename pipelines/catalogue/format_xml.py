"""How an XML document becomes rows of named text cells: the `xml:` block of `read:`.

Belongs here: paths, rules and limits as they are declared. Does not belong here: walking a document
(`connectors/parsers/xml_files`) or what a cell means (`format_values`).
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pipelines.catalogue.declaration import Declaration
from pipelines.catalogue.patterns import Pattern

_NAME = r"[^\W\d][\w.\-]*"
_STEP = re.compile(rf"\.|\.\.|\*|@\*|name\(\)|@?{_NAME}(?:\|{_NAME})*")


def _a_path(text: str) -> str:
    steps = text.removeprefix("/").split("/")
    for place, step in enumerate(steps):
        if not _STEP.fullmatch(step):
            raise ValueError(
                f"'{step}' is no step of a path: write a name, alternatives like DatiPdr|DatiPdR, "
                "@attribute, @*, name(), .., . or *"
            )
        if step.startswith(("@", "name()")) and place < len(steps) - 1:
            raise ValueError(f"'{text}': an attribute is the last step of a path")
    if text.startswith("/") and any(step in (".", "..") for step in steps):
        raise ValueError(f"'{text}': a path from the root has only names")
    return text


def _an_element(text: str) -> str:
    if "@" in text or "name()" in text:
        raise ValueError(f"'{text}' names no element; here it must")
    return text


def _from_the_root(text: str) -> str:
    if text.startswith("/") or any(step in (".", "..") for step in text.split("/")):
        raise ValueError(f"'{text}' is written from the root on, like FlussoMisure/DatiPod")
    return text


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


Path = Annotated[str, AfterValidator(_a_path)]
Element = Annotated[Path, AfterValidator(_an_element)]
Record = Annotated[Element, AfterValidator(_from_the_root)]


class Rule(Declaration):
    """One way to find a text, seen from the row.

    `path` finds elements (or an attribute); those count that pass every test of `where` and agree
    with the row in every path of `same`; `take` is read from each. `when` is asked of the row
    first; `extract` keeps the first group of a pattern; `negate` turns the sign where one of its
    tests holds. Several different texts are given joined by ` | `, which no number, date or
    identifier is: nobody guesses which one was meant.
    """

    path: Path
    where: dict[Path, Pattern] = Field(default_factory=dict)
    same: tuple[Path, ...] = ()
    take: Path = "."
    when: dict[Path, Pattern] = Field(default_factory=dict)
    extract: Pattern | None = None
    negate: dict[Path, Pattern] = Field(default_factory=dict)


def _a_rule(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


Rules = Annotated[
    tuple[Annotated[Rule, BeforeValidator(_a_rule)], ...],
    BeforeValidator(_listed),
    Field(min_length=1),
]
"""Rules in order: the first that finds a text wins."""


class Series(Declaration):
    """Numbered attributes of the row as numbered columns: `E7="1,5"` becomes `ea7` under `as: ea`.

    They may come in any order and may be absent; a number above `count` refuses the file.
    """

    prefix: str = Field(min_length=1)
    count: int = Field(ge=1, le=512)
    as_: str = Field(alias="as", min_length=1)


class Summed(Declaration):
    """Rows of one record that agree in `by` become one: numbers of `fields` are added exactly.

    Another field takes what its rows agree on.
    """

    by: tuple[str, ...] = Field(min_length=1)
    fields: tuple[str, ...] = Field(min_length=1)


class Instead(Declaration):
    """Another document that may come in the place of data, like an acknowledgement or an error.

    `nothing`: there were no data to send; it is noted with its text. `refused`: the delivery fails
    with its text. The first entry that fits counts.
    """

    root: str = Field(pattern=rf"^{_NAME}(\|{_NAME})*$")
    text: Element
    matching: Pattern = ""
    means: Literal["nothing", "refused"]


class Xml(Declaration):
    """Which elements are records, and where the fields of a row stand.

    Names are compared without namespace and case. `each` is written from the root on; such an
    element is held whole, read when it ends and forgotten. `rows` are the elements in it that make
    rows (the record itself where it is left out). A field is a path seen from the row: down by
    name, up by `..`, from the root by a leading `/` (what stands before the record).
    """

    each: Annotated[tuple[Record, ...], BeforeValidator(_listed)]
    rows: Element = "."
    fields: dict[str, Rules] = Field(default_factory=dict)
    series: Series | None = None
    children: bool = False
    """Whether each child without children of its own is a column of its name."""
    sum: Summed | None = None
    instead: tuple[Instead, ...] = ()

    @model_validator(mode="after")
    def _yields_columns(self) -> Self:
        if not self.each:
            raise ValueError("'each' is empty: name the element that is a record")
        if not self.fields and not self.children:
            raise ValueError("a record has 'fields', or 'children: true'")
        known = set(self.fields)
        for name in (*self.sum.by, *self.sum.fields) if self.sum else ():
            if name not in known and not self.children:
                raise ValueError(f"'sum' names '{name}', which is not one of the fields")
        return self
