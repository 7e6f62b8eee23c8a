"""Between two editions exactly one thing happens in each district, in some two or three: the difference names each and
says how large it is, and every size is worked out here from the files that arrived. What follows for shares,
intensities, paces and targets is in `expected_of_two.py`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.collecting.erasing import erase
from pipelines.publishing.comparing.beside_earlier import beside_earlier
from pipelines.publishing.comparing.diff import diff
from pipelines.publishing.editions.edition import drafted
from pipelines.publishing.kpi_file import kpi_table
from pipelines.publishing.language import words
from pipelines.publishing.months import shifted
from pipelines.publishing.protecting import kept_points
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.report.sections.revisions import revised_box, revised_table
from pipelines.publishing.rows import json_bytes, parquet_bytes, read_rows
from pipelines.publishing.shelf import Edition
from pipelines.settings import checkout, now, settings
from pipelines.version import code_version
from pipelines.warehouse.build import build
from tests.end_to_end.expected_of_two import OF_THE_MONTH, OF_TWO

MONTH, HIT = "2026-10", "2026-06"
MONTHS = [f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)][10:34]
"""Two years that end with the edition's month."""
DAYS = ("2026-11-10T08:00:00+00:00", "2026-11-20T08:00:00+00:00")
HEAD = "point_id,carrier,bill_id,period_start,period_end,quantity,unit,bill_kind,quality"
USE = {"E1": ("electricity", 10_000), "E2": ("electricity", 20_000), "E3": ("electricity", 30_000),
       "H1": ("district_heat", 1_000)}  # fmt: skip
FIFTH = {"E5": ("electricity", 15_000)}
"""What a firm uses in place of the heat where each point is of a firm: heat would be a single one's."""
AREA = {"E1": 2000, "E2": 1000}
"""m2 of the two sites whose floor area is known."""
GRID, NEW_GRID = Decimal("0.212"), Decimal("0.25")
"""kg/kWh: what the library gives, and the factor of the country that arrives in between, for every district."""
REGISTER = (
    "correction_id,about_source,point_id,first_day,what_is_wrong,value_received,value_right,unit,treatment,told,"
    "told_on,letter,status,expires_on\n"
)
FACTOR = """\
- {code: OWN_GRID_2024, kind: emission, carrier: electricity, gas: CO2e, basis: consumption, series: ISPRA,
   value: 0.212, unit: kg/kWh, year: 2024, region: IT, source: "Invented for this test, page 1"}
- {code: OWN_GRID_2026, kind: emission, carrier: electricity, gas: CO2e, basis: consumption, series: ISPRA, value: 0.25,
   unit: kg/kWh, year: 2026, region: IT, source: "Invented for this test, page 1"}
"""
TARGET = """\
targets:
  - {kpi: EMI11, stands: own, declared_on: 2024-01-01, path: linear, reduction: 0.4, by: 2030,
     baseline: {year: 2024, value: 160, source: a, boundary_version: "1", gwp_set: AR5,
                series: [EEA generation, ISPRA]}}
"""
KPI = """\
kpis:
  - code: XEN01
    lever: technology_infrastructure
    theme: energy
    name: {{it: Consumo finale per prova, en: Final use for a test}}
    unit: MWh
    decimals: 1
    direction: lower
    cadence: monthly
    completeness: energy
    measure: {{mart: fct_energy_monthly, kind: sum, numerator: final_energy_kwh, scale: {scale}, period: month}}
    disclosure: {{rule: firms, contributions: final_energy_kwh}}
    method: {{it: Prova, en: Test}}
    formula: energy * {scale}
    reference: this test
    maturity: extended
"""


@dataclass
class Case:
    """One district: what it has from the start, and what happens between the editions."""

    name: str
    left_out: tuple[str, ...] = ()
    """Points whose bill of the month is missing at first."""
    then: dict[str, str] = field(default_factory=dict)
    """Files that arrive between the editions."""
    ends: str | None = None
    """First day on which E3 no longer belongs to the district, as the register says afterwards."""
    joins: bool = False
    boundary: bool = False
    erased: bool = False
    firms: bool = False
    """Each point is of a firm of its own, and nobody may learn what it uses."""


