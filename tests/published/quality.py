"""Completeness, gaps, findings, deliveries and what was set aside."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

from pipelines.catalogue.kpi import Completeness
from tests.published.districts import Row, decimal, hash_of, index_of, known_at


def completeness_rows(district: str, month: str, measures: Any) -> list[Row]:
    """A row per theme."""
    themes = [theme for theme in get_args(Completeness) if theme != "district_heat"]
    rows = []
    for theme in themes:
        physical = theme in ("energy", "electricity", "natural_gas", "pv", "water", "emissions")
        cover: float | None = 0.97
        if (district == "roma" and physical) or (district == "bergamo" and theme == "water"):
            cover = None
        elif district == "bergamo" and physical:
            cover = 0.61
        elif district == "prato" and theme == "water" and index_of(month) >= 27:
            cover = 0.74
        grade = "E" if cover is None else "D" if cover < 0.8 else "B"
        rows.append(
            {
                "district_id": district,
                "month": month,
                "theme": theme,
                "expected": decimal(100.0),
                "present": decimal(cover and cover * 100),
                "coverage": decimal(cover),
                "points": 12 if physical else None,
                "points_full": 11 if physical else None,
                "expected_intervals": 2976 if physical else None,
                "present_intervals": 2880 if physical else None,
                "estimated_share": decimal(0.04),
                "substituted_share": decimal(0.01) if physical else None,
                "allocated_share": decimal(0.12) if physical else None,
                "allocation": "days" if physical else None,
                "quarantined_rows": 3,
                "accepted_rows": 2900,
                "age_days": 12,
                "factor_age_years": 6 if theme == "emissions" else None,
                "evidence_share": decimal(0.9),
                "grade_coverage": grade,
                "grade_estimated": "B",
                "grade_age": "A",
                "grade_quarantine": "A",
                "grade_factor_age": "C" if theme == "emissions" else None,
                "grade_evidence": "B",
                "grade": grade,
                "reason": "not_collected" if cover is None else None,
            }
        )
    return rows


def gap_rows(upto: str) -> list[Row]:
    """What is missing, and whose."""
    common = {"contact_email": "dati@example.org", "reason_code": "not_delivered", "month": upto}
    return [
        {
            "district_id": "prato",
            "source_id": "water_registers",
            "dataset": "meter_registers",
            "theme": "water",
            "points_missing": 41,
            "points_expected": 156,
            "contact_name": "gestore idrico",
            "due_on": date(2026, 11, 3),
            **common,
        },
        {
            "district_id": "prato",
            "source_id": "output",
            "dataset": "district_activity",
            "theme": "energy",
            "points_missing": 1,
            "points_expected": 1,
            "contact_name": "referente del consorzio",
            "due_on": date(2026, 11, 18),
            **common,
        },
        {
            "district_id": "bergamo",
            "source_id": "curves",
            "dataset": "meter_intervals",
            "theme": "energy",
            "points_missing": 12,
            "points_expected": 31,
            "contact_name": "distributore elettrico",
            "due_on": date(2026, 11, 5),
            **common,
        },
    ]


def finding_rows(months: list[str]) -> list[Row]:
    """What was found."""
    return [
        {
            "district_id": "prato",
            "source_id": "curves",
            "dataset": "meter_intervals",
            "month": months[-1],
            "point_id": "IT001E00000001",
            "code": "NEGATIVE_DELTA",
            "severity": "warning",
            "count": 3,
            "detail_it": "x",
            "detail_en": "x",
            "known_at": known_at(months[-1]),
        },
    ]


def delivery_rows(months: list[str], late: bool) -> list[Row]:
    """What was received."""
    rows = [
        {
            "district_id": d,
            "source_id": "curves",
            "dataset": "meter_intervals",
            "file_name": f"IT001E12345678_{m}.csv",
            "sha256": f"{hash_of(d + m)}",
            "member": None,
            "received_at": known_at(m) - timedelta(days=3),
            "outcome": "accepted",
            "code": None,
            "rows_received": 2979,
            "rows_accepted": 2976,
            "rows_quarantined": 3,
            "first_month": m,
            "last_month": m,
        }
        for d in ("bergamo", "parma", "prato")
        for m in months
    ]
    if late:
        rows.append(
            {
                **rows[-1],
                "sha256": hash_of("late"),
                "first_month": "2026-09",
                "last_month": "2026-09",
                "received_at": known_at("2026-09") + timedelta(days=20),
            }
        )
    return rows


def quarantine_rows() -> list[Row]:
    """What was set aside."""
    return [
        {
            "district_id": "prato",
            "source_id": "curves",
            "dataset": "meter_intervals",
            "code": "NEGATIVE_VALUE",
            "month": "2026-10",
            "_sha256": hash_of("prato2026-10"),
            "_member": None,
            "_row": n,
            "column": "quantity",
            "raw": "-1",
            "known_at": known_at("2026-10"),
        }
        for n in range(3)
    ]
