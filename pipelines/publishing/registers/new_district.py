"""A new district on disk: its file, ready for `nzd check`, and a template for every register in each language.

Belongs here: what is written and where. Does not belong here: the workbooks (`register_workbook.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.catalogue.district import IDENTIFIER
from pipelines.landing.files import whole
from pipelines.publishing.language import words
from pipelines.publishing.registers.register_sheets import RegisterSheet, register_sheet, registers
from pipelines.publishing.registers.register_workbook import register_workbook
from pipelines.settings import Settings

LANGUAGES = ("it", "en")
UNKNOWN_MUNICIPALITY = "000000"
"""Stands where nobody has said the ISTAT code yet; the file says CHECK beside it."""


@dataclass(frozen=True)
class Written:
    """One file of a new district, and whether it was written now or was there before."""

    path: Path
    now: bool


def new_district(
    deployment: Settings,
    district: str,
    name: str,
    city: str,
    municipalities: Sequence[str],
    valid_from: date,
) -> Iterator[Written]:
    """Write a district's file and its templates; what is there already stays as it is.

    Args:
        deployment: Where the district files are.
        district: Its id, which is the name of its file.
        name: What it is called.
        city: Its city.
        municipalities: ISTAT codes, six digits; none where nobody knows yet.
        valid_from: First day of its boundary.

    Raises:
        ValueError: an id that cannot be one.
    """
    if not re.fullmatch(IDENTIFIER, district):
        raise ValueError(
            f"'{district}' is not an id: small letters, digits and _ only, a letter first."
        )
    texts = deployment.reports / "text"
    folder = deployment.districts / district / "registers"
    italian = []
    for dataset, form in registers(deployment.districts):
        for language in LANGUAGES:
            said = words(language, texts)
            sheet = register_sheet(dataset, form, deployment.expectations, said)
            path = folder / language / sheet.file_name
            yield _written(path, register_workbook(sheet, said))
            if language == "it":
                italian.append(sheet)
    document = _document(district, name, city, municipalities, valid_from, italian)
    yield _written(deployment.districts / f"{district}.yaml", document.encode())


def _written(path: Path, content: bytes) -> Written:
    if path.exists():
        return Written(path, now=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as temporary:
        temporary.write_bytes(content)
    return Written(path, now=True)


def _document(
    district: str,
    name: str,
    city: str,
    municipalities: Sequence[str],
    valid_from: date,
    sheets: Sequence[RegisterSheet],
) -> str:
    codes = ", ".join(f'"{code}"' for code in municipalities or (UNKNOWN_MUNICIPALITY,))
    check = "" if municipalities else "  # CHECK: the ISTAT code of each municipality, six digits"
    head = _HEAD.format(
        district=district,
        name=_text(name),
        city=_text(city),
        codes=codes,
        check=check,
        valid_from=valid_from,
        it=_text(f"Perimetro di {name}: da descrivere"),
        en=_text(f"Boundary of {name}: to be described"),
    )
    bound = [_source(district, sheet, first=not at) for at, sheet in enumerate(sheets)]
    return head + "".join(bound)


def _source(district: str, sheet: RegisterSheet, *, first: bool) -> str:
    contact = _OFFICE if first else "*office"
    pattern = f"(?i)^({'|'.join(dict.fromkeys(sheet.sheets))})$"
    return _SOURCE.format(
        name=sheet.dataset.name.it,
        key=sheet.dataset.id,
        format=sheet.format_id,
        district=district,
        pattern=_text(pattern),
        contact=contact,
    )


def _text(said: str) -> str:
    """A text as YAML reads it back, whatever it holds."""
    return json.dumps(said, ensure_ascii=False)


_OFFICE = (
    "&office {name: <TRANSITION OFFICE>, email: transizione@example.org}"
    "  # CHECK: who keeps the registers; whoever is asked for missing data is told so"
)
_HEAD = """\
# {district}: written by `nzd district new`. `nzd check` reads it as it stands; CHECK marks what nobody has said yet.
# No figure of the district stands here until it has a source. Which word goes where: docs/where.md.
id: {district}
name: {name}
city: {city}
# process_industry, mixed_industry, regeneration, services or other
archetype: other
# The public body that publishes, with its code in the Indice PA.
# holder: {{name: Comune di …, ipa: c_…}}
# NUTS code: factors of the region come before the country's.
region: IT
# The boundary is dated: when it changes, add a version and leave the old one.
boundary:
  - version: v1
    valid_from: {valid_from}  # CHECK: the first day that the district reports of
    municipalities: [{codes}]{check}
    description:
      it: {it}
      en: {en}
# A target is declared, or said to be missing; docs/trajectory.md says what an entry means.
# targets:
#   - {{kpi: EMI11, stands: none, reason: {{it: non ancora dichiarato, en: not declared yet}}}}
#   - {{kpi: GOV01, path: level, value: 80, source: regulation of the CDTT}}
# Meters, bills and registers of money: copy sources from districts/templates/utilities.yaml and registers.yaml.
# What is agreed and not there yet goes to `not_collected` with its reason, and the report says so:
# not_collected:
#   - {{dataset: meter_intervals, reason: {{it: accordo in corso, en: being agreed}}, who: …}}
sources:
  # The registers below are filled in from the templates in {district}/registers/, in Italian or English: both are read.
  # Save each into its own folder of the inbox under any name, the whole register every time; the newest one counts.
  # A register you do not keep: take its entry away.
"""
_SOURCE = """\
  # {name}
  {key}:
    dataset: {key}
    format: {format}
    from: "${{NZD_INBOX}}/{district}/{key}/*.xlsx"
    with: {{read: {{sheet: {{pattern: {pattern}}}}}}}
    contact: {contact}
"""
