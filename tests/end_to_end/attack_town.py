"""Small districts of which two editions are built, with something of one firm or household between them.

Belongs here: their files and the two builds. Does not belong here: the attack (`attack_pairs.py`), what it must find.
The later edition is made twice of the same marts: as it is, and with what earlier ones told forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.publishing.kpi_file import kpi_table
from pipelines.publishing.protecting.protection import Protected, protected
from pipelines.settings import now, settings
from pipelines.warehouse.build import build
from tests.end_to_end.attack_pairs import Account
from tests.end_to_end.attack_reading import Sums, told_of
from tests.end_to_end.attack_truth import truth_of

MONTH, HIT = "2026-04", "2026-02"
"""The edition's month, and the one in which something changes."""
DAYS = ("2026-05-20T08:00:00+00:00", "2026-05-30T08:00:00+00:00")
_HEAD = "point_id,carrier,bill_id,period_start,period_end,quantity,unit,bill_kind,quality"
_FIRMS = {"a": 101_021, "b": 93_077, "c": 87_013, "e": 62_039}
"""What four firms and the town use a month; of odd numbers, so that no two sums are the same by chance."""
_TOWN = 173_081


@dataclass(frozen=True)
class Point:
    """A point of a district and what it uses in a month."""

    holder: str
    source: str
    amount: int
    carrier: str = "water"

    @property
    def code(self) -> str:
        """Holder, carrier and source."""
        return f"{self.holder}_{self.carrier}_{self.source}"


@dataclass(frozen=True)
class Planted:
    """One district.

    Attributes:
        name: Its id.
        points: What is used.
        late: Points whose bill of the month arrives between the editions.
        comes: Points that are registered, and billed from then on, only between them.
        goes: Points of which the register says between them that they were never the district's.
        again: Amounts of the month that are sent once more, set right.
        hidden: Whether the second edition must tell less than its data alone would allow.
    """

    name: str
    points: tuple[Point, ...]
    late: tuple[str, ...] = ()
    comes: tuple[str, ...] = ()
    goes: tuple[str, ...] = ()
    again: Mapping[str, int] = field(default_factory=dict)
    hidden: bool = True


def _firms(source: str, carrier: str = "water", *, without: str = "") -> tuple[Point, ...]:
    return tuple(
        Point(name, source, amount, carrier)
        for name, amount in _FIRMS.items()
        if name not in without
    )


