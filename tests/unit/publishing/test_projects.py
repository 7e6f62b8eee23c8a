"""Amounts of a project that one firm pays, and what would give them back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipelines.publishing.protecting.limits import Limits
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
    made = protected_projects(rows, set(), Limits())
    return {row["project_id"] for row in made if row["suppressed"]}


def test_the_only_private_project_takes_the_smallest_other_one_with_it():
    rows = (
        project("firm", 90, private=90),
        project("large", 500, public=500),
        project("small", 40, public=40),
    )

    assert hidden(*rows) == {"firm", "small"}
    made = {row["project_id"]: row for row in protected_projects(rows, set(), Limits())}
    assert made["small"]["capex_eur"] is None
    assert made["large"]["capex_eur"] == 500


def test_two_private_projects_hide_each_other():
    rows = (
        project("one", 90, private=90),
        project("two", 70, private=70),
        project("public", 40, public=40),
    )

    assert hidden(*rows) == {"one", "two"}


def test_without_private_projects_every_amount_is_told():
    assert (
        hidden(project("public", 40, public=40), project("mixed", 60, public=30, private=30))
        == set()
    )
