"""The row pass: a contract over a delivery in one DuckDB query; it alone fills the quarantine.

Belongs here: a contract's rules as SQL conditions, and splitting a received table by them. Does not
belong here: Great Expectations, which judges the same contract on small deliveries
(`great_expectations_check`; a test holds the two equal), and comparison with earlier deliveries
(`scale`). A null violates only not-null.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.catalogue.declaration import Bilingual
from pipelines.landing.engine import engine
from pipelines.quality.contract import Contract
from pipelines.quality.derived import prepared
from pipelines.quality.expectation import (
    Between,
    ColumnsMatchSet,
    CompoundUnique,
    Condition,
    Expectation,
    InSet,
    MatchesRegex,
    NotNull,
    PairGreater,
    RowCount,
)
from pipelines.quality.judged import REASONS, Judged, RuleResult

RAW_LENGTH = 200
NEVER_SHOWN = frozenset({"person_key", "respondent_key"})
"""Columns whose wrong content may be a name: the quarantine does not show what stood there."""

_POSITION = "_position"


def judge(contract: Contract, received: pa.Table) -> Judged:
    """A delivery split into the rows that meet the contract and those that do not.

    Args:
        contract: The contract of the dataset.
        received: Rows of the delivery with the schema of the dataset.

    Returns:
        Accepted and quarantined rows in the order they came; the first rule in declared order that
        a row breaks, among those that quarantine, gives its code. A delivery refused as a whole has
        no accepted rows.
    """
    return refused_if_broken(contract, split(contract, received), received.num_rows)


def split(contract: Contract, received: pa.Table) -> Judged:
    """Rows of a delivery, or of a batch of it, by the row rules alone: nothing is refused yet.

    A batch may be judged without its neighbours because a delivery has one row per key before it is
    judged, and every contract's rule of uniqueness holds the key (a test says so).
    """
    rules = contract.expectations
    table = prepared(received)
    marks = _marks(rules, table)
    results = tuple(
        _row_result(rule, marks, bit)
        if rule.is_row_rule
        else _table_result(rule, received.num_rows, received.column_names)
        for bit, rule in enumerate(rules)
    )
    blamed = _first_quarantining(rules, marks)
    accepted = received.filter(pa.array(blamed < 0))
    return Judged(accepted, _with_reasons(received, rules, blamed), results)


def added_up(
    contract: Contract, batches: Sequence[tuple[RuleResult, ...]], rows: int, names: Sequence[str]
) -> tuple[RuleResult, ...]:
    """How each rule did over a whole delivery, from how it did over its batches.

    Args:
        contract: The contract of the dataset.
        batches: The results of each batch, in the order of the rules.
        rows: Rows of the delivery.
        names: Its columns.
    """
    found = []
    for bit, rule in enumerate(contract.expectations):
        failed = sum(results[bit].failed_rows for results in batches)
        found.append(
            RuleResult.of(rule, failed, passed=failed == 0)
            if rule.is_row_rule
            else _table_result(rule, rows, names)
        )
    return tuple(found)


def _marks(rules: tuple[Expectation, ...], table: pa.Table) -> npt.NDArray[np.int64]:
    """One integer per row, in the order of the table; bit n is set where the row breaks rule n."""
    marks = np.zeros(table.num_rows, dtype=np.int64)
    indexed = [(bit, rule) for bit, rule in enumerate(rules) if rule.is_row_rule]
    if not indexed or not table.num_rows:
        return marks
    rows = table.append_column(_POSITION, pa.array(np.arange(table.num_rows)))
    joins = "".join(
        _duplicates_join(bit, rule)
        for bit, rule in indexed
        if isinstance(rule.kwargs, CompoundUnique)
    )
    bits = " | ".join(
        f"(case when {_broken(bit, rule)} then {1 << bit} else 0 end)::bigint"
        for bit, rule in indexed
    )
    # The names are the catalogue's own and the values are written as literals by _literal.
    query = f"select r.{_POSITION}, {bits} as mark from delivered r{joins}"  # noqa: S608
    with engine() as session:
        session.register("delivered", rows)
        found = session.execute(query).fetchnumpy()
    marks[found[_POSITION]] = found["mark"]
    return marks


def _broken(bit: int, rule: Expectation) -> str:
    """SQL: whether a row is one the rule is about and breaks it; never null."""
    match rule.kwargs:
        case CompoundUnique():
            return f"coalesce(d{bit}.repeated, false) and {_applies(rule)}"
        case NotNull(column=column):
            return f"{_column(column)} is null and {_applies(rule)}"
        case Between() as between:
            wrong = _outside(between)
        case InSet(column=column, value_set=values):
            wrong = f"{_column(column)} not in ({', '.join(map(_literal, values))})"
        case MatchesRegex() as matches:
            wrong = f"not regexp_full_match({_column(matches.column)}, {_literal(matches.body)})"
        case PairGreater() as pair:
            operator = ">=" if pair.or_equal else ">"
            wrong = f"not ({_column(pair.column_A)} {operator} {_column(pair.column_B)})"
        case _:
            raise TypeError(f"{rule.type} is no row rule")
    return f"coalesce({wrong}, false) and {_applies(rule)}"


def _outside(between: Between) -> str:
    column = _column(between.column)
    bounds = []
    if between.min_value is not None:
        bounds.append(
            f"{column} {'<=' if between.strict_min else '<'} {_literal(between.min_value)}"
        )
    if between.max_value is not None:
        bounds.append(
            f"{column} {'>=' if between.strict_max else '>'} {_literal(between.max_value)}"
        )
    return f"({' or '.join(bounds)})"


def _duplicates_join(bit: int, rule: Expectation) -> str:
    """A join that marks rows whose values occur more than once among those the rule is about."""
    names = rule.columns
    keys = ", ".join(_column(name) for name in names)
    some_value = " or ".join(f"{_column(name)} is not null" for name in names)
    same = " and ".join(f'{_column(name)} is not distinct from d{bit}."{name}"' for name in names)
    repeated = (
        f"select {keys}, true as repeated from delivered r"  # noqa: S608
        f" where {_applies(rule)} and ({some_value}) group by {keys} having count(*) > 1"
    )
    return f" left join ({repeated}) d{bit} on {same}"


def _applies(rule: Expectation) -> str:
    return " and ".join(["true", *map(_condition, rule.row_condition)])


def _condition(condition: Condition) -> str:
    column = _column(condition.column)
    if condition.is_null is not None:
        return f"{column} is {'' if condition.is_null else 'not '}null"
    wanted = condition.values if condition.values is not None else (condition.equals,)
    return f"coalesce({column} in ({', '.join(map(_literal, wanted))}), false)"


def _column(name: str) -> str:
    return f'r."{name}"'


def _literal(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case date():
            return f"date '{value.isoformat()}'"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case _:
            raise TypeError(f"{value!r} has no literal")


def _row_result(rule: Expectation, marks: npt.NDArray[np.int64], bit: int) -> RuleResult:
    failed = int(np.count_nonzero(marks & (1 << bit)))
    return RuleResult.of(rule, failed, passed=failed == 0)


def _table_result(rule: Expectation, rows: int, columns: Sequence[str]) -> RuleResult:
    match rule.kwargs:
        case RowCount(min_value=low, max_value=high):
            passed = (low is None or rows >= low) and (high is None or rows <= high)
        case ColumnsMatchSet(column_set=names, exact_match=exact):
            present = set(columns)
            passed = set(names) == present if exact else set(names) <= present
        case _:
            raise TypeError(f"{rule.type} is no rule on the whole delivery")
    return RuleResult.of(rule, 0, passed=passed)


def _first_quarantining(
    rules: tuple[Expectation, ...], marks: npt.NDArray[np.int64]
) -> npt.NDArray[np.int16]:
    """Per row the number of the first rule that quarantines it, -1 where none does."""
    blamed = np.full(len(marks), -1, dtype=np.int16)
    for bit, rule in reversed(list(enumerate(rules))):
        if rule.action == "quarantine":
            blamed[(marks & (1 << bit)) != 0] = bit
    return blamed


def _with_reasons(
    received: pa.Table, rules: tuple[Expectation, ...], blamed: npt.NDArray[np.int16]
) -> pa.Table:
    where = np.flatnonzero(blamed >= 0)
    rows = received.take(pa.array(where))
    broken = [rules[number] for number in blamed[where]]
    raws = {name: _texts(rows[name]) for rule in set(broken) for name in _shown(rule)}
    reasons = [
        {"code": rule.code, "column": rule.column, "raw": _raw(rule, raws, row)}
        for row, rule in enumerate(broken)
    ]
    return with_reasons(rows, reasons)


def with_reasons(rows: pa.Table, reasons: list[dict[str, str | None]]) -> pa.Table:
    """Received rows with the reason of each beside it."""
    told = pa.Table.from_pylist(reasons, schema=REASONS)
    for name in REASONS.names:
        rows = rows.append_column(name, told[name])
    return rows


def _shown(rule: Expectation) -> list[str]:
    """The columns whose values the quarantine shows."""
    return [name for name in rule.sent if name not in NEVER_SHOWN]


def _raw(rule: Expectation, texts: dict[str, list[str | None]], row: int) -> str | None:
    names = _shown(rule)
    if not names:
        return None
    if len(names) == 1:
        return texts[names[0]][row]
    said = "; ".join(f"{name}={texts[name][row] or ''}" for name in names)
    return said[:RAW_LENGTH]


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    return [None if value is None else str(value)[:RAW_LENGTH] for value in column.to_pylist()]


def refused_if_broken(contract: Contract, judged: Judged, rows: int) -> Judged:
    """The delivery, refused where a rule says so or too large a share of it is quarantined."""
    for result in judged.results:
        if result.action == "refuse" and not result.passed:
            return judged.refused(result.code, result.failed_rows, _where(result, rows))
    set_aside = judged.quarantined.num_rows
    if rows and set_aside / rows > contract.refuse_above_share:
        codes = ", ".join(f"{code} {count}" for code, count in sorted(judged.counts.items()))
        where = Bilingual(
            it=f"{set_aside} righe su {rows} in quarantena ({codes}).",
            en=f"{set_aside} of {rows} rows quarantined ({codes}).",
        )
        return judged.refused("TOO_MANY_BAD_ROWS", set_aside, where)
    return judged


def _where(result: RuleResult, rows: int) -> Bilingual:
    if result.column is None:
        return Bilingual(it=f"Righe: {rows}.", en=f"Rows: {rows}.")
    return Bilingual(
        it=f"{result.column}: {result.failed_rows} righe su {rows}.",
        en=f"{result.column}: {result.failed_rows} of {rows} rows.",
    )
