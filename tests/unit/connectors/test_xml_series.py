"""Market documents and SDMX-ML: gaps, resolutions, error documents, periods of statistics."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipelines.connectors.parsers import DeliveryRefused, Parsed
from tests.unit.connectors.conftest import Read

ROME = ZoneInfo("Europe/Rome")
NAMESPACE = 'xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0"'


def points(values: dict[int, str], name: str = "quantity") -> str:
    return "".join(
        f"<Point><position>{position}</position><{name}>{value}</{name}></Point>"
        for position, value in values.items()
    )


def period(start: str, end: str, resolution: str, inner: str) -> str:
    return (
        f"<Period><timeInterval><start>{start}</start><end>{end}</end></timeInterval>"
        f"<resolution>{resolution}</resolution>{inner}</Period>"
    )


def series(*periods: str, curve: str = "A03", more: str = "") -> str:
    return (
        "<TimeSeries><businessType>A04</businessType>"
        "<outBiddingZone_Domain.mRID>10Y1001A1001A73I</outBiddingZone_Domain.mRID>"
        f"<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name>{more}"
        f"<curveType>{curve}</curveType>{''.join(periods)}</TimeSeries>"
    )


def market(*inner: str, root: str = "GL_MarketDocument") -> str:
    return f"<{root} {NAMESPACE}><type>A65</type>{''.join(inner)}</{root}>"


def values(parsed: Parsed) -> list[tuple[datetime, datetime, Decimal]]:
    rows = parsed.table.to_pylist()
    return [(row["interval_start"], row["interval_end"], row["quantity"]) for row in rows]


def entsoe(read: Read, blob: str) -> Parsed:
    return read(blob, "entsoe_series", "context_series")


@pytest.mark.parametrize(
    ("curve", "expected"), [("A03", [5, 5, 7, 7]), ("A01", [5, 7]), ("", [5, 7])]
)
def test_m13_a_position_left_out_repeats_the_one_before_it_under_a03_only(
    read: Read, curve: str, expected: list[int]
) -> None:
    inner = period("2026-01-01T00:00Z", "2026-01-01T01:00Z", "PT15M", points({1: "5", 3: "7"}))

    parsed = entsoe(read, market(series(inner, curve=curve)))

    assert [value for _, _, value in values(parsed)] == expected


def test_m13_the_resolution_changes_inside_one_series(read: Read) -> None:
    hourly = period("2025-09-30T20:00Z", "2025-09-30T22:00Z", "PT60M", points({1: "1", 2: "2"}))
    quarterly = period("2025-09-30T22:00Z", "2025-09-30T22:30Z", "PT15M", points({1: "3", 2: "4"}))

    parsed = entsoe(read, market(series(hourly, quarterly)))

    assert values(parsed) == [
        (datetime(2025, 9, 30, 20, tzinfo=UTC), datetime(2025, 9, 30, 21, tzinfo=UTC), Decimal(1)),
        (datetime(2025, 9, 30, 21, tzinfo=UTC), datetime(2025, 9, 30, 22, tzinfo=UTC), Decimal(2)),
        (datetime(2025, 9, 30, 22, tzinfo=UTC), datetime(2025, 9, 30, 22, 15, tzinfo=UTC),
         Decimal(3)),
        (datetime(2025, 9, 30, 22, 15, tzinfo=UTC), datetime(2025, 9, 30, 22, 30, tzinfo=UTC),
         Decimal(4)),
    ]  # fmt: skip


def test_m13_days_of_the_market_follow_its_clock(read: Read) -> None:
    inner = period("2026-03-27T23:00Z", "2026-03-29T22:00Z", "P1D", points({1: "1", 2: "2"}))

    parsed = entsoe(read, market(series(inner)))

    assert [start for start, _, _ in values(parsed)] == [
        datetime(2026, 3, 27, 23, tzinfo=UTC),
        datetime(2026, 3, 28, 23, tzinfo=UTC),
    ]


def test_m13_prices_of_a_publication_document(read: Read) -> None:
    inner = period(
        "2026-01-01T00:00Z", "2026-01-01T00:15Z", "PT15M", points({1: "-12.5"}, "price.amount")
    )
    more = (
        "<currency_Unit.name>EUR</currency_Unit.name>"
        "<price_Measure_Unit.name>MWH</price_Measure_Unit.name>"
    )
    blob = market(series(inner, more=more), root="Publication_MarketDocument").replace(
        "<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name>", ""
    )

    (row,) = entsoe(read, blob).table.to_pylist()

    assert (row["quantity"], row["unit"]) == (Decimal("-12.5"), "EUR/MWh")
    assert (row["place"], row["variable"]) == ("10Y1001A1001A73I", "A65/A04/out")


def acknowledgement(text: str) -> str:
    return (
        '<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:ack:8:0"><mRID>1'
        f"</mRID><Reason><code>999</code><text>{text}</text></Reason>"
        "</Acknowledgement_MarketDocument>"
    )


def test_m13_an_acknowledgement_without_matching_data_is_empty_with_its_text(read: Read) -> None:
    said = "No matching data found for Data item Actual Total Load [6.1.A]"

    parsed = entsoe(read, acknowledgement(said))

    assert parsed.table.num_rows == 0
    assert [(note.code, note.detail) for note in parsed.notes] == [("SAID_NOTHING_TO_SEND", said)]


def test_m13_another_acknowledgement_is_an_error_with_its_text(read: Read) -> None:
    with pytest.raises(DeliveryRefused, match=r"SOURCE_SAID_ERROR.*exceeds the limit"):
        entsoe(read, acknowledgement("Delivered time interval exceeds the limit"))


@pytest.mark.parametrize(
    "inner",
    [
        period("2026-01-01T00:00Z", "2026-01-01T01:00Z", "PT15M", points({5: "1"})),
        period("2026-01-01T00:00Z", "2026-01-01T01:00Z", "PT7M", points({1: "1"})),
        period("2026-01-01T00:00Z", "2026-01-01T00:40Z", "PT15M", points({1: "1"})),
        period("2026-01-01T00:00Z", "9026-01-01T00:00Z", "PT1M", points({1: "1"})),
        period("", "2026-01-01T00:40Z", "PT15M", points({1: "1"})),
    ],
)
def test_m13_a_period_that_cannot_be_counted_refuses_the_document(read: Read, inner: str) -> None:
    with pytest.raises(DeliveryRefused, match="BAD_DATE"):
        entsoe(read, market(series(inner)))


def test_m13_a_zip_under_the_content_type_of_xml_is_not_parsed(read: Read) -> None:
    with pytest.raises(DeliveryRefused, match="WRONG_FILE_KIND"):
        read(b"PK\x03\x04" + b"\x00" * 40, "entsoe_series", "context_series")


def test_another_document_is_no_market_document(read: Read) -> None:
    with pytest.raises(DeliveryRefused, match="WRONG_FILE_KIND"):
        entsoe(read, "<feed><TimeSeries/></feed>")


def sdmx(*observations: str, attributes: str = 'FREQ="Q" REF_AREA="ITI15"') -> str:
    return (
        '<message:StructureSpecificData xmlns:message="urn:m"><message:Header/><message:DataSet>'
        f"<Series {attributes}>{''.join(observations)}</Series></message:DataSet>"
        "</message:StructureSpecificData>"
    )


def statistics(read: Read, blob: str, over: dict[str, Any] | None = None) -> Parsed:
    return read(blob, "sdmx_series_xml", "context_series", over=over)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", (2024, 1, 1), (2025, 1, 1)),
        ("2024-A1", (2024, 1, 1), (2025, 1, 1)),
        ("2024-S2", (2024, 7, 1), (2025, 1, 1)),
        ("2024-Q1", (2024, 1, 1), (2024, 4, 1)),
        ("2024-Q4", (2024, 10, 1), (2025, 1, 1)),
        ("2024-02", (2024, 2, 1), (2024, 3, 1)),
        ("2024-M12", (2024, 12, 1), (2025, 1, 1)),
        ("2020-W53", (2020, 12, 28), (2021, 1, 4)),
        ("2024-02-29", (2024, 2, 29), (2024, 3, 1)),
    ],
)
def test_s7_periods_of_every_frequency(
    read: Read, text: str, start: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    parsed = statistics(read, sdmx(f'<Obs TIME_PERIOD="{text}" OBS_VALUE="1"/>'))

    (row,) = parsed.table.to_pylist()
    assert row["interval_start"] == datetime(*start, tzinfo=ROME)
    assert row["interval_end"] == datetime(*end, tzinfo=ROME)


@pytest.mark.parametrize("text", ["2024-Q5", "2024-13", "2024-W54", "2024-S3", "24", "2024-Q0"])
def test_s7_what_is_no_period_refuses_the_document(read: Read, text: str) -> None:
    with pytest.raises(DeliveryRefused, match="BAD_DATE"):
        statistics(read, sdmx(f'<Obs TIME_PERIOD="{text}" OBS_VALUE="1"/>'))


@pytest.mark.parametrize("text", ["0001", "9998", "9999-12-30"])
def test_a_year_that_nobody_means_is_read_for_the_contract_to_judge(read: Read, text: str) -> None:
    parsed = statistics(read, sdmx(f'<Obs TIME_PERIOD="{text}" OBS_VALUE="1"/>'))

    assert parsed.table.num_rows == 1


@pytest.mark.parametrize("value", ['OBS_VALUE=""', 'OBS_VALUE=":"', 'OBS_VALUE="NaN"', ""])
def test_s6_a_value_that_is_missing_is_missing(read: Read, value: str) -> None:
    parsed = statistics(read, sdmx(f'<Obs TIME_PERIOD="2024" {value} OBS_STATUS="m"/>'))

    (row,) = parsed.table.to_pylist()
    assert (row["quantity"], row["status"]) == (None, "m")


def test_s6_a_value_with_a_flag_glued_to_it_is_rejected(read: Read) -> None:
    parsed = statistics(read, sdmx('<Obs TIME_PERIOD="2024" OBS_VALUE="1.2 e"/>'))

    assert [(one.code, one.raw) for one in parsed.rejects] == [("BAD_NUMBER", "1.2 e")]


def test_s9_an_extra_dimension_makes_another_series_and_no_sum(read: Read) -> None:
    blob = sdmx('<Obs TIME_PERIOD="2024" OBS_VALUE="10"/>', attributes='REF_AREA="IT" SEX="9"')
    extra = '<Series REF_AREA="IT" SEX="1"><Obs TIME_PERIOD="2024" OBS_VALUE="4"/></Series>'
    blob = blob.replace("</message:DataSet>", f"{extra}</message:DataSet>")

    rows = statistics(read, blob).table.to_pylist()

    assert {row["variable"]: row["quantity"] for row in rows} == {
        "REF_AREA=IT,SEX=9": Decimal(10),
        "REF_AREA=IT,SEX=1": Decimal(4),
    }


@pytest.mark.parametrize(("power", "value"), [("3", 4500), ("6", 4_500_000), ("0", "4.5")])
def test_s10_the_multiplier_of_a_series_counts(read: Read, power: str, value: Any) -> None:
    series = f'REF_AREA="IT" UNIT_MULT="{power}"'

    parsed = statistics(read, sdmx('<Obs TIME_PERIOD="2024" OBS_VALUE="4.5"/>', attributes=series))

    assert parsed.table["quantity"].to_pylist() == [Decimal(value)]


@pytest.mark.parametrize("form", ["sdmx_series_xml", "sdmx_generic_xml"])
def test_s4_an_error_under_status_200_is_an_error_and_no_results_are_none(
    read: Read, form: str
) -> None:
    error = (
        '<mes:Error xmlns:mes="urn:m" xmlns:com="urn:c"><mes:ErrorMessage code="{code}"><com:Text>'
        "{text}</com:Text></mes:ErrorMessage></mes:Error>"
    )

    nothing = read(error.format(code=100, text="No Results Found"), form, "context_series")

    assert nothing.table.num_rows == 0
    assert [note.code for note in nothing.notes] == ["SAID_NOTHING_TO_SEND"]
    with pytest.raises(DeliveryRefused, match=r"SOURCE_SAID_ERROR.*Syntax"):
        read(error.format(code=140, text="Syntax error"), form, "context_series")


def test_s5_generic_data_say_the_same_as_structure_specific(read: Read) -> None:
    generic = (
        '<message:GenericData xmlns:message="urn:m" xmlns:g="urn:g"><message:DataSet><g:Series>'
        '<g:SeriesKey><g:Value id="FREQ" value="A"/><g:Value id="REF_AREA" value="ITI15"/>'
        '</g:SeriesKey><g:Attributes><g:Value id="UNIT_MEASURE" value="PS"/></g:Attributes>'
        '<g:Obs><g:ObsDimension id="TIME_PERIOD" value="2024"/><g:ObsValue value="12.5"/>'
        '<g:Attributes><g:Value id="OBS_STATUS" value="e"/></g:Attributes></g:Obs>'
        "</g:Series></message:DataSet></message:GenericData>"
    )
    specific = sdmx(
        '<Obs TIME_PERIOD="2024" OBS_VALUE="12.5" OBS_STATUS="e"/>',
        attributes='FREQ="A" REF_AREA="ITI15" UNIT_MEASURE="PS"',
    )
    named = {"columns": {"variable": {"const": "population"}}}

    (one,) = read(generic, "sdmx_generic_xml", "context_series", over=named).table.to_pylist()
    (other,) = statistics(read, specific, named).table.to_pylist()

    assert one == other
    assert (one["place"], one["unit"], one["status"]) == ("ITI15", "PS", "e")


def gme(day: str, hour: int) -> str:
    return (
        f"<NewDataSet><Quantita><Data>{day}</Data><Mercato>MGP</Mercato><Ora>{hour}</Ora>"
        "<NORD_ACQUISTI>1,5</NORD_ACQUISTI></Quantita></NewDataSet>"
    )


@pytest.mark.parametrize(
    ("day", "hour", "start"),
    [
        ("20260329", 1, datetime(2026, 3, 28, 23, tzinfo=UTC)),
        ("20260329", 3, datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("20260329", 23, datetime(2026, 3, 29, 21, tzinfo=UTC)),
        ("20261025", 3, datetime(2026, 10, 25, 0, tzinfo=UTC)),
        ("20261025", 4, datetime(2026, 10, 25, 1, tzinfo=UTC)),
        ("20261025", 25, datetime(2026, 10, 25, 22, tzinfo=UTC)),
    ],
)
def test_numbered_hours_count_as_they_pass(
    read: Read, day: str, hour: int, start: datetime
) -> None:
    (row,) = read(gme(day, hour), "gme_mgp_xml", "context_series").table.to_pylist()

    assert row["interval_start"] == start
    assert (row["interval_end"] - start).total_seconds() == 3600


@pytest.mark.parametrize(("day", "hour"), [("20260329", 24), ("20260102", 25), ("20260102", 0)])
def test_an_hour_that_the_day_does_not_have_is_rejected(read: Read, day: str, hour: int) -> None:
    parsed = read(gme(day, hour), "gme_mgp_xml", "context_series")

    assert parsed.table.num_rows == 0
    assert [one.code for one in parsed.rejects] == ["TIME_PHANTOM"]
