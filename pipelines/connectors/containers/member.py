"""What lies inside a container, and what it is called.

Belongs here: the one shape all openers give back, names made harmless, which members count. Does
not belong here: opening anything.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from dataclasses import dataclass

from pipelines.connectors.refusal import DeliveryRefused

PAPERS = (
    "daticert.xml", "*_metadato.xml", "*_mt_???.xml", "*.p7s", "*.vcf",
    "att?????.htm", "att?????.html", "att?????.txt",
    "._*", ".ds_store", "thumbs.db", "desktop.ini",
)  # fmt: skip
"""Papers that come with a delivery and are none: the certificate of every PEC message, the
invoice exchange's metadata, detached signatures, cards, what Outlook and file managers leave."""
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_DRIVE = re.compile(r"^[A-Za-z]:")
_LONGEST = 200


@dataclass(frozen=True)
class Member:
    """One thing inside a container: its bytes, or why they cannot be had.

    Attributes:
        path: Where it lies, containers inside the container as folders. It is recorded and shown
            and never opened as a path. A container inside that cannot be opened ends in `/`: its
            path stands for everything that it may hold.
        body: Its bytes.
        refusal: Why it has none.
    """

    path: str
    body: bytes = b""
    refusal: DeliveryRefused | None = None


def recorded(name: str) -> str:
    """A name as it is written down: relative, without parents, drives and what does not show."""
    shown = unicodedata.normalize("NFC", name.replace("\\", "/"))
    shown = "".join("\ufffd" if unicodedata.category(c) in _INVISIBLE else c for c in shown)
    parts = [
        part for part in _DRIVE.sub("", shown).split("/") if part.strip() not in ("", ".", "..")
    ]
    return "/".join(part[-_LONGEST:] for part in parts[-4:]) or "unnamed"


def is_paper(path: str) -> bool:
    """Whether a member only accompanies a delivery."""
    folded = path.casefold()
    name = folded.rstrip("/").rpartition("/")[2]
    return "__macosx/" in folded or any(fnmatch.fnmatchcase(name, each) for each in PAPERS)


def counts(path: str, members: str | None) -> bool:
    """Whether a member is picked by a source's `members`.

    A pattern with a slash is compared with the whole path, any other with the name alone; case does
    not matter. Containers that could not be opened always count, because of what may be in them.
    """
    if members is None or path.endswith("/"):
        return True
    folded = path.casefold()
    place = folded if "/" in members else folded.rpartition("/")[2]
    return fnmatch.fnmatchcase(place, members.casefold())


def numbered(path: str, seen: set[str]) -> str:
    """The path, or one like it where two members bear the same: a.csv, a#2.csv."""
    folder, _, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".") if "." in name else (name, "", "")
    unique, number = path, 1
    while unique in seen:
        number += 1
        unique = (f"{folder}/" if folder else "") + f"{stem}#{number}{dot}{suffix}"
    seen.add(unique)
    return unique
