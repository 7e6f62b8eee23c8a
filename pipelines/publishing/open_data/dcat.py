"""An edition described for data portals: a DCAT-AP_IT catalogue per city, and one of all of them.

Belongs here: the catalogues, with all that DCAT-AP_IT asks for. Does not belong here: the files they list
(`city_data.py`), the Frictionless package (`metadata.py`).

Addresses are relative: a deployment that publishes an edition resolves them against where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipelines.publishing.open_data.city_data import FILES
from pipelines.publishing.reading import Reading
from pipelines.publishing.rows import Row, json_bytes, sha256

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_MEDIA = {
    ".csv": ("text/csv", "CSV"),
    ".parquet": ("application/vnd.apache.parquet", "PARQUET"),
    ".json": ("application/json", "JSON"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
}
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dcatapit": "http://dati.gov.it/onto/dcatapit#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_KEYWORDS = {
    "it": ("energia", "acqua", "emissioni", "distretto", "neutralità climatica"),
    "en": ("energy", "water", "emissions", "district", "climate neutrality"),
}

Node = dict[str, Any]


def catalogues(folder: Path, about: Mapping[str, Any]) -> dict[str, bytes]:
    """`catalog.jsonld` of the edition and of each city, by path.

    Args:
        folder: The edition, its data files written.
        about: Its manifest.
    """
    reading = Reading(folder)
    everyone = list(reading.districts)
    made = {
        f"{one}/catalog.jsonld": _catalogue(reading, about, [one], f"{one}/") for one in everyone
    }
    return {"catalog.jsonld": _catalogue(reading, about, everyone, ""), **made}


def _catalogue(
    reading: Reading, about: Mapping[str, Any], districts: Sequence[str], here: str
) -> bytes:
    """One catalogue of these districts; `here` is the folder it stands in."""
    rows = [reading.districts[one] for one in districts]
    datasets = [_dataset(reading, about, row) for row in rows]
    named = rows[0]["name_it"] if here else "Net Zero Districts"
    catalogue: Node = {
        "@id": "#catalog",
        "@type": ["dcat:Catalog", "dcatapit:Catalog"],
        "dct:title": _text(f"Dati aperti: {named}" if here else named, "it"),
        "dct:description": [
            _text("Indicatori mensili dei distretti verso emissioni nette zero.", "it"),
            _text("Monthly indicators of districts on their way to net zero.", "en"),
        ],
        "dct:issued": _typed(about["known_at"], "dateTime"),
        "dct:modified": _typed(about["known_at"], "dateTime"),
        "dct:language": _languages(),
        "dct:license": {"@id": LICENCE},
        "dcat:themeTaxonomy": {"@id": f"{_AUTHORITY}/data-theme"},
        "dcat:dataset": [{"@id": each["@id"]} for each in datasets],
        **({"dct:publisher": {"@id": f"#agent-{districts[0]}"}} if districts else {}),
    }
    files = [
        _distribution(reading.folder, f"{one}/{name}", one, here)
        for one in districts
        for name in FILES
    ]
    agents = [_agent(row) for row in rows]
    graph = [catalogue, *datasets, *agents, *files, _licence()]
    return json_bytes({"@context": _CONTEXT, "@graph": graph})


def _dataset(reading: Reading, about: Mapping[str, Any], row: Row) -> Node:
    district = row["district_id"]
    return {
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
        "dct:accessRights": {"@id": f"{_AUTHORITY}/access-right/PUBLIC"},
        "dcat:theme": [
            {"@id": f"{_AUTHORITY}/data-theme/ENER"},
            {"@id": f"{_AUTHORITY}/data-theme/ENVI"},
        ],
        "dcat:keyword": [_text(word, code) for code, words in _KEYWORDS.items() for word in words],
        "dct:language": _languages(),
        "dct:rightsHolder": {"@id": f"#agent-{district}"},
        "dct:publisher": {"@id": f"#agent-{district}"},
        "dct:spatial": _location(row["region"]),
        "dct:temporal": _temporal(reading, district),
        **_contact(row),
        "owl:versionInfo": about["id"],
        "dcat:distribution": [{"@id": _file_id(district, name)} for name in FILES],
    }


def withdrawn_jsonld(said: Mapping[str, Any], replaced_by: str | None, district: str = "") -> bytes:
    """`catalog.jsonld` of an edition that is gone, or of a city in it: that it is withdrawn, and why."""
    up, here = ("../../", f"{district}/") if district else ("../", "")
    replaced = (
        {"dct:isReplacedBy": {"@id": f"{up}{replaced_by.split('-')[-1]}/{here}catalog.jsonld"}}
        if replaced_by
        else {}
    )
    return json_bytes(
        {
            "@context": _CONTEXT,
            "@id": f"#dataset-{district}" if district else "#dataset",
            "@type": ["dcat:Dataset", "dcatapit:Dataset"],
            "dct:identifier": f"nzd:{district}:{said['id']}" if district else f"nzd:{said['id']}",
            "dct:title": _text(
                ", ".join(filter(None, ("Net Zero Districts", district, said["id"]))), "it"
            ),
            "dct:modified": _typed(said["withdrawn_at"], "dateTime"),
            "adms:status": {"@id": f"{_AUTHORITY}/dataset-status/WITHDRAWN"},
            "adms:versionNotes": said["reason"],
            **replaced,
        }
    )


def _agent(row: Row) -> Node:
    """Who holds the rights, by its code in the index of public administrations where it has one."""
    return {
        "@id": f"#agent-{row['district_id']}",
        "@type": ["foaf:Agent", "dcatapit:Agent"],
        "foaf:name": _text(row.get("holder_name") or row["name_it"], "it"),
        "dct:identifier": row.get("holder_ipa") or row["district_id"],
    }


def _licence() -> Node:
    return {
        "@id": LICENCE,
        "@type": ["dct:LicenseDocument", "dcatapit:LicenseDocument"],
        "foaf:name": _text("Creative Commons Attribuzione 4.0 Internazionale (CC BY 4.0)", "it"),
        "dct:type": {"@id": "http://purl.org/adms/licencetype/Attribution"},
        "owl:versionInfo": "4.0",
    }


def _description(row: Mapping[str, Any], language: str) -> str:
    note = {
        "it": "Valori protetti, con grado di qualità, copertura e motivo di ogni assenza.",
        "en": "Protected values, with grade of quality, coverage and the reason of every absence.",
    }[language]
    return f"{note} Dati dimostrativi / sample data." if row["demonstration"] else note


def _file_id(district: str, name: str) -> str:
    return f"#file-{district}-{name.replace('/', '-')}"


def _distribution(folder: Path, path: str, district: str, here: str) -> Node:
    """A file with its size and hash, so that a portal sees whether what it fetched is what was published."""
    media, kind = _MEDIA[Path(path).suffix]
    data = (folder / path).read_bytes()
    address = path.removeprefix(here)
    return {
        "@id": _file_id(district, path.removeprefix(f"{district}/")),
        "@type": ["dcat:Distribution", "dcatapit:Distribution"],
        "dct:title": Path(path).name,
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
        "dcat:byteSize": _typed(str(len(data)), "nonNegativeInteger"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": _typed(sha256(data), "hexBinary"),
        },
        "dct:format": {"@id": f"{_AUTHORITY}/file-type/{kind}"},
        "dct:license": {"@id": LICENCE},
    }


def _temporal(reading: Reading, district: str) -> Node:
    """First and last day covered, in the words of the Italian profile and in those of DCAT 2."""
    own = [row for (place, _, _), row in reading.values.items() if place == district]
    starts = [row["period_start"] for row in own if row["period_start"]]
    ends = [row["period_end"] for row in own if row["period_end"]]
    period: Node = {"@type": "dct:PeriodOfTime"}
    for name, day in (
        ("startDate", min(starts, default=None)),
        ("endDate", max(ends) - timedelta(days=1) if ends else None),
    ):
        if day:
            period[f"dcat:{name}"] = period[f"dcatapit:{name}"] = _typed(day.isoformat(), "date")
    return period


def _location(region: str) -> Node:
    """Where it is, by the European code of the country or the statistical region."""
    return {
        "@type": "dct:Location",
        "dcatapit:geographicalIdentifier": f"http://data.europa.eu/nuts/code/{region}",
    }


def _contact(row: Mapping[str, Any]) -> Node:
    """Whom to write to; the profile knows no contact without an address."""
    email = row.get("contact_email")
    if not email:
        return {}
    return {
        "dcat:contactPoint": {
            "@id": f"#contact-{row['district_id']}",
            "@type": ["vcard:Organization", "vcard:Kind", "dcatapit:Organization"],
            "vcard:fn": row.get("contact_name") or row["name_it"],
            "vcard:hasEmail": {"@id": f"mailto:{email}"},
        }
    }


def _languages() -> list[dict[str, str]]:
    return [{"@id": f"{_AUTHORITY}/language/{code}"} for code in ("ITA", "ENG")]


def _text(text: str, language: str) -> dict[str, str]:
    return {"@value": text, "@language": language}


def _typed(text: str, kind: str) -> dict[str, str]:
    return {"@value": text, "@type": f"xsd:{kind}"}
