"""«Delayed because …»: the note that stands in the place of a district's report until it can be published.

Belongs here: `editions/<month>/delayed.json` and `.html`, written, read and lifted. Does not belong here: who has to
wait (`gate.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.publishing.editions.gate import Reason, Waiting, everyone
from pipelines.publishing.freezing import publishing, write_durably
from pipelines.publishing.language import Words, words
from pipelines.publishing.rendering.index_page import notice
from pipelines.publishing.rendering.page_engine import LANGUAGES
from pipelines.publishing.rows import Row, json_bytes, read_rows
from pipelines.settings import Settings

FILE, PAGE = "delayed.json", "delayed.html"
_ROME = ZoneInfo("Europe/Rome")


def note(settings: Settings, month: str, at: datetime, waiting: Sequence[Waiting]) -> None:
    """Say of these districts, and of no other, why the month is not published yet."""
    folder = settings.editions / month
    before = {one["district_id"]: one for one in _districts(folder)}
    declared = settings.view / "declared"
    rows = {row["district_id"]: row for row in read_rows(declared / "districts.parquet")}
    kpis = {row["code"]: row for row in read_rows(declared / "kpis.parquet")}
    today = at.astimezone(_ROME).date()
    said = {
        "month": month,
        "at": at.isoformat(),
        "next_try": (today + timedelta(days=1)).isoformat(),
        "districts": [
            {
                **_named(rows[one.district_id]),
                "since": before.get(one.district_id, {}).get("since", today.isoformat()),
                "because": [
                    {
                        **_plain(why),
                        **{
                            code: _sentence(why, kpis, _words(settings, code)) for code in LANGUAGES
                        },
                    }
                    for why in one.because
                ],
            }
            for one in waiting
        ],
    }
    write_durably(folder / FILE, json_bytes(said))
    write_durably(folder / PAGE, _page(settings, said))


def delay_everyone(settings: Settings, month: str, at: datetime) -> None:
    """The build that a month was to be published from failed."""
    with publishing(settings.editions):
        note(settings, month, at, everyone(settings, "failed_build"))


def lift(settings: Settings, month: str) -> None:
    """Everyone is published: nothing is delayed any more."""
    for name in (FILE, PAGE):
        (settings.editions / month / name).unlink(missing_ok=True)


def delayed_months(editions: Path) -> list[str]:
    """Months of which a district waits."""
    return sorted(path.parent.name for path in editions.glob(f"????-??/{FILE}"))


def notes_of(settings: Settings, month: str) -> Iterator[str]:
    """What is delayed of a month and why, one line each, for a terminal."""
    folder = settings.editions / month
    for one in _districts(folder):
        for why in one["because"]:
            yield f"{month} {one['district_id']}, delayed since {one['since']}: {why['en']}"
    if (folder / FILE).exists():
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
        yield f"{month} is tried again on {said['next_try']}; the note is {folder / PAGE}"


def _districts(folder: Path) -> list[dict[str, Any]]:
    path = folder / FILE
    return list(json.loads(path.read_text(encoding="utf-8"))["districts"]) if path.exists() else []


def _named(district: Row) -> dict[str, Any]:
    names = ("district_id", "name_it", "name_en", "contact_name", "contact_email")
    return {name: district.get(name) for name in names}


def _plain(why: Reason) -> dict[str, Any]:
    sources = [{"source": source, "contact": contact} for source, contact in why.sources]
    if why.kpi_code is None:
        return {"code": why.code}
    return {
        "code": why.code,
        "kpi_code": why.kpi_code,
        "grade": why.grade,
        "line": why.line,
        "parts": list(why.parts),
        "sources": sources,
    }


def _sentence(why: Reason, kpis: Mapping[str, Row], said: Words) -> str:
    if why.kpi_code is None:
        return said.say(f"delayed.{why.code}")
    parts = [said.say(f"delayed.part.{part}") for part in why.parts]
    sources = [f"{source} ({contact})" if contact else source for source, contact in why.sources]
    return "".join(
        [
            said.say(
                "delayed.headline_grade",
                kpi=kpis[why.kpi_code][f"name_{said.code}"],
                code=why.kpi_code,
                grade=why.grade,
                line=why.line,
            ),
            said.say("delayed.parts", parts=said.both(parts)) if parts else "",
            said.say("delayed.sources", sources=said.both(sources)) if sources else "",
            ".",
        ]
    )


def _page(settings: Settings, note: Mapping[str, Any]) -> bytes:
    parts = []
    for code in LANGUAGES:
        said = _words(settings, code)
        lines = [said.say("delayed.lead")]
        for one in note["districts"]:
            since = said.day_from(date.fromisoformat(one["since"]))
            lines.append(said.say("delayed.district", district=one[f"name_{code}"], since=since))
            lines += [why[code] for why in one["because"]]
            who = " ".join(filter(None, (one["contact_name"], one["contact_email"])))
            lines += [said.say("delayed.contact", contact=who)] if who else []
        again = said.day(date.fromisoformat(note["next_try"]))
        lines.append(said.say("delayed.next_try", day=again))
        month = said.month(note["month"])
        parts.append((code, said.say("delayed.title", month=month), lines))
    return notice(parts, settings.reports)


def _words(settings: Settings, code: str) -> Words:
    return words(code, settings.reports / "text")
