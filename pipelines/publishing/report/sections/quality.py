"""Section 9: how complete the data is, what was set aside, what was revised."""

from __future__ import annotations

from collections import defaultdict
from typing import get_args

from pipelines.catalogue.issue import issues
from pipelines.catalogue.kpi import Completeness
from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.months import months_back
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chart_data import CalendarData
from pipelines.publishing.report.document import Block, Cell, Chart, Column, Note, Section, Table
from pipelines.publishing.report.sections.data_corrections import corrections_table
from pipelines.publishing.report.sections.deliveries import deliveries, not_collected
from pipelines.publishing.report.sections.drift import by_cause
from pipelines.publishing.report.sections.kpi_tables import named
from pipelines.publishing.report.sections.part_read import at_most, part, the_part
from pipelines.publishing.report.sections.revisions import revised_table
from pipelines.publishing.rows import Row

_WRONG, _REVISED = 5, 6
"""Lines that the page has room for; the tables behind it have them all."""
_ORDER = get_args(Completeness)


def _by_theme(theme: str) -> tuple[int, str]:
    return (_ORDER.index(theme) if theme in _ORDER else len(_ORDER), theme)


def quality(read: DistrictReading, words: Words) -> Section:
    """Grades by theme and month, what is wrong and whose move it is, what is not collected, what was revised."""
    chart = _calendar(read, words)
    blocks: list[Block | None] = [
        chart,
        *(_many_points(read, words) if chart is not None else []),
        _set_aside(read, words, first=_WRONG) or Note(words.say("quality.nothing_set_aside")),
        not_collected(read, words),
        by_cause(read, words),
        revised_table(read, words, first=_REVISED) or Note(words.say("boxes.revised_none")),
        corrections_table(read, words),
    ]
    parts = [_parts(read, words)] if chart is not None else []
    return Section(
        "quality",
        words.say("quality.title"),
        tuple(block for block in blocks if block is not None),
        (
            *named("parts", words.say("quality.behind_parts"), parts, "qualità"),
            *named(
                "deliveries",
                words.say("quality.deliveries"),
                [deliveries(read, words)],
                "consegne",
            ),
            *named(
                "aside",
                words.say("quality.set_aside"),
                [_set_aside(read, words)],
                "scarti",
            ),
            *named(
                "revised",
                words.say("quality.behind_revised"),
                [revised_table(read, words)],
                "revisioni",
            ),
        ),
    )


def _calendar(read: DistrictReading, words: Words) -> Chart | None:
    months = months_back(read.month, 12)
    grades: dict[str, dict[str, str | None]] = defaultdict(dict)
    for row in read.rows("completeness"):
        collected = row["reason"] != "not_collected"
        grades[row["theme"]][row["month"]] = row["grade"] if collected else None
    if not grades:
        return None
    rows = tuple(
        (capital(words.named("theme", theme)), tuple(found.get(month) for month in months))
        for theme, found in sorted(grades.items(), key=lambda item: _by_theme(item[0]))
    )
    shorts = tuple(words.month_short(month, year=False) for month in months)
    twin = Table(
        "calendar-table",
        words.say("quality.calendar_caption"),
        (
            Column(words.say("table.theme"), width=2.2),
            *(Column(words.month_short(month)) for month in months),
        ),
        tuple(
            (Cell(name), *(Cell(letter or DASH) for letter in letters)) for name, letters in rows
        ),
    )
    judged = sum(letters[-1] in ("A", "B", "C", "D") for _, letters in rows)
    weak = [name.lower() for name, letters in rows if letters[-1] in ("D", "E")]
    title = (
        words.say("quality.calendar_weak", themes=words.both(weak))
        if weak
        else words.say("quality.calendar_good")
    )
    return Chart(
        "calendar",
        title,
        words.say("quality.calendar_subtitle"),
        words.say(
            "quality.calendar_alt", count=judged, all=len(rows), month=words.month(read.month)
        ),
        CalendarData(shorts, rows, DASH),
        twin,
    )


def _parts(read: DistrictReading, words: Words) -> Table:
    """What the grades of this month are made of, each part with its letter; the worst part decides."""
    found = sorted(read.rows("completeness", read.month), key=lambda each: _by_theme(each["theme"]))
    heads = (
        Column(words.say("table.theme"), width=2.2),
        Column(words.say("quality.coverage"), number=True),
        Column(words.say("quality.points"), number=True),
        Column(words.say("quality.intervals"), number=True, width=1.4),
        Column(words.say("quality.estimated"), number=True),
        Column(words.say("quality.quarantined"), number=True),
        Column(words.say("quality.age"), number=True),
        Column(words.say("quality.support"), number=True, width=1.4),
        Column(words.say("table.grade"), number=True, width=0.7),
    )
    return Table(
        "quality-parts",
        words.say("quality.parts", month=words.month(read.month)),
        heads,
        tuple(_parts_row(row, words) for row in found),
        words.say("quality.parts_note"),
    )


