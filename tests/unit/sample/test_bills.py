"""The registers of bills name who pays them, as real ones do; the city is named as such and nobody else by accident."""

from __future__ import annotations

import io

import openpyxl

from sample.holders import BILLED, COLUMNS, PRIVATE
from sample.registers import bills


def test_bills_of_firms_name_them_and_those_of_the_city_do_not() -> None:
    heads, *rows = openpyxl.load_workbook(io.BytesIO(bills("parma", "2026-10"))).active.values
    named = [dict(zip(heads, row, strict=True)) for row in rows]

    assert set(COLUMNS) < set(heads)
    firms = [[row[name] for name in COLUMNS] for row in named if row["E-mail per la bolletta"]]
    assert [text for firm in firms for text in firm] == list(PRIVATE)
    assert len(firms) == len(BILLED) == 2
    [city] = [row for row in named if row["Intestatario"] == "Comune"]
    assert city["Partita IVA"] is None
    assert len(set(PRIVATE)) == len(PRIVATE)
