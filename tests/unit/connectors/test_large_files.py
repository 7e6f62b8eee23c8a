"""Large files: read in many batches or in one, the rows are the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.connectors.parsers import text_files
from tests.unit.connectors.conftest import CURVES, Read

DAY = [f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, 15)]
HEAD = "punto;inizio;kWh;"
BODY = [f"A;{day:02d}/07/2026 {label};0,{day:03d};" for day in range(1, 32) for label in DAY]


@pytest.mark.parametrize(
    "lines",
    [
        [HEAD, *BODY],
        [HEAD, *BODY[:50], "", *BODY[50:]],
        [HEAD, *BODY[:50], HEAD, *BODY[50:]],
        [HEAD, *BODY, "Totale;;9;"],
        [HEAD.rstrip(";"), *BODY],
        [HEAD, *BODY[:50], 'B;"01/07/2026 00:00";1;', *BODY[50:]],
    ],
    ids=["regular", "blank line", "repeated header", "total", "trailing separator", "quoted cell"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_large_file_gives_the_rows_of_a_small_one(
    read: Read, monkeypatch: pytest.MonkeyPatch, lines: list[str], end: str
) -> None:
    text = end.join(lines) + end
    over = {"read": {"skip_rows": ["(?i)^totale"]}}
    at_once = read(text, CURVES, over=over)

    monkeypatch.setattr(text_files, "BATCH_CELLS", 200)
    in_batches = read(text, CURVES, over=over)

    # The outline of the first rows is made of the first batch, which is tiny here.
    assert replace(in_batches, shape=()) == replace(at_once, shape=())
    assert in_batches.table.num_rows >= 31 * 96


def test_a_large_file_that_was_cut_off_is_refused_all_the_same(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_files, "BATCH_CELLS", 200)

    with pytest.raises(Exception, match="TRUNCATED"):
        read("\n".join([HEAD, *BODY, "A;01/0"]), CURVES)
