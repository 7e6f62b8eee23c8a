"""A delivery too large for memory is judged as a small one: same rows, same reasons, same verdict."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipelines.catalogue.catalogue import Binding, load
from pipelines.collecting import by_itself, large, read
from pipelines.collecting.deliveries import Delivery, Received
from pipelines.collecting.paths import Verdict, stage_path
from pipelines.collecting.so_far import SoFar
from pipelines.connectors.parsers import text_files
from pipelines.landing.files import read_parquet
from pipelines.landing.store import Store
from pipelines.quality.contract import contract_of
from pipelines.quality.known_points import NOTHING_KNOWN
from tests.declaring import PROVA

ROOT = Path(__file__).resolve().parents[3]
ROME = ZoneInfo("Europe/Rome")
HEAD = "POD;DATA;ORA;FL_ORA_LEGALE;ATTIVA_PRELEVATA;ATTIVA_IMMESSA;TIPO_DATO;"
SOURCES = """\
  curves: {dataset: meter_intervals, format: unareti_curves, from: "${NZD_INBOX}/*.csv"}
"""


@pytest.fixture(scope="module")
def binding(tmp_path_factory: pytest.TempPathFactory) -> Binding:
    folder = tmp_path_factory.mktemp("districts")
    (folder / "prova.yaml").write_text(PROVA + SOURCES, encoding="utf-8")
    return next(load(folder).bindings_of("meter_intervals"))


def day_of(pod: str, day: date, kwh: str) -> Iterator[str]:
    moment = datetime(day.year, day.month, day.day, tzinfo=ROME).astimezone(UTC)
    end = (datetime(day.year, day.month, day.day, tzinfo=ROME) + timedelta(days=1)).astimezone(UTC)
    while moment < end:
        local = moment.astimezone(ROME)
        flag = "2" if local.dst() else "1"
        yield f"{pod};{local:%Y%m%d};{local:%H%M%S};{flag};{kwh};;E;"
        moment += timedelta(minutes=15)


def spoilt_month(kwh: str = "0,250") -> str:
    """A month with everything that needs neighbours or is left out, in no order."""
    lines = [
        line
        for point in (1, 2, 3)
        for day in range(20, 31)
        for line in day_of(f"IT001E0000000{point}", date(2026, 3, day), kwh)
    ]
    spring = "IT001E00000001;20260329;02{}00;2;{};;E;"
    lines += [spring.format(m, "0") for m in ("00", "15", "30")] + [spring.format("45", "9,5")]
    lines += list(day_of("IT001E00000002", date(2026, 3, 25), "0"))  # the day twice, once empty
    lines += list(day_of("IT001E00000003", date(2026, 3, 26), kwh))  # the day twice, alike
    lines += [
        "IT001E00000003;20260327;101500;1;7,75;;E;",  # contradicts
        "IT001E00000003;20260327;103000;1;uno;;E;",  # no number
        "IT001E00000003;20260327;103000;9;0,5;;E;",  # no flag
        "IT001E00000003;20260131;103000;1;-3;;E;",  # negative
        "nessuno;20260131;103000;1;3;;E;",  # no POD
    ]
    random.Random(4).shuffle(lines)  # noqa: S311 - a test
    return "\n".join([HEAD, *lines]) + "\n"


def judged(home: Path, binding: Binding, texts: list[str]) -> list[Delivery]:
    store = Store(home / "blobs")
    contract = contract_of(binding.dataset, ROOT / "expectations")
    found: list[Delivery] = []
    so_far = SoFar(binding.dataset.id)
    for place, text in enumerate(texts):
        sha256 = store.put(text.encode())
        at = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=place)
        received = Received(binding, sha256, "x.csv", at, place)
        found.append(read.read(home, store, received, contract, so_far, NOTHING_KNOWN))
    return found


def in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_itself, "LARGE_ROWS", 100)
    monkeypatch.setattr(large, "ROWS", 64)
    monkeypatch.setattr(text_files, "BATCH_CELLS", 8 * 50)


def rows_at(stage: large.Any, home: Path, one: Delivery) -> list[dict[str, object]]:
    path = stage_path(home, stage, one.binding, one.key)
    return list(read_parquet(path).to_pylist()) if path.exists() else []


def said(one: Delivery) -> Verdict:
    """The verdict without the hashes of files, whose row groups differ, and without the outline of
    the first rows, of which there are fewer in the tiny batches of these tests.
    """
    return replace(one.verdict, files={}, shape=[])


def by_place(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(rows, key=str)


def test_a_large_delivery_is_judged_as_a_small_one(
    tmp_path: Path, binding: Binding, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [spoilt_month()]
    small = judged(tmp_path / "small", binding, texts)[0]
    in_batches(monkeypatch)
    big = judged(tmp_path / "big", binding, texts)[0]

    assert said(big) == said(small)
    for stage in ("received", "accepted"):
        assert rows_at(stage, tmp_path / "big", big) == rows_at(stage, tmp_path / "small", small)
    assert by_place(rows_at("quarantine", tmp_path / "big", big)) == by_place(
        rows_at("quarantine", tmp_path / "small", small)
    )
    codes = {str(row["code"]) for row in rows_at("quarantine", tmp_path / "big", big)}
    assert {"TIME_PHANTOM", "DUP_CONFLICT", "BAD_NUMBER", "BAD_ID", "NEGATIVE_QUANTITY"} <= codes


def test_a_slip_of_unit_in_a_large_delivery_is_heard(
    tmp_path: Path, binding: Binding, monkeypatch: pytest.MonkeyPatch
) -> None:
    def month(number: int, kwh: list[str]) -> str:
        lines = [
            line
            for point, value in enumerate(kwh)
            for day in range(1, 6)
            for line in day_of(f"IT001E0000000{point}", date(2026, number, day), value)
        ]
        return "\n".join([HEAD, *lines]) + "\n"

    usual = ["0,250", "0,300", "0,400"]
    texts = [month(1, usual), month(2, usual), month(4, [*usual[:2], "400"])]
    small = judged(tmp_path / "small", binding, texts)
    in_batches(monkeypatch)
    big = judged(tmp_path / "big", binding, texts)

    assert [said(one) for one in big] == [said(one) for one in small]
    assert {q["code"] for q in big[-1].verdict.quarantined} == {"UNIT_SLIP"}
    assert rows_at("accepted", tmp_path / "big", big[-1]) == rows_at(
        "accepted", tmp_path / "small", small[-1]
    )


def test_equal_bytes_and_declaration_make_equal_files(
    tmp_path: Path, binding: Binding, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_batches(monkeypatch)
    once, again = (judged(tmp_path / name, binding, [spoilt_month()])[0] for name in "ab")

    assert once.verdict.files == again.verdict.files


def test_a_large_delivery_that_breaks_off_keeps_nothing(
    tmp_path: Path, binding: Binding, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_batches(monkeypatch)
    text = spoilt_month()
    found = judged(tmp_path, binding, [text[: len(text) - 20]])[0]

    assert found.verdict.code == "TRUNCATED"
    assert not list(tmp_path.glob("received/**/*.parquet"))
    assert not list(tmp_path.glob("**/*.spool*"))


def test_a_batch_may_be_judged_alone_because_uniqueness_holds_the_key() -> None:
    catalogue = load(ROOT / "districts")
    for dataset in catalogue.datasets.values():
        for rule in contract_of(dataset, ROOT / "expectations").expectations:
            if rule.type == "expect_compound_columns_to_be_unique":
                assert set(dataset.key) <= set(rule.columns), dataset.id
