"""The portal as files: every link arrives, nothing asks the network, what is withdrawn is gone."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from lxml import html

from pipelines.cli import nzd
from pipelines.publishing.editions.sealing import vouch
from pipelines.publishing.editions.withdrawal import withdraw
from pipelines.publishing.portal.holdings import holdings
from pipelines.publishing.portal.placing import NotAPortal
from pipelines.publishing.portal.site import copy_portal, make_portal, portal
from pipelines.publishing.rows import sha256
from pipelines.publishing.shelf import editions
from pipelines.settings import Settings
from tests.published import DISTRICTS

ID = re.compile(rb"(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])")
MARKUP = "<b>\"Prato\"</b> & 'figli' <script>alert(1)</script> " + "x" * 40


def pages(folder: Path) -> Iterator[tuple[Path, html.HtmlElement]]:
    for path in sorted(folder.rglob("*.html")):
        yield path, html.fromstring(path.read_bytes())


def lost_links(folder: Path) -> list[tuple[str, str]]:
    """Links of the portal's pages that lead nowhere, and anchors that are not on their page."""
    anchors: dict[Path, set[str]] = {}
    lost = []
    for path, page in pages(folder):
        for href in [*page.xpath("//@href"), *page.xpath("//@src"), *page.xpath("//@action")]:
            said = urlsplit(str(href))
            assert not said.scheme, (path, href)
            assert not said.netloc, (path, href)
            target = (path.parent / unquote(said.path)).resolve() if said.path else path
            if not target.is_file():
                lost.append((path.name, href))
            elif said.fragment and target.suffix == ".html" and "=" not in said.fragment:
                if target not in anchors:
                    anchors[target] = set(html.fromstring(target.read_bytes()).xpath("//@id"))
                if said.fragment not in anchors[target]:
                    lost.append((path.name, href))
    return lost


def test_every_link_and_every_anchor_arrives(made):
    assert lost_links(made.portal) == []


def test_both_languages_have_the_same_pages_and_say_which_they_are(made):
    names = {code: {p.name for p in (made.portal / code).iterdir()} for code in ("it", "en")}

    assert names["it"] == names["en"]
    assert {f"district-{one}.html" for one in DISTRICTS} < names["it"]
    for path, page in pages(made.portal):
        assert page.get("lang") == ("en" if path.parent.name == "en" else "it")


def test_every_page_forbids_what_it_does_not_need(made):
    for path, page in pages(made.portal):
        policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert len(policy) == 1, path
        assert policy[0].startswith("default-src 'none'")
        assert "unsafe-eval" not in policy[0]
        if path.name != "404.html":
            assert "unsafe-inline" not in policy[0]
            assert not page.xpath("//@style | //style | //@onclick"), path
            assert all(
                s.get("src") or s.get("type") == "application/json" for s in page.iter("script")
            )


def test_the_same_editions_give_the_same_bytes(made):
    first = portal(holdings(made), made.reports, None)
    held = {
        p.relative_to(made.portal).as_posix(): p.read_bytes()
        for p in made.portal.rglob("*")
        if p.is_file()
    }

    assert first == held
    assert make_portal(made) == 0


def test_a_reader_who_polls_while_an_edition_is_added_never_sees_half_a_page(own):
    newest = editions(own.editions)[-1].path
    aside = own.home / "aside"
    newest.rename(aside)
    make_portal(own)
    broken: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            for name in ("it/index.html", "it/explorer.html", "en/archive.html"):
                text = (own.portal / name).read_text(encoding="utf-8")
                page = html.fromstring(text)
                needed = [
                    *page.xpath("//script/@src"),
                    *page.xpath("//link[@rel='stylesheet']/@href"),
                ]
                if not text.endswith("</html>\n"):
                    broken.append(name)
                gone = [
                    one for one in needed if not (own.portal / name).parent.joinpath(one).is_file()
                ]
                if gone and (own.portal / name).read_text(encoding="utf-8") == text:
                    broken.append(f"{name}: {gone}")

    reader = threading.Thread(target=read)
    reader.start()
    aside.rename(newest)
    written = make_portal(own)
    done.set()
    reader.join()

    assert written > 0
    assert broken == []
    assert "2026-10-r1" in (own.portal / "it" / "archive.html").read_text(encoding="utf-8")


