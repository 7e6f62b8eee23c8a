"""Firms that agreed with their city: to it alone they are no strangers, everybody else stays protected.

Belongs here: what protection is given to read for an internal edition. Does not belong here: the agreement
(`catalogue/agreement.py`), what an internal edition is (`publishing/internal`). No public edition comes here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.publishing.protecting.disclosure import Place
from pipelines.publishing.protecting.limits import SIGNED, Contributors, contributors_among
from pipelines.publishing.protecting.relations import Version
from pipelines.publishing.protecting.uses import Holdings
from pipelines.publishing.rows import Row


@dataclass(frozen=True)
class Agreed:
    """The groups of one district that agreed, and what each holder contributes to its measures.

    `contributions` are rows of the warehouse's `int_contributions`, which names holders and is not exported.
    """

    district: str
    groups: frozenset[str]
    contributions: Sequence[Row]

    def rows(self, rows: Iterable[Row]) -> list[Row]:
        """Rows with holders, with the groups that agreed marked as such."""
        return [
            {**row, "holder_kind": SIGNED}
            if row["district_id"] == self.district and row["holder_group"] in self.groups
            else row
            for row in rows
        ]

    def contributors(
        self, found: Mapping[Place, Mapping[str, Sequence[Contributors]]]
    ) -> dict[Place, Mapping[str, Sequence[Contributors]]]:
        """Who stands behind measures, counted anew for this district."""
        amounts: dict[Place, dict[str, dict[tuple[str, str], Decimal]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        for row in self.rows(self.contributions):
            holder = (row["holder_kind"], row["holder_group"])
            place = (row["district_id"], row["month"])
            amounts[place][row["measure"]][holder] = abs(row["amount"])
        anew = {
            place: {name: contributors_among(who) for name, who in measures.items()}
            for place, measures in amounts.items()
        }
        others = {place: own for place, own in found.items() if place[0] != self.district}
        return {**others, **anew}

    def versions(self, found: Mapping[Place, Sequence[Version]]) -> dict[Place, list[Version]]:
        """What earlier editions said, of the same holders as now."""
        return {
            place: [replace(one, holdings=self._holdings(place, one)) for one in own]
            for place, own in found.items()
        }

    def _holdings(self, place: Place, version: Version) -> Holdings:
        if place[0] != self.district:
            return version.holdings
        return {
            use: {
                ((SIGNED, group) if group in self.groups else (kind, group)): amount
                for (kind, group), amount in who.items()
            }
            for use, who in version.holdings.items()
        }


NOBODY = Agreed("", frozenset(), ())
"""What a public edition is protected with."""
