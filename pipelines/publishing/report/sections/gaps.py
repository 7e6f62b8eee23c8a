"""What is missing, since when, and who can send it: one list for page one's box and its sentence.

Belongs here: what kind of gap a row is and for how long it has lasted. Does not belong here: how complete a theme is
(`quality.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.publishing.language import Words, capital
from pipelines.publishing.months import shifted
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Box, Sentence
from pipelines.publishing.rows import Row

_SHOWN = 4
UNHEARD, SILENT, NEVER, UNCOLLECTED = "unheard", "silent", "never", "uncollected"
UNREGISTERED, UNREADABLE = "unregistered", "unreadable"
_ORDER = (UNREGISTERED, SILENT, UNREADABLE, UNHEARD, NEVER, UNCOLLECTED)
_UNREADABLE = ("intervals_overlap", "interval_beyond_month", "reading_lower")


@dataclass(frozen=True)
class Gap:
    """What one source owes.

    `unheard`: registered points that no source ever delivered. `silent`: a source that has stopped. `never`: a source
    that has not begun. `uncollected`: a dataset the district declares as not collected, with its reason by language.
    `unreadable`: points of which something came that makes no figure, `reason` says why. `unregistered`: nobody has
    said which points there are.
    """

    kind: str
    dataset: str
    theme: str | None
    carrier: str | None
    missing: int | None
    expected: int | None
    who: str | None
    since: str
    due_on: date | None
    reason: str
    reasons: tuple[tuple[str, str], ...] = ()

    def why(self, language: str) -> str | None:
        """Why a dataset is not collected, where the district says it."""
        return dict(self.reasons).get(language)


def gaps(read: DistrictReading) -> list[Gap]:
    """Gaps of the edition's month, each with the month it began in; the most points first."""
    begun: dict[tuple[str | None, ...], dict[str, Row]] = {}
    for row in read.rows("gaps"):
        begun.setdefault(_key(row), {})[row["month"]] = row
    start = min((row["month"] for row in read.rows("gaps")), default=read.month)
    found = [_gap(months, read.month, start) for months in begun.values() if read.month in months]
    return sorted(found, key=lambda gap: (_ORDER.index(gap.kind), -(gap.missing or 0), gap.dataset))


def _key(row: Row) -> tuple[str | None, ...]:
    came = row["reason_code"] if row["reason_code"] in _UNREADABLE else None
    return (row["source_id"], row["dataset"], row["theme"], came)


def _gap(months: dict[str, Row], month: str, start: str) -> Gap:
    since = month
    while shifted(since, -1) in months:
        since = shifted(since, -1)
    row = months[month]
    points = row["points_missing"]
    if row["reason_code"] == "not_collected":
        kind = UNCOLLECTED
    elif row["reason_code"] == "no_register":
        kind = UNREGISTERED
    elif row["reason_code"] in _UNREADABLE:
        kind = UNREADABLE
    elif row["source_id"] is None:
        kind = UNHEARD
    elif since == start < month and not points:
        kind = NEVER
    else:
        kind = SILENT
    return Gap(
        kind,
        row["dataset"],
        row["theme"],
        # Editions published before carriers were kept do not have them.
        row.get("carrier"),
        points,
        row["points_expected"],
        row["contact_name"],
        since,
        months[since]["due_on"],
        row["reason_code"],
        # Editions published before the reasons were kept do not have them.
        tuple((code, said) for code in ("it", "en") if (said := row.get(f"reason_{code}"))),
    )


def missing_box(read: DistrictReading, words: Words) -> Box:
    """Page one: what is missing and whose move it is; then what is not collected at all."""
    found = gaps(read)
    owed = [gap for gap in found if gap.kind != UNCOLLECTED]
    items = [_line(read, gap, words) for gap in owed[:_SHOWN]]
    if len(owed) > _SHOWN:
        items.append(words.say("boxes.missing_more", count=len(owed) - _SHOWN))
    items += _not_collected(read, [gap for gap in found if gap.kind == UNCOLLECTED], words)
    if not items:
        return Box(words.say("boxes.missing"), Sentence.of(words.say("boxes.missing_none")))
    return Box(words.say("boxes.missing"), None, tuple(Sentence.of(text) for text in items))


