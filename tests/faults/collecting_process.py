"""A collection in a process of its own, so that it can be killed like one.

Run as a script: deployment from NZD_HOME, NZD_INBOX, NZD_DISTRICTS and NZD_NOW, as `nzd collect` has
it, without Dagster, whose start would take longer than the collection. It says `begun` when it
begins.
"""

from __future__ import annotations

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.landing.alone import alone
from pipelines.settings import now, settings

if __name__ == "__main__":
    deployment = settings()
    catalogue = load(deployment.districts)
    print("begun", flush=True)
    with alone(deployment.home):
        collect_all(deployment, catalogue, now())
    print("ended", flush=True)
