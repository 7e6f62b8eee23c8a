"""A delivery that is killed at any moment sends nothing twice and forgets nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope

from tests.delivery.house import House, MailTaker

PEOPLE = 12
KILLS = 14
LIST = "recipients:\n" + "".join(f"  - {{email: p{n}@parma.example}}\n" for n in range(PEOPLE))


class Senders:
    """The processes of `sending_process.py`."""

    def __init__(self, house: House) -> None:
        place = [str(house.settings.home), str(house.settings.districts)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.delivery.sending_process", *place],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert self._said() == "ready"

    def begin(self) -> int:
        """The number of a process that delivers."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return int(self._said())

    def end(self) -> int:
        """Its exit code."""
        return int(self._said())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@pytest.fixture
def taker(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailTaker]:
    for name in ("prato", "programme"):
        house.recipients(name, "recipients: []\n")
    house.recipients("parma", LIST)
    server = MailTaker()
    for name, value in server.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    yield server
    server.stop()


@pytest.fixture
def senders(house: House, taker: MailTaker) -> Iterator[Senders]:
    made = Senders(house)
    yield made
    made.close()


def test_killed_when_the_server_has_all_and_has_not_answered(
    house: House, taker: MailTaker, senders: Senders
) -> None:
    began: list[int] = []

    def kill(envelope: Envelope) -> None:
        if envelope.rcpt_tos == ["p5@parma.example"] and began:
            os.kill(began.pop(), signal.SIGKILL)

    taker.on_data = kill
    began.append(senders.begin())
    assert senders.end() == -signal.SIGKILL
    senders.begin()
    assert senders.end() == 0

    assert Counter(taker.to) == Counter(f"p{n}@parma.example" for n in range(PEOPLE))
    states = house.states()
    assert states.pop("p5@parma.example") == "unknown"
    assert set(states.values()) == {"accepted"}


def test_killed_at_any_moment(house: House, taker: MailTaker, senders: Senders) -> None:
    chance = random.Random(8)  # noqa: S311 - moments, no secrets
    for _ in range(KILLS):
        process = senders.begin()
        timer = threading.Timer(chance.uniform(0.0, 0.6), _kill, [process])
        timer.start()
        senders.end()
        timer.cancel()
    senders.begin()
    assert senders.end() == 0

    came, states = Counter(taker.to), house.states()
    assert set(came.values()) <= {1}
    assert len(states) == PEOPLE
    assert set(states.values()) <= {"accepted", "unknown"}
    missing = {address for address in states if address not in came}
    assert {states[address] for address in missing} <= {"unknown"}


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:  # it had ended
        return
