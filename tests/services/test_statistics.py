"""ISTAT and Eurostat, asked by YAML alone: bans, errors under status 200, and what is not asked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.services import fake_providers as fake
from tests.services.conftest import District
from tests.services.fakes import PublicServices

POPULATION = "22_289_DF_DCIS_POPRES1_1"


def istat(flow: str, key: str, **ask: Any) -> dict[str, Any]:
    return {
        "dataset": "context_series",
        "format": "istat_population",
        "from": f"{{address}}/SDMXWS/rest/data/{flow}/{key}",
        "service": "istat_sdmx",
        "ask": ask,
    }


def test_istat_population_takes_the_total_and_not_its_parts(
    district: District, services: PublicServices
) -> None:
    district.declare(popolazione=istat(POPULATION, "A.100005.JAN.9.TOTAL.99"))

    district.collect()

    rows = district.rows("context_series")
    assert {row["interval_start"].year + 1: row["quantity"] for row in rows} == {
        year: fake.population("100005", year) for year in fake.YEARS
    }
    assert [row["status"] for row in rows].count("e") == 1
    # endPeriod is off by one there: whole series are asked for, and the wanted years are in them.
    assert services.to("/SDMXWS") == [{}]


def test_the_sixth_question_within_a_minute_is_never_asked(
    district: District, services: PublicServices, trouble: Callable[..., str]
) -> None:
    unhurried = {"rate": {"max_wait_seconds": 0}}
    keys = [f"A.{100000 + n}.JAN.9.TOTAL.99" for n in range(6)]
    district.declare(**{f"p{n}": istat(POPULATION, key, **unhurried) for n, key in enumerate(keys)})

    outcomes = district.collect()

    assert len(services.to("/SDMXWS")) == 4
    assert [one.failed for one in outcomes].count(True) == 2
    assert len(district.rows("context_series")) == 4 * len(fake.YEARS)
    trouble(district.collect())  # another run, another process: the allowance is remembered
    assert len(services.to("/SDMXWS")) <= 5


@pytest.mark.parametrize(
    ("flow", "said"),
    [("22_289_manutenzione", "under maintenance"), ("22_289_errore", "an error under status 200")],
)
def test_istat_errors_under_status_200_are_no_data(
    district: District, trouble: Callable[..., str], flow: str, said: str
) -> None:
    district.declare(popolazione=istat(flow, "A.100005.JAN.9.TOTAL.99"))

    assert said in trouble(district.collect())
    assert not list(district.settings.home.rglob("received/**/*.parquet"))


def test_no_results_found_is_an_empty_answer_and_no_failure(
    district: District, trouble: Callable[..., str]
) -> None:
    district.declare(popolazione=istat(POPULATION, "A.000000.JAN.9.TOTAL.99"))

    assert not trouble(district.collect())


def eurostat(flow: str) -> dict[str, Any]:
    return {
        "dataset": "context_series",
        "format": "eurostat_series_csv",
        "from": "{address}/eurostat/api/dissemination/sdmx/2.1/data/" + flow + "/A.MIO_EUR.ITI15",
        "service": "eurostat_sdmx_csv",
        "with": {"columns": {"variable": {"const": "gdp"}, "unit": {"const": "MEUR"}}},
    }


def test_eurostat_values_keep_their_flags_and_a_hidden_one_is_null(district: District) -> None:
    district.declare(pil=eurostat("NAMA_10R_3GDP"))

    district.collect()

    found = {row["interval_end"].year: row for row in district.rows("context_series")}
    assert found[2020]["quantity"] is None
    assert found[2020]["status"] == "c"
    assert found[2023]["quantity"] == Decimal("2023.5")


def test_eurostat_as_a_cube_gives_the_same_figures_as_its_table(
    district: District, trouble: Callable[..., str]
) -> None:
    cube = {
        "dataset": "context_series",
        "format": "jsonstat_series",
        "from": "{address}/eurostat/api/dissemination/statistics/1.0/data/NAMA_10R_3GDP",
        "service": "eurostat_jsonstat",
        "ask": {"request": {"params": {"geo": "ITI15", "unit": "MIO_EUR"}}},
        "with": {"columns": {"variable": {"const": "gdp"}, "unit": {"const": "MEUR"}}},
    }
    district.declare(cubo=cube, pil=eurostat("NAMA_10R_3GDP"))

    district.collect()

    found = [row for row in district.rows("context_series") if row["source_id"] == "cubo"]
    table = [row for row in district.rows("context_series") if row["source_id"] == "pil"]
    assert {r["interval_end"].year: r["quantity"] for r in found} == {
        r["interval_end"].year: r["quantity"] for r in table
    }
    assert [r["status"] for r in found if r["quantity"] is None] == ["c"]

    nowhere = {**cube, "ask": {"request": {"params": {"geo": "XX"}}}}
    refused = {**cube, "ask": {"request": {"params": {"geo": None}}}}
    district.declare(cubo=nowhere)
    assert not trouble(district.collect())
    district.declare(cubo=refused)
    assert "does not accept" in trouble(district.collect())


def test_eurostat_that_asks_for_less_is_a_failure_that_says_so(
    district: District, trouble: Callable[..., str]
) -> None:
    district.declare(pil=eurostat("ENORME"))

    assert "more than 5 million" in trouble(district.collect())


def test_eurostat_that_prepares_a_large_answer_is_waited_for(district: District) -> None:
    root = "{address}/eurostat/api/dissemination/1.0/async"
    job = {
        "interval_seconds": 0.01,
        "status": {"address": root + "/status/{ticket}"},
        "result": {"address": root + "/data/{ticket}"},
    }
    district.declare(pil=eurostat("GRANDE") | {"ask": {"job": job}})

    district.collect()

    found = {row["interval_end"].year: row for row in district.rows("context_series")}
    assert found[2023]["quantity"] == Decimal("2023.5")
