"""Why energy and emissions changed: parts against published arithmetic, and against the change itself."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.models import Models, Row

BEFORE, NOW = "2025-01", "2026-01"
MODELS = ("fct_change_parts", "int_change_months")
FULL = Decimal(1)


class Case:
    """One district's two Januaries, point by point."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {
            name: []
            for name in (
                "int_final_energy", "int_points", "stg_activity_drivers", "int_activity_months",
                "int_baseline_point_months", "int_emission_point_lines", "int_emission_months",
                "int_district_months",
            )
        }  # fmt: skip
        for month, index in ((BEFORE, 24301), (NOW, 24313)):
            start = date.fromisoformat(f"{month}-01")
            self.rows["int_district_months"].append(
                {
                    "district_id": "d", "month": month, "month_index": index, "month_start": start,
                    "month_end": start.replace(month=2), "boundary_version": "v1",
                }
            )  # fmt: skip
        self._tonnes = {BEFORE: Decimal(0), NOW: Decimal(0)}

    def point(self, name: str, before: Any, now: Any, **more: Any) -> None:
        """A point with its kWh of both months (None: not read), and what else is known of it."""
        held = {"district_id": "d", "point_id": name}
        place = {**held, "carrier": more.get("carrier", "natural_gas")}
        self.rows["int_points"].append(
            {**place, "valid_from": more.get("valid_from"), "valid_to": more.get("valid_to")}
        )
        for month, used, n in ((BEFORE, before, 0), (NOW, now, 1)):
            if used is None:
                continue
            kwh = Decimal(str(used))
            read = Decimal(str(more.get("read", (1, 1))[n]))
            self.rows["int_final_energy"].append(
                {
                    **place, "month": month, "flow": "import", "sector": more.get("sector", "industry"),
                    "holder_group": name, "holder_kind": "firm", "energy_kwh": kwh,
                    "coverage_of_month": read,
                }
            )  # fmt: skip
            if "adjust" in more:
                moved = Decimal(str(more["adjust"][n]))
                self.rows["int_baseline_point_months"].append(
                    {**place, "month": month, "energy_kwh": kwh, "adjustment_kwh": moved}
                )
            factor = Decimal(str(more.get("factor", ("0.2", "0.2"))[n]))
            kg = round(kwh * factor, 9)
            self.rows["int_emission_point_lines"].append(
                {
                    **place, "month": month, "scope": "1", "biogenic": False, "gas": "CO2",
                    "kg_per_kwh": factor, "gwp": FULL, "kg_co2e": kg,
                }
            )  # fmt: skip
            self._tonnes[month] += kg / 1000

    def driver(self, before: Any, now: Any, sector: str | None = None) -> None:
        """What a sector's use is counted by."""
        name = "output_kg" if sector is None else sector
        self.rows["stg_activity_drivers"].append(
            {"district_id": "d", "position": len(self.rows["stg_activity_drivers"]),
             "sector": sector, "driver": name}
        )  # fmt: skip
        for month, value in ((BEFORE, before), (NOW, now)):
            self.rows["int_activity_months"].append(
                {"district_id": "d", "month": month, "driver": name, "value": Decimal(str(value))}
            )

    def parts(self, models: Models, measure: str) -> dict[str, Decimal | None]:
        """The parts of one measure, after they were held against the change."""
        self.rows["int_emission_months"] = [
            {"district_id": "d", "month": month, "energy_tco2e": round(value, 9)}
            for month, value in self._tonnes.items()
        ]
        found = models.run(self.rows, *MODELS)
        for each in ("energy", "emissions"):
            rows = [row for row in found["fct_change_parts"] if row["measure"] == each]
            whole = sum((row["value"] or Decimal(0) for row in rows), Decimal(0))
            assert whole == rows[0]["to_value"] - rows[0]["from_value"]
        assert all(
            abs(row["remainder"]) < Decimal("0.000001") for row in found["int_change_months"]
        )
        return {
            row["part"]: row["value"]
            for row in found["fct_change_parts"]
            if row["measure"] == measure
        }


