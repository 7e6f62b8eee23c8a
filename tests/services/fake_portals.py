"""Open-data portals as they answer: recorded shapes, invented rows, and every trap that is documented.

CKAN clamps at 32,000, Opendatasoft at 100 and 10,000, pygeoapi at 50, each without a word; unknown
parameters are ignored; Socrata shuffles what was not ordered.
"""

from __future__ import annotations

import json
import random
from typing import Any

from werkzeug import Response

from tests.services.fakes import Asked, as_json

CKAN_ROWS, CKAN_CLAMP, CKAN_DEFAULT = 32_050, 32_000, 100
ODS_SMALL, ODS_LARGE, ODS_CLAMP, ODS_REACH = 230, 10_050, 100, 10_000
SOCRATA_ROWS, SOCRATA_DEFAULT = 2_500, 1_000
OGC_ROWS, OGC_CLAMP = 120, 50
COUNTRY, IN_TERRITORY = 25_000, 130
OBSERVATIONS, BROKER = 250, 130


def ckan_datastore(asked: Asked) -> Response:
    if asked.params.get("resource_id") != "letture":
        said = {"__type": "Not Found Error", "message": "Not found: Resource was not found."}
        return as_json({"help": "…", "success": False, "error": said}, 404)
    limit, offset = int(asked.params.get("limit", CKAN_DEFAULT)), int(asked.params.get("offset", 0))
    if limit < 0 or offset < 0:
        said = {"__type": "Validation Error", "limit": ["Must be a natural number"]}
        return as_json({"help": "…", "success": False, "error": said}, 409)
    order = range(CKAN_ROWS)
    if asked.params.get("sort") != "_id":
        order = random.Random(len(asked.log)).sample(order, CKAN_ROWS)  # noqa: S311
    # An older CKAN: numbers come as texts.
    limit = min(limit, CKAN_CLAMP)
    shown = order[offset : offset + limit]
    rows = [{"_id": n + 1, "punto": f"P{n:05}", "kwh": f"{n}.50"} for n in shown]
    fields = [
        {"id": "_id", "type": "int"},
        {"id": "punto", "type": "text"},
        {"id": "kwh", "type": "numeric"},
    ]
    result = {"limit": limit, "offset": offset, "records_format": "objects", "fields": fields}
    result |= {"records": rows, "total": CKAN_ROWS}
    return as_json({"help": "…", "success": True, "result": result})


def ckan_search(asked: Asked) -> Response:
    start, rows = int(asked.params.get("start", 0)), min(int(asked.params.get("rows", 10)), 1_000)
    found = [
        {
            "name": f"dataset-{n:03}",
            "title": f"Energia {n}",
            "license_id": "cc-by",
            "metadata_modified": "2026-05-05T10:30:09.325748",
            "organization": {"name": "comune"},
            "resources": [{"id": f"r{n}", "format": "CSV"}],
        }
        for n in range(205)
    ]
    result = {"count": len(found), "sort": "name asc", "results": found[start : start + rows]}
    return as_json({"help": "…", "success": True, "result": result})


def ckan_package(asked: Asked) -> Response:
    if not asked.params.get("id"):
        said = {"__type": "Validation Error", "name_or_id": ["Missing value"]}
        return as_json({"success": False, "error": said}, 409)
    resources = [
        {
            "id": f"r{n}",
            "name": f"Anno {2020 + n}",
            "format": kind,
            "url": f"https://example.org/{n}.csv",
        }
        for n, kind in enumerate(["CSV", ".csv", "ZIP"])
    ]
    return as_json(
        {"success": True, "result": {"name": asked.params["id"], "resources": resources}}
    )


def ods_records(asked: Asked) -> Response:
    count = ODS_LARGE if "/grande/" in asked.path else ODS_SMALL
    limit, offset = int(asked.params.get("limit", 10)), int(asked.params.get("offset", 0))
    if limit > ODS_CLAMP or limit + offset > ODS_REACH:
        said = f"Invalid value for limit API parameter: {limit} was found but -1 <= limit <= 100 is expected."
        return as_json({"error_code": "InvalidRESTParameterError", "message": said}, 400)
    rows = [_ods(n) for n in range(count)[offset : offset + limit]]
    return as_json({"total_count": count, "results": rows})


def ods_export(asked: Asked) -> Response:
    body = json.dumps([_ods(n) for n in range(ODS_LARGE)])
    if "rotta" in asked.path:
        # Status 200 is out already when it breaks; there is no other place left to say it.
        body = body[:70_000] + " Streaming interrupted due to the following error: timeout"
    return Response(body, content_type="application/json; charset=utf-8")


def _ods(n: int) -> dict[str, Any]:
    return {"punto": f"P{n:05}", "kwh": n + 0.5, "data": "2026-01-01T00:00:00+00:00"}


