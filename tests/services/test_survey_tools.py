"""Questionnaires collected from the tools that hold them, by YAML alone, and what never leaves them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pytest_httpserver import HTTPServer

from pipelines.catalogue.catalogue import Catalogue, load
from pipelines.collecting.collect import collect_all
from pipelines.collecting.current import read_current
from pipelines.collecting.erasing import erase
from pipelines.landing.manifest import Attempt, Manifest
from pipelines.settings import Settings, checkout

from .survey_tools import PASSWORD, TOKEN, USER, Kobo, LimeSurvey, OdkCentral

DISTRICT = """\
id: prova
name: Distretto di prova
city: Prova
boundary:
  - {version: "1", valid_from: 2024-01-01, municipalities: ["100005"], description: {it: prova, en: test}}
sources:
"""
KOBO = """\
  survey:
    dataset: survey_answers
    service: kobo
    from: {place}
    format: kobo_json
    with:
      survey:
        version: {{column: __version__, known: {{v1: "1"}}}}
        items:
          trust: {{column: opinions/trust, kind: likert, scale: [1, 5]}}
          means: {{column: travel/means, kind: multi, options: {{walk: walk, bus: bus}}, other: other}}
"""
LIME = """\
  survey:
    dataset: survey_answers
    service: limesurvey
    from: {place}
    format: limesurvey_json
    ask:
      login: {{address: "{place}"}}
      request: {{json: {{params: ["{{token}}", 123456, json, null, complete, code, short]}}}}
    with:
      columns: {{survey_id: {{const: prova}}}}
      survey:
        items:
          trust: {{column: Q1, kind: likert, scale: [1, 5], options: {{A3: "3", A4: "4"}}}}
"""
ODK = """\
  survey:
    dataset: survey_answers
    service: odk_central
    from: {place}
    format: odk_json
    access: {{user: {{env: ODK_USER}}, password: {{env: ODK_PASSWORD}}}}
    with:
      columns: {{survey_id: {{const: visits}}}}
      survey:
        items:
          trust: {{column: opinions/trust, kind: likert, scale: [1, 5]}}
"""
FILE = """\
  survey:
    dataset: survey_answers
    from: "${{NZD_INBOX}}/*.csv"
    format: google_forms_csv
    with:
      survey: {{items: {{trust: {{column: Fiducia, kind: likert, scale: [1, 5]}}}}}}
