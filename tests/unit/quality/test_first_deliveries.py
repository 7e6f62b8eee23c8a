"""What a first delivery is judged by: contract power, declared yearly use, the other points."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from pipelines.quality.contract import Contract, Scale
from pipelines.quality.judged import REASONS, Judged
from pipelines.quality.known_points import KnownPoints, Limits
from pipelines.quality.scale import judge_scale

START = datetime(2026, 1, 5, tzinfo=UTC)
CONTRACT = Contract(
    dataset="meter_intervals",
    expectations=(),
    scale=Scale(column="quantity", by=("point_id", "flow"), low=0.02, high=50),
)
SCHEMA = pa.schema(
    [
        ("point_id", pa.string()),
        ("flow", pa.string()),
        ("interval_start", pa.timestamp("us", tz="UTC")),
        ("interval_end", pa.timestamp("us", tz="UTC")),
        ("quantity", pa.decimal128(18, 6)),
        ("unit", pa.string()),
    ]
)


def week_of_an_office(point="IT001E00000001", peak_kw=45.0, flow="import"):
    """Quarter hours of a week: a tenth of the peak at night, the peak at noon of working days."""
    rows = []
    for quarter in range(7 * 96):
        at = START + timedelta(minutes=15 * quarter)
        busy = at.weekday() < 5 and 8 <= at.hour < 18
        kw = peak_kw * (1 - abs(13 - at.hour) / 10) if busy else peak_kw * 0.1
        rows.append((point, flow, at, at + timedelta(minutes=15), kw / 4))
    return rows


def delivery(rows, factor=1.0, unit="kWh"):
    columns = list(zip(*rows, strict=True))
    quantities = [Decimal(f"{value * factor:.6f}") for value in columns[4]]
    table = pa.table([*columns[:4], quantities, [unit] * len(rows)], schema=SCHEMA)
    return Judged(table, pa.schema([*SCHEMA, *REASONS]).empty_table(), ())


KNOWN = KnownPoints({"IT001E00000001": Limits(contract_kw=50.0, annual=150_000.0)})


@pytest.mark.parametrize(
    ("what", "factor"),
    [("Wh taken for kWh", 1000), ("kW taken for kWh", 4), ("kWh taken for MWh", 1000)],
)
def test_a_first_delivery_above_its_contract_power_is_refused(what, factor):
    refused = judge_scale(CONTRACT, delivery(week_of_an_office(), factor), None, KNOWN)

    assert refused.refusal.code == "UNIT_SLIP", what


@pytest.mark.parametrize("factor", [1 / 1000, 1000])
def test_a_first_delivery_far_from_its_declared_yearly_use_is_refused(factor):
    only_use = KnownPoints({"IT001E00000001": Limits(annual=150_000.0)})

    assert judge_scale(CONTRACT, delivery(week_of_an_office()), None, only_use).refusal is None
    slipped = judge_scale(CONTRACT, delivery(week_of_an_office(), factor), None, only_use)
    assert slipped.refusal.code == "UNIT_SLIP"


def test_a_later_delivery_is_held_to_its_contract_power_too():
    history = delivery(week_of_an_office()).accepted
    later = delivery(week_of_an_office(), 4)

    assert judge_scale(CONTRACT, later, history).refusal is None  # four times is a season
    assert judge_scale(CONTRACT, later, history, KNOWN).refusal.code == "UNIT_SLIP"


def test_an_office_at_its_contract_power_and_a_short_peak_above_do_not_ring():
    rows = week_of_an_office(peak_kw=50)
    rows[100] = (*rows[100][:4], 70 / 4)

    judged = judge_scale(CONTRACT, delivery(rows), None, KNOWN)

    assert judged.refusal is None
    assert judged.counts == {}


def test_a_single_value_no_connection_carries_is_set_aside_alone():
    rows = week_of_an_office()
    rows[100] = (*rows[100][:4], 99999.999)

    judged = judge_scale(CONTRACT, delivery(rows), None, KNOWN)

    assert judged.counts == {"IMPLAUSIBLE_QUANTITY": 1}
    assert judged.accepted.num_rows == len(rows) - 1
    assert judged.quarantined["raw"][0].as_py() == "99999.999000"


def test_production_is_held_to_the_installed_power_and_not_to_the_contract():
    rows = week_of_an_office(peak_kw=200, flow="production")
    known = KnownPoints({"IT001E00000001": Limits(contract_kw=10.0, installed_kw=200.0)})

    assert judge_scale(CONTRACT, delivery(rows), None, known).refusal is None
    assert judge_scale(CONTRACT, delivery(rows, 1000), None, known).refusal.code == "UNIT_SLIP"


@pytest.mark.parametrize("factor", [1000, 1 / 1000])
def test_a_new_point_a_thousand_times_beyond_all_others_is_set_aside(factor):
    rows = []
    for number in range(8):
        for row in week_of_an_office(f"IT001E0000000{number}", peak_kw=30 + number):
            slipped = factor if number == 3 else 1
            rows.append((*row[:4], row[4] * slipped))

    judged = judge_scale(CONTRACT, delivery(rows), None)

    assert judged.refusal is None
    assert judged.counts == {"UNIT_SLIP": 7 * 96}
    assert set(judged.quarantined["point_id"].to_pylist()) == {"IT001E00000003"}


def test_a_factory_among_homes_with_a_contract_of_its_own_does_not_ring():
    rows = [row for n in range(6) for row in week_of_an_office(f"IT001E0000001{n}", peak_kw=3)]
    rows += week_of_an_office(peak_kw=9000)
    known = KnownPoints({"IT001E00000001": Limits(contract_kw=10_000.0)})

    judged = judge_scale(CONTRACT, delivery(rows), None, known)

    assert (judged.refusal, judged.counts) == (None, {})


def test_two_points_alone_say_nothing_of_each_other():
    rows = week_of_an_office(peak_kw=9000) + week_of_an_office("IT001E00000002", peak_kw=3)

    assert judge_scale(CONTRACT, delivery(rows), None).counts == {}
