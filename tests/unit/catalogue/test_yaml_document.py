"""A document read plainly is the document read in full, or it is not read plainly."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from ruamel.yaml.error import YAMLError

from pipelines.catalogue import yaml_document
from pipelines.catalogue.yaml_document import Block, Items, read_document, read_in_full
from pipelines.settings import checkout

SHIPPED = sorted(
    path
    for folder in (
        "pipelines",
        "expectations",
        "districts",
        "sample",
        "reports",
        "dbt_project",
        "tests",
    )
    for path in (checkout() / folder).rglob("*.y*ml")
    if "target" not in path.parts
)
NASTY = """\
a: yes|a: no|a: On|a: OFF|a: y|a: true|a: TRUE|a: False|a: tRUE|a: ~|a: null|a: NULL|a: nUll|a:|a: ''
a: 012|a: 0o12|a: 0x1F|a: 0b11|a: 1_000|a: 1:20|a: 190:20:30|a: +1|a: -0|a: 1e3|a: 1E3|a: 1.|a: .5|a: .inf
a: -.INF|a: .nan|a: 1.5e-3|a: 1__0|a: 00|a: 0.10|a: 1,5|a: 1 000|a: =|a: <<|=: a|a: 12345678901234567890
a: 2026-01-01|a: 2026-02-30|a: 2026-1-1|a: 2026-01-01 10:00:00|a: 2026-01-01T10:00:00Z|a: 20260101|a: 2026-01
a: "2026-01-01"|a: '12'|a: "a\\/b"|a: "\\x41\\u00e0"|a: "\\q"|a: 'it''s'|a: "|a: 'b|a: "b" c|a: b: c|a: b:c|a: b #c
a: b#c|a: #c|a: [b, c|a: [b c]|a: [b, , c]|a: [b,]|a: {b}|a: {b: }|a: {b: c, b: d}|a: {b:c}|a: {"b":c}|a: [b: c]
a: {b: c}}|a: @b|a: `b|a: %b|%b: c|a: !b c|a: !!str 1|!!map {a: b}|a: &b c|a: &b [1, *b]|a: *b|a: &b 1; b: *b
a: &b {c: 1}; d: {<<: *b}|a: &b {c: 1}; d: *b|a: &b 1; c: &b 2; d: *b|a: 1; a: 2|1: a; 1.0: b|1: a; true: b|? a
? a; : b|[a]: b|{a: b}: c|a: 1; b|a; b: 1|- a; b: 1|a: ; - b|a:; - b; -c|a:;  - b;   - c|-|- - a|a: - b|--- a|a; ...; b
%YAML 1.1; ---; a: yes|a: |;  b;   c;d: e|a: >;  b; ;  c; |a: >-;  b;   c|a: |+;  b; ; ;c: d|a: |2;    b|a: >2-;   b
a: b;  c|a: b; c|a: "b; ;  c"|a: |;  b; # c|a: >;  b; # c;d: e|a: | # x;  b|a: >x;  b| a: 1; b: 2|a: 1;  b: 2
a:	b|	a: b|a: b	# c|a: \u2028b|a: b\u00a0c|a: \U0001f642|\ufeffa: b|a: b\\r|a: \x07|a: ---|a: ...
"a": b|'': b|'a;b': c|: b|a: >-#x;  b|a: |#x;  b|a: &b true|a: &b 1|{a: 1,&b: 2}|a: &b|a: [&b c, *b]|- >; #b|- >;#b
"""

SIGNS = [
    *" \n:-#'\"|>[]{},&*!%@?=~\\\t",
    ": ",
    " #",
    "- ",
    "\n\n",
    "yes",
    "0o17",
    "1:20",
    "<<: ",
    "&a ",
    "*a ",
]


def shape(node: Any) -> Any:
    """Everything about a document that a declaration may depend on: values, their types, lines, order."""
    if isinstance(node, Block):
        return node.line, [
            (repr(key), type(key), node.lines[key], shape(value)) for key, value in node.items()
        ]
    if isinstance(node, Items):
        return node.line, [*zip(node.lines, map(shape, node), strict=True)]
    return (str, str(node)) if isinstance(node, str) else (type(node), repr(node))


def outcome(read: Callable[[str], Any], text: str) -> Any:
    """What a reader makes of a text, or says against it."""
    try:
        return shape(read(text))
    except (YAMLError, TypeError) as error:
        return type(error), str(error)


def is_plain(text: str) -> bool:
    """Whether a text is read without the reader in full."""
    try:
        yaml_document._read_plainly(text)
    except yaml_document._NotPlain:
        return False
    return True


@pytest.mark.parametrize("part", range(4))
def test_shipped_documents_are_the_same_and_nearly_all_are_read_plainly(part: int) -> None:
    assert len(SHIPPED) > 200
    plainly = 0
    for path in SHIPPED[part::4]:
        text = path.read_text(encoding="utf-8")
        assert outcome(read_document, text) == outcome(read_in_full, text), path
        plainly += is_plain(text)
    assert plainly >= 0.95 * len(SHIPPED[part::4])


@pytest.mark.parametrize("line", NASTY.splitlines())
def test_nasty_values_are_the_same_or_refused_the_same(line: str) -> None:
    for said in line.split("|a: ") if "|;" not in line else [line]:
        text = (
            said if ":" in said or said.startswith(("-", "?", "%", "[", "{")) else f"a: {said}"
        ).replace(";", "\n")
        for wrapped in (text, f"{text}\n", f"b:\n  - {text}", f"{{{text}}}", f"[{text}]"):
            assert outcome(read_document, wrapped) == outcome(read_in_full, wrapped), wrapped


def test_documents_with_something_put_in_or_taken_out_are_the_same_or_refused_the_same() -> None:
    chance = random.Random(4)  # noqa: S311 - nothing secret
    texts = [path.read_text(encoding="utf-8").splitlines() for path in SHIPPED]
    plainly = 0
    for _ in range(600):
        lines = chance.choice(texts)
        begin = chance.randrange(len(lines))
        text = "\n".join(lines[begin : begin + chance.choice((2, 5, 9))])
        place = chance.randrange(len(text) + 1)
        sign = chance.choice(SIGNS)
        text = text[:place] + sign + text[place + chance.choice((0, 0, 1, 3)) :]
        assert outcome(read_document, text) == outcome(read_in_full, text), text
        plainly += is_plain(text)
    assert plainly > 200


def test_what_yaml_1_1_takes_for_something_else_is_a_word() -> None:
    found = read_document("{a: yes, b: 1:20, c: 012, d: 0o12, e: On}")
    assert found == {"a": "yes", "b": "1:20", "c": 12, "d": 10, "e": "On"}
    assert yaml.safe_load("{a: yes, b: 1:20}") == {"a": True, "b": 80}
