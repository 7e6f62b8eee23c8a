"""A mail as bytes: headers that mail servers and programs rely on, two views of one text, files beside it.

Belongs here: MIME, encodings, headers. Does not belong here: what a mail says (`wording.py`), who gets it.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from datetime import datetime
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

from pipelines.delivering.postage import Postage
from pipelines.delivering.wording import Part, Wording
from pipelines.publishing.rendering.page_engine import engine, tokens
from pipelines.publishing.report.document import Sentence

_WIDTH = 72


class _AsItIs(UnstructuredHeader, BaseHeader):
    """A header that programs read: an address in it is never encoded or broken, however long it is (RFC 2369)."""

    def fold(self, *, policy: Policy) -> str:
        """The header with a new line between its values only."""
        return f"{self.name}: " + f",{policy.linesep} ".join(str(self).split(", ")) + policy.linesep


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject that begins beside its name: on a line of its own, some mail programs show a space before it."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        """The header as the policy folds it, its first line never empty."""
        return re.sub(r"^(Subject:)\s+", r"\1 ", str(super().fold(policy=policy)))


_REGISTRY = HeaderRegistry()
for _name in ("list-unsubscribe", "list-unsubscribe-post", "list-id", "in-reply-to", "references"):
    _REGISTRY.map_to_type(_name, _AsItIs)
_REGISTRY.map_to_type("subject", _Subject)
_POLICY = SMTP.clone(header_factory=_REGISTRY)


def message(
    mail: Wording,
    *,
    letter: str,
    to: tuple[str | None, str],
    at: datetime,
    postage: Postage,
    reports: Path,
    list_name: str,
    answers: str | None = None,
) -> bytes:
    """One message.

    Args:
        mail: What it says, typeset.
        letter: Its name in the ledger.
        to: Name and address of who gets it.
        at: Its date.
        postage: In whose name it goes.
        reports: Templates and styles.
        list_name: What mail programs file it under, such as a district.
        answers: The Message-ID of the mail that it follows.
    """
    made = EmailMessage(policy=_POLICY)
    made["Date"] = format_datetime(at)
    made["From"] = Address(postage.name, addr_spec=postage.sender)
    made["To"] = Address(to[0] or "", addr_spec=to[1])
    if postage.reply_to:
        made["Reply-To"] = Address(addr_spec=postage.reply_to)
    made["Subject"] = mail.subject
    made["Message-ID"] = message_id(letter, postage)
    if answers:
        made["In-Reply-To"] = answers
        made["References"] = answers
    made["Content-Language"] = mail.language
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    made["List-Id"] = f"<{list_name}.nzd.{postage.domain}>"
    for name, value in _unsubscribing(letter, postage).items():
        made[name] = value
    made.set_content(plain_text(mail), cte="quoted-printable")
    made.add_alternative(html(mail, reports), subtype="html", cte="quoted-printable")
    for file in mail.files:
        main, _, sub = file.media_type.partition("/")
        made.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    _name_boundaries(made, letter)
    return made.as_bytes()


def message_id(letter: str, postage: Postage) -> str:
    """The same for a letter however often it is tried."""
    return f"<{letter}@{postage.domain}>"


def _unsubscribing(letter: str, postage: Postage) -> dict[str, str]:
    """How to get no more of these: by a mail to a person, and by one click where a page takes it."""
    to = postage.reply_to or postage.sender
    ways = [f"<mailto:{quote(to, safe='@')}?subject=unsubscribe%20{letter}>"]
    if postage.unsubscribe_url is None:
        return {"List-Unsubscribe": ways[0]}
    ways.insert(0, f"<{postage.unsubscribe_url.replace('{id}', letter)}>")
    return {
        "List-Unsubscribe": ", ".join(ways),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def html(mail: Wording, reports: Path) -> str:
    """The mail as a page of tables with its styles on every element: mail programs drop the rest."""
    template = engine(reports).get_template("layout/mail.html.jinja")
    text = template.render(mail=mail, light=tokens(reports)["light"], dark=tokens(reports)["dark"])
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def plain_text(mail: Wording) -> str:
    """The same words in the same order, for who reads without HTML."""
    blocks = [
        _wrapped(mail.kicker),
        f"{_wrapped(mail.title)}\n{'=' * min(len(mail.title), _WIDTH)}",
    ]
    blocks += [_wrapped(mail.banner)] if mail.banner else []
    blocks += [_part(each) for each in mail.parts]
    blocks += [f"{mail.link.label}:\n{mail.link.url}"] if mail.link else []
    if mail.small:
        # Two hyphens and a space would begin a signature, which mail programs hide.
        blocks.append("\n".join(["-" * _WIDTH, *map(_wrapped, mail.small)]))
    return "\n\n".join(blocks) + "\n"


def _part(part: Part) -> str:
    lines = [_item(item, listed=part.listed) for item in part.items]
    told = ("\n" if part.listed else "\n\n").join(lines)
    if part.heading is None:
        return told
    return f"{_wrapped(part.heading)}\n{'-' * min(len(part.heading), _WIDTH)}\n{told}"


def _item(item: Sentence, *, listed: bool) -> str:
    return _wrapped(item.text, "* " if listed else "")


def _wrapped(text: str, mark: str = "") -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _name_boundaries(made: EmailMessage, letter: str) -> None:
    """Boundaries that follow from the letter, so that the same letter is the same bytes."""
    for number, each in enumerate(each for each in made.walk() if each.is_multipart()):
        named = hashlib.sha256(f"{letter}/{number}".encode()).hexdigest()[:24]
        each.set_boundary(f"nzd={named}=")
