"""Valid rows of every dataset, for the contracts to accept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.declaration import declare, read_yaml

DATASETS = Path(__file__).parents[2] / "pipelines" / "catalogue" / "datasets"
KNOWN_AT = datetime(2026, 11, 10, 8, tzinfo=UTC)
START = datetime(2026, 9, 30, 22, tzinfo=UTC)

Rows = list[dict[str, Any]]

VALID: dict[str, Rows] = {
    "meter_intervals": [
        {
            "point_id": "IT001E12345678",
            "carrier": "electricity",
            "flow": "import",
            "interval_start": START,
            "interval_end": START + timedelta(minutes=15),
            "quantity": Decimal("1.25"),
            "unit": "kWh",
            "quality": "measured",
            "flow_code": "PDO",
        },
        {
            "point_id": "00881108800880",
            "carrier": "natural_gas",
            "flow": "import",
            "interval_start": START,
            "interval_end": START + timedelta(days=31),
            "quantity": Decimal(0),
            "unit": "Smc",
            "quality": "estimated",
        },
    ],
    "meter_registers": [
        {
            "point_id": "0088",
            "carrier": "water",
            "flow": "import",
            "serial": "A-1",
            "register": "total",
            "read_at": START,
            "reading": Decimal("358.2"),
            "unit": "m3",
            "quality": "self_read",
            "event": "periodic",
            "digits": 5,
        },
        {
            "point_id": "0088",
            "carrier": "water",
            "flow": "import",
            "serial": "B-2",
            "register": "total",
            "read_at": START,
            "reading": Decimal(0),
            "unit": "m3",
            "quality": "measured",
            "event": "exchange_in",
        },
    ],
    "utility_bills": [
        {
            "point_id": "IT001E1",
            "carrier": "electricity",
            "bill_id": "2026/7",
            "period_start": date(2026, 9, 1),
            "period_end": date(2026, 10, 1),
            "quantity": Decimal(1000),
            "unit": "kWh",
            "amount_net_eur": Decimal("250.10"),
            "bill_kind": "regular",
            "quality": "measured",
        },
        {
            "point_id": "IT001E1",
            "carrier": "electricity",
            "bill_id": "2026/8",
            "period_start": date(2025, 9, 1),
            "period_end": date(2026, 10, 1),
            "amount_net_eur": Decimal("-12.00"),
            "bill_kind": "settlement",
            "quality": "unknown",
        },
    ],
    "metering_points": [
        {
            "point_id": "IT001E1",
            "carrier": "electricity",
            "role": "supply",
            "site_id": "s1",
            "sector": "industry",
            "holder_group": "g1",
            "holder_kind": "firm",
            "floor_area_m2": Decimal(1200),
            "contract_power_kw": Decimal(100),
            "valid_from": date(2020, 1, 1),
        },
        {
            "point_id": "IT001E1-PV",
            "carrier": "electricity",
            "role": "generation",
            "site_id": "s1",
            "sector": "industry",
            "holder_group": "g1",
            "holder_kind": "firm",
            "installed_kw": Decimal(50),
        },
    ],
    "renewable_surfaces": [
        {
            "asset_id": "roof 1",
            "surface_class": "roof",
            "potential_kw": Decimal(100),
            "installed_kw": Decimal(40),
            "commissioned_on": date(2024, 5, 1),
            "assessed_on": date(2023, 1, 1),
        },
        {"asset_id": "p2", "surface_class": "parking", "potential_kw": Decimal(80)},
    ],
    "weather_daily": [
        {
            "station_id": "prato",
            "day": date(2026, 10, 1),
            "variable": "t_mean_c",
            "value": Decimal("-3.5"),
        },
        {"station_id": "prato", "day": date(2026, 10, 1), "variable": "precipitation_mm"},
    ],
    "context_series": [
        {
            "place": "ITI15",
            "variable": "population",
            "interval_start": datetime(2024, 12, 31, 23, tzinfo=UTC),
            "interval_end": datetime(2025, 12, 31, 23, tzinfo=UTC),
            "quantity": Decimal(258123),
            "unit": "persons",
            "status": "p",
        },
        {
            "place": "CNOR",
            "variable": "load",
            "interval_start": datetime(2026, 10, 1, 10, tzinfo=UTC),
            "interval_end": datetime(2026, 10, 1, 10, tzinfo=UTC),
            "unit": "MW",
        },
    ],
    "reference_values": [
        {"list": "gwp_ar5", "code": "CH4", "quantity": Decimal(28), "unit": "1"},
        {"list": "municipalities", "code": "016024", "label": "Bergamo", "parent": "ITC46"},
    ],
    "district_activity": [
        {
            "driver": "output_kg",
            "period_start": date(2026, 9, 1),
            "period_end": date(2026, 10, 1),
            "value": Decimal(120000),
        },
        {
            "driver": "employees",
            "period_start": date(2026, 1, 1),
            "period_end": date(2027, 1, 1),
            "value": Decimal(812),
        },
    ],
    "investment_projects": [
        {
            "project_id": "J51B21002940006",
            "cup": "J51B21002940006",
            "as_of": date(2026, 10, 1),
            "title": "Città «verde»",
            "programme": "PNRR",
            "status": "in_progress",
            "capex_eur": Decimal("114000000.00"),
            "funded_eur": Decimal("114000000.00"),
            "committed_eur": Decimal("5.00"),
            "paid_eur": Decimal("5.00"),
            "planned_end": date(2027, 1, 1),
            "lifetime_years": Decimal(20),
        },
        {
            "project_id": "local-2",
            "as_of": date(2026, 10, 1),
            "programme": "private",
            "status": "completed",
            "actual_end": date(2026, 9, 30),
        },
    ],
    "project_locations": [
        {"project_id": "J51B21002940006", "cup": "J51B21002940006", "municipality_code": "100005"},
        {"project_id": "J51B21002940006", "municipality_code": "000000"},
    ],
    "cdtt_decisions": [
        {
            "decision_id": "d1",
            "title": "a",
            "raised_on": date(2026, 9, 1),
            "due_on": date(2026, 12, 1),
            "outcome": "open",
        },
        {
            "decision_id": "d2",
            "title": "b",
            "raised_on": date(2026, 9, 1),
            "closed_on": date(2026, 9, 1),
            "outcome": "approved",
        },
    ],
    "cdtt_meetings": [
        {
            "meeting_id": "m1",
            "held_on": date(2026, 10, 2),
            "actor_class": "city",
            "foreseen": 3,
            "present": 2,
        },
        {
            "meeting_id": "m1",
            "held_on": date(2026, 10, 2),
            "actor_class": "firm",
            "foreseen": 2,
            "present": 0,
        },
    ],
    "policy_sandboxes": [
        {"sandbox_id": "s1", "title": "a", "opened_on": date(2026, 1, 1), "outcome": "open"},
        {
            "sandbox_id": "s2",
            "title": "b",
            "opened_on": date(2026, 1, 1),
            "closed_on": date(2026, 6, 1),
            "outcome": "adopted",
            "ordinary_days": 180,
            "sandbox_days": 60,
        },
    ],
    "shared_priorities": [
        {
            "priority_id": "p1",
            "title": "a",
            "adopted_on": date(2026, 3, 1),
            "evidence": "DGC 12/2026",
        },
        {"priority_id": "p2", "title": "b"},
    ],
    "management_system": [
        {"criterion": "guideline_adopted", "met_on": date(2026, 3, 1)},
        {"criterion": "certificate"},
    ],
    "best_practices": [
        {
            "practice_id": "b1",
            "title": "a",
            "catalogued_on": date(2026, 1, 1),
            "replicated_in": "parma",
            "replicated_on": date(2026, 2, 1),
        },
        {"practice_id": "b2", "title": "b", "catalogued_on": date(2026, 1, 1)},
    ],
    "shared_schemes": [
        {
            "scheme_id": "c1",
            "scheme_type": "energy_community",
            "organisation_id": "o1",
            "joined_on": date(2026, 1, 1),
        },
        {
            "scheme_id": "c1",
            "scheme_type": "energy_community",
            "organisation_id": "o2",
            "joined_on": date(2026, 1, 1),
            "left_on": date(2026, 7, 1),
        },
    ],
    "participation_events": [
        {
            "event_id": "e1",
            "held_on": date(2026, 10, 1),
            "event_type": "co_design",
            "organisation_class": "firm",
            "organisation_id": "o1",
            "participants": 4,
        },
        {
            "event_id": "e1",
            "held_on": date(2026, 10, 1),
            "event_type": "co_design",
            "organisation_class": "citizen",
            "participants": 0,
        },
    ],
    "contributions": [
        {
            "contribution_id": "k1",
            "received_on": date(2026, 9, 1),
            "answered_on": date(2026, 9, 20),
            "reasons_given": True,
            "outcome": "accepted",
        },
        {"contribution_id": "k2", "received_on": date(2026, 9, 1), "outcome": "pending"},
    ],
    "change_links": [
        {
            "link_id": "l1",
            "as_of": date(2026, 6, 1),
            "stage": "complete",
            "timeliness": "on_time",
            "evidence_on": date(2026, 5, 20),
            "evidence": "minutes",
        },
        {"link_id": "l2", "as_of": date(2026, 1, 1), "stage": "not_started"},
    ],
    "energy_contracts": [
        {
            "contract_id": "GO-2025",
            "point_id": "IT001E1",
            "instrument": "guarantee_of_origin",
            "valid_from": date(2025, 1, 1),
            "valid_to": date(2026, 1, 1),
            "energy_kwh": Decimal(90000),
            "technology": "wind",
            "cancelled_on": date(2026, 3, 10),
            "evidence": "certificate",
        },
        {
            "contract_id": "MIX-2025",
            "point_id": "IT001E1",
            "instrument": "supplier_mix",
            "valid_from": date(2025, 1, 1),
            "factor_g_co2e_per_kwh": Decimal(410),
            "evidence": "disclosure of the supplier",
        },
    ],
    "activity_data": [
        {
            "gpc_ref": "IV.1",
            "activity": "glass_melting",
            "holder_group": "g1",
            "holder_kind": "firm",
            "period_start": date(2025, 1, 1),
            "period_end": date(2026, 1, 1),
            "quantity": Decimal(1200),
            "unit": "t",
            "series": "plant",
        },
        {
            "gpc_ref": "II.4.1",
            "activity": "all",
            "holder_group": "comune",
            "holder_kind": "public",
            "period_start": date(2025, 1, 1),
            "period_end": date(2026, 1, 1),
            "notation_key": "NO",
            "reason": "no airport within the boundary",
        },
    ],
    "project_funding": [
        {
            "project_id": "J51B21002940006",
            "cup": "J51B21002940006",
            "as_of": date(2026, 10, 31),
            "funding_source": "PNRR",
            "stage": "granted",
            "amount_eur": Decimal(40000),
        },
        {
            "project_id": "P-2",
            "as_of": date(2026, 10, 31),
            "funding_source": "private",
            "stage": "paid",
            "amount_eur": Decimal(0),
        },
    ],
    "measures": [
        {
            "measure_id": "M1",
            "as_of": date(2026, 10, 31),
            "name": "a",
            "owner": "Energia",
            "status": "completed",
            "starts_on": date(2025, 2, 1),
            "ends_on": date(2025, 12, 31),
            "capex_eur": Decimal(100000),
            "running_cost_change_eur": Decimal(-9000),
            "lifetime_years": Decimal(15),
            "saving_electricity_kwh": Decimal(50000),
            "cup": "J51B21002940006",
        },
        {
            "measure_id": "M2",
            "as_of": date(2026, 10, 31),
            "name": "b",
            "status": "identified",
            "saving_natural_gas_kwh": Decimal(90000),
            "saving_electricity_kwh": Decimal(-20000),
        },
    ],
    "measure_points": [
        {"measure_id": "M1", "scope": "point", "code": "IT001E12345678"},
        {
            "measure_id": "M1",
            "scope": "site",
            "code": "scuola",
            "valid_from": date(2025, 1, 1),
            "valid_to": date(2026, 1, 1),
        },
    ],
    "data_corrections": [
        {
            "correction_id": "P-1",
            "about_source": "curves",
            "point_id": "IT001E12345678",
            "flow": "import",
            "first_day": date(2026, 9, 3),
            "last_day": date(2026, 9, 4),
            "where_in_file": "curve.csv, 12-107",
            "finding_code": "UNIT_SLIP",
            "what_is_wrong": "Wh",
            "value_received": Decimal(96000),
            "value_right": Decimal(96),
            "unit": "kWh",
            "reason": "power",
            "evidence": "photograph",
            "treatment": "apply",
            "told": "Metering office",
            "told_on": date(2026, 10, 1),
            "letter": "12/2026",
            "answer": "will_correct",
            "answered_on": date(2026, 10, 20),
            "status": "open",
            "expires_on": date(2026, 12, 31),
        },
        {
            "correction_id": "P-2",
            "about_source": "points",
            "what_is_wrong": "a point of another district",
            "treatment": "report_only",
            "status": "closed",
        },
    ],
    "non_routine_events": [
        {
            "event_id": "E1",
            "scope": "point",
            "code": "IT001E12345678",
            "starts_on": date(2026, 6, 1),
            "ends_on": date(2026, 6, 30),
            "description": "a",
        },
        {
            "event_id": "E2",
            "scope": "site",
            "code": "scuola",
            "starts_on": date(2026, 7, 1),
            "description": "b",
        },
    ],
    "finance_barriers": [
        {
            "finding_id": "f1",
            "kind": "risk",
            "pestle_class": "legal",
            "title": "a",
            "owner": "Energia",
            "identified_on": date(2026, 1, 1),
            "mitigated_on": date(2026, 2, 1),
        },
        {
            "finding_id": "f2",
            "kind": "barrier",
            "pestle_class": "economic",
            "title": "b",
            "identified_on": date(2026, 1, 1),
            "closed_on": date(2026, 3, 1),
        },
    ],
    "course_enrolments": [
        {
            "edition_id": "2026-1",
            "started_on": date(2026, 9, 1),
            "ended_on": date(2026, 10, 15),
            "person_key": "a91f",
            "completed": True,
            "score_before": Decimal(40),
            "score_after": Decimal(100),
        },
        {
            "edition_id": "2026-2",
            "started_on": date(2026, 11, 1),
            "ended_on": date(2026, 12, 15),
            "person_key": "a91f",
        },
    ],
    "learning_activities": [
        {
            "activity_id": "w1",
            "held_on": date(2026, 10, 1),
            "activity_type": "workshop",
            "hours": Decimal("3.5"),
            "participants": 20,
        },
        {
            "activity_id": "w2",
            "held_on": date(2026, 10, 1),
            "activity_type": "exchange",
            "partner": "parma",
        },
    ],
    "survey_answers": [
        {
            "survey_id": "s",
            "wave": "2026",
            "respondent_key": "r:1",
            "submitted_on": date(2026, 10, 1),
            "item": "q1",
            "score": Decimal(4),
            "not_applicable": False,
            "weight": Decimal(1),
        },
        {
            "survey_id": "s",
            "wave": "2026",
            "respondent_key": "r:1",
            "submitted_on": date(2026, 10, 1),
            "item": "q2",
            "option": "più alberi",
            "weight": Decimal(1),
        },
    ],
}


@pytest.fixture(scope="session")
def datasets() -> dict[str, Dataset]:
    """Every dataset of the catalogue by its id."""
    return {
        path.stem: declare(Dataset, read_yaml(path), path)
        for path in sorted(DATASETS.glob("*.yaml"))
    }


@pytest.fixture(scope="session")
def valid() -> dict[str, Rows]:
    """Two valid rows per dataset."""
    return VALID


@pytest.fixture(scope="session")
def received(datasets: dict[str, Dataset]) -> Callable[[str, Rows], pa.Table]:
    """A received table of a dataset from its own columns, with lineage added."""

    def build(dataset: str, rows: Rows) -> pa.Table:
        lineage = {
            "district_id": "prato",
            "source_id": "s",
            "flow_rank": 0,
            "_sha256": "0" * 64,
            "_member": "",
            "_known_at": KNOWN_AT,
        }
        full = [{**lineage, "_row": number, **row} for number, row in enumerate(rows, start=1)]
        return pa.Table.from_pylist(full, schema=datasets[dataset].schema())

    return build
