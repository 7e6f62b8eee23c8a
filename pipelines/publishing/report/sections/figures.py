"""KPI values as people read them: figure, unit, comparison, status; one place, so that all parts agree.

Belongs here: how one value is printed, and why it is not. Does not belong here: sentences and charts.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pipelines.publishing.language import DASH, MINUS, THIN, Words, rounded
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Status
from pipelines.publishing.report.sections.part_read import the_part
from pipelines.publishing.rows import Row

SYMBOLS = {"green": "✓", "amber": "!", "red": "▼", "grey": "–", "none": "·"}


def amount(
    value: Decimal, unit: str, decimals: int, words: Words, *, sign: bool = False
) -> tuple[str, str]:
    """The printed figure and its unit, in millions or thousands of euro where that reads better."""
    if unit == "EUR":
        return _money(value, words, sign=sign)
    if unit == "%":
        return words.percent(value, decimals, sign=sign), ""
    shown = _places(value, decimals)
    return words.number(value, shown, sign=sign), words.named("unit", unit)


def formula_of(kpi: Row, words: Words) -> str:
    """A KPI's formula in the language of the page; editions before they had both have the English one."""
    told = kpi.get("formula_it") if words.code == "it" else None
    return str(told or kpi["formula"])


def places(value: Decimal, kpi: Row) -> int:
    """Decimals that a KPI's value is printed with."""
    decimals = int(kpi["decimals"])
    return decimals if kpi["unit"] == "%" else _places(value, decimals)


def _places(value: Decimal, decimals: int) -> int:
    return 0 if abs(value) >= 1000 else decimals


def _money(value: Decimal, words: Words, *, sign: bool) -> tuple[str, str]:
    """«12,0 mln €», "€12.0M": the sign of the currency stands where each language puts it."""
    for least, scale, decimals, name in (
        (1_000_000, 1_000_000, 1, "million"),
        (10_000, 1000, 0, "thousand"),
        (0, 1, 0, "euro"),
    ):
        if abs(value) >= least:
            figure = words.number(value / scale, decimals, sign=sign)
            if words.code == "it":
                return figure, words.say(name)
            mark = figure[0] if figure[0] in (MINUS, "+") else ""
            return f"{mark}€{figure.removeprefix(mark)}{words.say(name)}", ""
    raise AssertionError(value)


def joined(figure: tuple[str, str]) -> str:
    """Figure and unit with a space that does not break."""
    return THIN.join(part for part in figure if part)


def is_count(row: Row, kpi: Row, read: DistrictReading) -> bool:
    """A percentage of less than ten cases is printed as a count."""
    if kpi["unit"] != "%" or kpi.get("value_kind") != "ratio" or not kpi.get("minimum_cases"):
        return False
    if row["numerator"] is None or not row["denominator"]:
        return False
    few = read.threshold("counts_below_cases", "10")
    return bool(row["denominator"] < max(few, Decimal(kpi["minimum_cases"])))


def there(row: Row | None, kpi: Row, read: DistrictReading) -> bool:
    """Whether there is something to print: a value, or the counts that stand for a share of too few cases."""
    return row is not None and (row["value"] is not None or is_count(row, kpi, read))


def counted(row: Row, words: Words) -> str:
    """«5 su 6»."""
    return words.say(
        "tiles.counts", done=words.number(row["numerator"]), all=words.number(row["denominator"])
    )


def printed(row: Row | None, kpi: Row, read: DistrictReading, words: Words) -> str:
    """A value with its unit, or a dash."""
    if row is None or not there(row, kpi, read):
        return DASH
    if is_count(row, kpi, read):
        return counted(row, words)
    return joined(figure_of(row, kpi, words))


def figure_of(row: Row, kpi: Row, words: Words) -> tuple[str, str]:
    """The printed figure of a value that is there, and its unit; «≥ 95,0» where it is told as at least so much."""
    figure, unit = amount(row["value"], kpi["unit"], int(kpi["decimals"]), words)
    # Editions made before shares were told in steps have no such column.
    return (figure if row.get("value_below") is None else f"≥{THIN}{figure}"), unit


def why_missing(row: Row | None, kpi: Row, words: Words) -> str:
    """The reason in words: the value's own, or that of a KPI that is not computed yet."""
    if row is not None and row["suppressed"]:
        return words.named("reason", row["reason"] or "suppressed")
    code = row["reason"] if row is not None else None
    if not kpi["computed"] and kpi.get(f"reason_not_computed_{words.code}"):
        return str(kpi[f"reason_not_computed_{words.code}"])
    if row is not None and code == "withheld" and row["coverage"] is not None:
        key = "withheld_emissions" if kpi["completeness"] == "emissions" else "withheld"
        return words.say(key, the_share=the_part(row["coverage"], words, little=True))
    return words.named("reason", code or "unknown")


