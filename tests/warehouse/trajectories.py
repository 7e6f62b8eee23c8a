"""Rows for the models of pace and forecasts, and the same sums worked out with matrices.

Belongs here: districts of given monthly emissions, and least squares as a library does them. Does not belong here: what
is asked of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import numpy as np
from scipy import stats

from tests.warehouse.models import Models, Row

FIRST = 2023 * 12 + 1
SERIES = ["int_emission_months", "int_district_months", "int_completeness", "int_emission_path"]


def month_of(index: int) -> str:
    """'YYYY-MM' of months since year 0."""
    return f"{(index - 1) // 12:04d}-{(index - 1) % 12 + 1:02d}"


def day_of(index: int) -> date:
    """The first day of that month."""
    return date.fromisoformat(f"{month_of(index)}-01")


def given(
    emissions: Mapping[str, Sequence[float | None]],
    target: float | None = None,
    boundaries: Mapping[int, str] | None = None,
) -> dict[str, list[Row]]:
    """Districts with their monthly emissions from January 2023 on, and a target at the end of 2030."""
    rows: dict[str, list[Row]] = {name: [] for name in SERIES}
    rows |= {"int_target_months": []}
    for district, series in emissions.items():
        version = "v1"
        for n, value in enumerate(series):
            version = (boundaries or {}).get(n, version)
            index = FIRST + n
            here: Row = {"district_id": district, "month": month_of(index), "month_index": index}
            rows["int_district_months"].append(
                {
                    **here,
                    "month_start": day_of(index),
                    "month_end": day_of(index + 1),
                    "month_of_year": (index - 1) % 12 + 1,
                    "boundary_version": version,
                }
            )
            if value is not None:
                rows["int_emission_months"].append({**here, "energy_tco2e": dec(value)})
            rows["int_completeness"].append(
                {**here, "theme": "emissions", "period": "month", "coverage": Decimal(1)}
            )
            if target is not None:
                path = {"t": (index - 12) / 12, "target_year": 2030}
                amounts = {"target_tco2e": dec(target), "baseline_tco2e": dec(1000)}
                rows["int_emission_path"].append({**here, **path, **amounts})
                rows["int_target_months"].append(
                    {**here, "kpi_code": "EMI11", "stands": "own", "path": "linear"}
                )
    # A row is given in the columns of its model alone.
    keep = {"int_completeness": "month_index"}
    return {
        name: [{k: v for k, v in row.items() if k != keep.get(name)} for row in found]
        for name, found in rows.items()
    }


def dec(value: float) -> Decimal:
    """A figure as the warehouse holds it."""
    return Decimal(str(round(value, 9)))


def run(models: Models, rows: dict[str, list[Row]], *wanted: str) -> dict[str, list[Row]]:
    """The wanted models over these rows."""
    return models.run(rows, *wanted)


class Line:
    """A line with a mean per calendar month, by the matrices of a textbook."""

    def __init__(self, series: Sequence[float | None]) -> None:
        seen = [(n, value) for n, value in enumerate(series) if value is not None]
        self.n = np.array([n for n, _ in seen])
        self.y = np.array([value for _, value in seen])
        self.last = len(series) - 1
        design = self._design(self.n)
        solved = np.linalg.lstsq(design, self.y, rcond=None)[0]
        residuals = self.y - design @ solved
        at = dict(zip(self.n.tolist(), residuals.tolist(), strict=True))
        squares = float(residuals @ residuals)
        lagged = sum(value * at[n - 1] for n, value in at.items() if n - 1 in at)
        count = len(seen)
        r = min(0.9, max(0.0, (count * lagged / squares + 1) / (count - 4)))
        self.inflation = (1 + r) / (1 - r)
        free = count - design.shape[1]
        self.degrees = free / self.inflation
        self.covariance = squares / free * self.inflation * np.linalg.inv(design.T @ design)
        self.noise = squares / free * self.inflation
        self.coefficients = solved

    @staticmethod
    def _design(n: np.ndarray) -> np.ndarray:
        months = np.equal.outer(n % 12, np.arange(12)).astype(float)
        return np.column_stack([n.astype(float), months])

    @property
    def slope_of_year(self) -> float:
        """Change of twelve-month emissions in a year."""
        return float(144 * self.coefficients[0])

    @property
    def half_width(self) -> float:
        """Of its interval at 90 %."""
        wide = stats.t.ppf(0.95, self.degrees) * np.sqrt(self.covariance[0, 0])
        return float(144 * wide)

    def year_ahead(self, horizon: int) -> tuple[float, float]:
        """The twelve months that end so many months ahead: sum and standard deviation."""
        ahead = np.arange(max(1, horizon - 11), horizon + 1) + self.last
        sums = self._design(ahead).sum(axis=0)
        known = self.y[self.n > self.last - (12 - len(ahead))].sum() if len(ahead) < 12 else 0.0
        variance = sums @ self.covariance @ sums + len(ahead) * self.noise
        return float(known + sums @ self.coefficients), float(np.sqrt(variance))
