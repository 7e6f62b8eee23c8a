"""Open-data portals, each asked by YAML alone: every row once, and every trap of its kind handled."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.services import fake_portals as fake
from tests.services.conftest import District
from tests.services.fakes import PublicServices

ROWS: dict[str, Any] = {
    "columns": {
        "list": {"const": "prova"},
        "code": "punto",
        "quantity": "kwh",
        "unit": {"const": "kWh"},
    },
    "parser": "table",
}


def rows_at(pointer: str, **columns: Any) -> dict[str, Any]:
    """A format of one's own: rows of any list as reference values."""
    own = {"read": {"file": "json", "records": pointer}}
    return {
        **own,
        "columns": {
            **dict.fromkeys(["label", "parent", "note", "valid_from"]),
            **ROWS["columns"],
            **columns,
        },
    }


def source(path: str, service: str, read: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "dataset": "reference_values",
        "format": "ckan_resources",
        "from": "{address}" + path,
        "with": read,
        "service": service,
        **more,
    }


CKAN = source(
    "/api/3/action/datastore_search",
    "ckan_datastore",
    rows_at("/result/records"),
    ask={"request": {"params": {"resource_id": "letture"}}},
)
ODS = "/api/explore/v2.1/catalog/datasets/{}/{}"


def test_ckan_clamps_at_32000_without_a_word_and_no_row_is_lost(
    district: District, services: PublicServices
) -> None:
    asked = {"request": {"params": {"resource_id": "letture"}}, "paging": {"size": 99_999}}
    district.declare(letture={**CKAN, "ask": asked})

    district.collect()

    rows = district.rows("reference_values")
    assert len({row["code"] for row in rows}) == len(rows) == fake.CKAN_ROWS
    assert sum(row["quantity"] for row in rows) == sum(range(32_050)) + Decimal("0.5") * 32_050
    assert [one["offset"] for one in services.to("/api")][-1] == "32000"


def test_a_ckan_table_that_is_not_there_is_said_so_and_nothing_lands(
    district: District, trouble: Callable[..., str]
) -> None:
    asked = {"request": {"params": {"resource_id": "altro"}}}
    district.declare(letture={**CKAN, "ask": asked})

    said = trouble(district.collect())

    assert "the resource id is wrong" in said
    assert not list(district.settings.home.rglob("blobs/**/*.*"))


def test_a_ckan_search_and_a_package_become_lists(district: District) -> None:
    district.declare(
        catalogo={
            "dataset": "reference_values",
            "format": "ckan_catalogue",
            "from": "{address}/catalog/api/3/action/package_search",
            "service": "ckan_search",
            "ask": {"request": {"params": {"q": "energia"}}},
        },
        risorse={
            "dataset": "reference_values",
            "format": "ckan_resources",
            "from": "{address}/catalog/api/3/action/package_show",
            "service": "ckan_package",
            "ask": {"request": {"params": {"id": "energia"}}},
        },
    )

    district.collect()

    rows = district.rows("reference_values")
    assert sum(row["list"] == "ckan_catalogue" for row in rows) == 205
    assert {row["code"] for row in rows if row["list"] == "ckan_resources"} == {"r0", "r1", "r2"}


def test_opendatasoft_records_come_by_hundreds_and_all_of_them(
    district: District, services: PublicServices
) -> None:
    district.declare(
        ods=source(ODS.format("piccolo", "records"), "opendatasoft_records", rows_at("/results"))
    )

    district.collect()

    assert len(district.rows("reference_values")) == fake.ODS_SMALL
    assert [one["limit"] for one in services.to("/api")] == ["100"] * 3


def test_opendatasoft_beyond_its_reach_is_refused_whole_and_the_export_has_them_all(
    district: District, trouble: Callable[..., str]
) -> None:
    large, at_once = ODS.format("grande", "records"), {"rate": None}
    district.declare(ods=source(large, "opendatasoft_records", rows_at("/results"), ask=at_once))
    assert "has more than 100 pages. Nothing was landed." in trouble(district.collect())

    district.declare(
        ods=source(ODS.format("grande", "exports/json"), "opendatasoft_export", rows_at(""))
    )
    assert not trouble(district.collect())
    assert len(district.rows("reference_values")) == fake.ODS_LARGE


