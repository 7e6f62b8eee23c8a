"""What one source has had accepted so far: what its next delivery is compared with.

Belongs here: keeping it, so that the thousandth delivery is judged as fast as the first. Does not
belong here: comparing (`quality`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyarrow as pa

from pipelines.collecting.deliveries import Delivery
from pipelines.collecting.verdicts import LEVELS
from pipelines.connectors.parsers.delivery import Column, Shape
from pipelines.quality.drift import REMEMBERED


class SoFar:
    """The accepted deliveries of one source, in their order.

    Attributes:
        shapes: Of the last of them, oldest first.
    """

    def __init__(self, dataset: str) -> None:
        self.shapes: list[Shape] = []
        self._schema = LEVELS.get(dataset)
        self._levels: dict[str, list[list[str]]] = defaultdict(list)

    def add(self, delivery: Delivery) -> None:
        """One more delivery, where it was accepted."""
        if not delivery.verdict.accepted:
            return
        self.shapes.append(
            tuple(
                Column(one["name"], one["type"], one["median"], tuple(one["values"]))
                for one in delivery.verdict.shape
            )
        )
        del self.shapes[:-REMEMBERED]
        for level in delivery.verdict.levels:
            self._levels[level[0]].append(level)

    def history(self, points: Iterable[str]) -> pa.Table | None:
        """The levels of these points; None where the dataset has none."""
        if self._schema is None:
            return None
        rows = [row for point in points for row in self._levels.get(point, ())]
        columns = list(zip(*rows, strict=True)) or [()] * len(self._schema)
        arrays = [
            pa.array(column, pa.string()).cast(field.type)
            for column, field in zip(columns, self._schema, strict=True)
        ]
        return pa.table(arrays, schema=self._schema)
