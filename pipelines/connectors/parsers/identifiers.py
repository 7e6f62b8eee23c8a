"""Supply points, CUPs and municipality codes: checked on entry, always text.

Belongs here: the rules of each identifier and what may be repaired without guessing. Does not
belong here: where it stands in a file.
"""

from __future__ import annotations

import re

_DIRT = re.compile(r"[\s\-._\ufeff\u200b]")
_POD = re.compile(r"IT\d{3}E[0-9A-Z]{8}[0-9A-Z]?\Z")
_CUP = re.compile(r"[A-Z]\d{2}[A-Z]\d{11}\Z")
_FLOAT = re.compile(r"(\d+)[.,]0+\Z")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E[+]?\d+\Z", re.IGNORECASE)


class Unrecoverable(ValueError):
    """Digits were lost before the file reached us: no row can be trusted to name its point."""


def identified(text: str, kind: str) -> tuple[str | None, bool]:
    """The identifier in its one spelling and whether zeros had to be given back to it; None where
    it is none.

    Raises:
        Unrecoverable: a spreadsheet turned it into 8,811E+11.
    """
    bare = text.strip()
    if kind == "pod_or_pdr":
        kind = "pod" if bare[:2].upper() == "IT" else "pdr"
    if _SCIENTIFIC.match(bare) and kind in ("pdr", "municipality"):
        raise Unrecoverable(bare)
    if kind == "pod":
        pod = _DIRT.sub("", bare).upper()
        # A 15th sign is a check sign of older files; the point is named by the first 14 (SII
        # practice).
        return (pod[:14], False) if _POD.match(pod) else (None, False)
    if kind == "cup":
        cup = _DIRT.sub("", bare).upper()
        return (cup, False) if _CUP.match(cup) else (None, False)
    width = 14 if kind == "pdr" else 6
    whole = _FLOAT.match(bare)
    digits = whole[1] if whole else _DIRT.sub("", bare)
    if (
        not digits.isascii()
        or not digits.isdecimal()
        or len(digits) > width
        or len(digits) < width - 6
    ):
        return None, False
    return digits.zfill(width), len(digits) < width
