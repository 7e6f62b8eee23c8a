"""The headline strip: five KPIs with value, a year before, target, status in words and grade."""

from __future__ import annotations

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Comparison, Tile, Tiles
from pipelines.publishing.report.sections.figures import (
    against_target,
    amount,
    change,
    counted,
    figure_of,
    is_count,
    joined,
    status_of,
    target_text,
    there,
    why_missing,
)
from pipelines.publishing.rows import Row


def headline(read: DistrictReading) -> list[str]:
    """Codes of the headline KPIs in their declared order."""
    marked = [kpi for kpi in read.reading.kpis.values() if kpi.get("headline_order")]
    return [kpi["code"] for kpi in sorted(marked, key=lambda kpi: kpi["headline_order"])]


def tiles(read: DistrictReading, words: Words) -> Tiles:
    """One tile per headline KPI."""
    return Tiles(
        words.say("tiles.label"), tuple(_tile(code, read, words) for code in headline(read))
    )


def _tile(code: str, read: DistrictReading, words: Words) -> Tile:
    row, kpi = read.kpi(code), read.declared(code)
    here = there(row, kpi, read)
    figure, unit = (DASH, "")
    if row is not None and here:
        counts = is_count(row, kpi, read)
        figure, unit = (counted(row, words), "") if counts else figure_of(row, kpi, words)
    grade = row["grade"] if row is not None and here else None
    spark = _spark(code, read)
    return Tile(
        code=code,
        name=short_name(code, kpi, words),
        value=figure,
        unit=unit,
        comparisons=_comparisons(code, row, kpi, read, words) if here else (),
        status=status_of(row, read, words),
        grade=grade,
        grade_words=f"{words.say('tiles.grade')} {words.named('grade', grade)}" if grade else "",
        spark=spark,
        reason=None if here else why_missing(row, kpi, words),
        figure=row["kpi_value_id"] if row is not None else None,
    )


def _spark(code: str, read: DistrictReading) -> tuple[float | None, ...]:
    """The last 24 values; where cases are few, the share that the printed counts make."""
    series = (
        read.series(code),
        read.series(code, column="numerator"),
        read.series(code, column="denominator"),
    )
    kind = read.declared(code).get("value_kind")
    return tuple(
        float(value)
        if value is not None
        else float(top / below * 100)
        if kind == "ratio" and top is not None and below
        else None
        for value, top, below in zip(*series, strict=True)
    )


def short_name(code: str, kpi: Row, words: Words) -> str:
    """A headline KPI's short name, else its declared one."""
    return (
        words.say(f"short.{code}") if words.has(f"short.{code}") else str(kpi[f"name_{words.code}"])
    )


def _comparisons(
    code: str, row: Row | None, kpi: Row, read: DistrictReading, words: Words
) -> tuple[Comparison, ...]:
    versus = words.say("tiles.versus", month=words.month_short(read.year_before))
    told = change(row, kpi, read, words)
    adjusted = _adjusted(code, read, words) if told else None
    found = [Comparison(versus, told or words.say("state.not_comparable"), adjusted)]
    if row is not None and row["reason"] == "few_cases" and row["target"] is not None:
        target = Comparison(words.say("tiles.target"), target_text(row, kpi, words))
        return (*found, target)
    gap = against_target(row, kpi, words) or _against_plan(code, row, read, words)
    label = words.say(_target_label(code, read))
    if gap and row is not None and row["signal"] != "grey":
        found.append(Comparison(label, gap))
    elif gap:
        found.append(Comparison(label, words.say("state.not_assessable")))
    elif code == "ENE01" and (saving := read.value("ENE03")) is not None and told:
        found.append(
            Comparison(words.say("tiles.to_baseline"), words.percent(-saving, 1, sign=True))
        )
    else:
        told = "suspended" if read.suspended(code) else "no_target"
        found.append(Comparison(words.say("tiles.to_target"), words.say(f"tiles.{told}")))
    return tuple(found)


def _against_plan(code: str, row: Row | None, read: DistrictReading, words: Words) -> str | None:
    """Payments against the spending plan, which is no target of the district."""
    plan = (read.one("investment_monthly") or {}).get("planned_paid_eur")
    if code != "INV07" or row is None or row["value"] is None or plan is None:
        return None
    return joined(amount(row["value"] - plan, "EUR", 0, words, sign=True))


def _target_label(code: str, read: DistrictReading) -> str:
    if code == "INV07":
        return "tiles.to_plan"
    target = read.target(code)
    return (
        "tiles.to_path" if target is not None and target["path"] == "linear" else "tiles.to_target"
    )


def _adjusted(code: str, read: DistrictReading, words: Words) -> str | None:
    now, then = read.kpi(code), read.kpi(code, read.year_before)
    if now is None or then is None or now["value_adjusted"] is None or not then["value_adjusted"]:
        return None
    percent = (now["value_adjusted"] - then["value_adjusted"]) / abs(then["value_adjusted"]) * 100
    return words.say("tiles.adjusted", value=words.percent(percent, 1, sign=True))
