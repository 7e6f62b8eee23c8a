"""Texts as days and moments, in the declared formats and in no others.

Belongs here: the date tokens, Italian and English month names, ISO, epochs, Excel serials. Does not
belong here: time zones and clock changes (`instants`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
import pyarrow as pa

from pipelines.connectors.parsers.delivery import DeliveryRefused

US = 1_000_000
MINUTE_US = 60 * US
DAY_US = 86_400 * US
NO_OFFSET = np.iinfo(np.int32).min
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local civil time has no zone until its policy is applied
_MONTHS = (
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "january february march april may june july august september october november december",
)
MONTH_NUMBERS = {
    name[:length]: number
    for names in _MONTHS
    for number, name in enumerate(names.split(), start=1)
    for length in (3, len(name))
}
_TOKENS = {
    "d": r"(?P<d>\d{1,2})", "m": r"(?P<m>\d{1,2})", "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d{2})",
    "H": r"(?P<H>\d{1,2})", "I": r"(?P<I>\d{1,2})", "M": r"(?P<M>\d{2})", "S": r"(?P<S>\d{2})",
    "f": r"(?P<f>\d{1,6})", "p": r"(?P<p>[AaPp]\.?[Mm]\.?)", "B": r"(?P<B>[^\W\d_]+)",
    "b": r"(?P<B>[^\W\d_]+)",
    "z": r"(?P<z>Z|[+-]\d{2}:?\d{2})", "Z": r"(?:[A-Z]{2,5}(?:[+-]\d{1,4})?)", "%": "%",
}  # fmt: skip
_WIDTHS = {"%H%M": 4, "%H%M%S": 6, "%d%m%Y": 8}
_LOOKS_LIKE_A_DATE = re.compile(r"\d.*\d.*\d.*\d")

Moment = tuple[int, int]
"""Civil microseconds since 1970 and the offset in minutes, NO_OFFSET where the text gives none."""


@lru_cache(maxsize=256)
def _pattern(form: str) -> re.Pattern[str]:
    pieces = re.findall(r"%.|[^%]+", form)
    parts = []
    for at, piece in enumerate(pieces):
        if not piece.startswith("%"):
            parts += [r"\s+" if sign == " " else re.escape(sign) for sign in piece]
            continue
        if piece[1] not in _TOKENS:
            raise ValueError(f"'{piece}' is not a token of a date format")
        part = _TOKENS[piece[1]]
        neighbours = pieces[max(at - 1, 0) : at] + pieces[at + 1 : at + 2]
        if any(other.startswith("%") for other in neighbours):
            part = part.replace("{1,2}", "{2}")  # 20260201 has no separators to tell 2 from 02
        parts.append(part)
    return re.compile("".join(parts) + r"\Z")


class Impossible(ValueError):
    """A text in the right form that names no day or time, like 31/02."""


def _from_parts(found: dict[str, str | None]) -> Moment:
    year = int(found.get("Y") or 1970)
    if found.get("y"):
        year = 2000 + int(found["y"] or 0)
    month = int(found.get("m") or 1)
    if found.get("B"):
        month = MONTH_NUMBERS.get(str(found["B"]).casefold(), 0)
    hour = int(found.get("H") or found.get("I") or 0)
    if found.get("p"):
        if not 1 <= hour <= 12:
            raise Impossible
        hour = hour % 12 + (12 if str(found["p"])[0] in "pP" else 0)
    minute, second = int(found.get("M") or 0), int(found.get("S") or 0)
    micro = int(str(found.get("f") or "0").ljust(6, "0"))
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second or micro)):
        raise Impossible
    try:
        day = date(year, month, int(found.get("d") or 1))
    except ValueError as error:
        raise Impossible from error
    civil = (day.toordinal() - 719_163) * DAY_US + ((hour * 60 + minute) * 60 + second) * US + micro
    return civil, _offset(found.get("z"))


def _offset(text: str | None) -> int:
    if not text:
        return int(NO_OFFSET)
    if text == "Z":
        return 0
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return sign * (int(digits[:2]) * 60 + int(digits[2:4]))


def _iso(text: str) -> Moment | None:
    if text[11:13] == "24":  # 24:00 of ISO 8601 is the next midnight; Python refuses it
        before = _iso(text[:11] + "00" + text[13:])
        return None if before is None or text[13:16] != ":00" else (before[0] + DAY_US, before[1])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    offset = moment.utcoffset()
    civil = (moment.replace(tzinfo=None) - _EPOCH) // timedelta(microseconds=1)
    return civil, NO_OFFSET if offset is None else int(offset.total_seconds() // 60)


def _numeric(form: str, text: str) -> Moment | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    if form == "excel_serial":
        if not 1 <= number < 2_958_466:
            return None
        return (round(number * 86_400) - 25_569 * 86_400) * US, int(NO_OFFSET)
    if form == "excel_time":  # a fraction of a day; 1 is the midnight that ends it
        return (round(number * 86_400) * US, int(NO_OFFSET)) if 0 <= number <= 1 else None
    scale = US if form == "epoch_s" else 1000
    if not abs(number * scale) < 253_402_300_800 * US:
        return None
    return round(number * scale), 0


@lru_cache(maxsize=32)
def reader(formats: tuple[str, ...], *, typed: bool) -> Callable[[str], Moment | None]:
    """A function from a text to its moment; None where no format fits, Impossible where it names no
    day.
    """
    forms = [*formats, *(["iso"] if typed and "iso" not in formats else [])]

    @lru_cache(maxsize=16_384)  # batches of one file repeat the same few thousand moments
    def read(text: str) -> Moment | None:
        for form in forms:
            if form == "iso":
                moment = _iso(text)
            elif form in ("epoch_s", "epoch_ms", "excel_serial", "excel_time"):
                moment = _numeric(form, text)
            else:
                # A number in a typed file has lost its zeros: 1500 under %H%M%S is 001500.
                width = _WIDTHS.get(form, 0) if typed and text.isdecimal() else 0
                found = _pattern(form).match(text.zfill(width))
                moment = _from_parts(found.groupdict()) if found else None
            if moment is not None:
                return moment
        return None

    return read


def moments(
    texts: pa.Array,
    formats: Sequence[str],
    rows: np.ndarray,
    column: str,
    *,
    typed: bool,
    dated: int = 0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Civil microseconds, offsets, whether there is a moment, and which texts are no moment.

    Args:
        texts: Cells; null is missing.
        formats: The declared formats.
        rows: Place of each cell in the file.
        column: What a refusal calls the column.
        typed: Whether the file itself knows dates and they stand as ISO texts.
        dated: How many moments the column held in earlier batches of the file.

    Raises:
        DeliveryRefused: BAD_DATE where a text looks like a date in another format, or most are
            none.
    """
    encoded = texts.dictionary_encode()
    read = reader(tuple(formats), typed=typed)
    values = encoded.dictionary.to_pylist()
    civil = np.zeros(len(values) + 1, dtype=np.int64)
    offsets = np.full(len(values) + 1, NO_OFFSET, dtype=np.int64)
    state = np.zeros(
        len(values) + 1, dtype=np.int8
    )  # 0 missing, 1 a moment, 2 impossible, 3 not of the format
    for place, text in enumerate(values):
        try:
            moment = read(text)
        except Impossible:
            state[place] = 2
            continue
        state[place] = 3 if moment is None else 1
        if moment is not None:
            civil[place], offsets[place] = moment
    places = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    states = state[places]
    foreign = np.flatnonzero(states == 3)
    if len(foreign):
        _refuse_foreign(texts, foreign, dated + int((states > 0).sum()), formats, rows, column)
    return civil[places], offsets[places], states == 1, states >= 2


def _refuse_foreign(
    texts: pa.Array,
    foreign: np.ndarray,
    written: int,
    formats: Sequence[str],
    rows: np.ndarray,
    column: str,
) -> None:
    """A date in another format would be misread elsewhere in the file; a word among dates is one
    bad cell.
    """
    dated = next((at for at in foreign if _LOOKS_LIKE_A_DATE.search(texts[int(at)].as_py())), None)
    if dated is None and 2 * len(foreign) < written:
        return
    at = int(foreign[0] if dated is None else dated)
    text, row, forms = texts[at].as_py(), int(rows[at]), " or ".join(formats)
    raise DeliveryRefused(
        "BAD_DATE",
        f"Row {row}, '{column}': '{text[:40]}' is not written as {forms}.",
        f"Riga {row}, '{column}': '{text[:40]}' non è scritto come {forms}.",
        row=row,
    )
