"""Quarters and years of local civil months, written '2026-Q3' and '2025'.

Belongs here: which months a period has, and which one it is compared with. Does not belong here: any figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pipelines.publishing.months import first_day, months_back, shifted

_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_YEAR = re.compile(r"\d{4}")
_LAST_MONTH_OF_YEAR = 12


@dataclass(frozen=True)
class Period:
    """A quarter or a year."""

    name: str

    @classmethod
    def named(cls, text: str) -> Period:
        """A period as a person wrote it.

        Raises:
            ValueError: it is neither a quarter nor a year.
        """
        if not (_QUARTER.fullmatch(text) or _YEAR.fullmatch(text)):
            raise ValueError(
                f"'{text}' is neither a quarter nor a year: write it like 2026-Q3 or 2025."
            )
        return cls(text)

    @property
    def kind(self) -> str:
        """'quarter' or 'year'."""
        return "year" if _YEAR.fullmatch(self.name) else "quarter"

    @property
    def year(self) -> int:
        """The civil year it lies in."""
        return int(self.name[:4])

    @property
    def quarter(self) -> int | None:
        """1 to 4; None of a year."""
        found = _QUARTER.fullmatch(self.name)
        return int(found[2]) if found else None

    @property
    def last(self) -> str:
        """Its last month."""
        return f"{self.year}-{(self.quarter or 4) * 3:02d}"

    @property
    def months(self) -> tuple[str, ...]:
        """Its months, oldest first."""
        return months_back(self.last, 3 if self.quarter else 12)

    @property
    def start(self) -> date:
        """Its first day."""
        return first_day(self.months[0])

    @property
    def end(self) -> date:
        """The first day after it."""
        return first_day(shifted(self.last, 1))

    @property
    def before(self) -> Period:
        """The same period of the year before."""
        return Period(f"{self.year - 1}{self.name[4:]}")

    @property
    def parts(self) -> tuple[Period, ...]:
        """The quarters of a year; none of a quarter."""
        return () if self.quarter else tuple(Period(f"{self.year}-Q{n}") for n in range(1, 5))


def ended_by(month: str) -> tuple[Period, ...]:
    """The periods whose last month this is: a quarter every third month, with December also the year."""
    number = int(month[5:7])
    if number % 3:
        return ()
    quarter = Period(f"{month[:4]}-Q{number // 3}")
    return (quarter, Period(month[:4])) if number == _LAST_MONTH_OF_YEAR else (quarter,)