_USUAL = (*_firms("well"), Point("town", "potable_network", _TOWN))
_REUSE = (
    *_USUAL,
    *(Point(p.holder, "recycled", p.amount // 3 + 7) for p in _firms("recycled")),
)
_DISCHARGED = (*_USUAL, *(Point(p.holder, "", p.amount - 5_303, "waste_water") for p in _firms("")))
PLANTED = {
    one.name: one
    for one in (
        Planted("acqua_tardi", _USUAL, late=("e_water_well",)),
        Planted("acqua_entra", _USUAL, comes=("e_water_well",)),
        Planted("acqua_esce", _USUAL, goes=("e_water_well",)),
        Planted("acqua_riuso", _REUSE, late=("e_water_recycled",)),
        Planted("acqua_scarico", _DISCHARGED, late=("e_waste_water_",)),
        Planted("acqua_rettifica", _USUAL, again={"a_water_well": 99_017}, hidden=False),
        Planted("acqua_ferma", _USUAL, hidden=False),
    )
}


@dataclass(frozen=True)
class Twice:
    """Accounts of both editions by district, the later one also with no memory, and both as they would be published."""

    first: Mapping[str, Account]
    second: Mapping[str, Account]
    forgetful: Mapping[str, Account]
    editions: Mapping[str, Path]


def build_twice(root: Path, planted: Sequence[Planted]) -> Twice:
    """Both editions of all districts, in two builds."""
    town = _Town(root, planted)
    memories: list[pa.Table] = []
    accounts: dict[str, dict[str, Account]] = {}
    with pytest.MonkeyPatch.context() as environment:
        for name, place in (("HOME", "var"), ("DISTRICTS", "districts"), ("INBOX", "inbox")):
            environment.setenv(f"NZD_{name}", str(root / place))
        for number, day in enumerate(DAYS, start=1):
            environment.setenv("NZD_NOW", day)
            deployment = settings()
            town.send(number)
            catalogue = load(deployment.districts)
            collect_all(deployment, catalogue, now())
            build(deployment, catalogue, now())
            made = {"first": memories} if number == 1 else {"second": memories, "forgetful": []}
            for name, before in made.items():
                content = protected(deployment.view, MONTH, before)
                edition = _written(content, root / name)
                accounts[name] = {
                    one.name: _account(deployment.home, deployment.view / "marts", edition, one)
                    for one in planted
                }
                if name == "first":
                    memories = [content.memory]
    return Twice(**accounts, editions={name: root / name for name in accounts})


def _account(home: Path, marts: Path, edition: Path, district: Planted) -> Account:
    truth = truth_of(home, district.name)
    return Account(truth, list(told_of(edition, marts, district.name, Sums(truth))))


def _written(content: Protected, edition: Path) -> Path:
    (edition / "tables").mkdir(parents=True)
    pq.write_table(kpi_table(content.kpi_values, MONTH, 1), edition / "kpi_values.parquet")
    for name, table in content.tables.items():
        pq.write_table(table, edition / "tables" / f"{name}.parquet")
    return edition


class _Town:
    """The deployment on disk."""

    def __init__(self, root: Path, planted: Sequence[Planted]) -> None:
        self._root, self._planted = root, planted
        (root / "districts").mkdir()

    def send(self, number: int) -> None:
        """What lies in the inbox and in the register when an edition is made."""
        for one in self._planted:
            absent = one.comes if number == 1 else one.goes
            points = [p for p in one.points if p.code not in absent]
            (self._root / "districts" / f"{one.name}.yaml").write_text(_district(one.name, points))
            self._write(one.name, f"bills_{number}.csv", "\n".join([_HEAD, *_bills(one, number)]))

    def _write(self, district: str, name: str, text: str) -> None:
        place = self._root / "inbox" / district / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text + "\n")


def _bills(district: Planted, number: int) -> Iterator[str]:
    for point in district.points:
        if number == 2 and point.code in district.again:
            yield _bill(point, 2, district.again[point.code])
        for month in range(1, 5):
            now_only = point.code in district.comes or (
                point.code in district.late and month == int(HIT[5:])
            )
            if now_only == (number == 2):
                yield _bill(point, month, point.amount + 11 * month)


def _bill(point: Point, month: int, amount: int) -> str:
    return (
        f"{point.code},{point.carrier},{point.code}-{month},2026-{month:02}-01,2026-{month + 1:02}-01,"
        f"{amount},m3,regular,measured"
    )


def _district(name: str, points: Sequence[Point]) -> str:
    rows = "".join(
        f"      - {{point_id: {p.code}, carrier: {p.carrier}, role: supply, site_id: {p.holder}, "
        f"sector: {'municipal' if p.holder == 'town' else 'industry'}, holder_group: {p.holder}, "
        f"holder_kind: {'public' if p.holder == 'town' else 'firm'}"
        f"{f', water_source: {p.source}' if p.source else ''}}}\n"
        for p in points
    )
    return (
        f"id: {name}\nname: Distretto {name}\ncity: Prova\nregion: ITH2\nboundary:\n"
        '  - {version: "1", valid_from: 2026-01-01, municipalities: ["022205"], description: {it: a, en: a}}\n'
        f"sources:\n  points:\n    dataset: metering_points\n    declared:\n{rows}"
        f'  bills: {{dataset: utility_bills, format: canonical_csv, from: "${{NZD_INBOX}}/{name}/*.csv"}}\n'
    )
