"""Publications in processes of their own, so that they can be killed like one.

Run as a script with the home of a deployment. It reads a version of the code a line, publishes in a fork of itself
under that version, so that each is a new edition, and answers with the number of the process when that begins and
with its exit code when it ends. A version like "x@placing" kills itself at that moment.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from pipelines.landing.alone import Busy
from pipelines.publishing.editions.edition import publish
from pipelines.publishing.journal import JOURNAL
from pipelines.settings import Settings, checkout
from tests.published import known_at

MONTH, BUSY = "2026-10", 3


def _kill_at(moment: str) -> None:
    """End this process as a kill does, when it asks the system for what comes at that moment."""
    written = 0

    def ask(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal written
        if event not in ("open", "os.rename"):
            return
        path = str(arguments[0])
        if event == "open" and path.endswith(JOURNAL) and int(arguments[2]) & os.O_WRONLY:
            written += 1
        if (
            (moment == "sealing" and written == 1)
            or (moment == "confirming" and written == 2)
            or (moment == "placing" and event == "os.rename" and f"/{MONTH}/.r" in path)
        ):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(ask)


def _published(home: Path, version: str) -> int:
    deployment = Settings(checkout(), home, home / "districts", home / "inbox", home)
    if "@" in version:
        _kill_at(version.partition("@")[2])
    try:
        publish(deployment, MONTH, known_at(MONTH), version)
    except Busy:
        return BUSY
    except BaseException:  # whatever it was, this process ends here with its code
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    place = Path(sys.argv[1])
    print("ready", flush=True)
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            os._exit(_published(place, line.strip()))
        print(process, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
