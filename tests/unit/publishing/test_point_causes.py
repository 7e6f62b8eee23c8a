"""What points of two editions say of causes: each size by hand, and nothing of a single holder."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.publishing.comparing.causes import Editions
from pipelines.publishing.comparing.told import Told
from pipelines.publishing.protecting.kept_points import ENTERED, SCHEMA
from pipelines.publishing.rows import to_table

MONTH = "2026-10"
FIRST, SINCE = datetime(2026, 11, 5, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
KPIS = [
    {"code": code, "theme": theme, "value_kind": kind, "period": "month", "numerator": numerator,
     "denominator": denominator, "mart": mart, "scale": Decimal(scale)}
    for code, theme, kind, numerator, denominator, mart, scale in (
        ("ENE01", "energy", "sum", "final_energy_kwh", None, "fct_energy_monthly", "0.001"),
        ("ENE11", "energy", "ratio", "actual_read_energy_kwh", "reported_energy_kwh", "fct_energy_monthly", "100"),
        ("WAT01", "water", "sum", "withdrawn_m3", None, "fct_water_monthly", "1"),
    )
]  # fmt: skip
MEASURES = {
    "final_energy_kwh": Decimal(1), "reported_energy_kwh": Decimal(1), "actual_read_energy_kwh": None,
    "withdrawn_m3": Decimal(1),
}  # fmt: skip
Point = dict[str, Any]
"""What is known of a point: its amount, who holds it, how much was read and since when, and how much is estimated."""


def point(amount: str | int, *, of: str = "Comune", kind: str = "public", read: int = 1,
          since: datetime | None = FIRST, estimated: bool = False, entered: str | None = None,
          carrier: str = "electricity") -> Point:  # fmt: skip
    return {"amount": Decimal(amount), "of": of, "kind": kind, "read": Decimal(read), "since": since,
            "estimated": estimated, "entered": entered, "carrier": carrier}  # fmt: skip


def edition(points: dict[str, Point], *, hidden: bool = False) -> Told:
    """An edition of one month, with its figures, its cells and the points that the house keeps of it."""
    rows = [row for name, one in points.items() for row in kept(name, one)]
    sums = {
        name: sum((row["amount"] for row in rows if row["measure"] == name), Decimal(0))
        for name in MEASURES
    }
    common = {"district_id": "d", "month": MONTH, "suppressed": False, "boundary_version": "1",
              "model_version": "1", "unit": "x", "period_start": date(2026, 10, 1),
              "period_end": date(2026, 11, 1), "coverage": Decimal(1)}  # fmt: skip
    values = []
    for kpi in KPIS:
        numerator, denominator = sums[kpi["numerator"]], sums.get(str(kpi["denominator"]))
        value = numerator * kpi["scale"] / (denominator or 1)
        values.append(
            {**common, "kpi_code": kpi["code"], "value": value.quantize(Decimal("1e-9")),
             "numerator": numerator, "denominator": denominator}
        )  # fmt: skip
    cells: dict[str, Decimal] = {}
    for row in rows:
        if row["measure"] == "final_energy_kwh":
            cells[row["carrier"]] = cells.get(row["carrier"], Decimal(0)) + row["amount"]
    tables: dict[str, list[dict[str, Any]]] = {
        "kpis": KPIS,
        "energy_by_carrier_sector": [
            {"district_id": "d", "month": MONTH, "carrier": carrier, "sector": "industry",
             "energy_kwh": None if hidden else kwh, "suppressed": hidden}
            for carrier, kwh in cells.items()
        ],
    }  # fmt: skip
    about = {"known_at": "2026-11-10T08:00:00Z", "code_version": "same", "inputs": []}
    return Told(values, lambda name: tables.get(name, []), about, to_table(rows, SCHEMA))


def kept(name: str, one: Point) -> list[dict[str, Any]]:
    row = {"district_id": "d", "month": MONTH, "point_id": name, "site_id": name, "carrier": one["carrier"],
           "sector": "industry", "holder_group": one["of"], "holder_kind": one["kind"], "registered": True,
           "read_share": one["read"], "known_at": one["since"]}  # fmt: skip
    if one["carrier"] == "water":
        rows = [{**row, "measure": "withdrawn_m3", "amount": one["amount"]}]
    else:
        rows = [
            {**row, "measure": measure, "amount": one["amount"]}
            for measure in ("final_energy_kwh", "reported_energy_kwh")
        ]
        read = Decimal(0) if one["estimated"] else one["amount"]
        rows.append({**row, "measure": "actual_read_energy_kwh", "amount": read})
    # A point of the register stands there also where nothing of it was read.
    rows.append({**row, "measure": "expected_energy_kwh", "amount": Decimal(1)})
    entry = one["entered"]
    return rows + ([{**row, "measure": f"{ENTERED}{entry}", "amount": 1}] if entry else [])


def causes(old: Told, new: Told, code: str) -> dict[str, Decimal]:
    """Causes of one figure, after they were held against its change."""
    found = Editions(old, new).causes("d", MONTH, code)
    key = ("d", MONTH, code)
    change = new.by_key[key]["value"] - old.by_key[key]["value"]
    assert sum(found.values(), Decimal(0)) == change
    return found


SILENT = {"read": 0, "since": None}


def test_a_late_bill_and_a_correction_of_one_carrier_each_have_their_size() -> None:
    old = edition({"E1": point(0, **SILENT), "E2": point(20_000), "E3": point(30_000)})
    late = point(10_000, since=SINCE)
    corrected = point(2_000, estimated=True, entered="C1")
    new = edition({"E1": late, "E2": corrected, "E3": point(30_000)})

    assert causes(old, new, "ENE01") == {"late_data": Decimal(10), "correction": Decimal(-18)}
    # Read of reported: all of 50, all of 60, then 40 of 42.
    assert causes(old, new, "ENE11") == {"correction": Decimal("-4.761904762")}


def test_the_sizes_of_two_causes_are_confidential_where_each_is_a_single_firms() -> None:
    old = edition(
        {"E1": point(0, of="a", kind="firm", **SILENT), "E2": point(20_000, of="b", kind="firm")}
    )
    new = edition(
        {"E1": point(10_000, of="a", kind="firm", since=SINCE),
         "E2": point(18_000, of="b", kind="firm", since=SINCE)}
    )  # fmt: skip

    assert causes(old, new, "ENE01") == {"confidential": Decimal(8)}


def test_one_cause_is_named_whoever_moved_for_its_size_is_the_change() -> None:
    old, new = (
        edition({"E1": point(kwh, of="a", kind="firm", since=since)})
        for kwh, since in ((10_000, FIRST), (9_000, SINCE))
    )
    assert causes(old, new, "ENE01") == {"correction": Decimal(-1)}


def late_and_corrected(*late: int) -> tuple[Told, Told]:
    """Firms whose readings came late, and the city, which corrected its own."""
    old = {f"L{n}": point(0, of=f"l{n}", kind="firm", **SILENT) for n in range(len(late))}
    new = {f"L{n}": point(kwh, of=f"l{n}", kind="firm", since=SINCE) for n, kwh in enumerate(late)}
    school = {"S": point(5_000)}, {"S": point(4_000, since=SINCE)}
    return edition({**old, **school[0]}), edition({**new, **school[1]})


def test_a_share_is_not_split_where_only_one_of_its_terms_is() -> None:
    """What was read moved for two reasons, what was reported for one of them: nobody could take the share apart."""
    old = edition(
        {"E1": point(0, of="a", kind="firm", **SILENT), "E2": point(20_000, of="b", kind="firm")}
    )
    late = point(10_000, of="a", kind="firm", since=SINCE)
    new = edition(
        {"E1": late, "E2": point(20_000, of="b", kind="firm", estimated=True, entered="C1")}
    )

    assert causes(old, new, "ENE01") == {"late_data": Decimal(10)}
    assert causes(old, new, "ENE11") == {"confidential": Decimal("-66.666666667")}


def test_several_firms_that_none_stands_out_of_may_be_told_together() -> None:
    assert causes(*late_and_corrected(4_000, 5_000, 6_000), "ENE01") == {
        "late_data": Decimal(15),
        "correction": Decimal(-1),
    }


def test_two_firms_or_one_that_stands_out_may_not() -> None:
    assert causes(*late_and_corrected(4_000, 5_000), "ENE01") == {"confidential": Decimal(8)}
    # The second of them could work out the first: what it does not know is less than a quarter of it.
    dominated = late_and_corrected(50_000, 5_000, 1_000)
    assert causes(*dominated, "ENE01") == {"confidential": Decimal(55)}


def test_three_firms_of_different_carriers_are_three_times_one() -> None:
    """Figures are sums over different ones of them: their difference would be a single firm's."""
    names = ("electricity", "natural_gas", "district_heat")
    old = {c: point(0, of=c, kind="firm", carrier=c, **SILENT) for c in names}
    new = {c: point(5_000, of=c, kind="firm", carrier=c, since=SINCE) for c in names}
    told = causes(
        edition({**old, "S": point(5_000)}),
        edition({**new, "S": point(4_000, since=SINCE)}),
        "ENE01",
    )
    assert set(told) == {"late_data", "confidential"}, "electricity alone has two causes"
    assert told["late_data"] == 10, "each of the other cells has one, and its change is published"


