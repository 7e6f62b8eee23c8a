"""Every number on a page is a published one, follows from published ones, or is declared: there is nothing else.

A page is a function of the frozen folder: made again from its protected tables alone, with no house to look into, every
byte is the same. So a sentence, a sparkline, a tile, a file's name or an order of rows can tell nothing that the tables
do not, and what follows from the tables is for `test_attack.py` to find.
"""

from __future__ import annotations

import re
import shutil
import sys
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.open_data.city_data import city_data
from pipelines.publishing.rendering.rendering import render
from pipelines.publishing.rows import read_table
from tests.end_to_end.attack_reading import rows
from tests.end_to_end.conftest import SamplePlayed

MONTH = "2026-10"
_DIGITS = 5
"""Shorter numbers stand on pages by chance."""
_ORDER = {
    "measures": ("measure_id",),
    "project_funding": ("funding_source", "stage"),
    "survey_estimates": ("survey_id", "wave", "measure"),
    "energy_by_carrier_sector": ("month",),
}


def test_pages_are_made_of_the_protected_tables_and_of_nothing_else(
    sample_played: SamplePlayed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = sample_played.edition(MONTH)
    alone = tmp_path / "elsewhere"
    shutil.copytree(published / "tables", alone / "tables")
    for name in ("kpi_values.parquet", "manifest.json"):
        shutil.copy(published / name, alone / name)
    for name in ("NZD_HOME", "NZD_DISTRICTS", "NZD_INBOX"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    opened: set[str] = set()
    watching = [True]  # a hook of this process stays: it is closed and not taken away

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if watching and event == "open":
            opened.add(str(args[0]))

    sys.addaudithook(watch)
    made = render(alone)
    values = read_table(alone / "kpi_values.parquet")
    assert values is not None
    made |= city_data(values)
    watching.clear()

    differing = [name for name, data in made.items() if (published / name).read_bytes() != data]
    assert differing == []
    assert {path.suffix for path in map(Path, made)} >= {
        ".html",
        ".pdf",
        ".xlsx",
        ".json",
        ".jsonld",
    }
    inside = [
        path
        for path in opened
        if path.startswith((str(sample_played.home), str(tmp_path / "nothing")))
    ]
    assert inside == []


def _printed(value: Decimal, decimals: int) -> set[str]:
    """A number as pages write it, in Italian and in English."""
    exact = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    english = f"{abs(exact):,}"
    return {english, english.translate(str.maketrans(",.", ".,"))}


def _long(text: str) -> bool:
    return len(re.sub(r"\D", "", text).lstrip("0")) >= _DIGITS


@pytest.mark.parametrize("district", ["prato", "parma", "bergamo"])
def test_no_page_prints_a_value_that_is_hidden(sample_played: SamplePlayed, district: str) -> None:
    edition = sample_played.edition(MONTH)
    decimals = {
        row["code"]: int(row["decimals"]) for row in rows(edition / "tables" / "kpis.parquet")
    }
    told, secret = set[str](), dict[str, str]()
    inside = {
        (r["district_id"], r["month"], r["kpi_code"]): r
        for r in rows(sample_played.home / "marts" / "fct_kpi_values.parquet")
    }
    for row in rows(edition / "kpi_values.parquet"):
        key = (row["district_id"], row["month"], row["kpi_code"])
        for name in ("value", "numerator"):
            for places in {decimals[row["kpi_code"]], 0, 1, 3}:
                if row[name] is not None:
                    told |= _printed(row[name], places)
                elif key[0] == district and row["suppressed"] and inside[key][name] is not None:
                    for text in filter(_long, _printed(inside[key][name], places)):
                        secret[text] = " ".join(key)
    told |= _in_tables(edition)
    numbers = set(re.findall(r"\d[\d.,]*\d", _text(edition, district)))
    assert len(secret) > 100
    assert {text: secret[text] for text in numbers & secret.keys() - told} == {}


@cache
def _in_tables(edition: Path) -> frozenset[str]:
    return frozenset(
        text
        for path in (edition / "tables").glob("*.parquet")
        for row in rows(path)
        for number in row.values()
        if isinstance(number, Decimal)
        for places in range(4)
        for text in _printed(number, places)
    )


def _text(edition: Path, district: str) -> str:
    """What pages say to readers and to machines, without drawings' coordinates and styles."""
    pages = list((edition / district).rglob("*.html"))
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    text = re.sub(r"<(style|script)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return re.sub(
        r'\s(?:d|points|x|y|x1|x2|y1|y2|transform|viewBox|style|id|href|cx|cy|width|height)="[^"]*"',
        " ",
        text,
    )


def test_rows_stand_in_the_order_of_their_names_and_not_of_hidden_amounts(
    sample_played: SamplePlayed,
) -> None:
    tables = sample_played.edition(MONTH) / "tables"
    for name, keys in _ORDER.items():
        found: list[tuple[Any, ...]] = [
            tuple(row[key] for key in keys) for row in rows(tables / f"{name}.parquet")
        ]
        by_district: dict[str, list[tuple[Any, ...]]] = {}
        for row, key in zip(rows(tables / f"{name}.parquet"), found, strict=True):
            by_district.setdefault(row["district_id"], []).append(key)
        assert all(own == sorted(own) for own in by_district.values()), name
    hidden = [
        row["measure_id"] for row in rows(tables / "measure_scenarios.parquet")
        if row["kind"] == "alone" and row["suppressed"] and row["district_id"] == "prato"
    ]  # fmt: skip
    assert hidden == sorted(hidden)
