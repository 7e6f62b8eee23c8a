"""Statistics, weather and grid data, each asked by YAML alone, with the traps of its provider."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.services.conftest import AT, District
from tests.services.fakes import PublicServices

WEATHER = {
    "dataset": "weather_daily",
    "format": "open_meteo_daily",
    "from": "{address}/v1/archive",
    "with": {"columns": {"station_id": {"const": "prova"}}},
    "service": "open_meteo_archive",
    "ask": {
        "request": {
            "params": {
                "latitude": "43.88",
                "longitude": "11.1",
                "daily": "temperature_2m_mean,precipitation_sum",
                "timezone": "Europe/Rome",
            }
        },
        "window": {"begin": date(2024, 1, 1)},
    },
}
TERNA = {
    "dataset": "context_series",
    "format": "terna_load",
    "from": "{address}/load/v2.0/total-load",
    "service": "terna",
}


def terna(address: str, zone: str = "Centre-North") -> dict[str, Any]:
    login = {"address": f"{address}/public-api/access-token"}
    return {**TERNA, "ask": {"request": {"params": {"biddingZone": zone}}, "login": login}}


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NZD_TERNA_KEY", "NZD_TERNA_SECRET", "NZD_ENTSOE_TOKEN"):
        monkeypatch.setenv(name, f"canary-{name.lower()}")


def test_the_archive_is_asked_month_by_month_and_again_only_where_days_may_change(
    district: District, services: PublicServices
) -> None:
    district.declare(meteo=WEATHER)
    district.collect()
    first = [(one["start_date"], one["end_date"]) for one in services.to("/v1/archive")]
    services.forget()
    district.collect(AT + timedelta(days=1))
    second = [(one["start_date"], one["end_date"]) for one in services.to("/v1/archive")]

    assert first == [
        ("2024-01-01", "2024-01-31"),
        ("2024-02-01", "2024-02-29"),
        ("2024-03-01", "2024-03-05"),
    ]
    # January is closed; February ended less than ten days before it was asked for the last time.
    assert second == [("2024-02-01", "2024-02-29"), ("2024-03-01", "2024-03-06")]
    days = [row["day"] for row in district.rows("weather_daily") if row["variable"] == "t_mean_c"]
    assert sorted(days) == [date(2024, 1, 1) + timedelta(days=n) for n in range(66)]


def test_a_server_that_cannot_be_asked_is_not_tried_for_every_window(district: District) -> None:
    # Not encrypted and not declared so: it may not be asked at all, which is known before the network.
    nobody = {**WEATHER, "from": "http://archive.invalid/v1/archive"}
    district.declare(meteo=nobody)

    (outcome,) = district.collect()

    assert [one.error_code for one in outcome.attempts] == ["SOURCE_UNREACHABLE"]


def test_hours_are_asked_in_utc_and_a_missing_one_stays_missing(
    district: District, services: PublicServices
) -> None:
    asked = {"latitude": "43.88", "longitude": "11.1", "hourly": "temperature_2m"}
    district.declare(
        ore={
            **WEATHER,
            "dataset": "context_series",
            "format": "open_meteo_hourly",
            "with": {"columns": {"place": {"const": "prova"}}},
            "ask": {"request": {"params": asked}, "window": {"begin": date(2024, 3, 1)}},
        }
    )

    district.collect()

    rows = district.rows("context_series")
    assert {one["timezone"] for one in services.to("/v1/archive")} == {"UTC"}
    assert len(rows) == 5 * 24
    assert sum(row["quantity"] is None for row in rows) == 5


def test_terna_is_asked_by_sixty_days_at_its_own_pace_and_keeps_the_night_in_march(
    district: District, services: PublicServices, address: str
) -> None:
    district.declare(terna=terna(address))

    outcomes = district.collect(datetime(2024, 4, 5, tzinfo=UTC))

    assert not outcomes[0].failed, outcomes[0].trouble
    asked = [(one["dateFrom"], one["dateTo"]) for one in services.to("/load")]
    assert asked == [("01/01/2024", "29/02/2024"), ("01/03/2024", "04/04/2024")]
    rows = [row for row in district.rows("context_series") if row["variable"] == "total_load"]
    assert len(rows) == 95 * 96 - 4
    assert min(row["interval_start"] for row in rows) == datetime(2023, 12, 31, 23, tzinfo=UTC)
    assert {row["unit"] for row in rows} == {"MW"}


def test_a_zone_that_terna_does_not_know_is_no_day_without_load(
    district: District, address: str, trouble: Callable[..., str]
) -> None:
    district.declare(terna=terna(address, "Centro-Nord"))

    assert "is the bidding zone written as Terna writes it?" in trouble(district.collect())


def entsoe(zone: str) -> dict[str, Any]:
    params = {"documentType": "A65", "processType": "A16", "outBiddingZone_Domain": zone}
    return {
        "dataset": "context_series",
        "format": "entsoe_series",
        "from": "{address}/api",
        "service": "entsoe",
        "ask": {"request": {"params": params}},
    }


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("10Y1001A1001A70O", ""),
        ("10Y1001C--00096J", ""),  # "No matching data found" under status 200 is an empty answer
        ("", "ENTSO-E does not accept the question"),
    ],
)
def test_an_acknowledgement_of_entsoe_is_never_data(
    district: District,
    services: PublicServices,
    trouble: Callable[..., str],
    zone: str,
    said: str,
) -> None:
    district.declare(carico=entsoe(zone))

    assert said in (found := trouble(district.collect()))
    assert bool(said) == bool(found)
    assert "canary-nzd_entsoe_token" not in found  # the token stands in the address
    rows = district.rows("context_series") if zone.endswith("O") else []
    assert len(rows) == (69 * 24 if zone.endswith("O") else 0)
    spans = {(one["periodStart"], one["periodEnd"]) for one in services.to("/api")}
    assert spans == {("202401010000", "202403100000")}


def test_arpae_months_arrive_unpacked_and_a_month_to_come_is_empty(
    district: District, services: PublicServices, trouble: Callable[..., str]
) -> None:
    rows = {"where": {"data/timerange": "^254,", "lon": r"^10[2-4]\d{4}$"}}
    district.declare(
        arpae={
            "dataset": "context_series",
            "format": "arpae_observations",
            "from": "{address}/opendata/osservati/meteo/storico/{start:%Y-%m}.json.gz",
            "service": "arpae_monthly_files",
            "with": {"rows": rows},
        }
    )

    assert not trouble(district.collect())

    found = district.rows("context_series")
    assert (
        len(found) == 2 * 3 * 2
    )  # two months, three days, temperature and humidity of one station
    assert {row["quantity"] for row in found if row["unit"] == "K"} == {Decimal("279.85")}
    assert {row["place"] for row in found} == {"arpae_agrmet_4480000_1032000"}


def test_pvgis_hours_begin_at_the_hour_they_are_labelled_in(district: District) -> None:
    params = {"lat": "43.88", "lon": "11.1", "startyear": "2022", "endyear": "2022"}
    district.declare(
        tetto={
            "dataset": "context_series",
            "format": "pvgis_hourly",
            "from": "{address}/api/v5_3/seriescalc",
            "service": "pvgis_seriescalc",
            "ask": {"request": {"params": params}},
        }
    )

    district.collect()

    rows = [row for row in district.rows("context_series") if row["variable"] == "pv_power"]
    assert len(rows) == 8760
    assert sum(row["quantity"] for row in rows) == Decimal("0.5") * 8 * 365
    assert min(row["interval_start"] for row in rows) == datetime(2022, 1, 1, tzinfo=UTC)


def test_a_typical_year_of_pvgis_keeps_the_year_of_each_month(district: District) -> None:
    district.declare(
        anno_tipo={
            "dataset": "context_series",
            "format": "pvgis_tmy_csv",
            "from": "{address}/api/v5_3/tmy",
            "service": "pvgis_tmy",
            "ask": {"request": {"params": {"lat": "43.88", "lon": "11.1"}}},
        }
    )

    district.collect()

    rows = [r for r in district.rows("context_series") if r["variable"] == "air_temperature"]
    days = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
    assert len(rows) == 8760
    # Months of a typical year are of the years 2007 to 2018.
    assert sum(r["quantity"] for r in rows) == sum(
        (month + Decimal("0.5")) * count * 24 for month, count in days.items()
    )
    assert {(r["interval_start"].year, r["interval_start"].month) for r in rows} == {
        (2006 + month, month) for month in days
    }


def test_a_file_of_the_recovery_plan_that_was_moved_is_a_failure_and_not_a_table(
    district: District, trouble: Callable[..., str]
) -> None:
    bound = {
        "dataset": "investment_projects",
        "format": "pnrr_projects_csv",
        "service": "italia_domani",
    }
    district.declare(pnrr={**bound, "from": "{address}/content/PNRR_Progetti.csv"})
    assert not trouble(district.collect())
    assert sum(row["capex_eur"] for row in district.rows("investment_projects")) == 36_000

    district.declare(pnrr={**bound, "from": "{address}/content/PNRR_Spostato.csv"})
    assert "moved or renamed" in trouble(district.collect())
