"""Whose certificates are believed: those of the public authorities, or of a declared bundle.

Belongs here: TLS towards servers. Does not belong here: SSH host keys (`sftp`).
"""

from __future__ import annotations

import ssl
from pathlib import Path

from pipelines.connectors.transports.remote import SourceFailed


def trusting(ca: str | None) -> ssl.SSLContext:
    """TLS that checks name and certificate; `ca` is a file of certificates that takes the place of
    the public authorities. Nothing turns the check off.

    Raises:
        SourceFailed: NOT_CONFIGURED where the declared file holds no certificate.
    """
    if ca is None:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=Path(ca).expanduser())
    except (OSError, ssl.SSLError) as error:
        raise SourceFailed(
            "NOT_CONFIGURED", f"access.ca: {ca} is no file of certificates. Nothing was asked."
        ) from error


def untrusted(error: ssl.SSLCertVerificationError) -> SourceFailed:
    """Why a server was not believed, and what one may do about it."""
    return SourceFailed(
        "SOURCE_UNREACHABLE",
        f"The server's certificate is not accepted ({error.verify_message}). Nothing was sent. "
        "Ask the provider to renew it, or name their authority in 'access: {ca: FILE}'.",
    )
