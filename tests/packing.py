"""Containers as people and servers make them: archives, signed envelopes, messages."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path


def zipped(files: Mapping[str, bytes], comment: bytes = b"") -> bytes:
    """A deflated zip of these files, in this order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def mail(
    *files: tuple[str, bytes, str],
    sender: str = "Fornitore <dati@fornitore.example>",
    subject: str = "Letture",
    **headers: str,
) -> EmailMessage:
    """A message with a text and these attachments: name, bytes, content type."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "energia@comune.example", subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("In allegato i dati.\n")
    for name, body, kind in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(body, maintype=main, subtype=sub, filename=name)
    return message


def certified(inner: EmailMessage) -> EmailMessage:
    """The message as certified mail delivers it: inside `postacert.eml`, with its papers."""
    outer = mail(
        sender='"Per conto di: dati@fornitore.example" <posta-certificata@pec.example>',
        subject=f"POSTA CERTIFICATA: {inner['Subject']}",
        Reply_To="dati@fornitore.example",
        X_Trasporto="posta-certificata",
    )
    outer.add_attachment(
        b"<postacert/>", maintype="application", subtype="xml", filename="daticert.xml"
    )
    outer.add_attachment(inner, filename="postacert.eml")
    outer.add_attachment(
        b"\x30\x03", maintype="application", subtype="pkcs7-signature", filename="smime.p7s"
    )
    return outer


class Signer:
    """Someone who signs documents, with a key of their own made by openssl."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=Prova", "-days", "2",
        )  # fmt: skip

    def sign(self, document: bytes, *how: str, form: str = "DER") -> bytes:
        """The document inside a CAdES envelope, or beside a signature without `-nodetach`."""
        (self.folder / "document").write_bytes(document)
        self._openssl(
            "cms", "-sign", "-binary", "-in", "document", "-signer", "cert.pem",
            "-inkey", "key.pem", "-outform", form, "-out", "envelope", *how,
        )  # fmt: skip
        return (self.folder / "envelope").read_bytes()

    def encrypt(self, document: bytes) -> bytes:
        """The document encrypted for the signer's own certificate."""
        (self.folder / "document").write_bytes(document)
        self._openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "rsa.pem",
            "-out", "rsacert.pem", "-subj", "/CN=Prova", "-days", "2",
        )  # fmt: skip
        self._openssl(
            "cms", "-encrypt", "-binary", "-in", "document", "-outform", "DER",
            "-out", "envelope", "rsacert.pem",
        )  # fmt: skip
        return (self.folder / "envelope").read_bytes()

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)
