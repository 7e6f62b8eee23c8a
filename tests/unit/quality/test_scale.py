"""A slip of unit stops a delivery; a season, a new meter and an idle plant do not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from pipelines.quality.contract import Contract, Scale
from pipelines.quality.judged import REASONS, Judged
from pipelines.quality.scale import judge_scale

SCHEMA = pa.schema(
    [
        ("point_id", pa.string()),
        ("flow", pa.string()),
        ("interval_start", pa.timestamp("us", tz="UTC")),
        ("interval_end", pa.timestamp("us", tz="UTC")),
        ("quantity", pa.decimal128(18, 6)),
    ]
)
INTERVALS = Contract(
    dataset="meter_intervals",
    expectations=(),
    scale=Scale(column="quantity", by=("point_id", "flow"), low=0.02, high=50),
)
REGISTERS = Contract(
    dataset="meter_registers",
    expectations=(),
    scale=Scale(column="reading", by=("point_id", "flow", "serial", "register"), low=0.02, high=50),
)


def month(number, daily, point="a", hours=24, days=28):
    """Readings of one point over a month of 2026: so much a day, in intervals of so many hours."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=31 * number)
    length = timedelta(hours=hours)
    return [
        {
            "point_id": point,
            "flow": "import",
            "interval_start": start + n * length,
            "interval_end": start + (n + 1) * length,
            "quantity": Decimal(str(daily)) * hours / 24,
        }
        for n in range(days * 24 // hours)
    ]


def table(*months):
    return pa.Table.from_pylist([row for rows in months for row in rows], schema=SCHEMA)


def arrived(*months):
    accepted = table(*months)
    none = pa.schema([*accepted.schema, *REASONS]).empty_table()
    return Judged(accepted, none, ())


@pytest.mark.parametrize("factor", [1000, 0.001])
def test_a_delivery_off_by_a_thousand_is_refused_as_a_whole(factor):
    history = table(month(0, 10), month(1, 12))

    judged = judge_scale(INTERVALS, arrived(month(2, 11 * factor)), history)

    assert (judged.refusal.code, judged.refusal.count) == ("UNIT_SLIP", 1)
    assert judged.accepted.num_rows == 0
    assert "1 of 1 series (a/import)" in judged.refusal.detail.en


@pytest.mark.parametrize("daily", [1, 15])
def test_a_season_fifteen_times_another_does_not_ring(daily):
    summer_and_winter = table(month(0, 1), month(1, 15))
    one_season = table(month(0, 16 - daily), month(1, 16 - daily))

    assert judge_scale(INTERVALS, arrived(month(2, daily)), summer_and_winter).refusal is None
    assert judge_scale(INTERVALS, arrived(month(2, daily)), one_season).refusal is None


@pytest.mark.parametrize("slipped", [15000, 1000, 0.015, 0.001])
def test_a_slip_rings_in_any_season(slipped):
    history = table(month(0, 1), month(1, 4), month(2, 15))

    assert judge_scale(INTERVALS, arrived(month(3, slipped)), history).refusal.code == "UNIT_SLIP"


@pytest.mark.parametrize("hours", [6, 24, 24 * 28])
def test_intervals_of_any_length_are_compared_by_the_day(hours):
    history = table(month(0, 10), month(1, 10))

    assert judge_scale(INTERVALS, arrived(month(2, 10, hours=hours)), history).refusal is None
    assert judge_scale(INTERVALS, arrived(month(2, 10000, hours=hours)), history).refusal


def test_a_first_delivery_of_which_nothing_is_known_is_not_compared():
    judged = arrived(month(2, 10000))

    assert judge_scale(INTERVALS, judged, None) is judged
    assert judge_scale(INTERVALS, judged, table()) is judged


def test_one_month_of_history_hears_a_slip_and_not_a_season():
    history = table(month(0, 10))

    assert judge_scale(INTERVALS, arrived(month(2, 10000)), history).refusal.code == "UNIT_SLIP"
    assert judge_scale(INTERVALS, arrived(month(2, 0.01)), history).refusal.code == "UNIT_SLIP"
    assert judge_scale(INTERVALS, arrived(month(2, 150)), history).refusal is None
    assert judge_scale(INTERVALS, arrived(month(2, 0.66)), history).refusal is None


def test_a_point_at_zero_and_a_point_never_seen_do_not_ring():
    history = table(month(0, 10), month(1, 10))

    assert (
        judge_scale(INTERVALS, arrived(month(2, 0), month(2, 9999, point="new")), history).refusal
        is None
    )


def test_one_slipped_point_among_many_is_set_aside_and_the_others_stay():
    points = "abcd"
    history = table(*(month(n, 10, point=point) for n in (0, 1) for point in points))
    delivered = arrived(
        month(2, 10000, point="a"), *(month(2, 10, point=point) for point in points[1:])
    )

    judged = judge_scale(INTERVALS, delivered, history)

    assert judged.refusal is None
    assert set(judged.accepted["point_id"].to_pylist()) == {"b", "c", "d"}
    assert judged.counts == {"UNIT_SLIP": 28}
    assert judged.quarantined["raw"][0].as_py() == "10000.000000"


def test_a_contract_without_a_scale_compares_nothing():
    judged = arrived(month(2, 10000))

    assert (
        judge_scale(
            Contract(dataset="any", expectations=()), judged, table(month(0, 1), month(1, 1))
        )
        is judged
    )


def readings(*values, first=0, serial="s1"):
    """Monthly readings of one register, 30 days apart."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        {
            "point_id": "a",
            "flow": "import",
            "serial": serial,
            "register": "total",
            "read_at": start + timedelta(days=30 * (first + n)),
            "reading": Decimal(str(value)),
        }
        for n, value in enumerate(values)
    ]
    texts = [(name, pa.string()) for name in ("point_id", "flow", "serial", "register")]
    schema = pa.schema(
        [*texts, ("read_at", pa.timestamp("us", tz="UTC")), ("reading", pa.decimal128(18, 6))]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def judged_registers(history, delivered):
    none = pa.schema([*delivered.schema, *REASONS]).empty_table()
    return judge_scale(REGISTERS, Judged(delivered, none, ()), history).refusal


def test_a_register_in_the_wrong_unit_is_refused_upwards_and_downwards():
    history = readings(1200, 1230, 1260, 1295)

    assert judged_registers(history, readings(1325000, first=4)).code == "UNIT_SLIP"
    assert judged_registers(history, readings(1.325, first=4)).code == "UNIT_SLIP"


@pytest.mark.parametrize(
    "delivered",
    [
        readings(1330, first=4),
        readings(1295, first=4),
        readings(1295 + 450, first=4),
        readings(12, first=4, serial="s2"),
        readings(4, first=4),
    ],
    ids=["as ever", "nothing used", "winter", "new meter", "rolled over or exchanged unannounced"],
)
def test_a_register_that_winter_a_new_meter_or_a_rollover_explains_does_not_ring(delivered):
    assert judged_registers(readings(1200, 1230, 1260, 1295), delivered) is None
