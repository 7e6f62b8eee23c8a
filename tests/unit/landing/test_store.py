"""The landing store keeps bytes as they were and says when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.landing.store import BlobDamaged, BlobMissing, Store

KNOWN = (
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # sha256("abc"), FIPS 180-2
)


def test_names_bytes_by_their_sha256(tmp_path: Path) -> None:
    assert Store(tmp_path).put(b"abc") == KNOWN


def test_gives_back_the_same_bytes(tmp_path: Path) -> None:
    store = Store(tmp_path)

    assert store.get(store.put(b"\x00\xff;,\r\n")) == b"\x00\xff;,\r\n"


def test_keeps_the_first_copy_when_bytes_arrive_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(b"abc")
    written = store.path(KNOWN).stat().st_mtime_ns

    store.put(b"abc")

    assert store.path(KNOWN).stat().st_mtime_ns == written


def test_nobody_can_write_a_blob(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(b"abc")

    assert store.path(KNOWN).stat().st_mode & 0o222 == 0


def test_a_flipped_byte_is_named_and_not_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(b"abc")
    store.path(KNOWN).chmod(0o644)
    store.path(KNOWN).write_bytes(b"abd")

    with pytest.raises(BlobDamaged, match=KNOWN):
        store.get(KNOWN)


def test_a_blob_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(BlobMissing, match=KNOWN):
        Store(tmp_path).get(KNOWN)
