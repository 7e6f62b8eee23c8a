"""A letter to the office that sends a source: what came when, what we believe is wrong in it, what we ask and by when.

Belongs here: what one letter says, as plain data in one language. Does not belong here: pages (`rendering`), the
workbook (`letter_workbook.py`), sending it. It holds what this one source sent and what our register says of it, and
nothing of any other source; it is for its provider and never for publication.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from pipelines.catalogue.catalogue import Binding
from pipelines.catalogue.issue import issues
from pipelines.publishing.language import DASH, Words
from pipelines.publishing.registers.corrections import (
    Teller,
    deliveries_of,
    of_delivery,
    quarantined,
)
from pipelines.publishing.rows import Row, plain, read_rows, sha256

DAYS_TO_ANSWER = 30
SHOWN = 12
"""Deliveries and rows that a letter lists; the workbook beside it holds all."""
_COUNTED = ("LATE_DELIVERY", "MISSING_DELIVERY", "UNIT_SLIP", "METER_EXCHANGE", "GAP_IN_SERIES")
"""Findings of a whole month that a letter counts; others are rows, or would say what another source sent."""
_OPEN = ("in_force", "set_aside", "reported", "expired", "unclear")
"""States of entries of our register that still ask for an answer."""

RawText = Callable[[Sequence[tuple[str, str | None, int]]], dict[tuple[str, str | None, int], str]]
"""What stood in rows of landed files, by hash, member and row."""


@dataclass(frozen=True)
class Grid:
    """A table of a letter; the workbook has a sheet for each, and those with `detail` stand only there."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    detail: bool = False


