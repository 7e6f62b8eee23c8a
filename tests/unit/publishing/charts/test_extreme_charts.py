"""Charts of extreme figures and names: every label inside its frame, none on another, the drawing well-formed."""

from __future__ import annotations

import pytest

from pipelines.publishing.charts.drawing import NARROW, WIDE, draw, page_paint
from pipelines.publishing.language import words
from pipelines.publishing.months import months_back
from pipelines.publishing.report.chart_data import (
    Bar,
    BarsData,
    Bullet,
    BulletData,
    CalendarData,
    ChainData,
    ChainLink,
    ChainNode,
    ChartData,
    Line,
    MultiplesData,
    Step,
    TrendData,
    Untold,
    WaterfallData,
)
from pipelines.publishing.report.document import Chart, Table
from pipelines.publishing.report.sections.trend import trend_data
from pipelines.settings import checkout
from tests.unit.publishing.charts.geometry import beyond, boxes, collisions

IT = words("it", checkout() / "reports" / "text")
LONG = 'Società "Tessuti & Filati" <b>F.lli D\'Amico</b> di Prato, Campi Bisenzio e Montemurlo'
MONTHS = months_back("2026-10", 24)
SERIES: dict[str, list[float | None]] = {
    "a thousand million": [1e9 + 3e7 * n for n in range(24)],
    "nothing": [0.0] * 24,
    "one": [1.0] * 24,
    "negative": [-5.0 - 3 * n for n in range(24)],
    "from minus to plus": [-1e9 + 1e8 * n for n in range(24)],
    "two of them": [None] * 22 + [3.0, 4.0],
    "all at the end": [None] * 12 + [1e9] * 12,
    "gaps": [None if n % 5 == 0 else 100.0 + n for n in range(24)],
}


def chart(data: ChartData) -> Chart:
    return Chart("x", LONG, LONG, LONG, data, Table("x-table", LONG, (), ()))


def lines(values: list[float | None], apart: float) -> TrendData:
    """A line, its path a little apart, a forecast, a band and a gap between the ends."""
    path = [None if value is None else value * (1 + apart) for value in values]
    end, asked = values[-1] or 0.0, path[-1] or 0.0
    gaps = [n for n, value in enumerate(values) if value is None]
    data = trend_data(
        [
            Line(tuple(values), f"{IT.number(end)} oggi"),
            Line(tuple(path), f"{IT.number(asked)} richieste", "path"),
        ],
        MONTHS,
        IT,
        band=[None if v is None else (v - abs(v) / 10, v + abs(v) / 10) for v in values],
        gap_label=f"{IT.number(end - asked, sign=True)} ({IT.percent(-100 * apart, 1, sign=True)})",
        gap_signal="red",
        untold=tuple(Untold(n, n, "riservato") for n in gaps),
    )
    assert data is not None
    return data


def bars(*values: float | None) -> BarsData:
    def told(value: float | None) -> str:
        return "riservato" if value is None else IT.number(value)

    return BarsData(
        tuple(Bar(LONG, v, told(v), v, None if v is None else told(v)) for v in values),
        "oggi",
        "un anno prima",
    )


def bullet(value: float, target: float, before: float | None, label: str = LONG) -> Bullet:
    printed = f"{IT.number(value)} tCO₂e"
    was = None if before is None else f"un anno prima {IT.number(before)}"
    return Bullet(
        label, value, printed, target, f"obiettivo {IT.number(target)}", before, was, "red", "▼ in ritardo"
    )  # fmt: skip


def waterfall(*values: float) -> WaterfallData:
    steps = tuple(Step(LONG, value, IT.number(value, sign=True), "green") for value in values)
    return WaterfallData(
        steps, Step("Variazione", sum(values), IT.number(sum(values), sign=True), "brand")
    )


def panels(low: float, high: float, *series: tuple[float | None, ...]) -> MultiplesData:
    told = [
        IT.number(each[-1]) if each and each[-1] is not None else "riservato" for each in series
    ]
    items = tuple((LONG, each, said) for each, said in zip(series, told, strict=True))
    return MultiplesData(
        items, low, high, "100 = inizio", ((0, "nov. 2025"), (len(series[0]) - 1, "ott. 2026"))
    )


def chain() -> ChainData:
    nodes = tuple(ChainNode(f"n{c}{n}", c, LONG, LONG) for c in range(4) for n in range(3))
    links = tuple(
        ChainLink(f"n{c}{n}", f"n{c + 1}{m}", "EMI11", "behind", "▼", "indietro", proven=n == m)
        for c in range(3)
        for n in range(3)
        for m in range(2)
    )
    legend = (("behind", "indietro"), ("not_measurable", "non misurabile"))
    return ChainData(
        ("Attività", "Primi cambiamenti", "Risultati", "Impatti"), nodes, links, legend,
        ("con prova", "senza prova"), "da",
    )  # fmt: skip


ALL: dict[str, ChartData] = {
    **{
        f"line {name}, {apart:+.0%}": lines(series, apart)
        for name, series in SERIES.items()
        for apart in (-0.3, 0.001, 12.0)
    },
    "bars": bars(1e9, 1.0, 0.0, None),
    "bars below zero": bars(-1e9, 5.0, -3.0),
    "bars of nothing": bars(0.0, 0.0),
    "all bars hidden": bars(None, None),
    "bullets": BulletData(
        (bullet(1e9, 5.0, 2e9), bullet(0.0, 0.0, None), bullet(-7.0, 4.0, -9.0), bullet(1.0, 1e9, 1.0)),
        ("oggi", "obiettivo, o percorso a oggi", "un anno prima"),
    ),
    "waterfall": waterfall(-1e9, 5e8, 3e8, -2e8),
    "waterfall of one": waterfall(1.0),
    "waterfall upwards": waterfall(1e9, 1e9),
    "multiples": panels(80, 120, (100.0, 90.0), (100.0, 100.5), (None, None), (100.0, 119.9)),
    "multiples far from where they began": panels(0, 1e9, (100.0, 1e9), (100.0, None)),
    "calendar": CalendarData(
        tuple(IT.month_short(each, year=False) for each in MONTHS[12:]),
        ((LONG, ("A", "B", "C", "D", "E", None) * 2), ("acqua", (None,) * 12)),
        "–",
    ),
    "chain": chain(),
}  # fmt: skip


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ALL)
def test_no_label_leaves_the_frame_or_lies_on_another(name: str, width: int):
    svg = draw(chart(ALL[name]), page_paint, width=width)

    assert boxes(svg)
    assert beyond(svg) == []
    assert collisions(svg) == []
    assert "nan" not in svg
    assert "inf" not in svg.replace("info", "")


@pytest.mark.parametrize("values", [[None] * 24, [None] * 23 + [5.0]])
def test_no_line_is_drawn_of_fewer_than_two_values(values: list[float | None]):
    assert trend_data([Line(tuple(values), "x")], MONTHS, IT) is None
