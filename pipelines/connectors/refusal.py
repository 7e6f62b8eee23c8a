"""A delivery, or a part of one, that cannot be taken as a whole.

Belongs here: the one exception that containers and parsers refuse bytes with. Does not belong here:
sources that cannot be reached (`transports.remote.SourceFailed`).
"""

from __future__ import annotations


class DeliveryRefused(Exception):
    """A file that cannot be taken as a whole, with a stable code and what to do, in both languages.

    Nothing of it counts; what was accepted before stays.
    """

    def __init__(
        self,
        code: str,
        message_en: str,
        message_it: str,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        self.code = code
        self.message_en = message_en
        self.message_it = message_it
        self.row = row
        self.column = column
        super().__init__(f"{code}: {message_en}")
