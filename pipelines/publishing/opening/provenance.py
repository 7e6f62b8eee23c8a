"""The provenance page of a district: every figure of an edition opened, in words and numbers that are ready to print.

Belongs here: what the page says of each figure, from the tables of the edition and nothing else. Does not belong here:
markup (`reports/layout/provenance.html.jinja`), the same for machines (`provenance_data.py`), and anything that only
the city's machine may see: that is `pipelines/tracing`, which no module of this room can import.

One page per district and language, an anchor per figure: a page per figure would carry styles and typeface six hundred
times and name the same deliveries in each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from pipelines.catalogue.issue import issues
from pipelines.publishing.kpi_file import short_code
from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.opening.corrections_told import corrections_told
from pipelines.publishing.opening.explain import told_state
from pipelines.publishing.opening.explanation import Explanation
from pipelines.publishing.opening.grade_told import grade_told
from pipelines.publishing.opening.opened import Opened
from pipelines.publishing.opening.sums import figure, filled, parts_told, plain_sum, rule
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.sections.figures import printed, there, why_missing
from pipelines.publishing.report.typesetting import typeset_text
from pipelines.publishing.rows import Row

Line = tuple[str, str]
"""A name and what is said of it."""


@dataclass(frozen=True)
class Delivered:
    """One accepted delivery, numbered within the page."""

    number: int
    source: str
    file: str
    sha256: str
    received: str
    accepted: str
    set_aside: str


@dataclass(frozen=True)
class Counted:
    """The deliveries of one source behind a figure: how many, their numbers, their rows."""

    source: str
    first: int
    told: str


@dataclass(frozen=True)
class Past:
    """The same figure of an earlier month, with its own id."""

    id: str
    code: str
    month: str
    sum: str
    value: str
    grade: str


@dataclass(frozen=True)
class Figure:
    """One figure of the edition's month, opened."""

    id: str
    code: str
    kpi: str
    name: str
    value: str
    hidden: bool
    rule: str
    sum: str | None
    why: str | None
    method: str
    facts: tuple[Line, ...]
    grade: tuple[str, ...]
    parts: tuple[Line, ...]
    factors: tuple[tuple[str, ...], ...]
    counted: tuple[Counted, ...]
    set_aside: tuple[tuple[str, ...], ...]
    history: tuple[Line, ...]
    past: tuple[Past, ...]


@dataclass(frozen=True)
class Provenance:
    """The page of a district: its figures by theme, and the deliveries they count."""

    themes: tuple[tuple[str, str, tuple[Figure, ...]], ...]
    deliveries: tuple[Delivered, ...]


def provenance(of: Opened, words: Words) -> Provenance:
    """The page in one language."""
    page = _Page(of, words)
    themes: dict[str, list[Figure]] = defaultdict(list)
    for each in of.figures:
        themes[each.kpi["theme"]].append(page.figure(each))
    return Provenance(
        tuple(
            (name, capital(words.named("theme", name)), tuple(figures))
            for name, figures in themes.items()
        ),
        tuple(page.delivered(row) for row in of.deliveries),
    )