def test_a_withdrawn_edition_leaves_its_reason_and_none_of_its_figures(own):
    newest = editions(own.editions)[-1]
    values = pq.read_table(newest.path / "kpi_values.parquet")
    ids = set(values["kpi_value_id"].to_pylist())

    withdraw(
        own,
        newest,
        "Un errore nelle letture",
        "error",
        "Anna Rossi",
        datetime(2026, 11, 20, tzinfo=UTC),
    )
    make_portal(own)

    told = {one for p in own.portal.rglob("*") if p.is_file() for one in ID.findall(p.read_bytes())}
    assert not ids & {one.decode() for one in told}
    assert "Un errore nelle letture" in (own.portal / "it" / "archive.html").read_text(
        encoding="utf-8"
    )
    assert "settembre 2026" in (own.portal / "it" / "index.html").read_text(encoding="utf-8")
    assert lost_links(own.portal) == []


def test_with_every_edition_withdrawn_or_none_yet_there_still_is_a_portal(own, tmp_path):
    for one in editions(own.editions):
        withdraw(own, one, "Prova", "error", "Anna Rossi", datetime(2026, 11, 20, tzinfo=UTC))

    make_portal(own)

    assert lost_links(own.portal) == []
    assert portal(holdings(replace(own, home=tmp_path / "nothing")), own.reports, None)


def test_what_changed_is_told_with_its_cause(made):
    text = (made.portal / "en" / "archive.html").read_text(encoding="utf-8")

    assert (
        "figures published before have changed" in text
        or "figure published before has changed" in text
    )


def test_names_with_markup_are_text(own):
    for one in editions(own.editions):
        path = one.path / "tables" / "districts.parquet"
        table = pq.read_table(path)
        names = [
            MARKUP if row == "prato" else name
            for row, name in zip(
                table["district_id"].to_pylist(), table["name_it"].to_pylist(), strict=True
            )
        ]
        place = table.column_names.index("name_it")
        pq.write_table(table.set_column(place, "name_it", pa.array(names)), path)

    make_portal(own)

    for path, page in pages(own.portal / "it"):
        assert not page.xpath(
            "//b[.='\"Prato\"'] | //script[contains(., 'alert(1)') and not(@type)]"
        ), path
    heads = html.fromstring((own.portal / "it" / "district-prato.html").read_bytes()).xpath("//h1")
    assert "<script>alert(1)</script>" in heads[0].text_content()
    assert lost_links(own.portal) == []


def test_the_folder_for_a_web_server_stands_alone_and_holds_nothing_internal(own, tmp_path):
    target = tmp_path / "web" / "nzd"
    (own.editions / "2026-10" / ".r2.half").mkdir()
    (own.editions / "2026-10" / ".r2.half" / "kpi_values.csv").write_text("half")

    copy_portal(own, target)
    copy_portal(own, target)

    assert {path.name for path in target.iterdir()} == {"portal", "editions"}
    assert lost_links(target / "portal") == []
    assert not list(target.rglob(".*"))
    assert (target / "editions" / "2026-10" / "r1" / "prato" / "it" / "report.pdf").is_file()


def test_a_folder_with_something_else_is_not_written_over(own, tmp_path):
    target = tmp_path / "photos"
    target.mkdir()
    (target / "me.jpg").write_bytes(b"x")

    with pytest.raises(NotAPortal, match="holds no portal"):
        copy_portal(own, target)
    assert (target / "me.jpg").read_bytes() == b"x"


def text_of(settings: Settings, name: str) -> str:
    found: str = html.fromstring((settings.portal / name).read_bytes()).text_content()
    return " ".join(found.split())


def test_a_quarter_stands_in_the_archive_its_districts_page_and_their_feed(own):
    place = own.editions / "2026-Q3" / "r1"
    files = ["prato/it/report.html", "prato/data/period_values.csv", "index.html"]
    for name in files:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("<html lang='it'></html>")
    about = {"id": "2026-Q3-r1", "month": "2026-09", "period": "2026-Q3", "revision": 1}
    about |= {"known_at": "2026-10-10T07:00:00Z", "view_of": {"id": "2026-09-r1"}}
    listed = [{"path": name, "bytes": 23, "sha256": ""} for name in files]
    (place / "manifest.json").write_text(json.dumps({**about, "files": listed}))

    make_portal(own)

    archive = text_of(own, "it/archive.html")
    assert "Terzo trimestre 2026 (2026-Q3-r1)" in archive
    assert "Dall’edizione mensile 2026-09-r1" in archive
    assert "2026-Q3-r1" in text_of(own, "it/district-prato.html")
    assert "2026-Q3-r1" not in text_of(own, "it/district-roma.html")
    assert "terzo trimestre 2026" in (own.portal / "feeds" / "prato.it.xml").read_text("utf-8")
    assert lost_links(own.portal) == []


