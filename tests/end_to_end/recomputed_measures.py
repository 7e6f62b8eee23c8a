"""What measures cost, avoid and saved by the meters, worked out again from the registers and meters of the raw files.

Belongs here: the ledger of one district at a month's end, its money, and IPMVP option C by least squares of our own.
Does not belong here: how one model is fitted (`recomputed_weather.py`), KPIs (`recomputed_kpis.py`). No SQL of the
product; what stands here is told in `docs/measures.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property

from tests.end_to_end.raw_files import Row, day_of, month_start, shifted
from tests.end_to_end.recomputed import CARRIERS, FIRST, Recomputed
from tests.end_to_end.recomputed_coverage import WHOLE, Coverage
from tests.end_to_end.recomputed_interval import half_interval
from tests.end_to_end.recomputed_weather import Model, Weather

RATE = 0.035
"""The declared real discount rate."""
SAVES = {"electricity": "Risparmio elettricità (kWh/anno)", "natural_gas": "Risparmio gas (kWh/anno)",
         "district_heat": "Risparmio teleriscaldamento (kWh/anno)", "water": "Risparmio acqua (mc/anno)"}  # fmt: skip
SPEAKS = 0.25
"""CV(RMSE) up to which one measure may rest on a model."""


@dataclass(frozen=True)
class Measure:
    """One measure as a copy of the register shows it."""

    code: str
    status: str
    starts: date
    ends: date
    capex: Decimal
    running: Decimal
    life: int
    saves: dict[str, Decimal]

    def until(self) -> date:
        """The first day on which it is no longer expected to save."""
        after = self.ends + timedelta(days=1)
        return after.replace(year=after.year + self.life)

    def runs_in(self, month: str) -> bool:
        """Whether it is done and saves on a day of a month."""
        done = self.status == "conclusa" and self.ends + timedelta(days=1) < month_start(month, 1)
        return done and self.until() > month_start(month)

    def runs_all_of(self, month: str) -> bool:
        """Whether its works were over before a month began, and it saves throughout."""
        done = self.status == "conclusa" and self.ends < month_start(month)
        return done and self.until() >= month_start(month, 1)


@dataclass(frozen=True)
class Part:
    """What a measure should save in a year at one of its points, or of a carrier where it names none."""

    measure: Measure
    carrier: str
    point: str | None
    expected: Decimal
    tonnes: Decimal | None


@dataclass(frozen=True)
class Saved:
    """A month of one point: what would have been used, what was, and how the year before went."""

    baseline: float
    used: float
    months: list[str]
    model: Model


class Measures:
    """The ledger of one district."""

    def __init__(self, of: Recomputed) -> None:
        self.of, self.weather, self._coverage = of, Weather(of), Coverage(of)

    @cached_property
    def _copies(self) -> list[tuple[date, list[Measure]]]:
        found = []
        for path in self.of.raw.files(f"{self.of.district}/registers/misure_*.xlsx"):
            rows = self.of.raw.table(path, "Misura", "Situazione al")
            if rows:
                found.append((day_of(rows[0]["Situazione al"]), [_measure(row) for row in rows]))
        return sorted(found, key=lambda each: each[0])

    def ledger(self, month: str) -> list[Measure]:
        """Measures as they stood at a month's end."""
        known = [rows for as_of, rows in self._copies if as_of < month_start(month, 1)]
        return known[-1] if known else []

    @cached_property
    def places(self) -> dict[str, list[tuple[str, str, date]]]:
        """Point, carrier and the day from which the works may reach it, by measure."""
        newest = {one.code: one for one in self._copies[-1][1]}
        found: dict[str, list[tuple[str, str, date]]] = {code: [] for code in newest}
        for row in self.of.register("punti_misure", "Misura", "Codice"):
            one = newest[row["Misura"]]
            reached = max(one.starts, row["Dal"]) if row.get("Dal") else one.starts
            for point, said in self.of.points.items():
                carrier = CARRIERS[said["Vettore"]]
                at_site = row["Codice"] == said["Codice sito"] and said["Ruolo"] == "fornitura"
                by_site = row["Agisce su"] == "sito" and at_site and carrier in one.saves
                if by_site or (row["Agisce su"] == "punto" and row["Codice"] == point):
                    found[one.code].append((point, carrier, reached))
        return found

    @cached_property
    def used(self) -> dict[tuple[str, str], Decimal]:
        """kWh or m³ that each point drew in a month."""
        found = {}
        for (point, flow, month), read in self.of._point_months().items():
            row = self.of.points.get(point)
            if row is not None and flow == "import" and row["Ruolo"] == "fornitura":
                filled = self.of.filled.get((point, flow, month), 0)
                found[point, month] = self.of._drawn(row, month, read + filled).quantity
        return found

    def parts(self, month: str) -> list[Part]:
        """Expected savings by point, as each used in twelve months; in equal parts where that is not known of all."""
        found = []
        for one in self.ledger(month):
            for carrier, amount in one.saves.items():
                points: list[str | None] = [p for p, c, _ in self.places[one.code] if c == carrier]
                points = points or [None]
                year = [self._year(point, month) for point in points]
                known = [amount_of for amount_of in year if amount_of is not None]
                whole = sum(known, Decimal(0))
                for point, of_point in zip(points, year, strict=True):
                    even = len(known) < len(points) or not whole
                    share = Decimal(1) / len(points) if even else (of_point or Decimal(0)) / whole
                    saving = amount * share
                    found.append(
                        Part(
                            one, carrier, point, saving, self._tonnes(carrier, point, saving, month)
                        )
                    )
        return found

    def _year(self, point: str | None, month: str) -> Decimal | None:
        window = [self.used.get((point or "", shifted(month, -back))) for back in range(12)]
        known = [each for each in window if each is not None]
        return sum(known, Decimal(0)) if len(known) == 12 else None

    def _tonnes(
        self, carrier: str, point: str | None, saving: Decimal, month: str
    ) -> Decimal | None:
        if carrier not in ("electricity", "natural_gas"):
            return None
        use = self.of.points[point]["Uso gas"] if point is not None else ""
        return saving / 1000 * self.of.per_mwh(carrier, use, int(month[:4]))

    def abatement(self, month: str) -> dict[str, Decimal]:
        """tCO2e that each measure avoids in a year, where a factor is known of all that it saves."""
        found: dict[str, list[Decimal | None]] = {}
        for part in self.parts(month):
            if part.carrier != "water":
                found.setdefault(part.measure.code, []).append(part.tonnes)
        return {
            code: sum((t for t in tonnes if t is not None), Decimal(0))
            for code, tonnes in found.items()
            if None not in tonnes
        }

    def avoided(self, month: str) -> Decimal | None:
        """tCO2e of a month: by the meters where they tell all of a measure's points, else a twelfth of a year."""
        told = [tonnes for _, tonnes, _ in self.avoided_at_points(month)]
        return sum(told, Decimal(0)) if told else None

    def avoided_at_points(self, month: str) -> list[tuple[Part, Decimal, bool]]:
        """The same point by point, and whether it was measured."""
        found, known = [], self.abatement(month)
        for part in self.parts(month):
            code = part.measure.code
            if part.tonnes is None or code not in known or not part.measure.runs_in(month):
                continue
            saved = self.saved(code, part.carrier, month)
            if saved is None:
                found.append((part, part.tonnes / 12, False))
            else:
                measured = Decimal(saved[part.point or ""].baseline - saved[part.point or ""].used)
                found.append((part, measured * part.tonnes / part.expected, True))
        return found

    def saved(self, code: str, carrier: str, month: str) -> dict[str, Saved] | None:
        """A measure's month at each of its points; nothing where one of them does not tell it."""
        newest = {one.code: one for one in self._copies[-1][1]}
        points = [p for p, c, _ in self.places[code] if c == carrier]
        if not points or not newest[code].runs_all_of(month):
            return None
        found = {point: self._at_point(point, carrier, month) for point in points}
        return None if None in found.values() else found  # type: ignore[return-value]

    @cache  # noqa: B019 - one ledger per district of a test run
    def _at_point(self, point: str, carrier: str, month: str) -> Saved | None:
        newest = {one.code: one for one in self._copies[-1][1]}
        here = [
            (newest[code], reached)
            for code, places in self.places.items()
            for p, _, reached in places
            if p == point and newest[code].status in ("conclusa", "in corso")
        ]
        silent = any(
            reached < month_start(month, 1)
            and (one.status == "in corso" or one.ends >= month_start(month))
            for one, reached in here
        )
        line = self._line(point, carrier, min(reached for _, reached in here))
        if (
            silent
            or line is None
            or self._disturbed(point, month)
            or not self._whole(point, carrier, month)
        ):
            return None
        assert sum(one.runs_all_of(month) for one, _ in here) == 1, (
            "two measures share a point that is measured"
        )
        before, model = line
        baseline = model.base * _days(month) + self.weather.weighed(model, month)
        return Saved(baseline, float(self.used[point, month]), before, model)

    @cache  # noqa: B019
    def _line(self, point: str, carrier: str, works: date) -> tuple[list[str], Model] | None:
        """The twelve months before the first works and the model of them, where it may speak of one measure."""
        before = self._year_before(point, carrier, works)
        if before is None:
            return None
        used = {each: float(self.used[point, each]) for each in before}
        model = self.weather.fitted(used, carrier) if carrier != "water" else _plain(used)
        return None if model is None or model.spread > SPEAKS else (before, model)

    def _year_before(self, point: str, carrier: str, works: date) -> list[str] | None:
        """The twelve whole months before the first works; nothing where the files do not reach so far."""
        first = shifted(f"{works:%Y-%m}", -12)
        year = [shifted(first, later) for later in range(12)]
        return (
            year
            if first >= FIRST and all(self._whole(point, carrier, one) for one in year)
            else None
        )

    def _whole(self, point: str, carrier: str, month: str) -> bool:
        if carrier == "water":
            return (point, month) in self.used and self._spans[point, month] >= _days(month)
        read = self._coverage.read.get((point, month))
        told = self.of._intervals.get((point, "import", month))
        return (
            read is not None
            and read.whole
            and (told is None or told[1] >= WHOLE * (_days(month) * 86400 - 3600))
        )

    @cached_property
    def _spans(self) -> dict[tuple[str, str], int]:
        return self._coverage._days_of_spans()

    def _disturbed(self, point: str, month: str) -> bool:
        return any(
            row["Codice"] == point
            and row["Dal"] < month_start(month, 1)
            and (not row["Al"] or row["Al"] >= month_start(month))
            for row in self.of.register("non_ordinari", "Evento", "Codice")
        )

    def year_of(self, code: str, carrier: str, month: str) -> tuple[int, float, float] | None:
        """Months of the last twelve in which a measure is measured, its saving in them, and half the 90 % interval."""
        window = [shifted(month, -back) for back in range(11, -1, -1)]
        told = {
            one: found for one in window if (found := self.saved(code, carrier, one)) is not None
        }
        if not told:
            return None
        saving = sum(s.baseline - s.used for found in told.values() for s in found.values())
        squares = 0.0
        for point in next(iter(told.values())):
            one = next(iter(told.values()))[point]
            used = {each: float(self.used[point, each]) for each in one.months}
            squares += half_interval(self.weather, one.model, used, list(told)) ** 2
        return len(told), saving, squares**0.5


