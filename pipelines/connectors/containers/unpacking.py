"""The one way from a container to the files inside it, however deep they lie.

Belongs here: which bytes are a container, the order and depth of opening, what is said of one that
gives nothing. Does not belong here: any one kind of container.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipelines.connectors.containers.archives import (
    bzip2_member,
    gzip_member,
    is_document,
    zip_members,
)
from pipelines.connectors.containers.inflating import Budget, Exhausted, is_bzip2
from pipelines.connectors.containers.member import Member, counts, is_paper, numbered
from pipelines.connectors.containers.messages import MAX_DEPTH, attachments, is_message
from pipelines.connectors.containers.signed import is_envelope, signed_document
from pipelines.connectors.refusal import DeliveryRefused

MAX_ARCHIVES = 2
"""Archives inside one another: a zip of zips is common, a third layer is a mistake or a trap."""
_ARCHIVES = ("zip", "gzip", "bzip2")
_OPENERS: dict[str, Callable[[bytes, str, Budget], Iterator[Member]]] = {
    "zip": zip_members,
    "gzip": gzip_member,
    "bzip2": bzip2_member,
    "p7m": signed_document,
    "message": attachments,
}
_NOT_OPENED = {
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_NAMED = 5


def container_of(blob: bytes) -> str | None:
    """`zip`, `gzip`, `bzip2`, `p7m` or `message`; None for anything that is a file of its own.

    Bytes decide, names do not. A workbook is a file, though it is a zip.
    """
    if blob.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None if is_document(blob) else "zip"
    if blob.startswith(b"\x1f\x8b"):
        return "gzip"
    if is_bzip2(blob):
        return "bzip2"
    if is_envelope(blob):
        return "p7m"
    return "message" if is_message(blob) else None


def foreign_archive(blob: bytes) -> str | None:
    """The kind of an archive that is not opened here; None for anything else."""
    if blob[257:262] == b"ustar":
        return "tar"
    return next((kind for magic, kind in _NOT_OPENED.items() if blob.startswith(magic)), None)


def unpack(blob: bytes, name: str, members: str | None = None) -> Iterator[Member]:
    """The files inside a container, one at a time, each with its path inside.

    Args:
        blob: A container, as `container_of` knows them.
        name: What it is called; a gzip and a signed envelope name their document after it.
        members: The pattern that picks among them; all files where there is none. Papers that
            only accompany a delivery never count.

    Raises:
        DeliveryRefused: where the container as a whole is not opened. A single bad member is
            yielded with its refusal, and the others go on.
    """
    kind = container_of(blob)
    if kind is None:
        raise DeliveryRefused("WRONG_FILE_KIND", "No container.", "Non è un contenitore.")
    budget, seen = Budget(), set[str]()
    for member in _opened(kind, blob, name, "", (0, 0), budget):
        if counts(member.path, members):
            path = numbered(member.path.rstrip("/"), seen)
            closed = "/" if member.path.endswith("/") else ""
            yield Member(path + closed, member.body, member.refusal)


def refusal_of(blob: bytes, name: str, members: str | None = None) -> DeliveryRefused | None:
    """Why a container gave less than it should: what could not be opened, or that nothing counts."""
    problems: list[DeliveryRefused] = []
    picked, others = 0, []
    try:
        for member in unpack(blob, name):
            if not counts(member.path, members):
                others.append(member.path)
            elif member.refusal is None:
                picked += 1
            else:
                problems.append(member.refusal)
    except DeliveryRefused as refusal:
        return refusal
    if problems:
        return _joined(problems)
    if picked:
        return None
    if not others and container_of(blob) == "message":
        return DeliveryRefused(
            "NO_ATTACHMENT",
            "The message has no file attached.",
            "Il messaggio non ha allegati.",
        )
    shown = ", ".join(others[:_NAMED]) or "-"
    return DeliveryRefused(
        "NO_MEMBERS",
        f"Nothing in it counts. It holds: {shown}. 'members' asks for {members or 'any file'}.",
        f"Nulla di ciò che contiene conta. Contiene: {shown}. 'members' chiede "
        f"{members or 'qualsiasi file'}.",
    )


def _opened(
    kind: str, blob: bytes, name: str, folder: str, depth: tuple[int, int], budget: Budget
) -> Iterator[Member]:
    archives, envelopes = depth
    depth = (archives + 1, envelopes) if kind in _ARCHIVES else (archives, envelopes + 1)
    for member in _OPENERS[kind](blob, name, budget):
        path = folder + member.path
        if is_paper(path):
            continue
        if member.refusal is not None:
            yield Member(path, refusal=member.refusal)
            continue
        yield from _leaves(Member(path, member.body), depth, budget)


def _leaves(member: Member, depth: tuple[int, int], budget: Budget) -> Iterator[Member]:
    """A member itself, or what lies inside it."""
    closed = f"{member.path}/"
    foreign = foreign_archive(member.body)
    if foreign is not None:
        yield Member(closed, refusal=_not_opened(member.path, foreign))
        return
    kind = container_of(member.body) or ""
    if not kind:
        yield member
    elif (depth[0] >= MAX_ARCHIVES and kind in _ARCHIVES) or depth[1] >= MAX_DEPTH:
        yield Member(closed, refusal=_too_deep(member.path))
    else:
        try:
            yield from _opened(kind, member.body, member.path, closed, depth, budget)
        except Exhausted:
            raise
        except DeliveryRefused as refusal:
            yield Member(closed, refusal=_of(member.path, refusal))


def _of(path: str, refusal: DeliveryRefused) -> DeliveryRefused:
    return DeliveryRefused(
        refusal.code, f"{path}: {refusal.message_en}", f"{path}: {refusal.message_it}"
    )


def _not_opened(path: str, kind: str) -> DeliveryRefused:
    return DeliveryRefused(
        "WRONG_FILE_KIND",
        f"{path} is a {kind} archive, which is not opened here. Ask for a zip.",
        f"{path} è un archivio {kind}, che qui non si apre. Chiedere uno zip.",
    )


def _too_deep(path: str) -> DeliveryRefused:
    return DeliveryRefused(
        "NESTED_TOO_DEEP",
        f"{path} lies too deep: {MAX_ARCHIVES} archives and {MAX_DEPTH} messages or envelopes may "
        "be inside one another.",
        f"{path} è troppo in profondità: sono ammessi {MAX_ARCHIVES} archivi e {MAX_DEPTH} messaggi "
        "o buste uno dentro l'altro.",
    )


def _joined(problems: list[DeliveryRefused]) -> DeliveryRefused:
    """Several problems as one: the code of the first, the words of all that can be shown."""
    more = len(problems) - _NAMED
    tail_en, tail_it = (f" And {more} more.", f" E altri {more}.") if more > 0 else ("", "")
    return DeliveryRefused(
        problems[0].code,
        " ".join(one.message_en for one in problems[:_NAMED]) + tail_en,
        " ".join(one.message_it for one in problems[:_NAMED]) + tail_it,
    )
