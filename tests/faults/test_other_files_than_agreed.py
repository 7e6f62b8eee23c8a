"""Files that changed their shape, their unit or their owner, through a whole collection."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.collecting.current import read_current
from pipelines.collecting.status import status_of
from pipelines.settings import Settings, checkout
from tests.declaring import PROVA

SOURCES = """\
  curves:
    dataset: meter_intervals
    format: intervals_csv
    from: "{inbox}/curves/**/*.csv"
    with: {{interval: PT1H}}
{more}
"""
REGISTER = """\
  points:
    dataset: metering_points
    declared:
      - {point_id: IT001E00000001, carrier: electricity, role: supply, site_id: s, sector: municipal,
         holder_group: comune, holder_kind: public, contract_power_kw: 10}
"""
POINT = "IT001E00000001"
ARRIVED = datetime(2026, 9, 10, 8, tzinfo=UTC)
HEADER = "punto;vettore;flusso;qualita;inizio;valore;unita"


def month(number: int, value: str = "1.25", header: str = HEADER, point: str = POINT) -> str:
    start = datetime(2026, number, 1, tzinfo=UTC)
    lines = [
        f"{point};elettricità;prelievo;E;{(start + timedelta(hours=n)).isoformat()};{value};kWh"
        for n in range(28 * 24)
    ]
    return "\n".join([header, *lines, ""])


class Place:
    def __init__(self, folder: Path, more: str = "") -> None:
        self.inbox = folder / "inbox"
        (self.inbox / "curves").mkdir(parents=True)
        districts = folder / "districts"
        districts.mkdir()
        self._file = districts / "prova.yaml"
        self.declare(more)
        home = folder / "home"
        self.settings = Settings(checkout(), home, districts, self.inbox, home)

    def declare(self, more: str) -> None:
        self._file.write_text(PROVA + SOURCES.format(inbox=self.inbox, more=more))

    def collect(self, at: datetime = ARRIVED) -> None:
        self.catalogue = load(self.settings.districts)
        collect_all(self.settings, self.catalogue, at)

    def drop(self, name: str, content: str) -> None:
        path = self.inbox / "curves" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")

    @property
    def total(self) -> Decimal:
        rows = read_current(self.settings.view, self.catalogue.datasets["meter_intervals"])
        return sum(rows["quantity"].to_pylist(), Decimal(0))

    @property
    def findings(self) -> dict[str, str]:
        rows = pq.read_table(self.settings.view / "collected/findings.parquet").to_pylist()
        return {row["code"]: row["detail_en"] for row in rows if row["source_id"] == "curves"}

    @property
    def state(self) -> str:
        lines = {
            line.source: line.state for line in status_of(self.settings, self.catalogue, ARRIVED)
        }
        return lines["curves"]


JULY = Decimal("1.25") * 28 * 24


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.drop("07.csv", month(7))
    found.collect()
    return found


def test_a_renamed_required_column_is_refused_and_its_likely_new_name_is_said(place: Place) -> None:
    place.drop("08.csv", month(8, header=HEADER.replace("punto", "codice fornitura")))
    place.collect()

    assert "It is probably called 'codice fornitura' now." in place.findings["MISSING_COLUMN"]
    assert place.total == JULY


def test_an_added_column_is_said_in_findings_and_status_and_costs_nothing(place: Place) -> None:
    lines = month(8).splitlines()
    place.drop("08.csv", "\n".join([lines[0] + ";note", *(line + ";x" for line in lines[1:])]))
    place.collect()

    assert place.findings["COLUMN_ADDED"] == "08.csv: note"
    assert place.total == 2 * JULY
    assert place.state.endswith("other columns")


def test_a_declared_refusal_of_new_columns_takes_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path, "    drift: {unknown_column: refuse}")
    place.drop("07.csv", month(7))
    place.collect()
    lines = month(8).splitlines()
    place.drop("08.csv", "\n".join([lines[0] + ";note", *(line + ";x" for line in lines[1:])]))
    place.collect()

    assert place.findings["COLUMN_ADDED"].startswith("08.csv: note.")
    assert place.total == JULY


def test_the_file_of_another_is_refused_whole_by_its_name_and_by_its_folder(place: Place) -> None:
    place.drop("IT001E99999999_08.csv", month(8))
    place.drop("IT001E88888888/09.csv", month(6))
    place.collect()

    assert "holds IT001E00000001" in place.findings["WRONG_OWNER"]
    assert place.total == JULY


def test_a_first_delivery_in_wh_is_refused_by_the_register_of_the_same_round(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path, REGISTER)
    place.drop("07.csv", month(7, value="1250"))
    place.collect()

    assert "UNIT_SLIP" in place.findings
    assert place.total == 0


def test_a_register_that_comes_later_judges_what_came_before_it(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.drop("07.csv", month(7, value="1250"))
    place.collect()
    assert place.total == JULY * 1000  # nothing was known of the point

    place.declare(REGISTER)
    place.collect()

    assert "UNIT_SLIP" in place.findings
    assert place.total == 0


def test_the_file_of_a_meter_a_hundred_times_larger_is_no_jump_of_scale(place: Place) -> None:
    place.drop("07_large.csv", month(7, value="125", point="IT001E00000002"))
    place.collect()

    assert "SCALE_JUMP" not in place.findings
    assert place.total == JULY * 101


@pytest.mark.parametrize(("policy", "total"), [("accept", 2), ("quarantine", 1), ("refuse", 1)])
def test_points_outside_the_register_are_met_as_declared(
    tmp_path: Path, policy: str, total: int
) -> None:
    place = Place(tmp_path, f"    unknown_points: {policy}\n{REGISTER}")
    place.drop("07.csv", month(7))
    place.drop("08.csv", month(8, point="IT001E00000002"))
    place.collect()

    assert place.total == total * JULY
    assert ("POINT_NOT_REGISTERED" in place.findings) == (policy != "accept")
