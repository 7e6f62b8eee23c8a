"""How an answer of a service continues, as it is declared.

Belongs here: styles of paging, where an answer says what follows and how much there is. Does not
belong here: the rest of a service (`service.py`), the walk from page to page
(`connectors/transports/paging.py`).
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from pipelines.catalogue.declaration import Declaration

Pointer = str
"""A JSON pointer like /result/records; empty names the whole answer."""


class Paging(Declaration):
    """How an answer continues. It ends where the server says so, never where a page looks short.

    `offset`, `page`: a number in `parameter`, from `first`; an offset grows by the records that
    came, however many were asked for. `next`: an address in the answer at `next`; where a list of
    links stands there, the one of `next_rel`; with `next_rel` alone, the one in the `Link` header.
    `token`: a cursor at `next`, sent back in `parameter`. `keyset`: the `key` of the last record,
    sent back in `parameter`, until a page is empty. `parameter` may be a pointer into the `json`
    body, like /variables/cursor.

    `total` (or `total_header`) is where the server says how many records there are; what was
    fetched must come to it. `key` is what no two records share: by it a record is recognised that
    comes twice because others were inserted meanwhile.
    """

    style: Literal["none", "offset", "page", "next", "token", "keyset"] = "none"
    parameter: str | None = None
    first: int = 0
    size_parameter: str | None = None
    size: int | None = Field(default=None, gt=0)
    records: Pointer | None = None
    total: Pointer | None = None
    total_header: str | None = None
    next: Pointer | None = None
    next_rel: str | None = None
    key: Pointer | None = None
    max_pages: int = Field(default=1000, gt=0)
    ends: Literal["next", "total", "empty"] | None = None
    sends: str = "{cursor}"
    """What is sent in `parameter`, as in `:id > '{cursor}'`."""

    @model_validator(mode="after")
    def _says_how_it_ends(self) -> Self:
        if self.style != "none" and self.records is None:
            raise ValueError("paging names where the 'records' of an answer stand")
        if self.style in ("offset", "page", "token", "keyset") and self.parameter is None:
            raise ValueError(f"paging by {self.style} names its 'parameter'")
        if self.style == "token" and self.next is None:
            raise ValueError("paging by token names where 'next' stands in the answer")
        if self.style == "next" and self.next is None and self.next_rel is None:
            raise ValueError("paging by next names where 'next' stands, or the 'next_rel' of links")
        if self.style == "keyset" and self.key is None:
            raise ValueError("paging by keyset names the 'key' of a record")
        if self.style in ("offset", "page") and not (
            self.total or self.total_header or self.ends == "empty"
        ):
            raise ValueError("paging needs the server's 'total', or 'ends: empty'")
        if self.ends is not None and self.ends != self.end and self.style != "none":
            raise ValueError(f"paging by {self.style} ends by '{self.end}'")
        if (self.size is None) != (self.size_parameter is None):
            raise ValueError("'size' and 'size_parameter' go together")
        return self

    @property
    def end(self) -> Literal["next", "total", "empty"]:
        """What says that a page is the last: no next one, the total is reached, or it is empty."""
        if self.style in ("next", "token"):
            return "next"
        if self.style == "keyset" or self.ends == "empty":
            return "empty"
        return "total"