def bill(point: str, month: str, quantity: int | None = None) -> str:
    carrier, usual = (USE | FIFTH).get(point, ("electricity", 5_000))
    amount = usual if quantity is None else quantity
    return (
        f"{point},{carrier},{point}-{month},{month}-01,{shifted(month, 1)}-01,{amount},kWh,"
        "regular,measured"
    )


def bills(rows: Iterable[str]) -> str:
    return "\n".join([HEAD, *rows]) + "\n"


LATE = {"bills/late.csv": bills([bill("E1", HIT)])}
RESTATED = {"bills/again.csv": bills([bill("E2", HIT, 18_000)])}
ENTRY = {
    "corrections/register.csv": REGISTER
    + "C-1,bills,E2,2026-06-01,ten times too much,20000,2000,kWh,apply,Ufficio misure,"
    + "2026-11-12,12/2026,open,2027-06-30\n"
}
HEAT = {"bills/heat.csv": bills([bill("H1", HIT, 2_500)])}
CASES = {
    one.name: one
    for one in (
        Case("nulla"),
        Case("tardi", left_out=("E1",), then=LATE),
        Case("rettifica", then=RESTATED),
        Case("fattore"),
        Case("perimetro", ends="2026-06-01", boundary=True),
        Case("uscito", ends="2026-06-01"),
        Case("entrato", joins=True, then={"bills/new.csv": bills([bill("E4", HIT)])}),
        Case("registro", then=ENTRY),
        Case("cancellata", erased=True),
        Case("due", left_out=("E1",), then=LATE | HEAT),
        Case("tre", left_out=("E1",), then=LATE | HEAT),
        Case("insieme", left_out=("E1",), then=LATE | ENTRY),
        Case("riservato", left_out=("E1",), then=LATE | RESTATED, firms=True),
    )
}
EXPECTED: dict[str, dict[str, str]] = {
    "nulla": {},
    "tardi": {"late_data": "10"},
    "rettifica": {"correction": "-2"},
    "fattore": {},
    "perimetro": {"boundary": "-30"},
    "uscito": {"coverage": "-30"},
    "entrato": {"coverage": "5"},
    "registro": {"correction": "-18"},
    "cancellata": {"coverage": "-10"},
    "due": {"late_data": "10", "correction": "1.5"},
    "tre": {"late_data": "10", "correction": "1.5"},
    # Of one carrier in one month the points say which of the two it was.
    "insieme": {"late_data": "10", "correction": "-18"},
    # Each part would be what a single firm uses.
    "riservato": {"confidential": "8"},
}
"""MWh of the month by cause, as the files above add up to them."""


def points_of(case: Case) -> list[str]:
    """The points of a district from the start."""
    return [
        *(point for point in USE if not (case.firms and point == "H1")),
        *(FIFTH if case.firms else ()),
    ]


