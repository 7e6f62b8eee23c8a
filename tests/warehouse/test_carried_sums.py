"""What a build takes over from the last one is what it would make of the rows there are now."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.landing.files import sha256_of
from pipelines.warehouse.carried import BY_MONTH, SCHEMAS, STATE, WHOLE, bring_along, carry_over

MODELS = {
    "int_interval_part_sums": "metering",
    "int_interval_part_gaps": "metering",
    "int_interval_month_sums": "metering",
    "int_interval_month_gaps": "metering",
    "int_interval_months": "metering",
    "int_interval_gaps": "metering",
    "int_interval_edge_months": "metering",
    "int_interval_part_loads": "energy",
    "int_load": "energy",
    "int_load_readings": "energy",
    "int_hourly_month_sums": "emissions",
}
"""In the order in which they are made."""
FIGURES = (*WHOLE, "int_interval_months", "int_interval_gaps")
STAGING = (
    "stg_interval_parts",
    "stg_meter_intervals",
    *(f"stg_carried_{name[4:]}" for name in SCHEMAS),
)
GIVEN = (
    "int_point_months",
    "int_points",
    "int_district_months",
    "stg_districts",
)
Rows = list[tuple[Any, ...]]


class Home:
    """A copy of the small district in which the models over intervals can be made again."""

    def __init__(self, built: Path, home: Path) -> None:
        self.built, self.home = built, home
        shutil.copytree(built / "current", home / "current")
        self.session = duckdb.connect()
        self.session.execute("set TimeZone = 'UTC'")
        self.session.execute(f"attach '{built / 'warehouse.duckdb'}' as built (read_only)")
        for name in GIVEN:
            self.session.execute(f"create view {name} as from built.{name}")
        # Nobody delivers hourly factors here: each hour that was read has the same.
        self.session.execute(
            "create table int_grid_factor_hours as select distinct district_id, month, "
            "date_trunc('hour', interval_start) as hour_start, 0.25::decimal(18, 9) as kg_per_kwh "
            "from built.stg_meter_intervals"
        )

    def make(self) -> None:
        """Make every model over what the copy holds now."""
        bring_along(self.home)
        for name in STAGING:
            self.session.execute(
                f"create or replace view {name} as {self._sql('staging/metering', name)}"
            )
        for name, folder in MODELS.items():
            self.session.execute(
                f"create or replace table {name} as {self._sql(f'intermediate/{folder}', name)}"
            )

    def carry(self) -> None:
        """Carry over what was made."""
        carry_over(self.home, self.session)

    def _sql(self, folder: str, name: str) -> str:
        path = self.built / f"target/compiled/net_zero_districts/models/{folder}/{name}.sql"
        said = path.read_text().replace('"warehouse"."main".', "")
        return said.replace(str(self.built), str(self.home))

    def made(self, name: str) -> Rows:
        """The rows of a model as they were made last."""
        return self.session.execute(f"from {name} order by all").fetchall()

    def scratch(self, name: str) -> Rows:
        """The rows that the build of the small district made."""
        return self.session.execute(f"from built.{name} order by all").fetchall()

    def part(self, name: str) -> Path:
        """One part of the current rows."""
        return self.home / f"current/meter_intervals/{name}.parquet"

    def change(self, name: str, rows: str) -> None:
        """Put other rows of a part in its place."""
        path, new = self.part(name), self.part(f"_{name}")
        self.session.execute(f"copy (from '{path}' {rows}) to '{new}' (format parquet)")
        new.replace(path)

    def until(self, day: str, point: str = "E-OFFICE") -> None:
        """Let a point leave the boundary on a day."""
        self.session.execute(
            "create or replace view int_points as select * replace ("  # noqa: S608
            f" case when point_id = '{point}' then date '{day}' else valid_to end as valid_to)"
            " from built.int_points"
        )

    def split(self, month: str) -> None:
        """Divide a month into days, as is done with a large one."""
        path = self.part(month)
        of = f"greatest(cast(interval_start as date), date '{month}-01')"
        days = f"select distinct {of} from '{path}'"  # noqa: S608
        for (day,) in self.session.execute(days).fetchall():
            rows = f"from '{path}' select * replace ('{day}' as part) where {of} = '{day}'"
            self.session.execute(f"copy ({rows}) to '{self.part(str(day))}' (format parquet)")
        path.unlink()


@pytest.fixture
def home(warehouse: Path, tmp_path: Path) -> Home:
    return Home(warehouse.parent, tmp_path)


def test_what_is_taken_over_is_what_is_made_from_scratch(home: Home) -> None:
    home.until("2026-05-21")
    home.make()
    scratch = {name: home.made(name) for name in MODELS}
    home.carry()
    home.make()

    for name in FIGURES:
        assert home.made(name) == scratch[name], name
        assert scratch[name], name
    for name in BY_MONTH:  # no month changed, so that no part is looked at
        assert scratch[name], name
        assert home.made(name) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_columns_that_are_carried_are_those_of_the_model(home: Home, name: str) -> None:
    rows = home.session.sql(f"from built.{name} limit 0").to_arrow_table()

    assert rows.schema == SCHEMAS[name]


def test_a_month_in_days_has_the_figures_of_the_month(home: Home) -> None:
    home.split("2026-05")
    home.split("2026-10")
    home.make()

    for name in ("int_interval_months", "int_interval_gaps", "int_interval_edge_months"):
        assert home.made(name) == home.scratch(name), name


def test_of_a_day_that_changed_its_month_is_made_again_from_the_sums_of_its_other_days(
    home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home.split("2026-05")
    home.make()
    home.carry()
    for at in (home, fresh := Home(home.built, tmp_path_factory.mktemp("fresh"))):
        if at is fresh:
            fresh.split("2026-05")
        at.change("2026-05-11", "where point_id <> 'E-OFFICE'")
        at.part("2026-05-20").unlink()
        at.make()

    assert {row[2] for row in home.made("int_interval_part_sums")} == {"2026-05"}
    for name in FIGURES:
        assert home.made(name) == fresh.made(name), name
    assert home.made("int_interval_gaps") != home.scratch("int_interval_gaps")
    home.carry()
    home.make()
    for name in FIGURES:
        assert home.made(name) == fresh.made(name), name


def test_only_a_month_whose_bytes_changed_is_summed_again(home: Home) -> None:
    home.make()
    home.session.execute("update int_interval_month_sums set row_count = row_count + 1")
    home.carry()
    home.change("2026-05", "where point_id = 'E-OFFICE'")
    home.make()

    found = home.session.execute(
        "select month, point_id, row_count from int_interval_month_sums where flow = 'import'"
    )
    counts = {row[:2]: row[2] for row in found.fetchall()}
    assert counts["2026-05", "E-OFFICE"] == 31
    assert ("2026-05", "H-MILL") not in counts
    assert counts["2026-04", "E-OFFICE"] == 30 + 1  # as it was carried over


@pytest.mark.parametrize(
    "name", ["int_interval_month_sums.parquet", "int_interval_part_sums/2026-05.parquet"]
)
@pytest.mark.parametrize(
    "damage", ["flipped", "gone", "of other code", "of a build that was cut off"]
)
def test_what_was_carried_and_cannot_be_trusted_is_made_again(
    home: Home, damage: str, name: str
) -> None:
    home.make()
    scratch = {model: home.made(model) for model in (*FIGURES, "int_interval_part_sums")}
    home.session.execute("update int_interval_month_sums set row_count = row_count + 1")
    home.carry()
    path, state = home.home / "carried" / name, home.home / "carried" / STATE
    content = path.read_bytes()
    if damage == "flipped":
        path.write_bytes(content[:99] + bytes([content[99] ^ 1]) + content[100:])
    elif damage == "gone":
        path.unlink()
    elif damage == "of other code":
        state.write_text(json.dumps(json.loads(state.read_text()) | {"code": "other"}))
    else:
        shutil.copy(path, path.with_name("2026-06.parquet"))

    home.make()

    for model, rows in scratch.items():
        assert home.made(model) == rows, model


def test_other_points_that_stand_for_a_month_are_added_up_again(home: Home) -> None:
    home.make()
    home.carry()
    home.session.execute(
        "create or replace view int_point_months as from built.int_point_months"
        " where point_id <> 'E-UNKNOWN'"
    )
    home.make()

    [before] = [row for row in home.scratch("int_interval_part_loads") if row[0] == "2026-10"]
    [after] = [row for row in home.made("int_interval_part_loads") if row[0] == "2026-10"]
    assert before[5] == 10
    assert after[4:] == (None, None)  # the office sends days, of which no quarter hour is known


def test_other_days_of_a_point_within_the_boundary_are_summed_again(home: Home) -> None:
    home.make()
    home.carry()
    home.until("2026-05-21")
    home.make()

    found = home.session.execute(
        "select row_count from int_interval_edge_months where point_id = 'E-OFFICE' and flow = 'import'"
    )
    assert found.fetchall() == [(20,)]


def test_a_point_that_leaves_on_another_day_is_added_up_again(home: Home) -> None:
    home.make()
    home.carry()
    home.until("2026-10-01", "E-UNKNOWN")
    home.make()

    [after] = [row for row in home.made("int_interval_part_loads") if row[0] == "2026-10"]
    assert after[4:] == (None, None)


def test_a_file_is_hashed_as_it_is(home: Home) -> None:
    bring_along(home.home)

    parts = home.session.execute(
        f"select part, part_sha256 from '{home.home / 'carried/interval_parts.parquet'}'"  # noqa: S608
    )
    assert dict(parts.fetchall())["2026-05"] == sha256_of(home.part("2026-05"))
