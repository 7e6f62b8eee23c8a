"""What is missing: since when, whose move it is, and what nobody collects."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publishing.language import words
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.page_one.said import sentences
from pipelines.publishing.report.sections.gaps import gaps, missing_box
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"
SCHEMA = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("district_id", "month", "source_id", "dataset", "theme", "carrier")
        ),
        ("points_missing", pa.int32()),
        ("points_expected", pa.int32()),
        ("contact_name", pa.string()),
        ("due_on", pa.date32()),
        ("reason_code", pa.string()),
    ]
)


def owed(month: str, due: date | None, **said: Any) -> dict[str, Any]:
    return {
        "district_id": "prato",
        "month": month,
        "source_id": "water",
        "dataset": "meter_registers",
        "theme": "water",
        "points_missing": 5,
        "points_expected": 5,
        "contact_name": "Gestore idrico",
        "due_on": due,
        "reason_code": "not_delivered",
        **said,
    }


@pytest.fixture
def missing(reading: Reading, tmp_path: Path) -> Callable[..., DistrictReading]:
    """The October edition with these gaps."""

    def made(*rows: dict[str, Any]) -> DistrictReading:
        folder = tmp_path / "edition"
        shutil.copytree(reading.folder, folder)
        pq.write_table(pa.Table.from_pylist(list(rows), SCHEMA), folder / "tables" / "gaps.parquet")
        return DistrictReading(Reading(folder), "prato")

    return made


def told(read: DistrictReading, language: str = "it") -> list[str]:
    return [sentence.text for sentence in missing_box(read, words(language, TEXTS)).items]


SINCE_AUGUST = (
    owed("2026-08", date(2026, 9, 21)),
    owed("2026-09", date(2026, 10, 21)),
    owed("2026-10", date(2026, 11, 21), reason_code="not_yet"),
)


def test_a_source_that_has_stopped_says_since_when_and_when_it_was_due(missing):
    read = missing(*SINCE_AUGUST)

    assert told(read)[0] == (
        "Da agosto mancano le letture di 5 contatori d’acqua: Gestore idrico, consegna attesa dal 21 settembre"
    )
    assert told(read, "en")[0] == (
        "Since August the readings of 5 water meters are missing: Gestore idrico, due since 21 September"
    )


def test_a_month_between_with_readings_starts_the_count_again(missing):
    read = missing(
        owed("2026-06", date(2026, 7, 21)), owed("2026-10", date(2026, 11, 21), points_missing=1)
    )

    assert told(read)[0] == (
        "A ottobre mancano le letture di 1 contatore d’acqua su 5: Gestore idrico, da inviare entro il 21 novembre"
    )


def test_registered_points_that_no_source_delivers_are_the_districts_own_to_find(missing):
    read = missing(
        owed(
            "2026-10",
            date(2026, 11, 1),
            source_id=None,
            dataset="metering_points",
            theme="energy",
            points_missing=3,
            points_expected=3,
            contact_name="Ufficio energia",
        )
    )

    assert told(read)[0] == (
        "3 punti in anagrafica senza letture: Ufficio energia, energia@prato.example.org"
    )


def test_what_is_missing_is_named_by_what_it_measures(missing):
    read = missing(
        owed("2026-10", date(2026, 11, 21), theme="energy", carrier="natural_gas", points_missing=2)
    )

    assert told(read)[0].startswith("A ottobre mancano le letture di 2 contatori del gas su 5")
    assert told(read, "en")[0].startswith("In October the readings of 2 gas meters out of 5")


@pytest.mark.parametrize(
    ("reason", "said", "told_of"),
    [
        (
            "intervals_overlap",
            "gli intervalli di 2 contatori d’acqua si sovrappongono",
            "da rimandare",
        ),
        (
            "interval_beyond_month",
            "i valori di 2 contatori d’acqua coprono più mesi",
            "mese per mese",
        ),
        ("reading_lower", "le letture di 2 contatori d’acqua sono più basse", "da verificare"),
    ],
)
def test_what_came_and_makes_no_figure_is_not_called_missing(missing, reason, said, told_of):
    """Beside it, the same source owes three points: two gaps, each by its own reason."""
    read = missing(
        owed("2026-10", date(2026, 11, 21), points_missing=2, reason_code=reason),
        owed("2026-10", date(2026, 11, 21), points_missing=3),
    )

    silent, unreadable = told(read)[:2]
    assert "mancano le letture di 3 contatori d’acqua su 5" in silent
    assert said in unreadable
    assert told_of in unreadable
    assert "Gestore idrico" in unreadable
    assert "attese" not in unreadable


def test_a_district_without_a_register_of_points_asks_for_it_first(missing):
    read = missing(
        owed("2026-10", date(2026, 11, 21)),
        owed(
            "2026-10",
            date(2026, 11, 1),
            source_id=None,
            dataset="metering_points",
            theme="energy",
            points_missing=None,
            points_expected=None,
            contact_name="Ufficio energia",
            reason_code="no_register",
        ),
    )

    assert told(read)[0] == (
        "Anagrafica dei punti: manca, e senza di essa non si sa quanta parte del distretto è letta; "
        "Ufficio energia, energia@prato.example.org"
    )
    assert told(read, "en")[0].startswith("The register of points is missing")


def test_a_source_that_never_spoke_is_not_told_as_one_that_stopped(missing):
    nothing = {"points_missing": None, "points_expected": None}
    read = missing(
        owed("2026-09", date(2026, 10, 21), **nothing),
        owed("2026-10", date(2026, 11, 21), **nothing),
    )

    assert gaps(read)[0].kind == "never"
    assert told(read)[0] == (
        "Letture dei contatori: nessun dato finora; Gestore idrico, consegna attesa dal 21 ottobre"
    )


def test_what_is_not_collected_is_not_called_late(missing):
    read = missing(
        owed(
            "2026-10",
            date(2026, 12, 16),
            dataset="utility_bills",
            points_missing=None,
            contact_name="Consorzio",
            reason_code="not_collected",
        )
    )

    assert told(read)[0] == "Non ancora raccolti, e chi li ha: bollette, Consorzio"


def test_the_summary_says_since_when_a_theme_has_been_missing(missing):
    read = missing(*SINCE_AUGUST)
    said = [
        sentence.text.replace("\u00a0", " ") for sentence in sentences(read, words("it", TEXTS))
    ]

    assert (
        "Per l’acqua abbiamo il 72 % o poco più delle letture; da agosto mancano le letture di tutti i 5 contatori "
        "d’acqua (Gestore idrico, consegna attesa dal 21 settembre): perciò il dato non è giudicato."
        in said
    )