def test_an_export_that_breaks_under_status_200_is_a_failure(
    district: District, trouble: Callable[..., str]
) -> None:
    district.declare(
        ods=source(ODS.format("rotta", "exports/json"), "opendatasoft_export", rows_at(""))
    )

    assert "stopped in the middle of the export" in trouble(district.collect())


ARPA = {
    "dataset": "context_series",
    "format": "arpa_lombardia_series",
    "from": "{address}/resource/647i-nhxk.json",
    "service": "socrata",
    "ask": {"request": {"params": {"$where": "idsensore='5911'"}}},
}


def test_socrata_is_waited_for_ordered_and_read_to_the_end(
    district: District, services: PublicServices
) -> None:
    district.declare(arpa=ARPA)

    district.collect()

    rows = district.rows("context_series")
    assert len(rows) == fake.SOCRATA_ROWS - 1  # the one that its agency calls not valid
    assert sum(row["quantity"] for row in rows) == sum(
        Decimal(f"{n % 30}.1") for n in range(fake.SOCRATA_ROWS) if n != 7
    )
    assert {one["$order"] for one in services.to("/resource")} == {":id"}


def test_opencoesione_is_followed_by_its_own_links_at_its_own_pace(
    district: District, services: PublicServices
) -> None:
    asked = {"request": {"params": {"territorio": "prato-comune"}}, "paging": {"size": 100}}
    place = {"from": "{address}/it/api/progetti/", "service": "opencoesione", "ask": asked}
    district.declare(
        progetti={"dataset": "investment_projects", "format": "opencoesione_projects", **place}
    )

    outcomes = district.collect()

    assert not outcomes[0].failed
    rows = district.rows("investment_projects")
    assert len(rows) == fake.IN_TERRITORY
    assert sum(row["funded_eur"] for row in rows) == sum(Decimal("1000.5") + n for n in range(130))
    assert sum(row["paid_eur"] is None for row in rows) == 65  # not paid is not zero


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"territory": "prato-comune"}, "25"),  # ignored: the whole country would come
        ({"territorio": "prato"}, "knows no such value of a filter"),
    ],
)
def test_a_filter_that_opencoesione_does_not_know_never_brings_the_whole_country(
    district: District,
    services: PublicServices,
    trouble: Callable[..., str],
    params: Any,
    said: str,
) -> None:
    services.patient = True
    asked = {"request": {"params": params}, "paging": {"size": 10_000}, "rate": None}
    place = {"from": "{address}/it/api/progetti/", "service": "opencoesione", "ask": asked}
    district.declare(
        progetti={"dataset": "investment_projects", "format": "opencoesione_projects", **place}
    )

    assert said in trouble(district.collect())
    assert not list(district.settings.home.rglob("accepted/**/*.parquet"))


def test_an_ogc_server_that_gives_fifty_at_a_time_is_followed_by_its_links(
    district: District,
) -> None:
    columns = {
        "code": "properties/codice",
        "label": "properties/nome",
        "quantity": "properties/valore",
        "unit": {"const": "1"},
    }
    district.declare(
        punti=source(
            "/collections/punti/items", "ogc_api_features", rows_at("/features", **columns)
        )
    )

    district.collect()

    rows = district.rows("reference_values")
    assert [row["code"] for row in sorted(rows, key=lambda row: row["code"])] == [
        f"{n:04}" for n in range(120)
    ]


def test_sensorthings_observations_arrive_by_their_next_links(district: District) -> None:
    district.declare(
        pozzo={
            "dataset": "context_series",
            "format": "sensorthings_observations",
            "from": "{address}/v1.1/Datastreams(1)/Observations",
            "service": "sensorthings",
        }
    )

    district.collect()

    assert len(district.rows("context_series")) == fake.OBSERVATIONS


def test_an_ngsi_ld_broker_says_its_total_in_a_header(district: District) -> None:
    read = rows_at("", code="id")
    district.declare(
        contatori=source(
            "/ngsi-ld/v1/entities", "ngsi_ld", read, ask={"request": {"params": {"type": "Meter"}}}
        )
    )

    district.collect()

    assert len(district.rows("reference_values")) == fake.BROKER
