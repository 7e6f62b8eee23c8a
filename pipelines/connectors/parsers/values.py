"""Texts of a source table as canonical values: origins, maps, identifiers, numbers, dates.

Belongs here: what `columns:` of a format means, for one column at a time. Does not belong here:
intervals and registers (`interval_table`, `register_table`) or the finished table (`assembling`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.dataset import ARROW, DECIMALS, Column
from pipelines.catalogue.format_values import (
    DISTRICT_ZONE,
    UNITS,
    Origin,
    UnitOfRow,
    Value,
    unit_named,
)
from pipelines.connectors.parsers.delivery import DeliveryRefused, Findings, ParseContext
from pipelines.connectors.parsers.identifiers import Unrecoverable, identified
from pipelines.connectors.parsers.instants import (
    CLEAR,
    civil_of,
    instants,
    midnights,
    month_of,
    month_start,
)
from pipelines.connectors.parsers.moments import DAY_US, MINUTE_US, NO_OFFSET, moments
from pipelines.connectors.parsers.numbers import decimals, other_convention, rounded, times_each
from pipelines.connectors.parsers.periods import day_after, first_day
from pipelines.connectors.parsers.source_table import SourceTable, by_unique, normalised

TRUE = frozenset({"sì", "si", "s", "x", "vero", "true", "1", "yes", "y"})
FALSE = frozenset({"no", "n", "falso", "false", "0"})
_POWER = re.compile(r"-?\d{1,2}")
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass
class Sheet:
    """One source table while it is read: the table, where it came from, and which rows are out.

    Attributes:
        cell_names: Headers of the cells of a wide row, over which the rows of this sheet run; empty
            for a long table.
        bad: Rows that are left out, by place; each has its reject.
        shown: Civil microseconds of each row, once they are known; rejects then name their month.
    """

    table: SourceTable
    context: ParseContext
    findings: Findings
    cell_names: Sequence[str] = ()
    bad: np.ndarray = field(init=False)
    shown: np.ndarray | None = None

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.table), dtype=bool)

    def reject(
        self, code: str, mask: np.ndarray, column: str, texts: pa.Array | None = None
    ) -> None:
        """Leave out the rows of the mask, each with its raw text."""
        for at in np.flatnonzero(mask & ~self.bad):
            raw = None if texts is None else texts[int(at)].as_py()
            name = self.cell_names[int(at) % len(self.cell_names)] if self.cell_names else column
            month = None if self.shown is None else month_of(self.shown[at])
            self.findings.reject(code, int(self.table.rows[at]), name, raw, month)
        self.bad |= mask

    def beside(self) -> Sheet:
        """The same rows for another value of them: what it rejects stays out of that value only."""
        other = Sheet(self.table, self.context, self.findings, self.cell_names)
        other.bad, other.shown = self.bad.copy(), self.shown
        return other


def texts_of(sheet: Sheet, origin: Origin, label: str) -> pa.Array:
    """The text of each row, null where there is none: origin, extract, map, default in order."""
    texts = _source(sheet, origin)
    if origin.extract is not None:
        pattern = re.compile(origin.extract)
        texts = by_unique(texts, lambda text: _first_group(pattern, text), pa.string())
    if origin.map is not None:
        texts = _mapped(sheet, texts, origin, label)
    if origin.or_from is not None:
        texts = pc.coalesce(texts, texts_of(sheet, origin.or_from, label))
    if origin.default is not None:
        texts = pc.fill_null(texts, _as_text(origin.default))
    return texts


def _source(sheet: Sheet, origin: Origin) -> pa.Array:
    table, context = sheet.table, sheet.context
    if origin.column is not None:
        place = table.place(origin.column, origin.occurrence)
        if place is None and origin.optional:
            return pa.nulls(len(table), pa.string())
        return table.column(origin.column, origin.occurrence)
    if origin.compose is not None:
        return _composed(table, origin.compose)
    text: str | None
    if origin.const is not None:
        text = _as_text(origin.const)
    elif origin.received:
        text = context.known_at.astimezone(context.zone).date().isoformat()
    elif origin.file_name is not None:
        text = _named(re.compile(origin.file_name), context)
    elif origin.sheet is not None:
        text = _first_group(re.compile(origin.sheet), table.sheet or "")
    else:
        text = _first_group(re.compile(origin.preamble or ""), table.preamble)
    return pa.array([text] * len(table), type=pa.string())


def _named(pattern: re.Pattern[str], context: ParseContext) -> str | None:
    """What the name of a file says; inside an archive the file's own name speaks before the
    archive's.
    """
    inside = context.member
    own = (inside.rpartition("/")[2], inside) if inside is not None else ()
    for name in (*own, context.file_name):
        text = _first_group(pattern, name)
        if text is not None:
            return text
    return None


def _composed(table: SourceTable, template: str) -> pa.Array:
    parts: list[pa.Array | pa.Scalar] = []
    place = 0
    for found in _PLACEHOLDER.finditer(template):
        parts += [pa.scalar(template[place : found.start()]), table.column(found[1])]
        place = found.end()
    parts.append(pa.scalar(template[place:]))
    return pc.binary_join_element_wise(*parts, "")


def _first_group(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    if found is None:
        return None
    return (found[1] if pattern.groups else found[0]) or None


def _as_text(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _mapped(sheet: Sheet, texts: pa.Array, origin: Origin, label: str) -> pa.Array:
    accepted = {normalised(key): value for key, value in (origin.map or {}).items()}
    unknown = by_unique(texts, lambda text: normalised(text) not in accepted, pa.bool_())
    if origin.otherwise is None:
        sheet.reject("UNKNOWN_VALUE", mask_of(unknown), label, texts)

    def translate(text: str) -> str | None:
        value = accepted.get(normalised(text), origin.otherwise)
        return None if value is None else _as_text(value)

    return by_unique(texts, translate, pa.string())


def mask_of(flags: pa.Array) -> np.ndarray:
    """Flags as a mask; a null is no."""
    return np.asarray(pc.fill_null(flags, False).to_numpy(zero_copy_only=False), dtype=bool)


def canonical(sheet: Sheet, name: str, value: Value, column: Column) -> pa.Array:
    """One canonical column, in its Arrow type; rows that cannot have it are rejected."""
    label = value.column or name
    texts = texts_of(sheet, value, label)
    if value.as_ is not None:
        texts = _identified(sheet, texts, value.as_, label)
    if value.period is not None:
        texts = by_unique(texts, first_day if value.period == "start" else day_after, pa.string())
    makers: dict[str, Callable[[], pa.Array]] = {
        "text": lambda: texts,
        "code": lambda: _coded(sheet, texts, column, label),
        "flag": lambda: _flags(sheet, texts, label),
        "date": lambda: _days(sheet, texts, value, label),
        "timestamp": lambda: _instants(sheet, texts, value, label),
        "integer": lambda: _integers(sheet, texts, label),
    }
    if column.type in DECIMALS:
        return _decimals(sheet, texts, value, column, label)
    return makers[column.type]()


def _identified(sheet: Sheet, texts: pa.Array, kind: str, label: str) -> pa.Array:
    repaired: list[str] = []

    def check(text: str) -> str | None:
        try:
            found, was_repaired = identified(text, kind)
        except Unrecoverable as error:
            raise DeliveryRefused(
                "BAD_ID",
                f"'{label}' holds '{text[:40]}': a spreadsheet destroyed the digits. Ask for "
                "text cells.",
                f"'{label}' contiene '{text[:40]}': un foglio di calcolo ha distrutto le cifre. "
                "Chiedere celle di testo.",
            ) from error
        if was_repaired:
            repaired.append(text)
        return found

    checked = by_unique(texts, check, pa.string())
    sheet.reject("BAD_ID", mask_of(pc.and_(pc.is_null(checked), pc.is_valid(texts))), label, texts)
    sheet.findings.note_repaired(repaired, label)
    return checked


def _coded(sheet: Sheet, texts: pa.Array, column: Column, label: str) -> pa.Array:
    foreign = pc.and_(
        pc.is_valid(texts), pc.invert(pc.is_in(texts, value_set=pa.array(column.accepts)))
    )
    sheet.reject("UNKNOWN_VALUE", mask_of(foreign), label, texts)
    return texts


def _flags(sheet: Sheet, texts: pa.Array, label: str) -> pa.Array:
    def flag(text: str) -> bool | None:
        word = normalised(text)
        return True if word in TRUE else False if word in FALSE else None

    flags = by_unique(texts, flag, pa.bool_())
    sheet.reject(
        "UNKNOWN_VALUE", mask_of(pc.and_(pc.is_null(flags), pc.is_valid(texts))), label, texts
    )
    return flags


def _integers(sheet: Sheet, texts: pa.Array, label: str) -> pa.Array:
    read = sheet.table.read
    exact, bad = decimals(texts, read.decimal, read.thousands)
    broken = mask_of(pc.not_equal(pc.floor(exact), exact)) | bad
    sheet.reject("BAD_NUMBER", broken, label, texts)
    whole = pc.if_else(pa.array(~broken), exact, pa.scalar(None, exact.type))
    return pc.floor(whole).cast(pa.decimal128(18, 0), safe=False).cast(pa.int64())


def number(sheet: Sheet, texts: pa.Array, label: str, *, amount: bool = False) -> pa.Array:
    """Exact numbers; a text that is none is a reject.

    Raises:
        DeliveryRefused: MIXED_DECIMALS where a text is a number in the signs that were not
            declared.
    """
    read = sheet.table.read
    exact, bad = decimals(texts, read.decimal, read.thousands, amount=amount)
    for at in np.flatnonzero(bad):
        text, row = texts[int(at)].as_py(), int(sheet.table.rows[at])
        if other_convention(text, read.decimal, read.thousands):
            raise DeliveryRefused(
                "MIXED_DECIMALS",
                f"Row {row}, '{label}': '{text[:40]}' does not use '{read.decimal}' for "
                "decimals as declared.",
                f"Riga {row}, '{label}': '{text[:40]}' non usa '{read.decimal}' per i decimali "
                "come dichiarato.",
                row=row,
            )
    sheet.reject("BAD_NUMBER", bad, label, texts)
    return exact


def _decimals(sheet: Sheet, texts: pa.Array, value: Value, column: Column, label: str) -> pa.Array:
    exact = number(sheet, texts, label, amount=value.parse == "amount")
    scale = Fraction(value.scale) if value.scale is not None else Fraction(1)
    if value.power_of_ten is not None:
        exact = _times_power(sheet, exact, value.power_of_ten)
    found = units(sheet, value.unit, pc.is_valid(texts))
    factors = [factor * scale for factor in found.factors]
    result, too_large = rounded(times_each(exact, factors, found.which), ARROW[column.type])
    sheet.reject("BAD_NUMBER", too_large, label, texts)
    return result


def _times_power(sheet: Sheet, exact: pa.Array, column: str) -> pa.Array:
    """Numbers times ten to the power that stands in their row."""
    if sheet.table.place(column) is None:
        return exact
    texts = sheet.table.column(column)
    sheet.reject(
        "BAD_NUMBER",
        mask_of(pc.invert(pc.match_substring_regex(texts, r"^-?\d{1,2}$"))),
        column,
        texts,
    )
    encoded = texts.dictionary_encode()
    powers = [int(text) if _POWER.fullmatch(text) else 0 for text in encoded.dictionary.to_pylist()]
    which = encoded.indices.fill_null(len(powers)).to_numpy(zero_copy_only=False)
    return times_each(exact, [Fraction(10) ** power for power in [*powers, 0]], which)


@dataclass(frozen=True)
class Units:
    """The few distinct units of a sheet and which of them each row has.

    Attributes:
        names: Canonical unit; None where the source's is nobody's.
        factors: Exact factor from the source's unit to the canonical one.
        which: Place in the two, per row.
    """

    names: list[str | None]
    factors: list[Fraction]
    which: np.ndarray


def units(sheet: Sheet, unit: str | UnitOfRow | None, needed: pa.Array) -> Units:
    """The canonical unit and the exact factor of each row; a unit of nobody's is a reject where it
    is needed.
    """
    if not isinstance(unit, UnitOfRow):
        name, factor = UNITS[unit] if unit else ("", Fraction(1))
        return Units([name], [factor], np.zeros(len(sheet.table), dtype=np.int64))
    texts = sheet.table.column(unit.column)
    spelled = {normalised(key): own for key, own in unit.map.items()}
    encoded = texts.dictionary_encode()
    own = [
        unit_named(spelled.get(normalised(text), text)) for text in encoded.dictionary.to_pylist()
    ]
    found = [UNITS[name] if name else (None, Fraction(1)) for name in own] + [(None, Fraction(1))]
    which = encoded.indices.fill_null(len(own)).to_numpy(zero_copy_only=False)
    nobodys = np.array([name is None for name, _ in found], dtype=bool)[which]
    sheet.reject("UNKNOWN_VALUE", nobodys & mask_of(needed), unit.column, texts)
    return Units([name for name, _ in found], [factor for _, factor in found], which)


def civil(
    sheet: Sheet, texts: pa.Array, formats: tuple[str, ...], label: str
) -> tuple[np.ndarray, ...]:
    """Civil times of texts: microseconds, offsets in minutes, and which rows have one."""
    dated = sheet.findings.dated
    micros, offsets, known, bad = moments(
        texts,
        formats,
        sheet.table.rows,
        label,
        typed=sheet.table.typed,
        dated=dated[label],
    )
    dated[label] += int(known.sum())
    sheet.reject("BAD_DATE_ROW", bad, label, texts)
    return micros, offsets, known


def _days(sheet: Sheet, texts: pa.Array, value: Value, label: str) -> pa.Array:
    micros, offsets, known = civil(sheet, texts, value.date_format or ("iso",), label)
    if value.zone is not None:
        # 23:30 UTC of a month's last day is the next month in Italy.
        naive = offsets == NO_OFFSET
        zone = sheet.context.zone if value.zone == DISTRICT_ZONE else ZoneInfo(value.zone)
        utc = np.where(
            naive, instants(micros, zone)[0], micros - np.where(naive, 0, offsets) * MINUTE_US
        )
        micros = civil_of(utc, sheet.context.zone)
    days = micros // DAY_US + value.plus_days
    if value.plus_months:
        days = np.array([month_start(int(day), value.plus_months) for day in days], dtype=np.int64)
    return pa.array(days.astype(np.int32), mask=~known).cast(pa.date32())


def _instants(sheet: Sheet, texts: pa.Array, value: Value, label: str) -> pa.Array:
    micros, offsets, known = civil(sheet, texts, value.date_format or ("iso",), label)
    naive = known & (offsets == NO_OFFSET)
    if naive.any() and value.zone is None:
        at = int(np.flatnonzero(naive)[0])
        row, text = int(sheet.table.rows[at]), texts[at].as_py()
        raise DeliveryRefused(
            "DST_UNDECLARED",
            f"Row {row}, '{label}': '{text}' carries no offset from UTC. Declare its 'zone'.",
            f"Riga {row}, '{label}': '{text}' non indica lo scostamento da UTC. Dichiarare 'zone'.",
            row=row,
        )
    days = micros // DAY_US
    if value.plus_months:
        moved = [month_start(int(day), value.plus_months) for day in days]
        micros = np.array(moved, dtype=np.int64) * DAY_US
    micros = micros + value.plus_days * DAY_US
    elapsed = np.zeros(len(micros), dtype=np.int64)
    if value.nth is not None:
        place = _integers(sheet, sheet.table.column(value.nth.column), value.nth.column)
        known &= place.is_valid().to_numpy(zero_copy_only=False)
        count = place.fill_null(1).to_numpy(zero_copy_only=False) - 1
        if value.nth.days is not None:
            micros = micros + count * DAY_US
        else:
            elapsed = count * (value.nth.minutes or 0) * MINUTE_US
    utc = micros - np.where(known & ~naive, offsets, 0) * MINUTE_US
    if naive.any():
        zone = sheet.context.zone if value.zone == DISTRICT_ZONE else ZoneInfo(value.zone or "UTC")
        clock, _, kinds = instants(micros, zone)
        # Which of the two hours is meant nobody may guess, nor when an hour was that never came.
        sheet.reject("DST_UNDECLARED", naive & (kinds != CLEAR), label, texts)
        if value.nth is not None and value.nth.minutes is not None:
            length = midnights(micros // DAY_US + 1, zone) - clock
            sheet.reject("TIME_PHANTOM", (elapsed < 0) | (elapsed >= length), value.nth.column)
        utc = np.where(naive, clock, utc)
    utc = utc + elapsed + value.plus_minutes * MINUTE_US
    return pa.array(utc, mask=~known).cast(ARROW["timestamp"])
