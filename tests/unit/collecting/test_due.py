"""When a delivery is due is counted in the district's civil months."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.catalogue.catalogue import Binding, load
from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.due import due_on, late_months, missing_months, month_after
from pipelines.collecting.paths import Verdict
from tests.declaring import PROVA

SOURCES = """\
  curves: {dataset: meter_intervals, format: intervals_csv, from: "x/*.csv", expected_after_days: 9}
  decisions: {dataset: cdtt_decisions, format: cdtt_decisions_xlsx, from: "x/*.xlsx"}
"""


@pytest.fixture(scope="module")
def bindings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Binding]:
    folder = tmp_path_factory.mktemp("districts")
    (folder / "prova.yaml").write_text(PROVA + SOURCES, encoding="utf-8")
    return {binding.source_id: binding for binding in load(folder).bindings}


def delivery(
    binding: Binding, day: str, *months: str, accepted: bool = True, position: int = 0
) -> Delivery:
    at = datetime.fromisoformat(f"{day}T08:00:00+00:00")
    verdict = Verdict(accepted=accepted, months=dict.fromkeys(months, 1))
    return Delivery(Received(binding, day, "x", at, position), verdict, Path("x"))


@pytest.mark.parametrize(
    ("month", "after"), [("2026-01", "2026-02"), ("2025-12", "2026-01"), ("2024-11", "2024-12")]
)
def test_the_month_after_crosses_the_year(month: str, after: str) -> None:
    assert month_after(month) == after


def test_a_delivery_is_due_the_declared_days_after_the_month_ends(
    bindings: dict[str, Binding],
) -> None:
    assert due_on(bindings["curves"], "2026-02") == date(2026, 3, 10)


def test_a_month_without_rows_is_missing_once_it_is_due(bindings: dict[str, Binding]) -> None:
    own = [
        delivery(bindings["curves"], "2026-02-08", "2026-01"),
        delivery(bindings["curves"], "2026-04-08", "2026-03"),
    ]

    assert missing_months(bindings["curves"], own, datetime(2026, 4, 10, 8, tzinfo=UTC)) == [
        "2026-02"
    ]
    assert missing_months(bindings["curves"], own, datetime(2026, 5, 11, 8, tzinfo=UTC)) == [
        "2026-02",
        "2026-04",
    ]


def test_a_refused_delivery_leaves_its_month_missing(bindings: dict[str, Binding]) -> None:
    own = [
        delivery(bindings["curves"], "2026-02-08", "2026-01"),
        delivery(bindings["curves"], "2026-03-08", accepted=False, position=1),
    ]

    assert missing_months(bindings["curves"], own, datetime(2026, 3, 20, tzinfo=UTC)) == ["2026-02"]


def test_a_month_is_late_when_its_first_rows_come_after_the_due_day(
    bindings: dict[str, Binding],
) -> None:
    own = [
        delivery(bindings["curves"], "2026-02-08", "2026-01"),
        delivery(bindings["curves"], "2026-04-08", "2026-02", "2026-03", position=1),
        delivery(bindings["curves"], "2026-06-08", "2026-03", position=2),
    ]

    assert [month for month, _ in late_months(bindings["curves"], own)] == ["2026-02"]


def test_a_register_is_missing_when_its_newest_state_is_too_old(
    bindings: dict[str, Binding],
) -> None:
    own = [delivery(bindings["decisions"], "2026-02-10", "all")]

    assert missing_months(bindings["decisions"], own, datetime(2026, 3, 20, tzinfo=UTC)) == []
    assert missing_months(bindings["decisions"], own, datetime(2026, 3, 30, tzinfo=UTC)) == [
        "2026-03"
    ]
