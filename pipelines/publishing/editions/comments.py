"""What a city says beside its own figures, in its own words: given before publication, frozen with the edition.

Belongs here: what may be said, keeping it, which comment counts. Does not belong here: asking for it (`delivering`),
where a reader finds it (`report/sections`).

A comment is free text and is shown as it was written, with name and day. What machines can tell to name a person or a
supply point is refused; that nobody writes what protection hides, a person has to see to.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pipelines.publishing.freezing import publishing, write_durably
from pipelines.publishing.rows import json_bytes
from pipelines.publishing.shelf import editions
from pipelines.settings import Settings

AT_MOST = 600
"""Signs of a comment: what a footnote holds and a reader reads."""
_NAME_AT_MOST = 80
_NAMING = {
    "a supply point (POD)": r"\bIT\d{3}E\d{8}\w?\b",
    "a gas supply point (PDR)": r"\b\d{14}\b",
    "a person (codice fiscale)": r"\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b",
    "a firm (partita IVA)": r"\b(?:IT)?\d{11}\b",
    "an account (IBAN)": r"\bIT\d{2}[A-Z]\d{10}\w{12}\b",
    "an e-mail address": r"\S+@\S+\.\w+",
}


class CommentRefused(ValueError):
    """This cannot be said beside an edition; nothing was kept."""


@dataclass(frozen=True)
class Comment:
    """What someone said about a district's month, and when."""

    district_id: str
    by: str
    at: str
    text: str

    def said(self) -> dict[str, str]:
        """As the manifest keeps it."""
        return asdict(self)


def comment(
    settings: Settings, district: str, month: str, text: str, by: str, at: datetime
) -> Comment:
    """Keep a comment for the edition of a month that is not published yet; an empty text takes it back.

    Raises:
        CommentRefused: saying what is wrong with it, or that the month is published: editions do not move.
        Busy: where another process publishes.
    """
    said = Comment(district, _one_line(by), at.isoformat(), _one_line(text))
    _check(said)
    with publishing(settings.editions):
        there = [one for one in editions(settings.editions) if one.month == month]
        if any((one.path / district).is_dir() for one in there):
            raise CommentRefused(
                f"{month} is published for {district}: a comment is given before, and an edition does not move. "
                "Nothing was kept."
            )
        path = _path(settings.home, month, district)
        before = _all(path)
        write_durably(path, json_bytes({"comments": [one.said() for one in (*before, said)]}))
    return said


def comments_on(
    settings: Settings, month: str, districts: Collection[str], known_at: datetime
) -> list[Comment]:
    """The comment of each of these districts that counts: the newest one known then."""
    found = []
    for district in sorted(districts):
        known = [
            one
            for one in _all(_path(settings.home, month, district))
            if datetime.fromisoformat(one.at) <= known_at
        ]
        if known and known[-1].text:
            found.append(known[-1])
    return found


def _check(said: Comment) -> None:
    if not said.by or len(said.by) > _NAME_AT_MOST:
        raise CommentRefused(
            f"Say who comments, in at most {_NAME_AT_MOST} signs. Nothing was kept."
        )
    if len(said.text) > AT_MOST:
        raise CommentRefused(
            f"A comment has at most {AT_MOST} signs; this one has {len(said.text)}. Nothing was kept."
        )
    for what, pattern in _NAMING.items():
        if re.search(pattern, f"{said.text} {said.by}", re.IGNORECASE):
            raise CommentRefused(
                f"The comment seems to name {what}; everybody will read it. Nothing was kept."
            )


def _one_line(text: str) -> str:
    """A text on one line, without signs that are not seen or that turn the way of writing."""
    spaced = " ".join(text.split())
    kept = (sign for sign in spaced if unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs"))
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _path(home: Path, month: str, district: str) -> Path:
    return home / "comments" / month / f"{district}.json"


def _all(path: Path) -> list[Comment]:
    if not path.exists():
        return []
    return [Comment(**said) for said in json.loads(path.read_text(encoding="utf-8"))["comments"]]
