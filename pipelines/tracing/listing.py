"""The rows behind a figure as lines for a terminal or a spreadsheet, and their sum.

Belongs here: wording and columns. Does not belong here: which rows they are (`figure.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.rows import Row, csv_cell, plain
from pipelines.tracing.figure import Term, Traced, close
from pipelines.tracing.lineage import TracedRow
from pipelines.tracing.raw_text import Place

_COLUMNS = ("file", "member", "line", "what", "when", "raw", "value", "counted", "why")


def listing(
    traced: Traced,
    files: Mapping[str, str],
    texts: Mapping[Place, str],
    published: Row,
    said: Words,
) -> Iterator[str]:
    """Every row, tab-separated, then what they add up to beside what was published.

    Args:
        traced: The figure.
        files: Names of files by sha256.
        texts: What stood in the rows.
        published: The edition's value, whose figure is None where it is hidden or not there.
        said: The language of the words around the rows.
    """
    yield said.say("rows.internal")
    if not traced.terms:
        yield said.say("rows.none")
    for term in traced.terms:
        yield said.say("rows.head", measure=term.measure, count=len(term.rows), first=_first(term),
                       last=term.months[-1] if term.months else DASH)  # fmt: skip
        yield "\t".join(said.say(f"rows.{name}") for name in _COLUMNS)
        for row in term.rows:
            yield "\t".join(_cells(row, files, texts, said))
        yield from _sum(term, said)
    yield from _whole(traced, published, said)


def _first(term: Term) -> str:
    return term.months[0] if term.months else DASH


def _cells(
    row: TracedRow, files: Mapping[str, str], texts: Mapping[Place, str], said: Words
) -> Iterator[str]:
    place = (row.sha256, row.member, row.row)
    named = f"{files.get(row.sha256, '')} {row.sha256[:12]}".strip() if row.sha256 else DASH
    yield named
    yield row.member or ""
    yield str(row.row) if row.row is not None else ""
    yield _one_line(row.subject)
    yield row.at or ""
    yield _one_line(texts.get(place, "")) if row.sha256 else ""  # type: ignore[arg-type]
    yield "" if row.value is None else plain(row.value)
    yield plain(round(row.amount, 9))
    yield said.named("row_why", row.why)


def _one_line(text: str) -> str:
    return csv_cell(" ".join(text.split()))


def _sum(term: Term, said: Words) -> Iterator[str]:
    if term.model:
        yield said.say("rows.inputs", measure=term.measure, told=plain(term.told))
        yield said.named("row_model", term.model)
        return
    yield said.say(
        "rows.sum", measure=term.measure, total=plain(round(term.total, 6)), told=plain(term.told)
    )
    if not term.adds_up:
        yield said.say("rows.differs")


def _whole(traced: Traced, published: Row, said: Words) -> Iterator[str]:
    # Editions made before shares were told in steps have no such column.
    again, told, below = traced.recomputed, published["value"], published.get("value_below")
    if again is None:
        return
    terms = " / ".join(plain(round(term.total, 6)) for term in traced.terms)
    scale = plain(Decimal(traced.kpi["scale"]))
    yield said.say("rows.figure", sum=f"{scale} × {terms}", value=plain(round(again, 6)))
    if told is None or close(again, told):
        return
    if below is not None and told <= again < below:
        yield said.say("rows.in_steps", value=plain(told), below=plain(below))
    else:
        yield said.say("rows.moved", value=plain(told))
