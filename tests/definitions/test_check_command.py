"""`nzd check` reads what a deployment adds besides its districts, before a night's build finds out."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli.declarations import check

DISTRICT = """\
id: porto
name: Porto
city: Livorno
boundary:
  - {version: "1", valid_from: 2025-01-01, municipalities: ["049009"], description: {it: Porto, en: Port}}
"""
FACTOR = """\
factors:
  - {code: OWN_2025, kind: emission, carrier: electricity, gas: CO2e, series: OWN, value: 0.245, unit: kg/kWh,
     year: 2025, region: IT, source: Report, page: table 2, licence: CC BY}
"""


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("factors/own.yaml", FACTOR, ("own.yaml:2", "needs 'basis'")),
        ("thresholds/thresholds.yaml", "signal: {amber: -1}\n", ("thresholds.yaml:1", "amber")),
    ],
)
def test_a_mistake_beside_the_districts_is_named_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, said: tuple[str, ...]
) -> None:
    (tmp_path / "porto.yaml").write_text(DISTRICT, encoding="utf-8")
    place = tmp_path / name
    place.parent.mkdir()
    place.write_text(text, encoding="utf-8")
    monkeypatch.setenv("NZD_DISTRICTS", str(tmp_path))

    shown = CliRunner().invoke(check)

    assert shown.exit_code != 0
    told = f"{shown.output}{shown.exception}"
    assert all(part in told for part in said), told
