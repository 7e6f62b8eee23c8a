"""`nzd`: what a person types. Each command runs what Dagster runs, in this process.

Belongs here: arguments, progress and what is printed, one module per group of commands. Does not
belong here: anything that decides a figure. Commands of other rooms join through the entry point
group `nzd.commands`.
"""

from pipelines.cli.entry import main, nzd

__all__ = ["main", "nzd"]
