"""How long editions and views are kept: for ever, unless a deployment says otherwise."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from pipelines.publishing.editions.keeping import withdraw_what_is_over
from pipelines.publishing.shelf import editions, next_number
from pipelines.settings import Settings, checkout
from pipelines.warehouse.views import keep_the_newest_views

AT = datetime(2026, 11, 10, 8, tzinfo=UTC)


def _settings(root: Path) -> Settings:
    return Settings(checkout(), root, root / "districts", root / "inbox", root)


def _editions(root: Path) -> Settings:
    for month in ("2026-08", "2026-09", "2026-10"):
        folder = root / "editions" / month / "r1"
        folder.mkdir(parents=True)
        said = {
            "id": f"{month}-r1",
            "known_at": "2026-11-10T07:00:00Z",
            "content": month,
            "earlier": [],
            "files": [],
        }
        (folder / "manifest.json").write_text(json.dumps(said))
        (folder / "kpi_values.csv").write_text("figures")
    return _settings(root)


def test_all_editions_are_kept_where_nothing_is_declared(tmp_path: Path) -> None:
    settings = _editions(tmp_path)

    withdraw_what_is_over(settings, AT)

    assert len(editions(settings.editions)) == 3


def test_editions_of_older_months_get_a_tombstone_and_keep_their_number(tmp_path: Path) -> None:
    settings = _editions(tmp_path)
    own = settings.districts / "thresholds" / "thresholds.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("keeping: {edition_months: 2}\n")

    withdraw_what_is_over(settings, AT)

    assert [one.id for one in editions(settings.editions)] == ["2026-09-r1", "2026-10-r1"]
    said = json.loads((settings.editions / "2026-08" / "r1" / "withdrawn.json").read_text())
    assert said["kind"] == "retention"
    assert not (settings.editions / "2026-08" / "r1" / "kpi_values.csv").exists()
    assert next_number(settings.editions, "2026-08") == 2


def test_only_the_views_built_last_stay(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    for age, name in enumerate(
        ("c", "a", "b")
    ):  # by when they were built, whatever moment they show
        marts = tmp_path / "as_of" / name / "marts"
        marts.mkdir(parents=True)
        os.utime(marts, ns=(age, age))

    keep_the_newest_views(settings, None)
    assert len(list((tmp_path / "as_of").iterdir())) == 3
    keep_the_newest_views(settings, 2)

    assert sorted(path.name for path in (tmp_path / "as_of").iterdir()) == ["a", "b"]
