"""YAML 1.2 documents whose blocks know on which line they and their fields stand.

Two readers make the same of a document. The one of YAML in full (`ruamel.yaml`) is slow; libyaml, the
parser of YAML 1.1 beneath PyYAML, is twenty times faster and says where events begin. So libyaml cuts
up a document that is plain, and what its plain words mean (numbers, dates, booleans) is said by the
same rules of YAML 1.2 as in full. Whatever the two might take differently is read in full: tags, merged
keys, directives, several documents, tabs, keys that stand twice, and everything that libyaml refuses.

Belongs here: from text to blocks, lists and values. Does not belong here: what a declaration may say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode

_UNLIKE = re.compile(
    r"""[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff]  # characters
    | ^(?:%|---|\.\.\.)  # directives and several documents
    | (?:^|[\s\[{,])[?](?:\s|$)  # keys that say so
    | [|>][0-9+-]*\#  # a comment at the head of a block of text
    | (?:^|[\s\[{,:-])(?:&[0-9A-Za-z_-]+[^0-9A-Za-z_\s-]|\*[0-9A-Za-z_-]+[^0-9A-Za-z_\s,\]}-])  # names
    | (?:^[ ]*(?:-[ ]+)*|[\[{,][ ]*)&[0-9A-Za-z_-]+[ ]+[^\s{\[][^\n]*:  # keys that have a name
    """,
    re.MULTILINE | re.VERBOSE,
)
"""What the two readers may take differently, and what may look like it."""


class Block(dict[Any, Any]):
    """Keys and values, with the 1-based line of the block and of each key."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[Any, int] = {}


class Items(list[Any]):
    """A list, with the 1-based line of the list and of each item."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


class _NotPlain(Exception):
    """No error: the document is read in full."""


class _Constructor(RoundTripConstructor):
    """Says where a value stands that looks like a date and is none."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """One value of the document."""
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as error:
            problem = f"'{node.value}' is no date ({error})"
            raise ConstructorError(None, None, problem, node.start_mark) from error


def read_document(text: str) -> Any:
    """One document as blocks, lists and values; None where it is empty.

    Raises:
        YAMLError: where it is none, of `ruamel.yaml`.
    """
    try:
        return _read_plainly(text)
    except _NotPlain:
        return read_in_full(text)


def read_in_full(text: str) -> Any:
    """The same by the reader of YAML in full."""
    return _with_lines(_in_full().load(text))


def _in_full() -> YAML:
    reader = YAML(typ="rt")
    reader.Constructor = _Constructor
    return reader


def _with_lines(node: Any) -> Any:
    if isinstance(node, CommentedMap):
        block, places = Block(node.lc.line + 1), node.lc.data or {}
        for key, value in node.items():
            block[key] = _with_lines(value)
            if key in places:
                block.lines[key] = places[key][0] + 1
        return block
    if isinstance(node, CommentedSeq):
        items = Items(node.lc.line + 1)
        for place, value in enumerate(node):
            items.append(_with_lines(value))
            items.lines.append(node.lc.item(place)[0] + 1)
        return items
    return node


def _read_plainly(text: str) -> Any:
    if not yaml.__with_libyaml__ or _UNLIKE.search(text):
        raise _NotPlain
    try:
        events = list(yaml.parse(text, Loader=yaml.CLoader))
    except yaml.YAMLError as error:
        raise _NotPlain from error
    documents = [event for event in events if type(event) is yaml.DocumentStartEvent]
    if not documents:
        return None
    if len(documents) > 1 or type(events[2]) is yaml.ScalarEvent:
        raise _NotPlain
    return _Plain(iter(events[2:])).document()


class _Plain:
    """One document from the events of libyaml."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchored: dict[str, Any] = {}

    def document(self) -> Any:
        """The next node, and all that is in it."""
        return self._node(next(self._events))

    def _node(self, event: Any) -> Any:
        kind = type(event)
        if kind is yaml.AliasEvent:
            if event.anchor not in self._anchored:
                raise _NotPlain
            return self._anchored[event.anchor]
        if event.tag is not None:
            raise _NotPlain
        if kind is yaml.ScalarEvent:
            node = _meaning(event.value) if event.implicit[0] else event.value
        elif kind is yaml.MappingStartEvent:
            node = self._block(event)
        else:
            node = self._items(event)
        if event.anchor is not None:
            if event.anchor in self._anchored or not isinstance(node, Block | Items | str):
                raise _NotPlain
            self._anchored[event.anchor] = node
        return node

    def _block(self, begun: Any) -> Block:
        block = Block(begun.start_mark.line + 1)
        for event in self._events:
            if type(event) is yaml.MappingEndEvent:
                break
            key = self._node(event)
            if isinstance(key, Block | Items) or key in block or key == "<<":
                raise _NotPlain
            block.lines[key] = event.start_mark.line + 1
            block[key] = self._node(next(self._events))
        return block

    def _items(self, begun: Any) -> Items:
        items = Items(begun.start_mark.line + 1)
        for event in self._events:
            if type(event) is yaml.SequenceEndEvent:
                break
            items.lines.append(event.start_mark.line + 1)
            items.append(self._node(event))
        return items


@cache
def _meaning(word: str) -> Any:
    """What a plain word means by YAML 1.2: itself, or a number, a date, true, false or nothing."""
    reader = _words()
    if str(reader.resolver.resolve(ScalarNode, word, (True, False))).endswith(":str"):
        return word
    try:
        value = reader.load(word)
    except YAMLError as error:  # no such day, say
        raise _NotPlain from error
    if value is not None and not isinstance(value, bool | int | float | date):
        raise _NotPlain
    return value


@cache
def _words() -> YAML:
    return _in_full()
