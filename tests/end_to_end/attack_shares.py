"""What an edition says of shares: how much of the energy of a place was read, was estimated, has its factors.

Belongs here: each such number as bounds between sums of atoms. Does not belong here: what follows (`attack.py`).

A number that is the true share to its last digit is taken for that. Any other is a step, and the attacker knows the
steps as docs/disclosure.md prints them: the share lies between it and the next one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb

from tests.end_to_end.attack import Atom, Told
from tests.end_to_end.attack_reading import rows, told_month, year_to
from tests.end_to_end.attack_truth import Holder, Row, asked

STEPS = (
    0, 1, 2, 5, 10, 20, 30, 50, 70, 100, 150, 200, 280, 350, 420, 500, 580, 650, 720, 800, 850, 900, 930, 950, 970,
    980, 990, 995, 998, 999, 1000,
)  # fmt: skip
"""In thousandths."""
_DIGITS = 1e-6
_COVERED = {"A": (0.98, 1.0), "B": (0.95, 0.98), "C": (0.9, 0.95), "D": (0.8, 0.9), "E": (0.0, 0.8)}
"""What a letter says of a coverage."""
_POINTS = """
select e.month, e.point_id, e.carrier, p.holder_kind, p.holder_group,
       cast(coalesce(expected_amount, 0) as double) as expected,
       cast(coalesce(amount, 0) as double) as amount, cast(coalesce(covered_amount, 0) as double) as present,
       cast(coalesce(actual_read_amount, 0) as double) as read,
       cast(coalesce(substituted_amount, 0) as double) as substituted,
       cast(coalesce(allocated_amount, 0) as double) as allocated
from int_expected_point_months as e
left join int_points as p on p.district_id = e.district_id and p.point_id = e.point_id and p.carrier = e.carrier
where e.district_id = ? and e.role = 'supply' and e.flow = 'import'
"""
_WITHOUT_FACTOR = """
select distinct month, point_id, carrier from fct_emission_points
where district_id = ? and scope in ('1', '2_location') and kg_co2e is null
"""
_AGES = """
with ages as (
    select distinct month, factor_code, factor_age_years as age from fct_emission_lines
    where district_id = $1 and factor_age_years is not null
)
select points.month, points.point_id, points.carrier, cast(sum(points.kg_co2e) as double) as kg,
       cast(sum(points.kg_co2e * ages.age) as double) as aged
from fct_emission_points as points inner join ages using (month, factor_code)
where points.district_id = $1 and points.scope in ('1', '2_location') and not points.biogenic
      and points.kg_co2e <> 0
