"""What one firm or household uses is not the difference of two editions; with the memory switched off it is."""

from __future__ import annotations

import pytest

from tests.end_to_end.attack_pairs import given_back_by
from tests.end_to_end.attack_town import HIT, PLANTED, Planted, Twice, build_twice

LEAKS = [one for one in PLANTED.values() if one.hidden]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    return build_twice(tmp_path_factory.mktemp("twice"), list(PLANTED.values()))


@pytest.mark.parametrize("district", PLANTED)
def test_two_editions_together_give_nothing_back(twice: Twice, district: str) -> None:
    assert given_back_by(twice.first[district], twice.second[district], HIT) == []


@pytest.mark.parametrize("case", LEAKS, ids=lambda case: case.name)
def test_an_edition_that_forgot_the_one_before_gives_a_firm_away(
    twice: Twice, case: Planted
) -> None:
    assert given_back_by(twice.first[case.name], twice.forgetful[case.name], HIT)
