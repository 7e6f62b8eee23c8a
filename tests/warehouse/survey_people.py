"""Sixty made-up answers that our models and the reference library both weight and estimate.

Belongs here: rows and margins without any library. Does not belong here: what should come of them.
"""

from __future__ import annotations

SECTORS = {"industry": 4000, "services": 700, "trade": 300}
AGES = {"young": 1200, "middle": 2500, "old": 1300}


def people() -> list[dict[str, str | int]]:
    """Who answered, how much they agree from 1 to 5, and whether they changed a habit."""
    sectors, ages = list(SECTORS), list(AGES)
    return [
        {
            "person": f"p{n:04d}",
            "sector": sectors[(n * n + n // 7) % 3],
            "age": ages[(n * 5 + n // 4) % 3],
            "score": 1 + (n * 7 + n // 3) % 5,
            "changed": (n * n + n // 5) % 2,
        }
        for n in range(60)
    ]
