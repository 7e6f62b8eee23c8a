"""Projects and decisions."""

from __future__ import annotations

from datetime import date

from tests.published.districts import DISTRICTS, Row, decimal


def project_rows(upto: str) -> list[Row]:
    """Three projects per district."""
    return [
        {
            "district_id": d,
            "month": upto,
            "project_id": f"{d}-{i}",
            "cup": f"D9{i}",
            "title": title,
            "programme": "PNRR",
            "action_field": "energy",
            "status": status,
            "capex_eur": decimal(size * 1e6),
            "committed_eur": decimal(size * 0.8e6),
            "paid_eur": decimal(size * 0.4e6),
            "public_eur": decimal(0.0 if i == 0 else size * 1e6),
            "private_eur": decimal(size * 1e6 if i == 0 else 0.0),
            "municipality_share": decimal(1.0),
            "as_of": date(2026, 10, 31),
            "planned_end": date(2027, 6, 30),
        }
        for d in DISTRICTS
        for i, (title, size, status) in enumerate(
            (
                ("Caldaie a pompa di calore per la tintura", 4.2, "in_progress"),
                ("Fotovoltaico sui tetti del consorzio", 2.9, "funded"),
                ("Rete di acqua di riuso, secondo lotto", 5.3, "planned"),
            )
        )
    ]


def decision_rows(upto: str) -> list[Row]:
    """An open decision per district."""
    return [
        {
            "district_id": d,
            "month": upto,
            "decision_id": f"{d}-1",
            "title": "Deroga per l'accumulo condiviso",
            "raised_on": date(2026, 9, 12),
            "due_on": date(2026, 11, 30),
            "closed_on": None,
            "outcome": "open",
        }
        for d in DISTRICTS
    ]
