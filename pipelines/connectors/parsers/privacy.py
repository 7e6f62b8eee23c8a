"""What may be said of a file that people filled in: where it is wrong, never what stands in it.

Belongs here: rejects without their text, refusals without quotations, keys of respondents. Does not
belong here: which columns are read (`survey`).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.connectors.parsers.delivery import DeliveryRefused, Findings

SECRET = "NZD_RESPONDENT_SECRET"  # noqa: S105 - the name of the variable
LEAST_LENGTH = 16
KEY_BYTES = 16


class QuietFindings(Findings):
    """Rejects that name row and column and keep nothing of what was written there."""

    def reject(
        self,
        code: str,
        row: int,
        column: str | None,
        raw: object,  # noqa: ARG002 - what this is for
        month: str | None = None,
    ) -> None:
        """Record that a row is left out, without its text."""
        super().reject(code, row, column, None, month)

    def note(
        self,
        code: str,
        count: int = 1,
        *,
        month: str | None = None,
        point_id: str | None = None,
        detail: str | None = None,
    ) -> None:
        """Record something; of rows that are set aside, how many and not what they say."""
        said = None if code == "SET_ASIDE" else detail
        super().note(code, count, month=month, point_id=point_id, detail=said)


class QuietRefusal(DeliveryRefused):
    """A refusal of a questionnaire whose words hold nothing of the file's cells."""


@contextmanager
def quiet() -> Iterator[None]:
    """Inside, what goes wrong is said without what stands in the file.

    Raises:
        QuietRefusal: in the place of any other refusal, with its code and row.
        RuntimeError: in the place of a defect of ours, whose message may hold a cell.
    """
    try:
        yield
    except QuietRefusal:
        raise
    except DeliveryRefused as refusal:
        row_en = f" in row {refusal.row}" if refusal.row else ""
        row_it = f" alla riga {refusal.row}" if refusal.row else ""
        raise QuietRefusal(
            refusal.code,
            f"{refusal.code}{row_en}. What stands there is not shown: it may be personal. Look at "
            "the file in landing.",
            f"{refusal.code}{row_it}. Il contenuto non è mostrato: può essere personale. Guardare "
            "il file in landing.",
            row=refusal.row,
        ) from None
    except Exception as defect:
        raise RuntimeError(
            f"{type(defect).__name__} while a questionnaire was read; its words are not shown, "
            "for they may be personal"
        ) from None


def respondent_secret() -> bytes:
    """The secret that keys of respondents are made with.

    Raises:
        QuietRefusal: NOT_CONFIGURED where it is not set or too short.
    """
    secret = os.environ.get(SECRET, "")
    if len(secret) < LEAST_LENGTH:
        raise QuietRefusal(
            "NOT_CONFIGURED",
            f"The questionnaire names its respondents by an identifying column, and {SECRET} is "
            f"not set (or shorter than {LEAST_LENGTH} characters). Nothing was read. Set it once, "
            "keep it as long as the answers, and collect again.",
            f"Il questionario identifica chi risponde con una colonna, e {SECRET} non è impostata "
            f"(o ha meno di {LEAST_LENGTH} caratteri). Nulla è stato letto. Impostarla una volta, "
            "conservarla quanto le risposte, e raccogliere di nuovo.",
        )
    return secret.encode()


def secret_mark() -> str:
    """Tells one secret from another without saying anything of it: part of a delivery's name, so
    that deliveries are read again when the secret is set or changes.
    """
    secret = os.environ.get(SECRET, "")
    return keyed(secret.encode(), "mark") if len(secret) >= LEAST_LENGTH else "none"


def keyed(secret: bytes, text: str) -> str:
    """A key that only who holds the secret can find for a text: HMAC-SHA256, its first 16 bytes."""
    return hmac.new(secret, text.encode(), hashlib.sha256).digest()[:KEY_BYTES].hex()