class Town:
    """The deployment on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "districts" / "kpis").mkdir(parents=True)
        (root / "districts" / "factors").mkdir()
        self.declare_kpi("0.001")
        for case in CASES.values():
            self.declare(case, after=False)
            self.write(case.name, "bills/year.csv", self.first_bills(case))
            if case.erased:
                self.write(case.name, "others/june.csv", bills([bill("E1", HIT)]))

    def first_bills(self, case: Case) -> str:
        left_out = {*case.left_out, *(["E1"] if case.erased else [])}
        rows = [
            bill(point, month)
            for point in points_of(case)
            for month in MONTHS
            if not (month == HIT and point in left_out)
        ]
        return bills(rows)

    def declare_kpi(self, scale: str) -> None:
        (self.root / "districts" / "kpis" / "own.yaml").write_text(KPI.format(scale=scale))

    def declare(self, case: Case, *, after: bool) -> None:
        ends = f", valid_to: {case.ends}" if after and case.ends else ""
        points = [(point, ends if point == "E3" else "") for point in points_of(case)]
        points += [("E4", "")] if after and case.joins else []
        rows = "".join(
            f"      - {{point_id: {point}, carrier: {USE.get(point, ('electricity',))[0]}, role: supply, "
            f"site_id: S{point}, {self.held(case, point)}{more}}}\n"
            for point, more in points
        )
        second = (
            '  - {version: "2", valid_from: 2026-06-01, municipalities: ["022205"],'
            " description: {it: Senza E3, en: Without E3}}\n"
            if after and case.boundary
            else ""
        )
        sources = ("bills", "corrections", *(["others"] if case.erased else []))
        bound = "".join(
            f"  {source}: {{dataset: {'data_corrections' if source == 'corrections' else 'utility_bills'}, "
            f'format: canonical_csv, from: "${{NZD_INBOX}}/{case.name}/{source}/*.csv"}}\n'
            for source in sources
        )
        (self.root / "districts" / f"{case.name}.yaml").write_text(
            f"id: {case.name}\nname: Distretto {case.name}\ncity: Prova\nregion: ITH2\nboundary:\n"
            '  - {version: "1", valid_from: 2024-01-01, municipalities: ["022205"],'
            " description: {it: a, en: a}}\n"
            f"{second}{TARGET}sources:\n  points:\n    dataset: metering_points\n    declared:\n{rows}{bound}"
        )

    def held(self, case: Case, point: str) -> str:
        area = f", floor_area_m2: {AREA[point]}" if point in AREA else ""
        if case.firms:
            return f"sector: industry, holder_group: Ditta {point}, holder_kind: firm{area}"
        return f"sector: municipal, holder_group: Comune, holder_kind: public{area}"

    def write(self, district: str, path: str, text: str) -> None:
        place = self.root / "inbox" / district / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def meanwhile(self) -> None:
        """What happens between the two editions."""
        self.declare_kpi("0.002")
        (self.root / "districts" / "factors" / "grid.yaml").write_text(FACTOR)
        for case in CASES.values():
            self.declare(case, after=True)
            for path, text in case.then.items():
                self.write(case.name, path, text)


@dataclass(frozen=True)
class Twice:
    """The two editions, and everything that lies in the inbox."""

    before: Path
    after: Path
    inbox: Path
    house: Path


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    root = tmp_path_factory.mktemp("causes")
    with pytest.MonkeyPatch.context() as environment:
        for name, place in (("HOME", "var"), ("DISTRICTS", "districts"), ("INBOX", "inbox")):
            environment.setenv(f"NZD_{name}", str(root / place))
        town = Town(root)
        made: list[Edition] = []
        for number, day in enumerate(DAYS, start=1):
            environment.setenv("NZD_NOW", day)
            deployment = settings()
            catalogue = load(deployment.districts)
            if number == 2:
                town.meanwhile()
                catalogue = load(deployment.districts)
                others = next(b for b in catalogue.bindings if str(b) == "cancellata.others")
                erase(deployment, catalogue, others, now(), everything=True)
                (root / "inbox" / "cancellata" / "others" / "june.csv").unlink()
            collect_all(deployment, catalogue, now())
            build(deployment, catalogue, now())
            made.append(edition(number, made))
        return Twice(made[0].path, made[1].path, root / "inbox", root / "var" / "memory")


def edition(number: int, before: list[Edition]) -> Edition:
    """What would be published, written where the comparison reads it; pages are other tests' matter."""
    deployment = settings()
    draft = drafted(deployment, MONTH, now(), code_version(), [], [])
    one = Edition(deployment.editions / MONTH / f"r{number}", MONTH, number)
    kept_points.keep(deployment.memory, one.id, draft.content.points)
    about = draft.about(one, before)
    values = kpi_table(draft.content.kpi_values, MONTH, number)
    told = beside_earlier(draft.content, values, before, about, deployment.memory)
    tables = {**draft.content.tables, **told}
    (one.path / "tables").mkdir(parents=True)
    (one.path / "manifest.json").write_bytes(json_bytes(about))
    (one.path / "kpi_values.parquet").write_bytes(parquet_bytes(values))
    for name, table in tables.items():
        (one.path / "tables" / f"{name}.parquet").write_bytes(parquet_bytes(table))
    return one


