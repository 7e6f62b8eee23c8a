"""Delivery contracts: `expectations/<dataset>.yaml`, documents that a provider could read.

Belongs here: loading them, and refusing with file and line what they cannot mean. Does not belong
here: judging a delivery by them (`row_pass`, `scale`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.declaration import (
    Bilingual,
    Declaration,
    DeclarationError,
    declare,
    did_you_mean,
    line_of,
    read_yaml,
    shown,
)
from pipelines.catalogue.issue import issues
from pipelines.quality.derived import Kind, columns_of
from pipelines.quality.expectation import (
    RULES,
    Action,
    Between,
    Condition,
    Expectation,
    InSet,
    Kwargs,
    MatchesRegex,
    PairGreater,
    Severity,
)

MOST_RULES = 60
"""The row pass keeps one bit per rule in a 64-bit integer."""


class Scale(Declaration):
    """The unit alarm: how far typical daily consumption of a series may stand from its own history.

    A slip of unit is a factor of 1000. Between summer and winter a heating meter moves by 15; with
    a band up to 50 the alarm hears 1000 / 15 = 67 and stays silent at 15.
    """

    column: str
    by: tuple[str, ...] = Field(min_length=1)
    low: float = Field(gt=0, lt=1)
    high: float = Field(gt=1)
    refuse_at_share: float = Field(default=0.5, gt=0, le=1)


class Contract(Declaration):
    """What one delivery must look like; the first rule a row breaks names its code."""

    dataset: str
    expectations: tuple[Expectation, ...]
    refuse_above_share: float = 1.0
    scale: Scale | None = None


class _WrittenRule(Declaration):
    """A rule as it stands in the file, before its arguments are known to suit its type."""

    type: str
    kwargs: dict[str, Any]
    severity: Severity
    action: Action
    code: str
    notes: Bilingual | None = None
    row_condition: tuple[Condition, ...] = ()

    @field_validator("type")
    @classmethod
    def _is_listed(cls, name: str) -> str:
        if name not in RULES:
            raise ValueError(f"'{name}' is not a rule.{did_you_mean(name, RULES)}")
        return name

    @field_validator("code")
    @classmethod
    def _is_an_issue(cls, code: str) -> str:
        if code not in issues():
            raise ValueError(f"'{code}' is not an issue code.{did_you_mean(code, issues())}")
        return code

    @field_validator("row_condition", mode="before")
    @classmethod
    def _one_is_a_list_of_one(cls, written: Any) -> Any:
        return [written] if isinstance(written, Mapping) else written


class _Written(Declaration):
    dataset: str
    refuse_above_share: float = Field(default=1.0, gt=0, le=1)
    scale: Scale | None = None
    expectations: tuple[_WrittenRule, ...] = Field(min_length=1, max_length=MOST_RULES)


def contract_of(dataset: Dataset, folder: Path) -> Contract:
    """The contract of one dataset.

    Raises:
        DeclarationError: one line per mistake, with file, line, field and the accepted names.
    """
    path = folder / f"{dataset.id}.yaml"
    if not path.is_file():
        missing = f"{shown(path)}: dataset '{dataset.id}' has no contract."
        raise DeclarationError([f"{missing} Write one; docs/contracts.md says how."])
    return _contract(path, path.stat().st_mtime_ns, dataset.model_dump_json())


@cache
def _contract(path: Path, changed: int, declared: str) -> Contract:  # noqa: ARG001 - part of the key
    """Read once per state of the file and of the dataset: a round asks for it hundreds of times."""
    return _Reader(Dataset.model_validate_json(declared), path).contract()


def contracts(datasets: Mapping[str, Dataset], folder: Path) -> dict[str, Contract]:
    """Every dataset's contract, by dataset id.

    Raises:
        DeclarationError: for a contract that does not load, is missing, or belongs to no dataset.
    """
    mistakes = []
    found = {}
    for name, dataset in datasets.items():
        try:
            found[name] = contract_of(dataset, folder)
        except DeclarationError as error:
            mistakes.extend(error.mistakes)
    mistakes.extend(
        f"{shown(path)}:1: there is no dataset '{path.stem}'.{did_you_mean(path.stem, datasets)}"
        for path in sorted(folder.glob("*.yaml"))
        if path.stem not in datasets
    )
    if mistakes:
        raise DeclarationError(mistakes)
    return found


class _Reader:
    """One contract file on its way to a Contract; collects every mistake before it gives up."""

    def __init__(self, dataset: Dataset, path: Path) -> None:
        self.dataset = dataset
        self.path = path
        self.document = read_yaml(path)
        self.columns = columns_of(dataset)
        self.mistakes: list[str] = []

    def contract(self) -> Contract:
        written = declare(_Written, self.document, self.path)
        if written.dataset != self.dataset.id:
            self._blame(
                ("dataset",),
                f"'{written.dataset}' is not the dataset of this file name, '{self.dataset.id}'",
            )
        rules = [
            rule
            for rule in map(self._rule, range(len(written.expectations)), written.expectations)
            if rule
        ]
        if written.scale:
            self._check_columns(("scale",), (written.scale.column, *written.scale.by))
        if self.mistakes:
            raise DeclarationError(self.mistakes)
        return Contract(
            dataset=written.dataset,
            expectations=tuple(rules),
            refuse_above_share=written.refuse_above_share,
            scale=written.scale,
        )

    def _rule(self, index: int, written: _WrittenRule) -> Expectation | None:
        where: tuple[str | int, ...] = ("expectations", index)
        node = self.document["expectations"][index]["kwargs"]
        try:
            kwargs: Kwargs = declare(RULES[written.type], node, self.path, (*where, "kwargs"))
        except DeclarationError as error:
            self.mistakes.extend(error.mistakes)
            return None
        rule = Expectation(
            type=written.type,
            kwargs=kwargs,
            severity=written.severity,
            action=written.action,
            code=written.code,
            notes=written.notes,
            row_condition=written.row_condition,
        )
        if self._check_columns((*where, "kwargs"), rule.columns):
            for problem in self._misfits(kwargs):
                self._blame((*where, "kwargs"), problem)
        if not rule.is_row_rule and (rule.action == "quarantine" or rule.row_condition):
            self._blame(
                (*where, "action"),
                "a rule on the whole delivery refuses it or notes it; it has no rows to pick",
            )
        for number, condition in enumerate(rule.row_condition):
            self._check_condition((*where, "row_condition", number), condition)
        return rule

    def _check_columns(self, where: tuple[str | int, ...], names: tuple[str, ...]) -> bool:
        unknown = [name for name in names if name not in self.columns]
        for name in unknown:
            self._blame(
                where,
                f"'{name}' is not a column of {self.dataset.id}.{did_you_mean(name, self.columns)}",
            )
        return not unknown

    def _check_condition(self, where: tuple[str | int, ...], condition: Condition) -> None:
        if not self._check_columns(where, (condition.column,)):
            return
        kind = self.columns[condition.column]
        if condition.values is not None:
            if kind != "text":
                self._blame(where, f"{self._is(condition.column)}; 'in' lists texts")
            for problem in self._unaccepted(condition.column, condition.values):
                self._blame(where, problem)
        if condition.equals is not None and kind != "flag":
            self._blame(where, f"{self._is(condition.column)}; 'equals' is for flags")

    def _misfits(self, kwargs: Kwargs) -> Iterator[str]:
        """What in the arguments cannot be said of these columns."""
        match kwargs:
            case Between(column=name):
                bound = kwargs.max_value if kwargs.min_value is None else kwargs.min_value
                comparable = ("date", "timestamp") if isinstance(bound, date) else ("number",)
                if self.columns[name] not in comparable:
                    yield f"{self._is(name)} and cannot be compared with {bound}"
            case MatchesRegex(column=name):
                if self.columns[name] != "text":
                    yield f"{self._is(name)}; a pattern is for texts"
            case InSet(column=name, value_set=values):
                kinds = {_kind_of(value) for value in values}
                if kinds != {self.columns[name]}:
                    yield f"{self._is(name)}; value_set has {', '.join(sorted(kinds))}"
                yield from self._unaccepted(name, values)
            case PairGreater(column_A=first, column_B=second):
                kind = self.columns[first]
                if kind != self.columns[second] or kind in ("text", "flag"):
                    yield f"{self._is(first)} and cannot be compared with {self._is(second)}"
            case _:
                return

    def _is(self, column: str) -> str:
        return f"'{column}' is a {self.columns[column]}"

    def _unaccepted(self, column: str, values: tuple[Any, ...]) -> Iterator[str]:
        declared = self.dataset.columns.get(column)
        if declared is None or not declared.accepts:
            return
        for value in values:
            if value not in declared.accepts:
                hint = did_you_mean(str(value), declared.accepts)
                yield f"'{value}' is never in '{column}'.{hint}"

    def _blame(self, where: tuple[str | int, ...], problem: str) -> None:
        field = ".".join(map(str, where))
        line = line_of(self.document, where)
        self.mistakes.append(f"{shown(self.path)}:{line}: {field}: {problem.rstrip('.')}.")


def _kind_of(value: object) -> Kind:
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, int) else "text"
