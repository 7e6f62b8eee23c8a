"""From the register to the log: a decision, the edition that was in front of it, and what became of its figures.

Belongs here: the whole chain for one decision, with the real template, collection, models and publication rules.
Does not belong here: how a log is printed in every case (tests/unit/publishing/test_decision_log.py).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.comparing.decision_log import decision_log, findings
from tests.filling import Cell, City, filled
from tests.unit.publishing.test_decision_log import kpi, published, value
from tests.warehouse.models import Models, one

Row = dict[str, Any]
NOW = datetime(2026, 11, 10, 8, tzinfo=UTC)
OCTOBER = {
    "district_id": "quarto", "month": "2026-10", "month_start": date(2026, 10, 1), "month_end": date(2026, 11, 1),
    "month_index": 2026 * 12 + 10, "month_of_year": 10,
}  # fmt: skip
DECISION: dict[str, Cell] = {
    "Oggetto": "Deroga", "Proposta il": date(2026, 9, 12), "Scadenza": date(2026, 10, 20),
    "Chiusa il": date(2026, 9, 20), "Esito": "approvata", "Verifica il": date(2026, 10, 30), "Evidenza": "Verbale 7",
}  # fmt: skip


def test_a_decision_of_the_register_is_held_against_the_edition_it_was_taken_in_front_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models: Models
) -> None:
    for name in ("home", "districts", "inbox"):
        monkeypatch.setenv(f"NZD_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("NZD_NOW", NOW.isoformat())
    city = City(tmp_path, "quarto", NOW)
    rows = [
        {**DECISION, "Decisione": "D-1", "Edizione vista": "2026-08/r1", "KPI visti": "ENE01, ENE99"},
        {**DECISION, "Decisione": "D-2", "Edizione vista": "2026-08/r7", "KPI visti": "ENE01"},
        {**DECISION, "Decisione": "D-3"},
    ]  # fmt: skip
    city.send("cdtt_decisions", "d.xlsx", filled(city.template("Decisioni del CDTT"), rows))
    city.collect()
    collected = [
        {**row, "known_at": row["_known_at"], "sha256": row["_sha256"], "source_row": row["_row"]}
        for row in city.rows("cdtt_decisions")
    ]
    before = published(tmp_path / "edition", [value("ENE01", "2026-08", 100)])
    now = [value("ENE01", "2026-08", 100), value("ENE01", "2026-10", 90)]

    seen = models.run(
        {"int_district_months": [OCTOBER], "stg_cdtt_decisions": collected}, "fct_decision_log"
    )["fct_decision_log"]
    log = decision_log(seen, {("2026-08", 1): before}, now, [kpi("ENE01")], "2026-10")

    told = log.to_pylist()
    kept = one(told, decision_id="D-1", kpi_code="ENE01")
    assert (kept["value_then"], kept["value_now"], kept["change"]) == (100, 90, -10)
    assert kept["review_due"]
    assert kept["evidence"] == "Verbale 7"
    assert one(told, decision_id="D-1", kpi_code="ENE99")["reason"] == "kpi_unknown"
    assert one(told, decision_id="D-2")["reason"] == "edition_unknown"
    assert one(told, decision_id="D-3")["kpi_code"] is None
    counted = {(row["code"], row["count"]) for row in findings(log)}
    assert counted == {("EDITION_UNKNOWN", 1), ("KPI_UNKNOWN", 1)}
