"""The sample's KPIs worked out again from its raw files, after the rules told in `docs/measures.md`.

Belongs here: energy, water and emissions by holder and month, money, counts and answers, and the
KPIs made of them. Does not belong here: how files are read (`raw_files.py`). Nothing of the product
is used but what is declared: district files and the values of factors.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

from ruamel.yaml import YAML

from tests.end_to_end.raw_files import ROME, Raw, Row, day_of, month_start, number, shifted
from tests.end_to_end.recomputed_surveys import Wave, waves

FIRST = "2024-05"
CARRIERS = {"elettricità": "electricity", "gas naturale": "natural_gas",
            "teleriscaldamento": "district_heat", "acqua": "water"}  # fmt: skip
GWP_AR5 = {"CO2": 1, "CO2e": 1, "CH4": 28, "N2O": 265}
TAXONOMY = (
    "Contributo sostanziale (SC)",
    "Nessun danno significativo (DNSH)",
    "Garanzie minime (MSS)",
)
MONEY = ("Costo totale", "Finanziato", "Impegnato", "Pagato", "Quota pubblica", "Quota privata")
CUP = re.compile(r"[A-Z]\d\d[A-Z]\d{11}")
ACTIVE = {"individuato", "pianificato", "finanziato", "in corso"}


@dataclass(frozen=True)
class Flow:
    """What one holder drew, burnt or made in a month."""

    holder: str
    firm: bool
    carrier: str
    kind: str
    quantity: Decimal
    use: str = ""


@dataclass(frozen=True)
class Project:
    """One project as an extraction shows it, money in EUR."""

    code: str
    as_of: date
    status: str
    capex: Decimal | None
    funded: Decimal | None
    committed: Decimal | None
    paid: Decimal | None
    public: Decimal | None = None
    private: Decimal | None = None
    of_a_firm: bool = False
    assessed: bool = False
    aligned: bool = False


@cache
def _factors(folder: Path) -> list[Row]:
    return [
        row
        for path in sorted(folder.glob("*.yaml"))
        for row in YAML(typ="safe").load(path).get("factors", [])
    ]


class Recomputed:
    """One district, as known at the moment of its raw files."""

    def __init__(self, raw: Raw, district: str, declared: Path, factors: Path) -> None:
        self.raw = raw
        self.district = district
        self.folder = declared
        self.declared = YAML(typ="safe").load(declared / f"{district}.yaml")
        chain = declared / "theory_of_change" / f"{district}.yaml"
        self.theory = YAML(typ="safe").load(chain) if chain.is_file() else None
        self.points = raw.points(district, declared)
        self._factors = _factors(factors)
        self._emissions: dict[tuple[str, str], list[Flow]] = {}

    def factor(self, year: int, **of: str) -> Decimal:
        """The factor of a series in a year, or of the nearest year before, as its source prints it."""
        found = [
            (row["year"], row["value"])
            for row in self._factors
            if row.get("year", 9999) <= year and all(row.get(k) == v for k, v in of.items())
        ]
        newest = max(vintage for vintage, _ in found)
        (value,) = {value for vintage, value in found if vintage == newest}
        return Decimal(str(value))

    @cached_property
    def flows(self) -> dict[str, list[Flow]]:
        """All that flowed, by month: what points drew, and the sun that sites used themselves."""
        found: dict[str, list[Flow]] = defaultdict(list)
        for (point, flow, month), read in self._point_months().items():
            row = self.points.get(point)
            quantity = read + self.filled.get((point, flow, month), 0)
            if row is None or not _in_force(row, month) or row["Ruolo"] != "fornitura":
                continue
            if flow == "import":
                found[month].append(self._drawn(row, month, quantity))
        for month, flow in self._sun():
            found[month].append(flow)
        return found

    def _point_months(self) -> dict[tuple[str, str, str], Decimal]:
        """A point's month from curves, else from readings, else from bills."""
        found: dict[tuple[str, str, str], Decimal] = {}
        for spans in (self.raw.bills(self.district), self.raw.registers(self.district)):
            told: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
            for span in spans:
                month = f"{span.start:%Y-%m}"
                while month_start(month) < span.end:
                    told[span.point_id, "import", month] += span.of_month(month) or 0
                    month = shifted(month, 1)
            found |= told
        heat = self.raw.heat(self.district).items()
        found |= {(point, "import", month): kwh for (point, month), kwh in heat}
        return found | {key: kwh for key, (kwh, _) in self._intervals.items()}

    @cached_property
    def filled(self) -> dict[tuple[str, str, str], Decimal]:
        """What stands for gaps of curves, where the district declares that something may."""
        said = self.declared["sources"].get("curves", {}).get("substitute")
        if said is None:
            return {}
        assert said["method"] == "linear"
        return self.raw.filled(self.district, timedelta(hours=said["up_to_hours"]))

    @cached_property
    def _intervals(self) -> dict[tuple[str, str, str], tuple[Decimal, int]]:
        return self.raw.intervals(self.district)

    def _drawn(self, row: Row, month: str, quantity: Decimal) -> Flow:
        carrier = CARRIERS[row["Vettore"]]
        if carrier == "natural_gas":  # GJ per 1000 Smc at net calorific value; 3.6 GJ are one MWh
            year = int(month[:4])
            ncv = self.factor(year, kind="conversion", carrier=carrier, series="UNFCCC")
            quantity = quantity * ncv / Decimal("3.6")
        kind = row["Fonte idrica"] if carrier == "water" else "import"
        firm = row["Tipo titolare"] == "impresa"
        return Flow(row["Titolare"], firm, carrier, kind, quantity, row["Uso gas"])

    def _sun(self) -> Iterable[tuple[str, Flow]]:
        """Production less export of each site, in months in which both are known throughout."""
        made: dict[tuple[str, str], tuple[Decimal, bool]] = {}
        given: dict[tuple[str, str], tuple[Decimal, bool]] = {}
        for (point, flow, month), (kwh, seconds) in self._intervals.items():
            row = self.points[point]
            site = row["Codice sito"], month
            whole = seconds >= Decimal("0.999") * _seconds(month)
            if flow == "production":
                made[site] = (kwh, whole)
            elif flow == "export" and row["Ruolo"] == "fornitura":
                given[site] = (kwh, whole)
        holders = {row["Codice sito"]: row for row in self.points.values()}
        for (site, month), (kwh, whole) in made.items():
            row = holders[site]
            who = row["Titolare"], row["Tipo titolare"] == "impresa", "electricity"
            yield month, Flow(*who, "production", kwh)
            back, back_whole = given.get((site, month), (Decimal(0), False))
            if whole and back_whole:
                yield month, Flow(*who, "self_consumed", kwh - back)

    def of(self, month: str, wanted: Callable[[Flow], bool]) -> list[Flow]:
        return [flow for flow in self.flows.get(month, []) if wanted(flow)]

    def emissions(self, month: str, scope: str) -> list[Flow]:
        """tCO2e by holder. A network of heat whose factor nobody supplied emits nothing known."""
        if (month, scope) not in self._emissions:
            self._emissions[month, scope] = list(self._emitted(month, scope))
        return self._emissions[month, scope]

    def _emitted(self, month: str, scope: str) -> Iterable[Flow]:
        scopes = {"natural_gas": ("1", "all"), "electricity": ("2", "all")}
        for flow in self.of(month, lambda each: each.kind == "import"):
            if scope in scopes.get(flow.carrier, ()):
                tonnes = flow.quantity / 1000 * self.per_mwh(flow.carrier, flow.use, int(month[:4]))
                yield Flow(flow.holder, flow.firm, flow.carrier, flow.kind, tonnes)

    def per_mwh(self, carrier: str, use: str, year: int) -> Decimal:
        """tCO2e of one MWh burnt or drawn from the grid, all gases."""
        of = {"kind": "emission", "carrier": carrier}
        if carrier == "electricity":
            return self.factor(year, **of, series="EEA generation") / 1000
        # Tonnes of CO2 and kilograms of the other gases, all per TJ of net calorific value.
        kg_per_tj = 1000 * self.factor(year, **of, gas="CO2", series="UNFCCC", unit="t/TJ_NCV")
        kind = "industrial" if use == "industriale" else "commercial"
        for gas in ("CH4", "N2O"):
            kg_per_tj += self.factor(year, **of, gas=gas, series="IPCC06", use=kind) * GWP_AR5[gas]
        return kg_per_tj * Decimal("0.0036") / 1000

    def path(self, month: str) -> tuple[Decimal, Decimal] | None:
        """Baseline and the declared path at a month's end; t is a year's December."""
        for target in self.declared["targets"]:
            if target["kpi"] == "EMI11" and target.get("stands") != "none":
                said = target["baseline"]
                base = Decimal(said["value"]) * Decimal(
                    str(target.get("share", {}).get("of_city", 1))
                )
                base += self._grossed(said, month)
                t = int(month[:4]) + Decimal(int(month[5:]) - 12) / 12
                points = {
                    said["year"]: 0,
                    **target.get("interim", {}),
                    target["by"]: target["reduction"],
                }
                years = sorted(points)
                start = max(year for year in years[:-1] if year <= t)
                end = years[years.index(start) + 1]
                low, high = (Decimal(str(points[year])) for year in (start, end))
                return base, base * (1 - low - (high - low) * (t - start) / (end - start))
        return None

    def _grossed(self, baseline: Row, month: str) -> Decimal:
        """What is added to a baseline for the months of another boundary, of the twelve up to this one."""
        index, first = int(month[:4]) * 12 + int(month[5:]) - 1, min(self.flows)
        window = [f"{n // 12}-{n % 12 + 1:02d}" for n in range(index - 11, index + 1)]
        window = [one for one in window if one >= first]
        added = Decimal(0)
        for one in window:
            versions = [v for v in self.declared["boundary"] if str(v["valid_from"])[:7] <= one]
            version = max(versions, key=lambda v: str(v["valid_from"]))["version"]
            for said in baseline.get("grossed", ()):
                if said.get("boundary_version") == version != baseline["boundary_version"]:
                    added += Decimal(str(said["add"]))
        return added / len(window)

    def projects(self, month: str) -> list[Project]:
        """Projects as they stood at a month's end, a CUP once, the municipality's own word first."""
        own = _last_extraction(self._own_projects, month)
        codes = {project.code for project in own}
        national = _last_extraction(self._national_projects, month)
        return own + [project for project in national if project.code not in codes]

    @cached_property
    def _own_projects(self) -> list[Project]:
        found = []
        for row in self.raw.rows(f"{self.district}/projects/*.csv", "CUP", "Costo totale (EUR)"):
            if row["CUP"] and not CUP.fullmatch(row["CUP"]):
                continue  # a letter where a digit belongs: the row is set aside
            money = [number(row[f"{name} (EUR)"]) for name in MONEY]
            code = row["CUP"] or row["Codice progetto"]
            public, private = money[-2:]
            met = [row[name] for name in TAXONOMY]
            found.append(
                Project(
                    code, day_of(row["Data estrazione"]), row["Stato"], *money,
                    of_a_firm=not public and (bool(private) or row["Programma"] == "privato"),
                    assessed=any(met) or bool(row["Attività tassonomia"]),
                    aligned=met == ["sì"] * 3 and bool(row["Prova tassonomia"].strip()),
                )
            )  # fmt: skip
        return found

    @cached_property
    def _national_projects(self) -> list[Project]:
        """A national register is placed by its list of places; only the district's own count."""
        (municipality,) = self.declared["boundary"][0]["municipalities"]
        places: dict[str, list[str]] = defaultdict(list)
        for row in self.raw.newest(f"{self.district}/pnrr/*Localizzazione*.csv", "CUP"):
            places[row["CUP"]].append(row["Provincia"] + row["Comune"])
        found = []
        for path in self.raw.files(f"{self.district}/pnrr/PNRR_Progetti_*.csv"):
            arrived = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone(ROME).date()
            for row in self.raw.table(path, "CUP"):
                if municipality not in places[row["CUP"]]:
                    continue
                assert len(places[row["CUP"]]) == 1, "a project of several municipalities"
                total, granted = number(row["FINANZ_TOTALE"]), number(row["FINANZIAMENTO_PNRR"])
                found.append(Project(row["CUP"], arrived, "finanziato", total, granted, None, None))
        return found

    def register(self, name: str, *needed: str) -> list[Row]:
        """The newest copy of a register of the transition office."""
        return self.raw.newest(f"{self.district}/registers/{name}_*.xlsx", *needed)

    def firms(self, month: str) -> Decimal | None:
        """Active firms, as the last count that had begun says."""
        told = [
            (day_of(row["Dal"]), number(row["Valore"]))
            for row in self.raw.rows(f"{self.district}/stocks/*.csv", "Grandezza", "Valore")
            if row["Grandezza"] == "imprese attive"
        ]
        begun = [each for each in told if each[0] < month_start(month, 1)]
        return max(begun)[1] if begun else None

    def edition(self, month: str) -> list[Row]:
        """The people of the last edition of the course that had ended."""
        rows = self.register("corsi", "Edizione", "Completato")
        ended = {
            (row["Fine"], row["Edizione"]) for row in rows if row["Fine"] < month_start(month, 1)
        }
        return [row for row in rows if ended and row["Edizione"] == max(ended)[1]]

    @cached_property
    def waves(self) -> list[Wave]:
        """The waves of its questionnaire."""
        return waves(self.raw, self.district, self.folder)

    def wave(self, month: str) -> Wave | None:
        """The last wave that had ended by the end of a month."""
        over = [wave for wave in self.waves if wave.last_on < month_start(month, 1)]
        return over[-1] if over else None


def _in_force(row: Row, month: str) -> bool:
    return not row["Valido dal"] or row["Valido dal"] < month_start(month, 1)


def _seconds(month: str) -> int:
    first, last = (
        datetime(day.year, day.month, day.day, tzinfo=ROME).astimezone(UTC)
        for day in (month_start(month), month_start(month, 1))
    )
    return int((last - first).total_seconds())


def _last_extraction(projects: list[Project], month: str) -> list[Project]:
    before = [one for one in projects if one.as_of < month_start(month, 1)]
    return [one for one in before if one.as_of == max(each.as_of for each in before)]


def total(flows: Iterable[Flow]) -> Decimal | None:
    """The sum, and nothing where nothing is known."""
    amounts = [flow.quantity for flow in flows]
    return sum(amounts, Decimal(0)) if amounts else None