def test_parts_are_those_of_the_additive_logarithmic_mean_of_ang(models: Models) -> None:
    """Two sectors: 30 to 40 with an activity of 10 to 20, 20 to 24 with one of 40 to 60 (in thousands).

    The equations are (5) and (9) of Ang, Energy Policy 33 (2005) 867-871, done by hand: L(40, 30) = 34.7606, L(24, 20)
    = 21.9401. By their own activity 34.7606 ln 2 + 21.9401 ln 1.5 = 32.99, by intensity -18.99; by the total activity
    of 50 to 80 it is 26.65, and the structure is the difference of the two, 6.34.
    """
    own, total = Case(), Case()
    for case in (own, total):
        case.point("a", 30_000, 40_000, sector="industry", adjust=(0, 0))
        case.point("b", 20_000, 24_000, sector="tertiary", adjust=(0, 0))
    own.driver(10, 20, "industry")
    own.driver(40, 60, "tertiary")
    total.driver(50, 80)

    by_own, by_total = own.parts(models, "energy"), total.parts(models, "energy")

    assert float(by_own["efficiency"]) == pytest.approx(-18.99, abs=0.005)
    assert float(by_own["activity"]) == pytest.approx(32.99, abs=0.005)
    assert float(by_total["activity"]) == pytest.approx(26.65, abs=0.005)
    assert float(by_own["activity"] - by_total["activity"]) == pytest.approx(6.34, abs=0.005)
    assert by_own["weather"] == by_own["coverage"] == by_own["boundary"] == 0


def test_weather_and_the_factor_of_emissions_are_parts_of_their_own(models: Models) -> None:
    """800 kWh in a mild month (1000 normally) at 0.25, then 1100 in a cold one (1000 normally) at 0.2."""
    case = Case()
    case.point("a", 800, 1100, adjust=(200, -100), factor=("0.25", "0.2"))
    case.driver(7, 7)

    energy, emissions = case.parts(models, "energy"), case.parts(models, "emissions")

    assert float(energy["weather"]) == pytest.approx(0.3, abs=1e-9)
    assert abs(energy["efficiency"]) < Decimal("0.000000002")
    mean = (0.22 - 0.2) / math.log(0.22 / 0.2)
    assert float(emissions["weather"]) == pytest.approx(mean * math.log(1.1 / 0.8), abs=1e-9)
    assert float(emissions["factor"]) == pytest.approx(mean * math.log(0.2 / 0.25), abs=1e-9)
    assert emissions["activity"] == 0


def test_a_point_that_came_is_boundary_and_one_that_was_not_read_is_coverage(
    models: Models,
) -> None:
    case = Case()
    case.point("new", None, 500, valid_from=date(2025, 6, 1))
    case.point("gone", 300, None, valid_to=date(2025, 6, 1))
    case.point("silent", 400, None, adjust=(0, 0))
    case.point("half", 100, 240, read=("0.5", "1"), adjust=(0, 0))
    case.driver(1, 1)

    parts = case.parts(models, "energy")

    assert parts["boundary"] == Decimal("0.2")
    assert parts["coverage"] == Decimal("-0.4") + Decimal("0.12")
    assert parts["efficiency"] == Decimal("0.02")


def test_what_is_not_known_is_not_zero_but_not_separable(models: Models) -> None:
    case = Case()
    case.point("plain", 100, 130)
    case.point("modelled", 100, 150, adjust=(0, 0))

    energy, emissions = case.parts(models, "energy"), case.parts(models, "emissions")

    assert energy["activity"] is None
    assert energy["efficiency"] is None
    assert energy["not_separable"] == Decimal("0.08")
    assert emissions["factor"] == 0


