"""An edition made again from landing is the same to the byte; what was changed since is named.

Belongs here: a small district published twice, made again, and tampered with in every way. Does not belong here:
whether its figures are right.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.catalogue.catalogue import load
from pipelines.cli import nzd
from pipelines.collecting.collect import collect_all
from pipelines.collecting.fetch import Landing
from pipelines.publishing.editions.edition import PublicationRefused, publish
from pipelines.publishing.editions.repeating import Repeated, repeat
from pipelines.publishing.editions.sealing import seal_withdrawal
from pipelines.publishing.rows import json_bytes, sha256
from pipelines.publishing.shelf import Edition, latest
from pipelines.settings import Settings, checkout
from pipelines.version import code_version
from pipelines.warehouse.build import build
from tests.faults.test_a_source_dead_for_months import DISTRICT, HEADER, month

THEN = datetime(2026, 11, 10, 8, tzinfo=UTC)
LATE = f"{HEADER}\nIT001E00000001;elettricità;prelievo;E;2026-10-01T10:00:00+00:00;9.5;kWh\n"


@dataclass(frozen=True)
class Published:
    """Two editions of one district, of August and of October, and the deployment they came from."""

    root: Path

    @property
    def deployment(self) -> Settings:
        home = self.root / "home"
        return Settings(checkout(), home, self.root / "districts", self.root / "inbox", home)

    @property
    def edition(self) -> Edition:
        return Edition(self.deployment.editions / "2026-10" / "r1", "2026-10", 1)

    @property
    def journal(self) -> Path:
        return self.deployment.seals / "journal.jsonl"

    def nzd(self, *words: str) -> Result:
        return CliRunner().invoke(
            nzd,
            list(words),
            env={
                "NZD_HOME": str(self.deployment.home),
                "NZD_DISTRICTS": str(self.deployment.districts),
                "NZD_INBOX": str(self.deployment.inbox),
                "NZD_NOW": "2026-12-01T08:00:00+00:00",
            },
        )

    def repeat(self) -> Repeated:
        return repeat(self.deployment, self.edition, code_version())

    def blob_of(self, remote_name: str) -> Path:
        landing = Landing.at(self.deployment.landing, self.deployment.inbox)
        found = next(
            one for one in landing.manifest.attempts() if one.remote_name.endswith(remote_name)
        )
        assert found.sha256 is not None
        return landing.store.path(found.sha256)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Published:
    published = Published(tmp_path_factory.mktemp("repeated"))
    deployment = published.deployment
    deployment.districts.mkdir()
    (deployment.inbox / "curves").mkdir(parents=True)
    (deployment.districts / "prova.yaml").write_text(DISTRICT, encoding="utf-8")
    for number in (8, 9, 10):
        text = month(number)
        (deployment.inbox / "curves" / f"{number:02d}.csv").write_text(text, encoding="utf-8")
    catalogue = load(deployment.districts)
    collect_all(deployment, catalogue, THEN)
    build(deployment, catalogue, THEN)
    for each in ("2026-08", "2026-10"):
        publish(deployment, each, THEN, code_version())
    return published


@pytest.fixture
def published(once: Published, tmp_path: Path) -> Published:
    """The same, for a test to tamper with."""
    shutil.copytree(once.root, tmp_path / "copy", symlinks=True)
    return Published(tmp_path / "copy")


def test_every_byte_comes_again_whatever_came_later_and_a_forged_page_does_not(
    published: Published,
) -> None:
    """That all of an edition comes again from `nzd verify` is seen in `end_to_end/test_a_fifth_district.py`."""
    deployment = published.deployment
    forged = published.edition.path / "prova" / "it" / "report.html"
    forged.write_bytes(forged.read_bytes().replace(b"Distretto", b"Distratto"))
    manifest = published.edition.path / "manifest.json"
    about = json.loads(manifest.read_text(encoding="utf-8"))
    for file in about["files"]:
        file["sha256"] = sha256((published.edition.path / file["path"]).read_bytes())
    manifest.write_bytes(json_bytes(about))
    (deployment.inbox / "curves" / "late.csv").write_text(LATE, encoding="utf-8")
    collect_all(deployment, load(deployment.districts), datetime(2026, 11, 20, 8, tzinfo=UTC))
    district = deployment.districts / "prova.yaml"
    district.write_text(DISTRICT.replace("city: Prova", "city: Altrove"), encoding="utf-8")

    found = published.repeat()

    assert found.changed == ("districts/prova.yaml: changed since",)
    assert found.differing == ("manifest.json", "prova/it/report.html")
    assert not found.ok


@dataclass(frozen=True)
class Tampering:
    do: Callable[[Published], object]
    said: tuple[str, ...]
    code: int = 1


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)


def _forge(folder: Path) -> None:
    """Rewrite a page, its hash and the version of the code, so that the edition agrees with itself."""
    page = folder / "prova" / "it" / "report.html"
    page.write_bytes(page.read_bytes().replace(b"Distretto", b"Distratto"))
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for file in about["files"]:
        file["sha256"] = sha256((folder / file["path"]).read_bytes())
    (folder / "manifest.json").write_bytes(json_bytes({**about, "code_version": "another"}))


def _forget_declaration(published: Published) -> None:
    shutil.rmtree(published.deployment.home / "declarations")
    (published.deployment.districts / "prova.yaml").write_text(f"{DISTRICT}\n")


def _erase(published: Published) -> None:
    done = published.nzd("erase", "prova.curves", "--all", "--yes")
    assert done.exit_code == 0, done.output


TAMPERINGS = {
    "a byte of a delivery": Tampering(
        lambda one: _flip(one.blob_of("09.csv")), ("damaged: blob", "09.csv of prova.curves", "damaged, its bytes")
    ),
    "a delivery that is gone": Tampering(
        lambda one: one.blob_of("10.csv").unlink(), ("10.csv of prova.curves: missing at",)
    ),
    "a page": Tampering(
        lambda one: _flip(one.edition.path / "prova" / "en" / "report.pdf"), ("changed: prova/en/report.pdf",)
    ),
    "a page that is gone": Tampering(
        lambda one: (one.edition.path / "index.html").unlink(), ("missing: index.html",)
    ),
    "the edition before": Tampering(
        lambda one: _flip(one.deployment.editions / "2026-08" / "r1" / "manifest.json"),
        ("edition 2026-08-r1, which changes were told against, was changed since",),
    ),
    "a declaration without its copy": Tampering(
        _forget_declaration, ("districts/prova.yaml: changed since, and the copy of then is lost",)
    ),
    "a page, its hash and the version of the code": Tampering(
        lambda one: _forge(one.edition.path),
        ("changed: the manifest.json is not the one that was sealed on", "is not as it was published"),
    ),
    "the journal of seals": Tampering(
        lambda one: one.journal.unlink(), ("lost: seals/journal.jsonl, in which 2026-10-r1 was sealed",)
    ),
    "all of them": Tampering(
        lambda one: (_forge(one.edition.path), one.journal.unlink()), ("lost: seals/journal.jsonl",)
    ),
    "a line of the journal": Tampering(
        lambda one: _flip(one.journal), ("damaged: ", "expected the line that was written there")
    ),
    "a folder and a link": Tampering(
        lambda one: ((one.edition.path / "aside").mkdir(), (one.edition.path / "link").symlink_to("prova")),
        ("added: aside/ (a folder)", "added: link (a link)"),
    ),
    "deliveries that were erased": Tampering(
        _erase,
        ("taken away: blob", "08.csv of prova.curves: erased on 2026-12-01 (asked for)", "can no longer be made again"),
        code=0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERINGS)
def test_it_is_named(published: Published, what: str) -> None:
    TAMPERINGS[what].do(published)

    done = published.nzd("verify", "2026-10/r1")

    assert done.exit_code == TAMPERINGS[what].code, done.output
    for words in TAMPERINGS[what].said:
        assert words in done.output


def test_what_is_withdrawn_says_why_and_comes_back_neither_by_number_nor_by_content(
    published: Published,
) -> None:
    deployment, folder = published.deployment, published.edition.path
    words = [
        "--kind",
        "disclosure",
        "--by",
        "Garante",
        "--reason",
        "una cifra era troppo vicina a un'impresa",
    ]

    done = published.nzd("withdraw", "2026-10/r1", *words, "--yes")

    assert done.exit_code == 0, done.output
    newest = latest(deployment.editions)
    assert newest is not None
    assert newest.id == "2026-08-r1"
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == {
        "withdrawn.json",
        "index.html",
        "catalog.jsonld",
        "prova/catalog.jsonld",
    }
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Ritirata il 1º dicembre 2026, perché: una cifra era troppo vicina a un’impresa" in page
    for asked in (["verify", "2026-10/r1"], ["diff", "2026-08/r1", "2026-10-r1"]):
        told = published.nzd(*asked)
        assert told.exit_code == 0
        assert (
            "2026-10-r1 was withdrawn on 2026-12-01 (disclosure) by Garante, because: una"
            in told.output
        )
    with pytest.raises(PublicationRefused, match="which was withdrawn"):
        publish(deployment, "2026-10", THEN, code_version())
    again = publish(deployment, "2026-10", THEN, "mended")
    assert again.id == "2026-10-r2"
    made_again = published.nzd("verify", "2026-10/r2")
    assert made_again.exit_code == 0
    assert "the code is another version: mended then" in made_again.output
    assert "2026-10-r2 replaces it" in published.nzd("verify", "2026-10/r1").output
    assert "L’edizione 2026-10-r2" in (folder / "index.html").read_text(encoding="utf-8")
    city = json.loads((folder / "prova" / "catalog.jsonld").read_text(encoding="utf-8"))
    assert city["adms:status"]["@id"].endswith("/dataset-status/WITHDRAWN")
    by = folder / "prova" / city["dct:isReplacedBy"]["@id"]
    assert by.resolve() == (again.path / "prova" / "catalog.jsonld").resolve()
    assert by.is_file()


def test_where_the_journal_of_seals_is_lost_nothing_is_published_until_a_person_vouches(
    published: Published,
) -> None:
    published.journal.unlink()
    with pytest.raises(PublicationRefused, match="Bring seals/ back from a backup"):
        publish(published.deployment, "2026-10", THEN, "newer")
    assert "Warning, 2026-10-r1" in published.nzd("diff", "2026-08/r1", "2026-10/r1").output

    done = published.nzd("seal", "--by", "Anna Rossi", "--reason", "Il disco si è rotto", "--yes")

    assert done.exit_code == 0, done.output
    told = published.nzd("verify", "--files", "2026-10/r1")
    assert told.exit_code == 0
    assert "Anna Rossi vouched for it as it is: Il disco si è rotto" in told.output
    assert publish(published.deployment, "2026-10", THEN, "newer").id == "2026-10-r2"


@pytest.mark.parametrize("before_it_stood", [True, False])
def test_a_withdrawal_that_was_killed_is_finished_by_the_next(
    published: Published, before_it_stood: bool
) -> None:
    folder = published.edition.path
    about = published.edition.manifest
    said = {**about, "withdrawn_at": THEN.isoformat(), "kind": "error", "reason": "r", "by": "b"}
    tombstone = json_bytes({k: v for k, v in said.items() if k != "files"})
    seal_withdrawal(published.deployment, published.edition, tombstone)
    if not before_it_stood:
        (folder / "withdrawn.json").write_bytes(tombstone)

    told = published.nzd("verify", "2026-10/r1")
    assert told.exit_code == int(before_it_stood)
    assert ("not withdrawn: " in told.output) is before_it_stood
    publish(published.deployment, "2026-08", THEN, code_version())

    assert {path.name for path in folder.iterdir()} == {
        "withdrawn.json",
        "index.html",
        "catalog.jsonld",
    }
    assert published.nzd("verify", "2026-10/r1").exit_code == 0


def test_another_version_of_the_code_is_no_damage(once: Published) -> None:
    assert Repeated((), (), (), ("a", "b"), ("index.html",)).ok
    assert not Repeated((), (), (), ("a", "a"), ("index.html",)).ok
    assert not Repeated(("blob",), (), (), ("a", "b"), None).ok
