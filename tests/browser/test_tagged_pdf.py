"""The PDF of a report as a screen reader meets it: what four checkers hold against it, and what none of them compares.

Belongs here: PDF/UA-1 and the words of the PDF beside those of the page. The checkers live in `.checkers/`; where
they are absent their tests are skipped and say so. What no machine sees is in `docs/accessibility.md`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from pipelines.settings import checkout

CHECKERS = checkout() / ".checkers" / "bin" / "python"
Findings = dict[str, list[tuple[str, str]]]


ALL, QUICK = "verapdf,page,pdfua,outloud", "verapdf,page"


def checked(files: list[Path], names: str = ALL) -> dict[Path, Findings]:
    """What each of these checkers holds against each file."""
    if not CHECKERS.exists() or shutil.which("java") is None:
        pytest.skip("no .checkers/ (make checkers) or no java: no checker has read the PDFs")
    done = subprocess.run(
        [CHECKERS, Path(__file__).with_name("pdf_checkers.py"), names, *files],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(one.pop("file")): one for one in told}


@pytest.fixture(scope="session")
def reports(edition: Any) -> list[Path]:
    """Every PDF of the edition."""
    return sorted(edition.path.rglob("report.pdf"))


@pytest.fixture(scope="session")
def of_checkers(reports: list[Path]) -> dict[Path, Findings]:
    """Findings by file and checker: of one report of each kind all of them, of the others the two that check most."""
    by_all = [
        path
        for path in reports
        if re.search(r"prato/it|bergamo/it|roma/en|programme/en", str(path))
    ]
    return checked(by_all) | checked([path for path in reports if path not in by_all], QUICK)


def below(root: Any) -> Iterator[DictionaryObject]:
    """Structure elements in the order they are read."""
    stack = [root]
    while stack:
        at = stack.pop()
        if "/S" in at:
            yield at
        found = [
            each.get_object() for each in _as_list(at.get("/K", [])) if not isinstance(each, int)
        ]
        stack += [each for each in reversed(found) if isinstance(each, DictionaryObject)]


@cache
def tagged(path: Path) -> list[DictionaryObject]:
    """Structure elements of a file."""
    root: Any = PdfReader(path).trailer["/Root"]
    return [*below(root["/StructTreeRoot"])]


def of_kind(path: Path, kind: str) -> list[DictionaryObject]:
    return [each for each in tagged(path) if each["/S"] == kind]


def settled(path: Path, finding: tuple[str, str]) -> bool:
    """Whether a finding is settled by a check of ours, as `docs/accessibility.md` says."""
    rule, told = finding
    if (
        rule == "FIG-012"
    ):  # words of a drawing that carry more digits than letters; held against the page's below
        return sum(map(str.isalpha, told.rsplit(": ", 1)[0])) > 20
    if (
        rule == "TAG-002"
    ):  # the head of a table, repeated on its next page: read once, printed twice
        printed = " ".join(page.extract_text() for page in PdfReader(path).pages).split()
        said = told.rsplit(": ", 1)[1].split()
        text = " ".join(printed)
        return text.count(" ".join(said)) >= 2
    return False


def test_no_checker_of_pdf_ua_has_anything_against_a_report(of_checkers) -> None:
    against = [
        (str(path), checker, *finding)
        for path, told in of_checkers.items()
        for checker, findings in told.items()
        for finding in findings
        if not settled(path, finding)
    ]

    assert of_checkers
    assert against == []


def _no_language(root: Any) -> None:
    del root["/Lang"]


def _not_marked(root: Any) -> None:
    del root["/MarkInfo"]


def _no_title(root: Any) -> None:
    del root["/Metadata"]


def _first(root: Any, kind: str) -> Any:
    return next(each for each in below(root["/StructTreeRoot"]) if each["/S"] == kind)


def _figure_without_words(root: Any) -> None:
    del _first(root, "/Figure")["/Alt"]


def _level_left_out(root: Any) -> None:
    _first(root, "/H2")[NameObject("/S")] = NameObject("/H4")


def _row_with_a_cell_too_few(root: Any) -> None:
    del _first(root, "/TBody")["/K"][0].get_object()["/K"][0]


FAULTS: dict[Callable[[Any], None], int] = {
    _no_language: 3,
    _not_marked: 3,
    _no_title: 3,
    _figure_without_words: 3,
    _level_left_out: 2,
    _row_with_a_cell_too_few: 1,
}
"""What is broken, and how many checkers notice it at least."""


def test_the_checkers_notice_what_is_broken(
    reports: list[Path], tmp_path: Path, of_checkers
) -> None:
    sound = next(path for path in reports if "programme/en" in str(path))
    broken = {}
    for fault in FAULTS:
        writer = PdfWriter(clone_from=sound)
        fault(writer.root_object)
        broken[fault] = tmp_path / f"{fault.__name__}.pdf"
        writer.write(broken[fault])

    told = checked([*broken.values()])

    before = {rule for findings in of_checkers[sound].values() for rule, _ in findings}
    noticed = {
        fault: sum(any(rule not in before for rule, _ in found) for found in told[path].values())
        for fault, path in broken.items()
    }
    assert {fault.__name__: noticed[fault] >= least for fault, least in FAULTS.items()} == {
        fault.__name__: True for fault in FAULTS
    }, noticed


def words(text: str) -> str:
    """Text without what only typesetting puts there."""
    return re.sub(r"[\s\u00ad\u00a0]+", " ", text).strip()


def page_of(path: Path) -> Any:
    return html.fromstring(path.with_suffix(".html").read_bytes())


def test_every_drawing_is_told_in_words_the_page_tells_it_in(reports: list[Path]) -> None:
    for path in reports:
        told = [words(str(each["/Alt"])) for each in of_kind(path, "/Figure")]
        assert told
        assert all(len(each) > 10 for each in told), path
        page = page_of(path)
        descriptions = {
            words(each.text_content())
            for each in page.xpath("//figure//svg//*[local-name()='desc']")
        }
        assert descriptions <= {*told}, path


def test_the_pdf_is_read_in_the_order_of_the_page(reports: list[Path]) -> None:
    for path in reports:
        marks = [
            str(each.get("/T", "")) for each in tagged(path) if re.fullmatch(r"/H\d", each["/S"])
        ]
        levels = [int(each["/S"][2]) for each in tagged(path) if re.fullmatch(r"/H\d", each["/S"])]
        assert levels[0] == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        assert len(marks) == len(levels)


def test_all_text_stands_in_a_paragraph_a_heading_a_list_or_a_table(reports: list[Path]) -> None:
    for path in reports:
        loose = [
            each["/S"]
            for each in tagged(path)
            if each["/S"] in {"/Document", "/Part", "/Sect", "/Div"}
            and any(isinstance(at, int) for at in _as_list(each.get("/K", [])))
        ]
        assert loose == [], path


def _as_list(value: Any) -> list[Any]:
    value = value.get_object() if hasattr(value, "get_object") else value
    return value if isinstance(value, list) else [value]


def test_every_cell_that_heads_others_says_whether_a_column_or_a_row(reports: list[Path]) -> None:
    for path in reports:
        heads = of_kind(path, "/TH")
        assert heads
        for head in heads:
            given = head["/A"]
            given = given if isinstance(given, list) else [given]
            assert any("/Scope" in each.get_object() for each in given), path


def test_the_file_names_itself_its_language_and_its_chapters(reports: list[Path]) -> None:
    for path in reports:
        reader = PdfReader(path)
        root: Any = reader.trailer["/Root"]
        page = page_of(path)
        assert root["/Lang"] == page.get("lang"), path
        assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True, path
        assert root["/MarkInfo"]["/Marked"].value is True, path
        assert all(each["/Tabs"] == "/S" for each in reader.pages if "/Annots" in each), path
        chapters = [words(each.title) for each in reader.outline if not isinstance(each, list)]  # type: ignore[union-attr]
        assert len(chapters) >= 1, path
        title = words(str(reader.metadata.title if reader.metadata else ""))
        assert words(page.xpath("//h1/text()")[0]) in title


def test_every_letter_can_be_copied_as_the_letter_it_is(reports: list[Path]) -> None:
    for path in reports:
        for page in PdfReader(path).pages:
            fonts: Any = page["/Resources"].get("/Font", {})  # type: ignore[union-attr]
            for font in fonts.values():
                assert "/ToUnicode" in font.get_object(), path
        text = words(" ".join(page.extract_text() for page in PdfReader(path).pages))
        assert "\ufffd" not in text
        assert not re.search(r"[\ue000-\uf8ff]", text)
