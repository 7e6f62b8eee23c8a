"""Each way to change an edition, its manifest or the journal of its seal is named, alone and together with others.

Belongs here: small editions frozen as the real ones are, tampered with on the disk. Does not belong here: kills
(`faults/test_killed_publications.py`), real editions (`faults/test_an_edition_repeated.py`).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.editions.sealing import seal, settle, vouch
from pipelines.publishing.editions.seals import NAME, SEALED_IN, seal_of
from pipelines.publishing.editions.verify import (
    against_manifest,
    refuse_beside_what_was_changed,
    verify,
)
from pipelines.publishing.editions.withdrawal import withdraw
from pipelines.publishing.freezing import frozen
from pipelines.publishing.journal import entries, write_down
from pipelines.publishing.protecting.refused import PublicationRefused
from pipelines.publishing.rows import json_bytes
from pipelines.publishing.shelf import Edition
from pipelines.settings import Settings, checkout

AT = datetime(2026, 11, 10, 8, tzinfo=UTC)
FIGURES = "kpi_values.parquet"


def said_of(edition: Edition, **more: Any) -> dict[str, Any]:
    """What the manifest of such an edition says."""
    files = [
        {"path": name, "sha256": hashlib.sha256(text.encode()).hexdigest(), "bytes": len(text)}
        for name, text in ((FIGURES, f"figures of {edition.id}"), ("prato/it/report.html", "page"))
    ]
    return {"id": edition.id, "known_at": AT.isoformat(), "content": edition.id, "code_version": "then",
            "earlier": [], **more, "files": files}  # fmt: skip


@dataclass(frozen=True)
class House:
    """A home with small editions."""

    settings: Settings

    def edition(self, month: str, number: int = 1) -> Edition:
        return Edition(self.settings.editions / month / f"r{number}", month, number)

    def freeze(self, month: str, number: int = 1, *, sealed: bool = True) -> Edition:
        edition = self.edition(month, number)
        about = said_of(edition, **({SEALED_IN: NAME} if sealed else {}))
        manifest = json_bytes(about)
        with frozen(edition.path) as folder:
            (folder / FIGURES).write_text(f"figures of {edition.id}")
            (folder / "prato/it").mkdir(parents=True)
            (folder / "prato/it/report.html").write_text("page")
            (folder / "manifest.json").write_bytes(manifest)
            if sealed:
                seal(self.settings, edition, manifest, about)
        if sealed:
            settle(self.settings)
        return edition

    @property
    def newest(self) -> Edition:
        return self.edition("2026-10")

    @property
    def journal(self) -> Path:
        return self.settings.home / NAME

    def lines(self) -> list[str]:
        return self.journal.read_text().splitlines(keepends=True)

    def rewrite(self, lines: list[str]) -> None:
        self.journal.write_text("".join(lines))

    def forge(self, *, file: bool = False, code: bool = False) -> bytes:
        """Edit the newest edition: a file and its hash, the version of the code."""
        path = self.newest.path / "manifest.json"
        about = json.loads(path.read_text())
        if file:
            forged = f"figures of {self.newest.id}, forged".encode()
            (self.newest.path / FIGURES).write_bytes(forged)
            about["files"][0]["sha256"] = hashlib.sha256(forged).hexdigest()
        if code:
            about["code_version"] = "another"
        data = json_bytes(about)
        path.write_bytes(data)
        return data


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("NZD_NOW", AT.isoformat())
    home = tmp_path / "home"
    made = House(Settings(checkout(), home, home / "districts", home / "inbox", home))
    made.freeze("2026-08", sealed=False)
    made.freeze("2026-09")
    made.freeze("2026-10")
    return made


def test_what_nobody_touched_is_sealed_and_what_is_older_says_that_it_is_not(house: House) -> None:
    old, newest = house.edition("2026-08"), house.newest

    written = [
        line.keys() & {"found", "sealed", "placed"} for line in entries(house.settings.seals)
    ]
    assert written == [{"found"}, {"sealed"}, {"placed"}, {"sealed"}, {"placed"}]
    assert verify(house.settings, newest).ok
    sha256 = hashlib.sha256((newest.path / "manifest.json").read_bytes()).hexdigest()
    assert str(seal_of(house.settings, newest)) == (
        f"sealed: manifest.json {sha256}, on 2026-11-10 (line 4 of {NAME})"
    )
    assert verify(house.settings, old).ok
    assert str(seal_of(house.settings, old)).startswith("not sealed: it was published before")
    refuse_beside_what_was_changed(house.settings)


def test_where_nothing_was_sealed_yet_that_is_said(tmp_path: Path) -> None:
    home = tmp_path / "old"
    house = House(Settings(checkout(), home, home / "districts", home / "inbox", home))
    old = house.freeze("2026-08", sealed=False)

    said = seal_of(house.settings, old)

    assert (said.ok, said.sha256, said.word) == (True, None, "not sealed")
    assert "nothing of this home was sealed yet" in said.said
    refuse_beside_what_was_changed(house.settings)


def _truncate(house: House, lines: int) -> None:
    house.rewrite(house.lines()[:-lines])


def _edit_own_line(house: House) -> None:
    forged = hashlib.sha256(house.forge(file=True)).hexdigest()
    own = hashlib.sha256(json_bytes(said_of(house.newest, **{SEALED_IN: NAME}))).hexdigest()
    lines = [line.replace(own, forged) if '"sealed"' in line else line for line in house.lines()]
    house.rewrite(lines)


def _append_forged(house: House) -> None:
    data = house.forge(file=True, code=True)
    seal(house.settings, house.newest, data, json.loads(data))


def _began_anew(house: House) -> None:
    house.journal.unlink()
    forged = hashlib.sha256(house.forge(code=True)).hexdigest()
    write_down(house.settings.seals, found={house.newest.id: {"manifest": forged}}, at="2026-11-10")


def _without_withdrawal(house: House) -> None:
    withdraw(house.settings, house.newest, "Wrong.", "error", "A", AT)
    _truncate(house, 1)


def _tombstone(house: House) -> None:
    withdraw(house.settings, house.newest, "Wrong.", "error", "A", AT)
    path = house.newest.path / "withdrawn.json"
    path.write_text(path.read_text().replace("Wrong.", "All is well."))


NOT_THE_ONE = "changed: the manifest.json is not the one that was sealed on 2026-11-10 (line 4"
TAMPERINGS: dict[str, tuple[Callable[[House], object], str]] = {
    "a file and its hash": (lambda one: one.forge(file=True), NOT_THE_ONE),
    "the version of the code": (lambda one: one.forge(code=True), NOT_THE_ONE),
    "both": (lambda one: one.forge(file=True, code=True), NOT_THE_ONE),
    "both, and another seal at the end": (_append_forged, NOT_THE_ONE),
    "the manifest cut short": (
        lambda one: (one.newest.path / "manifest.json").write_bytes(b'{"files": ['), NOT_THE_ONE,
    ),
    "the manifest gone": (
        lambda one: (one.newest.path / "manifest.json").unlink(), "gone: the manifest.json that was sealed",
    ),
    "the edition gone": (lambda one: shutil.rmtree(one.newest.path), "gone: "),
    "both, and its line": (_edit_own_line, "damaged: "),
    "a line in the middle": (lambda one: one.rewrite([*one.lines()[:1], *one.lines()[2:]]), ":2: expected the line"),
    "the first line": (lambda one: one.rewrite(one.lines()[1:]), ":1: expected the line"),
    "lines in another order": (lambda one: one.rewrite(one.lines()[::-1]), ":1: expected the line"),
    "no line, but text": (lambda one: one.journal.write_text("seals\n"), ":1: expected the line"),
    "its lines cut off the end": (lambda one: _truncate(one, 2), f"no seal: {NAME} says nothing of its manifest.json"),
    "the journal": (lambda one: one.journal.unlink(), f"lost: {NAME}, in which 2026-10-r1 was sealed"),
    "the journal, and both": (lambda one: (one.journal.unlink(), one.forge(file=True, code=True)), f"lost: {NAME}"),
    "the journal emptied": (lambda one: one.journal.write_text(""), f"lost: {NAME}"),
    "the journal begun anew": (_began_anew, "another hand began it anew"),
    "a line written by another hand": (
        lambda one: write_down(one.settings.seals, sealed="2026-10-r1", manifest="0" * 64, at="2026-11-12"),
        "sealed again: line 6",
    ),
    "a tombstone": (_tombstone, "changed: the withdrawn.json is not the one that was written down with its withdrawal"),
    "the line of a withdrawal": (_without_withdrawal, f"no seal: {NAME} says nothing of its withdrawn.json"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERINGS)
def test_it_is_named_and_nothing_is_published_beside_it(house: House, what: str) -> None:
    tamper, words = TAMPERINGS[what]
    tamper(house)

    said = seal_of(house.settings, house.newest)

    assert not said.ok
    assert words in str(said)
    with pytest.raises(PublicationRefused, match="Nothing was published"):
        refuse_beside_what_was_changed(house.settings)


def test_the_last_line_alone_may_be_lost_and_comes_again(house: House) -> None:
    _truncate(house, 1)

    assert verify(house.settings, house.newest).ok
    settle(house.settings)
    assert entries(house.settings.seals)[-1]["placed"] == "2026-10-r1"


def test_a_seal_without_an_edition_binds_nobody(house: House) -> None:
    never = house.edition("2026-11")
    seal(house.settings, never, b"never placed", {"known_at": "", "content": ""})

    settle(house.settings)
    refuse_beside_what_was_changed(house.settings)
    made = house.freeze("2026-11")

    assert verify(house.settings, made).ok
    assert seal_of(house.settings, made).word == "sealed"


def test_figures_that_the_next_edition_would_be_told_against_are_looked_at(house: House) -> None:
    (house.edition("2026-09").path / FIGURES).write_text("forged")

    with pytest.raises(PublicationRefused, match=rf"2026-09-r1: changed: {FIGURES}"):
        refuse_beside_what_was_changed(house.settings)


def test_folders_links_and_other_things_beside_the_files_are_named(house: House) -> None:
    folder = house.newest.path
    (folder / "empty" / "inner").mkdir(parents=True)
    (folder / "prato" / "en").symlink_to("it", target_is_directory=True)
    page = folder / "prato" / "it" / "report.html"
    page.rename(folder.parent / "page.html")
    page.symlink_to(folder.parent / "page.html")

    found = against_manifest(folder)

    assert found.missing == ("prato/it/report.html",)
    assert found.unexpected == (
        "empty/ (a folder)", "empty/inner/ (a folder)", "prato/en (a link)", "prato/it/report.html (a link)",
    )  # fmt: skip


def test_a_withdrawal_of_what_was_changed_says_what_was_sealed(house: House) -> None:
    house.forge(file=True, code=True)
    withdraw(house.settings, house.newest, "It was forged.", "error", "A", AT)
    shutil.rmtree(house.edition("2026-09").path)
    withdraw(house.settings, house.edition("2026-09"), "It was lost.", "error", "A", AT)

    refuse_beside_what_was_changed(house.settings)
    for month in ("2026-09", "2026-10"):
        said = house.edition(month).tombstone
        assert said is not None
        assert said["content"] == f"{month}-r1"
        assert seal_of(house.settings, house.edition(month)).ok


@pytest.mark.parametrize("lost", ["gone", "damaged"])
def test_a_person_vouches_where_no_backup_has_the_journal_and_that_is_said_for_ever(
    house: House, lost: str
) -> None:
    if lost == "gone":
        house.journal.unlink()
    else:
        house.rewrite(house.lines()[1:])

    taken = vouch(house.settings, "Anna Rossi", "Il disco si è rotto")

    assert taken == ["2026-08-r1", "2026-09-r1", "2026-10-r1"]
    refuse_beside_what_was_changed(house.settings)
    said = str(seal_of(house.settings, house.newest))
    assert said.startswith("vouched: no seal of its publication is left")
    assert "Anna Rossi vouched for it as it is: Il disco si è rotto" in said
    assert len(list(house.settings.seals.glob("damaged-*"))) == (lost == "damaged")
    house.forge(code=True)
    assert not verify(house.settings, house.newest).ok
    assert vouch(house.settings, "Anna Rossi", "ancora") == []


def test_nobody_vouches_for_a_manifest_that_was_sealed_otherwise(house: House) -> None:
    house.forge(code=True)

    assert vouch(house.settings, "Anna Rossi", "va bene") == []
    with pytest.raises(PublicationRefused):
        refuse_beside_what_was_changed(house.settings)


def test_a_tombstone_that_no_backup_has_does_not_stand_in_the_way_for_ever(house: House) -> None:
    _tombstone(house)

    assert vouch(house.settings, "Anna Rossi", "nessuna copia") == ["2026-10-r1"]

    refuse_beside_what_was_changed(house.settings)
    said = seal_of(house.settings, house.newest)
    assert (said.ok, said.vouched) == (False, True)