Parts = dict[str, Decimal]


def changes(twice: Twice, kpi: str) -> dict[tuple[str, str], Parts]:
    """Parts of each change by district and month, after they were held against the change."""
    found: dict[tuple[str, str], Parts] = {}
    for change, causes in diff(twice.before, twice.after, twice.house).changes:
        if change.difference is not None:
            assert (
                sum((p for p in causes.values() if p is not None), Decimal(0)) == change.difference
            )
        if change.key["kpi_code"] == kpi:
            parts = {cause: part for cause, part in causes.items() if part is not None}
            found[change.key["district_id"], change.key["month"]] = parts
    return found


def sent(twice: Twice, district: str, months: Iterable[str] = (HIT,)) -> Decimal:
    """kWh of the newest bill of each point and month, summed straight from the files in the inbox."""
    newest: dict[tuple[str, str], Decimal] = {}
    folder = twice.inbox / district / "bills"
    for path in sorted(folder.glob("*.csv"), key=lambda one: one.name != "year.csv"):
        for row in csv.DictReader(io.StringIO(path.read_text())):
            newest[row["point_id"], row["period_start"][:7]] = Decimal(row["quantity"])
    return sum((kwh for (_, month), kwh in newest.items() if month in months), Decimal(0))


@pytest.mark.parametrize("district", CASES)
def test_each_cause_is_named_and_sized(twice: Twice, district: str) -> None:
    found = changes(twice, "ENE01").get((district, HIT), {})

    assert found == {cause: Decimal(size) for cause, size in EXPECTED[district].items()}


def test_what_the_files_add_up_to_is_what_is_published(twice: Twice) -> None:
    """The second edition of the districts in which files alone decide, by a sum that knows nothing of the product."""
    values = Reading(twice.after).values
    for district in ("nulla", "tardi", "rettifica", "fattore", "entrato", "cancellata", "due", "tre"):  # fmt: skip
        told = values[district, HIT, "ENE01"]["value"]
        assert told == sent(twice, district) / 1000, district
    left = sent(twice, "uscito") - USE["E3"][1]
    assert {values[d, HIT, "ENE01"]["value"] for d in ("uscito", "perimetro")} == {left / 1000}


def test_a_boundary_moves_every_month_from_its_first_day_and_none_before(twice: Twice) -> None:
    found = {month: parts for (d, month), parts in changes(twice, "ENE01").items() if d == "perimetro"}  # fmt: skip

    assert found == {f"2026-{n:02}": {"boundary": Decimal(-30)} for n in range(6, 11)}


def test_a_factor_is_activity_times_the_difference_of_the_factors(twice: Twice) -> None:
    found = changes(twice, "EMI02")

    electricity = sum(kwh for carrier, kwh in USE.values() if carrier == "electricity")
    factor = electricity * (NEW_GRID - GRID) / 1000
    assert found["fattore", HIT] == {"factor": factor}
    assert found["tre", HIT] == {"factor": factor, "late_data": USE["E1"][1] * GRID / 1000}
    # The new factor is of what is used now: 18 MWh less by the register of corrections.
    fewer = {"factor": (electricity - 18_000) * (NEW_GRID - GRID) / 1000}
    assert found["registro", HIT] == {**fewer, "correction": -18_000 * GRID / 1000}


