"""Hostile, broken and oddly encoded XML: bounded in time and memory, refused as a whole."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.catalogue.format_reading import Read as Reading
from pipelines.connectors.parsers import DeliveryRefused
from pipelines.connectors.parsers.xml_elements import Document
from pipelines.connectors.parsers.xml_files import xml_batches
from tests.unit.connectors.conftest import Read

READ = Reading.model_validate(
    {
        "file": "xml",
        "xml": {"each": "doc/row", "fields": {"name": "name", "value": "@v", "head": "/doc/head"}},
    }
)


def rows(blob: bytes, **over: Any) -> list[dict[str, str]]:
    found = []
    for table in xml_batches(io.BytesIO(blob), READ.model_copy(update=over)):
        columns = [column.to_pylist() for column in table.columns]
        found += [dict(zip(table.names, row, strict=True)) for row in zip(*columns, strict=True)]
    return found


def doc(inner: str = '<row v="1"><name>à</name></row>', before: str = "") -> str:
    return f"{before}<doc><head>h</head>{inner}</doc>"


def laughs() -> str:
    entities = ['<!ENTITY a0 "ha">'] + [
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    ]
    return doc("<row><name>&a9;</name></row>", f"<!DOCTYPE doc [{''.join(entities)}]>")


def quadratic() -> str:
    return doc(
        f"<row><name>{'&a;' * 50_000}</name></row>",
        f'<!DOCTYPE doc [<!ENTITY a "{"x" * 50_000}">]>',
    )


BOMBS = {
    "billion laughs": laughs(),
    "quadratic blow-up": quadratic(),
    "external entity": doc(
        "<row><name>&x;</name></row>", '<!DOCTYPE doc [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ),
    "external document type": doc(before='<!DOCTYPE doc SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "parameter entity": doc(before='<!DOCTYPE doc [<!ENTITY % p SYSTEM "file:///etc/hosts"> %p;]>'),
    "behind a comment": doc(before='<!-- <doc> -->\n<?a b?><!DOCTYPE doc [<!ENTITY a "b">]>'),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("bomb", BOMBS, ids=str)
def test_m8_a_document_type_or_entity_is_refused_before_it_is_parsed(
    bomb: str, encoding: str
) -> None:
    blob = f'<?xml version="1.0"?>{BOMBS[bomb]}'.encode(encoding)
    began = time.monotonic()

    with pytest.raises(DeliveryRefused, match="UNSAFE_XML"):
        rows(blob)

    assert time.monotonic() - began < 1


def test_m8_ten_thousand_nested_elements_are_refused() -> None:
    with pytest.raises(DeliveryRefused, match="TOO_LARGE"):
        rows(doc("<a>" * 10_000 + "</a>" * 10_000).encode())


def test_m8_sixty_five_levels_are_refused_and_sixty_four_are_read() -> None:
    fine = "<row><a>" + "<b>" * 61 + "</b>" * 61 + "</a></row>"
    deep = "<row><a>" + "<b>" * 62 + "</b>" * 62 + "</a></row>"

    assert len(rows(doc(fine).encode())) == 1
    with pytest.raises(DeliveryRefused, match=r"TOO_LARGE.*64"):
        rows(doc(deep).encode())


def test_m8_more_than_512_attributes_are_refused() -> None:
    many = " ".join(f'a{n}="1"' for n in range(513))

    with pytest.raises(DeliveryRefused, match=r"TOO_LARGE.*512"):
        rows(doc(f"<row {many}/>").encode())


def test_m8_nothing_is_included_from_elsewhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    include = (
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{secret}"/>'
    )

    found = rows(doc(f"<row><name>{include}</name></row>").encode())

    assert found == [{"name": "", "value": "", "head": "h"}]


def test_m8_a_text_of_eleven_million_signs_is_refused() -> None:
    with pytest.raises(DeliveryRefused, match="TOO_LARGE"):
        rows(doc(f"<row><name>{'x' * 11_000_000}</name></row>").encode())


def test_m8_records_are_forgotten_as_they_are_read() -> None:
    many = doc('<row v="1"><name>n</name></row>' * 5_000).encode()
    document = Document(io.BytesIO(many), ["doc/row"])

    held = [len(document.root) for _ in document.records()]

    assert len(held) == 5_000
    assert max(held) < 2000  # what the parser has read ahead
    assert held[-1] <= 3  # the head, the record, and the one before it


def test_m8_a_long_document_comes_in_batches_numbered_through() -> None:
    many = doc('<row v="1"/>' * 90_000).encode()

    tables = list(xml_batches(io.BytesIO(many), READ))

    assert len(tables) == 2
    assert [row for table in tables for row in table.rows.tolist()] == list(range(1, 90_001))


@pytest.mark.parametrize(
    ("blob", "why"),
    [
        (doc(before='<?xml version="1.0" encoding="ISO-8859-1"?>').encode(), "utf-8 says latin-1"),
        (doc(before='<?xml version="1.0" encoding="ISO-8859-1"?>').encode("latin-1"), "latin-1"),
        (
            doc(before='<?xml version="1.0" encoding="UTF-8"?>').encode("cp1252"),
            "cp1252 says utf-8",
        ),
        (doc(before='<?xml version="1.0" encoding="UTF-8"?>').encode("utf-8-sig"), "mark"),
        (
            doc(before='<?xml version="1.0" encoding="UTF-8"?>').encode("utf-16"),
            "utf-16 says utf-8",
        ),
        (doc(before='\ufeff\r\n <?xml version="1.0"?>').encode(), "mark and blanks"),
        (b"junk \x00 before" + doc(before='<?xml version="1.0"?>').encode(), "junk"),
        (doc().encode("utf-16-be"), "no declaration, no mark"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_m7_encodings_that_lie_and_junk_before_the_declaration(blob: bytes, why: str) -> None:
    if why == "no declaration, no mark":
        with pytest.raises(DeliveryRefused, match="BAD_ENCODING"):
            rows(blob)
        return

    assert rows(blob) == [{"name": "à", "value": "1", "head": "h"}]


def test_m7_an_encoding_that_nobody_needs_is_refused() -> None:
    with pytest.raises(DeliveryRefused, match="BAD_ENCODING"):
        rows(doc(before='<?xml version="1.0" encoding="UTF-7"?>').encode())


@pytest.mark.parametrize(
    ("blob", "code"),
    [
        (doc().encode()[:-3], "TRUNCATED"),
        (b"<doc><row></doc>", "TRUNCATED"),
        (doc("<row><name>&undeclared;</name></row>").encode(), "TRUNCATED"),
        (doc("").encode(), "HEADER_ONLY"),
        (b"<other><row/></other>", "WRONG_FILE_KIND"),
        (b"pod;data;ora\n", "WRONG_FILE_KIND"),
        (b"<html><body>Login</body></html>", "NOT_A_TABLE"),
        (b"<!DOCTYPE html><html><body>Login</body></html>", "NOT_A_TABLE"),
    ],
)
def test_what_is_no_such_document_is_refused_as_a_whole(blob: bytes, code: str) -> None:
    with pytest.raises(DeliveryRefused, match=code):
        rows(blob)


@pytest.mark.parametrize(
    "blob",
    [
        b'<p:doc xmlns:p="urn:x"><head>h</head><row v="1"><name>n</name></row></p:doc>',
        b'<ns2:DOC xmlns:ns2="urn:x"><Head>h</Head><ROW V="1"><Name>n</Name></ROW></ns2:DOC>',
        b'<doc xmlns="urn:x"><head>h</head><row v="1"><name>n</name></row></doc>',
        b'<a:doc xmlns:a="u"><a:head>h</a:head><a:row a:v="1"><a:name>n</a:name></a:row></a:doc>',
    ],
)
def test_m6_namespaces_and_case_make_no_difference(blob: bytes) -> None:
    assert rows(blob) == [{"name": "n", "value": "1", "head": "h"}]


def test_a_document_without_rows_is_in_order_where_the_format_says_so(read: Read) -> None:
    blob = '<FlussoMisure CodFlusso="PNO"><DatiPod><Pod>x</Pod></DatiPod></FlussoMisure>'

    parsed = read(blob, "sii_electricity_curves_xml", "meter_intervals")

    assert parsed.table.num_rows == 0
    assert [note.code for note in parsed.notes] == ["NO_SUCH_RECORDS"]
    with pytest.raises(DeliveryRefused, match="HEADER_ONLY"):
        read(
            blob,
            "sii_electricity_curves_xml",
            "meter_intervals",
            over={"read": {"empty": "refused"}},
        )


def test_two_texts_for_one_field_are_both_shown_and_none_is_chosen() -> None:
    found = rows(doc("<row><name>a</name><name>b</name><name>a</name></row>").encode())

    assert found[0]["name"] == "a | b"


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ({"each": "a", "fields": {"x": "b//c"}}, "is no step of a path"),
        ({"each": "a", "fields": {"x": "@b/c"}}, "last step"),
        ({"each": "/a", "fields": {"x": "b"}}, "from the root on"),
        ({"each": "a", "rows": "@b", "fields": {"x": "b"}}, "names no element"),
        ({"each": "a"}, "has 'fields'"),
        ({"each": [], "fields": {"x": "b"}}, "'each' is empty"),
        ({"each": "a", "fields": {"x": []}}, "at least 1"),
        ({"each": "a", "fields": {"x": "b"}, "sum": {"by": ["y"], "fields": ["x"]}}, "names 'y'"),
        ({"each": "a", "fields": {"x": {"path": "b", "extract": "("}}}, "not a regular expression"),
    ],
)
def test_a_mapping_that_cannot_be_meant_does_not_load(xml: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Reading.model_validate({"file": "xml", "xml": xml})
