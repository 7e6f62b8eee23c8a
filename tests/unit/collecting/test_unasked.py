"""A build never stands on nothing: deliveries under a name that is no longer declared are not forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.collecting.fetch import Landing
from pipelines.collecting.unasked import NeverAsked, refuse_what_was_never_asked
from pipelines.landing.manifest import Attempt
from pipelines.settings import Settings, checkout
from tests.declaring import PROVA

SOURCE = '  {}: {{dataset: meter_intervals, format: intervals_csv, from: "${{NZD_INBOX}}/*.csv"}}\n'


@pytest.fixture
def deployment(tmp_path: Path) -> Settings:
    (tmp_path / "districts").mkdir()
    home = tmp_path / "home"
    settings = Settings(checkout(), home, tmp_path / "districts", tmp_path / "inbox", home)
    arrived = Attempt(
        "prova", "curves", "meter_intervals", datetime(2026, 9, 1, tzinfo=UTC), "new", "x",
        sha256="0" * 64,
    )  # fmt: skip
    Landing.at(settings.landing, settings.inbox).manifest.append([arrived])
    return settings


def declared(deployment: Settings, *names: str) -> Catalogue:
    text = PROVA + "".join(SOURCE.format(name) for name in names)
    (deployment.districts / "prova.yaml").write_text(text, encoding="utf-8")
    return load(deployment.districts)


def test_a_renamed_source_is_collected_before_anything_is_built(deployment: Settings) -> None:
    with pytest.raises(NeverAsked, match=r"prova\.logger .*lies under curves.*\n.*nzd collect"):
        refuse_what_was_never_asked(deployment, declared(deployment, "logger"))


@pytest.mark.parametrize("names", [("curves",), ("curves", "logger")])
def test_a_source_that_is_new_beside_the_old_one_is_waited_for(
    deployment: Settings, names: tuple[str, ...]
) -> None:
    refuse_what_was_never_asked(deployment, declared(deployment, *names))


def test_a_renamed_source_that_was_asked_is_built_on(deployment: Settings) -> None:
    asked = Attempt(
        "prova", "logger", "meter_intervals", datetime(2026, 9, 2, tzinfo=UTC), "error", "x"
    )  # fmt: skip
    Landing.at(deployment.landing, deployment.inbox).manifest.append([asked])

    refuse_what_was_never_asked(deployment, declared(deployment, "logger"))
