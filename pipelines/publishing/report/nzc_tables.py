"""NetZeroCities' tables B-1.1, B-3.1, B-3.2 and C-3.1, filled from a published Theory of Change.

Belongs here: which row and column of the Action Plan's template each thing stands in. Does not belong here: the
workbook (`annex.py`), any figure that is not public already.

Columns after the 2030 Climate Neutrality Action Plan of the Climate City Contract as cities have published it (Prato
2024 for B-3.2, Kranj 2024 for the others); `docs/theory_of_change.md` names what we cannot know and leave to the city.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pipelines.catalogue.theory import MILESTONES
from pipelines.publishing.language import Words, capital
from pipelines.publishing.protecting.origins import DATASETS
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chains import Chain, chain_of
from pipelines.publishing.report.sections.figures import formula_of, there, why_missing
from pipelines.publishing.rows import Row

CONFIDENTIAL = "C"
"""GPC's key for a figure that is confidential."""
Sheet = tuple[list[str], list[Row]]
"""Column titles, and rows by column title."""

_LEVER_ORDER = (
    "technology_infrastructure",
    "governance_policy",
    "social_innovation",
    "democracy_participation",
    "finance_funding",
    "learning_capabilities",
)


def nzc_sheets(read: DistrictReading, words: Words) -> dict[str, Sheet]:
    """The four tables of a district in one language; none where it declares no Theory of Change."""
    chain = chain_of(read)
    if chain is None:
        return {}
    makers: dict[str, tuple[str, Callable[[Chain, DistrictReading, Words], Iterable[list[Any]]]]] = {
        "B-1.1": ("b11", _pathways),
        "B-3.1": ("b31", _targets),
        "B-3.2": ("b32", _metadata),
        "C-3.1": ("c31", _actions),
    }  # fmt: skip
    made = {}
    for name, (key, rows) in makers.items():
        heads = _heads(key, words)
        made[name] = (
            heads,
            [dict(zip(heads, row, strict=True)) for row in rows(chain, read, words)],
        )
    return made


_HEADS = {
    "b11": ("fields", "levers", "early", "late", "direct", "indirect"),
    "b31": ("addressed", "action", "number", "name", *(f"target {year}" for year in MILESTONES)),
    "b32": (
        "name", "unit", "definition", "calculation", "direct", "sectors", "indirect", "co_benefit", "pathways",
        "which", "captured", "source", "level", "availability", "interval", "deliverables", "systems",
    ),
    "c31": ("name", "entity", "dates", "field", "impact", "cost"),
}  # fmt: skip


def _heads(key: str, words: Words) -> list[str]:
    found = []
    for head in _HEADS[key]:
        name, _, year = head.partition(" ")
        found.append(words.say(f"nzc.{key}.{name}", year=year))
    return found


def _name(node: Row, words: Words) -> str:
    return str(node[f"name_{words.code}"])


def _listed(nodes: Iterable[Row], words: Words) -> str | None:
    return "; ".join(_name(node, words) for node in nodes) or None


def _pathways(chain: Chain, read: DistrictReading, words: Words) -> Iterable[list[Any]]:  # noqa: ARG001 - tables share one form
    """One row per field, lever, early change and late outcome, with the impacts that this outcome leads to."""
    seen: dict[tuple[str, ...], list[Any]] = {}
    activities = sorted(chain.at("activity"), key=lambda node: (
        node[f"field_{words.code}"], _LEVER_ORDER.index(node["lever"]), node["position"]))  # fmt: skip
    for activity in activities:
        for early in chain.next_of(activity["node_id"]):
            for late in chain.next_of(early["node_id"]):
                impacts = chain.impacts_of(late["node_id"])
                key = (activity["field_en"], activity["lever"], early["node_id"], late["node_id"])
                seen[key] = [
                    activity[f"field_{words.code}"],
                    words.named("lever", activity["lever"]),
                    _name(early, words),
                    _name(late, words),
                    _listed((node for node in impacts if node["impact"] == "direct"), words),
                    _listed((node for node in impacts if node["impact"] != "direct"), words),
                ]
    return seen.values()


