"""A folder in which files are dropped, and what is wrong with it when there are none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.connectors.transports import (
    Fetched,
    FolderSource,
    FolderTransport,
    NotModified,
    RemoteObject,
    SourceFailed,
    Validators,
)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "b.csv").write_bytes(b"b")
    (folder / "a.csv").write_bytes(b"aa")
    return folder


def names(source: FolderSource) -> list[str]:
    return [item.name for item in FolderTransport().list(source)]


def test_lists_what_was_dropped_in_a_fixed_order(inbox: Path) -> None:
    items = FolderTransport().list(FolderSource(inbox, "*.csv"))

    assert [(item.name, item.size) for item in items] == [("a.csv", 2), ("b.csv", 1)]


def test_a_name_comes_before_the_longer_ones_that_begin_with_it(inbox: Path) -> None:
    for name in ("x (1).csv", "x_corretta.csv", "x.csv"):
        (inbox / name).write_bytes(b"1")

    assert names(FolderSource(inbox, "x*.csv")) == ["x.csv", "x (1).csv", "x_corretta.csv"]


def test_a_folder_that_may_not_be_read_is_no_empty_inbox(inbox: Path) -> None:
    inbox.chmod(0)
    if os.access(inbox, os.R_OK):
        pytest.skip("whoever runs this may read every folder")
    try:
        with pytest.raises(SourceFailed, match="SOURCE_UNREACHABLE"):
            FolderTransport().list(FolderSource(inbox, "*.csv"))
    finally:
        inbox.chmod(0o755)


@pytest.mark.parametrize(
    "name",
    ["c.csv.part", "c.csv.tmp", "c.csv.filepart", "~$c.csv", ".DS_Store", "Thumbs.db", "THUMBS.DB"],
)
def test_what_is_still_being_written_is_no_delivery(inbox: Path, name: str) -> None:
    (inbox / name).write_bytes(b"x")

    assert names(FolderSource(inbox, "*")) == ["a.csv", "b.csv"]


def test_a_folder_that_is_not_there_is_no_empty_inbox(inbox: Path) -> None:
    with pytest.raises(SourceFailed, match="SOURCE_MISSING"):
        names(FolderSource(inbox / "unmounted", "*.csv"))


def test_an_empty_folder_is_known_to_hold_nothing(inbox: Path) -> None:
    assert names(FolderSource(inbox, "*.xlsx")) == []


def test_wildcards_in_the_path_belong_to_the_pattern(inbox: Path) -> None:
    (inbox / "IT001E00000001").mkdir()
    (inbox / "IT001E00000001" / "gennaio.csv").write_bytes(b"x")

    source = FolderSource(inbox / "IT*", "*.csv")

    assert names(source) == ["IT001E00000001/gennaio.csv"]
    assert FolderTransport().open(source, RemoteObject("IT001E00000001/gennaio.csv")).status is None  # type: ignore[union-attr]


def test_an_unchanged_file_is_not_read_again(inbox: Path) -> None:
    source, transport = FolderSource(inbox, "*.csv"), FolderTransport()
    (item, _) = transport.list(source)
    first = transport.open(source, item)
    assert isinstance(first, Fetched)

    assert first.body == b"aa"
    assert transport.open(source, item, Validators(etag=first.etag)) == NotModified()
    (inbox / "a.csv").write_bytes(b"aaa")
    assert transport.open(source, item, Validators(etag=first.etag)) != NotModified()


def test_a_link_out_of_the_folder_is_not_followed(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(b"s")
    (inbox / "c.csv").symlink_to(tmp_path / "secret.csv")

    assert names(FolderSource(inbox, "*.csv")) == ["a.csv", "b.csv"]
    with pytest.raises(SourceFailed, match="SOURCE_MISSING"):
        FolderTransport().open(FolderSource(inbox, "*.csv"), RemoteObject("../secret.csv"))


def test_a_file_that_went_away_or_is_too_large_is_said_so(inbox: Path) -> None:
    with pytest.raises(SourceFailed, match="SOURCE_MISSING"):
        FolderTransport().open(FolderSource(inbox, "*"), RemoteObject("z.csv"))
    with pytest.raises(SourceFailed, match="TOO_LARGE"):
        FolderTransport().open(FolderSource(inbox, "*", max_bytes=1), RemoteObject("a.csv"))
