"""An internal edition stands apart, ends with its agreement, and its journal cannot be written over."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.catalogue.agreement import Agreement, agreement_of
from pipelines.catalogue.declaration import DeclarationError
from pipelines.publishing.editions.contents import write_file, write_manifest
from pipelines.publishing.internal.checking import verify_internal
from pipelines.publishing.internal.composing import check_figures
from pipelines.publishing.internal.making import NotAgreed, expire, make
from pipelines.publishing.journal import JOURNAL, JournalDamaged, entries, write_down
from pipelines.publishing.protecting.agreed import Agreed
from pipelines.publishing.protecting.limits import Limits, sensitive
from pipelines.publishing.rows import sha256
from pipelines.settings import Settings

TEXT = """\
signed_by: [a, b]
reference: Accordo 1
legal_basis: Convenzione
valid_from: 2026-01-01
until: 2026-06-30
lifts: [{rule: firms, figures: [ENE07, energy_by_carrier_sector]}]
recipients: [Ufficio]
"""
IN_FORCE = datetime(2026, 6, 30, 23, tzinfo=UTC)
ENDED = datetime(2026, 7, 1, 1, tzinfo=UTC)


@pytest.fixture
def deployment(tmp_path: Path) -> Settings:
    districts = tmp_path / "districts"
    (districts / "agreements").mkdir(parents=True)
    (districts / "agreements" / "porto.yaml").write_text(TEXT, encoding="utf-8")
    home = tmp_path / "home"
    return Settings(tmp_path, home, districts, home / "inbox", home)


def declared(deployment: Settings, text: str) -> Agreement | None:
    (deployment.districts / "agreements" / "porto.yaml").write_text(text, encoding="utf-8")
    return agreement_of(deployment.districts, "porto")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (TEXT.replace("rule: firms", "rule: households"), "lifts"),
        (TEXT.replace("energy_by_carrier_sector", "survey_estimates"), "survey_estimates"),
        (TEXT.replace("until: 2026-06-30", "until: 2025-06-30"), "before valid_from"),
        (TEXT.replace("signed_by: [a, b]", "signed_by: []"), "signed_by"),
    ],
)
def test_an_agreement_lifts_nothing_of_people_and_says_who_signed_until_when(
    deployment: Settings, wrong: str, said: str
) -> None:
    with pytest.raises(DeclarationError, match=said):
        declared(deployment, wrong)


def test_figures_of_surveys_are_refused_by_name(deployment: Settings) -> None:
    agreement = declared(deployment, TEXT.replace("ENE07", "DEM03, ENE99"))
    assert agreement is not None
    kpis: list[dict[str, Any]] = [{"code": "DEM03", "disclosure_rule": "survey"}]
    with pytest.raises(ValueError, match="ENE99 is no KPI, DEM03 is of people"):
        check_figures(agreement, kpis)


def test_nothing_is_made_without_an_agreement_that_holds(deployment: Settings) -> None:
    with pytest.raises(NotAgreed, match="holds from 2026-01-01 to 2026-06-30, and today is 2026-07-01"):  # fmt: skip
        make(deployment, "porto", "2026-05", ENDED, "A")
    with pytest.raises(NotAgreed, match="No agreement is recorded for colle"):
        make(deployment, "colle", "2026-05", IN_FORCE, "A")
    with pytest.raises(NotAgreed, match="Nothing is published of 2026-05"):
        make(deployment, "porto", "2026-05", IN_FORCE, "A")


def _made(deployment: Settings) -> Path:
    from pipelines.publishing.internal.making import _recorded

    agreement = agreement_of(deployment.districts, "porto")
    assert agreement is not None
    place = deployment.internal / "porto" / "2026-05" / "n1"
    place.mkdir(parents=True)
    about = json.dumps({"agreement": _recorded(agreement)})
    (place / "manifest.json").write_text(about, encoding="utf-8")
    return place


def test_what_was_made_goes_when_its_agreement_ends(deployment: Settings) -> None:
    place = _made(deployment)
    assert expire(deployment, IN_FORCE) == []
    assert expire(deployment, ENDED) == [place]
    assert not place.exists()
    assert [entry["ended"] for entry in entries(deployment.internal)] == ["porto/2026-05/n1"]


def test_what_was_made_goes_when_the_agreement_says_something_else(deployment: Settings) -> None:
    place = _made(deployment)
    declared(deployment, TEXT.replace("[a, b]", "[a]"))
    assert expire(deployment, IN_FORCE) == [place]


def test_a_line_of_the_journal_that_was_changed_or_taken_out_is_noticed(tmp_path: Path) -> None:
    for number in range(3):
        write_down(tmp_path, made=f"n{number}")
    path = tmp_path / JOURNAL
    lines = path.read_text().splitlines(keepends=True)
    assert [entry["made"] for entry in entries(tmp_path)] == ["n0", "n1", "n2"]
    for text in (lines[0] + lines[2], lines[0].replace("n0", "n9") + lines[1]):
        path.write_text(text)
        with pytest.raises(JournalDamaged, match=":2:"):
            write_down(tmp_path, made="n3")
        assert path.read_text() == text


def test_who_did_not_sign_stays_protected_beside_those_who_did() -> None:
    rows = [
        {"district_id": "d", "month": "2026-05", "measure": "kwh", "holder_kind": kind,
         "holder_group": name, "amount": 100}
        for kind, name in (("firm", "a"), ("firm", "b"), ("firm", "c"), ("household", "h"))
    ]  # fmt: skip

    def judged(signed: str, of: list[dict[str, Any]]) -> bool:
        found = Agreed("d", frozenset(signed), of).contributors({})
        return sensitive(found["d", "2026-05"]["kwh"], Limits())

    three = [{**row, "holder_group": f"other {row['holder_group']}"} for row in rows[:3]]
    large = [{**rows[0], "amount": 9000}]
    assert not judged("a", [*large, *three])
    assert judged("a", [*large, *three[:2], {**three[2], "amount": 1}])  # who signed is no cover
    assert judged("ab", rows[:3])  # c alone is left, between two that are known
    assert not judged("abc", rows[:3])
    assert judged("abc", rows)  # a household signs nothing


def test_what_was_made_is_held_against_the_journal(deployment: Settings) -> None:
    place = deployment.internal / "porto" / "2026-05" / "n1"
    write_file(place, "porto/it/report.html", b"page")
    manifest = write_manifest(place, {"made_by": "A"})
    said = {"made": "porto/2026-05/n1", "manifest": sha256(manifest), "at": IN_FORCE.isoformat()}
    write_down(deployment.internal, **said)
    assert verify_internal(deployment, "porto/2026-05/n1").ok

    write_file(place, "porto/it/report.html", b"other")
    write_manifest(place, {"made_by": "A"})

    found = verify_internal(deployment, "porto/2026-05/n1")
    assert not found.ok
    assert "changed: the manifest.json is not the one that was sealed on 2026-06-30" in str(found)
    (deployment.internal / JOURNAL).write_text("nothing\n")
    assert ":1: expected the line" in str(verify_internal(deployment, "porto/2026-05/n1"))
    with pytest.raises(LookupError, match="There is no internal edition"):
        verify_internal(deployment, "porto/2026-05/n2")
