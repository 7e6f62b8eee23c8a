"""What each column of a table probably holds: identifier, moment, number with its unit, text.

Belongs here: one column at a time, by its name and its values. Does not belong here: how rows
follow each other (`times`). Examples that look personal are not shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from pipelines.catalogue.units import unit_named
from pipelines.connectors.parsers.moments import Moment, reader
from pipelines.connectors.parsers.source_table import SourceTable, normalised

ROWS = 20_000
SHOWN = 3
MOST_COLUMNS = 400
HIDDEN = "(not shown: looks personal)"

_DATES = (
    "%d/%m/%Y", "%m/%d/%Y", "iso", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%m/%d/%y", "%Y%m%d", "%Y/%m/%d",
    "%d.%m.%y", "%d-%b-%y", "%d %B %Y", "%d-%b-%Y", "%B %Y", "%b %Y", "%m/%Y", "%Y-%m", "%Y/%m",
)  # fmt: skip
_CLOCKED = (
    "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%m/%Y %H.%M", "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S %z", "%m/%d/%y %H:%M", "%d.%m.%Y %H:%M", "%d-%m-%Y %H:%M", "%Y%m%d:%H%M",
    "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%d/%m/%Y %I:%M:%S %p", "%d/%m/%y %H:%M", "%d-%m-%Y %H:%M:%S",
    "%d %b %Y %H:%M:%S", "%Y-%m-%d %H:%M:%S %Z", "%d %b %Y %H:%M",
)  # fmt: skip
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H%M%S", "%H.%M")
_NUMBER = re.compile(r"[+-]?\d{1,3}([.,' ]\d{3})+([.,]\d+)?|[+-]?\d*[.,]?\d+([eE][+-]?\d+)?")
_IDENTIFIERS = {
    "pod": re.compile(r"IT\d{3}E[0-9A-Z]{8}[0-9A-Z]?", re.IGNORECASE),
    "cup": re.compile(r"[A-Z]\d{2}[A-Z]\d{11}"),
    "pdr": re.compile(r"\d{14}"),
    "municipality": re.compile(r"\d{5,6}"),
}
_NAMED = {
    "pdr": re.compile(r"\bpdr\b|punto.*riconsegna"),
    "municipality": re.compile(r"istat|comune|municip"),
}
_CODE = re.compile(
    r"\b(cod|codice|id|ean|mpr|mpan|pozzo|punto|utenza|contatore|meter|meter id|customer id|"
    r"matricola|fornitura|station|stazione)(\b|_)"
)
_PERSONAL = re.compile(
    r"\b(nome|cognome|name|surname|e-?mail|posta|telefono|phone|cell(ulare)?|indirizzo|address|iban|"
    r"codice ?fiscale|cf|intestatario|cliente|customer|nascita|birth|respond|submitted by)\b"
)
_PERSONAL_VALUE = re.compile(
    r"[^@\s]+@[^@\s]+\.\w+|[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]|\+39[ \d]{8,}|IT\d{2}[A-Z]\d{22}"
)


@dataclass(frozen=True)
class Guessed:
    """One column: what it holds (pod, pdr, cup, municipality, date, moment, clock, number, unit,
    text, empty), how dates are written, the unit in its name, examples.
    """

    name: str
    holds: str
    filled: int
    distinct: int
    formats: tuple[str, ...] = ()
    unit: str | None = None
    examples: tuple[str, ...] = ()
    personal: bool = False

    @property
    def is_time(self) -> bool:
        """Whether it says when."""
        return self.holds in ("date", "moment", "clock")


def guessed(table: SourceTable) -> list[Guessed]:
    """Every column of a table, in order."""
    return [_column(table, place) for place in range(min(len(table.names), MOST_COLUMNS))]


def point_column(columns: list[Guessed]) -> Guessed | None:
    """The column that probably names the point or the meter: a POD or PDR, or a code by its name."""
    own = [one for one in columns if one.holds in ("pod", "pdr")]
    coded = [
        one
        for one in columns
        if one.holds in ("text", "number")
        and _CODE.search(normalised(one.name))
        and one.distinct <= max(one.filled // 2, 1)
    ]
    return next(iter([*own, *coded]), None)


def cells(table: SourceTable, place: int) -> list[str | None]:
    """The cells of a column, from the first rows, nothing as None."""
    return list(table.at(place).slice(0, ROWS).to_pylist())


def parsed(text: str | None, formats: tuple[str, ...], *, typed: bool = False) -> Moment | None:
    """One moment, or None where the text is none."""
    if text is None:
        return None
    try:
        return reader(formats, typed=typed)(text)
    except ValueError:
        return None


def clock_of(moment: Moment) -> datetime:
    """The civil time of a moment."""
    return datetime(1970, 1, 1) + timedelta(microseconds=moment[0])  # noqa: DTZ001 - civil time


def _column(table: SourceTable, place: int) -> Guessed:
    name = table.names[place].strip()
    filled = [text for text in cells(table, place) if text is not None]
    distinct = list(dict.fromkeys(filled))
    sample = distinct[:300]
    holds, formats = _held(normalised(name), sample, typed=table.typed)
    text = holds == "text"
    personal = text and (
        _PERSONAL.search(normalised(name)) is not None
        or any(_PERSONAL_VALUE.search(one) for one in sample)
        or sum(len(one) for one in sample) > 80 * max(len(sample), 1)
    )
    shown = (HIDDEN,) if personal else tuple(one[:40] for one in islice(distinct, SHOWN))
    return Guessed(
        name, holds, len(filled), len(distinct), formats, unit_in(name), shown, bool(personal)
    )


def _held(name: str, sample: list[str], *, typed: bool) -> tuple[str, tuple[str, ...]]:
    if not sample:
        return "empty", ()
    for kind, pattern in _IDENTIFIERS.items():
        named = _NAMED.get(kind)
        if (named is None or named.search(name)) and all(map(pattern.fullmatch, sample)):
            return kind, ()
    for kind, formats in (("moment", _CLOCKED), ("date", _DATES), ("clock", _CLOCKS)):
        fitting = _fitting(sample, formats, name)
        if fitting:
            return _precisely(kind, sample, fitting, typed=typed), fitting
    numbers = sum(_NUMBER.fullmatch(one) is not None for one in sample)
    if numbers == len(sample) or numbers >= 0.9 * len(sample) > 5:
        return "number", ()
    return ("unit" if all(unit_named(one) for one in sample) else "text"), ()


def _fitting(sample: list[str], formats: tuple[str, ...], name: str) -> tuple[str, ...]:
    digits = all(one.isdigit() for one in sample)
    found = []
    for form in formats:
        bare = not re.search(r"[^%A-Za-z]", form)
        if digits and not _bare_is_likely(form, sample, name):
            continue
        if not digits and bare and form != "iso":
            continue
        if all(parsed(one, (form,)) is not None for one in sample):
            found.append(form)
    return tuple(found)


def _bare_is_likely(form: str, sample: list[str], name: str) -> bool:
    """Digits alone are a date where they are long enough, or the name says so."""
    lengths = {len(one) for one in sample}
    said = re.search(r"\b(data|date|ora|time|hour|giorno|day|ts)\b|timestamp", name) is not None
    if form == "%H%M%S":
        return lengths == {6} and said
    wanted = {"%Y%m%d": 8, "%Y%m%d%H%M": 12, "%Y%m%d%H%M%S": 14, "iso": 8}
    return form in wanted and lengths == {wanted[form]} and (said or form != "iso")


def _precisely(kind: str, sample: list[str], fitting: tuple[str, ...], *, typed: bool) -> str:
    if kind == "clock":
        return kind
    found = [parsed(one, fitting[:1], typed=typed) for one in sample]
    times = [clock_of(one).time() for one in found if one is not None]
    return "moment" if any(time.hour or time.minute for time in times) else kind


def unit_in(name: str) -> str | None:
    """The unit that a header carries, like Energia (kWh) or Lettura [mc]."""
    bracketed = re.findall(r"[\[(]([^\])]+)[\])]", name)
    words = [*bracketed, *reversed(re.split(r"[\s_\-:,;()\[\]]+", name))]
    for word in words:
        known = unit_named(word)
        single = len(word) == 1 and word not in bracketed
        if known is not None and not single and word.casefold() not in ("h", "min", "y", "t", "c"):
            return known
    return None
