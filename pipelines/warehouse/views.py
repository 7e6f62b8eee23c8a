"""Views of earlier moments that are still on disk.

Belongs here: how many stay. Does not belong here: building one (`build.py`); a view that is gone is built again.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.settings import Settings


def keep_the_newest_views(settings: Settings, count: int | None) -> None:
    """Remove all views of earlier moments but those built last; nothing where no count is declared."""
    if count is None:
        return
    by_age = sorted((settings.home / "as_of").glob("*"), key=_built)
    for view in by_age[: max(len(by_age) - count, 0)]:
        shutil.rmtree(view)


def _built(view: Path) -> int:
    marts = view / "marts"
    return (marts if marts.exists() else view).stat().st_mtime_ns