def status_of(row: Row | None, read: DistrictReading, words: Words) -> Status:
    """Signal, symbol and words; grey says why it is grey."""
    if row is None or not there(row, read.declared(row["kpi_code"]), read):
        return Status("grey", SYMBOLS["grey"], words.say(f"state.{_absent(row)}"))
    signal = row["signal"] if row["signal"] in SYMBOLS else "none"
    if row["reason"] == "few_cases":
        return _few(row, read, words)
    if signal == "grey":
        low = row["coverage"] is not None and row["coverage"] < read.threshold(
            "grey_below_coverage", "0.8"
        )
        return Status(
            "grey", SYMBOLS["grey"], words.say("state.incomplete" if low else "signal.grey")
        )
    if signal == "none" and read.suspended(row["kpi_code"]):
        return Status(signal, SYMBOLS[signal], words.say("state.not_comparable"))
    return Status(signal, SYMBOLS[signal], words.named("signal", signal))


def _absent(row: Row | None) -> str:
    """Whether a value is hidden, withheld or not there."""
    if row is not None and row["suppressed"]:
        return "suppressed"
    return "withheld" if row is not None and row["reason"] == "withheld" else "missing"


def _few(row: Row, read: DistrictReading, words: Words) -> Status:
    """Of few cases the counts say whether a declared target is met; there is no colour, for one case decides it."""
    gap = distance(row)
    if gap is None:
        return Status("none", SYMBOLS["none"], words.say("state.few_cases"))
    behind = gap < 0 if read.declared(row["kpi_code"])["direction"] == "higher" else gap > 0
    if behind:
        return Status("none", SYMBOLS["none"], words.say("state.not_reached"))
    return Status("none", SYMBOLS["green"], words.say("state.reached"))


def change(row: Row | None, kpi: Row, read: DistrictReading, words: Words) -> str | None:
    """This month against the same one a year before, as people say it for this unit; None where not comparable."""
    if row is not None and is_count(row, kpi, read):
        return _counted_before(kpi, read, words)
    if row is None or not read.comparable(kpi["code"]):
        return None
    now, then = row["value"], row["previous_year"]
    if kpi["unit"] == "%":
        return words.points(now - then)
    signed = min(now, then) < 0
    plain = ("EUR", "count", "score", "points", "index")
    if kpi["unit"] == "stage":
        return words.number(now - then, int(kpi["decimals"]), sign=True)
    if kpi["unit"] in plain or signed or not then:
        return joined(amount(now - then, kpi["unit"], int(kpi["decimals"]), words, sign=True))
    return words.percent((now - then) / abs(then) * 100, 1, sign=True)


def _counted_before(kpi: Row, read: DistrictReading, words: Words) -> str | None:
    """«erano 4 su 6»."""
    before = read.kpi(kpi["code"], read.year_before)
    if before is None or before["numerator"] is None or not before["denominator"]:
        return None
    return words.say(
        "tiles.counts_before",
        done=words.number(before["numerator"]),
        all=words.number(before["denominator"]),
    )


def distance(row: Row | None) -> Decimal | None:
    """Value minus target, in the KPI's unit; the published `gap` is the share by which a value is behind.

    Where a share is printed as counts, the share that the counts make.
    """
    if row is None or row["target"] is None:
        return None
    value = row["value"]
    if row.get("value_below") is not None and value < row["target"]:
        return None  # at least so much: how far it is from the target nobody can say
    if (
        value is None
        and row["reason"] == "few_cases"
        and row["numerator"] is not None
        and row["denominator"]
    ):
        value = row["numerator"] / row["denominator"] * 100
    return None if value is None else Decimal(value - row["target"])


def against_target(row: Row | None, kpi: Row, words: Words) -> str | None:
    """How far a value is from its path or target; None where there is no target."""
    gap = distance(row)
    if row is None or gap is None:
        return None
    decimals = int(kpi["decimals"])
    if kpi["unit"] == "EUR":
        return joined(amount(gap, "EUR", 0, words, sign=True))
    if kpi["direction"] == "higher" and gap >= 0:
        return words.say("state.reached")
    if kpi["direction"] == "higher":
        short = joined(amount(-gap, kpi["unit"], decimals, words))
        if kpi["unit"] == "%":
            short = words.say("points", count=rounded(-gap, 0), value=words.number(-gap, 0))
        return words.say("tiles.short_of", value=short)
    return words.percent(gap / row["target"] * 100, 1, sign=True) if row["target"] else None


def target_text(row: Row, kpi: Row, words: Words) -> str:
    """The declared target or the path's value, with its unit."""
    return joined(amount(row["target"], kpi["unit"], int(kpi["decimals"]), words))


def period_of(row: Row | None, kpi: Row, words: Words) -> str:
    """The period a value speaks of; the last one where the value is of an earlier month than its row."""
    if row is not None and row["period_end"] is not None:
        last = f"{row['period_end'] - timedelta(days=1):%Y-%m}"
        if last < row["month"]:
            return words.month_short(last)
    return words.named("period", kpi.get("period"))