group by all
"""
_COLUMNS = (
    # Column; the part and the whole that it is the share of; whether it is told of what is not the part.
    ("coverage", "present", "expected", False),
    ("estimated_share", "read", "amount", True),
    ("substituted_share", "substituted", "amount", False),
    ("allocated_share", "allocated", "amount", False),
)
_KPIS = {"ENE10": ("present", "expected"), "ENE11": ("read", "amount")}
Terms = dict[Atom, float]
Window = Sequence[str]


class Shares:
    """Shares of one district's quantities."""

    def __init__(self, home: Path, district: str) -> None:
        self._district = district
        self._points: dict[str, list[Row]] = defaultdict(list)
        with duckdb.connect(str(home / "warehouse" / "nzd.duckdb"), read_only=True) as store:
            for row in asked(store, _POINTS, district):
                self._points[row["month"]].append(row)
            self._aged: dict[str, list[Row]] = defaultdict(list)
            for row in asked(store, _AGES, district):
                self._aged[row["month"]].append(row)
            self._lacking = {tuple(row.values()) for row in asked(store, _WITHOUT_FACTOR, district)}

    def unread(self, months: Iterable[str]) -> Terms:
        """What points were expected to use beyond what is known of them: their holder knows what they used."""
        return {
            _unread(row): row["expected"] - row["amount"]
            for month in months
            for row in self._points[month]
            if row["expected"] != row["amount"]
        }

    def holders(self, month: str) -> dict[Holder, set[Atom]]:
        """Whose points were not read as a whole in a month."""
        found: dict[Holder, set[Atom]] = defaultdict(set)
        for row in self._points[month]:
            if row["expected"] != row["amount"]:
                kind = row["holder_kind"] or "firm"
                found[kind, row["holder_group"] or row["point_id"]].add(_unread(row))
        return dict(found)

    def told(self, edition: Path) -> Iterator[Told]:
        """Every share of an edition."""
        for name, row, theme, window in self._published(edition):
            for column, part, whole, is_rest in _COLUMNS:
                if row.get(column) is not None:
                    told = float(row[column])
                    sums = self._sums(theme, window, part, whole)
                    if is_rest:  # what was estimated is the rest of what was read
                        sums = _less(sums[1], sums[0]), sums[1]
                    side = -1 if column != "coverage" else 1
                    yield from self._between(*sums, told, side, f"{name}.{column}")
            if row.get("factor_age_years") is not None:
                yield self._mean_age(window[-1], float(row["factor_age_years"]), name)
            if (letter := _letter(row)) is not None:
                sums = self._sums(theme, window, "present", "expected")
                yield from self._graded(*sums, letter, f"{name}.grade_coverage")
            if name == "kpi_values" and row["kpi_code"] in _KPIS and row["value"] is not None:
                sums = self._sums("energy", window, *_KPIS[row["kpi_code"]])
                where = f"{row['kpi_code']}.value"
                yield from self._between(*sums, float(row["value"]) / 100, 1, where)

    def _published(self, edition: Path) -> Iterator[tuple[str, Row, str, Window]]:
        """Rows with shares of meters, their theme and the months they are of."""
        themes = {
            row["code"]: row["completeness"] for row in rows(edition / "tables" / "kpis.parquet")
        }
        for name in ("kpi_values", "tables/completeness", "tables/kpi_quality"):
            for row in rows(edition / f"{name}.parquet"):
                if row["district_id"] != self._district:
                    continue
                theme = row.get("theme") or themes[row["kpi_code"]]
                month, count = row["month"], 1
                if row.get("period_end"):
                    month = told_month(row)
                    count = 12 if (row["period_end"] - row["period_start"]).days > 300 else 1
                if "shown_month" in row:
                    month, count = row["shown_month"], 12 if row["period"] == "rolling_12" else 1
                if theme in ("energy", "emissions", "electricity", "natural_gas", "district_heat"):
                    yield name.rpartition("/")[2], row, theme, year_to(month, count)

    def _sums(self, theme: str, window: Window, part: str, whole: str) -> tuple[Terms, Terms]:
        """The part and the whole of a share, each over the amounts and what was not read."""
        above: Terms = defaultdict(float)
        below: Terms = defaultdict(float)
        emitted = theme == "emissions" and part == "present"
        for month in window:
            for row in self._points[month]:
                if row["carrier"] in ("water", "waste_water") or (
                    theme not in ("energy", "emissions", row["carrier"])
                ):
                    continue
                use = ("use", month, row["carrier"], row["point_id"])
                lacks = emitted and (month, row["point_id"], row["carrier"]) in self._lacking
                if row["amount"]:
                    below[use] += 1.0
                    above[use] += 0.0 if lacks else row[part] / row["amount"]
                if whole == "expected" and row["expected"] != row["amount"]:
                    below[_unread(row)] += 1.0
        return dict(above), dict(below)

    def _between(
        self, part: Terms, whole: Terms, told: float, side: int, where: str
    ) -> Iterator[Told]:
        """Two bounds: the part less so much of the whole is not negative, less so much is not positive."""
        size = self._size(whole)
        if not size:
            return
        true = self._size(part) / size
        low, high = told - _DIGITS / 2, told + _DIGITS / 2
        if abs(true - told) > _DIGITS:
            steps = sorted({*(each / 1000 for each in STEPS), told})
            other = steps[min(max(steps.index(told) + side, 0), len(steps) - 1)]
            low, high = min(told, other), max(told, other)
        if not low - _DIGITS <= true <= high + _DIGITS:
            return  # of emissions of which not all energy was read: no share of two sums
        far = 100 * size
        yield Told(_less(part, whole, low), 0.0, far, where)
        yield Told(_less(part, whole, high), -far, 0.0, where)

    def _mean_age(self, month: str, told: float, name: str) -> Told:
        """The mean age of factors by emissions, which is that of the month also beside figures of twelve."""
        amounts = {(row["carrier"], row["point_id"]): row["amount"] for row in self._points[month]}
        terms = {
            ("use", month, row["carrier"], row["point_id"]): (row["aged"] - told * row["kg"])
            / amounts[row["carrier"], row["point_id"]]
            for row in self._aged[month]
        }
        off = _DIGITS * sum(row["kg"] for row in self._aged[month])
        return Told(terms, -off, off, f"{name}.factor_age_years")

    def _graded(self, part: Terms, whole: Terms, letter: str, where: str) -> Iterator[Told]:
        size = self._size(whole)
        low, high = _COVERED[letter]
        if size and low <= self._size(part) / size <= high:
            yield Told(_less(part, whole, low), 0.0, 100 * size, where)
            yield Told(_less(part, whole, high), -100 * size, 0.0, where)

    def _size(self, terms: Terms) -> float:
        """What a sum is in truth."""
        amounts = {
            atom: amount
            for month in {atom[1] for atom in terms}
            for row in self._points[month]
            for atom, amount in (
                (("use", month, row["carrier"], row["point_id"]), row["amount"]),
                (_unread(row), row["expected"] - row["amount"]),
            )
        }
        return sum(one * amounts[atom] for atom, one in terms.items())


def _letter(row: Row) -> str | None:
    """The letter of coverage; where it is not told, it is the whole grade if nothing else is as bad."""
    if row.get("grade_coverage") is not None or "grade_age" not in row:
        return row.get("grade_coverage")
    others = {row[f"grade_{part}"] for part in ("estimated", "quarantine", "age", "factor_age")}
    return None if row["grade"] in others else row["grade"]


def _unread(row: Row) -> Atom:
    return ("unread", row["month"], row["carrier"], row["point_id"])


def _less(above: Terms, below: Terms, times: float = 1.0) -> Terms:
    return {atom: above.get(atom, 0.0) - times * below.get(atom, 0.0) for atom in {*above, *below}}
