"""The unit alarm of the shipped contracts, on whole received tables."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.quality.contract import contract_of
from pipelines.quality.row_pass import judge
from pipelines.quality.scale import judge_scale

EXPECTATIONS = Path(__file__).parents[2] / "expectations"
START = datetime(2026, 6, 30, 22, tzinfo=UTC)


def intervals(first, days, factor):
    base = {"point_id": "IT001E1", "carrier": "electricity", "flow": "import", "unit": "kWh"}
    return [
        {
            **base,
            "quality": "measured",
            "month": f"{first + timedelta(days=n, hours=3):%Y-%m}",
            "interval_start": first + timedelta(days=n),
            "interval_end": first + timedelta(days=n + 1),
            "quantity": Decimal(20 + n % 7) * factor,
        }
        for n in range(days)
    ]


def registers(first, months, factor):
    base = {"point_id": "0088", "carrier": "water", "flow": "import", "serial": "A", "unit": "m3"}
    return [
        {
            **base,
            "register": "total",
            "quality": "measured",
            "event": "periodic",
            "read_at": START + timedelta(days=30 * (first + n)),
            "reading": Decimal(500 + 20 * (first + n)) * factor,
        }
        for n in range(months)
    ]


@pytest.mark.parametrize(("factor", "code"), [(1, None), (1000, "UNIT_SLIP")])
def test_a_month_of_readings_in_another_unit_is_refused(datasets, received, factor, code):
    contract = contract_of(datasets["meter_intervals"], EXPECTATIONS)
    history = received("meter_intervals", intervals(START, 92, 1))
    delivery = received("meter_intervals", intervals(START + timedelta(days=92), 31, factor))

    judged = judge_scale(contract, judge(contract, delivery), history)

    assert (judged.refusal.code if judged.refusal else None) == code


@pytest.mark.parametrize(("factor", "code"), [(1, None), (1000, "UNIT_SLIP")])
def test_a_register_read_in_another_unit_is_refused(datasets, received, factor, code):
    contract = contract_of(datasets["meter_registers"], EXPECTATIONS)
    history = received("meter_registers", registers(0, 4, 1))
    delivery = received("meter_registers", registers(4, 1, factor))

    judged = judge_scale(contract, judge(contract, delivery), history)

    assert (judged.refusal.code if judged.refusal else None) == code