def test_hidden_cells_are_told_of_together_and_never_by_size() -> None:
    firm = {"kind": "firm"}
    old = edition(
        {"E1": point(0, of="a", **firm, **SILENT), "E2": point(900, of="b", **firm)}, hidden=True
    )
    new = edition(
        {"E1": point(500, of="a", **firm, since=SINCE), "E2": point(800, of="b", **firm, since=SINCE)},
        hidden=True,
    )  # fmt: skip
    assert causes(old, new, "ENE01") == {"confidential": Decimal("0.4")}


def test_a_point_that_came_or_went_is_coverage_and_erased_readings_are_too() -> None:
    city = {"S": point(5_000)}
    joined = {**city, "N": point(1_000, since=SINCE)}
    assert causes(edition(city), edition(joined), "ENE01") == {"coverage": Decimal(1)}
    assert causes(edition(joined), edition(city), "ENE01") == {"coverage": Decimal(-1)}
    erased = {**city, "N": point(0, **SILENT)}
    assert causes(edition(joined), edition(erased), "ENE01") == {"coverage": Decimal(-1)}


def test_water_is_told_point_by_point_too() -> None:
    water = {"carrier": "water"}
    old = edition({"W1": point(0, **water, **SILENT), "W2": point(70, **water)})
    new = edition({"W1": point(30, **water, since=SINCE), "W2": point(60, **water, since=SINCE)})

    assert causes(old, new, "WAT01") == {"late_data": Decimal(30), "correction": Decimal(-10)}


