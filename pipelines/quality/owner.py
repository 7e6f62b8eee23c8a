"""Whose readings a file holds: the point it names in its name, folder or preamble, and the points
of its rows.

Belongs here: refusing the file of another, and points that are in no register. Does not belong
here: a point that two districts claim, which shows once all registers are read (`collecting`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.catalogue.declaration import Bilingual
from pipelines.catalogue.source import UnknownPoints
from pipelines.quality.judged import Judged
from pipelines.quality.known_points import KnownPoints
from pipelines.quality.row_pass import with_reasons

WRONG_OWNER = "WRONG_OWNER"
NOT_REGISTERED = "POINT_NOT_REGISTERED"

_POD = re.compile(r"(?<![A-Z0-9])IT[0-9]{3}E[0-9A-Z]{8}(?=[0-9A-Z]?(?![A-Z0-9]))", re.IGNORECASE)
_PDR = re.compile(r"(?<!\d)\d{14}(?!\d)")
_MOMENT = re.compile(
    r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d"
)


def named_points(text: str) -> set[str]:
    """The PODs and PDRs that a name or a preamble mentions; fourteen digits that are a moment, as
    flows carry in their names, are none.
    """
    pods = {found.upper() for found in _POD.findall(text)}
    return pods | {found for found in _PDR.findall(text) if not _MOMENT.fullmatch(found)}


def judge_owner(judged: Judged, places: Iterable[str]) -> Judged:
    """The delivery refused with WRONG_OWNER where a place names one point and the rows hold another.

    Args:
        judged: The delivery after the row pass.
        places: Where a point may be named: the path of the file, its preamble.
    """
    if judged.refusal or "point_id" not in judged.accepted.column_names:
        return judged
    held = {point for point in judged.accepted["point_id"].unique().to_pylist() if point}
    for kind in (_POD, _PDR):
        rows = {point[:14] for point in held if kind.match(point)}
        for place in places:
            named = {point for point in named_points(place) if kind.match(point)}
            others = rows - named
            if named and others:
                return _of_another(judged, sorted(named), sorted(others))
    return judged


def _of_another(judged: Judged, named: list[str], others: list[str]) -> Judged:
    those, these = ", ".join(others[:3]), ", ".join(named[:3])
    where = Bilingual(
        it=f"Il file si dice di {these} e contiene {those}.",
        en=f"The file says it is of {these} and holds {those}.",
    )
    return judged.refused(WRONG_OWNER, len(others), where)


def judge_register(judged: Judged, known: KnownPoints, policy: UnknownPoints) -> Judged:
    """The delivery after the declared choice on points that the district's register does not hold.

    Without a register nothing can be said, and nothing is.
    """
    table = judged.accepted
    if policy == "accept" or judged.refusal or not known.limits or not table.num_rows:
        return judged
    if "point_id" not in table.column_names:
        return judged
    unknown = pc.invert(pc.is_in(table["point_id"], value_set=pa.array(sorted(known.limits))))
    points = table.filter(unknown)["point_id"].unique().to_pylist()
    if not points:
        return judged
    if policy == "refuse":
        said = ", ".join(points[:5])
        where = Bilingual(it=f"{len(points)} punti ({said}).", en=f"{len(points)} points ({said}).")
        return judged.refused(NOT_REGISTERED, len(points), where)
    rows = table.filter(unknown)
    reasons: list[dict[str, str | None]] = [
        {"code": NOT_REGISTERED, "column": "point_id", "raw": point}
        for point in rows["point_id"].to_pylist()
    ]
    return Judged(
        table.filter(pc.invert(unknown)),
        pa.concat_tables([judged.quarantined, with_reasons(rows, reasons)]),
        judged.results,
    )