def _plain(used: dict[str, float]) -> Model:
    """So much a day, whatever the weather."""
    mean = sum(used.values()) / sum(map(_days, used))
    off = sum((amount - mean * _days(month)) ** 2 for month, amount in used.items())
    return Model(None, None, mean, [], float((off / 11) ** 0.5 / (sum(used.values()) / 12)))


def _measure(row: Row) -> Measure:
    saves = {carrier: _number(row[head]) for carrier, head in SAVES.items() if row[head] != ""}
    return Measure(
        row["Misura"], row["Stato"], row["Inizio lavori"], row["Fine lavori"], _number(row["Investimento (EUR)"]),
        _number(row["Variazione costi annui (EUR)"]), int(row["Vita utile (anni)"]), saves,
    )  # fmt: skip


def _number(cell: object) -> Decimal:
    return Decimal(str(cell))


def _days(month: str) -> int:
    return (month_start(month, 1) - month_start(month)).days


def yearly_cost(one: Measure) -> Decimal:
    """Capital spread over the lifetime at the declared rate, and the change of running costs."""
    recovery = RATE / (1 - (1 + RATE) ** -one.life)
    return round(Decimal(float(one.capex) * recovery + float(one.running)), 2)


@cache
def measures_of(of: Recomputed) -> Measures:
    """The ledger of a district, read once."""
    return Measures(of)
