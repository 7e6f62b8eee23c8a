"""A file that names one point and holds another is not used; unregistered points as declared."""

import pyarrow as pa
import pytest

from pipelines.quality.judged import REASONS, Judged
from pipelines.quality.known_points import KnownPoints, Limits
from pipelines.quality.owner import judge_owner, judge_register, named_points

OURS, THEIRS, PDR = "IT001E12345678", "IT001E87654321", "00881100000001"


def rows_of(*points):
    table = pa.table({"point_id": pa.array(points, pa.string())})
    return Judged(table, pa.schema([*table.schema, *REASONS]).empty_table(), ())


@pytest.mark.parametrize(
    ("places", "points", "code"),
    [
        ((f"{OURS}/curve_2026_07.csv",), (THEIRS,), "WRONG_OWNER"),
        ((f"20200701_{OURS}_20200731.csv",), (THEIRS,), "WRONG_OWNER"),
        (("curve.csv", f"POD;{OURS}\nPeriodo;07/2026"), (THEIRS,), "WRONG_OWNER"),
        ((f"{OURS}.csv",), (OURS, THEIRS), "WRONG_OWNER"),
        ((f"{PDR}.csv",), ("00881100000002",), "WRONG_OWNER"),
        ((f"{OURS.lower()}.csv",), (OURS,), None),
        ((f"{OURS}X.csv",), (OURS,), None),
        ((f"{OURS}_{THEIRS}.csv",), (OURS, THEIRS), None),
        ((f"{OURS}.csv",), (PDR,), None),
        (("12345678901_202607_PDO_20260805101112_1.csv",), (PDR,), None),
        (("curve.csv", ""), (THEIRS,), None),
    ],
    ids=[
        "folder", "file name", "preamble", "one more", "pdr", "lower case", "check character",
        "both named", "other kind", "moment, no pdr", "nothing named",
    ],
)  # fmt: skip
def test_the_point_a_file_names_is_the_point_of_its_rows(places, points, code):
    judged = judge_owner(rows_of(*points), places)

    assert (judged.refusal.code if judged.refusal else None) == code
    if code:
        assert judged.accepted.num_rows == 0
        assert "holds" in judged.refusal.detail.en


def test_a_moment_of_fourteen_digits_is_no_pdr():
    assert named_points("TGL_20260805101112_1_00881100000001.zip") == {PDR}


@pytest.mark.parametrize(
    ("policy", "kept", "aside", "refused"),
    [
        ("accept", 3, {}, None),
        ("quarantine", 2, {"POINT_NOT_REGISTERED": 1}, None),
        ("refuse", 0, {}, "POINT_NOT_REGISTERED"),
    ],
)
def test_points_outside_the_register_are_met_as_declared(policy, kept, aside, refused):
    judged = judge_register(
        rows_of(OURS, OURS, THEIRS), KnownPoints({OURS: Limits(), PDR: Limits()}), policy
    )

    assert (judged.accepted.num_rows, judged.counts) == (kept, aside)
    assert (judged.refusal.code if judged.refusal else None) == refused


def test_without_a_register_nothing_is_said_of_points():
    assert judge_register(rows_of(THEIRS), KnownPoints(), "refuse").refusal is None
