"""What was in front of the transition team when it decided, and what has happened since: the table `decision_log`.

Belongs here: reading the values of the edition that a decision names, and whether they may be held against those of
today. Does not belong here: the decisions (the warehouse), and how the log is told (`sections/decision_review.py`).
A value that today's edition hides is not told again by this one, whatever an older edition said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from pipelines.catalogue.issue import issues
from pipelines.publishing.rows import Row, ordered, read_rows, sha256, to_table

_VALUE = pa.decimal128(28, 9)
SCHEMA = pa.schema(
    [
        ("district_id", pa.string()),
        ("month", pa.string()),
        ("decision_id", pa.string()),
        ("title", pa.string()),
        ("raised_on", pa.date32()),
        ("closed_on", pa.date32()),
        ("outcome", pa.string()),
        ("stage", pa.string()),
        ("timeliness", pa.string()),
        ("review_on", pa.date32()),
        ("review_due", pa.bool_()),
        ("evidence", pa.string()),
        ("evidence_on", pa.date32()),
        ("edition_seen", pa.string()),
        ("kpi_code", pa.string()),
        ("unit", pa.string()),
        ("value_then", _VALUE),
        ("numerator_then", _VALUE),
        ("denominator_then", _VALUE),
        ("value_now", _VALUE),
        ("numerator_now", _VALUE),
        ("denominator_now", _VALUE),
        ("change", _VALUE),
        ("suppressed", pa.bool_()),
        ("reason", pa.string()),
    ]
)
"""One row per decision and KPI that it names, with the value of the edition's own month; `change` is null where the two
are not comparable, with the reason."""

_EDITION = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))/r([1-9]\d*)")
_CODE = re.compile(r"[A-Z]{3}\d{2}")
_DECISION = SCHEMA.names[: SCHEMA.names.index("edition_seen")]
_METHOD = ("unit", "formula", "scale", "numerator", "denominator", "period")
"""What of a KPI's declaration must be the same for two of its values to be comparable."""
_FINDINGS = {"edition_unknown": "EDITION_UNKNOWN", "kpi_unknown": "KPI_UNKNOWN"}

Values = Mapping[tuple[str, str, str], Row]


@dataclass(frozen=True)
class Seen:
    """One published edition, as those who had it in front of them could read it."""

    folder: Path
    month: str

    @cached_property
    def values(self) -> Values | None:
        """Its values by district, month and code; None where they are not as they were published."""
        path = self.folder / "kpi_values.parquet"
        if not path.is_file() or not self._is_as_published(path):
            return None
        return {(row["district_id"], row["month"], row["kpi_code"]): row for row in read_rows(path)}

    @cached_property
    def kpis(self) -> Mapping[str, Row]:
        """The declarations of its KPIs."""
        return {str(row["code"]): row for row in read_rows(self.folder / "tables" / "kpis.parquet")}

    def _is_as_published(self, path: Path) -> bool:
        about = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        hashes = {one["path"]: one["sha256"] for one in about["files"]}
        return hashes.get(path.name) == sha256(path.read_bytes())


def decision_log(
    decisions: Iterable[Row],
    editions: Mapping[tuple[str, int], Path],
    now: Sequence[Row],
    kpis: Sequence[Row],
    month: str,
) -> pa.Table:
    """Every decision that names an edition, an indicator or a day of review.

    Args:
        decisions: Rows of `fct_decision_log` of the edition's month.
        editions: Folder of each edition published before, by month and revision.
        now: KPI values of the edition that is being made.
        kpis: Declarations of its KPIs.
        month: Its month.
    """
    values = {(row["district_id"], row["month"], row["kpi_code"]): row for row in now}
    declared = {str(row["code"]): row for row in kpis}
    seen = {place: Seen(folder, place[0]) for place, folder in editions.items()}
    rows = []
    for decision in decisions:
        told = {name: decision[name] for name in _DECISION} | {
            "edition_seen": decision["edition_seen"],
            "suppressed": False,
        }
        edition = _edition(decision["edition_seen"], seen)
        codes = list(dict.fromkeys(_CODE.findall(decision["kpis_seen"] or ""))) or [None]
        rows += [
            {**told, **_then_and_now(decision, code, edition, values, declared, month)}
            for code in codes
        ]
    names = ("district_id", "decision_id", "kpi_code")
    return to_table(ordered([_whole(row) for row in rows], names), SCHEMA)


