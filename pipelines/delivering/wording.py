"""What a mail says, before anyone decides how it looks: HTML and plain text are two views of this.

Belongs here: the parts of a mail as plain immutable data. Does not belong here: where the text comes from, markup.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from pipelines.publishing.report.document import Run, Sentence
from pipelines.publishing.report.typesetting import typeset_text


@dataclass(frozen=True)
class Part:
    """A heading and what stands below it: sentences, or a list of short items."""

    heading: str | None
    items: tuple[Sentence, ...]
    listed: bool = True


@dataclass(frozen=True)
class Link:
    """The one thing to open."""

    label: str
    url: str


@dataclass(frozen=True)
class File:
    """What lies beside the text."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True)
class Wording:
    """A whole mail in one language. `banner` is what must not be overlooked, `small` what stands below."""

    language: str
    subject: str
    kicker: str
    title: str
    parts: tuple[Part, ...]
    banner: str | None = None
    link: Link | None = None
    small: tuple[str, ...] = ()
    files: tuple[File, ...] = ()


def part(heading: str | None, *lines: str | Sentence, listed: bool = True) -> Part:
    """A part from plain texts; `**` surrounds what is strong."""
    items = tuple(line if isinstance(line, Sentence) else Sentence.of(line) for line in lines)
    return Part(heading, items, listed)


def typeset(mail: Wording) -> Wording:
    """The mail with its texts as they are printed."""
    code = mail.language

    def set_(text: str | None) -> str | None:
        return None if text is None else typeset_text(text, code)

    def runs(sentence: Sentence) -> Sentence:
        made = tuple(Run(typeset_text(run.text, code), run.strong) for run in sentence.runs)
        return dataclasses.replace(sentence, runs=made)

    return dataclasses.replace(
        mail,
        subject=typeset_text(" ".join(mail.subject.split()), code),
        kicker=typeset_text(mail.kicker, code),
        title=typeset_text(mail.title, code),
        banner=set_(mail.banner),
        parts=tuple(
            Part(set_(each.heading), tuple(runs(item) for item in each.items), each.listed)
            for each in mail.parts
        ),
        small=tuple(typeset_text(line, code) for line in mail.small),
    )
