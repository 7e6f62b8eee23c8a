"""However the same readings are ordered, split, repeated and sent again, the same rows count."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.catalogue.catalogue import load
from pipelines.collecting.collect import collect_all
from pipelines.collecting.current import read_current
from pipelines.settings import Settings, checkout

from .conftest import DISTRICT

HEADER = "punto;vettore;flusso;qualita;inizio;valore;unita"
START = datetime(2026, 7, 1, tzinfo=UTC)
HOURS = 12
ARRIVED = datetime(2026, 9, 10, 8, tzinfo=UTC)
LINES = [
    f"{point};elettricità;prelievo;E;{(START + timedelta(hours=n)).isoformat()};{n + 1}.5;kWh"
    for point in ("a1", "b2")
    for n in range(HOURS)
]
LINEAGE = ("_sha256", "_member", "_row", "_known_at")

numbers = st.integers(0, len(LINES) - 1)
deliveries = st.lists(st.lists(numbers, min_size=1, max_size=30), min_size=1, max_size=4)


def counted(rounds: list[list[list[str]]]) -> pa.Table:
    """The rows that count after these rounds of files, each a list of lines."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        districts, home = root / "districts", root / "home"
        (home / "inbox" / "alfa").mkdir(parents=True)
        districts.mkdir()
        text = DISTRICT.format(id="alfa", place="${NZD_INBOX}/alfa/*.csv")
        (districts / "alfa.yaml").write_text(text, encoding="utf-8")
        deployment = Settings(checkout(), home, districts, home / "inbox", home)
        catalogue = load(districts)
        for day, files in enumerate(rounds):
            for number, lines in enumerate(files):
                path = home / "inbox" / "alfa" / f"{day}-{number}.csv"
                path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
            collect_all(deployment, catalogue, ARRIVED + timedelta(days=day))
        rows = read_current(home, catalogue.datasets["meter_intervals"])
    return rows.drop_columns(list(LINEAGE)).sort_by(
        [(name, "ascending") for name in ("point_id", "interval_start")]
    )


EXPECTED = counted([[LINES]])


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(extra=deliveries, order=st.permutations(range(4)), rounds=st.integers(1, 3))
def test_any_order_split_repetition_and_resending_leaves_the_same_rows(
    extra: list[list[int]], order: list[int], rounds: int
) -> None:
    quarter = len(LINES) // 4
    parts = [LINES[place * quarter : (place + 1) * quarter] for place in range(4)]
    files = [parts[place] for place in order]
    files += [[LINES[number] for number in chosen] for chosen in extra]
    files += files[:1]  # one file comes again, byte by byte, under another name
    sent = [files[place::rounds] for place in range(rounds)]

    assert counted([one for one in sent if one]).equals(EXPECTED)


def test_nothing_was_lost_on_the_way_to_the_expectation() -> None:
    quantities = EXPECTED["quantity"].to_pylist()

    assert EXPECTED.num_rows == len(LINES)
    assert float(sum(quantities)) == 2 * sum(n + 1.5 for n in range(HOURS))
