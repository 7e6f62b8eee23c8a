"""Following a Theory of Change: who leads to whom, and which activities and impacts a node belongs to.

Belongs here: ways through a published chain. Does not belong here: how it is drawn or worded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.rows import Row

STEPS = ("activity", "early_change", "late_outcome", "impact")
STATES = ("reached", "on_course", "behind", "not_measurable")


@dataclass(frozen=True)
class Chain:
    """The nodes of one district by name and its links, both in their declared order."""

    nodes: Mapping[str, Row]
    links: Sequence[Row]

    @cached_property
    def _before(self) -> dict[str, list[str]]:
        return {
            name: [link["from_node"] for link in self.links if link["to_node"] == name]
            for name in self.nodes
        }

    @cached_property
    def _after(self) -> dict[str, list[str]]:
        return {
            name: [link["to_node"] for link in self.links if link["from_node"] == name]
            for name in self.nodes
        }

    def at(self, step: str) -> list[Row]:
        """Nodes of one step."""
        return [node for node in self.nodes.values() if node["step"] == step]

    def next_of(self, node: str) -> list[Row]:
        """What a node leads to directly."""
        return [self.nodes[name] for name in self._after[node]]

    def activities_of(self, node: str) -> list[Row]:
        """Activities that lead to a node, itself where it is one."""
        return self._along(node, self._before, "activity")

    def impacts_of(self, node: str) -> list[Row]:
        """Impacts that a node leads to, itself where it is one."""
        return self._along(node, self._after, "impact")

    def levers_of(self, link: Row) -> set[str]:
        """Levers of the activities from which a link is reached."""
        return {str(node["lever"]) for node in self.activities_of(link["from_node"])}

    def _along(self, start: str, ways: Mapping[str, Sequence[str]], step: str) -> list[Row]:
        found, waiting = set(), [start]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += ways[name]
        return [node for name, node in self.nodes.items() if name in found and node["step"] == step]


def chain_of(read: DistrictReading) -> Chain | None:
    """The chain of a district; None where it declares none."""
    nodes = {row["node_id"]: row for row in read.rows("theory_nodes")}
    links = read.rows("theory_links", read.month)
    return Chain(nodes, links) if nodes and links else None
