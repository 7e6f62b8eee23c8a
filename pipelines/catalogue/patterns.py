"""How texts of a declaration and of a file are compared: regular expressions, and one spelling.

Belongs here: the pattern as a declared value, checked when the declaration loads; what counts as
the same text. Does not belong here: what is compared.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator


def _a_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"'{text}' is not a regular expression: {error}") from error
    return text


Pattern = Annotated[str, AfterValidator(_a_pattern)]

_BLANKS = re.compile(r"[\s\u00a0\u200b\ufeff]+")


@lru_cache(maxsize=16_384)  # the same headers come in every file of a source
def normalised(text: str) -> str:
    """A header or option as it is compared: NFKC, casefold, blanks collapsed and trimmed, one
    apostrophe.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    return _BLANKS.sub(" ", folded).strip()