def test_a_declaration_that_changed_is_the_method_and_the_rest_keeps_its_size(twice: Twice) -> None:
    found = changes(twice, "XEN01")

    assert found["nulla", HIT] == {"method": Decimal(61)}
    assert found["rettifica", HIT] == {"method": Decimal(59), "correction": Decimal(-2)}


def test_nothing_that_did_not_change_is_told(twice: Twice) -> None:
    moved = {
        change.key["kpi_code"]
        for change, _ in diff(twice.before, twice.after).changes
        if change.key["district_id"] == "nulla"
    }
    of_factor = {f"EMI{n:02}" for n in (2, 5, 6, 7, 8, 10, 11, 13, 14, 15, 16)}
    assert moved == {"XEN01", *of_factor}, "the declaration and the factor, and no more"
    every_month = ("perimetro", "uscito")
    elsewhere = [place for place in changes(twice, "ENE01") if place[0] not in every_month]
    assert {month for _, month in elsewhere} == {HIT}


def test_the_register_says_openly_which_correction_stands(twice: Twice) -> None:
    entries = read_rows(twice.after / "tables" / "corrections.parquet")
    (entry,) = [row for row in entries if row["district_id"] == "registro"]

    told = (entry["correction_id"], entry["state"], entry["letter"])
    assert told == ("C-1", "in_force", "12/2026")
    assert not {"value_received", "value_right", "point_id", "what_is_wrong"} & set(entry)
    before, after = (
        Reading(path).values["registro", HIT, "ENE01"]["grade"]
        for path in (twice.before, twice.after)
    )
    assert before < after, "a value of ours is no measurement"


@pytest.mark.parametrize("district", [name for name, parts in EXPECTED.items() if parts])
def test_the_page_of_revised_figures_says_the_same_in_words(twice: Twice, district: str) -> None:
    read = DistrictReading(Reading(twice.after), district)
    for language in ("it", "en"):
        said = words(language, checkout() / "reports" / "text")
        table, box = revised_table(read, said), revised_box(read, said)
        assert table is not None
        shown = " ".join(cell.text for row in table.rows for cell in row)
        for cause in EXPECTED[district]:
            named = [said.named(family, cause) for family in ("cause", "because")]
            assert any(each in shown for each in named)
        assert box.items


@pytest.mark.parametrize(("district", "code"), OF_TWO)
def test_what_follows_from_two_things_in_one_month_says_what_each_did(
    twice: Twice, district: str, code: str
) -> None:
    found = changes(twice, code)[district, MONTH if code not in OF_THE_MONTH else HIT]

    expected = {cause: part for cause, part in OF_TWO[district, code].items() if part}
    assert set(found) == set(expected)
    for cause, part in expected.items():
        assert abs(found[cause] - part) < Decimal("0.0002"), (cause, found[cause], part)


def test_nothing_is_left_that_cannot_be_told_apart(twice: Twice) -> None:
    """Where each point is of the city, whatever changed has its causes; where each is of a firm, none has its size."""
    told = diff(twice.before, twice.after, twice.house).changes
    open_ones = {
        (change.key["district_id"], change.key["kpi_code"], cause)
        for change, causes in told
        for cause in causes
        if cause in ("unexplained", "confidential") and change.difference is not None
    }
    assert {cause for _, _, cause in open_ones} == {"confidential"}
    in_steps = {("due", "ENE10"), ("tre", "ENE10"), ("insieme", "ENE10"), ("insieme", "ENE11")}
    assert {each[:2] for each in open_ones if each[0] != "riservato"} == in_steps


def test_the_terminal_says_what_the_edition_says(twice: Twice) -> None:
    told = {
        (row["district_id"], row["month"], row["kpi_code"], row["cause"]): row["part"]
        for row in read_rows(twice.after / "tables" / "revisions.parquet")
    }
    asked = {
        (*change.key.values(), cause): part
        for change, causes in diff(twice.before, twice.after, twice.house).changes
        for cause, part in causes.items()
    }
    assert asked == told