@dataclass(frozen=True)
class Letter:
    """Everything that one letter says. The same content has the same `reference`; `mark` says that it is not public."""

    language: str
    mark: str
    subject: str
    reference: str
    head: tuple[str, ...]
    opening: tuple[str, ...]
    grids: tuple[Grid, ...]
    closing: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask for."""
        return len(self.grids) == 1


@dataclass(frozen=True)
class Asked:
    """What a letter is made of: a source, where it was collected, how it is told, and on which day."""

    binding: Binding
    collected: Path
    expectations: Path
    words: Words
    today: date
    raw_text: RawText


def letter(asked: Asked) -> Letter:
    """The letter about one source.

    Raises:
        ValueError: of what people said of themselves nothing goes out.
    """
    binding, say = asked.binding, asked.words.say
    if binding.is_personal:
        raise ValueError(f"{binding} holds what people said of themselves: no letter quotes it.")
    entered = _entered(asked)
    found = (_received(asked), entered, _refused(asked), *_rows(asked), _months(asked))
    grids = tuple(grid for grid in found if grid is not None)
    name = binding.dataset.name[asked.words.code]
    body = repr((str(binding), [grid.rows for grid in grids]))
    reference = f"NZD-{binding.district.id}-{binding.source_id}-{sha256(body.encode())[:8]}".upper()
    until = asked.words.day(asked.today + timedelta(days=DAYS_TO_ANSWER))
    sender, to = binding.district.contact, binding.source.contact
    body_of = binding.district.holder.name if binding.district.holder else binding.district.city
    answer = " ".join(filter(None, (sender.name, sender.email))) if sender else body_of
    nothing = len(grids) == 1
    ours = entered is not None
    asks = ("letter.ask", *(["letter.ask_answer"] if ours else []), "letter.until")
    values = {
        "name": name,
        "district": binding.district.name,
        "reference": reference,
        "day": until,
        "who": answer,
    }
    return Letter(
        asked.words.code,
        say("letter.confidential"),
        say("letter.subject", **values),
        reference,
        (
            body_of,
            say("letter.to", who=" ".join(filter(None, (to.name, to.email))) if to else DASH),
            say("letter.date", day=asked.words.day(asked.today)),
            say("letter.number"),
            say("letter.reference", **values),
        ),
        (
            say("letter.opening", **values),
            say("letter.kept") + (" " + say("letter.kept_ours") if ours else ""),
        ),
        grids,
        tuple(
            say(key, **values)
            for key in (
                *(["letter.nothing"] if nothing else asks),
                "letter.answer",
                "letter.only_yours",
            )
        ),
    )


def _received(asked: Asked) -> Grid:
    """What came when, newest first."""
    rows = sorted(deliveries_of(asked.binding, asked.collected), key=_newest, reverse=True)
    zone = asked.binding.district.zone
    return _grid(
        asked,
        "received",
        [
            (
                str(row["file_name"]),
                asked.words.day(row["received_at"].astimezone(zone).date()),
                _count(row["rows_received"], asked.words),
                _count(row["rows_quarantined"], asked.words),
                asked.words.say(f"letter.outcome.{row['outcome']}"),
            )
            for row in rows
        ],
    )  # type: ignore[return-value]


def _newest(row: Row) -> tuple[object, str]:
    return row["received_at"], str(row["file_name"])


def _entered(asked: Asked) -> Grid | None:
    """What our register of corrections says of this source and is not over."""
    binding, words = asked.binding, asked.words
    rows = [
        row
        for row in read_rows(asked.collected / "corrections.parquet")
        if (row["district_id"], row["about_source"]) == (binding.district.id, binding.source_id)
        and row["state"] in _OPEN
    ]
    return _grid(
        asked,
        "entered",
        [
            (
                str(row["correction_id"]),
                row["point_id"] or DASH,
                _days(row, words),
                row["where_in_file"] or DASH,
                _amount(row["value_received"], row),
                _amount(row["value_right"], row),
                ". ".join(filter(None, (row["what_is_wrong"], row["reason"], row["evidence"]))),
                words.say(f"letter.state.{row['state']}"),
            )
            for row in rows
        ],
    )


def _refused(asked: Asked) -> Grid | None:
    teller = Teller(asked.binding, asked.expectations, asked.words)
    return _grid(
        asked,
        "refused",
        [
            (str(one["file_name"]), *teller.refusal(one, asked.collected))
            for one in deliveries_of(asked.binding, asked.collected)
            if one["outcome"] == "refused" and one["code"] in issues()
        ],
    )


def _rows(asked: Asked) -> tuple[Grid | None, ...]:
    """Rows that were set aside: by what is wrong with them, and each with what stood in it."""
    teller = Teller(asked.binding, asked.expectations, asked.words)
    aside = quarantined(asked.collected)
    found = [
        (str(one["file_name"]), row)
        for one in deliveries_of(asked.binding, asked.collected)
        for row in of_delivery(one, aside)
    ]
    texts = asked.raw_text([_place(row) for _, row in found if row["_row"] is not None])
    alike: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for file, row in found:
        alike[file, teller.sheet_of(row) or DASH, teller.problem(row)].append(row)
    together = [
        (file, sheet, _spans(rows), texts.get(_place(rows[0])) or rows[0]["raw"] or DASH, problem)
        for (file, sheet, problem), rows in alike.items()
    ]
    every = [
        (
            file,
            teller.sheet_of(row) or DASH,
            _spans([row]),
            texts.get(_place(row)) or row["raw"] or DASH,
            teller.said(row),
        )
        for file, row in found
    ]
    each = _grid(asked, "every", every)
    return _grid(asked, "rows", together), replace(each, detail=True) if each else None


def _spans(rows: Sequence[Row]) -> str:
    """Places of rows, those that follow each other as one: «3678–3680, 3702»."""
    spans: list[list[int]] = []
    for place in sorted({row["_row"] for row in rows if row["_row"] is not None}):
        if spans and place == spans[-1][1] + 1:
            spans[-1][1] = place
        else:
            spans.append([place, place])
    told = [str(first) if first == last else f"{first}–{last}" for first, last in spans]
    return ", ".join(told) or DASH


def _place(row: Row) -> tuple[str, str | None, int]:
    return str(row["_sha256"]), row["_member"], row["_row"]


def _months(asked: Asked) -> Grid | None:
    """What is late or missing and what whole months show, counted."""
    binding = asked.binding
    counted: Counter[tuple[str, str, str]] = Counter()
    for row in read_rows(asked.collected / "findings.parquet"):
        own = (row["district_id"], row["source_id"]) == (binding.district.id, binding.source_id)
        if own and row["code"] in _COUNTED:
            counted[row["code"], row["month"] or "", row["point_id"] or ""] += row["count"] or 1
    return _grid(
        asked,
        "months",
        [
            (
                asked.words.month(month) if month else DASH,
                point or DASH,
                issues()[code].means[asked.words.code],
                str(count),
            )
            for (code, month, point), count in sorted(
                counted.items(), key=lambda item: (item[0][1], item[0])
            )
        ],
    )


def _grid(asked: Asked, name: str, rows: Sequence[tuple[str, ...]]) -> Grid | None:
    if not rows and name != "received":
        return None
    heads = asked.words.say(f"letter.{name}_heads").split("|")
    return Grid(asked.words.say(f"letter.{name}"), tuple(heads), tuple(rows))


def _days(row: Row, words: Words) -> str:
    if row["first_day"] is None:
        return DASH
    first = words.day(row["first_day"])
    return first if row["last_day"] is None else f"{first} – {words.day(row['last_day'])}"


def _amount(value: Decimal | None, row: Row) -> str:
    return DASH if value is None else f"{plain(value)} {row['unit'] or ''}".strip()


def _count(value: int | None, words: Words) -> str:
    return DASH if value is None else words.number(value)
