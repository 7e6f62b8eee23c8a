"""Every value that has a target, beside it and beside the year before.

Belongs here: which values are shown, the chart's message, its table. Does not belong here: the path of emissions over
time (`lead_chart.py`, `long_path.py`).
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.publishing.language import Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chart_data import Bullet, BulletData
from pipelines.publishing.report.document import Cell, Chart, Column, Table
from pipelines.publishing.report.sections.figures import (
    distance,
    is_count,
    printed,
    status_of,
    target_text,
    there,
)
from pipelines.publishing.rows import Row

_LEAST, _MOST = 2, 8


def targets_chart(read: DistrictReading, words: Words) -> Chart | None:
    """Values against their targets; None where fewer than two can be held against one."""
    codes = [code for code, kpi in read.reading.kpis.items() if _judged(read.kpi(code), kpi, read)][
        :_MOST
    ]
    if len(codes) < _LEAST:
        return None
    shown = tuple(_bullet(code, read, words) for code in codes)
    met = sum(_met(code, read) for code in codes)
    legend = (
        words.say("targets.now"), words.say("targets.target"), words.say("targets.before")
    )  # fmt: skip
    alt = words.say(
        "targets.alt",
        items="; ".join(
            words.say(
                "targets.alt_item",
                name=each.label,
                value=each.printed,
                target=each.target_printed,
                told=each.told,
            )
            for each in shown
        ),
    )
    return Chart(
        "targets",
        _title(met, len(codes), words),
        words.say("targets.subtitle"),
        alt,
        BulletData(shown, legend),
        _twin(codes, shown, read, words),
    )


def _judged(row: Row | None, kpi: Row, read: DistrictReading) -> bool:
    """A value that is there, is held against a target, and of which enough was read."""
    return (
        row is not None
        and there(row, kpi, read)
        and distance(row) is not None
        and not read.little(row)
        and not (row["signal"] == "grey" and row["reason"] != "few_cases")
    )


def _met(code: str, read: DistrictReading) -> bool:
    gap = distance(read.kpi(code)) or Decimal(0)
    return gap >= 0 if read.declared(code)["direction"] == "higher" else gap <= 0


def _title(met: int, every: int, words: Words) -> str:
    if met == every:
        return words.say("targets.both" if every == _LEAST else "targets.all")
    if not met:
        return words.say("targets.none", all=words.counted(every))
    counted = capital(words.counted(met))
    return words.say("targets.some", count=met, counted=counted, all=words.counted(every))


def _number(row: Row) -> Decimal:
    """The value, or the share that the counts of few cases make."""
    return Decimal((distance(row) or Decimal(0)) + row["target"])


def _bullet(code: str, read: DistrictReading, words: Words) -> Bullet:
    row, kpi = read.kpi(code) or {}, read.declared(code)
    then = _before(code, read)
    status = status_of(row, read, words)
    path = read.target(code)
    key = "targets.path" if path is not None and path["path"] == "linear" else "targets.asked"
    against = words.say(key, value=target_text(row, kpi, words))
    last = _last(code, read, words) if then is not None else None
    return Bullet(
        str(kpi[f"name_{words.code}"]),
        float(_number(row)),
        printed(row, kpi, read, words),
        float(row["target"]),
        against,
        float(_number({**then, "target": Decimal(0)})) if then is not None else None,
        words.say("targets.was", value=last) if last else None,
        status.signal if status.signal != "none" else "soft",
        f"{status.symbol} {status.words}",
    )


def _before(code: str, read: DistrictReading) -> Row | None:
    """The same month a year before, where it is there and can be compared."""
    then, kpi, now = read.kpi(code, read.year_before), read.declared(code), read.kpi(code)
    if then is None or now is None or not there(then, kpi, read):
        return None
    return then if is_count(now, kpi, read) or read.comparable(code) else None


def _last(code: str, read: DistrictReading, words: Words) -> str:
    return printed(_before(code, read), read.declared(code), read, words)


def _twin(
    codes: list[str], shown: tuple[Bullet, ...], read: DistrictReading, words: Words
) -> Table:
    heads = (
        Column(words.say("table.indicator"), width=3),
        Column(words.say("table.value"), number=True, width=1.4),
        Column(words.say("table.target"), number=True, width=1.4),
        Column(words.say("table.year_before"), number=True, width=1.4),
        Column(words.say("table.status"), width=1.6),
    )
    rows = tuple(
        (
            Cell(each.label),
            Cell(each.printed),
            Cell(target_text(read.kpi(code) or {}, read.declared(code), words)),
            Cell(_last(code, read, words)),
            Cell("", status=status_of(read.kpi(code), read, words)),
        )
        for code, each in zip(codes, shown, strict=True)
    )
    return Table("targets-table", words.say("targets.caption"), heads, rows)
