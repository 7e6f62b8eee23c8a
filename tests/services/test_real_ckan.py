"""A real CKAN from the package registry, with its database and cache, collected by YAML alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.services.ckan_server import Ckan, ckan_running
from tests.services.conftest import District

ROWS = 120
CLAMP = 50


@pytest.fixture(scope="module")
def ckan(tmp_path_factory: pytest.TempPathFactory) -> Any:
    rows = [{"punto": f"P{n:04}", "kwh": n + 0.5} for n in range(ROWS)]
    with ckan_running(tmp_path_factory, rows, CLAMP) as running:
        yield running


def letture(ckan: Ckan, **params: str) -> dict[str, Any]:
    return {
        "dataset": "reference_values",
        "format": "ckan_resources",
        "from": f"{ckan.address}/api/3/action/datastore_search",
        "service": "ckan_datastore",
        "ask": {"request": {"params": {"resource_id": ckan.resource, **params}}},
        "with": {
            "read": {"records": "/result/records"},
            "columns": {
                "list": {"const": "ckan"},
                "code": "punto",
                "quantity": "kwh",
                "unit": {"const": "kWh"},
                **dict.fromkeys(["label", "parent", "note"]),
            },
        },
    }


def test_a_real_ckan_gives_all_rows_although_it_clamps_every_page(
    ckan: Ckan, district: District
) -> None:
    district.declare(letture=letture(ckan))

    (outcome,) = district.collect()

    assert not outcome.failed, outcome.trouble
    rows = district.rows("reference_values")
    assert {row["code"]: row["quantity"] for row in rows} == {
        f"P{n:04}": Decimal(n) + Decimal("0.5") for n in range(ROWS)
    }


def test_a_real_ckan_lists_what_a_package_holds(ckan: Ckan, district: District) -> None:
    district.declare(
        risorse={
            "dataset": "reference_values",
            "format": "ckan_resources",
            "from": f"{ckan.address}/api/3/action/package_show",
            "service": "ckan_package",
            "ask": {"request": {"params": {"id": "energia"}}},
            "with": {"columns": {"note": None}},
        }
    )

    (outcome,) = district.collect()

    assert not outcome.failed, outcome.trouble
    assert [row["code"] for row in district.rows("reference_values")] == [ckan.resource]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"resource_id": "altro"}, "the resource id is wrong"),
        ({"sort": "nessuna"}, "does not accept the question"),
    ],
)
def test_what_a_real_ckan_refuses_is_said(
    ckan: Ckan, district: District, changed: dict[str, str], said: str
) -> None:
    district.declare(letture=letture(ckan, **changed))

    (outcome,) = district.collect()

    assert said in (outcome.trouble or "")