"""
FIRST = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {
        "KOBO_TOKEN": TOKEN, "LIMESURVEY_USER": USER, "LIMESURVEY_PASSWORD": PASSWORD,
        "LIMESURVEY_HOST": "nowhere.example", "ODK_USER": USER, "ODK_PASSWORD": PASSWORD,
        "NZD_RESPONDENT_SECRET": "canary-respondent-secret",
    }  # fmt: skip
    for name, value in said.items():
        monkeypatch.setenv(name, value)


@dataclass
class Deployment:
    """One district with one questionnaire."""

    settings: Settings
    catalogue: Catalogue

    def collect(self, days: int = 0) -> Attempt:
        collect_all(self.settings, self.catalogue, FIRST + timedelta(days=days))
        return Manifest(self.settings.landing / "manifest.sqlite").attempts("prova", "survey")[-1]

    def rows(self) -> list[dict[str, Any]]:
        dataset = self.catalogue.datasets["survey_answers"]
        return read_current(self.settings.view, dataset).to_pylist()

    def scores(self) -> list[Decimal]:
        return sorted(row["score"] for row in self.rows() if row["score"] is not None)


@pytest.fixture
def bound(tmp_path: Path) -> Iterator[Any]:
    def bind(source: str, place: str) -> Deployment:
        districts, home = tmp_path / "districts", tmp_path / "home"
        districts.mkdir(exist_ok=True)
        text = DISTRICT + source.format(place=place)
        (districts / "prova.yaml").write_text(text, encoding="utf-8")
        settings = Settings(checkout(), home, districts, home / "inbox", home)
        return Deployment(settings, load(districts))

    return bind


def submission(number: int, trust: int, **more: Any) -> dict[str, Any]:
    return {
        "_id": number, "_uuid": f"u{number}", "_xform_id_string": "aPrato", "__version__": "v1",
        "_submission_time": "2026-10-05T10:00:00", "opinions/trust": str(trust),
        "formhub/uuid": "f", "_attachments": [], "_geolocation": [43.8, 11.1], **more,
    }  # fmt: skip


def test_q1_a_form_of_more_than_one_page_of_kobo_is_collected_whole(
    httpserver: HTTPServer, bound: Any
) -> None:
    trust = [1 + number % 5 for number in range(2345)]
    kobo = Kobo(httpserver, [submission(at, score) for at, score in enumerate(trust)])
    deployment = bound(KOBO, httpserver.url_for(kobo.path))

    attempt = deployment.collect()

    assert attempt.outcome == "new"
    assert len(kobo.asked) == 3
    assert deployment.scores() == sorted(map(Decimal, trust))
    assert len({row["respondent_key"] for row in deployment.rows()}) == 2345


def test_q2_and_q3_edits_and_deletions_in_the_tool_are_those_of_the_figures(
    httpserver: HTTPServer, bound: Any
) -> None:
    kobo = Kobo(httpserver, [submission(at, 3) for at in range(4)])
    deployment = bound(KOBO, httpserver.url_for(kobo.path))
    deployment.collect()
    keys = {row["respondent_key"] for row in deployment.rows()}

    kobo.submissions[0] = submission(0, 5, _uuid="another")
    del kobo.submissions[3]
    deployment.collect(days=1)

    assert deployment.scores() == [Decimal(3), Decimal(3), Decimal(5)]
    assert {row["respondent_key"] for row in deployment.rows()} < keys


def test_answers_stay_while_the_tool_refuses_us(
    httpserver: HTTPServer, bound: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kobo = Kobo(httpserver, [submission(1, 3)])
    deployment = bound(KOBO, httpserver.url_for(kobo.path))
    deployment.collect()
    monkeypatch.setenv("KOBO_TOKEN", "canary-wrong-token")

    attempt = deployment.collect(days=1)

    assert attempt.outcome == "error"
    assert "canary" not in (attempt.error_text or "")
    assert deployment.scores() == [Decimal(3)]


def response(number: int, answer: str | None) -> dict[str, Any]:
    return {
        "id": number, "submitdate": "2026-10-31 23:30:00", "lastpage": 3, "startlanguage": "it",
        "seed": "1", "Q1": answer,
    }  # fmt: skip


@pytest.mark.parametrize("old_shape", [False, True])
def test_q9_limesurvey_gives_both_shapes_and_its_session_is_released(
    httpserver: HTTPServer, bound: Any, *, old_shape: bool
) -> None:
    lime = LimeSurvey(httpserver, [response(1, "A3"), response(2, "")], old_shape=old_shape)
    deployment = bound(LIME, httpserver.url_for(lime.path))

    attempt = deployment.collect()

    assert attempt.outcome == "new"
    assert deployment.scores() == [Decimal(3)]
    assert {row["month"] for row in deployment.rows()} == {"2026-10"}
    assert {row["answer"] for row in deployment.rows()} == {"given", "not_answered"}
    assert lime.open_sessions == set()


def test_q9_a_session_that_ends_meanwhile_is_begun_anew_once(
    httpserver: HTTPServer, bound: Any
) -> None:
    lime = LimeSurvey(httpserver, [response(1, "A4")], ends_once=True)
    deployment = bound(LIME, httpserver.url_for(lime.path))

    deployment.collect()

    assert deployment.scores() == [Decimal(4)]
    assert lime.calls.count("get_session_key") == 2
    assert lime.calls[-1] == "release_session_key"


def test_q9_a_questionnaire_without_responses_is_empty_and_no_failure(
    httpserver: HTTPServer, bound: Any
) -> None:
    lime = LimeSurvey(httpserver)
    deployment = bound(LIME, httpserver.url_for(lime.path))

    assert deployment.collect().outcome == "empty"
    assert lime.open_sessions == set()


def test_q9_a_refusal_inside_an_answer_of_200_is_a_failure(
    httpserver: HTTPServer, bound: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lime = LimeSurvey(httpserver, [response(1, "A4")])
    deployment = bound(LIME, httpserver.url_for(lime.path))
    monkeypatch.setenv("LIMESURVEY_PASSWORD", "canary-wrong")

    attempt = deployment.collect()

    assert (attempt.outcome, attempt.error_code) == ("error", "LOGIN_FAILED")
    assert "canary" not in (attempt.error_text or "")
    assert "export_responses" not in lime.calls


def visit(number: int, trust: int | None, **system: Any) -> dict[str, Any]:
    said = {"submissionDate": "2026-10-31T23:30:00.000Z", "updatedAt": None, "deletedAt": None}
    return {
        "__id": f"uuid:{number}",
        "__system": {**said, "status": None, "formVersion": "3", **system},
        "opinions": {"trust": trust},
        "household": [{"age": 30}],
    }


def test_q10_odk_is_asked_so_that_it_says_where_more_is(httpserver: HTTPServer, bound: Any) -> None:
    central = OdkCentral(httpserver, [visit(at, 1 + at % 5) for at in range(1500)])
    deployment = bound(ODK, httpserver.url_for(central.path))

    deployment.collect()

    assert len(deployment.scores()) == 1500
    assert [one["$top"] for one in central.asked] == ["1000", "1000"]
    assert {row["month"] for row in deployment.rows()} == {"2026-11"}


def test_q10_an_encrypted_submission_is_set_aside_and_not_a_blank_answer(
    httpserver: HTTPServer, bound: Any
) -> None:
    central = OdkCentral(httpserver, [visit(1, 4), visit(2, None, status="notDecrypted")])
    deployment = bound(ODK, httpserver.url_for(central.path))

    deployment.collect()

    assert deployment.scores() == [Decimal(4)]
    (verdict,) = (deployment.settings.home / "accepted" / "survey_answers").rglob("*.json")
    assert "UNREADABLE_SUBMISSION" in verdict.read_text(encoding="utf-8")


CANARIES = ("Mario Canarino", "3339998887", "CNRMRA80A01H501U", "m.canarino@example.org")


def test_q14_nothing_people_wrote_leaves_landing_and_only_we_may_read_it_there(
    httpserver: HTTPServer, bound: Any
) -> None:
    columns = ("opinions/trust", "travel/means", "__version__", "_submission_time", "note", "_id")
    people = [submission(1, 4, **{"travel/means": "walk", "note": " ".join(CANARIES)})]
    for at, (column, canary) in enumerate(
        [(column, canary) for column in columns[:3] for canary in CANARIES], start=2
    ):
        people.append(submission(at, 3, **{column: canary, "note": canary}))
    kobo = Kobo(httpserver, people)
    deployment = bound(KOBO, httpserver.url_for(kobo.path))
    said = subprocess.run(
        [str(Path(sys.executable).parent / "nzd"), "collect"],
        env={
            **os.environ,
            "PYTHONPATH": str(checkout()),
            "NZD_HOME": str(deployment.settings.home),
            "NZD_DISTRICTS": str(deployment.settings.districts),
            "NZD_NOW": FIRST.isoformat(),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    kobo.submissions = [submission(1, 4, _submission_time=CANARIES[0])]
    deployment.collect(days=1)

    assert said.returncode == 0, said.stderr
    assert deployment.scores()
    home, blobs = deployment.settings.home, deployment.settings.landing / "blobs"
    files = [path for path in home.rglob("*") if path.is_file()]
    secrets = ("canary-token", "canary-respondent", *CANARIES)
    outside = [path for path in files if not path.is_relative_to(blobs)]
    assert outside
    for canary in secrets:
        assert canary not in said.stdout + said.stderr
        for path in outside:
            assert canary.encode() not in path.read_bytes(), path
    landed = [path for path in files if path.is_relative_to(blobs)]
    assert any(CANARIES[0].encode() in path.read_bytes() for path in landed)
    assert {path.stat().st_mode & 0o777 for path in landed} == {0o400}
    assert {path.parent.stat().st_mode & 0o777 for path in landed} == {0o700}


def test_q15_what_was_withdrawn_is_erased_from_landing_and_the_manifest_says_so(
    httpserver: HTTPServer, bound: Any
) -> None:
    kobo = Kobo(httpserver, [submission(1, 3), submission(2, 5, note=CANARIES[0])])
    deployment = bound(KOBO, httpserver.url_for(kobo.path))
    first = deployment.collect().sha256
    del kobo.submissions[1]
    second = deployment.collect(days=1).sha256
    (binding,) = deployment.catalogue.bindings
    at = FIRST + timedelta(days=2)

    erased = erase(deployment.settings, deployment.catalogue, binding, at, everything=False)
    attempt = deployment.collect(days=3)

    assert erased == [first]
    assert attempt.sha256 == second
    assert deployment.scores() == [Decimal(3)]
    files = [path for path in deployment.settings.home.rglob("*") if path.is_file()]
    assert not [path for path in files if CANARIES[0].encode() in path.read_bytes()]
    assert not [path for path in files if path.name.startswith(str(first)[:16])]
    manifest = Manifest(deployment.settings.landing / "manifest.sqlite").attempts()
    assert [one.sha256 for one in manifest if one.outcome == "erased"] == [first]


def test_q15_what_may_not_be_kept_any_longer_is_erased_by_collecting(bound: Any) -> None:
    deployment = bound(FILE + "    retention_days: 30\n", "unused")
    inbox = deployment.settings.inbox
    inbox.mkdir(parents=True)
    (inbox / "a.csv").write_text(
        f"Informazioni cronologiche,Fiducia,Note\n01/10/2026 10.03.22,3,{CANARIES[0]}\n"
    )
    deployment.collect()
    assert deployment.scores() == [Decimal(3)]

    deployment.collect(days=30)
    assert deployment.scores() == [Decimal(3)]
    deployment.collect(days=31)

    assert deployment.scores() == []
    home = deployment.settings.home
    kept = [path for path in home.rglob("*") if path.is_file() and path.parent != inbox]
    assert not [path for path in kept if CANARIES[0].encode() in path.read_bytes()]
    attempts = Manifest(deployment.settings.landing / "manifest.sqlite").attempts()
    assert [one.location for one in attempts if one.outcome == "erased"] == ["retention"]
    found = pq.read_table(deployment.settings.view / "collected/findings.parquet")
    assert "RETENTION_ENDED" in found["code"].to_pylist()


def test_a_file_that_was_erased_is_not_taken_again_from_the_inbox(bound: Any) -> None:
    deployment = bound(FILE, "unused")
    inbox = deployment.settings.inbox
    inbox.mkdir(parents=True)
    for name, score in (("a.csv", 3), ("b.csv", 4)):
        (inbox / name).write_text(
            f"Informazioni cronologiche,Fiducia\n01/10/2026 10.03.22,{score}\n"
        )
        deployment.collect()
    (binding,) = deployment.catalogue.bindings

    erased = erase(deployment.settings, deployment.catalogue, binding, FIRST, everything=False)
    deployment.collect(days=1)

    assert len(erased) == 1
    assert deployment.scores() == [Decimal(4)]
    assert len(list((deployment.settings.landing / "blobs").glob("*/*/*"))) == 1


def test_without_the_secret_of_the_keys_nothing_is_read_and_with_it_everything(
    httpserver: HTTPServer, bound: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kobo = Kobo(httpserver, [submission(1, 3)])
    deployment = bound(KOBO, httpserver.url_for(kobo.path))
    monkeypatch.delenv("NZD_RESPONDENT_SECRET")
    deployment.collect()
    assert deployment.rows() == []

    monkeypatch.setenv("NZD_RESPONDENT_SECRET", "canary-respondent-secret")
    deployment.collect(days=1)

    assert deployment.scores() == [Decimal(3)]


def test_equal_bytes_and_an_equal_secret_give_equal_parquet_bytes(
    httpserver: HTTPServer, bound: Any
) -> None:
    kobo = Kobo(httpserver, [submission(at, 3) for at in range(5)])
    deployment = bound(KOBO, httpserver.url_for(kobo.path))
    deployment.collect()
    (path,) = (deployment.settings.home / "accepted").rglob("*.parquet")
    before = path.read_bytes()

    for kept in (path, *path.parent.glob("*.json")):
        kept.unlink()
    deployment.collect(days=1)

    assert path.read_bytes() == before
