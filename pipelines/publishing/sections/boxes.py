"""Page one's two boxes: what changed in figures already published, what is missing and who can send it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from pipelines.publishing.document import Box, Boxes, Sentence
from pipelines.publishing.language import Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.rows import Row
from pipelines.publishing.sections.figures import amount, joined
from pipelines.publishing.sections.tiles import headline

_SHOWN = 3


def revised_and_missing(read: DistrictReading, words: Words) -> Boxes:
    """Both boxes, side by side."""
    return Boxes((revised(read, words), missing(read, words)))


def revisions(read: DistrictReading) -> dict[tuple[str, str], list[Row]]:
    """Revised values by KPI and month, headline KPIs and recent months first; what print cannot tell apart is out."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in read.rows("revisions"):
        if row["kpi_code"] in read.reading.kpis and row["month"] != read.month:
            found[row["kpi_code"], row["month"]].append(row)
    first = headline(read)
    order = {
        code: (first.index(code) if code in first else len(first)) for code in read.reading.kpis
    }
    codes = list(read.reading.kpis)
    return dict(
        sorted(
            found.items(),
            key=lambda item: (order[item[0][0]], _backwards(item[0][1]), codes.index(item[0][0])),
        )
    )


def _backwards(month: str) -> int:
    return -(int(month[:4]) * 12 + int(month[5:]))


def revised(read: DistrictReading, words: Words) -> Box:
    """The first revised figures with their causes."""
    title = words.say("boxes.revised")
    found = {
        key: rows
        for key, rows in revisions(read).items()
        if rows[0]["old_value"] is not None
        and rows[0]["new_value"] is not None
        and _old_new(read, rows[0], words)[0] != _old_new(read, rows[0], words)[1]
    }
    if not found:
        return Box(title, Sentence.of(words.say("boxes.revised_none")))
    shown = [key for key in found if key[0] in headline(read)][:_SHOWN] or list(found)[:1]
    items = [Sentence.of(line(read, *key, found[key], words), key[0]) for key in shown]
    rest = len(found) - len(shown)
    if rest > 0:
        items.append(Sentence.of(words.say("boxes.revised_more", count=rest)))
    return Box(title, None, tuple(items))


def line(read: DistrictReading, code: str, month: str, rows: list[Row], words: Words) -> str:
    """«Energia, settembre 2026: 4.058 → 4.021 MWh (−37): letture arrivate …»."""
    kpi = read.declared(code)
    old, new, change = _old_new(read, rows[0], words)
    name = (
        words.say(f"short.{code}") if words.has(f"short.{code}") else str(kpi[f"name_{words.code}"])
    )
    text = words.say(
        "boxes.revised_line", name=name, month=words.month(month), old=old, new=new, change=change
    )
    causes = "; ".join(
        words.named("cause", row["cause"])
        if len(rows) == 1
        else words.say(
            "boxes.revised_cause",
            cause=words.named("cause", row["cause"]),
            part=_part(row, kpi, words),
        )
        for row in rows
    )
    return f"{text}: {causes}"


def _old_new(read: DistrictReading, row: Row, words: Words) -> tuple[str, str, str]:
    kpi = read.declared(row["kpi_code"])
    old, unit = amount(row["old_value"], kpi["unit"], int(kpi["decimals"]), words)
    new = joined(amount(row["new_value"], kpi["unit"], int(kpi["decimals"]), words))
    if kpi["unit"] == "EUR":
        old = joined((old, unit))
    return (
        old if unit else joined((old, unit)),
        new,
        _part({**row, "part": row["change"]}, kpi, words),
    )


def _part(row: Row, kpi: Row, words: Words) -> str:
    part = row["part"]
    if part is None:
        return "–"
    if kpi["unit"] == "%":
        return words.say("tiles.points", value=words.number(part, 1, sign=True))
    places = int(kpi["decimals"]) if abs(Decimal(row["new_value"] or 0)) < 1000 else 0
    return words.number(part, places, sign=True)


def missing(read: DistrictReading, words: Words) -> Box:
    """Deliveries that were expected, by whom; then what is not collected at all."""
    gaps = sorted(
        read.rows("gaps", read.month),
        key=lambda g: (-(g["points_missing"] or 0), g["dataset"], g["source_id"]),
    )
    items = [Sentence.of(_gap(read, gap, words)) for gap in gaps[:_SHOWN]]
    absent = [
        row["theme"]
        for row in read.rows("completeness", read.month)
        if row["coverage"] is None and row["reason"] == "not_collected"
    ]
    if absent and len(items) < _SHOWN + 1:
        names = words.both([words.named("theme", theme) for theme in absent])
        items.append(Sentence.of(words.say("boxes.not_collected", themes=names)))
    if not items:
        return Box(words.say("boxes.missing"), Sentence.of(words.say("boxes.missing_none")))
    return Box(words.say("boxes.missing"), None, tuple(items))


def _gap(read: DistrictReading, gap: Row, words: Words) -> str:
    due = ""
    if gap["due_on"] is not None:
        known = str(read.reading.about["known_at"])[:10]
        key = "boxes.due" if gap["due_on"].isoformat() >= known else "boxes.overdue"
        due = words.say(key, day=words.day_in(gap["due_on"], year=False))
    said = {
        "what": capital(words.named("dataset", gap["dataset"])) + _of_theme(gap, words),
        "month": words.month_alone(gap["month"]),
        "who": gap["contact_name"] or words.say("boxes.nobody"),
        "due": due,
    }
    if gap["points_missing"] and gap["points_expected"]:
        text = words.say(
            "boxes.missing_line",
            count=gap["points_missing"],
            expected=gap["points_expected"],
            **said,
        )
    else:
        text = words.say("boxes.missing_plain", **said)
    return text.rstrip(", ")


def _of_theme(gap: Row, words: Words) -> str:
    physical = ("energy", "electricity", "natural_gas", "district_heat", "pv", "water")
    return f" ({words.named('theme', gap['theme'])})" if gap["theme"] in physical else ""
