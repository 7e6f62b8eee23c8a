"""The manifest only grows, and remembers every attempt as it was."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.landing.manifest import Attempt, Manifest

AT = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def attempt(source: str = "curves", outcome: str = "new", **more: object) -> Attempt:
    return Attempt("prato", source, "meter_intervals", AT, outcome, "inbox/*.csv", **more)  # type: ignore[arg-type]


def test_remembers_attempts_in_their_order(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path / "manifest.sqlite")
    said = [
        attempt(sha256="a" * 64),
        attempt(outcome="error", error_code="HTTP_STATUS", status=503),
    ]

    manifest.append(said)

    assert manifest.attempts() == said


def test_gives_the_attempts_of_one_source(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path / "manifest.sqlite")
    manifest.append([attempt("curves"), attempt("gas")])

    assert [one.source_id for one in manifest.attempts("prato", "gas")] == ["gas"]
    assert manifest.attempts("parma", "gas") == []


@pytest.mark.parametrize(
    "statement", ["update attempts set outcome = 'new'", "delete from attempts"]
)
def test_refuses_to_be_rewritten(tmp_path: Path, statement: str) -> None:
    manifest = Manifest(tmp_path / "manifest.sqlite")
    manifest.append([attempt(outcome="error")])

    with (
        sqlite3.connect(manifest.path) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(statement)

    assert manifest.attempts() == [attempt(outcome="error")]
