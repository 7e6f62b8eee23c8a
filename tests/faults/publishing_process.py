"""Publications in processes of their own, so that they can be killed like one.

Run as a script with the home of a deployment. It reads a version of the code a line, publishes in a fork of itself
under that version, so that each is a new edition, and answers with the number of the process when that begins and
with its exit code when it ends.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from pipelines.landing.alone import Busy
from pipelines.publishing.editions.edition import publish
from pipelines.settings import Settings, checkout
from tests.published import known_at

MONTH, BUSY = "2026-10", 3


def _published(home: Path, version: str) -> int:
    deployment = Settings(checkout(), home, home / "districts", home / "inbox", home)
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
