"""Section 6, money: payments against the plan, who pays and how far the money is, projects, those that are late.

Belongs here: the section and its tables of projects. Does not belong here: measures and what they would do
(`measures.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import (
    Block,
    Cell,
    Column,
    Note,
    Reference,
    Section,
    Table,
)
from pipelines.publishing.report.sections.figures import amount, joined
from pipelines.publishing.report.sections.kpi_tables import (
    behind_page,
    kpi_table,
    named,
    of_themes,
    on_page,
)
from pipelines.publishing.report.sections.lead_chart import paid_chart
from pipelines.publishing.report.sections.measured_savings import measured_savings
from pipelines.publishing.report.sections.measures import (
    cheapest,
    findings,
    measures,
    scenarios,
    together,
)
from pipelines.publishing.report.sections.year_charts import absent
from pipelines.publishing.rows import Row

_LATE, _WAITING = 3, 3
_STAGES = ("planned", "granted", "committed", "paid")


def investment(read: DistrictReading, words: Words) -> Section:
    """Payments and KPIs; measures and what they would do; what is late or in the way. Who pays stands behind."""
    chart = paid_chart(read, words, "paid-chart")
    codes = of_themes(read, "investment")
    shown = on_page(codes, read)
    blocks: list[Block | None] = [
        chart or absent(read, "INV07", words),
        kpi_table("investment-kpis", shown, read, words),
        cheapest(read, words),
        together(read, words),
        _late(read, words),
        findings(read, words, first=_WAITING),
    ]
    money = [_not_told(read, words), _present_value(read, words), _funding(read, words)]
    return Section(
        "investment",
        words.say("investment.title"),
        tuple(block for block in blocks if block is not None),
        (
            *behind_page("investment-kpis", codes, shown, read, words),
            *_named("funding", "finanziamenti", money, words),
            *_named("projects", "progetti", [_projects(read, words)], words),
            *_named("ledger", "misure", [measures(read, words)], words),
            *_named("savings", "risparmi misurati", [measured_savings(read, words)], words),
            *_named("scenarios", "scenari", [scenarios(read, words)], words),
            *_named("findings", "barriere", [findings(read, words)], words),
        ),
    )


def _named(
    name: str, sheet: str, blocks: Sequence[Block | None], words: Words
) -> tuple[Reference, ...]:
    return named(name, words.say(f"investment.behind_{name}"), blocks, sheet)


def _not_told(read: DistrictReading, words: Words) -> Note | None:
    """Projects that do not tell a term of a share are on neither side of it, and the page says how many."""
    row = read.one("investment_monthly")
    if row is None:
        return None
    said = [
        words.say(f"investment.{name}", count=int(row[name]), all=int(row["projects_that_count"]))
        for name in ("projects_without_grant", "projects_without_payment")
        if row.get(name)
    ]
    return Note(" ".join(said)) if said else None


def _present_value(read: DistrictReading, words: Words) -> Note | None:
    """The rate that costs of different years are made one with, and what the measures are worth at it."""
    row = read.one("investment_monthly")
    if row is None or not row.get("abatement_basis") or row.get("annualised_cost_eur") is None:
        return None
    rate = words.percent(read.threshold("discount_rate", "0.035") * 100, 1)
    basis = words.say(f"investment.basis_{row['abatement_basis']}")
    said = [words.say("investment.rate", rate=rate, basis=basis)]
    if row.get("net_present_value_eur") is not None:
        worth = joined(amount(row["net_present_value_eur"], "EUR", 0, words, sign=True))
        said.append(words.say("investment.present_value", value=worth))
    return Note(" ".join(said))


def as_of(days: Sequence[date], words: Words) -> str:
    """«al 30 settembre 2026», or from the oldest to the newest extraction."""
    first, last = min(days), max(days)
    if first == last:
        return words.say("investment.as_of", day=words.day(first))
    return words.say("investment.as_of_between", first=words.day(first), last=words.day(last))


def _funding(read: DistrictReading, words: Words) -> Table | None:
    """Money by who pays it and how far it is."""
    rows = read.rows("project_funding", read.month)
    if not rows:
        return None
    cells = {(row["funding_source"], row["stage"]): row for row in rows}
    sources = sorted({source for source, _ in cells}, key=lambda source: _size(cells, source))
    made = tuple(
        (
            Cell(capital(words.named("pays", source))),
            *(Cell(_money(cells.get((source, stage)), words)) for stage in _STAGES),
        )
        for source in sources
    )
    heads = (
        Column(words.say("investment.who_pays"), width=1.6),
        *(Column(words.say(f"investment.{stage}"), number=True) for stage in _STAGES),
    )
    days = [row[name] for row in rows for name in ("as_of_first", "as_of_last")]
    note = words.say("investment.stages", as_of=as_of(days, words))
    return Table("funding", words.say("investment.funding"), heads, made, note)


def _size(cells: dict[tuple[str, str], Row], source: str) -> tuple[Decimal, str]:
    told = [cells[source, stage]["amount_eur"] for stage in _STAGES if (source, stage) in cells]
    return (-max((one for one in told if one is not None), default=Decimal(0)), source)


def _money(row: Row | None, words: Words) -> str:
    if row is not None and row["suppressed"]:
        return words.say("state.suppressed")
    return DASH if row is None else joined(amount(row["amount_eur"], "EUR", 0, words))


def _projects(read: DistrictReading, words: Words) -> Table | None:
    """The largest projects as they stand at month end."""
    rows = sorted(
        read.rows("projects", read.month),
        key=lambda r: (-(r.get("capex_eur") or 0), r["project_id"]),
    )
    if not rows:
        return None
    cells = tuple(
        (
            Cell(str(row.get("title") or row["project_id"])),
            Cell(words.named("funding", row.get("programme")) or DASH),
            Cell(words.named("project", row.get("status")) or DASH),
            Cell(_eur(row, "capex_eur", words)),
            Cell(_eur(row, "paid_eur", words)),
        )
        for row in rows
    )
    heads = (
        Column(words.say("table.project"), width=4),
        Column(words.say("table.programme"), width=1.6),
        Column(words.say("table.state"), width=1.3),
        Column(words.say("table.cost"), number=True, width=1.4),
        Column(words.say("table.paid"), number=True, width=1.4),
    )
    shared = [row for row in rows if (row.get("municipality_share") or 1) < 1]
    days = [row["as_of"] for row in rows if row.get("as_of") is not None]
    said = [
        *([words.say("investment.registers", as_of=as_of(days, words))] if days else []),
        *([words.say("investment.shared", count=len(shared))] if shared else []),
    ]
    caption = words.say("investment.projects", month=words.month(read.month))
    return Table("projects", caption, heads, cells, " ".join(said) or None)


def _months_late(row: Row, words: Words) -> str:
    """Whole months; a project that is late by days is not late by none."""
    months = row["months_late"]
    return words.number(months) if months else words.say("investment.under_a_month")


def _late(read: DistrictReading, words: Words) -> Table | None:
    """Active projects past the planned end of their phase, the latest first."""
    rows = sorted(
        (row for row in read.rows("projects", read.month) if row.get("months_late") is not None),
        key=lambda row: (row["planned_end"], row["project_id"]),
    )
    if not rows:
        return None
    cells = tuple(
        (
            Cell(str(row.get("title") or row["project_id"])),
            Cell(str(row.get("owner") or DASH)),
            Cell(words.day(row["planned_end"])),
            Cell(_months_late(row, words)),
        )
        for row in rows[:_LATE]
    )
    heads = (
        Column(words.say("table.project"), width=4),
        Column(words.say("investment.owner"), width=2),
        Column(words.say("investment.planned_end"), width=1.6),
        Column(words.say("investment.months_late"), number=True, width=1.2),
    )
    rest = len(rows) - _LATE
    note = words.say("investment.more_late", count=rest) if rest > 0 else None
    return Table("late-projects", words.say("investment.late"), heads, cells, note)


def _eur(row: Row, column: str, words: Words) -> str:
    value = row.get(column)
    if row["suppressed"]:
        return words.say("state.suppressed")
    return DASH if value is None else joined(amount(value, "EUR", 0, words))
