"""Deliveries in processes of their own, so that they can be killed like one.

Run as a script with the home of a deployment and its districts. It reads a line, delivers in a fork of itself, and
answers with the number of the process when that begins and with its exit code when it ends.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from pipelines.delivering.deliver import deliver
from pipelines.publishing.report.pages import district_document  # noqa: F401 - loaded before the fork
from pipelines.settings import Settings, checkout
from tests.delivery.house import AT

if __name__ == "__main__":
    home, districts = Path(sys.argv[1]), Path(sys.argv[2])
    deployment = Settings(checkout(), home, districts, home / "inbox", home)
    print("ready", flush=True)
    for _ in sys.stdin:
        process = os.fork()
        if process == 0:
            code = 0
            try:
                deliver(deployment, AT, again=True)
            except BaseException:  # whatever it was, this process ends here with its code
                traceback.print_exc()
                code = 1
            os._exit(code)
        print(process, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
