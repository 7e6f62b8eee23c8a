"""Many files of one source: read side by side, judged in their order, and none slower for the others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.catalogue.catalogue import Binding, load
from pipelines.collecting import beside, collect
from pipelines.collecting.collect import collect_all
from pipelines.collecting.deliveries import Delivery
from pipelines.collecting.paths import stage_path
from pipelines.landing.files import sha256_of
from pipelines.settings import Settings, checkout
from tests.declaring import PROVA

AT = datetime(2026, 11, 1, tzinfo=UTC)
SOURCES = """\
  curves: {dataset: meter_intervals, format: intervals_csv, from: "${NZD_INBOX}/*.csv"}
"""
HEAD = "punto;vettore;flusso;qualita;inizio;valore;unita"


def day_of(point: int, kwh: float) -> str:
    start = datetime(2026, 8, 1, tzinfo=UTC)
    lines = [HEAD]
    for quarter in range(96):
        at = start + timedelta(minutes=15 * quarter)
        lines.append(f"p{point:03d};elettricità;prelievo;E;{at:%Y-%m-%dT%H:%M:%SZ};{kwh};kWh")
    return "\n".join(lines) + "\n"


def deployment(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, Path]:
    inbox, districts = tmp_path / "inbox", tmp_path / "districts"
    for folder in (inbox, districts):
        folder.mkdir(exist_ok=True)
    monkeypatch.setenv("NZD_INBOX", str(inbox))
    (districts / "prova.yaml").write_text(PROVA + SOURCES, encoding="utf-8")
    home = tmp_path / name
    return Settings(checkout(), home, districts, inbox, home), inbox


def collected(settings: Settings) -> dict[str, Delivery]:
    outcomes = collect_all(settings, load(settings.districts), AT)
    assert [one.trouble for one in outcomes] == [None]
    return {one.received.file_name: one for outcome in outcomes for one in outcome.judged}


def kept(home: Path, one: Delivery) -> Iterator[object]:
    yield one.verdict
    for stage in ("received", "accepted", "quarantine"):
        yield sha256_of(stage_path(home, stage, one.binding, one.key))


def test_files_read_side_by_side_are_kept_as_if_read_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_by_one, inbox = deployment(tmp_path, "one", monkeypatch)
    side_by_side, _ = deployment(tmp_path, "many", monkeypatch)
    for point in range(12):
        (inbox / f"{point:03d}.csv").write_text(day_of(point % 5, 0.25 + point), encoding="utf-8")
    (inbox / "broken.csv").write_text("this;is\nnothing", encoding="utf-8")
    (inbox / "slipped.csv").write_text(day_of(1, 250_000), encoding="utf-8")

    expected = collected(one_by_one)
    monkeypatch.setattr(beside, "WORTH_IT", 2)
    found = collected(side_by_side)

    assert found.keys() == expected.keys()
    assert {one.verdict.accepted for one in found.values()} == {True, False}
    for name, one in found.items():
        assert list(kept(side_by_side.home, one)) == list(kept(one_by_one.home, expected[name]))


def test_a_reader_that_dies_loses_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, inbox = deployment(tmp_path, "home", monkeypatch)
    for point in range(6):
        (inbox / f"{point:03d}.csv").write_text(day_of(point, 1.5), encoding="utf-8")
    monkeypatch.setattr(beside, "WORTH_IT", 2)
    monkeypatch.setattr(collect, "_read_beside", dying)

    found = collected(settings)

    assert len(found) == 6
    assert all(one.verdict.rows_accepted == 96 for one in found.values())


def dying(*_: object) -> None:
    """A reader whose process is killed, as by a machine without memory."""
    os._exit(9)


def test_work_is_given_back_in_order_and_what_fails_is_left_to_the_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(beside, "WORTH_IT", 2)

    assert list(beside.made_beside(divided, [*range(60)], 60)) == [
        None if number == 0 else 60 / number for number in range(60)
    ]
    assert list(beside.made_beside(divided, [4], 60)) == [None]


def test_where_nothing_travels_or_no_process_starts_the_caller_does_it_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(beside, "WORTH_IT", 2)

    assert list(beside.made_beside(divided, [lambda: 4] * 40, 60)) == [None] * 40
    assert list(beside.made_beside(divided, [*range(40)], lambda: 60)) == [None] * 40


def divided(by: int, number: int) -> float:
    """Fails for one of its items."""
    return number / by


def test_a_delivery_is_compared_with_its_own_points_and_the_last_shapes_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, inbox = deployment(tmp_path, "home", monkeypatch)
    for point in range(20):
        (inbox / f"{point:03d}.csv").write_text(day_of(point, 1.5), encoding="utf-8")
    found = collected(settings)
    binding: Binding = next(load(settings.districts).bindings_of("meter_intervals"))
    so_far = collect.SoFar(binding.dataset.id)
    for one in found.values():
        so_far.add(one)

    history = so_far.history(["p003", "unknown"])

    assert history is not None
    assert history["point_id"].to_pylist() == ["p003"]
    assert len(so_far.shapes) == 12
