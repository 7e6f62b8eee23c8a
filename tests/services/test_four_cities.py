"""The bindings of the four cities, as they ship, against services that answer in the recorded shape.

Only the hosts lead to loopback, and nobody is made to wait: the pace of each service has its own test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from pytest_httpserver import HTTPServer
from ruamel.yaml import YAML

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.cli import nzd
from pipelines.collecting.collect import Outcome, collect_all
from pipelines.settings import Settings, checkout
from tests.services import fake_portals as portals
from tests.services import fake_providers as providers
from tests.services.conftest import AT, ROUTES
from tests.services.fakes import PublicServices, serve

SECRETS = ("NZD_TERNA_KEY", "NZD_TERNA_SECRET", "NZD_ENTSOE_TOKEN")
CANARY = "canary-5531c"
ARCHIVE_DAYS = (date(2024, 3, 5) - date(2023, 1, 1)).days + 1
GRID_DAYS = (date(2024, 3, 9) - date(2024, 1, 1)).days + 1
ROWS = {
    "weather_archive": ARCHIVE_DAYS * 5,
    "weather_recent": 93 * 5,
    "pv_yield": 8760,
    "population": len(providers.YEARS),
    "enterprises": 2 * len(providers.YEARS),
    "gross_domestic_product": len(providers.YEARS),
    "grid_load": GRID_DAYS * 96 * 2,
    "grid_load_entsoe": GRID_DAYS * 24,
    "cohesion_projects": portals.IN_TERRITORY,
    "cohesion_locations": portals.IN_TERRITORY,
    "pnrr_projects": 8,
    "pnrr_locations": 8,
    "open_data": 205,
    "arpa_sensors": 12,
    "arpa_temperature": portals.SOCRATA_ROWS - 1,  # every month brings the same bytes here
    "lamma_forecast": 6,
    "arpae_weather": 2 * 3 * 2,
}
"""How many rows each source's answers hold, counted where they are made."""


def to_loopback(document: Any, address: str) -> Any:
    for source in document["sources"].values():
        host = urlsplit(source["from"])
        source["from"] = source["from"].replace(f"{host.scheme}://{host.netloc}", address, 1)
        asked = dict(source.get("ask", {}))
        asked["rate"] = None
        if source.get("service") == "terna":
            asked["login"] = {"address": f"{address}/public-api/access-token"}
        source["ask"] = asked
    return document


@pytest.fixture(scope="module")
def real(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Settings, Catalogue, PublicServices]]:
    root = tmp_path_factory.mktemp("four_cities")
    services = PublicServices(ROUTES, patient=True)
    settings = Settings(
        checkout(), root / "home", root / "districts", root / "inbox", root / "home"
    )
    settings.districts.mkdir()
    with HTTPServer(host="127.0.0.1", port=0) as server, pytest.MonkeyPatch.context() as patch:
        for name in SECRETS:
            patch.setenv(name, CANARY)
        patch.setenv("NZD_BERGAMO_SENSOR", "5911")
        address = serve(server, services)
        for path in sorted((checkout() / "districts").glob("*.yaml")):
            written = to_loopback(YAML().load(path.read_text(encoding="utf-8")), address)
            with (settings.districts / path.name).open("w", encoding="utf-8") as file:
                YAML().dump(written, file)
        yield settings, load(settings.districts), services


@pytest.fixture(scope="module")
def collected(real: tuple[Settings, Catalogue, PublicServices]) -> list[Outcome]:
    settings, catalogue, _ = real
    return collect_all(settings, catalogue, AT)


def test_every_binding_brings_every_row_of_its_service(
    real: tuple[Settings, Catalogue, PublicServices], collected: list[Outcome]
) -> None:
    settings, catalogue, _ = real

    assert [one.trouble for one in collected if one.failed] == []
    brought: Counter[tuple[str, str]] = Counter()
    for row in pq.read_table(settings.view / "collected/deliveries.parquet").to_pylist():
        if row["outcome"] == "accepted":
            brought[row["district_id"], row["source_id"]] += row["rows_accepted"]
    expected = {(b.district.id, b.source_id): ROWS[b.source_id] for b in catalogue.bindings}
    assert dict(brought) == expected


def test_each_city_is_asked_about_by_its_own_codes(
    real: tuple[Settings, Catalogue, PublicServices], collected: list[Outcome]
) -> None:
    services = real[2]

    zones = {one["biddingZone"] for one in services.to("/load")}
    paths = {
        one.path for one in services.questions if one.path.startswith("/SDMXWS/rest/data/22_289")
    }
    assert zones == {"North", "Centre-North", "Centre-South"}
    assert {path.split("A.")[1][:6] for path in paths} == {"100005", "016024", "034027", "058091"}
    assert {one["territorio"] for one in services.to("/it/api")} == {
        f"{city}-comune" for city in ("prato", "bergamo", "parma", "roma")
    }


def test_the_next_day_asks_only_for_days_that_may_have_changed(
    real: tuple[Settings, Catalogue, PublicServices], collected: list[Outcome]
) -> None:
    settings, catalogue, services = real
    services.forget()

    again = collect_all(settings, catalogue, AT + timedelta(days=1))

    assert not [one for one in again if one.failed]
    assert {one["start_date"] for one in services.to("/v1/archive")} == {"2024-02-01", "2024-03-01"}


def test_no_credential_is_kept_anywhere(
    real: tuple[Settings, Catalogue, PublicServices], collected: list[Outcome]
) -> None:
    home = real[0].home
    kept = [path for path in home.rglob("*") if path.is_file()]

    assert len(kept) > 100
    assert not [path for path in kept if CANARY.encode() in path.read_bytes()]


def test_each_source_says_its_terms_and_that_nobody_has_seen_it_live() -> None:
    for binding in load(checkout() / "districts").bindings:
        source, service = binding.source, binding.service
        assert source.licence, binding
        assert source.attribution, binding
        assert not source.seen_live, binding
        assert service is not None, binding
        assert service.terms, binding
        assert service.checked_on, binding
        assert not service.seen_live, binding


def test_status_shows_what_was_not_seen_live(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NZD_HOME", str(tmp_path))
    monkeypatch.setenv("NZD_DISTRICTS", str(checkout() / "districts"))

    shown = CliRunner().invoke(nzd, ["status", "--district", "prato"], terminal_width=200)

    assert shown.exit_code == 0, shown.output
    assert "never delivered, not seen live" in " ".join(shown.output.split())
