"""Interval tables: clock changes, phantom quarters, duplicates and empty cells."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pytest

from pipelines.connectors.parsers import DeliveryRefused, Parsed
from tests.unit.connectors.conftest import CURVES, Read

ROME = ZoneInfo("Europe/Rome")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
UNARETI = "POD;DATA;ORA;FL_ORA_LEGALE;ATTIVA_PRELEVATA;ATTIVA_IMMESSA;TIPO_DATO;\n"
POD = "IT012E00000001"
LABELS = [f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, 15)]
WIDE_HEAD = "Giorno;" + ";".join(
    f"{label}-{LABELS[(at + 1) % 96]}" for at, label in enumerate(LABELS)
)
POINT = {"columns": {"point_id": {"const": "IT001E00000001"}}}


def total(parsed: Parsed) -> Decimal:
    return Decimal(pc.sum(parsed.table.column("quantity")).as_py() or 0)


def starts(parsed: Parsed) -> list[datetime]:
    return parsed.table.column("interval_start").to_pylist()


def flagged_day(day: date, value: str = "0,250") -> list[str]:
    """The rows of one day as Unareti writes them, from the instants that the day really has."""
    begin = datetime(day.year, day.month, day.day, tzinfo=ROME).astimezone(UTC)
    end = datetime(day.year, day.month, day.day, tzinfo=ROME) + timedelta(days=1)
    rows = []
    moment = begin
    while moment < end.astimezone(UTC):
        local = moment.astimezone(ROME)
        flag = "2" if local.dst() else "1"
        rows.append(f"{POD};{local:%Y%m%d};{local:%H%M%S};{flag};{value};;E;")
        moment += timedelta(minutes=15)
    return rows


def phantoms(day: date, value: str) -> list[str]:
    return [f"{POD};{day:%Y%m%d};02{m:02d}00;2;{value};;E;" for m in (0, 15, 30, 45)]


def wide(day: date, cells: list[str]) -> str:
    return f"{WIDE_HEAD}\n{day:%d/%m/%Y};{';'.join(cells)}\n"


def test_the_spring_night_has_92_quarters_and_its_four_zero_phantoms_are_noted(read: Read) -> None:
    rows = flagged_day(SPRING) + phantoms(SPRING, "0,000")

    parsed = read(UNARETI + "\n".join(rows) + "\n", "unareti_curves")

    assert parsed.table.num_rows == 92
    assert total(parsed) == 92 * Decimal("0.25")
    assert [(n.code, n.month, n.point_id, n.count) for n in parsed.notes] == [
        ("TIME_PHANTOM", "2026-03", POD, 4)
    ]
    assert parsed.rejects == ()


def test_energy_in_a_phantom_quarter_is_rejected_with_the_quarter_it_collides_with(
    read: Read,
) -> None:
    rows = flagged_day(SPRING) + phantoms(SPRING, "0,100")

    parsed = read(UNARETI + "\n".join(rows) + "\n", "unareti_curves")

    assert parsed.table.num_rows == 88
    assert [r.code for r in parsed.rejects].count("TIME_PHANTOM") == 4
    assert [r.code for r in parsed.rejects].count("DUP_CONFLICT") == 4


def test_the_autumn_night_has_100_quarters_told_apart_by_the_flag(read: Read) -> None:
    parsed = read(UNARETI + "\n".join(flagged_day(AUTUMN)) + "\n", "unareti_curves")

    assert parsed.table.num_rows == 100
    assert len(set(starts(parsed))) == 100


def test_a_day_that_came_twice_once_all_zero_counts_once(read: Read) -> None:
    rows = flagged_day(AUTUMN, "0,000") + flagged_day(AUTUMN)

    parsed = read(UNARETI + "\n".join(rows) + "\n", "unareti_curves")

    assert parsed.table.num_rows == 100
    assert total(parsed) == 25
    assert parsed.rejects == ()


def test_a_day_that_came_twice_alike_is_noted_and_counts_once(read: Read) -> None:
    day = flagged_day(date(2026, 4, 30))

    parsed = read(UNARETI + "\n".join(day + day) + "\n", "unareti_curves")

    assert parsed.table.num_rows == 96
    assert [(n.code, n.count) for n in parsed.notes] == [("DUPLICATE_ROW", 96)]


def test_two_values_of_one_instant_are_both_left_out(read: Read) -> None:
    day = flagged_day(date(2026, 4, 30))
    other = day[0].replace("0,250", "0,900")

    parsed = read(UNARETI + "\n".join([*day, other]) + "\n", "unareti_curves")

    assert parsed.table.num_rows == 95
    assert [(r.code, r.row, r.column) for r in parsed.rejects] == [
        ("DUP_CONFLICT", 2, "quantity"),
        ("DUP_CONFLICT", 98, "quantity"),
    ]


def test_drawn_and_fed_in_energy_of_one_row_are_two_flows_and_an_empty_one_is_none(
    read: Read,
) -> None:
    text = UNARETI + f"{POD};20260501;000000;2;0,025;0,5;E;\n{POD};20260501;001500;2;0,025;;S;\n"

    parsed = read(text, "unareti_curves")

    rows = parsed.table.select(["flow", "quantity", "quality"]).to_pylist()
    assert [(r["flow"], r["quantity"], r["quality"]) for r in rows] == [
        ("export", Decimal("0.5"), "measured"),
        ("import", Decimal("0.025"), "measured"),
        ("import", Decimal("0.025"), "estimated"),
    ]


def test_an_unknown_flag_is_rejected_never_guessed(read: Read) -> None:
    parsed = read(UNARETI + f"{POD};20260501;000000;3;0,025;;E;\n", "unareti_curves")

    assert parsed.table.num_rows == 0
    assert parsed.rejects[0].code == "UNKNOWN_VALUE"


def test_an_empty_cell_of_a_wide_day_is_missing_and_does_not_shift_its_neighbours(
    read: Read,
) -> None:
    cells = ["1"] * 96
    cells[4] = ""
    cells[5] = "7"

    parsed = read(wide(date(2026, 1, 10), cells), "e_distribuzione_curves", over=POINT)

    by_start = dict(zip(starts(parsed), parsed.table.column("quantity").to_pylist(), strict=True))
    assert len(by_start) == 95
    assert by_start[datetime(2026, 1, 10, 0, 15, tzinfo=UTC)] == 7
    assert datetime(2026, 1, 10, 0, 0, tzinfo=UTC) not in by_start


def test_zero_cells_of_the_skipped_hour_are_dropped_from_a_wide_day(read: Read) -> None:
    cells = ["1"] * 96
    cells[8:12] = ["0"] * 4

    parsed = read(wide(SPRING, cells), "e_distribuzione_curves", over=POINT)

    assert parsed.table.num_rows == 92
    assert [(n.code, n.count) for n in parsed.notes] == [("TIME_PHANTOM", 4)]


def test_energy_in_the_skipped_hour_of_a_wide_day_is_rejected_by_cell(read: Read) -> None:
    cells = ["1"] * 96

    parsed = read(wide(SPRING, cells), "e_distribuzione_curves", over=POINT)

    assert parsed.table.num_rows == 92
    assert [(r.code, r.column, r.month) for r in parsed.rejects] == [
        ("TIME_PHANTOM", f"{LABELS[at]}-{LABELS[at + 1]}", "2026-03") for at in range(8, 12)
    ]


def test_the_second_autumn_hour_of_a_wide_day_is_missing_under_gap_zero(read: Read) -> None:
    parsed = read(wide(AUTUMN, ["1"] * 96), "e_distribuzione_curves", over=POINT)

    moments = starts(parsed)
    assert len(moments) == 96
    assert datetime(2026, 10, 25, 0, 0, tzinfo=UTC) in moments  # 02:00 of summer time
    assert datetime(2026, 10, 25, 1, 0, tzinfo=UTC) not in moments  # 02:00 of winter time


def test_folded_quarters_are_halved_over_both_hours_and_say_so(read: Read) -> None:
    cells = ["1"] * 96
    cells[8] = "0,000003"
    over = {**POINT, "time": {"dst": {"policy": "fold_sum"}}}

    parsed = read(wide(AUTUMN, cells), "e_distribuzione_curves", over=over)

    assert parsed.table.num_rows == 100
    assert total(parsed) == 95 + Decimal("0.000003")
    assert parsed.table.column("quality").to_pylist().count("reconstructed") == 8


@pytest.mark.parametrize(("day", "count"), [(SPRING, 92), (date(2026, 5, 1), 96), (AUTUMN, 100)])
def test_numbered_cells_count_from_midnight_in_the_order_of_the_day(
    read: Read, day: date, count: int
) -> None:
    head = "pod;data;" + ";".join(f"e{at}" for at in range(1, 101))
    cells = ["1"] * count + [""] * (100 - count)
    form = {
        **{key: CURVES[key] for key in ("parser", "interval", "read")},
        "layout": "wide_day",
        "time": {"date": "data", "date_format": "%d/%m/%Y", "dst": {"policy": "extra_columns"}},
        "cells": {"prefix": "e"},
        "values": [{"flow": "import", "quantity": "energy_interval", "unit": "kWh"}],
        "columns": {
            "point_id": "pod",
            "carrier": {"const": "electricity"},
            "quality": {"const": "measured"},
        },
    }

    parsed = read(f"{head}\nA;{day:%d/%m/%Y};{';'.join(cells)}\n", form)

    assert parsed.table.num_rows == count
    assert max(starts(parsed)) - min(starts(parsed)) == timedelta(minutes=15 * (count - 1))


def test_appended_cells_hold_the_second_reading_of_the_repeated_hour(read: Read) -> None:
    head = "pod;data;" + ";".join(f"e{at}" for at in range(1, 101))
    cells = ["1"] * 96 + ["5"] * 4
    form = {
        **{key: CURVES[key] for key in ("parser", "interval", "read")},
        "layout": "wide_day",
        "time": {
            "date": "data",
            "date_format": "%d/%m/%Y",
            "dst": {"policy": "extra_columns", "order": "appended"},
        },
        "cells": {"prefix": "e"},
        "values": [{"flow": "import", "quantity": "energy_interval", "unit": "kWh"}],
        "columns": {
            "point_id": "pod",
            "carrier": {"const": "electricity"},
            "quality": {"const": "measured"},
        },
    }

    parsed = read(f"{head}\nA;{AUTUMN:%d/%m/%Y};{';'.join(cells)}\n", form)

    by_start = dict(zip(starts(parsed), parsed.table.column("quantity").to_pylist(), strict=True))
    assert len(by_start) == 100
    assert by_start[datetime(2026, 10, 25, 1, 0, tzinfo=UTC)] == 5
    assert by_start[datetime(2026, 10, 25, 0, 0, tzinfo=UTC)] == 1


def test_a_day_cut_off_half_way_refuses_the_whole_file(read: Read) -> None:
    text = wide(date(2026, 1, 10), ["1"] * 96) + "11/01/2026;1;1;1"

    with pytest.raises(DeliveryRefused) as refused:
        read(text, "e_distribuzione_curves", over=POINT)

    assert (refused.value.code, refused.value.row) == ("TRUNCATED", 3)


def test_a_header_with_too_few_quarters_is_refused(read: Read) -> None:
    head = ";".join(WIDE_HEAD.split(";")[:-4])

    with pytest.raises(DeliveryRefused, match="MISSING_COLUMN"):
        read(f"{head}\n10/01/2026;{';'.join(['1'] * 92)}\n", "e_distribuzione_curves", over=POINT)


def test_the_supply_point_is_read_from_the_name_of_the_file(read: Read) -> None:
    text = wide(date(2026, 1, 10), ["1"] * 96)

    parsed = read(
        text, "e_distribuzione_curves", file_name="curve/it001e12345678_ExportData_gennaio.csv"
    )

    assert parsed.table.column("point_id").unique().to_pylist() == ["IT001E12345678"]


def long(rows: list[tuple[str, str]]) -> str:
    return "punto;inizio;kWh\n" + "".join(f"A;{label};{value}\n" for label, value in rows)


def test_two_rows_of_one_local_label_are_the_two_autumn_hours_in_their_order(read: Read) -> None:
    text = long([("25/10/2026 02:00", "1"), ("25/10/2026 02:15", "2"), ("25/10/2026 02:00", "3"),
                 ("25/10/2026 02:15", "4")])  # fmt: skip

    parsed = read(text, CURVES)

    assert starts(parsed) == [
        datetime(2026, 10, 25, h, m, tzinfo=UTC) for h in (0, 1) for m in (0, 15)
    ]
    assert [int(q) for q in parsed.table.column("quantity").to_pylist()] == [1, 2, 3, 4]


def test_one_row_of_an_ambiguous_label_is_rejected(read: Read) -> None:
    parsed = read(long([("25/10/2026 02:00", "1"), ("25/10/2026 04:00", "2")]), CURVES)

    assert parsed.table.num_rows == 1
    assert [(r.code, r.month) for r in parsed.rejects] == [("DST_UNDECLARED", "2026-10")]


@pytest.mark.parametrize(
    ("label", "start"),
    [
        ("01/07/2026 24:00", datetime(2026, 7, 1, 21, 45, tzinfo=UTC)),
        ("02/07/2026 00:00", datetime(2026, 7, 1, 21, 45, tzinfo=UTC)),
        ("01/07/2026 00:15", datetime(2026, 6, 30, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_label_that_names_the_end_is_one_interval_later(
    read: Read, label: str, start: datetime
) -> None:
    over = {"time": {"label": "end"}}

    parsed = read(long([(label, "1")]), CURVES, over=over)

    assert starts(parsed) == [start]
    assert parsed.table.column("interval_end")[0].as_py() == start + timedelta(minutes=15)


def test_under_reject_no_row_of_a_day_of_clock_change_counts(read: Read) -> None:
    over = {"time": {"dst": {"policy": "reject"}}}

    parsed = read(long([("29/03/2026 12:00", "1"), ("30/03/2026 12:00", "1")]), CURVES, over=over)

    assert parsed.table.num_rows == 1
    assert [r.code for r in parsed.rejects] == ["DST_UNDECLARED"]


def test_a_moment_without_the_promised_offset_refuses_the_file(read: Read) -> None:
    over = {"time": {"format": "iso", "dst": {"policy": "offset_in_text"}}}

    with pytest.raises(DeliveryRefused, match="DST_UNDECLARED"):
        read(
            long([("2026-07-01T00:00:00+02:00", "1"), ("2026-07-01T00:15:00", "1")]),
            CURVES,
            over=over,
        )


def test_mean_power_becomes_energy_by_the_length_of_the_interval(read: Read) -> None:
    values = [{"flow": "import", "column": "kWh", "quantity": "power_mean", "unit": "W"}]

    parsed = read(long([("01/07/2026 00:00", "5000,4")]), CURVES, over={"values": values})

    assert total(parsed) == Decimal("1.2501")


def test_a_unit_that_the_carrier_is_not_measured_in_is_rejected(read: Read) -> None:
    text = (
        "punto;inizio;kWh;u\nA;01/07/2026 00:00;1;kWh\n"
        "A;01/07/2026 00:15;1;mc\nA;01/07/2026 00:30;1;bar\n"
    )
    values = [
        {"flow": "import", "column": "kWh", "quantity": "energy_interval", "unit": {"column": "u"}}
    ]

    parsed = read(text, CURVES, over={"values": values})

    assert parsed.table.num_rows == 1
    assert [r.code for r in parsed.rejects] == ["WRONG_UNIT", "UNKNOWN_VALUE"]


def test_months_and_days_follow_the_local_calendar(read: Read) -> None:
    text = (
        "Mese;Codice sottostazione;Energia (MWh)\n"
        "03/2026;SS1;1.234,5\n10/2026;SS1;2\nTotale;;1.236,5\n"
    )

    parsed = read(text, "heat_monthly_csv")

    assert parsed.table.select(
        ["interval_start", "interval_end", "quantity", "month"]
    ).to_pylist() == [
        {
            "interval_start": datetime(2026, 2, 28, 23, tzinfo=UTC),
            "interval_end": datetime(2026, 3, 31, 22, tzinfo=UTC),
            "quantity": Decimal("1234500.000000"),
            "month": "2026-03",
        },
        {
            "interval_start": datetime(2026, 9, 30, 22, tzinfo=UTC),
            "interval_end": datetime(2026, 10, 31, 23, tzinfo=UTC),
            "quantity": Decimal("2000.000000"),
            "month": "2026-10",
        },
    ]


def test_a_restated_flow_outranks_the_one_it_restates(read: Read) -> None:
    head = "POD;DATA;ORA;FL_ORA_LEGALE;CONSUMO_ATTIVA_PRELEVATA\n"
    text = f"{head}{POD};20260501;000000;2;0,025\n"

    ranks = {
        flow: read(text, "sii_pdo_csv", file_name=f"1_2_202605_{flow}_x.csv")
        .table.column("flow_rank")[0]
        .as_py()
        for flow in ("PDO", "PDO2G", "RFO", "RFO2G")
    }

    assert ranks == {"PDO": 1, "PDO2G": 2, "RFO": 3, "RFO2G": 4}


def test_the_same_bytes_give_the_same_table(read: Read) -> None:
    rows: list[str] = flagged_day(date(2026, 5, 1))
    text = UNARETI + "\n".join(reversed(rows)) + "\n"

    first: Any = read(text, "unareti_curves")
    second: Any = read(text, "unareti_curves")

    assert first == second
    assert starts(first) == sorted(starts(first))
