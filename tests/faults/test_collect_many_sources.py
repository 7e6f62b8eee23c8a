"""A second collection costs one conditional request per source, also where half have changed."""

from __future__ import annotations

from pathlib import Path

from bench.collect_200_sources import measure


def test_a_source_that_has_not_changed_costs_one_conditional_request(tmp_path: Path) -> None:
    found = measure(tmp_path, count=12)

    assert (found.requests, found.conditional, found.unchanged) == (12, 12, 6)