def socrata(asked: Asked) -> Response:
    if "$limt" in asked.params:
        said = "Unrecognized arguments [$limt]"
        return as_json({"code": "query.compiler.malformed", "error": True, "message": said}, 400)
    if asked.log.count(asked.path) == 1:
        return as_json({"message": "The data is being prepared"}, 202)
    rows = [_arpa(n) for n in range(SOCRATA_ROWS)]
    if asked.params.get("$order") != ":id":
        random.Random(len(asked.log)).shuffle(rows)  # noqa: S311
    offset, limit = (
        int(asked.params.get("$offset", 0)),
        int(asked.params.get("$limit", SOCRATA_DEFAULT)),
    )
    return as_json(rows[offset : offset + limit])


def _arpa(n: int) -> dict[str, str]:
    day, minute = divmod(n, 144)
    at = f"2024-02-{day + 1:02}T{minute // 6:02}:{minute % 6}0:00.000"
    return {
        "idsensore": "5911",
        "data": at,
        "valore": "-9999" if n == 7 else f"{n % 30}.1",
        "stato": "NA" if n == 7 else "VA",
    }


def arpa_sensors(asked: Asked) -> Response:
    offset = int(asked.params.get("$offset", 0))
    rows = [
        {"idsensore": str(n), "tipologia": "Temperatura", "unit_dimisura": "°C", "idstazione": "132",
         "nomestazione": "Bergamo", "provincia": "BG", "datastart": "2001-06-01T00:00:00.000"}
        for n in range(12)
    ]  # fmt: skip
    return as_json(rows[offset:])


def opencoesione(asked: Asked) -> Response:
    slug = asked.params.get("territorio")
    if slug is not None and not slug.endswith("-comune"):
        return Response("Server Error", 500)
    if asked.since_last() < 0.9 and not asked.patient:
        return as_json({"detail": "Request was throttled. Expected available in 1 second."}, 429)
    count = IN_TERRITORY if slug else COUNTRY  # any other filter is ignored, and nobody says so
    size, page = int(asked.params.get("page_size", 25)), int(asked.params.get("page", 1))
    rows = [_project(n) for n in range(count)][(page - 1) * size : page * size]
    following = None
    if page * size < count:
        given = "&".join(f"{key}={value}" for key, value in asked.params.items() if key != "page")
        following = f"{asked.root}{asked.path}?{given}&page={page + 1}"
    return as_json({"count": count, "next": following, "previous": None, "results": rows})


def _project(n: int) -> dict[str, Any]:
    return {
        "cod_locale_progetto": f"1TO{n:06}",
        "cup": f"J8{n % 10}F22{n:09}",
        "oc_titolo_progetto": f"Progetto {n}",
        "oc_finanz_tot_pub_netto": 1000.5 + n,
        "tot_pagamenti": None if n % 2 else 500.25,
        "oc_stato_progetto": "In corso",
        "soggetti": [{"denominazione": "Comune"}],
        "territori": [],
    }


def ogc_items(asked: Asked) -> Response:
    limit, offset = (
        min(int(asked.params.get("limit", 10)), OGC_CLAMP),
        int(asked.params.get("offset", 0)),
    )
    features = [
        {"type": "Feature", "id": n, "geometry": {"type": "Point", "coordinates": [11.1, 43.8]},
         "properties": {"codice": f"{n:04}", "nome": f"Punto {n}", "valore": n}}
        for n in range(OGC_ROWS)
    ]  # fmt: skip
    links = [{"rel": "self", "href": f"{asked.root}{asked.path}"}]
    if offset + limit < OGC_ROWS:
        href = f"{asked.root}{asked.path}?f=json&limit={limit}&offset={offset + limit}"
        links.append({"rel": "next", "href": href})
    shown = features[offset : offset + limit]
    said = {"type": "FeatureCollection", "numberMatched": OGC_ROWS, "numberReturned": len(shown)}
    return as_json({**said, "features": shown, "links": links})


def sensorthings(asked: Asked) -> Response:
    top, skip = min(int(asked.params.get("$top", 100)), 100), int(asked.params.get("$skip", 0))
    rows = [
        {
            "@iot.id": n,
            "phenomenonTime": f"2024-01-{n // 24 + 1:02}T{n % 24:02}:00:00Z",
            "result": n + 0.25,
        }
        for n in range(OBSERVATIONS)
    ]
    said: dict[str, Any] = {"@iot.count": OBSERVATIONS, "value": rows[skip : skip + top]}
    if skip + top < OBSERVATIONS:
        said["@iot.nextLink"] = (
            f"{asked.root}{asked.path}?$orderby=phenomenonTime asc&$count=true&$top={top}&$skip={skip + top}"
        )
    return as_json(said)


def ngsi_ld(asked: Asked) -> Response:
    limit, offset = min(int(asked.params.get("limit", 20)), 100), int(asked.params.get("offset", 0))
    rows = [{"id": f"urn:ngsi-ld:Meter:{n:04}", "type": "Meter", "kwh": n} for n in range(BROKER)]
    answer = as_json(rows[offset : offset + limit])
    answer.headers["NGSILD-Results-Count"] = str(BROKER)
    return answer
