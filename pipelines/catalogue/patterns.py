"""A regular expression as a declared value.

Belongs here: the type, checked when the declaration loads. Does not belong here: matching.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator


def _a_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"'{text}' is not a regular expression: {error}") from error
    return text


Pattern = Annotated[str, AfterValidator(_a_pattern)]