def _not_collected(read: DistrictReading, declared: list[Gap], words: Words) -> list[str]:
    items = []
    if declared:
        named = [
            words.say(
                "boxes.held_by",
                what=words.named("dataset", gap.dataset),
                who=gap.who or words.say("boxes.nobody"),
            )
            for gap in declared
        ]
        items.append(words.say("boxes.not_collected", what="; ".join(named)))
    themes = [
        row["theme"]
        for row in read.rows("completeness", read.month)
        if row["coverage"] is None
        and row["reason"] == "not_collected"
        # Their datasets are named one by one.
        and row["theme"] not in ("surfaces", "activity", "weather")
    ]
    if themes:
        names = words.both([words.named("theme", theme) for theme in themes])
        items.append(words.say("boxes.no_data", themes=names))
    return items


def _line(read: DistrictReading, gap: Gap, words: Words) -> str:
    who = gap.who or words.say("boxes.nobody")
    if gap.kind == UNHEARD:
        return words.say("boxes.unheard", meters=meters(gap, words), who=_reachable(read, who))
    if gap.kind == UNREGISTERED:
        return words.say("boxes.unregistered", who=_reachable(read, who))
    if gap.kind == UNREADABLE:
        return words.say(
            f"boxes.{gap.reason}",
            meters=meters(gap, words),
            since=capital(since(read, gap, words)),
            who=who,
        )
    said = {"who": who, "due": due(read, gap, words), "since": since(read, gap, words)}
    if gap.kind == NEVER:
        return words.say("boxes.never", what=capital(words.named("dataset", gap.dataset)), **said)
    if not gap.missing:
        return words.say("boxes.silent", what=capital(words.named("dataset", gap.dataset)), **said)
    said["since"] = capital(said["since"])
    whole = gap.missing == gap.expected or gap.expected is None
    of = "" if whole else words.say("boxes.of_expected", expected=gap.expected)
    return words.say(
        "boxes.silent_points",
        meters=meters(gap, words),
        of=of,
        **said,
    )


def _reachable(read: DistrictReading, who: str) -> str:
    """The district's own office is the one contact whose address an edition holds."""
    about = read.about
    mail = about.get("contact_email")
    return f"{who}, {mail}" if mail and who == about.get("contact_name") else who


def meters(gap: Gap, words: Words) -> str:
    """«3 contatori del gas»; points where they measure different things."""
    count = gap.missing or 0
    return words.say("meters", count=words.number(count), meter=_meter(gap, count, words))


def all_meters(gap: Gap, words: Words) -> str:
    """«l’unico contatore del gas», «entrambi i contatori», «tutti gli 8 contatori»."""
    count = gap.missing or 0
    return words.say(
        "all_meters",
        count=count,
        all_the=words.all_the(count),
        meter=_meter(gap, count, words),
    )


def _meter(gap: Gap, count: int, words: Words) -> str:
    keys = [f"meter.{each}" for each in (gap.carrier, gap.theme, "energy")]
    return words.say(next(key for key in keys if words.has(key)), count=count)


def since(read: DistrictReading, gap: Gap, words: Words) -> str:
    """«a ottobre» where only this month is missing, «da agosto», «da maggio 2024»."""
    if gap.since == read.month:
        return words.in_month(gap.since)
    return words.since(gap.since, year=gap.since[:4] != read.month[:4])


def due(read: DistrictReading, gap: Gap, words: Words) -> str:
    """«attese dal 21 settembre» where the day has passed at the cut-off, else the day it is due by."""
    if gap.due_on is None:
        return words.say("boxes.no_day")
    known = str(read.reading.about["known_at"])[:10]
    year = f"{gap.due_on:%Y}" != known[:4]
    if gap.due_on.isoformat() > known:
        return words.say("boxes.due", day=words.day_in(gap.due_on, year=year))
    return words.say("boxes.overdue", day=words.day_from(gap.due_on, year=year))
