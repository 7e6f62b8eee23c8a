"""A folder in which files are dropped, and what is wrong with it when there are none."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from pipelines.connectors.transports import Fetched, NotModified, RemoteObject, Validators, asked
from tests.faults.files_fixture import bodies, failure, names, place


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "b.csv").write_bytes(b"b")
    (folder / "a.csv").write_bytes(b"aa")
    return folder


def aged(path: Path, seconds: float) -> None:
    at = time.time() - seconds
    os.utime(path, (at, at))


def test_lists_what_was_dropped_in_a_fixed_order(inbox: Path) -> None:
    with asked(place(f"{inbox}/*.csv")) as (listed, _):
        assert [(item.name, item.size) for item in listed] == [("a.csv", 2), ("b.csv", 1)]


def test_a_name_comes_before_the_longer_ones_that_begin_with_it(inbox: Path) -> None:
    for name in ("x (1).csv", "x_corretta.csv", "x.csv"):
        (inbox / name).write_bytes(b"1")

    assert names(place(f"{inbox}/x*.csv")) == ["x.csv", "x (1).csv", "x_corretta.csv"]


def test_a_folder_that_may_not_be_read_is_no_empty_inbox(inbox: Path) -> None:
    inbox.chmod(0)
    if os.access(inbox, os.R_OK):
        pytest.skip("whoever runs this may read every folder")
    try:
        assert failure(place(f"{inbox}/*.csv")).code == "SOURCE_UNREACHABLE"
    finally:
        inbox.chmod(0o755)


@pytest.mark.parametrize(
    "name",
    ["c.csv.part", "c.csv.tmp", "c.csv.filepart", "~$c.csv", ".DS_Store", "Thumbs.db", "THUMBS.DB"],
)
def test_what_is_still_being_written_is_no_delivery(inbox: Path, name: str) -> None:
    (inbox / name).write_bytes(b"x")

    assert names(place(f"{inbox}/*")) == ["a.csv", "b.csv"]


def test_a_folder_that_is_not_there_is_no_empty_inbox(inbox: Path) -> None:
    assert failure(place(f"{inbox}/unmounted/*.csv")).code == "SOURCE_MISSING"


def test_an_empty_folder_is_known_to_hold_nothing(inbox: Path) -> None:
    assert names(place(f"{inbox}/*.xlsx")) == []


def test_a_share_without_its_sentinel_is_an_error_and_no_empty_listing(inbox: Path) -> None:
    share = place(f"{inbox}/*", sentinel="mounted.txt")

    assert failure(share).code == "NOT_MOUNTED"
    (inbox / "mounted.txt").write_bytes(b"")
    assert names(share) == ["a.csv", "b.csv"]  # which is no delivery itself


def test_wildcards_in_the_path_belong_to_the_pattern(inbox: Path) -> None:
    (inbox / "IT001E00000001").mkdir()
    (inbox / "IT001E00000001" / "gennaio.csv").write_bytes(b"x")

    assert bodies(place(f"{inbox}/IT*/*.csv")) == {"IT001E00000001/gennaio.csv": b"x"}


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("**/*.csv", ["a.csv", "b.csv", "2026/09/d.csv", "2026/c.csv"]),
        ("2026/**/*.csv", ["2026/09/d.csv", "2026/c.csv"]),
        ("**/09/*.csv", ["2026/09/d.csv"]),
        ("*/*.csv", ["2026/c.csv"]),
        ("**", ["a.csv", "b.csv", "2026/09/d.csv", "2026/c.csv"]),
        ("**/**/d.csv", ["2026/09/d.csv"]),
        ("2026/c.csv", ["c.csv"]),
    ],
)
def test_a_pattern_reaches_as_deep_as_it_says(inbox: Path, pattern: str, found: list[str]) -> None:
    (inbox / "2026/09").mkdir(parents=True)
    (inbox / "2026/c.csv").write_bytes(b"c")
    (inbox / "2026/09/d.csv").write_bytes(b"d")

    listed = names(place(f"{inbox}/{pattern}"))

    assert sorted(listed) == sorted(
        found if not pattern.startswith("2026/**") else [name[5:] for name in found]
    )


def test_an_unchanged_file_is_not_read_again(inbox: Path) -> None:
    with asked(place(f"{inbox}/*.csv")) as (listed, opened):
        first = opened(listed[0], None)
        assert isinstance(first, Fetched)
        assert first.body == b"aa"
        assert opened(listed[0], Validators(etag=first.etag)) == NotModified()
    (inbox / "a.csv").write_bytes(b"aaa")
    with asked(place(f"{inbox}/*.csv")) as (listed, opened):
        assert opened(listed[0], Validators(etag=first.etag)) != NotModified()


def test_a_link_out_of_the_folder_is_not_followed(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(b"s")
    (inbox / "c.csv").symlink_to(tmp_path / "secret.csv")

    with asked(place(f"{inbox}/*.csv")) as (listed, opened):
        assert [item.name for item in listed] == ["a.csv", "b.csv"]
        with pytest.raises(Exception, match="SOURCE_MISSING"):
            opened(RemoteObject("../secret.csv"), None)


def test_a_link_loop_is_walked_once(inbox: Path) -> None:
    (inbox / "back").symlink_to(inbox)
    (inbox / "self").symlink_to("self")
    (inbox / "sub").mkdir()
    (inbox / "sub" / "c.csv").write_bytes(b"c")
    (inbox / "sub" / "up").symlink_to("..")

    assert names(place(f"{inbox}/**/*.csv")) == ["a.csv", "b.csv", "sub/c.csv"]


def test_a_file_that_went_away_or_is_too_large_is_said_so(inbox: Path) -> None:
    with asked(place(f"{inbox}/*")) as (listed, opened):
        (inbox / "a.csv").unlink()
        with pytest.raises(Exception, match="SOURCE_MISSING"):
            opened(listed[0], None)
    (inbox / "c.csv").write_bytes(b"123")
    small = place(f"{inbox}/*", limits={"max_bytes": 2})
    assert bodies(small) == {"b.csv": b"b", "c.csv": "TOO_LARGE"}


def test_a_file_that_changed_since_it_was_listed_waits_for_the_next_time(inbox: Path) -> None:
    with asked(place(f"{inbox}/*")) as (listed, opened):
        (inbox / "a.csv").write_bytes(b"aaaa")
        with pytest.raises(Exception, match="BODY_CUT"):
            opened(listed[0], None)
    assert bodies(place(f"{inbox}/*"))["a.csv"] == b"aaaa"


def test_a_file_is_taken_when_it_has_lain_still(inbox: Path) -> None:
    settling = place(f"{inbox}/*.csv", settle_seconds=60)
    assert names(settling) == []

    aged(inbox / "a.csv", 61)
    assert names(settling) == ["a.csv"]


@pytest.mark.parametrize("companion", ["b.csv.ok", "b.ok"])
def test_a_companion_says_that_a_file_is_whole(inbox: Path, companion: str) -> None:
    (inbox / companion).write_bytes(b"")

    assert names(place(f"{inbox}/*", settle_seconds=60)) == ["b.csv"]
    assert names(place(f"{inbox}/*", companion=".ok")) == ["b.csv"]
    assert names(place(f"{inbox}/*")) == ["a.csv", "b.csv"]


@pytest.mark.parametrize("ending", ["md5", "sha256"])
def test_a_file_is_held_against_its_checksum(inbox: Path, ending: str) -> None:
    for name in ("a.csv", "b.csv"):
        said = hashlib.new(ending, b"aa").hexdigest().upper()
        (inbox / f"{name}.{ending}").write_text(f"{said} *{name}\n")

    assert bodies(place(f"{inbox}/*")) == {"a.csv": b"aa", "b.csv": "BODY_CUT"}
    (inbox / f"a.csv.{ending}").write_text("later")
    assert bodies(place(f"{inbox}/*"))["a.csv"] == "BODY_CUT"


def test_more_files_than_are_allowed_are_refused_and_not_cut(inbox: Path) -> None:
    assert failure(place(f"{inbox}/*", limits={"max_files": 1})).code == "TOO_LARGE"


def test_a_name_that_is_not_utf8_can_be_written_down(inbox: Path) -> None:
    (inbox / os.fsdecode(b"citt\xe0.csv")).write_bytes(b"x")

    assert bodies(place(f"{inbox}/citt*")) == {"città.csv": b"x"}


def test_ten_thousand_files_are_listed_in_seconds(inbox: Path) -> None:
    for number in range(10_000):
        (inbox / f"n{number:05}.csv").touch()
    began = time.monotonic()

    assert len(names(place(f"{inbox}/**/n*.csv"))) == 10_000
    assert time.monotonic() - began < 5


def test_a_declaration_that_fits_no_place_with_files_is_refused() -> None:
    with pytest.raises(ValueError, match="belong to places with files"):
        place("https://example.org/a.csv", sentinel="mounted.txt")
    with pytest.raises(ValueError, match=r"access\.user"):
        place("ftps://example.org/out/*.csv")
    with pytest.raises(ValueError, match="companion"):
        place("/inbox/*.csv", companion=".done")
