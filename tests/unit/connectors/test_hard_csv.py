"""Delimited text at its worst, case by case (C of the specification) where `test_files` and
`test_intervals` do not hold it already.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.connectors.parsers import DeliveryRefused, Parsed
from tests.unit.connectors.conftest import Read
from tests.unit.connectors.test_files import DAILY, HEAD, LINE

TWO = [Decimal("1.5"), Decimal(2)]


def quantities(parsed: Parsed) -> list[Decimal]:
    return [Decimal(one) for one in parsed.table.column("quantity").to_pylist()]


def test_unicode_text_of_excel_has_tabs_and_two_bytes_per_sign(read: Read) -> None:  # C2
    text = "punto\tgiorno\tkWh\r\nCittà\t01/07/2026\t1,5\r\n"

    parsed = read(text.encode("utf-16"), DAILY, over={"read": {"delimiter": "\t"}})

    assert parsed.table.column("point_id").to_pylist() == ["Città"]


def test_two_points_in_one_file_in_any_spelling_are_two_points(read: Read) -> None:  # C10
    text = (
        HEAD + "it001e00000001;01/07/2026;1,5\n IT001E-0000 0002 ;01/07/2026;2\n"
        "IT001E000000019;02/07/2026;3\n"
    )

    parsed = read(text, DAILY, over={"columns": {"point_id": {"column": "punto", "as": "pod"}}})

    assert parsed.table.column("point_id").to_pylist() == [
        "IT001E00000001",
        "IT001E00000001",
        "IT001E00000002",
    ]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("01/02/26", "%d/%m/%y"),
        ("2026-02-01", "%Y-%m-%d"),
        ("1-feb-26", "%d-%b-%y"),
        ("1 Febbraio 2026", "%d %B %Y"),
        ("20260201", "%Y%m%d"),
        ("46054", "excel_serial"),
    ],
)
def test_a_day_is_read_as_it_is_declared_to_be_written(  # C16
    read: Read, text: str, form: str
) -> None:
    parsed = read(HEAD + f"A;{text};1\n", DAILY, over={"time": {"date_format": form}})

    assert [f"{one:%Y-%m-%d}" for one in parsed.table.column("interval_end").to_pylist()] == [
        "2026-02-01"
    ]


@pytest.mark.parametrize("form", ["%m/%d/%Y", "iso"])
def test_a_day_in_another_order_than_declared_refuses_the_file(
    read: Read, form: str
) -> None:  # C16
    with pytest.raises(DeliveryRefused):
        read(HEAD + "A;2026.07.31;1\n", DAILY, over={"time": {"date_format": form}})


def test_a_lone_quote_inside_a_cell_is_a_sign_like_any_other(read: Read) -> None:  # C17
    parsed = read(HEAD + 'Tubo 1/2";01/07/2026;1,5\n', DAILY)

    assert parsed.table.column("point_id").to_pylist() == ['Tubo 1/2"']


def test_a_file_whose_lines_end_as_on_old_machines_is_read(read: Read) -> None:  # C17
    text = (HEAD + LINE + "A;02/07/2026;2\n").replace("\n", "\r")

    assert quantities(read(text, DAILY)) == TWO


def test_bytes_that_are_no_text_are_refused_wherever_they_stand(read: Read) -> None:  # C17
    text = (HEAD + LINE * 200_000).encode() + b"A;02/07/2026;\x002\n"

    with pytest.raises(DeliveryRefused, match="BAD_ENCODING"):
        read(text, DAILY)


def test_thirty_megabytes_in_one_line_are_refused_and_not_held(read: Read) -> None:  # C18
    with pytest.raises(DeliveryRefused, match="TOO_LARGE"):
        read(b"punto" + b"x" * (30 * 1024 * 1024), DAILY)


@pytest.mark.parametrize(("width", "fits"), [(5000, True), (5001, False)])
def test_five_thousand_columns_are_the_most(read: Read, width: int, fits: bool) -> None:  # C18
    names = ["punto", "giorno", "kWh", *(f"c{at}" for at in range(width - 3))]
    text = ";".join(names) + "\nA;01/07/2026;1,5" + ";0" * (width - 3) + "\n"

    if fits:
        assert quantities(read(text, DAILY)) == [Decimal("1.5")]
        return
    with pytest.raises(DeliveryRefused, match="TOO_LARGE"):
        read(text, DAILY)


def test_the_name_of_a_file_says_nothing_about_its_kind(read: Read) -> None:  # C19
    assert quantities(read(HEAD + LINE, DAILY, file_name="curve.xls")) == [Decimal("1.5")]


@pytest.mark.parametrize(
    "cell", ['=HYPERLINK("http://127.0.0.1";"1")', "=1+1", "@SUM(1;1)", "+cmd|x"]
)
def test_a_formula_in_a_cell_is_never_calculated(read: Read, cell: str) -> None:  # C22
    quoted = '"' + cell.replace('"', '""') + '"'

    parsed = read(HEAD + LINE + f"A;02/07/2026;{quoted}\n", DAILY)

    assert quantities(parsed) == [Decimal("1.5")]
    assert [(one.code, one.raw) for one in parsed.rejects] == [("BAD_NUMBER", cell)]


def test_a_whole_row_may_be_quoted_as_one_cell(read: Read) -> None:
    text = '"punto;giorno;kWh"\n"A;01/07/2026;""1,5"""\n"A;02/07/2026;2"\n'

    assert quantities(read(text, DAILY, over={"read": {"quoted_rows": True}})) == TWO


