"""A build that needs more memory than it has goes on on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.settings import checkout

SORTED = "create table {name} as select hash(n) as a, hash(n, 1) as b from range(3000000) r(n) order by a"


def test_a_model_after_one_that_was_spilled_is_made(tmp_path: Path) -> None:
    output = _profile()
    config = {**output["config_options"], "memory_limit": "40MB", "threads": 1}
    config["temp_directory"] = str(tmp_path / "spilled")

    with duckdb.connect(str(tmp_path / "w.duckdb"), config=config) as session:
        for name in ("first", "second"):
            cursor = session.cursor()  # dbt takes a new one for every model, and sets it up
            for setting, value in output["settings"].items():
                cursor.execute(f"set {setting} = '{value}'")
            cursor.execute(SORTED.format(name=name))
        assert any((tmp_path / "spilled").iterdir())


def _profile() -> dict[str, Any]:
    said = yaml.safe_load((checkout() / "dbt_project/profiles.yml").read_text(encoding="utf-8"))
    return dict(said["net_zero_districts"]["outputs"]["duckdb"])
