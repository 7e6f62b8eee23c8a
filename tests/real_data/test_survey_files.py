"""Surveys as their publishers put them out, bound by declaration; counts are taken from the bytes."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from pipelines.connectors.parsers import DeliveryRefused

from .test_formats_read_real_files import REAL, read, total

SANITATION = "survey/kobo_formpack_sanitation_report_v1.json"
REPEATS = "survey/kobo_formpack_grouped_repeatable_v1.json"
VARESE = "survey/it_varesenews_mobilita_2026_aggregates.json"
LSS = "survey/limesurvey_survey.lss"

pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="NZD_REAL_DATA names no folder and none lies beside the checkout"
)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NZD_RESPONDENT_SECRET", "a secret of these tests")


def document(path: str) -> Any:
    return json.loads((REAL / path).read_text(encoding="utf-8"))


def test_reads_ratings_of_a_kobo_form_by_their_codes() -> None:
    raw = Counter(one["restaurant_rating"].lower() for one in document(SANITATION)["submissions"])
    rating = {"column": "restaurant_rating", "kind": "single", "list": "ratings"}
    ratings = {code: [code.upper()] for code in "abcdf"}
    over = {
        "read": {"records": "/submissions"},
        # The fixture has neither ids nor times of submission.
        "columns": {"survey_id": {"const": "sanitation"}, "submitted_on": {"received": True}},
        "survey": {"respondent": None, "items": {"rating": rating}, "lists": {"ratings": ratings}},
    }

    parsed = read(SANITATION, "survey_answers", "kobo_json", over)

    assert Counter(parsed.table["option"].to_pylist()) == raw
    assert parsed.rejects == ()
    assert "Felipes" not in str(parsed.table.to_pydict())


MEMBER = {
    "column": "household_visit/houshold_member_repeat/household_member_name",
    "kind": "single",
    "options": {"nobody": "none"},
    "other": "somebody",
}
OVER: dict[str, Any] = {
    "read": {"records": "/submissions"},
    "columns": {
        "survey_id": {"const": "households"},
        "submitted_on": {"column": "end", "date_format": "iso", "zone": "UTC"},
    },
    "survey": {
        "respondent": {"compose": "{meta/instanceID}/{@index}"},
        "version": {"column": "meta/versionID", "known": {"rgv1": "1"}},
        "items": {"member": MEMBER},
    },
}


def test_reads_a_repeated_group_of_a_kobo_form_as_a_table_of_its_own() -> None:
    group = "household_visit/houshold_member_repeat"
    people = [one for each in document(REPEATS)["submissions"] for one in each[group]]
    within = {"within": "/household_visit~1houshold_member_repeat"}
    over = {**OVER, "read": {**OVER["read"], **within}}

    parsed = read(REPEATS, "survey_answers", "kobo_json", over)

    assert parsed.table.num_rows == len(people) == 13
    assert parsed.table["option"].unique().to_pylist() == ["somebody"]
    assert len(set(parsed.table["respondent_key"].to_pylist())) == 13
    names = [name for one in people for name in one.values()]
    assert not [name for name in names if name in str(parsed.table.to_pydict())]


def test_refuses_a_repeated_group_of_a_kobo_form_that_is_read_as_if_it_came_once() -> None:
    survey = {**OVER["survey"], "respondent": "meta/instanceID"}

    with pytest.raises(DeliveryRefused, match=r"REPEAT_GROUP.*household_visit~1houshold"):
        read(REPEATS, "survey_answers", "kobo_json", {**OVER, "survey": survey})


def test_reads_a_survey_that_is_published_as_counts_only() -> None:
    charts = document(VARESE)["charts"]
    raw = sum(n for one in charts for ages in one["by_age"].values() for n in ages.values())
    form = {
        "dataset": "context_series",
        "parser": "table",
        "read": {"file": "json", "records": "/charts"},
        "melt": {"matching": "^by_age/"},
        "columns": {
            "place": {"const": "varese"},
            "variable": {"compose": "{key}/{@name}"},
            "quantity": {"column": "@value"},
            "unit": {"const": "persons"},
            "interval_start": {"const": "2026-01-01", "zone": "Europe/Rome"},
            "interval_end": {"const": "2026-08-09", "zone": "Europe/Rome"},
        },
    }

    parsed = read(VARESE, "context_series", form)

    assert total(parsed, "quantity") == Decimal(raw)
    assert parsed.rejects == ()
    cells = dict(
        zip(parsed.table["variable"].to_pylist(), parsed.table["quantity"].to_pylist(), strict=True)
    )
    assert cells["C/by_age/25-34/No"] == 19


def test_reads_the_questions_of_a_limesurvey_structure() -> None:
    root = ElementTree.parse(REAL / LSS).getroot()  # noqa: S314 - a file of ours to compare with
    raw = {row.findtext("qid"): row.findtext("title") for row in root.findall("questions/rows/row")}
    form = {
        "dataset": "reference_values",
        "parser": "table",
        "read": {
            "file": "xml",
            "xml": {
                "each": "document/questions/rows/row",
                "fields": {"qid": "qid", "title": "title"},
            },
        },
        "columns": {
            "list": {"const": "limesurvey_questions"},
            "code": {"column": "qid"},
            "label": {"column": "title"},
        },
    }

    parsed = read(LSS, "reference_values", form)

    rows = zip(parsed.table["code"].to_pylist(), parsed.table["label"].to_pylist(), strict=True)
    assert dict(rows) == raw
