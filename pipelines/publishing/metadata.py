"""An edition described for machines: Frictionless Data Package and DCAT-AP_IT catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import json_bytes, sha256

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_MEDIA = {
    ".csv": ("text/csv", "CSV"),
    ".parquet": ("application/vnd.apache.parquet", "PARQUET"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
}

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dcatapit": "http://dati.gov.it/onto/dcatapit#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def datapackage(folder: Path, about: Mapping[str, Any]) -> bytes:
    """`datapackage.json`: every data file with its columns and hash."""
    resources = []
    for path in sorted(
        [
            folder / "kpi_values.csv",
            folder / "kpi_values.parquet",
            *(folder / "tables").glob("*.parquet"),
        ]
    ):
        name = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        schema = pq.read_schema(folder / "kpi_values.parquet" if path.suffix == ".csv" else path)
        resource: dict[str, Any] = {
            "name": name.replace("/", "-").replace(".", "-").replace("_", "-"),
            "path": name,
            "format": path.suffix[1:],
            "mediatype": _MEDIA[path.suffix][0],
            "bytes": len(data),
            "hash": f"sha256:{sha256(data)}",
            "schema": {"fields": [_field(field) for field in schema]},
        }
        if path.suffix == ".csv":
            resource |= {"encoding": "utf-8", "profile": "tabular-data-resource"}
            resource["schema"]["primaryKey"] = ["district_id", "month", "kpi_code"]
        resources.append(resource)
    return json_bytes(
        {
            "profile": "data-package",
            "name": f"net-zero-districts-{about['id']}",
            "title": f"Net Zero Districts, {about['month']} r{about['revision']}",
            "version": about["id"],
            "created": about["known_at"],
            "licenses": [
                {"name": "CC-BY-4.0", "path": _LICENCE, "title": "Creative Commons Attribution 4.0"}
            ],
            "resources": resources,
        }
    )


def _field(field: pa.Field) -> dict[str, str]:
    kind = field.type
    named = (
        "boolean"
        if pa.types.is_boolean(kind)
        else "integer"
        if pa.types.is_integer(kind)
        else "number"
        if pa.types.is_decimal(kind) or pa.types.is_floating(kind)
        else "date"
        if pa.types.is_date(kind)
        else "datetime"
        if pa.types.is_timestamp(kind)
        else "string"
    )
    return {"name": field.name, "type": named}


def catalogue_jsonld(folder: Path, about: Mapping[str, Any]) -> bytes:
    """`catalog.jsonld`: one DCAT-AP_IT dataset per district, its files as distributions.

    Addresses are relative: a deployment that publishes an edition resolves them against where it stands.
    """
    reading = Reading(folder)
    datasets, agents, files = [], [], []
    for district, row in reading.districts.items():
        holder = f"#agent-{district}"
        agents.append(
            {
                "@id": holder,
                "@type": ["foaf:Agent", "dcatapit:Agent"],
                "foaf:name": row.get("holder_name") or row["name_it"],
                **({"dct:identifier": row["holder_ipa"]} if row.get("holder_ipa") else {}),
            }
        )
        paths = ["kpi_values.csv", "kpi_values.parquet", f"{district}/annex.xlsx"]
        files += [_distribution(path, district) for path in paths]
        datasets.append(
            {
                "@id": f"#dataset-{district}",
                "@type": ["dcat:Dataset", "dcatapit:Dataset"],
                "dct:identifier": f"nzd:{district}:{about['id']}",
                "dct:title": [
                    _text(f"Indicatori mensili: {row['name_it']}", "it"),
                    _text(f"Monthly indicators: {row['name_en']}", "en"),
                ],
                "dct:description": [
                    _text(_description(row, "it"), "it"),
                    _text(_description(row, "en"), "en"),
                ],
                "dct:issued": _typed(about["known_at"], "dateTime"),
                "dct:modified": _typed(about["known_at"], "dateTime"),
                "dct:accrualPeriodicity": {"@id": f"{_AUTHORITY}/frequency/MONTHLY"},
                "dcat:theme": [
                    {"@id": f"{_AUTHORITY}/data-theme/ENER"},
                    {"@id": f"{_AUTHORITY}/data-theme/ENVI"},
                ],
                "dct:language": [
                    {"@id": f"{_AUTHORITY}/language/ITA"},
                    {"@id": f"{_AUTHORITY}/language/ENG"},
                ],
                "dct:rightsHolder": {"@id": holder},
                "dct:publisher": {"@id": holder},
                "dct:temporal": _temporal(reading),
                "dcat:contactPoint": _contact(row),
                "owl:versionInfo": about["id"],
                "dcat:distribution": [
                    {"@id": f"#file-{district}-{path.replace('/', '-')}"} for path in paths
                ],
            }
        )
    catalogue = {
        "@id": "#catalog",
        "@type": ["dcat:Catalog", "dcatapit:Catalog"],
        "dct:title": _text("Net Zero Districts", "it"),
        "dct:modified": _typed(about["known_at"], "dateTime"),
        "dct:license": {"@id": _LICENCE},
        "dcat:dataset": [{"@id": each["@id"]} for each in datasets],
        "dct:publisher": {"@id": agents[0]["@id"]} if agents else None,
    }
    return json_bytes({"@context": _CONTEXT, "@graph": [catalogue, *datasets, *agents, *files]})


def withdrawn_jsonld(said: Mapping[str, Any], replaced_by: str | None) -> bytes:
    """`catalog.jsonld` of an edition that is gone: what it was, that it is withdrawn, and why."""
    replaced = (
        {"dct:isReplacedBy": {"@id": f"../{replaced_by.split('-')[-1]}/catalog.jsonld"}}
        if replaced_by
        else {}
    )
    return json_bytes(
        {
            "@context": _CONTEXT,
            "@id": "#dataset",
            "@type": ["dcat:Dataset", "dcatapit:Dataset"],
            "dct:identifier": f"nzd:{said['id']}",
            "dct:title": _text(f"Net Zero Districts, {said['id']}", "it"),
            "dct:modified": _typed(said["withdrawn_at"], "dateTime"),
            "adms:status": {"@id": f"{_AUTHORITY}/dataset-status/WITHDRAWN"},
            "adms:versionNotes": said["reason"],
            **replaced,
        }
    )


def _description(row: Mapping[str, Any], language: str) -> str:
    note = {
        "it": "Valori protetti, con grado di qualità, copertura e motivo di ogni assenza.",
        "en": "Protected values, with grade of quality, coverage and the reason of every absence.",
    }[language]
    return f"{note} Dati dimostrativi / sample data." if row["demonstration"] else note


def _distribution(path: str, district: str) -> dict[str, Any]:
    kind = _MEDIA[Path(path).suffix]
    return {
        "@id": f"#file-{district}-{path.replace('/', '-')}",
        "@type": ["dcat:Distribution", "dcatapit:Distribution"],
        "dcat:accessURL": {"@id": path},
        "dcat:downloadURL": {"@id": path},
        "dcat:mediaType": kind[0],
        "dct:format": {"@id": f"{_AUTHORITY}/file-type/{kind[1]}"},
        "dct:license": {"@id": _LICENCE},
    }


def _temporal(reading: Reading) -> dict[str, Any]:
    starts = [row["period_start"] for row in reading.values.values() if row["period_start"]]
    ends = [row["period_end"] for row in reading.values.values() if row["period_end"]]
    return {
        "@type": "dct:PeriodOfTime",
        **({"dcat:startDate": _typed(min(starts).isoformat(), "date")} if starts else {}),
        **({"dcat:endDate": _typed(max(ends).isoformat(), "date")} if ends else {}),
    }


def _contact(row: Mapping[str, Any]) -> dict[str, Any]:
    email = row.get("contact_email")
    return {
        "@type": "vcard:Organization",
        "vcard:fn": row.get("contact_name") or row["name_it"],
        **({"vcard:hasEmail": {"@id": f"mailto:{email}"}} if email else {}),
    }


def _text(text: str, language: str) -> dict[str, str]:
    return {"@value": text, "@language": language}


def _typed(text: str, kind: str) -> dict[str, str]:
    return {"@value": text, "@type": f"xsd:{kind}"}
