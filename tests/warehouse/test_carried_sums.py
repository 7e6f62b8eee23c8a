"""Sums that a build takes over from the last one are the sums of the rows there are now."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.landing.files import sha256_of
from pipelines.version import code_version
from pipelines.warehouse.carried import SCHEMAS, bring_along, carry_over

MODELS = {
    "int_interval_part_sums": "intermediate/metering",
    "int_interval_part_loads": "intermediate/energy",
}
STAGING = ("stg_interval_parts", "stg_meter_intervals", *(f"stg_carried_{n[4:]}" for n in MODELS))
READ = ("int_point_months", "int_points", "int_district_months")
Rows = list[tuple[Any, ...]]


class Home:
    """A copy of the small district in which the two models can be made again."""

    def __init__(self, built: Path, home: Path) -> None:
        self.built, self.home = built, home
        for folder in ("current", "carried"):
            shutil.copytree(built / folder, home / folder)
        self.session = duckdb.connect()
        self.session.execute("set TimeZone = 'UTC'")
        self.session.execute(f"attach '{built / 'warehouse.duckdb'}' as built (read_only)")
        for name in STAGING:
            self.session.execute(f"create view {name} as {self._sql('staging/metering', name)}")
        for name in READ:
            self.session.execute(f"create view {name} as from built.{name}")

    def _sql(self, folder: str, name: str) -> str:
        path = self.built / f"target/compiled/net_zero_districts/models/{folder}/{name}.sql"
        said = path.read_text().replace('"warehouse"."main".', "")
        return said.replace(str(self.built), str(self.home))

    def made(self, name: str) -> Rows:
        """The rows of a model over what the copy holds now."""
        made = f"select * from ({self._sql(MODELS[name], name)}) order by all"  # noqa: S608
        return self.session.execute(made).fetchall()

    def scratch(self, name: str) -> Rows:
        """The rows that the first build made."""
        return self.session.execute(f"from built.{name} order by all").fetchall()

    def keep(self) -> None:
        """Carry the sums of the first build over."""
        with duckdb.connect(str(self.built / "warehouse.duckdb"), read_only=True) as built:
            built.execute("set TimeZone = 'UTC'")
            carry_over(self.home, built)

    def part(self, month: str) -> Path:
        """One part of the current rows."""
        return self.home / f"current/meter_intervals/{month}.parquet"


@pytest.fixture
def home(warehouse: Path, tmp_path: Path) -> Home:
    return Home(warehouse.parent, tmp_path)


@pytest.mark.parametrize("name", MODELS)
def test_carried_sums_are_those_from_scratch(home: Home, name: str) -> None:
    home.keep()
    bring_along(home.home)
    kept = home.session.execute(f"from stg_carried_{name[4:]}").fetchall()

    assert home.made(name) == home.scratch(name)
    assert len(kept) == len(home.scratch(name))


@pytest.mark.parametrize("name", MODELS)
def test_columns_that_are_carried_are_those_of_the_model(home: Home, name: str) -> None:
    rows = home.session.sql(f"from built.{name} limit 0").to_arrow_table()

    assert rows.schema == SCHEMAS[name]


def test_only_a_part_whose_bytes_changed_is_summed_again(home: Home) -> None:
    home.keep()
    carried = home.home / "carried/int_interval_part_sums.parquet"
    home.session.execute(
        f"copy (from (from '{carried}') select * replace (row_count + 1 as row_count))"
        f" to '{carried}.new' (format parquet)"
    )
    _trusted(carried, Path(f"{carried}.new"))
    path = home.part("2026-05")
    home.session.execute(
        f"copy (from '{path}' where point_id = 'E-OFFICE') to '{path}.new' (format parquet)"
    )
    Path(f"{path}.new").replace(path)
    bring_along(home.home)

    counts = {(row[0], row[5], row[7]): row[18] for row in home.made("int_interval_part_sums")}
    assert counts["2026-05", "E-OFFICE", "import"] == 31
    assert ("2026-05", "H-MILL", "import") not in counts
    assert counts["2026-04", "E-OFFICE", "import"] == 30 + 1  # as it was carried over


@pytest.mark.parametrize("damage", ["flipped", "gone", "of other code"])
def test_what_was_carried_and_cannot_be_trusted_is_summed_again(home: Home, damage: str) -> None:
    home.keep()
    path = home.home / "carried/int_interval_part_sums.parquet"
    content = path.read_bytes()
    if damage == "flipped":
        path.write_bytes(content[:99] + bytes([content[99] ^ 1]) + content[100:])
    elif damage == "gone":
        path.unlink()
    else:
        state = path.with_name("_carried.json")
        state.write_text(state.read_text().replace(': ["', ': ["x'))

    bring_along(home.home)

    assert home.session.execute(
        "select count(*) from stg_carried_interval_part_sums"
    ).fetchall() == [(0,)]
    assert home.made("int_interval_part_sums") == home.scratch("int_interval_part_sums")


def test_other_points_that_stand_for_a_month_are_added_up_again(home: Home) -> None:
    home.keep()
    bring_along(home.home)
    home.session.execute(
        "create or replace view int_point_months as from built.int_point_months"
        " where point_id <> 'E-UNKNOWN'"
    )

    [before] = [row for row in home.scratch("int_interval_part_loads") if row[0] == "2026-10"]
    [after] = [row for row in home.made("int_interval_part_loads") if row[0] == "2026-10"]
    assert before[6] == 10
    assert after[5:] == (None, None)  # the office sends days, of which no quarter hour is known


def test_a_point_that_leaves_on_another_day_is_added_up_again(home: Home) -> None:
    home.keep()
    bring_along(home.home)
    home.session.execute(
        "create or replace view int_points as select * replace (case point_id when 'E-UNKNOWN'"
        " then date '2026-10-01' else valid_to end as valid_to) from built.int_points"
    )

    [after] = [row for row in home.made("int_interval_part_loads") if row[0] == "2026-10"]
    assert after[5:] == (None, None)


def _trusted(path: Path, changed: Path) -> None:
    """Put changed sums in place as if a build had left them."""
    changed.replace(path)
    state = json.loads(path.with_name("_carried.json").read_text())
    state[path.stem] = [code_version(), sha256_of(path)]
    path.with_name("_carried.json").write_text(json.dumps(state))