def test_without_what_the_house_keeps_only_what_is_published_speaks() -> None:
    old, new = (
        Told(told.values, told.table, told.about)
        for told in late_and_corrected(4_000, 5_000, 6_000)
    )
    assert set(causes(old, new, "ENE01")) == {"estimate"}


def test_what_is_kept_is_arrow_and_has_the_columns_that_are_asked() -> None:
    assert isinstance(edition({"S": point(1)}).points, pa.Table)


KWH = st.decimals(0, 10**6, places=6).map(str)
HELD = st.fixed_dictionaries(
    {
        "amount": KWH,
        "of": st.sampled_from(("a", "b", "c", "d")),
        "kind": st.sampled_from(("firm", "public")),
        "read": st.integers(0, 1),
        "since": st.sampled_from((None, FIRST, SINCE)),
        "estimated": st.booleans(),
        "entered": st.sampled_from((None, "C1")),
        "carrier": st.sampled_from(("electricity", "natural_gas", "water")),
    }
)
POINTS = st.dictionaries(st.sampled_from(("p1", "p2", "p3", "p4", "p5")), HELD, min_size=1)


@settings(deadline=None, max_examples=25)
@given(POINTS, POINTS, st.booleans())
def test_parts_add_up_whatever_happened_to_points(
    before: dict[str, Any], after: dict[str, Any], hide: bool
) -> None:
    old, new = (
        edition({name: point(**one) for name, one in points.items()}, hidden=hide)
        for points in (before, after)
    )
    for kpi in KPIS:
        causes(old, new, kpi["code"])
