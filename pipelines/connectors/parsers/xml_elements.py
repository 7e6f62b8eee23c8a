"""An XML document element by element, within limits: what a record is made of, and no more of it.

Belongs here: parsing with every guard on, which elements are records, forgetting them. Does not
belong here: the fields of a row (`xml_fields`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, BinaryIO

from lxml import etree

from pipelines.connectors.parsers.delivery import DeliveryRefused
from pipelines.connectors.parsers.xml_source import safe_source

MAX_DEPTH = 64
MAX_ATTRIBUTES = 512
MAX_ELEMENTS = 2_000_000
"""Elements of one record, and elements outside of records: more would have to be held at once."""
_LIMITS = ("huge", "excessive depth", "maximum", "amplification", "too long", "too many", "exceed")
"""Words of libxml2 where one of its own limits stopped the document (2.14)."""

Element = Any
"""An element of lxml, which has no types of its own."""


@lru_cache(maxsize=65_536)
def local_name(tag: str) -> str:
    """The name of an element or attribute as it is compared: no namespace, no case."""
    return tag.rpartition("}")[2].casefold()


class Document:
    """One pass over a document, which yields its records as they end.

    Attributes:
        root: The outermost element, once it has begun; records that ended are no longer in it.
        other: Whether the outermost element is one of `instead`; then it is held to the end.
    """

    def __init__(
        self,
        source: BinaryIO,
        records: Sequence[str],
        *,
        encoding: str | None = None,
        instead: Sequence[str] = (),
    ) -> None:
        self.root: Element = None
        self.other = False
        self._paths = [tuple(_alternatives(step) for step in path.split("/")) for path in records]
        self._instead = {name for text in instead for name in _alternatives(text)}
        self._events = etree.iterparse(
            safe_source(source, encoding),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            recover=False,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )

    def records(self) -> Iterator[Element]:
        """Each record when it has ended; it is forgotten when the next one is asked for.

        Raises:
            DeliveryRefused: TRUNCATED, TOO_LARGE, UNSAFE_XML, WRONG_FILE_KIND, NOT_A_TABLE.
        """
        try:
            yield from self._walk()
        except etree.XMLSyntaxError as error:
            raise _broken(str(error)) from error

    def _walk(self) -> Iterator[Element]:
        open_names: list[str] = []
        record: Element = None
        done: Element = None
        inside = outside = 0
        for event, element in self._events:
            if event == "start":
                if self.root is None:
                    self._begin(element)
                _check_limits(element, len(open_names) + 1)
                open_names.append(local_name(element.tag))
                if record is None:
                    outside += 1
                    if not self.other and self._is_record(open_names):
                        record, inside = element, 0
                inside += 1
                if max(inside, outside) > MAX_ELEMENTS:
                    raise _too_large(f"more than {MAX_ELEMENTS:,} elements", "troppi elementi")
                continue
            open_names.pop()
            if element is record:
                yield element
                outside -= 1
                _forget(done)
                element.clear()
                record, done = None, element

    def _begin(self, element: Element) -> None:
        self.root = element
        if element.getroottree().docinfo.internalDTD is not None:
            raise DeliveryRefused(
                "UNSAFE_XML",
                "The document declares a document type.",
                "Il documento dichiara un tipo di documento.",
            )
        name = local_name(element.tag)
        self.other = name in self._instead
        if not self.other and not any(_fits(name, path[0]) for path in self._paths):
            raise wrong_document(element, [min(path[0]) for path in self._paths])

    def _is_record(self, names: list[str]) -> bool:
        return any(len(path) == len(names) and all(map(_fits, names, path)) for path in self._paths)


def wrong_document(root: Element, expected: Sequence[str]) -> DeliveryRefused:
    """A document of another kind than the format reads."""
    found = root.tag.rpartition("}")[2][:60]
    if found.casefold() == "html":
        return DeliveryRefused(
            "NOT_A_TABLE", "The file is a web page.", "Il file è una pagina web."
        )
    wanted = ", ".join(f"<{name}>" for name in dict.fromkeys(expected))
    return DeliveryRefused(
        "WRONG_FILE_KIND",
        f"The document is a <{found}>; the format reads {wanted}.",
        f"Il documento è un <{found}>; il formato legge {wanted}.",
    )


def _alternatives(step: str) -> frozenset[str]:
    return frozenset(step.casefold().split("|"))


def _fits(name: str, step: frozenset[str]) -> bool:
    return name in step or "*" in step


def _check_limits(element: Element, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _too_large(f"elements nested deeper than {MAX_DEPTH}", "elementi troppo annidati")
    if len(element.attrib) > MAX_ATTRIBUTES:
        raise _too_large(f"an element with over {MAX_ATTRIBUTES} attributes", "troppi attributi")


def _too_large(what_en: str, what_it: str) -> DeliveryRefused:
    return DeliveryRefused(
        "TOO_LARGE",
        f"The document goes beyond what is read: {what_en}.",
        f"Il documento supera i limiti di lettura: {what_it}.",
    )


def _broken(said: str) -> DeliveryRefused:
    if any(word in said.casefold() for word in _LIMITS):
        return _too_large(said[:160], said[:160])
    return DeliveryRefused(
        "TRUNCATED",
        f"The document breaks off or is not well-formed: {said[:160]}.",
        f"Il documento si interrompe o non è ben formato: {said[:160]}.",
    )


def _forget(element: Element) -> None:
    """Take a record that ended out of the document.

    The one that ended last stays a while, empty: the parser still writes behind it.
    """
    if element is not None:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
