"""The rows of files that a measure was made of in some months, each with what it gave.

Belongs here: asking the warehouse backwards, by queries made when somebody asks: a build keeps no table of lineage.
Does not belong here: figures (`figure.py`), the text of the rows (`raw_text.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipelines.settings import Settings
from pipelines.tracing.projects import MONEY
from pipelines.tracing.projects import query as money
from pipelines.tracing.registers import REGISTERS
from pipelines.tracing.registers import query as counted

_QUERIES = Path(__file__).parent / "queries"
_VIEWS = ("suns", "points", "emitted", "measured", "plants", "activity", "others")
_ASKED = """
    create or replace temp table asked as
    select district_id, month, point_id, carrier, flow, sum(amount) as amount
    from (select * from measured union all select * from plant_parts)
    where measure = $measure and district_id = $district and list_contains($months, month)
    group by all
"""
_OTHERS = """
    select dataset, month, source_id, sha256, member, source_row, subject, dated, value, amount, why
    from others
    where measure = $measure and district_id = $district and list_contains($months, month)
"""


@dataclass(frozen=True)
class TracedRow:
    """One row of a file and what it gave to a measure.

    Attributes:
        sha256: The file's bytes; None where the amount is no row of a file (a gap that was filled, a declared value).
        member: Where in the file, such as a sheet; None for a file of one table.
        row: The row's 1-based place there.
        value: The canonical value of the row, where the amount is made of one.
        amount: What it gave, in the unit of the measure.
        why: A code: how it came to give this.
    """

    dataset: str
    source_id: str
    sha256: str | None
    member: str | None
    row: int | None
    month: str
    subject: str
    at: str | None
    value: Decimal | None
    amount: Decimal
    why: str


class Lineage:
    """One warehouse, asked backwards."""

    def __init__(self, session: duckdb.DuckDBPyConnection) -> None:
        self._session = session

    def rows(self, district: str, measure: str, months: Sequence[str]) -> list[TracedRow]:
        """The rows behind a measure of some months; none where no query leads from it to rows."""
        asked = {"district": district, "months": list(months)}
        return [
            _listed(*row)
            for text, parameters in self._queries(measure, asked)
            for row in self._session.execute(text, parameters).fetchall()
        ]

    def given(self, district: str, measure: str, months: Sequence[str]) -> Decimal:
        """What the same rows give, added up without listing them."""
        asked = {"district": district, "months": list(months)}
        found = Decimal(0)
        for text, parameters in self._queries(measure, asked):
            summed = f"select sum(amount) from ({text})"  # noqa: S608 - our own queries
            row = self._session.execute(summed, parameters).fetchone()
            found += _exact(row[0] if row else None)
        return found

    def _queries(self, measure: str, asked: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The queries that lead from a measure to rows, each with its parameters."""
        if self._of_points(measure, asked):
            yield (_QUERIES / "rows_of_points.sql").read_text(encoding="utf-8"), {}
        if measure in REGISTERS:
            yield counted(REGISTERS[measure]), asked
        if measure in MONEY:
            yield money(measure), asked
        yield _OTHERS, {**asked, "measure": measure}

    def total(
        self, mart: str, district: str, measure: str, months: Sequence[str]
    ) -> Decimal | None:
        """What the mart says of the measure over the months."""
        row = self._session.execute(
            f"select sum({measure}) from mart_{mart} where district_id = $district"  # noqa: S608 - declared names
            " and list_contains($months, month)",
            {"district": district, "months": list(months)},
        ).fetchone()
        return None if row is None or row[0] is None else Decimal(str(row[0]))

    def known(self, mart: str, district: str, measures: Sequence[str]) -> set[str]:
        """The months in which all of the measures are known."""
        told = " and ".join(f"{measure} is not null" for measure in measures)
        rows = self._session.execute(
            f"select month from mart_{mart} where district_id = $district and {told}",  # noqa: S608
            {"district": district},
        ).fetchall()
        return {str(month) for (month,) in rows}

    def _of_points(self, measure: str, asked: dict[str, Any]) -> bool:
        """Name the months of points that the measure is made of; whether there are any."""
        self._session.execute(_ASKED, {**asked, "measure": measure})
        row = self._session.execute("select count(*) from asked").fetchone()
        return bool(row and row[0])


def _listed(
    dataset: str, month: str, source: str, sha256: str | None, member: str | None, row: int | None,
    subject: str, at: str | None, value: Any, amount: Any, why: str,
) -> TracedRow:  # fmt: skip
    read = None if value is None else _exact(value)
    return TracedRow(
        dataset, source, sha256, member, row, month, subject, at, read, _exact(amount), why
    )


def _exact(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value or 0))


@contextmanager
def lineage(settings: Settings) -> Iterator[Lineage]:
    """The warehouse of a view, opened to be asked backwards; nothing in it is changed.

    Raises:
        LookupError: where no warehouse was built here, or by another engine.
    """
    warehouse = settings.view / "warehouse" / "nzd.duckdb"
    if not warehouse.is_file():
        raise LookupError(
            f"There is no {warehouse}: rows are found in the warehouse that nzd build leaves on this "
            "machine. Build first; a warehouse on another engine is asked there."
        )
    with duckdb.connect(config={"threads": 2}) as session:
        session.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        session.execute(f"attach '{_quoted(warehouse)}' as built (read_only)")
        session.execute("set search_path = 'memory.main,built.main'")
        for folder in sorted((settings.view / "current").iterdir()):
            _rows_of(session, folder)
        for mart in sorted((settings.view / "marts").glob("fct_*_monthly.parquet")):
            session.execute(f"create view mart_{mart.stem} as from read_parquet('{_quoted(mart)}')")
        for name in _VIEWS:
            text = (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")
            session.execute(text)
        yield Lineage(session)


def _rows_of(session: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The current rows of a dataset with the place in the file that each came from."""
    if not any(folder.glob("*.parquet")):
        return
    session.execute(
        f"create view rows_{folder.name} as select * exclude (_sha256, _member, _row, _known_at),"  # noqa: S608
        " _sha256 as sha256, _member as member, _row as source_row, _known_at as known_at"
        f" from read_parquet('{_quoted(folder)}/*.parquet', union_by_name = true)"
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
