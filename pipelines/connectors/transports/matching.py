"""Patterns over paths: `2026*/**/*_PDO_*.zip`, matched folder by folder.

Belongs here: which names a pattern lets through at which depth, so that only folders that may hold
a match are listed. Does not belong here: listing them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

ANY_DEPTH = "**"
_WILDCARD = re.compile(r"[*?\[]")

Position = frozenset[int]
START: Position = frozenset({0})


@dataclass(frozen=True)
class Pattern:
    """A pattern by its parts; `**` stands for any number of folders, also none."""

    parts: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Pattern:
        """The pattern a text declares."""
        return cls(tuple(part for part in text.split("/") if part))

    def into(self, at: Position, folder: str) -> Position:
        """Where in the pattern one stands inside a folder of that name; empty where no match can
        lie in it.
        """
        return frozenset(
            place if self.parts[place] == ANY_DEPTH else place + 1
            for place in self._reachable(at)
            if self.parts[place] == ANY_DEPTH
            or (place + 1 < len(self.parts) and fnmatchcase(folder, self.parts[place]))
        )

    def takes(self, at: Position, file: str) -> bool:
        """Whether a file of that name matches."""
        last = len(self.parts) - 1
        return last in self._reachable(at) and (
            self.parts[last] == ANY_DEPTH or fnmatchcase(file, self.parts[last])
        )

    def _reachable(self, at: Position) -> set[int]:
        found = set(at)
        for place in sorted(at):
            after = place
            while self.parts[after] == ANY_DEPTH and after + 1 < len(self.parts):
                after += 1
                found.add(after)
        return found


def split(path: str) -> tuple[str, Pattern]:
    """The folder before the first wildcard of a path, and the pattern below it."""
    parts = [part for part in path.split("/") if part]
    wild = next((at for at, part in enumerate(parts) if _WILDCARD.search(part)), len(parts) - 1)
    wild = max(wild, 0)
    root = "/" if path.startswith("/") else ""
    return root + "/".join(parts[:wild]) or ".", Pattern(tuple(parts[wild:]))
