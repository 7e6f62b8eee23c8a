"""Marks that a typesetter would not leave as typed: straight apostrophes, gases without their subscripts.

Belongs here: what is changed in every text of a document, declared or ours. Does not belong here: wording.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from pipelines.publishing.language import THIN
from pipelines.publishing.report.document import Document, Run

_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w|\s|$)")
_GAS = re.compile(r"(?<![A-Za-z0-9_])((?:t|kg)?)(CO2|CH4|N2O)(?=(?:e|eq)?(?![A-Za-z0-9_]))")
_PERCENT = re.compile(rf"(?<=\d)[ {THIN}]%")
_SUBSCRIPTS = str.maketrans("24", "₂₄")


def typeset(document: Document) -> Document:
    """The document with its texts as they are printed; factor codes, file names and addresses stay as they are."""
    made: Document = _each(document, document.language)
    return made


def _each(value: Any, language: str) -> Any:
    if isinstance(value, Run) and value.link is not None:
        return value
    if isinstance(value, str):
        return typeset_text(value, language)
    if isinstance(value, tuple):
        return tuple(_each(part, language) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            f.name: _each(getattr(value, f.name), language) for f in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **fields)
    return value


def typeset_text(text: str, language: str = "it") -> str:
    """«dell'energia» becomes «dell’energia», «CO2e» «CO₂e»; «95 %» does not break, and is "95%" in English."""
    text = _PERCENT.sub("%" if language == "en" else f"{THIN}%", text)
    curled = _APOSTROPHE.sub("’", text)
    return _GAS.sub(lambda found: found[1] + found[2].translate(_SUBSCRIPTS), curled)
