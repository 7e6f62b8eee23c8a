"""Declared fields of a row, found in the elements of a record.

Belongs here: paths, rules, the text of an element. Does not belong here: which elements are records
(`xml_elements`) or what a text means (`values`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipelines.catalogue.format_xml import Rule
from pipelines.connectors.parsers.xml_elements import Element, local_name

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
SEVERAL = " | "
_TRUE = ("true", "1")


def text_of_element(element: Element) -> str:
    """Its own text with comments and CDATA marks gone; nothing where it is declared nil."""
    if element.attrib and element.get(NIL, "").strip() in _TRUE:
        return ""
    return (element.text or "").strip()


class Tree:
    """The elements of one record and what stands before it, looked up by name.

    Children are indexed once per element, because a month of curves asks the same parent thousands
    of times.
    """

    def __init__(self) -> None:
        self._children: dict[Element, dict[str, list[Element]]] = {}

    def forget(self) -> None:
        """A record is done with."""
        self._children.clear()

    def children(self, element: Element) -> Mapping[str, list[Element]]:
        """Children by name, in order."""
        found = self._children.get(element)
        if found is None:
            found = self._children[element] = {}
            for child in element.iterchildren("*"):
                found.setdefault(local_name(child.tag), []).append(child)
        return found

    def at(self, element: Element, path: str) -> list[Element]:
        """The elements that a path finds from an element on; an attribute step is left to `texts`."""
        steps = path.split("/")
        nodes = [element]
        if path.startswith("/"):
            root = element.getroottree().getroot()
            first, steps = steps[1].casefold().split("|"), steps[2:]
            nodes = [root] if local_name(root.tag) in first or "*" in first else []
        for step in steps:
            nodes = self._step(nodes, step)
        return nodes

    def _step(self, nodes: list[Element], step: str) -> list[Element]:
        if step in (".", "name()") or step.startswith("@"):
            return nodes
        if step == "..":
            above = (node.getparent() for node in nodes)
            return list(dict.fromkeys(node for node in above if node is not None))
        found: list[Element] = []
        for node in nodes:
            children = self.children(node)
            if step == "*":
                found += [child for named in children.values() for child in named]
            elif "|" not in step:
                found += children.get(step, ())
            else:
                found += [child for name in step.split("|") for child in children.get(name, ())]
        return found

    def texts(self, element: Element, path: str) -> list[str]:
        """The texts that a path finds: of elements, or of the attribute it ends in."""
        nodes = self.at(element, path)
        last = path.rpartition("/")[2]
        if last == "name()":
            return [local_name(node.tag) for node in nodes]
        if not last.startswith("@"):
            return [text for node in nodes if (text := text_of_element(node))]
        if last == "@*":
            return [text for node in nodes if (text := _all_attributes(node))]
        names = last[1:].split("|")
        return [
            text
            for node in nodes
            for key, value in node.attrib.items()
            if local_name(key) in names and (text := value.strip())
        ]

    def text(self, element: Element, path: str) -> str:
        """The one text that a path finds, several joined, nothing as the empty text."""
        found = self.texts(element, path)
        return found[0] if len(found) == 1 else SEVERAL.join(dict.fromkeys(found))


def _all_attributes(element: Element) -> str:
    """Every attribute without namespace as NAME=value, in the order of the names."""
    return ",".join(
        f"{key}={value}" for key, value in sorted(element.attrib.items()) if "}" not in key
    )


class Field:
    """One declared field: its rules, ready to be asked of each row."""

    def __init__(self, rules: Sequence[Rule], tree: Tree) -> None:
        self._ways = [_Way(rule, tree) for rule in rules]

    def text(self, row: Element) -> str:
        """What the first rule that finds a text finds; the empty text where none does."""
        for way in self._ways:
            found = way.text(row)
            if found:
                return found
        return ""


class _Way:
    """One rule; a path alone is the quick way."""

    def __init__(self, rule: Rule, tree: Tree) -> None:
        self._tree = tree
        self._path = rule.path.casefold()
        self._take = rule.take.casefold()
        self._same = [path.casefold() for path in rule.same]
        self._where = _tests(rule.where)
        self._when = _tests(rule.when)
        self._negate = _tests(rule.negate)
        self._extract = re.compile(rule.extract) if rule.extract is not None else None
        self._chooses = bool(self._where or self._same or rule.take != ".")

    def text(self, row: Element) -> str:
        if self._when and not self._holds(row, self._when):
            return ""
        found = self._found(row) if self._chooses else self._tree.texts(row, self._path)
        if self._extract is not None:
            found = [part for text in found if (part := _first_group(self._extract, text))]
        if len(found) > 1:
            found = list(dict.fromkeys(found))
        text = SEVERAL.join(found)
        if text and self._negate and any(self._holds(row, [test]) for test in self._negate):
            return text[1:] if text.startswith("-") else f"-{text.removeprefix('+')}"
        return text

    def _found(self, row: Element) -> list[str]:
        found: list[str] = []
        for element in self._tree.at(row, self._path):
            if self._where and not self._holds(element, self._where):
                continue
            if all(self._tree.text(element, path) == self._tree.text(row, path)
                   for path in self._same):  # fmt: skip
                found += self._tree.texts(element, self._take)
        return found

    def _holds(self, element: Element, tests: Sequence[tuple[str, re.Pattern[str]]]) -> bool:
        return all(pattern.search(self._tree.text(element, path)) for path, pattern in tests)


def _tests(declared: Mapping[str, str]) -> list[tuple[str, re.Pattern[str]]]:
    return [(path.casefold(), re.compile(pattern)) for path, pattern in declared.items()]


def _first_group(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return "" if found is None else (found[1] if pattern.groups else found[0]) or ""
