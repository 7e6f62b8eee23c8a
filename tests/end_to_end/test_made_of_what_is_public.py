"""Portal, quarters and years, Word documents and mail tell nothing that published editions do not.

`test_printed_numbers.py` makes a month's files again from its protected tables alone. All else that leaves the house is
made again here from a shelf that holds editions and their seals, somewhere else and without a house to look into: the
same bytes, and not one file of the house was opened.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner

from pipelines.cli import nzd
from pipelines.delivering.message import plain_text
from pipelines.delivering.postage import postage
from pipelines.delivering.report_mail import report_mail
from pipelines.delivering.wording import typeset
from pipelines.publishing.editions.period_editions import repeat_period
from pipelines.publishing.language import words
from pipelines.publishing.portal.holdings import holdings
from pipelines.publishing.portal.site import portal
from pipelines.publishing.reading import Reading
from pipelines.publishing.shelf import editions, of_periods
from pipelines.settings import Settings
from tests.end_to_end.conftest import SamplePlayed

MONTH = "2026-10"
_OPENED: list[str] = []
_WATCHING: list[bool] = []


@pytest.fixture(scope="module")
def elsewhere(
    checkout: Path, sample_played: SamplePlayed, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """A deployment that has editions with their seals and nothing else."""
    home = tmp_path_factory.mktemp("elsewhere")
    for name in ("editions", "seals"):
        shutil.copytree(sample_played.home / name, home / name)
    return Settings(checkout, home, home / "districts", home / "inbox", home)


@contextmanager
def away_from(house: SamplePlayed) -> Iterator[None]:
    """Whatever happens in it must not open a file of the house."""

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if _WATCHING and event == "open":
            _OPENED.append(str(args[0]))

    if not _OPENED:
        sys.addaudithook(watch)  # it stays as long as this process; the list says when it looks
    _OPENED[:] = [""]
    _WATCHING.append(True)
    yield
    _WATCHING.clear()
    assert len(_OPENED) > 1
    assert [path for path in _OPENED if path.startswith(str(house.home))] == []


def test_the_portal_its_feeds_calendar_explorer_and_data_are_made_of_editions_alone(
    sample_played: SamplePlayed, elsewhere: Settings
) -> None:
    with away_from(sample_played):
        made = portal(holdings(elsewhere), elsewhere.reports, None)

    there = sample_played.home / "portal"
    held = {path.relative_to(there).as_posix() for path in there.rglob("*") if path.is_file()}
    assert made.keys() == held
    assert [name for name, data in made.items() if (there / name).read_bytes() != data] == []
    assert {Path(name).suffix for name in made} >= {".html", ".js", ".xml", ".ics"}


def test_a_year_is_made_of_the_edition_it_is_a_view_of(
    sample_played: SamplePlayed, elsewhere: Settings
) -> None:
    found = {one.month: one for one in of_periods(elsewhere.editions)}
    assert found.keys() == {"2026-Q3", "2025"}
    year = found["2025"]
    with away_from(sample_played):
        again = repeat_period(elsewhere, year, year.manifest["code_version"])
    assert (again.differing, again.withdrawn, again.damaged) == ((), None, None)


def test_a_word_document_is_made_of_its_edition_alone(
    sample_played: SamplePlayed,
    elsewhere: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """And each number of its text is on the page that it is the same as."""
    reports = [
        (f"{MONTH}/r1", "prato", "it"),
        (f"{MONTH}/r1", "programme", "en"),
        ("2026-Q3/r1", "parma", "it"),
        ("2025/r1", "prato", "en"),
    ]
    monkeypatch.setenv("NZD_HOME", str(elsewhere.home))
    monkeypatch.setenv("NZD_DISTRICTS", str(elsewhere.districts))
    for edition, of, language in reports:
        place = tmp_path / "report.docx"
        with away_from(sample_played):
            asked = ["office", edition, of, "--language", language, "--to", str(place)]
            done = CliRunner().invoke(nzd, asked, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        page = elsewhere.editions / edition / of / language / "report.html"
        lacking = _numbers(_said(place.read_bytes())) - _numbers(page.read_text(encoding="utf-8"))
        assert lacking == set(), (edition, of)


def _said(data: bytes) -> str:
    """Paragraphs, cells and the words of pictures; without the numbers of sections that Word's pages have."""
    book = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in book.tables for row in table.rows for cell in row.cells]
    pictures = [shape._inline.docPr.get("descr") for shape in book.inline_shapes]
    return "\n".join([*(one.text for one in book.paragraphs), *cells, *pictures])


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*\d", text))


def test_mail_about_a_report_is_made_of_its_edition_alone(
    sample_played: SamplePlayed, elsewhere: Settings
) -> None:
    newest = editions(elsewhere.editions)[-1]
    mails = sorted((sample_played.home / "outbox").glob("*-report-*.eml"))
    assert len(mails) == 14
    for path in mails:
        mail = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain",))
        assert body is not None
        place, language = re.findall(r"report-(\w+)-(it|en)-", path.name)[0]
        with away_from(sample_played):
            said = words(language, elsewhere.reports / "text")
            of = None if place == "programme" else place
            made = typeset(report_mail(newest, Reading(newest.path), of, said, postage({})))
        assert mail["Subject"] == made.subject
        told = plain_text(made)
        more = [line for line in body.get_content().splitlines() if line not in told.splitlines()]
        # What is added says who gets the mail and why: no figure.
        assert [line for line in more if re.search(r"\d", line)] == [], path.name


def test_letters_about_sources_count_deliveries_and_hold_no_figure(
    sample_played: SamplePlayed,
) -> None:
    """A digest for the engineers and a word to a provider: how many, since when, and never how much."""
    for path in (sample_played.home / "outbox").glob("*.eml"):
        if "-report-" in path.name:
            continue
        mail = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain",))
        assert body is not None
        assert re.findall(r"\d+[.,]\d+|\d{5,}|kWh|Smc|m³|tCO|EUR|€", body.get_content()) == []
        assert not list(mail.iter_attachments())
