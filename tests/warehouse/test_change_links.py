"""Where a link of the Theory of Change stands, worked out by hand from its KPI, its targets and its register."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.warehouse import small_district
from tests.warehouse.models import Models, Row, one

DISTRICT = small_district.DISTRICT
MONTH = "2026-06"
TOLD = datetime(2026, 7, 10, tzinfo=UTC)
LINK = {"district_id": DISTRICT, "position": 0, "link_id": "L1", "from_node": "a", "to_node": "b",
        "declared_on": date(2026, 1, 10)}  # fmt: skip


def state(link: str = "L1", **cells: Any) -> Row:
    """One row of the register."""
    return {"district_id": DISTRICT, "source_id": "links", "link_id": link, "as_of": date(2026, 2, 1),
            "stage": "under_way", "month": "2026-02", "known_at": TOLD, "source_row": 1, **cells}  # fmt: skip


def target(code: str, year: int, value: str, *, is_target: bool = True) -> Row:
    """What a KPI is to reach."""
    return {"district_id": DISTRICT, "kpi_code": code, "year": year, "value": Decimal(value),
            "is_target": is_target}  # fmt: skip


def figure(code: str, value: str | None, **cells: Any) -> Row:
    """A KPI value of June 2026."""
    return {"district_id": DISTRICT, "month": MONTH, "kpi_code": code,
            "value": None if value is None else Decimal(value), "period_start": date(2026, 6, 1),
            "period_end": date(2026, 7, 1), "coverage": Decimal(1), "grade": "B", "boundary_version": "v1",
            **cells}  # fmt: skip


def judged(models: Models, code: str, value: str | None, *targets: Row, **cells: Any) -> Row:
    """The link of one KPI at the end of June 2026."""
    made = models.run(
        {
            "stg_theory_links": [{**LINK, "kpi_code": code, "boundary_version": "v1"}],
            "stg_theory_targets": list(targets),
            "stg_change_links": [state()],
            "fct_kpi_values": [figure(code, value, **cells)],
        },
        "fct_change_links",
    )
    return one(made["fct_change_links"], month=MONTH)


# Half-way between December 2025 and December 2026 … 2027: six of twenty-four months, a quarter of 20 → 40 is 25.
@pytest.mark.parametrize(
    ("value", "status"),
    [("40", "reached"), ("25", "on_course"), ("23.75", "on_course"), ("23.74", "behind"), ("1", "behind")],
)  # fmt: skip
def test_a_figure_is_held_against_the_line_between_two_targets(
    models: Models, value: str, status: str
) -> None:
    row = judged(models, "SOC01", value, target("SOC01", 2025, "20"), target("SOC01", 2027, "40"))

    assert (row["expected"], row["target_year"], row["target"]) == (25, 2027, 40)
    assert (row["status"], row["reason"]) == (status, None)


@pytest.mark.parametrize(
    ("value", "status"), [("60", "reached"), ("94.5", "on_course"), ("94.6", "behind")]
)
def test_where_less_is_better_the_line_is_read_the_other_way(
    models: Models, value: str, status: str
) -> None:
    """From 100 at the end of 2025 to 60 at the end of 2027: 90 in June 2026, at most 94.5."""
    start = target("GOV02", 2025, "100", is_target=False)

    row = judged(models, "GOV02", value, start, target("GOV02", 2027, "60"))

    assert row["expected"] == 90
    assert row["status"] == status


def test_without_a_point_before_only_a_reached_target_is_said(models: Models) -> None:
    short = judged(models, "SOC01", "39", target("SOC01", 2027, "40"))
    there = judged(models, "SOC01", "40", target("SOC01", 2027, "40"))

    assert (short["status"], short["reason"], short["expected"]) == (
        "not_measurable",
        "no_start",
        None,
    )
    assert (there["status"], there["reason"]) == ("reached", None)


def test_after_the_last_target_the_last_one_holds(models: Models) -> None:
    row = judged(models, "SOC01", "19", target("SOC01", 2025, "20"))

    assert (row["target_year"], row["expected"], row["status"]) == (2025, 20, "on_course")


@pytest.mark.parametrize(
    ("code", "value", "cells", "reason"),
    [
        ("SOC01", None, {"reason": "few_cases"}, "few_cases"),
        ("SOC01", None, {}, "not_delivered"),
        ("SOC01", "99", {"coverage": Decimal("0.79")}, "below_coverage"),
        ("SOC01", "99", {"grade": "E"}, "grade_e"),
        ("ENE07", "99", {"boundary_version": "v1 + v2"}, "other_boundary"),
    ],
)
def test_what_is_not_known_well_enough_is_not_judged_and_says_why(
    models: Models, code: str, value: str | None, cells: Row, reason: str
) -> None:
    row = judged(models, code, value, target(code, 2025, "20"), target(code, 2027, "40"), **cells)

    assert (row["status"], row["reason"]) == ("not_measurable", reason)


def test_a_register_figure_knows_no_boundary(models: Models) -> None:
    row = judged(models, "SOC01", "99", target("SOC01", 2027, "40"), boundary_version="v1 + v2")

    assert row["status"] == "reached"


def test_the_state_of_a_month_is_the_newest_told_of_it_by_its_end(models: Models) -> None:
    """Seen again later, June stays what it was: a state of July does not reach back."""
    proven = state(as_of=date(2026, 3, 31), stage="under_way", timeliness="late", source_row=2,
                   evidence_on=date(2026, 3, 30), evidence="Verbale 4")  # fmt: skip
    later = state(as_of=date(2026, 7, 5), stage="complete", timeliness="on_time", source_row=3,
                  evidence_on=date(2026, 7, 1), evidence="Verbale 9")  # fmt: skip
    made = models.run(
        {
            "stg_theory_links": [{**LINK, "kpi_code": "SOC01"}],
            "stg_change_links": [state(stage="planning"), proven, later],
        },
        "int_change_link_months",
    )["int_change_link_months"]

    told = {row["month"]: (row["stage"], row["timeliness"], row["evidence"]) for row in made}
    assert told["2026-02"] == ("planning", None, None)
    assert told["2026-03"] == told["2026-06"] == ("under_way", "late", "Verbale 4")
    assert told["2026-07"] == ("complete", "on_time", "Verbale 9")


def test_links_with_evidence_are_counted_against_those_declared(models: Models) -> None:
    """Four declared: one proven, one whose proof has no reference, one without proof, one not in the register."""
    links = [{**LINK, "link_id": name, "kpi_code": "SOC01"} for name in ("L1", "L2", "L3", "L4")]
    proof = {"evidence_on": date(2026, 1, 20)}
    given = {
        "stg_theory_links": links,
        "stg_change_links": [
            state("L1", evidence="Atto 7", **proof), state("L2", evidence=" ", **proof), state("L3"),
            state("L9", evidence="Atto 8", **proof),
        ],
    }  # fmt: skip

    given["int_lever_registers"] = [
        {"district_id": DISTRICT, "dataset": "change_links", "first_dated_on": date(2026, 4, 2)}
    ]
    made = models.run(given, "int_participation_months", "int_theory_findings")

    row = one(made["int_participation_months"], month=MONTH)
    assert (row["change_links"], row["change_links_evidenced"]) == (4, 1)
    before = one(made["int_participation_months"], month="2026-03")
    assert before["change_links"] is None, "the register said nothing yet: not 0 of 4"
    (stray,) = made["int_theory_findings"]
    assert (stray["code"], stray["month"], stray["finding_count"]) == (
        "LINK_NOT_DECLARED",
        "2026-02",
        1,
    )
    assert "L9" in stray["detail_it"]


def test_a_register_without_a_theory_proves_nothing(models: Models) -> None:
    made = models.run(
        {"stg_change_links": [state()]}, "int_participation_months", "int_theory_findings"
    )

    assert all(row["change_links"] is None for row in made["int_participation_months"])
    assert [row["code"] for row in made["int_theory_findings"]] == ["LINK_NOT_DECLARED"]
