"""What two or three things in one month do to shares, intensities, paces and targets: worked out by hand.

Belongs here: the arithmetic of the districts «insieme» and «tre» of `test_each_cause_of_a_change.py`, from the bills
that arrived and the published formulas alone. Does not belong here: anything of the product.

Both use 10, 20 and 30 MWh of electricity (E1, E2, E3) and 1 of heat in each of 24 months. Of June 2026 E1's bill comes
late to both. In «insieme» an entry of the register then sets E2's 20 MWh to 2, which is an estimate; in «tre» the heat
becomes 2.5. To both comes a factor of 2026 for the grid, 0.25 instead of 0.212 (of 2020, and again of 2024 in the new
series). Causes follow each other in this order.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

D = Decimal
OLD, NEW = D("0.212"), D("0.25")
MORE = NEW - OLD
OF_THE_MONTH = {"ENE10", "ENE11", "EMI10", "EMI05"}
"""Figures of June alone; the others are told in October, of twelve months with June among them."""
Parts = dict[str, Decimal]


def steps(*figures: tuple[str, Decimal]) -> Parts:
    """Each figure less the one before it, under the name of what led to it; the first was there before."""
    return {cause: figure - before for (_, before), (cause, figure) in pairwise(figures)}


def _tonnes(late: int, corrected: int) -> Parts:
    """Tonnes of the ten months of 2026 and of June: E1's late MWh and a correction at the old factor, then the new
    factor on all that is used now.
    """
    year = D(10 * 60 - 10 + late + corrected)
    return {"late_data": late * OLD, "correction": corrected * OLD, "factor": year * MORE}


INSIEME, TRE = _tonnes(10, -18), _tonnes(10, 0)
LEFT = D(50) / 12
"""Years from October 2026 to the end of 2030."""
BASELINE = D(160)


def _times(parts: Parts, factor: Decimal) -> Parts:
    return {cause: part * factor for cause, part in parts.items()}


OF_TWO: dict[tuple[str, str], Parts] = {
    # 51 of 61 MWh were read, at least 80 %; then E2's 2 of 43 are expected and not read, at least 95 %. A share that is
    # told in steps does not tell the sizes of two causes.
    ("insieme", "ENE10"): {"confidential": D(15)},
    # All that was reported was read, with E1's late MWh too; then 41 of 43.
    ("insieme", "ENE11"): {"confidential": D(-5)},
    # Twelve months of 60 MWh of electricity among 61.
    ("insieme", "ENE14"): steps(
        ("", D(71_000) / 722), ("late_data", D(72_000) / 732), ("correction", D(70_200) / 714)
    ),
    ("tre", "ENE14"): steps(
        ("", D(71_000) / 722), ("late_data", D(72_000) / 732), ("correction", D(72_000) / D("733.5"))
    ),
    # E1 on 2000 m2 and E2 on 1000: the area counts in the months in which its site was read.
    ("insieme", "ENE04"): steps(
        ("", D(12 * 350_000) / 34_000),
        ("late_data", D(12 * 360_000) / 36_000),
        ("correction", D(12 * 342_000) / 36_000),
    ),
    # The same sites: two months of 2025 at the old factor, ten of 2026 at the new one.
    ("insieme", "EMI08"): steps(
        ("", 12_000 * 350 * OLD / 34_000),
        ("late_data", 12_000 * 360 * OLD / 36_000),
        ("correction", 12_000 * 342 * OLD / 36_000),
        ("factor", 12_000 * (342 * OLD + 282 * MORE) / 36_000),
    ),
    # A bill is 4 of 5; an estimate is 2 less, a factor older than three years 1 less.
    ("insieme", "EMI10"): steps(
        ("", D(3)), ("late_data", D(3)), ("correction", D(122) / 42), ("factor", D(122) / 42 + 1)
    ),
    ("insieme", "EMI05"): {"late_data": 10 * OLD, "correction": -18 * OLD, "factor": 42 * MORE},
    ("tre", "EMI05"): {"late_data": 10 * OLD, "factor": 60 * MORE},
    ("insieme", "EMI11"): INSIEME,
    ("tre", "EMI11"): TRE,
    ("insieme", "EMI06"): _times(INSIEME, -100 / BASELINE),
    ("insieme", "EMI07"): _times(INSIEME, 100 / BASELINE),
    ("insieme", "EMI13"): _times(INSIEME, D(-1)),
    # With two of each calendar month, a tonne more in the later one is a tonne a year more.
    ("insieme", "EMI14"): INSIEME,
    ("tre", "EMI14"): TRE,
    ("insieme", "EMI16"): _times(INSIEME, -1 / LEFT),
    ("tre", "EMI16"): _times(TRE, -1 / LEFT),
}  # fmt: skip
