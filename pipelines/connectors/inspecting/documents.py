"""JSON and XML documents: which lists and which elements could be the records.

Belongs here: candidates, the likeliest first. Does not belong here: reading them.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

MOST_CANDIDATES = 12
MOST_ELEMENTS = 300_000


def lists_in(document: Any) -> list[dict[str, str]]:
    """Pointers to lists of objects (`records`) and to objects of equally long lists (`arrays`), the
    longest first.
    """
    found: list[tuple[int, int, dict[str, str]]] = []
    _walk(document, "", found, 0)
    found.sort(key=lambda one: (-one[0], one[1]))
    return [one for _, _, one in found[:MOST_CANDIDATES]] or [{"records": ""}]


def _walk(
    node: Any, pointer: str, found: list[tuple[int, int, dict[str, str]]], depth: int
) -> None:
    if depth > 8:
        return
    if isinstance(node, list):
        objects = sum(isinstance(one, dict) for one in node)
        if node and objects == len(node):
            found.append((len(node), depth, {"records": pointer}))
        for at, one in enumerate(node[: 1 if objects == len(node) else 3]):
            _walk(one, f"{pointer}/{at}", found, depth + 1)
    elif isinstance(node, dict):
        length = _common_length(node)
        if length > 1:
            found.append((length, depth, {"arrays": pointer}))
        for name, value in node.items():
            escaped = str(name).replace("~", "~0").replace("/", "~1")
            _walk(value, f"{pointer}/{escaped}", found, depth + 1)


def _common_length(node: dict[str, Any]) -> int:
    """How long the lists of an object are where it holds nothing but plain lists of one length."""
    plain = [
        len(one)
        for one in node.values()
        if isinstance(one, list) and one and not isinstance(one[0], dict)
    ]
    alike = len(set(plain)) == 1 and len(plain) == len(node)
    return plain[0] if alike and len(plain) > 1 else 0


def records_in(blob: bytes) -> list[dict[str, Any]]:
    """Elements that repeat and hold something, as `xml` blocks, the most frequent first."""
    counted: Counter[str] = Counter()
    parts: dict[str, Counter[str]] = {}
    path: list[str] = []
    try:
        events = etree.iterparse(
            io.BytesIO(blob),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for number, (event, element) in enumerate(events):
            if number > MOST_ELEMENTS:
                break
            if not isinstance(element.tag, str):
                continue
            if event == "start":
                path.append(etree.QName(element).localname)
                continue
            own = "/".join(path)
            path.pop()
            fields = [f"@{etree.QName(name).localname}" for name in element.attrib]
            fields += list(_leaves(element))
            if fields:
                counted[own] += 1
                parts.setdefault(own, Counter()).update(set(fields))
            if len(path) > 2:
                element.attrib.clear()
    except etree.XMLSyntaxError:
        pass
    ranked = sorted(counted, key=lambda one: (-counted[one] * min(len(parts[one]), 4), len(one)))
    return [_block(own, parts[own]) for own in ranked[:MOST_CANDIDATES]]


def _leaves(element: etree._Element) -> Iterator[str]:
    """Paths to what stands in an element and in its children."""
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child).localname
        if not len(child):
            yield name
        for leaf in child:
            if isinstance(leaf.tag, str) and not len(leaf):
                yield f"{name}/{etree.QName(leaf).localname}"


def _block(path: str, fields: Counter[str]) -> dict[str, Any]:
    named = {name.removeprefix("@").replace("/", "_"): name for name, _ in fields.most_common(40)}
    return {"each": path, "fields": named}
