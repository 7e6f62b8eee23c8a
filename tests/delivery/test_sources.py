"""Who keeps sources running and who sends data hear what is wrong: once, and again only when it is something else."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.delivering.deliver import deliver
from pipelines.delivering.sending import Sent
from tests.faults.conftest import ARRIVED, Deployment, deployment_at, hours

RECIPIENTS = {
    "programme": "recipients:\n  - {email: dati@programme.example, language: en, mails: [digest]}\n",
    "alfa": "nudges: true\n",
}
CONTACT = "    contact: {name: Fornitore elettrico, email: curve@fornitore.example}\n"


@pytest.fixture
def two(tmp_path: Path) -> Deployment:
    """Two districts whose curves of August came; who sends those of `alfa` may be written to."""
    made = deployment_at(tmp_path)
    for name in ("alfa", "beta"):
        path = made.settings.districts / f"{name}.yaml"
        path.write_text(path.read_text(encoding="utf-8") + CONTACT, encoding="utf-8")
        (made.settings.inbox / name).mkdir(parents=True)
        (made.settings.inbox / name / "2026-08.csv").write_bytes(hours(f"{name}-1"))
    (made.settings.districts / "recipients").mkdir()
    for name, text in RECIPIENTS.items():
        (made.settings.districts / "recipients" / f"{name}.yaml").write_text(text)
    return made


def _after(two: Deployment, days: int) -> tuple[Sent, dict[str, str]]:
    """A day on which everything is collected and told: what was sent, and each mail's text by kind."""
    at = ARRIVED + timedelta(days=days)
    collect_all(two.settings, load(two.settings.districts), at)
    made = deliver(two.settings, at)
    return made, {one.kind: _text(two, one.id) for one, _ in made.letters}


def _text(two: Deployment, letter: str) -> str:
    (path,) = (two.settings.home / "outbox").glob(f"*{letter[:8]}.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_a_house_in_order_sends_nothing(two: Deployment) -> None:
    assert _after(two, 0)[0].letters == []


def test_engineers_hear_what_has_changed_and_nothing_on_days_without_news(two: Deployment) -> None:
    _after(two, 0)
    moved = two.settings.inbox / "beta"
    moved.rename(two.settings.inbox / "gone")
    path = two.settings.inbox / "alfa" / "2026-08.csv"
    path.write_bytes(path.read_bytes().replace(b";1.25;", b";-4.0;", 1))

    _, first = _after(two, 1)
    quiet, _ = _after(two, 2)
    (two.settings.inbox / "gone").rename(moved)
    _, last = _after(two, 3)

    assert "beta.logger: not answering. SOURCE_MISSING:" in first["digest"]
    assert "alfa.logger: NEGATIVE_QUANTITY × 1:" in first["digest"]
    assert quiet.letters == []
    assert "What has changed since the last of these" in last["digest"]
    assert "beta.logger: in order again" in last["digest"]


def test_who_sends_data_is_asked_politely_and_not_again_within_the_cadence(two: Deployment) -> None:
    _after(two, 0)
    months = {}
    for days in range(42, 60, 3):
        made, told = _after(two, days)
        for one, _ in made.letters:
            if one.kind == "nudge":
                months[days] = told["nudge"]
                assert one.address == "curve@fornitore.example"

    first, *later = months
    assert "Gentile Fornitore elettrico," in months[first]
    assert "(alfa.logger): manca settembre 2026, atteso entro il" in months[first]
    assert "beta" not in months[first]  # its file lets nobody be written to
    assert all(day - first >= 7 for day in later)
    assert len(months) <= 3


def test_a_delivery_that_could_not_be_read_is_asked_for_again(two: Deployment) -> None:
    _after(two, 0)
    (two.settings.inbox / "alfa" / "2026-09.csv").write_bytes(b"\x00\x01 no table at all")
    _, told = _after(two, 1)

    assert "l’ultima consegna è arrivata, ma non si è potuta leggere" in told["nudge"]