def _targets(chain: Chain, read: DistrictReading, words: Words) -> Iterable[list[Any]]:
    """One row per change, outcome or impact and each KPI that shows it, in the order of the steps."""
    seen: dict[tuple[str, str], list[Any]] = {}
    for step in ("early_change", "late_outcome", "impact"):
        for node in chain.at(step):
            for link in (link for link in chain.links if link["to_node"] == node["node_id"]):
                code = link["kpi_code"]
                seen[node["node_id"], code] = [
                    f"{words.say(f'nzc.step.{step}')}: {_name(node, words)}",
                    _listed(chain.activities_of(node["node_id"]), words),
                    code,
                    _indicator(read.declared(code), words),
                    *(link[f"target_{year}"] for year in MILESTONES),
                ]
    return seen.values()


def _indicator(kpi: Row, words: Words) -> str:
    """«Imprese in schemi condivisi (%)»."""
    unit = words.named("unit", kpi["unit"])
    name = str(kpi[f"name_{words.code}"])
    return f"{name} ({unit})" if unit else name


def _metadata(chain: Chain, read: DistrictReading, words: Words) -> Iterable[list[Any]]:
    """One row per KPI of the chain: the template's form, its lines across."""
    codes = list(dict.fromkeys(link["kpi_code"] for link in chain.links))
    return [_form(code, chain, read, words) for code in sorted(codes)]


def _form(code: str, chain: Chain, read: DistrictReading, words: Words) -> list[Any]:
    kpi, row = read.declared(code), read.kpi(code)
    links = [link for link in chain.links if link["kpi_code"] == code]
    shown = [chain.nodes[link["to_node"]] for link in links]
    direct = kpi["theme"] == "emissions" or any(node["impact"] == "direct" for node in shown)
    benefits = [node for node in shown if node["impact"] == "co_benefit"]
    fields = dict.fromkeys(
        str(activity[f"field_{words.code}"])
        for link in links
        for activity in chain.activities_of(link["from_node"])
    )
    ways = (
        f"{link[f'from_{words.code}']} → {link[f'to_{words.code}']}" for link in links
    )  # fmt: skip
    sources = (words.named("dataset", name) for name in DATASETS.get(str(kpi["theme"]), ()))
    known = there(row, kpi, read)
    yes, no = words.say("nzc.yes"), words.say("nzc.no")
    return [
        f"{code} {kpi[f'name_{words.code}']}",
        words.named("unit", kpi["unit"]) or words.say("nzc.number"),
        kpi[f"method_{words.code}"],
        formula_of(kpi, words),
        yes if direct else no,
        "; ".join(fields) if direct else None,
        yes if benefits else no,
        _listed(benefits, words),
        yes,
        "; ".join(ways),
        words.say("nzc.not_stated"),
        capital("; ".join(sources)) or None,
        words.say("nzc.local"),
        words.say("nzc.available") if known else why_missing(row, kpi, words),
        words.say(f"nzc.cadence.{kpi['cadence']}"),
        words.say("nzc.deliverable", code=code),
        kpi["reference"],
    ]


def _actions(chain: Chain, read: DistrictReading, words: Words) -> Iterable[list[Any]]:
    """Activities with the measures that carry them out, then measures that no activity names."""
    ledger = {row["measure_id"]: row for row in read.rows("measures", read.month)}
    named: set[str] = set()
    for activity in chain.at("activity"):
        field = activity[f"field_{words.code}"]
        codes = [code for code in str(activity["measures"] or "").split(",") if code in ledger]
        named |= set(codes)
        if not codes:
            yield [
                _name(activity, words),
                activity["owner"],
                None,
                field,
                words.say("nzc.support"),
                None,
            ]
        for code in codes:
            yield _measure(ledger[code], f"{_name(activity, words)}: ", field)
    for code, row in ledger.items():
        if code not in named:
            yield _measure(row, "", words.named("field", row["action_field"]) or None)


def _measure(row: Row, activity: str, field: str | None) -> list[Any]:
    dates = [str(day.year) for day in (row["starts_on"], row["ends_on"]) if day]
    told = (
        (CONFIDENTIAL, CONFIDENTIAL)
        if row["suppressed"]
        else (row["annual_abatement_tco2e"], row["capex_eur"])
    )
    return [
        f"{activity}{row['name']}",
        row["owner"],
        "-".join(dict.fromkeys(dates)) or None,
        field,
        *told,
    ]
