"""What judging one delivery comes to: accepted rows, quarantined rows, and how each rule did.

Belongs here: the shape of a judgement. Does not belong here: how it is reached (`row_pass`,
`scale`) or kept (`collecting`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from pipelines.catalogue.declaration import Bilingual
from pipelines.catalogue.issue import issues
from pipelines.quality.expectation import Action, Expectation, Severity

REASONS = pa.schema([("code", pa.string()), ("column", pa.string()), ("raw", pa.string())])
"""What a quarantined row says beside its columns: why, in which column, what stood there."""


@dataclass(frozen=True)
class RuleResult:
    """How one rule did over the delivery. A table rule fails no rows; `passed` says how it did."""

    type: str
    column: str | None
    code: str
    severity: Severity
    action: Action
    failed_rows: int
    passed: bool

    @classmethod
    def of(cls, rule: Expectation, failed_rows: int, *, passed: bool) -> RuleResult:
        """The result of a rule."""
        return cls(
            rule.type, rule.column, rule.code, rule.severity, rule.action, failed_rows, passed
        )


@dataclass(frozen=True)
class Refusal:
    """Why a delivery is refused as a whole."""

    code: str
    detail: Bilingual
    count: int


@dataclass(frozen=True)
class Judged:
    """A delivery after its contract. Refused, it has no accepted rows; the last good one stays."""

    accepted: pa.Table
    quarantined: pa.Table
    results: tuple[RuleResult, ...]
    refusal: Refusal | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Quarantined rows by issue code."""
        return dict(Counter(self.reasons(["code"])["code"].to_pylist()))

    def reasons(self, names: Sequence[str]) -> pa.Table:
        """Columns of the quarantined rows; `code`, `column` and `raw` are those of the reason, also
        where the dataset has columns of these names: reasons stand last.
        """
        last = {name: place for place, name in enumerate(self.quarantined.schema.names)}
        return self.quarantined.select([last[name] for name in names])

    def refused(self, code: str, count: int, where: Bilingual) -> Judged:
        """The same delivery, refused as a whole.

        Args:
            code: An issue code of the catalogue.
            count: How many rows or points speak against the delivery.
            where: What was found, without the meaning of the code, which is added.
        """
        means = issues()[code].means
        detail = Bilingual(it=f"{where.it} {means.it}", en=f"{where.en} {means.en}")
        return replace(
            self, accepted=self.accepted.slice(0, 0), refusal=Refusal(code, detail, count)
        )
