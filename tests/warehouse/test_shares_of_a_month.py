"""How much of a month's figure depends on cuts, beside how much was estimated: from points to every KPI."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.warehouse.arrived import bill, point
from tests.warehouse.models import Models, one
from tests.warehouse.small_district import DISTRICT

MILLIONTH = Decimal("0.000001")


def test_what_depends_on_a_cut_is_told_beside_every_kpi_of_the_month(models: Models) -> None:
    """A bill of 59 days and one of a month: of January, 310 of 410 units depend on the cut."""
    rows = [
        bill(date(2026, 1, 1), date(2026, 3, 1), 590, carrier="electricity", unit="kWh"),
        bill(
            date(2026, 1, 1), date(2026, 2, 1), 100, carrier="electricity", unit="kWh", point_id="q"
        ),
    ]
    registered = [point("p", "electricity"), point("q", "electricity")]

    found = models.run(
        {"stg_utility_bills": rows, "stg_metering_points": registered},
        "fct_completeness", "fct_kpi_quality",
    )  # fmt: skip

    # The smaller side of the cut: February's 280 of 590.
    share = (Decimal(280) / Decimal(410)).quantize(MILLIONTH)
    where = {"district_id": DISTRICT, "month": "2026-01"}
    january = one(found["fct_completeness"], **where, theme="energy")
    assert (january["allocated_share"], january["allocation"]) == (share, "days")
    assert january["estimated_share"] == 0
    assert one(found["fct_completeness"], **where, theme="electricity")["allocated_share"] == share
    assert one(found["fct_kpi_quality"], **where, kpi_code="ENE01")["allocated_share"] == share
    # A year holds both sides of the cut.
    assert one(found["fct_kpi_quality"], **where, kpi_code="ENE04")["allocated_share"] is None
    march = one(found["fct_completeness"], district_id=DISTRICT, month="2026-03", theme="energy")
    assert march["allocated_share"] is None


def test_a_month_that_nothing_cuts_has_no_share_and_no_method(models: Models) -> None:
    rows = [bill(date(2026, 1, 1), date(2026, 2, 1), 100, carrier="electricity", unit="kWh")]

    found = models.run(
        {"stg_utility_bills": rows, "stg_metering_points": [point("p", "electricity")]},
        "fct_completeness",
    )["fct_completeness"]

    january = one(found, district_id=DISTRICT, month="2026-01", theme="energy")
    assert (january["allocated_share"], january["allocation"]) == (0, None)
