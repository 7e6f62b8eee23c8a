"""A district that asks loopback services, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pytest_httpserver import HTTPServer
from ruamel.yaml import YAML

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.collecting.collect import Outcome, collect_all
from pipelines.collecting.current import read_current
from pipelines.settings import Settings, checkout
from tests.services import fake_portals as portals
from tests.services import fake_providers as providers
from tests.services.fakes import PublicServices, serve

AT = datetime(2024, 3, 10, 8, tzinfo=UTC)
ROUTES = {
    r"(/catalog)?/api/3/action/datastore_search": portals.ckan_datastore,
    r"(/catalog)?/api/3/action/package_search": portals.ckan_search,
    r"(/catalog)?/api/3/action/package_show": portals.ckan_package,
    r"/api/explore/v2\.1/catalog/datasets/\w+/records": portals.ods_records,
    r"/api/explore/v2\.1/catalog/datasets/\w+/exports/json": portals.ods_export,
    r"/resource/nf78-nj6b\.json": portals.arpa_sensors,
    r"/resource/[\w-]+\.json": portals.socrata,
    r"/it/api/progetti/": portals.opencoesione,
    r"/collections/\w+/items": portals.ogc_items,
    r"/v1\.1/Datastreams\(1\)/Observations": portals.sensorthings,
    r"/ngsi-ld/v1/entities": portals.ngsi_ld,
    r"/SDMXWS/rest/data/.*": providers.istat,
    r"/eurostat/api/dissemination/sdmx/2\.1/data/.*": providers.eurostat_csv,
    r"/eurostat/api/dissemination/1\.0/async/.*": providers.eurostat_async,
    r"/v1/(archive|forecast)": providers.open_meteo,
    r"/public-api/access-token": providers.terna_token,
    r"/load/v2\.0/total-load": providers.terna_load,
    r"/api": providers.entsoe,
    r"/api/v5_\d/seriescalc": providers.pvgis,
    r"/api/v5_\d/tmy": providers.pvgis_tmy,
    r"/eurostat/api/dissemination/statistics/1\.0/data/.*": providers.eurostat_jsonstat,
    r"/opendata/osservati/meteo/storico/.*": providers.arpae,
    r"/previ/ita/xml/.*": providers.lamma,
    r"/content/.*": providers.italia_domani,
}


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


@pytest.fixture
def services() -> PublicServices:
    return PublicServices(ROUTES)


@pytest.fixture
def address(httpserver: HTTPServer, services: PublicServices) -> str:
    return serve(httpserver, services)


@dataclass
class District:
    """A district on disk: what it declares, and what collecting it brings."""

    root: Path
    address: str
    catalogue: Catalogue = field(init=False)

    @property
    def settings(self) -> Settings:
        home = self.root / "home"
        return Settings(checkout(), home, self.root / "districts", home / "inbox", home)

    def declare(self, **sources: dict[str, Any]) -> None:
        document = {
            "id": "prova",
            "name": "Distretto di prova",
            "city": "Prova",
            "boundary": [
                {
                    "version": "1",
                    "valid_from": "2024-01-01",
                    "municipalities": ["100005"],
                    "description": {"it": "prova", "en": "test"},
                }
            ],
            "sources": json.loads(
                json.dumps(sources, default=str).replace("{address}", self.address)
            ),
        }
        self.settings.districts.mkdir(parents=True, exist_ok=True)
        with (self.settings.districts / "prova.yaml").open("w", encoding="utf-8") as file:
            YAML().dump(document, file)
        self.catalogue = load(self.settings.districts)

    def collect(self, at: datetime = AT) -> list[Outcome]:
        return collect_all(self.settings, self.catalogue, at)

    def rows(self, dataset: str) -> list[dict[str, Any]]:
        declared = self.catalogue.datasets[dataset]
        return list(read_current(self.settings.view, declared).to_pylist())

    def findings(self) -> dict[str, str]:
        found = pq.read_table(self.settings.view / "collected/findings.parquet").to_pylist()
        return {row["code"]: row["detail_en"] for row in found}


@pytest.fixture
def district(tmp_path: Path, address: str) -> District:
    return District(tmp_path, address)


@pytest.fixture
def trouble(district: District) -> Callable[[list[Outcome]], str]:
    return lambda outcomes: "\n".join(one.trouble or "" for one in outcomes)
