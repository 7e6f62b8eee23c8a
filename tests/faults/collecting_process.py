"""Collections in processes of their own, so that they can be killed like one.

Run as a script. It reads deployments from standard input, one a line, and collects each in a fork of
itself, as `nzd collect` would without Dagster; it answers with the number of the process when that
begins and with its exit code when it ends. What Python must import and read for every one of them
is imported and read once.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from datetime import datetime
from pathlib import Path

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.landing.alone import alone
from pipelines.settings import Settings, checkout


def _collected(root: str, home: str, at: str) -> int:
    place = Path(root)
    deployment = Settings(checkout(), Path(home), place / "districts", place / "inbox", Path(home))
    try:
        with alone(deployment.home):
            collect_all(deployment, load(deployment.districts), datetime.fromisoformat(at))
    except BaseException:  # whatever it was, this process ends here with its code
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    load(checkout() / "districts")
    print("ready", flush=True)
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            os._exit(_collected(**json.loads(line)))
        print(process, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
