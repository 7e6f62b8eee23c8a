"""JSON pointers (RFC 6901): where in a document something stands.

Belongs here: following them. Does not belong here: what is to be found there.
"""

from __future__ import annotations

from typing import Any, Final


class Absent:
    """Nothing stands at the pointer; null stands there is something else."""


ABSENT: Final = Absent()


def at(document: Any, pointer: str) -> Any:
    """What stands at the pointer, or ABSENT; the empty pointer is the whole document."""
    node = document
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        else:
            return ABSENT
    return node
