"""Statistics, weather, grid and project registers as they answer: recorded shapes, invented values.

ISTAT shuts out who asks a sixth time within a minute, and its endPeriod is off by one; Terna answers
403 when asked too fast and an empty body for a zone it does not know; ENTSO-E says "nothing" and
Eurostat "later" under status 200.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from werkzeug import Response

from tests.services.fakes import Asked, as_json

ROME = ZoneInfo("Europe/Rome")
HTML = "<!DOCTYPE html><html><body>Servizio in manutenzione</body></html>"
YEARS = range(2019, 2025)


def population(code: str, year: int) -> int:
    return int(code) * 10 + year


def istat(asked: Asked) -> Response:
    if asked.within(60, "/SDMXWS/") > 5 and not asked.patient:
        return Response("<html><body>Forbidden</body></html>", 403, content_type="text/html")
    *_, flow, key = asked.path.strip("/").split("/")
    accept = asked.headers.get("Accept", "")
    if flow == "22_289_manutenzione":
        return Response(HTML, content_type="text/html")
    if flow == "22_289_errore":
        said = '<mes:Error xmlns:mes="x"><mes:ErrorMessage code="500"/></mes:Error>'
        return Response(said, content_type="application/xml")
    if "vnd.sdmx.data+csv" not in accept:  # `format=csv` changes nothing
        return Response("<message:StructureSpecificData/>", content_type="application/xml")
    code = key.split(".")[1]
    if code == "000000":
        return Response("No Results Found", 404, content_type="text/plain")
    years = list(YEARS)
    if "endPeriod" in asked.params:  # the bug: the year asked for is left out
        years = [year for year in years if year < int(asked.params["endPeriod"])]
    body = "".join(_population(code, years) if flow.startswith("22_289") else _units(code, years))
    return Response(
        body, content_type="application/vnd.sdmx.data+csv; version=1.0.0; charset=utf-8"
    )


def _population(code: str, years: list[int]) -> Iterator[str]:
    yield "DATAFLOW,FREQ,REF_AREA,DATA_TYPE,SEX,AGE,MARITAL_STATUS,TIME_PERIOD,OBS_VALUE,OBS_STATUS\r\n"
    for sex, part in (("9", 1), ("1", 2)):  # a total beside its part
        for year in years:
            status = "e" if year == max(YEARS) else ""
            value = population(code, year) // part
            yield f"IT1:22_289(1.0),A,{code},JAN,{sex},TOTAL,99,{year},{value},{status}\r\n"


def _units(code: str, years: list[int]) -> Iterator[str]:
    dimensions = "FREQ,REF_AREA,DATA_TYPE,ECON_ACTIVITY_NACE_2007,PERS_EMPL_SIZE_CLASS"
    yield f"DATAFLOW,{dimensions},TIME_PERIOD,OBS_VALUE,OBS_STATUS\r\n"
    for kind, scale in (("LU", 1), ("LUEMPDAA", 4)):
        for year in years:
            value = (
                f"{population(code, year) * scale}.25"
                if kind == "LUEMPDAA"
                else population(code, year)
            )
            yield f"IT1:183_285(1.0),A,{code},{kind},0010,TOTAL,{year},{value},\r\n"


def eurostat_csv(asked: Asked) -> Response:
    if "/enorme/" in asked.path.lower():
        fault = "<S:Fault><faultcode>413</faultcode><faultstring>EXTRACTION_TOO_BIG</faultstring></S:Fault>"
        return Response(fault, content_type="text/xml")
    if "/grande/" in asked.path.lower():
        return _queued("SUBMITTED")
    if asked.params.get("format") != "SDMX-CSV":
        return Response("<message:GenericData/>", content_type="application/xml")
    return _series_of(asked.path.strip("/").split(".")[-1])


def eurostat_async(asked: Asked) -> Response:
    """What was queued is being prepared when first asked about, and then available."""
    if "/async/data/" in asked.path:
        return _series_of("ITI15")
    times = asked.log.count(asked.path)
    return _queued("PROCESSING" if times < 2 else "AVAILABLE")


def _queued(status: str) -> Response:
    said = (
        '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body><queued>'
        f"<id>98de05ea-540a</id><status>{status}</status></queued></env:Body></env:Envelope>"
    )
    return Response(said, content_type="application/xml")


def _series_of(geo: str) -> Response:
    lines = ["DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS"]
    for year in YEARS:
        value, flag = ("", "c") if year == 2020 else (f"{year}.5", "p" if year == 2024 else "")
        lines.append(
            f"ESTAT:NAMA_10R_3GDP(1.0),01/09/26 23:00:00,A,MIO_EUR,{geo},{year},{value},{flag},"
        )
    return Response(
        "\r\n".join(lines) + "\r\n", content_type="application/vnd.sdmx.data+csv;version=1.0.0"
    )


def temperature(day: date, place: str) -> float:
    return round(day.toordinal() % 30 + float(place) % 1, 2)


def open_meteo(asked: Asked) -> Response:
    given = asked.params
    if asked.path == "/v1/archive":
        first, last = (date.fromisoformat(given[name]) for name in ("start_date", "end_date"))
    else:
        last = date(2024, 3, 10)
        first = last - timedelta(days=int(given.get("past_days", 0)))
    if last < first:
        return as_json(
            {"error": True, "reason": "End-date must be larger or equals than start-date"}, 400
        )
    if "daily" in given and "timezone" not in given:
        return as_json({"error": True, "reason": "Timezone is required"}, 400)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    said = {
        "latitude": float(given["latitude"]) + 0.013,
        "longitude": float(given["longitude"]) - 0.02,
    }
    for wanted in filter(None, given.get("daily", "").split(",")):
        unit = said.setdefault("daily_units", {"time": "iso8601"})
        unit[wanted] = {"precipitation_sum": "mm", "shortwave_radiation_sum": "MJ/m²"}.get(
            wanted, "°C"
        )
        lists = said.setdefault("daily", {"time": [day.isoformat() for day in days]})
        lists[wanted] = [temperature(day, given["latitude"]) for day in days]
    for wanted in filter(None, given.get("hourly", "").split(",")):
        hours = [f"{day}T{hour:02}:00" for day in days for hour in range(24)]
        lists = said.setdefault("hourly", {"time": hours})
        lists[wanted] = [None if hour.endswith("13:00") else 1.5 for hour in hours]
    return as_json(said)


def terna_token(asked: Asked) -> Response:
    if asked.form.get("grant_type") != "client_credentials" or not asked.form.get("client_secret"):
        return as_json({"error": "invalid_client"}, 401)
    return as_json({"access_token": "token-of-terna", "token_type": "bearer", "expires_in": 300})


def terna_load(asked: Asked) -> Response:
    if asked.headers.get("Authorization") != "Bearer token-of-terna":
        return as_json({"error": "Not Authorized"}, 401)
    if asked.since_last() < 0.9 and not asked.patient:
        return Response(
            "<h1>Developer Over Qps</h1>", 403, {"Retry-After": "1"}, content_type="text/xml"
        )
    zone = asked.params.get("biddingZone", "Italy")
    if zone not in ("North", "Centre-North", "Centre-South", "South", "Italy"):
        return Response("", content_type="application/json")
    first, last = (
        datetime.strptime(asked.params[name], "%d/%m/%Y").replace(tzinfo=UTC).date()
        for name in ("dateFrom", "dateTo")
    )
    if (last - first).days > 60:
        return as_json({"result": {"is_successful": False, "message": "Range over 60 days"}}, 400)
    rows = []
    at = datetime.combine(first, datetime.min.time(), ROME).astimezone(UTC)
    after = datetime.combine(last + timedelta(days=1), datetime.min.time(), ROME).astimezone(UTC)
    while at < after:
        local = at.astimezone(ROME)
        rows.append(
            {
                "date": local.strftime("%Y-%m-%d %H:%M:%S"),
                "date_tz": "Europe/Rome",
                "date_offset": local.strftime("%z")[:3] + ":" + local.strftime("%z")[3:],
                "total_load_MW": "20000.125",
                "forecast_total_load_MW": "20100",
                "bidding_zone": zone,
            }
        )
        at += timedelta(minutes=15)
    return as_json({"result": {"message": "OK", "status": "Completed"}, "total_load": rows})


def entsoe(asked: Asked) -> Response:
    if not asked.params.get("securityToken"):
        return Response("Unauthorized", 401)
    first, after = (
        datetime.strptime(asked.params[name], "%Y%m%d%H%M").replace(tzinfo=UTC)
        for name in ("periodStart", "periodEnd")
    )
    zone = asked.params.get("outBiddingZone_Domain", "")
    if (after - first).days > 366 or not zone:
        return Response(
            _acknowledgement("999", "The amount of requested data exceeds allowed limit"),
            400,
            content_type="text/xml",
        )
    if zone == "10Y1001C--00096J":
        return Response(
            _acknowledgement("999", "No matching data found for Data item Actual Total Load"),
            content_type="text/xml",
        )
    count = int((after - first) / timedelta(hours=1))
    points = "".join(
        f"<Point><position>{n + 1}</position><quantity>{100 + n % 24}</quantity></Point>"
        for n in range(count)
    )
    span = f"<start>{first:%Y-%m-%dT%H:%MZ}</start><end>{after:%Y-%m-%dT%H:%MZ}</end>"
    body = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<GL_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0"><mRID>x</mRID>'
        "<type>A65</type><process.processType>A16</process.processType><TimeSeries><mRID>1</mRID>"
        "<businessType>A04</businessType>"
        f'<outBiddingZone_Domain.mRID codingScheme="A01">{zone}</outBiddingZone_Domain.mRID>'
        "<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>A01</curveType>"
        f"<Period><timeInterval>{span}</timeInterval><resolution>PT60M</resolution>{points}</Period>"
        "</TimeSeries></GL_MarketDocument>"
    )
    return Response(body, content_type="text/xml")


def _acknowledgement(code: str, text: str) -> str:
    return (
        '<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">'
        f"<mRID>x</mRID><Reason><code>{code}</code><text>{text}</text></Reason></Acknowledgement_MarketDocument>"
    )


def pvgis(asked: Asked) -> Response:
    if "lat" not in asked.params or "startyear" not in asked.params:
        return as_json({"message": "lat: Mandatory parameter missing", "status": 400}, 400)
    year = int(asked.params["startyear"])
    start = datetime(year, 1, 1, 0, 10, tzinfo=UTC)
    hours = (
        datetime(int(asked.params["endyear"]) + 1, 1, 1, 0, 10, tzinfo=UTC) - start
    ) // timedelta(hours=1)
    rows = [
        {
            "time": (start + timedelta(hours=n)).strftime("%Y%m%d:%H%M"),
            "P": 0.5 if 8 <= n % 24 < 16 else 0.0,
            "Int": 0.0,
        }
        for n in range(hours)
    ]
    return as_json({"inputs": {}, "outputs": {"hourly": rows}, "meta": {}})


def pvgis_tmy(asked: Asked) -> Response:
    """A typical year: each month keeps its own year, and the legend stands below the data."""
    if "lat" not in asked.params or "lon" not in asked.params:
        return as_json({"message": "lat: Mandatory parameter missing", "status": 400}, 400)
    years = {month: 2006 + month for month in range(1, 13)}
    lines = [f"Latitude (decimal degrees): {float(asked.params['lat']):.3f}"]
    lines += [f"Longitude (decimal degrees): {float(asked.params['lon']):.3f}", "month,year"]
    lines += [f"{month},{year}" for month, year in years.items()]
    lines.append("time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP")
    day = datetime(2023, 1, 1, tzinfo=UTC)
    for hour in range(8760):
        at = day + timedelta(hours=hour)
        at = at.replace(year=years[at.month])
        lines.append(f"{at:%Y%m%d:%H%M},{at.month}.5,80.0,10.0,0.0,10.0,300.0,1.5,90.0,99870.0")
    lines += [
        "",
        "T2m: 2-m air temperature (degree Celsius)",
        "RH: relative humidity (%)",
        "",
        "PVGIS",
    ]
    return Response("\r\n".join(lines) + "\r\n", content_type="text/csv")


def eurostat_jsonstat(asked: Asked) -> Response:
    """A cube of one place, sparse, with a status; a warning instead where it is still prepared."""
    if "geo" not in asked.params:
        return as_json({"error": [{"status": 400, "label": "Missing geo"}]}, 400)
    if asked.params["geo"] == "XX":
        return as_json({"error": [{"status": 404, "label": "No results found"}]}, 404)
    cube = {
        "version": "2.0",
        "class": "dataset",
        "id": ["freq", "unit", "geo", "time"],
        "size": [1, 1, 1, len(YEARS)],
        "value": {str(place): year + 0.5 for place, year in enumerate(YEARS) if year != 2020},
        "status": {str(YEARS.index(2020)): "c"},
        "dimension": {
            "freq": {"category": {"index": {"A": 0}}},
            "unit": {"category": {"index": {"MIO_EUR": 0}}},
            "geo": {"category": {"index": {asked.params["geo"]: 0}}},
            "time": {"category": {"index": {str(year): place for place, year in enumerate(YEARS)}}},
        },
    }
    return as_json(cube)


def arpae(asked: Asked) -> Response:
    month = asked.path.rpartition("/")[2].removesuffix(".json.gz")
    if month >= "2024-03":
        return Response("Not Found", 404)
    lines = []
    for day in range(1, 4):
        for lon, lat in (
            (1032000, 4480000),
            (958959, 4504139),
        ):  # one station in Parma, one elsewhere
            said = [
                {"timerange": [], "level": [], "vars": {"B01019": {"v": "S. Nicolo'"}}},
                {
                    "timerange": [254, 0, 0],
                    "level": [103, 2000, None, None],
                    "vars": {"B12101": {"v": 279.85}, "B13003": {"v": 97}},
                },
                {
                    "timerange": [1, 0, 3600],
                    "level": [1, None, None, None],
                    "vars": {"B13011": {"v": 0.2}},
                },
            ]
            head = {"version": "0.1", "network": "agrmet", "ident": None, "lon": lon, "lat": lat}
            lines.append(json.dumps({**head, "date": f"{month}-{day:02}T06:00:00Z", "data": said}))
    return Response(
        gzip.compress("\n".join(lines).encode(), mtime=0), content_type="application/x-gzip"
    )


def lamma(asked: Asked) -> Response:
    days = "".join(
        f'<previsione idday="{day}" ora="giorno"><temp temp_type="min">{4 + day}</temp>'
        f'<temp temp_type="max">{14 + day}</temp></previsione>'
        for day in range(3)
    )
    head = "<comune><![CDATA[Prato]]></comune><aggiornamento>10/03/2024 ore 8</aggiornamento>"
    body = f'<?xml version="1.0" encoding="UTF-8"?><dati>{head}{days}</dati>'
    return Response(body.encode(), content_type="text/xml")


def italia_domani(asked: Asked) -> Response:
    if "Progetti" in asked.path:
        head = "Programma;Missione;CUP ;Titolo progetto ;FINANZIAMENTO_PRIVATO;FINANZIAMENTO_PNRR;FINANZ_TOTALE "
        rows = [f"PNRR;M2;F81C220013{n:05};Progetto {n};N/D;40.000;{n + 1}.000" for n in range(8)]
    elif "Localizzazione" in asked.path:
        head = "Codice Univoco submisura;CUP ;Provincia;Comune;Descrizione Comune"
        rows = [f"M2C3;F81C220013{n:05};100;005;PRATO" for n in range(8)]
    else:
        return Response(HTML, content_type="text/html")
    return Response(("\ufeff" + "\r\n".join([head, *rows])).encode(), content_type="text/csv")