def findings(log: pa.Table) -> list[Row]:
    """What decisions name that is not there, as rows of the table `findings`; each decision once per kind."""
    counted: dict[tuple[str, str, str], set[str]] = {}
    for row in log.to_pylist():
        if row["reason"] in _FINDINGS:
            place = (row["district_id"], row["month"], _FINDINGS[row["reason"]])
            named = row["decision_id"] if row["reason"] == "edition_unknown" else row["kpi_code"]
            counted.setdefault(place, set()).add(f"{row['decision_id']} {named}")
    return [
        {
            "district_id": district,
            "dataset": "cdtt_decisions",
            "month": month,
            "code": code,
            "severity": issues()[code].severity,
            "count": len(named),
        }
        for (district, month, code), named in sorted(counted.items())
    ]


def _whole(row: Row) -> Row:
    return {name: row.get(name) for name in SCHEMA.names}


def _edition(named: str | None, seen: Mapping[tuple[str, int], Seen]) -> Seen | None:
    found = _EDITION.fullmatch((named or "").strip())
    return seen.get((found[1], int(found[2]))) if found else None


def _then_and_now(
    decision: Row,
    code: str | None,
    edition: Seen | None,
    values: Values,
    declared: Mapping[str, Row],
    month: str,
) -> Row:
    """The two values of one indicator, and why they are not held against each other where they are not."""
    unknown = _nothing_to_read(decision, code, edition)
    if unknown is not None or code is None or edition is None or edition.values is None:
        return {"kpi_code": code, "reason": unknown}
    district = decision["district_id"]
    then = edition.values.get((district, edition.month, code))
    if then is None:
        return {"kpi_code": code, "reason": "kpi_unknown"}
    now = values.get((district, month, code))
    same = values.get((district, edition.month, code))
    if _hidden(then) or _hidden(now) or _hidden(same):
        return {"kpi_code": code, "suppressed": True, "reason": "suppressed"}
    reason = _why_not(then, now, edition.kpis.get(code), declared.get(code))
    change = now["value"] - then["value"] if reason is None and now is not None else None
    return {
        "kpi_code": code,
        "unit": then["unit"],
        **_amounts(then, "then"),
        **_amounts(now, "now"),
        "change": change,
        "reason": reason,
    }


def _nothing_to_read(decision: Row, code: str | None, edition: Seen | None) -> str | None:
    """Why no value of an indicator can be read; None also where a day of review stands alone."""
    if decision["edition_seen"] is None:
        return None if code is None else "edition_not_named"
    return "edition_unknown" if edition is None or edition.values is None else None


def _hidden(row: Row | None) -> bool:
    return row is not None and bool(row["suppressed"])


def _amounts(row: Row | None, when: str) -> Row:
    names = ("value", "numerator", "denominator")
    return {f"{name}_{when}": row[name] if row is not None else None for name in names}


def _why_not(then: Row, now: Row | None, before: Row | None, after: Row | None) -> str | None:
    """Why a change is not told; None where the two values were made alike."""
    if now is None or now["value"] is None:
        counts = now is not None and now["reason"] == "few_cases"
        return "few_cases" if counts and then["reason"] == "few_cases" else "missing_now"
    if then["value"] is None:
        return "missing_then"
    if then["boundary_version"] != now["boundary_version"]:
        return "boundary"
    if before is None or after is None or any(before.get(n) != after.get(n) for n in _METHOD):
        return "method"
    emissions = after["theme"] == "emissions" or "CO2" in str(after["unit"])
    if emissions and any(then[n] != now[n] for n in ("factor_set", "gwp_set")):
        return "method"
    return None
