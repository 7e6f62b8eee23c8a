"""Which code made a figure."""

from __future__ import annotations

import hashlib
from functools import cache

from pipelines.settings import checkout

ROOMS = ("pipelines", "dbt_project", "expectations", "reports")


@cache
def code_version() -> str:
    """Version of the code that makes figures: a hash over the rooms that decide them.

    It says the same for the same files, whether or not they are committed, and nothing about tests
    or documents.
    """
    root = checkout()
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.is_file() and not {"__pycache__", "target", "logs"} & set(path.parts):
                digest.update(str(path.relative_to(root)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
