"""Is an internal edition still what was made? Its files against its manifest, that against the journal.

Belongs here: the same question as of a published edition, asked of one that lies apart. Does not belong here: comparing
files (`editions/verify.py`).
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.landing.files import sha256_of
from pipelines.publishing.editions.seals import Seal
from pipelines.publishing.editions.verify import Verification, against_manifest
from pipelines.publishing.journal import JOURNAL, JournalDamaged, entries
from pipelines.publishing.shelf import MANIFEST
from pipelines.settings import Settings


def verify_internal(settings: Settings, place: str) -> Verification:
    """Compare an internal edition with what the journal says of it.

    Args:
        settings: The deployment.
        place: Where it lies below `internal/`, like prato/2026-10/n1.

    Raises:
        LookupError: there is none.
        ValueError, FileNotFoundError: its manifest cannot be read.
    """
    folder = settings.internal / place
    if not folder.is_dir():
        raise LookupError(f"There is no internal edition '{place}'. Write it like prato/2026-10/n1.")  # fmt: skip
    return replace(against_manifest(folder), seal=_seal(settings, place))


def _seal(settings: Settings, place: str) -> Seal:
    try:
        made = [one for one in entries(settings.internal) if one.get("made") == place]
    except JournalDamaged as damaged:
        return Seal("damaged", str(damaged), ok=False)
    name = f"internal/{JOURNAL}"
    if not made:
        return Seal("no seal", f"{name} does not say that it was made", ok=False)
    said, day = made[-1].get("manifest"), made[-1]["at"][:10]
    if said is None:
        return Seal("not sealed", f"it was made on {day}, before {name} held its hash")
    if sha256_of(settings.internal / place / MANIFEST) != said:
        told = f"the {MANIFEST} is not the one that was sealed on {day} ({name})"
        return Seal("changed", told, ok=False, sha256=said)
    return Seal("sealed", f"{MANIFEST} {said}, on {day} ({name})", sha256=said)
