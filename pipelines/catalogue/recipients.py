"""Who gets which mail: a file per district, and one for the programme, beside the district files.

Belongs here: what `recipients/<district>.yaml` and `recipients/programme.yaml` may say. Does not belong here: how mail
is sent (`delivering`), by which server (the environment says it).

Recipients stand apart from the district because they are people who come and go: a district's file is an input of
every edition and is kept with it, and neither may follow from an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import idna
from pydantic import Field, field_validator

from pipelines.catalogue.declaration import (
    Declaration,
    DeclarationError,
    declare,
    did_you_mean,
    line_of,
    read_yaml,
    shown,
)

FOLDER = "recipients"
PROGRAMME = "programme"
Mail = Literal["report", "preview", "digest"]
_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\\\]\x00-\x1f\x7f]{1,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def encoded_address(address: str) -> str:
    """An address with its domain as servers know it: «rete@città.it» is «rete@xn--citt-8na.it».

    Raises:
        ValueError: where it is no address.
    """
    local, at, domain = address.rpartition("@")
    if not at or _LOCAL.fullmatch(local) is None or local.startswith(".") or ".." in local:
        raise ValueError(f"'{address}' is not an e-mail address")
    try:
        known = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise ValueError(f"'{address}': '{domain}' is not a domain ({error})") from error
    if "." not in known and known != "localhost":
        raise ValueError(f"'{address}': '{domain}' is not a domain")
    return f"{local}@{known}"


class Recipient(Declaration):
    """One person or office, the language they read, and what they get.

    `report` is the monthly mail, with what follows from it: that it is delayed, corrected or withdrawn. `preview` is
    the draft a day earlier, with the question for a comment. `digest` is what is wrong with sources, for engineers.
    """

    email: str
    name: str | None = None
    language: Literal["it", "en"] = "it"
    mails: tuple[Mail, ...] = Field(default=("report",), min_length=1)

    @field_validator("email")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        encoded_address(address)
        return address

    @field_validator("name")
    @classmethod
    def _is_one_line(cls, name: str | None) -> str | None:
        if name is not None and (_CONTROL.search(name) or not name.strip()):
            raise ValueError("a name is one line of text")
        return name

    @property
    def address(self) -> str:
        """The address as servers know it."""
        return encoded_address(self.email)


class Recipients(Declaration):
    """What one file says. `nudges` lets the contacts of sources be written to when something of theirs is missing."""

    recipients: tuple[Recipient, ...] = ()
    nudges: bool = False


@dataclass(frozen=True)
class Mailing:
    """Recipients of a deployment: by district, and of the programme."""

    districts: Mapping[str, Recipients] = field(default_factory=dict)
    programme: Recipients = field(default_factory=Recipients)

    def of(self, district: str | None, mail: Mail) -> list[Recipient]:
        """Who gets a kind of mail about a district, or about the programme where none is named."""
        said = self.programme if district is None else self.districts.get(district, Recipients())
        return [one for one in said.recipients if mail in one.mails]


def recipients(folder: Path, districts: Iterable[str]) -> Mailing:
    """Everybody who gets mail.

    Args:
        folder: The folder of the district files; `recipients/*.yaml` in it.
        districts: Districts that are declared.

    Raises:
        DeclarationError: every mistake found, one line each with file, line and field.
    """
    known, mistakes = set(districts), list[str]()
    found: dict[str, Recipients] = {}
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        if path.stem != PROGRAMME and path.stem not in known:
            hint = did_you_mean(path.stem, {*known, PROGRAMME})
            mistakes.append(f"{shown(path)}:1: no district is called '{path.stem}'.{hint}")
            continue
        try:
            document = read_yaml(path)
            found[path.stem] = declare(Recipients, document, path)
        except DeclarationError as error:
            mistakes += error.mistakes
            continue
        mistakes += _twice(found[path.stem], path, document)
    if mistakes:
        raise DeclarationError(mistakes)
    programme = found.pop(PROGRAMME, Recipients())
    return Mailing(found, programme)


def _twice(said: Recipients, path: Path, document: Any) -> Iterable[str]:
    seen: set[str] = set()
    for position, one in enumerate(said.recipients):
        if one.address.lower() in seen:
            line = line_of(document, ("recipients", position, "email"))
            yield f"{shown(path)}:{line}: recipients.{position}.email: '{one.email}' stands here twice."
        seen.add(one.address.lower())