def test_who_waits_is_named_with_the_reason_and_the_last_report_stays(own):
    because = {"it": "Mancano le letture.", "en": "Readings are missing."}
    waiting = {"district_id": "prato", "name_it": "Prato", "name_en": "Prato"}
    waiting |= {"since": "2026-12-10", "because": [because]}
    note = {"month": "2026-11", "next_try": "2026-12-11", "districts": [waiting]}
    (own.editions / "2026-11").mkdir()
    (own.editions / "2026-11" / "delayed.json").write_text(json.dumps(note))
    (own.editions / "2026-11" / "delayed.html").write_text("<html lang='it'></html>")

    make_portal(own)

    home = text_of(own, "en/index.html")
    assert "Readings are missing." in home
    assert "The report of November 2026 is delayed" in home
    assert "Mancano le letture." in text_of(own, "it/archive.html")
    assert "ottobre 2026 (r1)" in text_of(own, "it/district-prato.html")
    assert lost_links(own.portal) == []


def test_changes_against_a_withdrawn_edition_are_no_longer_told(own):
    before = html.fromstring((own.portal / "en" / "archive.html").read_bytes())
    assert before.xpath("//article//details")
    first = editions(own.editions)[0]

    withdraw(own, first, "Prova", "error", "Anna Rossi", datetime(2026, 11, 20, tzinfo=UTC))
    make_portal(own)

    newest = html.fromstring((own.portal / "en" / "archive.html").read_bytes())
    assert not newest.xpath("//article//details")
    assert "No figure published before has changed." in text_of(own, "en/archive.html")


def test_the_commands_make_the_portal_and_the_folder_for_the_web(own, tmp_path, monkeypatch):
    monkeypatch.setenv("NZD_HOME", str(own.home))
    monkeypatch.setenv("NZD_DISTRICTS", str(own.districts))
    shutil.rmtree(own.portal)

    made = CliRunner().invoke(nzd, ["portal", "--copy", str(tmp_path / "web")])

    assert made.exit_code == 0, made.output
    assert (own.portal / "index.html").is_file()
    assert (tmp_path / "web" / "portal" / "it" / "explorer.html").is_file()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "x").touch()
    refused = CliRunner().invoke(nzd, ["portal", "--copy", str(tmp_path / "notes")])
    assert refused.exit_code == 1
    assert "holds no portal" in refused.output


def test_an_edition_that_is_not_what_was_sealed_is_named_and_shows_nothing(own: Settings) -> None:
    first, newest = editions(own.editions)
    sealed = sha256((first.path / "manifest.json").read_bytes())
    manifest = newest.path / "manifest.json"
    manifest.write_bytes(
        manifest.read_bytes().replace(b'"code_version": "test"', b'"code_version": "x"')
    )

    make_portal(own)

    page = html.parse(own.portal / "it" / "archive.html")
    (told,) = page.xpath("//article[contains(., '2026-10-r1')]")
    assert "non è più quella pubblicata" in told.text_content()
    assert told.xpath(".//a") == []
    (before,) = page.xpath("//article[contains(., '2026-09-r1')]")
    assert f"l’impronta SHA-256 del suo manifest.json è {sealed}" in before.text_content()
    home = (own.portal / "it" / "index.html").read_text(encoding="utf-8")
    assert "2026-10/r1" not in home
    assert "2026-09/r1" in home
    (own.seals / "journal.jsonl").unlink()
    make_portal(own)
    text = (own.portal / "en" / "archive.html").read_text(encoding="utf-8")
    assert text.count("does not confirm this edition") == 2
    vouch(own, "Anna Rossi", "Il disco si è rotto")
    make_portal(own)
    text = (own.portal / "it" / "archive.html").read_text(encoding="utf-8")
    assert text.count("Il sigillo della pubblicazione è andato perduto") == 2