@pytest.mark.parametrize(
    ("before", "now", "factors", "part"),
    [
        (0, 100, ("0.2", "0.2"), "efficiency"),
        (100, 0, ("0.2", "0.2"), "efficiency"),
        (100, 100, ("0", "0.2"), "factor"),
    ],
)
def test_a_value_of_zero_changes_through_the_factor_that_was_zero(
    models: Models, before: int, now: int, factors: tuple[str, str], part: str
) -> None:
    case = Case()
    case.point("a", before, now, adjust=(0, 0), factor=factors)
    case.driver(2, 3)

    parts = case.parts(models, "emissions")

    whole = Decimal(now) * Decimal(factors[1]) - Decimal(before) * Decimal(factors[0])
    assert parts[part] == whole / 1000
    assert all(value == 0 for name, value in parts.items() if name != part)


def test_two_factors_that_were_zero_share_the_change(models: Models) -> None:
    case = Case()
    case.point("a", 0, 100, adjust=(0, 0), factor=("0", "0.2"))
    case.driver(2, 3)

    parts = case.parts(models, "emissions")

    assert parts["factor"] == parts["efficiency"] == Decimal("0.01")


KWH = st.none() | st.decimals(0, 10**7, places=6) | st.integers(-500, 0)
POINT = st.fixed_dictionaries(
    {
        "before": KWH,
        "now": KWH,
        "read": st.tuples(st.decimals("0.01", 1, places=6), st.decimals("0.01", 1, places=6)),
        "factor": st.tuples(st.decimals(0, 1, places=9), st.decimals(0, 1, places=9)),
        "adjust": st.none() | st.tuples(*[st.decimals(-(10**6), 10**6, places=6)] * 2),
        "sector": st.sampled_from(["industry", "tertiary"]),
        "valid_from": st.sampled_from([None, date(2024, 1, 1), date(2025, 6, 1)]),
    }
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    points=st.lists(POINT, min_size=1, max_size=12),
    output=st.tuples(*[st.decimals(0, 99, places=6)] * 2),
)
def test_parts_add_up_to_the_last_digit_whatever_was_read(
    models: Models, points: list[dict[str, Any]], output: tuple[Decimal, Decimal]
) -> None:
    case = Case()
    case.point("always", 10, 11)
    for number, one in enumerate(points):
        more = {name: value for name, value in one.items() if value is not None}
        case.point(f"p{number}", more.pop("before", None), more.pop("now", None), **more)
    case.driver(*output, "industry")

    case.parts(models, "energy")  # asserts the sums of both measures


def test_each_part_names_its_own_reason_and_not_that_of_another(models: Models) -> None:
    """Output is known everywhere and the weather only at one point, then the other way round; then use below zero."""
    case = Case()
    case.point("plain", 100, 130)
    case.point("modelled", 100, 150, adjust=(0, 0))
    case.driver(2, 3)
    assert reasons(case, models) == {
        "weather": "no_model", "efficiency": "no_model", "not_separable": "no_model",
    }  # fmt: skip

    case = Case()
    case.point("a", 100, 130, adjust=(0, 0))
    assert reasons(case, models) == {
        "activity": "no_driver", "efficiency": "no_driver", "not_separable": "no_driver",
    }  # fmt: skip

    case = Case()
    case.point("gives back", 100, -5, adjust=(0, 0))
    case.driver(2, 3)
    below = dict.fromkeys(("activity", "weather", "efficiency", "not_separable"), "not_positive")
    assert reasons(case, models) == below
    assert reasons(case, models, "emissions") == {**below, "factor": "not_positive"}


def reasons(case: Case, models: Models, measure: str = "energy") -> dict[str, str]:
    """The reasons that stand beside the parts of a month."""
    case.parts(models, measure)
    rows = models.run(case.rows, "fct_change_parts")["fct_change_parts"]
    return {
        row["part"]: row["reason"]
        for row in rows
        if row["measure"] == measure and row["period"] == "month" and row["reason"] is not None
    }
