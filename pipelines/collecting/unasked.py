"""Refusing to build on nothing: a renamed source whose deliveries lie under its old name.

Belongs here: telling such a source from one that is new. Does not belong here: asking it (`collect`).
"""

from __future__ import annotations

from collections import defaultdict

from pipelines.catalogue.catalogue import Catalogue
from pipelines.collecting.fetch import Landing
from pipelines.settings import Settings


class NeverAsked(RuntimeError):
    """What was delivered counts under no declared source, and what is declared was never asked."""


def refuse_what_was_never_asked(settings: Settings, catalogue: Catalogue) -> None:
    """Refuse where a dataset of a district would lose its deliveries because its source has another name.

    A source that is new beside others has not been asked either, and is waited for; one that is
    taken away is meant to be gone. Only both together make figures disappear that nobody took back.

    Raises:
        NeverAsked: with what to type.
    """
    attempts = Landing.at(settings.landing, settings.inbox).manifest.attempts()
    asked = {(one.district_id, one.source_id) for one in attempts}
    declared = {(one.district.id, one.source_id) for one in catalogue.bindings}
    left: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in attempts:
        if one.sha256 is not None and (one.district_id, one.source_id) not in declared:
            left[one.district_id, one.dataset].add(one.source_id)
    trouble = [
        f"  {one.district.id}.{one.source_id} ({one.dataset.id}): never asked; what arrived lies under"
        f" {', '.join(sorted(left[one.district.id, one.dataset.id]))}, which is no longer declared"
        for one in catalogue.bindings
        if (one.district.id, one.source_id) not in asked
        and left.get((one.district.id, one.dataset.id))
    ]
    if trouble:
        raise NeverAsked(
            "Expected every declared source to have been asked, and found sources of another name:\n"
            + "\n".join(trouble)
            + "\nNothing was built; the last figures stay. Collect first (nzd collect), or give the source"
            " its old name back."
        )