def test_a_first_line_that_names_the_separator_is_no_header(read: Read) -> None:
    parsed = read("sep=;\n" + HEAD + LINE, DAILY)

    assert parsed.table.column("_row").to_pylist() == [3]


def test_a_file_without_a_header_is_read_by_place(read: Read) -> None:
    names = ["punto", "giorno", "kWh"]

    parsed = read(
        LINE + "A;02/07/2026;2\n", DAILY, over={"read": {"header": "none", "names": names}}
    )

    assert quantities(parsed) == TWO


def test_fixed_lines_above_the_data_are_the_preamble(read: Read) -> None:
    over: dict[str, Any] = {
        "read": {"header": "none", "names": ["x", "giorno", "kWh"], "skip_first": 2},
        "columns": {"point_id": {"preamble": r"LUOGO,(\w+)"}},
    }

    parsed = read("LUOGO,Prato\na;b;c;d\n" + LINE, DAILY, over=over)

    assert parsed.table.select(["point_id", "_row"]).to_pylist() == [
        {"point_id": "Prato", "_row": 3}
    ]


def test_what_follows_the_end_of_the_data_is_not_read(read: Read) -> None:
    text = HEAD + LINE + "\nLegenda: kWh\nuna;riga;di;troppo;ancora\n"

    assert quantities(read(text, DAILY, over={"read": {"stop_at": "^Legenda"}})) == [Decimal("1.5")]


def test_a_header_repeated_where_files_were_joined_is_no_data(read: Read) -> None:
    assert quantities(read(HEAD + LINE + HEAD + "A;02/07/2026;2\n", DAILY)) == TWO


def test_words_in_the_last_lines_are_left_out_whatever_batch_they_fall_into(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = HEAD + "".join(f"A;{day:02d}/07/2026;1\n" for day in range(1, 31))
    text += "A;media;1\nA;totale;30\n"
    at_once = read(text, DAILY)
    monkeypatch.setattr("pipelines.connectors.parsers.text_files.BATCH_CELLS", 6)

    in_batches = read(text, DAILY)

    assert in_batches.table == at_once.table
    assert in_batches.rejects == at_once.rejects
    assert [one.code for one in at_once.rejects] == ["BAD_DATE_ROW", "BAD_DATE_ROW"]


def test_the_two_autumn_hours_are_told_apart_across_batches(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.unit.connectors.conftest import CURVES

    labels = [f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, 15)]
    night = [*labels[:12], *labels[8:12], *labels[12:]]
    lines = [
        f"{point};25/10/2026 {label};0,{at:03d}" for point in "AB" for at, label in enumerate(night)
    ]
    lines += [f"A;26/10/2026 {label};1" for label in labels]
    text = "punto;inizio;kWh\n" + "\n".join(lines) + "\n"
    at_once = read(text, CURVES)
    monkeypatch.setattr("pipelines.connectors.parsers.text_files.BATCH_CELLS", 30)

    in_batches = read(text, CURVES)

    assert in_batches.table == at_once.table
    assert in_batches.table.num_rows == 2 * 100 + 96
    assert in_batches.rejects == ()