def _parts_row(row: Row, words: Words) -> tuple[Cell, ...]:
    name = Cell(capital(words.named("theme", row["theme"])), note=_why(row, words))
    if row["reason"] == "not_collected":
        return (name, *[Cell(DASH)] * 8)
    rows = None if row["quarantined_rows"] is None else words.number(row["quarantined_rows"])
    days = None if row["age_days"] is None else words.number(row["age_days"])
    return (
        name,
        _graded(_coverage(row, words), row["grade_coverage"]),
        Cell(_of(row["points_full"], row["points"], words)),
        Cell(_of(row["present_intervals"], row["expected_intervals"], words)),
        _estimated(row, words),
        _graded(rows or DASH, row["grade_quarantine"]),
        _graded(days or DASH, row["grade_age"]),
        _support(row, words),
        Cell(row["grade"] or DASH, strong=True),
    )


def _coverage(row: Row, words: Words) -> str:
    """Of what meters tell, in steps; registers are counted."""
    if row["points"] is None:
        return _share(row["coverage"], words)
    return part(row["coverage"], words)


def _graded(text: str, letter: str | None) -> Cell:
    """A part with its letter: «97 % B»."""
    return Cell(text if letter is None or text == DASH else f"{text} {letter}")


def _estimated(row: Row, words: Words) -> Cell:
    """«3 % B», how much of it stands for gaps that were filled as declared, and how much of the month was cut."""
    cell = _graded(at_most(row["estimated_share"], words), row["grade_estimated"])
    told = []
    if row["substituted_share"]:
        share = at_most(row["substituted_share"], words)
        told.append(words.say("quality.substituted", share=share))
    # Editions published before the cut was told do not have it.
    if row.get("allocated_share"):
        share = at_most(row["allocated_share"], words)
        method = words.named("allocation", row["allocation"])
        told.append(words.say("quality.allocated", share=share, method=method))
    return Cell(cell.text, note="; ".join(told) or None)


def _of(done: int | None, whole: int | None, words: Words) -> str:
    """«5 su 8»."""
    if done is None or whole is None:
        return DASH
    return words.say("quality.of", done=words.number(done), all=words.number(whole))


def _support(row: Row, words: Words) -> Cell:
    """Evidence behind registers, the age of the factors behind emissions."""
    if row["grade_factor_age"] is None:
        return _graded(_share(row["evidence_share"], words), row["grade_evidence"])
    if row["factor_age_years"] is None:
        return Cell(row["grade_factor_age"])
    years = words.number(row["factor_age_years"], 1)
    return _graded(words.say("quality.factor_years", years=years), row["grade_factor_age"])


def _many_points(read: DistrictReading, words: Words) -> list[Block]:
    """Themes that look complete by what they use and are not by their points."""
    line = read.threshold("coverage_d", "0.8")
    told: list[Block] = []
    for row in read.rows("completeness", read.month):
        points, full = row["points"], row["points_full"]
        if row["theme"] not in ("energy", "water") or not points or row["coverage"] is None:
            continue
        if row["coverage"] >= line and full < line * points:
            said = words.say(
                "quality.many_points",
                Theme=capital(words.named("theme", row["theme"])),
                the_share=the_part(row["coverage"], words),
                count=points - full,
                all=words.number(points),
            )
            told.append(Note(said))
    return told


def _why(row: Row, words: Words) -> str | None:
    return words.named("reason", row["reason"]) if row["reason"] else None


def _share(value: float | None, words: Words) -> str:
    return DASH if value is None else words.share(value)


def _set_aside(read: DistrictReading, words: Words, *, first: int | None = None) -> Table | None:
    """Rows in quarantine and findings of the last twelve months, by what is wrong and whose move it is.

    Args:
        read: The district.
        words: The language.
        first: At most so many, the most frequent; all of them where nothing is said.
    """
    window = set(months_back(read.month, 12))
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for name, column in (("quarantine_counts", "rows"), ("findings", "count")):
        for row in read.rows(name):
            if row["month"] is None or row["month"] in window:
                counts[row["code"], row["dataset"]] += int(row[column] or 0)
    if not counts:
        return None
    known = issues()
    rows = []
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for (code, dataset), count in ordered[:first]:
        issue = known.get(code)
        rows.append(
            (
                Cell(issue.means[words.code] if issue else code.replace("_", " ").lower()),
                Cell(words.named("dataset", dataset)),
                Cell(words.number(count)),
                Cell(issue.todo[words.code] if issue else DASH),
            )
        )
    heads = (
        Column(words.say("quality.what"), width=3),
        Column(words.say("table.dataset"), width=1.6),
        Column(words.say("quality.cases"), number=True, width=0.8),
        Column(words.say("quality.todo"), width=3),
    )
    name = "set-aside" if first is None else "set-aside-first"
    more = len(ordered) - len(rows)
    note = words.say("quality.more_wrong", count=more) if more else None
    return Table(name, words.say("quality.set_aside"), heads, tuple(rows), note)