class _Page:
    """What the page's figures have in common: the edition, its words, its clock."""

    def __init__(self, of: Opened, words: Words) -> None:
        self._of = of
        self._read = DistrictReading(of.reading, of.district)
        self._words = words
        self._zone = ZoneInfo(str(self._read.about["timezone"]))
        self._known = issues()

    def figure(self, of: Explanation) -> Figure:
        row, kpi, said = of.value, of.kpi, self._words
        return Figure(
            id=row["kpi_value_id"],
            code=short_code(row["kpi_value_id"]),
            kpi=kpi["code"],
            name=str(kpi[f"name_{said.code}"]),
            value=self._set(printed(row, kpi, self._read, said)),
            hidden=row["suppressed"],
            rule=rule(kpi, said),
            sum=self._sum(of),
            why=self._why(row, kpi),
            method=self._set(str(kpi[f"method_{said.code}"] or "")),
            facts=() if row["suppressed"] else (*self._facts(row, kpi), *self._corrections(of)),
            grade=tuple(self._set(line.strip()) for line in grade_told(of, said)),
            parts=tuple((name, self._set(value)) for name, value in parts_told(of, said)),
            factors=tuple(self._factor(each) for each in of.factors),
            counted=tuple(self._counted(of.deliveries)),
            set_aside=tuple(self._set_aside(each) for each in of.set_aside),
            history=tuple(self._history(of)),
            past=tuple(self._past(kpi)),
        )

    @cached_property
    def _months_before(self) -> list[str]:
        months = {month for _, month, _ in self._of.reading.values}
        return sorted(months - {self._of.reading.month}, reverse=True)

    def delivered(self, row: Row) -> Delivered:
        said = self._words
        return Delivered(
            self._of.number(row),
            self._source(row),
            row["file_name"] or DASH,
            row["sha256"] or DASH,
            self._moment(row),
            said.number(row["rows_accepted"] or 0),
            said.number(row["rows_quarantined"] or 0),
        )

    def _set(self, text: str) -> str:
        return typeset_text(text, self._words.code)

    def _source(self, row: Row) -> str:
        return f"{self._words.named('dataset', row['dataset'])} ({row['source_id']})"

    def _moment(self, row: Row) -> str:
        at = row["received_at"]
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}" if at else DASH

    def _sum(self, of: Explanation) -> str | None:
        row, kpi, said = of.value, of.kpi, self._words
        if row["suppressed"] or row["numerator"] is None or kpi.get("scale") is None:
            return None
        if row["value"] is None:
            return self._few(row)
        return self._set(filled(of, said) or plain_sum(row, kpi, said))

    def _few(self, row: Row) -> str | None:
        if row["denominator"] is None:
            return None
        return (
            f"{figure(row['numerator'], self._words)} / {figure(row['denominator'], self._words)}"
        )

    def _why(self, row: Row, kpi: Row) -> str | None:
        """Why there is no value, or no numbers beside one."""
        said = self._words
        if row["suppressed"]:
            later = row["reason"] == "suppressed_since_edition"
            return said.say(
                f"provenance.hidden_{'since_edition' if later else kpi['disclosure_rule']}"
            )
        if row["value"] is None:
            return self._set(why_missing(row, kpi, said))
        if kpi.get("disclosure_in_steps"):
            return said.say("provenance.in_steps")
        return said.say("provenance.amounts_kept") if row["numerator"] is None else None

    def _facts(self, row: Row, kpi: Row) -> Iterable[Line]:
        said = self._words
        if row["period_start"] and row["period_end"]:
            last = row["period_end"] - timedelta(days=1)
            days = {"start": said.day(row["period_start"]), "end": said.day(last)}
            yield said.say("provenance.period"), said.say("provenance.days", **days)
        if row["known_at"]:
            at = row["known_at"].astimezone(self._zone)
            told = f"{said.day(at.date())}, {at:%H:%M}"
            yield said.say("provenance.known"), f"{told}; {said.named('status', row['status'])}"
        names = ("boundary_version", "model_version", "factor_set", "gwp_set")
        emissions = kpi["theme"] == "emissions"
        for name in names if emissions else names[:1] if kpi["theme"] != "energy" else names[:2]:
            if row[name]:
                yield said.say(f"provenance.{name}"), str(row[name])

    def _corrections(self, of: Explanation) -> Iterable[Line]:
        for line in corrections_told(of, self._words):
            yield self._words.say("provenance.correction"), self._set(line)

    def _factor(self, row: Row) -> tuple[str, ...]:
        said = self._words
        value = DASH if row["factor_value"] is None else figure(row["factor_value"], said)
        return (
            f"{said.named('carrier', row['carrier'])}, {self._set(row['gas'] or DASH)}",
            self._set(f"{value} {row['unit'] or ''}".strip()),
            DASH if row["gwp"] is None else figure(row["gwp"], said),
            str(row["factor_year"] or DASH),
            f"{row['factor_code']}: {row['source'] or DASH}",
            row["url"] or "",
        )

    def _counted(self, deliveries: Sequence[Row]) -> Iterable[Counted]:
        by_source: dict[str, list[Row]] = defaultdict(list)
        for row in deliveries:
            by_source[self._source(row)].append(row)
        for source, rows in by_source.items():
            numbers = sorted(self._of.number(row) for row in rows)
            accepted = sum(row["rows_accepted"] or 0 for row in rows)
            told = self._words.say(
                "provenance.counted",
                count=len(rows),
                numbers=ranges(numbers),
                rows=self._words.number(accepted),
            )
            yield Counted(source, numbers[0], told)

    def _set_aside(self, row: Row) -> tuple[str, ...]:
        said, issue = self._words, self._known.get(row["code"])
        return (
            said.month(row["month"]) if row["month"] else DASH,
            self._source(row),
            issue.means[said.code] if issue else row["code"],
            row["code"],
            said.number(row["rows"]),
        )

    def _history(self, of: Explanation) -> Iterable[Line]:
        for state in of.earlier:
            at = state.known_at.astimezone(self._zone)
            when = self._words.day(at.date())
            label = self._words.say("provenance.edition", edition=state.edition, day=when)
            yield label, self._set(told_state(state, self._words))

    def _past(self, kpi: Row) -> Iterable[Past]:
        """The months before, newest first: their own ids, formula with numbers, value, grade."""
        values, said = self._of.reading.values, self._words
        for month in self._months_before:
            row = values.get((self._of.district, month, kpi["code"]))
            if row is None or not (row["suppressed"] or there(row, kpi, self._read)):
                continue
            known = row["numerator"] is not None and kpi.get("scale") is not None
            yield Past(
                row["kpi_value_id"],
                short_code(row["kpi_value_id"]),
                month,
                self._set(plain_sum(row, kpi, said))
                if known and row["value"] is not None
                else (self._few(row) or DASH)
                if known
                else DASH,
                said.say("state.suppressed")
                if row["suppressed"]
                else self._set(printed(row, kpi, self._read, said)),
                row["grade"] or DASH,
            )


def ranges(numbers: Sequence[int]) -> str:
    """«1–12, 15»: runs of numbers that follow each other."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
