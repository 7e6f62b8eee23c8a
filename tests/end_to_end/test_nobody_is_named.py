"""No name, code of a meter, tax code, address or e-mail of anybody is in what leaves the house, hidden parts included.

Every file of editions, portal, outbox and of Word documents made of them is read as text and held against every
identifier that the deployment has received: of points, meters, sites, holders, bills, organisations and people.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyarrow.dataset as ds
import pytest
from pypdf import PdfReader
from ruamel.yaml import YAML

from sample.holders import PRIVATE
from sample.survey import CANARIES
from tests.end_to_end.conftest import SamplePlayed
from tests.end_to_end.public_text import members, text_of

MONTH = "2026-10"
IDENTIFYING = (
    "point_id", "parent_point_id", "serial", "site_id", "holder_group", "bill_id", "contract_id", "organisation_id",
    "person_key", "respondent_key",
)  # fmt: skip
"""Columns of received tables that say who or where."""
PLACES = ("measure_points", "non_routine_events")
"""Tables whose `code` is that of a point or a site."""
MAY_BE_TOLD = {
    "comune": "the municipality itself, a public body, and a word: «gestione comune»",
    "stazione": "a word of project titles that the city publishes (open data of the PNRR): «Rinnovo della stazione»",
    "studentato": "a word of a boundary's description and of a project's title, both written to be published",
    "polo servizi": "a building of the municipality, in the title of its own measure: «Illuminazione interna del …»",
}
"""Codes of the sample that are ordinary words or public by law, each with its reason."""
_CHANCE = 8
"""Shorter codes, and numbers, are looked for as whole words: within a hash they stand by chance."""


def _received(home: Path) -> Iterator[tuple[str, str]]:
    """Every identifier with where it is from."""
    for room in ("received", "accepted"):
        for folder in sorted((home / room).iterdir()):
            files = ds.dataset(sorted(map(str, folder.rglob("*.parquet"))), format="parquet")
            wanted = [*IDENTIFYING, *(["code"] if folder.name in PLACES else [])]
            for column in set(wanted) & set(files.schema.names):
                values = files.to_table(columns=[column])[column].unique().to_pylist()
                yield from ((str(one), f"{folder.name}.{column}") for one in values if one)


@pytest.fixture(scope="module")
def identifiers(sample_played: SamplePlayed) -> dict[str, str]:
    found = dict(_received(sample_played.home))
    found |= {one.replace("_", " "): f"{of}, written" for one, of in found.items() if "_" in one}
    found |= dict.fromkeys(PRIVATE, "registers of bills") | dict.fromkeys(
        CANARIES, "questionnaires"
    )
    assert len(found) > 1000
    return found


@pytest.fixture(scope="module")
def documents(
    sample_played: SamplePlayed, checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Reports as Word documents, as `nzd office` writes them."""
    folder = tmp_path_factory.mktemp("office")
    places = {
        "NZD_HOME": str(sample_played.home),
        "NZD_DISTRICTS": str(checkout / "sample" / "districts"),
    }
    for edition, of in ((MONTH, "prato"), (MONTH, "programme"), ("2026-Q3", "parma")):
        subprocess.run(
            [Path(sys.executable).with_name("nzd"), "office", f"{edition}/r1", of],
            env={**os.environ, **places}, cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def public(sample_played: SamplePlayed, documents: Path) -> dict[str, str]:
    """The text of every public file, by its path."""
    folders = [sample_played.home / name for name in ("editions", "portal", "outbox")]
    return {
        f"{folder.name}/{path.relative_to(folder)}": text_of(path.name, path.read_bytes())
        for folder in (*folders, documents)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _passed_over(path)
    }


def _passed_over(path: Path) -> bool:
    """The library that draws, locks, and of older months what their pages and tables, which are read, say as well."""
    old = bool({"2026-08", "2026-09"} & set(path.parts))
    older = old and path.suffix in (".pdf", ".xlsx", ".csv", ".json")
    return older or path.name == ".lock" or "vega" in path.name


def test_no_identifier_of_anybody_is_in_a_public_byte(
    identifiers: dict[str, str], public: dict[str, str]
) -> None:
    whole = set[str]()
    pieces = set[str]()
    for text in public.values():
        whole.update(re.findall(r"\w+", text))
        pieces.update(re.findall(r"[^\s\"'<>,;:()=]+", text))
    joined = "\n".join(pieces)

    def stands(name: str) -> bool:
        if " " in name:
            return any(name in text for text in public.values())
        if len(name) < _CHANCE or name.isdigit():
            return name in whole
        return name in joined

    found = {name for name in identifiers if stands(name)}
    named = {
        (name, identifiers[name], next(path for path, text in public.items() if name in text))
        for name in found - MAY_BE_TOLD.keys()
    }
    assert named == set()


def test_the_search_finds_what_is_there(sample_played: SamplePlayed) -> None:
    """The same reading of files finds every planted name where it must be: in what providers sent."""
    inbox = sample_played.home / "inbox"
    sent = "\n".join(
        text_of(path.name, path.read_bytes())
        for path in (*inbox.glob("parma/bills/*2026-10.xlsx"), *inbox.glob("*/survey/*"))
    )
    assert [
        name for name in (*PRIVATE, "Mario Finto", "FNTMRA80A01H501U") if name not in sent
    ] == []


def test_addresses_of_mail_are_those_that_districts_and_recipients_declare(
    public: dict[str, str], checkout: Path
) -> None:
    folder = checkout / "sample" / "districts"
    declared = {path.stem: YAML(typ="safe").load(path) for path in folder.glob("*.yaml")}
    contacts = {one["contact"]["email"] for one in declared.values()}
    written = {path: set(_addresses(text)) for path, text in public.items()}
    told = set().union(*(found for path, found in written.items() if not path.startswith("outbox")))

    assert told == contacts
    readers = " ".join(path.read_text() for path in (folder / "recipients").glob("*.yaml"))
    sources = " ".join(path.read_text() for path in folder.glob("*.yaml"))
    for path, found in written.items():
        if path.startswith("outbox"):
            outward = {one for one in found if not one.endswith("@nzd.invalid")}
            assert all(one in readers or one in sources for one in outward), path


def _addresses(text: str) -> Iterator[str]:
    for sign in re.finditer("@", text):
        who = re.search(r"[\w.+-]+$", text[max(0, sign.start() - 64) : sign.start()])
        where = re.match(r"[\w-]+(?:\.[\w-]+)+", text[sign.end() : sign.end() + 64])
        if who and where:
            yield f"{who[0]}@{where[0]}"


def test_workbooks_and_documents_hide_nothing(sample_played: SamplePlayed, documents: Path) -> None:
    for path in (sample_played.home / "editions").glob("2026-1*/r1/*/annex.xlsx"):
        inside = members(path.read_bytes())
        assert not [
            name for name in inside if re.search("comment|external|custom|vba|drawing", name)
        ]
        sheets = "".join(text for name, text in inside.items() if "/sheet" in name)
        assert not re.search(r"<f[ >]|hidden=\"1\"", sheets)
        book = openpyxl.load_workbook(path, read_only=True)
        assert {page.sheet_state for page in book} == {"visible"}
        defined = re.findall(r'<definedName name="([^"]+)', inside["xl/workbook.xml"])
        assert set(defined) <= {"_xlnm.Print_Titles"}
        assert re.findall(r"<(?:Company|Manager)>([^<]+)", inside["docProps/app.xml"]) == []
    for path in documents.glob("*.docx"):
        inside = members(path.read_bytes())
        assert not [name for name in inside if re.search("comment|custom|people|footnote", name)]
        assert not re.search(
            r"<w:(?:ins|del|vanish|moveFrom|commentReference)\b", "".join(inside.values())
        )
        assert "Net Zero Districts" in inside["docProps/core.xml"]


def test_pdfs_hold_no_attachment_no_script_and_no_name_of_who_made_them(
    sample_played: SamplePlayed,
) -> None:
    for path in (sample_played.home / "editions" / MONTH).rglob("*.pdf"):
        read = PdfReader(path)
        root = read.trailer["/Root"]
        assert not read.attachments
        assert not {"/OpenAction", "/AA", "/AcroForm"} & root.keys()
        assert "/JavaScript" not in str(root.get("/Names", ""))
        assert set(read.metadata or {}) <= {
            "/Title", "/Creator", "/CreationDate", "/ModDate", "/Author", "/Subject", "/Keywords",
        }  # fmt: skip
