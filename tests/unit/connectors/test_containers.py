"""What lies inside zips, gzips, signed envelopes and messages, and what is refused of them."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import random
import stat
import tarfile
import zipfile
from email.message import EmailMessage

import pytest

from pipelines.catalogue.issue import issues
from pipelines.connectors.containers import Member, container_of, counts, refusal_of, unpack
from pipelines.connectors.containers.inflating import (
    Budget,
    Exhausted,
    Limits,
    bunzipped,
    gunzipped,
    inflated,
    opened,
)
from pipelines.connectors.pages import write_pages
from pipelines.connectors.parsers import DeliveryRefused
from pipelines.connectors.parsers.sniffing import kind_of
from tests.packing import Signer, certified, mail, zipped
from tests.unit.connectors.conftest import workbook

CSV = "punto;valore\nà;1,5\n".encode()
XML = b"<FlussoMisure>" + b"<Pod>IT001E12345678</Pod>" * 4000 + b"</FlussoMisure>"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
ENVELOPE = ("-nodetach",)


def inside(blob: bytes, name: str = "arrivo", members: str | None = None) -> list[Member]:
    return list(unpack(blob, name, members))


def files(blob: bytes, name: str = "arrivo", members: str | None = None) -> dict[str, bytes]:
    found = inside(blob, name, members)
    assert [one.refusal for one in found if one.refusal] == []
    return {one.path: one.body for one in found}


def refused(blob: bytes, name: str = "arrivo") -> str:
    with pytest.raises(DeliveryRefused) as refusal:
        inside(blob, name)
    assert refusal.value.code in issues()
    return refusal.value.code


def bad(blob: bytes, name: str = "arrivo") -> dict[str, str]:
    return {one.path: one.refusal.code for one in inside(blob, name) if one.refusal}


# --- zip ----------------------------------------------------------------------------------------


def test_files_of_a_zip_come_in_order_and_whole() -> None:
    packed = {"2026-01.csv": CSV, "sotto/2026-02.csv": CSV * 3, "vuoto.csv": b""}

    assert list(files(zipped(packed)).items()) == list(packed.items())


def test_a_workbook_an_opendocument_and_our_own_pages_are_files_not_archives() -> None:
    ods = zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}
    )
    many = zipped({"[Content_Types].xml": b"", **{f"xl/{n}.xml": b"" for n in range(300)}})

    for blob in (workbook({"a": [["x"], [1]]}), ods, many, write_pages([b"[]", b"[]"])):
        assert container_of(blob) is None
    assert list(files(zipped({"a.ods": ods}))) == ["a.ods"]


def test_a_zip_with_0_members_is_refused_with_a_reason() -> None:
    assert refused(zipped({})) == "NO_MEMBERS"
    assert refused(zipped({"solo una cartella/": b""})) == "NO_MEMBERS"


def test_a_cut_zip_is_refused() -> None:
    whole = zipped({"a.csv": CSV * 100})

    assert refused(whole[:-30]) == "TRUNCATED"


def test_a_member_whose_checksum_is_wrong_does_not_stop_the_good_ones() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("rotto.csv", b"AAAA1111")
        archive.writestr("sano.csv", CSV)
    found = inside(made.getvalue().replace(b"AAAA1111", b"AAAA1112"))

    assert [(one.path, one.refusal and one.refusal.code) for one in found] == [
        ("rotto.csv", "ARCHIVE_DAMAGED"),
        ("sano.csv", None),
    ]


def test_an_encrypted_member_is_refused_and_named() -> None:
    blob = bytearray(zipped({"segreto.csv": CSV, "aperto.csv": CSV}))
    blob[6] |= 1  # the flag of the first local header and of the first central one
    blob[blob.index(b"PK\x01\x02") + 8] |= 1

    assert bad(bytes(blob)) == {"segreto.csv": "ENCRYPTED"}
    assert "segreto.csv" in str(refusal_of(bytes(blob), "lotto.zip"))


def test_a_link_is_no_file() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        link = zipfile.ZipInfo("passwd.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.csv", CSV)

    assert bad(made.getvalue()) == {"passwd.csv": "WRONG_FILE_KIND"}


@pytest.mark.parametrize(
    ("packed", "written"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/root/a.csv", "root/a.csv"),
        ("C:\\Windows\\a.csv", "Windows/a.csv"),
        ("..\\..\\a.csv", "a.csv"),
        ("a\x1b[2Jb\u202ecsv.exe", "a\ufffd[2Jb\ufffdcsv.exe"),
        ("cartella/citta\u0300.csv", "cartella/città.csv"),
        ("..", "unnamed"),
    ],
)
def test_names_are_written_down_harmless(packed: str, written: str) -> None:
    assert list(files(zipped({packed: CSV}))) == [written]


def test_a_name_with_nul_shows_what_nul_would_hide() -> None:
    blob = zipped({"curve.csv#.exe": CSV}).replace(b"curve.csv#", b"curve.csv\0")

    assert list(files(blob)) == ["curve.csv\ufffd.exe"]


def test_a_member_without_a_name_is_no_crash() -> None:
    blob = bytearray(zipped({"a": CSV}))
    central = blob.index(b"PK\x01\x02")
    blob[central + 28], blob[central + 32] = 0, 1  # its name becomes its comment

    assert bad(bytes(blob)) == {"unnamed": "ARCHIVE_DAMAGED"}


def test_two_members_of_one_name_are_two() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.csv", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", b"2")
        archive.writestr("../a.csv", b"3")

    assert files(made.getvalue()) == {"a.csv": b"1", "a#2.csv": b"2", "a#3.csv": b"3"}


def test_names_of_macintosh_and_of_windows_keep_their_accents() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("XXXX1.csv", CSV)
        archive.writestr("Y2.csv", CSV)
    # Neither sets the flag that says UTF-8: one writes it all the same, the other cp850.
    blob = (
        made.getvalue().replace(b"XXXX1", "èà1".encode()).replace(b"Y2", "à".encode("cp850") + b"2")
    )

    assert list(files(blob)) == ["èà1.csv", "à2.csv"]


def test_a_bomb_is_refused_by_what_comes_out_of_it() -> None:
    blank = bytes(12 * 1024 * 1024)

    assert bad(zipped({"bomba.csv": blank, "a.csv": CSV})) == {"bomba.csv": "TOO_LARGE"}
    assert refused(gzip.compress(blank)) == "TOO_LARGE"
    assert len(files(zipped({"piccolo.csv": bytes(1024 * 1024)}))) == 1  # harmless, so exempt


def test_a_header_that_lies_about_its_size_hides_nothing() -> None:
    blob = zipped({"bomba.csv": bytes(12 * 1024 * 1024)})
    lying = blob.replace((12 * 1024 * 1024).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    assert bad(lying).keys() == {"bomba.csv"}


def test_members_and_bytes_of_all_containers_inside_count_together() -> None:
    inner = zipped({f"{n}.csv": b"x" for n in range(120)})

    assert refused(zipped({f"{n}.csv": b"x" for n in range(201)})) == "TOO_LARGE"
    assert (
        refused(zipped({"uno.zip": inner, "due.zip": inner.replace(b"0.csv", b"z.csv")}))
        == "TOO_LARGE"
    )
    budget, archive = Budget(Limits(total=1000)), zipped({"a": bytes(800), "b": bytes(800)})
    container = opened(archive, budget)
    with pytest.raises(DeliveryRefused, match="1,000 bytes"):
        [list(inflated(container, entry, budget)) for entry in container.infolist()]
    with pytest.raises(DeliveryRefused, match="1,000 bytes"):
        list(gunzipped(gzip.compress(bytes(2000)), "a", Budget(Limits(total=1000))))


def test_two_archives_may_lie_inside_one_another_and_not_three() -> None:
    two = zipped({"mesi.zip": zipped({"01.csv": CSV})})
    three = zipped({"fuori.zip": two, "a.csv": CSV})

    assert files(two) == {"mesi.zip/01.csv": CSV}
    assert bad(three) == {"fuori.zip/mesi.zip/": "NESTED_TOO_DEEP"}


def test_archives_that_are_not_opened_say_so() -> None:
    blob = zipped(
        {
            "a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(20),
            "b.rar": b"Rar!\x1a\x07",
            "c.csv": CSV,
            "d.csv.xz": lzma.compress(CSV),
            "e.zst": b"\x28\xb5\x2f\xfd" + bytes(20),
        }
    )

    closed = ("a.7z/", "b.rar/", "d.csv.xz/", "e.zst/")
    assert bad(blob) == dict.fromkeys(closed, "WRONG_FILE_KIND")
    assert "zip" in str(refusal_of(blob, "lotto.zip", "*.csv"))


# --- gzip ---------------------------------------------------------------------------------------


def test_a_gzip_is_known_by_its_bytes_and_named_after_itself() -> None:
    named = io.BytesIO()
    with gzip.GzipFile("curve di maggio.csv", "wb", fileobj=named) as packed:
        packed.write(CSV)

    assert files(gzip.compress(CSV), "2026-05.csv.gz") == {"2026-05.csv": CSV}
    assert files(gzip.compress(CSV), "scarica") == {"scarica": CSV}
    assert files(named.getvalue(), "scarica") == {"curve di maggio.csv": CSV}
    assert files(gzip.compress(CSV) + gzip.compress(CSV) + bytes(64), "a.gz") == {"a": CSV * 2}


def test_a_cut_gzip_and_one_with_a_wrong_checksum_are_refused() -> None:
    whole = gzip.compress(XML)
    wrong = whole[:-8] + bytes(4) + whole[-4:]

    assert refused(whole[: len(whole) // 2]) == "TRUNCATED"
    assert refused(whole[:-4]) == "TRUNCATED"
    assert refused(wrong) == "ARCHIVE_DAMAGED"
    assert refused(whole + b"rubbish") == "ARCHIVE_DAMAGED"


# --- signed envelopes ---------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", ["DER", "base64", "PEM", "chunked", "twice", "chunked base64"])
def test_the_document_of_a_signed_envelope_comes_out_byte_for_byte(
    signer: Signer, wrapped: str
) -> None:
    plain, chunked = signer.sign(XML, *ENVELOPE), signer.sign(XML, *ENVELOPE, "-stream")
    envelope = {
        "DER": plain,
        "base64": base64.b64encode(plain),
        "PEM": signer.sign(XML, *ENVELOPE, form="PEM"),
        "chunked": chunked,
        "twice": signer.sign(chunked, *ENVELOPE),
        "chunked base64": base64.encodebytes(chunked),
    }[wrapped]

    assert chunked.find(XML) == -1  # a search for the document in the bytes would corrupt it
    (found,) = inside(envelope, "IT01234567890_001.xml.p7m")
    assert found.body == XML
    assert found.path.endswith("IT01234567890_001.xml")


def test_a_cut_a_detached_and_an_encrypted_envelope_are_refused_clearly(signer: Signer) -> None:
    whole = signer.sign(XML, *ENVELOPE)
    chunked = signer.sign(XML, *ENVELOPE, "-stream")
    pem = signer.sign(XML, *ENVELOPE, form="PEM")

    for cut in (whole[:200], whole[:-400], chunked[: len(chunked) // 2], pem[:-60]):
        assert refused(cut) == "TRUNCATED"
    assert refused(base64.b64encode(whole)[:-401]) == "TRUNCATED"
    assert refused(signer.sign(XML)) == "NO_MEMBERS"
    assert refused(signer.encrypt(XML)) == "ENCRYPTED"


def test_text_that_only_looks_like_base64_is_no_envelope() -> None:
    for text in (b"MIlano\n1\n", b"MIxx;yy\n1;2\n", b"MIICdata" * 40, CSV, b"0;1;2\n", b""):
        assert container_of(text) is None


def test_a_zip_of_signed_invoices_gives_the_invoices_without_their_papers(signer: Signer) -> None:
    blob = zipped(
        {
            "IT01_001.xml.p7m": signer.sign(XML, *ENVELOPE),
            "IT01_001_metaDato.xml": b"<x/>",
            "IT01_MT_001.xml": b"<x/>",
            "__MACOSX/._IT01_001.xml": b"x",
        }
    )

    assert list(files(blob, members="*.xml")) == ["IT01_001.xml.p7m/IT01_001.xml"]


# --- messages -----------------------------------------------------------------------------------


def test_attachments_keep_the_names_their_senders_gave_them() -> None:
    rfc2231 = mail(("curva à.csv", CSV, "text/csv")).as_bytes()
    rfc2047 = rfc2231.replace(
        b"filename*=utf-8''curva%20%C3%A0.csv", b'filename="=?utf-8?Q?curva_=C3=A0.csv?="'
    )
    pieces = rfc2231.replace(
        b"filename*=utf-8''curva%20%C3%A0.csv",
        b"filename*0*=utf-8''curva%20;\n filename*1*=%C3%A0.csv",
    )

    assert len({rfc2231, rfc2047, pieces}) == 3
    for message in (rfc2231, rfc2047, pieces):
        assert files(message) == {"curva à.csv": CSV}


def test_a_picture_named_like_data_is_told_apart_by_its_bytes() -> None:
    message = mail(("curva.csv", PICTURE, "image/png"), ("vera.csv", CSV, "image/png"))

    assert files(message.as_bytes()) == {"vera.csv": CSV}


def test_winmail_is_named_instead_of_passed_over() -> None:
    packed = mail(("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(99), "application/ms-tnef"))

    assert bad(packed.as_bytes()) == {"winmail.dat/": "WINMAIL"}
    refusal = refusal_of(packed.as_bytes(), "1.eml", "*.csv")
    assert refusal is not None
    assert refusal.code == "WINMAIL"


def test_certified_mail_gives_the_true_attachments_and_not_its_papers(signer: Signer) -> None:
    invoice = signer.sign(XML, *ENVELOPE)
    months = zipped({"01.csv": CSV, "02.csv": CSV + CSV})
    inner = mail(
        ("IT01_1.xml.p7m", invoice, "application/pkcs7-mime"), ("m.zip", months, "application/zip")
    )

    assert files(certified(inner).as_bytes()) == {
        "postacert.eml/IT01_1.xml.p7m/IT01_1.xml": XML,
        "postacert.eml/m.zip/01.csv": CSV,
        "postacert.eml/m.zip/02.csv": CSV + CSV,
    }


def test_a_message_inside_is_opened_however_it_is_packed() -> None:
    inner = mail(("a.csv", CSV, "text/csv"))
    as_file = mail(("inoltro.eml", inner.as_bytes(), "application/octet-stream"))
    as_base64 = mail(("inoltro.eml", inner.as_bytes(), "application/octet-stream")).as_bytes()
    as_base64 = as_base64.replace(b"application/octet-stream", b"message/rfc822")

    assert files(as_file.as_bytes()) == {"inoltro.eml/a.csv": CSV}
    assert files(as_base64) == {"inoltro.eml/a.csv": CSV}


def test_messages_may_nest_six_deep_and_not_for_ever() -> None:
    def nested(depth: int) -> bytes:
        message: EmailMessage = mail(("a.csv", CSV, "text/csv"))
        for _ in range(depth - 1):
            outer = mail()
            outer.add_attachment(message, filename="m.eml")
            message = outer
        return message.as_bytes()

    assert list(files(nested(6)).values()) == [CSV]
    assert set(bad(nested(7)).values()) == {"NESTED_TOO_DEEP"}
    assert (
        refused(b"MIME-Version: 1.0\nContent-Type: message/rfc822\n\n" * 3000) == "NESTED_TOO_DEEP"
    )


def test_a_message_without_files_is_told_from_one_without_the_right_ones() -> None:
    talk = mail(("logo.png", PICTURE, "image/png")).as_bytes()
    wrong = mail(("curva.pdf", b"%PDF-1.7", "application/pdf")).as_bytes()

    said = [refusal_of(blob, "1.eml", "*.csv") for blob in (talk, wrong)]

    assert [one and one.code for one in said] == ["NO_ATTACHMENT", "NO_MEMBERS"]
    assert "curva.pdf" in str(said[1])


def test_a_cut_message_loses_only_the_attachment_it_was_cut_in() -> None:
    message = mail(("a.csv", CSV, "text/csv"), ("b.csv", CSV * 900, "text/csv")).as_bytes()
    found = inside(message[: int(len(message) * 0.8)])

    assert [(one.path, one.refusal and one.refusal.code) for one in found] == [
        ("a.csv", None),
        ("b.csv", "TRUNCATED"),
    ]


def test_a_table_under_words_with_colons_is_no_message() -> None:
    table = b"From: 01/01/2026\nTo: 31/01/2026\nDate: 02/02/2026\n\nPOD;kWh\nIT001;1\n"

    assert container_of(table) is None


@pytest.mark.parametrize(
    ("path", "members", "wanted"),
    [
        ("postacert.eml/IT01.XML", "*.xml", True),
        ("letture.csv", "*.xml", False),
        ("2026/luce/a.csv", "2026/*.csv", True),
        ("2025/luce/a.csv", "2026/*.csv", False),
        ("chiuso.zip/", "*.xml", True),
        ("a.pdf", None, True),
    ],
)
def test_members_picks_by_name_or_by_path(path: str, members: str | None, wanted: bool) -> None:
    assert counts(path, members) is wanted


# --- damage -------------------------------------------------------------------------------------


def test_whatever_happens_to_a_container_it_is_opened_or_refused_with_a_known_code(
    signer: Signer,
) -> None:
    chance = random.Random(2026)  # noqa: S311 - damage that can be repeated
    months = zipped({"01.csv": CSV * 50, "02.csv": XML[:5000]})
    envelope = signer.sign(XML[:3000], *ENVELOPE, "-stream")
    wholes = [
        months,
        zipped({"a.zip": months, "b.xml.p7m": envelope}),
        gzip.compress(XML),
        envelope,
        signer.sign(XML[:3000], *ENVELOPE),
        base64.encodebytes(envelope),
        certified(
            mail(("m.zip", months, "application/zip"), ("è.csv", CSV, "text/csv"))
        ).as_bytes(),
    ]
    codes: set[str] = set()
    for whole in wholes:
        for _ in range(150):
            damaged = bytearray(whole)
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(min(len(damaged), chance.choice([64, 4096, 10**9])))
                damaged[at] = chance.randrange(256)
            if chance.random() < 0.4:
                del damaged[chance.randrange(len(damaged)) :]
            refusal = refusal_of(bytes(damaged), "x", None)
            codes.add(refusal.code if refusal else "")

    assert codes - {""} <= issues().keys()
    assert {"TRUNCATED", "ARCHIVE_DAMAGED"} <= codes


# --- bzip2 --------------------------------------------------------------------------------------


def test_a_bzip2_is_known_by_its_bytes_and_named_after_itself() -> None:
    assert files(bz2.compress(CSV), "2026-05.csv.bz2") == {"2026-05.csv": CSV}
    assert files(bz2.compress(CSV) + bz2.compress(CSV) + bytes(64), "a.bz2") == {"a": CSV * 2}
    assert container_of(b"BZhello;world") is None
    packed = zipped({"a.csv.bz2": bz2.compress(CSV)})
    assert files(packed, "a.zip") == {"a.csv.bz2/a.csv": CSV}


def test_a_cut_a_damaged_and_a_dense_bzip2_are_refused() -> None:
    whole = bz2.compress(XML * 50)
    broken = bytearray(whole)
    broken[len(whole) // 2] ^= 0xFF

    assert refused(whole[: len(whole) // 2]) == "TRUNCATED"
    assert refused(bytes(broken)) == "ARCHIVE_DAMAGED"
    assert refused(bz2.compress(bytes(200_000_000))) == "TOO_LARGE"
    with pytest.raises(Exhausted):
        list(bunzipped(bz2.compress(bytes(2000)), "a", Budget(Limits(total=1000))))


def test_a_tar_inside_a_gzip_is_named_and_not_taken_for_text() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        entry = tarfile.TarInfo("2026-05.csv")
        entry.size = len(CSV)
        archive.addfile(entry, io.BytesIO(CSV))

    assert bad(gzip.compress(stream.getvalue()), "a.tar.gz") == {"a.tar/": "WRONG_FILE_KIND"}
    assert kind_of(stream.getvalue()) == "tar"
