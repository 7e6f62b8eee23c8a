"""What an answer of an interface is, by what was declared, before anything of it is landed.

Many interfaces answer 200 and mean no: an acknowledgement without data, a status inside the JSON, a
log-in page. Belongs here: classification and expectations. Does not belong here: asking
(`exchange`), pages (`paging`), rows and cells (`parsers`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pipelines.catalogue.service import Expect, Meaning, Service
from pipelines.connectors.pointers import ABSENT, Absent, at
from pipelines.connectors.transports.dialogue import Answer, Meant, by_status
from pipelines.connectors.transports.remote import SourceFailed

Failed = Callable[[str, str], SourceFailed]
"""Makes a failure of a code and of what happened."""

_SEARCHED = 64 * 1024
_SAID = 200
_HTML = re.compile(
    rb"^\s*(<\?xml[^>]*\?>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True)
class Page:
    """An answer and, where it is JSON, the document in it."""

    answer: Answer

    @cached_property
    def document(self) -> Any:
        """The JSON document, numbers as they were written; ABSENT where the body is none."""
        try:
            return json.loads(text_of(self.answer), parse_float=str, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            return ABSENT

    def records(self, pointer: str) -> list[Any] | Absent:
        """The records at a pointer: a list, one object, or the places of equally long lists."""
        found = ABSENT if self.document is ABSENT else at(self.document, pointer)
        if isinstance(found, dict):
            lists = [value for value in found.values() if isinstance(value, list)]
            return max(lists, key=len) if lists and len(lists) == len(found) else [found]
        return found if isinstance(found, list) else ABSENT


def text_of(answer: Answer) -> str:
    """The body as text: UTF-8, else what the server says it is, else cp1252."""
    charset = re.search(r"charset=\"?([\w-]+)", answer.headers.get("Content-Type", ""))
    for encoding in ("utf-8-sig", charset[1] if charset else "cp1252"):
        try:
            return answer.body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return answer.body.decode("cp1252", errors="replace")


def meaning_of(service: Service) -> Callable[[Answer], Meant]:
    """The reading of this service's answers: the first meaning that fits, else what HTTP says."""

    def meaning(answer: Answer) -> Meant:
        if answer.status == 304:
            return Meant("good")
        page = Page(answer)
        for declared in service.classify:
            found = _found(declared, page)
            if found is not None:
                code = "ANSWER_FAILED" if declared.means == "failed" else "HTTP_STATUS"
                return Meant(declared.means, code, _said(answer, declared.says, found))
        return _by_default(service, answer)

    return meaning


def check_page(expect: Expect, page: Page, words: Callable[[str], str], failed: Failed) -> None:
    """Hold one answer to what was agreed.

    Raises:
        SourceFailed: ANSWER_UNEXPECTED.
    """
    kind = page.answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if expect.content_type and kind not in {one.lower() for one in expect.content_type}:
        raise failed("ANSWER_UNEXPECTED", f"answered with '{kind}', not {expect.content_type}")
    for pointer, declared in expect.echo.items():
        wanted, said = words(declared), plain(at(page.document, pointer))
        if said != wanted:
            raise failed(
                "ANSWER_UNEXPECTED",
                f"says at {pointer} that it answered for '{said[:_SAID]}'; '{wanted}' was asked",
            )


def check_count(expect: Expect, count: int | None, last: int | None, failed: Failed) -> None:
    """Hold the number of records to what was agreed and to the last good answer.

    Raises:
        SourceFailed: ANSWER_UNEXPECTED.
    """
    if count is None:
        return
    if expect.min_rows is not None and count < expect.min_rows:
        raise failed("ANSWER_UNEXPECTED", f"gave {count} records, fewer than {expect.min_rows}")
    if expect.max_rows is not None and count > expect.max_rows:
        raise failed(
            "ANSWER_UNEXPECTED",
            f"gave {count} records, more than {expect.max_rows}: perhaps it ignores a filter",
        )
    if not last:
        return
    if count == 0 and expect.min_rows != 0:
        raise failed("ANSWER_UNEXPECTED", f"gave no record; the last good answer had {last}")
    if expect.share_of_last is not None and count < expect.share_of_last * last:
        raise failed("ANSWER_UNEXPECTED", f"gave {count} records; the last good answer had {last}")


def plain(value: Any) -> str:
    """A value of a document as text to compare or to search in."""
    if isinstance(value, str):
        return value
    return "" if value is ABSENT else json.dumps(value, ensure_ascii=False)


def _found(declared: Meaning, page: Page) -> str | None:
    """The words of the answer that fit, None where they do not."""
    answer = page.answer
    if declared.status and answer.status not in declared.status:
        return None
    if declared.at is not None:
        value = ABSENT if page.document is ABSENT else at(page.document, declared.at)
        # Many answers carry `"error": null` where all is well.
        if value is ABSENT or (value is None and declared.matches is None):
            return None
        text = plain(value)
        return text if declared.matches is None or re.search(declared.matches, text) else None
    if declared.matches is None:
        return ""
    body = answer.body
    ends = replace(answer, body=body[:_SEARCHED]), replace(answer, body=body[-_SEARCHED:])
    found = (re.search(declared.matches, text_of(end)) for end in ends)
    return next((one[0] for one in found if one), None)


def _by_default(service: Service, answer: Answer) -> Meant:
    if answer.status == 401 and service.login is not None:
        return Meant("renew", "LOGIN_FAILED", _said(answer, None, ""))
    if answer.status == 202:
        return Meant("retry", says="answered 202: it is still at it")
    meant = by_status(answer)
    if meant.means != "good":
        return replace(meant, says=_said(answer, None, ""))
    if "text/html" not in service.expect.content_type and _is_html(answer):
        return Meant(
            "failed", "ANSWER_UNEXPECTED", "answered with a web page, perhaps a log-in page"
        )
    return meant


def _is_html(answer: Answer) -> bool:
    start = answer.body[:2048].removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = answer.headers.get("Content-Type", "").lower().startswith("text/html")
    return bool(_HTML.search(start)) or (declared and start.startswith(b"<"))


def _said(answer: Answer, says: str | None, found: str) -> str:
    """What happened, in the declared words and in the answer's own."""
    words = found or (
        "" if _is_html(answer) else text_of(replace(answer, body=answer.body[: _SAID * 4]))
    )
    shown = re.sub(r"\s+", " ", words).strip()[:_SAID]
    own = f"answered {answer.status}" + (f" ({says})" if says else "")
    return f"{own}: {shown}" if shown else own
