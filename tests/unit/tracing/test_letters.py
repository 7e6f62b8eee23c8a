"""The letter to a provider says what it sent, what seems wrong and what is asked: of its own source and of no other."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from pipelines.cli import nzd
from tests.correcting import CURVE, ENTRY, SECOND, THIRD, Place

BAD = "A1,electricity,import,2026-03-10T11:00:00Z,2026-03-10T23:00:00Z,-8,kWh,measured\n"
READINGS = """\
point_id,carrier,flow,serial,register,read_at,reading,unit,quality,event
WATERPOINT9,water,import,M1,total,2026-03-31T22:00:00Z,91204471,m3,measured,periodic
"""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, place in (("HOME", "var"), ("DISTRICTS", "districts"), ("INBOX", "inbox")):
        monkeypatch.setenv(f"NZD_{name}", str(tmp_path / place))
    monkeypatch.setenv("NZD_NOW", THIRD.isoformat())
    place = Place(tmp_path)
    place.send("curves", "marzo.csv", CURVE.format(1000, 2000) + BAD)
    place.send("readings", "segrete.csv", READINGS)
    curve = {**ENTRY, "reason": "Mille volte la potenza", "where_in_file": "righe 2-3"}
    water = {**ENTRY, "correction_id": "K-2", "about_source": "readings", "point_id": "WATERPOINT9",
             "first_day": "2026-04-01", "value_received": "91204471", "value_right": "9.12", "unit": "m3"}  # fmt: skip
    over = {**ENTRY, "correction_id": "K-3", "status": "closed", "first_day": "2026-03-10"}
    place.enter("registro.csv", curve, water, over)
    place.collect(SECOND)
    return tmp_path


def asked(*words: str) -> str:
    done = CliRunner().invoke(nzd, ["source", "letter", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_it_says_what_came_what_seems_wrong_and_what_is_asked_by_when(written: Path) -> None:
    said = asked("prova", "curves", "--into", str(written / "out"))

    text = next((written / "out").glob("*.txt")).read_text()
    flat = " ".join(text.split())
    reference = said.splitlines()[0].removeprefix("Reference: ")
    assert reference.startswith("NZD-PROVA-CURVES-")
    assert f"Riferimento da citare nella risposta: {reference}" in flat
    assert "marzo.csv; Ricevuto il: 15 aprile 2026; Righe: 5; Righe non usate: 1" in flat
    assert "Nostro codice: C1; Punto (POD, PDR, utenza): A1; Giorni: 9 marzo 2026" in flat
    assert "Dove nel file: righe 2-3; Valore inviato: 3000 kWh; Valore che riteniamo giusto: 1 kWh" in flat  # fmt: skip
    assert "Mille volte la potenza" in flat
    assert "Righe: 6; La prima dice: A1 | electricity" in flat
    assert "entro il 9 giugno 2026" in flat


def test_it_holds_nothing_of_another_source_and_nothing_that_is_over(written: Path) -> None:
    asked("prova.curves", "--into", str(written / "out"))

    for path in (written / "out").iterdir():
        body = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                body = b"".join(book.read(name) for name in book.namelist())
        for foreign in (b"segrete", b"WATERPOINT9", b"91204471", b"K-2", b"K-3", b"readings"):
            assert foreign not in body, (path.name, foreign)


def test_it_says_on_every_page_and_sheet_that_it_is_not_public(written: Path) -> None:
    asked("prova.curves", "--into", str(written / "out"))

    mark = "Riservata a chi la riceve: riporta righe dei file che ci ha inviato e non si pubblica."
    for kind in ("html", "txt"):
        [page] = (written / "out").glob(f"*.{kind}")
        assert mark in " ".join(page.read_text(encoding="utf-8").split())
    [path] = (written / "out").glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    assert [page["A1"].value for page in book] == [mark] * len(book.sheetnames)
    assert {page.oddHeader.right.text for page in book} == {mark}
    assert (book.properties.category, book.properties.description) == (mark, mark)
    assert {page.freeze_panes for page in book} == {"B3"}
    assert book.worksheets[0]["A2"].value == "File"


def test_the_same_content_has_the_same_reference_and_the_same_bytes(written: Path) -> None:
    first, again = (asked("prova", "curves", "--into", str(written / to)) for to in ("a", "b"))

    assert first.splitlines()[0] == again.splitlines()[0]
    names = sorted(path.name for path in (written / "a").iterdir())
    assert len(names) == 3
    for name in names:
        assert (written / "a" / name).read_bytes() == (written / "b" / name).read_bytes()


def test_a_source_without_anything_wrong_gets_a_receipt_and_each_language_its_own(
    written: Path,
) -> None:
    said = asked("prova", "bills", "--into", str(written / "out"), "--language", "en")

    assert "Nothing has to be asked" in said
    text = next((written / "out").glob("*-en.txt")).read_text()
    assert "only confirms what we received" in " ".join(text.split())
