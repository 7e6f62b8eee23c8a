"""A letter to a provider quotes what that provider sent and what our register says of it, and nothing of any other.

Every source of the sample that may have a letter gets one; each is held against the codes of points, meters, bills and
organisations of all sources.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.catalogue import load
from pipelines.settings import Settings
from pipelines.tracing.letters import write_letter
from tests.end_to_end.conftest import SamplePlayed
from tests.end_to_end.public_text import text_of

AT = datetime(2026, 11, 10, 8, tzinfo=UTC)
CODES = (
    "point_id",
    "serial",
    "bill_id",
    "contract_id",
    "organisation_id",
    "person_key",
    "contribution_id",
)
_CHANCE = 8
"""Shorter codes stand in a letter by chance, as a row's number does."""
Source = tuple[str, str]


def _codes(home: Path) -> Iterator[tuple[Source, str]]:
    """Which source sent which code: what was accepted, what was not, and what our register says of it."""
    for room in ("received", "accepted"):
        for path in (home / room).rglob("*.parquet"):
            schema = pq.read_schema(path)
            dataset, district, source = path.relative_to(home / room).parts[:3]
            assert dataset
            named = [name for name in CODES if name in schema.names]
            if not named:
                continue
            table = pq.read_table(path, columns=named)
            for name in named:
                for one in table[name].unique().to_pylist():
                    if one and len(str(one)) >= _CHANCE:
                        yield (district, source), str(one)
    for row in pq.read_table(home / "collected" / "quarantine.parquet").to_pylist():
        for one in re.findall(r"[\w/-]+", str(row["raw"] or "")):
            yield (row["district_id"], row["source_id"]), one
    for row in pq.read_table(home / "collected" / "corrections.parquet").to_pylist():
        yield (row["district_id"], row["about_source"]), str(row["point_id"])


@pytest.fixture(scope="module")
def letters(
    checkout: Path, sample_played: SamplePlayed, tmp_path_factory: pytest.TempPathFactory
) -> dict[Source, str]:
    """The text of every letter, page and workbook together."""
    home, districts = sample_played.home, checkout / "sample" / "districts"
    settings = Settings(checkout, home, districts, home / "inbox", home)
    folder = tmp_path_factory.mktemp("letters")
    found: dict[Source, str] = {}
    for binding in load(districts).bindings:
        if binding.is_personal:
            continue
        of = (binding.district.id, binding.source_id)
        written = write_letter(settings, binding, "it", AT, folder / "-".join(of))
        found[of] = "\n".join(text_of(path.name, path.read_bytes()) for path in written.files)
    return found


def test_a_letter_holds_codes_of_its_own_source_alone(
    sample_played: SamplePlayed, letters: dict[Source, str]
) -> None:
    own: dict[Source, set[str]] = defaultdict(set)
    for source, code in _codes(sample_played.home):
        own[source].add(code)
    everybody = {code for codes in own.values() for code in codes if len(code) >= _CHANCE}
    quoted = 0
    for source, text in letters.items():
        said = set(re.findall(r"[\w/-]+", text)) & everybody
        assert said <= own[source], (source, said - own[source])
        quoted += bool(said)
    assert quoted >= 3  # curves and bills of Parma, and a register


def test_a_letter_names_files_of_its_own_source_alone(
    sample_played: SamplePlayed, letters: dict[Source, str]
) -> None:
    sent: dict[str, set[Source]] = defaultdict(set)
    for row in pq.read_table(sample_played.home / "collected" / "deliveries.parquet").to_pylist():
        sent[row["file_name"]].add((row["district_id"], row["source_id"]))
    named = 0
    for source, text in letters.items():
        said = {
            word for word in re.findall(r"[\w.-]+\.(?:csv|xlsx|json|xml)", text) if word in sent
        }
        assert all(source in sent[name] for name in said), source
        named += len(said)
    assert named > 500


def test_a_letter_says_on_each_of_its_parts_that_it_is_not_public(
    letters: dict[Source, str],
) -> None:
    assert len(letters) > 50
    for source, text in letters.items():
        assert " ".join(text.split()).count("non si pubblica.") >= 4, source
