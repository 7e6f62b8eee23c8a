"""JSON pointers (RFC 6901): where in a document something stands.

One step more than the standard knows: `rel=next` picks the first object of a list whose `rel` is
`next`, because interfaces list their links in any order. Belongs here: following pointers. Does not
belong here: what is to be found there.
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
        elif isinstance(node, list) and "=" in key:
            name, _, wanted = key.partition("=")
            fits = (one for one in node if isinstance(one, dict) and str(one.get(name)) == wanted)
            node = next(fits, ABSENT)
        else:
            return ABSENT
    return node
