"""The template of utility bindings is accepted as it stands and holds no secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.catalogue.catalogue import load
from pipelines.cli import nzd
from pipelines.settings import checkout

TEMPLATES = checkout() / "districts/templates"


def test_nzd_check_accepts_the_template(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NZD_HOME", str(tmp_path))
    monkeypatch.setenv("NZD_DISTRICTS", str(TEMPLATES))

    shown = CliRunner().invoke(nzd, ["check"])

    assert shown.exit_code == 0, shown.output


def test_every_channel_of_a_utility_has_a_source_and_no_secret_is_written() -> None:
    bindings = load(TEMPLATES).bindings
    sources = {one.source_id: one.source for one in bindings if one.district.id == "template"}

    assert {one.scheme for one in sources.values()} == {
        "folder",
        "webdavs",
        "sftp",
        "imaps",
        "ftps",
    }
    assert {one.dataset for one in sources.values()} == {
        "meter_intervals",
        "meter_registers",
        "utility_bills",
        "energy_contracts",
        "activity_data",
    }
    servers = [one for one in sources.values() if one.scheme != "folder"]
    assert all(one.access.user and one.access.password for one in servers)


def test_the_shipped_districts_do_not_collect_the_template() -> None:
    assert "template" not in load(checkout() / "districts").districts
