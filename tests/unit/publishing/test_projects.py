"""Amounts of a project that one firm pays are its own business."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipelines.publishing.protecting.projects import protected_projects


def project(name: str, capex: int, *, private: int = 0, public: int = 0) -> dict[str, Any]:
    return {
        "district_id": "prato",
        "project_id": name,
        "capex_eur": Decimal(capex),
        "private_eur": Decimal(private),
        "public_eur": Decimal(public),
    }


def hidden(*rows: dict[str, Any]) -> set[str]:
    return {row["project_id"] for row in protected_projects(rows) if row["suppressed"]}


def test_only_projects_that_no_public_body_pays_are_told_without_amounts():
    rows = (
        project("firm", 90, private=90),
        project("together", 60, public=30, private=30),
        project("public", 500, public=500),
    )

    assert hidden(*rows) == {"firm"}
    made = {row["project_id"]: row["capex_eur"] for row in protected_projects(rows)}
    assert made == {"firm": None, "together": 60, "public": 500}


def test_an_idea_of_a_firm_that_nobody_has_funded_yet_is_its_business_too():
    assert hidden({**project("idea", 40), "programme": "private"}) == {"idea"}
