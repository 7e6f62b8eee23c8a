"""Which columns of a file could fill which columns of a dataset.

Belongs here: names and kinds matched to canonical columns. Does not belong here: evidence about
time (`times`) and how a proposal is written (`proposal`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from pipelines.catalogue.dataset import Column, Dataset
from pipelines.catalogue.units import UNITS
from pipelines.connectors.inspecting.columns import Guessed, point_column
from pipelines.connectors.parsers.source_table import normalised

POD_IN_NAME = r"(?i)(IT\d{3}E[0-9A-Z]{8})"
ALIKE = 0.72

_FLOWS = (
    ("export", re.compile(r"immess|immission|export|injec|ceduta|teruglever|return")),
    ("production", re.compile(r"produ|\bpv\b|\bfv\b|fotovolt|solar|generat")),
    ("import", re.compile(r"")),
)
_MEASURED = re.compile(
    r"energ|consum|prelev|immess|attiva|wh\b|valore|value|usage|import|export|produ|power|potenza|"
    r"acqua|water|gas|volum|lettura|reading|portata|flow|heat|calore|delivered|quantit|totale|total"
)
_NOT_MEASURED = re.compile(
    r"reatt|react|picco|peak|temp|pression|\bid\b|lat|lon|anno|year|prezzo|cost"
)
_CARRIERS = (
    ("water", re.compile(r"acqua|water|idric|pozz|wasser")),
    ("natural_gas", re.compile(r"\bgas|metano|pdr")),
    ("district_heat", re.compile(r"calore|heat|telerisc|fjernvarme")),
    ("electricity", re.compile(r"elettr|electr|kwh|attiva|energy|\bpod\b")),
)


def flow_of(name: str) -> str:
    """The direction that a header speaks of; what is not said is drawn from the network."""
    return next(flow for flow, said in _FLOWS if said.search(normalised(name)))


def flow_of_file(name: str) -> str:
    """The direction that the name of a file speaks of; 'export' in it is what a portal does."""
    return flow_of(re.sub(r"(?i)export", "", name))


def measured(columns: Sequence[Guessed], *, clearly: bool = False) -> list[Guessed]:
    """Numbers that are probably quantities: with a unit, or with a name that says so; without
    either any number, unless it must be clear.
    """
    point = point_column(list(columns))
    numbers = [one for one in columns if one.holds == "number" and one.filled and one != point]
    with_unit = [one for one in numbers if one.unit and UNITS[one.unit][0] in QUANTITIES]
    by_name = [
        one
        for one in numbers
        if _MEASURED.search(normalised(one.name)) and not _NOT_MEASURED.search(normalised(one.name))
    ]
    return with_unit or by_name or ([] if clearly else numbers)


QUANTITIES = {
    "kWh": "energy_interval",
    "kW": "power_mean",
    "Smc": "volume_interval",
    "m3": "volume_interval",
}


def carrier_of(unit: str, columns: Sequence[Guessed], name: str) -> tuple[str, str]:
    """What flows, and why one thinks so."""
    said = normalised(" ".join([name, *(one.name for one in columns)]))
    canonical = UNITS[unit][0]
    fitting = {
        "m3": ("water", "natural_gas"),
        "Smc": ("natural_gas",),
    }.get(canonical, ("electricity", "district_heat", "natural_gas"))
    for carrier, words in _CARRIERS:
        if carrier in fitting and words.search(said):
            return carrier, "by the names in the file"
    return fitting[0], f"by the unit {unit}"


def likely_dataset(columns: Sequence[Guessed], datasets: Mapping[str, Dataset]) -> str:
    """The dataset whose columns bear names most like those of the file."""
    names = [normalised(one.name) for one in columns[:60]]

    def score(dataset: Dataset) -> float:
        best = [max((_ratio(name, own) for own in names), default=0) for name in dataset.columns]
        return sum(one for one in best if one >= ALIKE)

    usual = [one for one in datasets.values() if one.family != "survey"]
    best = max(usual, key=score)
    return best.id if score(best) >= 1.5 else "reference_values"


_ITALIAN = {
    "effettiv": "measured",
    "real": "measured",
    "rilevat": "measured",
    "misurat": "measured",
    "telelett": "measured",
    "stimat": "estimated",
    "presunt": "estimated",
    "ricostruit": "reconstructed",
}
"""How deliveries begin the words for where a value comes from, which are nothing like ours."""


def column_for(
    name: str, wanted: Column, columns: Sequence[Guessed], taken: set[str]
) -> Guessed | None:
    """The column of the file that probably fills a canonical one."""
    ranked = sorted(
        (
            (_ratio(name, normalised(one.name)), one.name, one)
            for one in columns
            if one.name not in taken and _kinds_agree(wanted, one)
        ),
        key=lambda entry: entry[:2],
    )
    return ranked[-1][2] if ranked and ranked[-1][0] >= ALIKE else None


def value_of(wanted: Column, found: Guessed | None) -> tuple[dict[str, Any], str]:
    """One entry of `columns`, and what of it is a guess."""
    if found is None:
        if wanted.accepts:
            return {"const": wanted.accepts[0]}, f"one of {', '.join(wanted.accepts)}"
        return {
            "const": "CHECK"
        }, f"{wanted.described('en').rstrip('.')}: nothing in the file says it"
    value: dict[str, Any] = {"column": found.name}
    why = f"holds {found.holds}, like {', '.join(found.examples)}"
    if wanted.type in ("date", "timestamp"):
        value["date_format"] = list(found.formats[:1]) or ["iso"]
        if len(found.formats) > 1:
            why = f"also fits {', '.join(found.formats[1:3])}"
    if wanted.unit is not None:
        fits_unit = found.unit is not None and UNITS[found.unit][0] == UNITS[wanted.unit][0]
        value["unit"] = found.unit if fits_unit else wanted.unit
        why = "the header says so" if fits_unit else f"the header gives no unit of {wanted.unit}"
    if wanted.accepts:
        value["map"] = {text: _closest(text, wanted.accepts) for text in found.examples}
        why = f"{found.distinct} different texts; map each to one of {', '.join(wanted.accepts)}"
    if found.holds in ("pod", "pdr", "cup", "municipality"):
        value["as"] = found.holds
    return value, why


def _closest(text: str, accepted: Sequence[str]) -> str:
    """The code that a text probably means; where it is like none, «unknown» if there is such a code."""
    said = normalised(text)
    known = [code for stem, code in _ITALIAN.items() if said.startswith(stem) and code in accepted]
    best = max(accepted, key=lambda one: _ratio(one, said))
    unlike = "unknown" in accepted and _ratio(best, said) < ALIKE
    return known[0] if known else "unknown" if unlike else best


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one.replace("_", " "), other.replace("_", " ")).ratio()


def _kinds_agree(wanted: Column, found: Guessed) -> bool:
    if wanted.type in ("date", "timestamp"):
        return found.is_time
    if wanted.type in ("quantity", "money", "number", "integer"):
        return found.holds == "number"
    return found.holds != "empty"
