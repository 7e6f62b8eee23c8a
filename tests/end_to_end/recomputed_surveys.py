"""Weights and figures of surveys, worked out again from the raw files without our parsers and SQL.

Belongs here: which answers count, post-stratification and raking step by step, weighted means and their errors. Does
not belong here: what the KPIs make of them (`recomputed_kpis.py`). People by category are read from the district files.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from scipy.stats import t as student

from tests.end_to_end.raw_files import Raw, Row

AGREE = ["Per niente d'accordo", "Poco d'accordo", "Né d'accordo né in disaccordo", "Abbastanza d'accordo",
         "Molto d'accordo"]  # fmt: skip
INCLUSION = {
    "Mi sento parte delle decisioni del distretto": False,
    "So a chi rivolgermi per una proposta": False,
    "Le informazioni che ricevo sono chiare": False,
    "Le riunioni si tengono in orari per me impossibili": True,
    "Persone come me vengono ascoltate": False,
}
"""Statements of the questionnaire, and whether to agree with one speaks against inclusion."""
CHANGED = "Nell'ultimo anno ha cambiato in modo stabile un'abitudine per consumare meno?"
QUESTIONS = {
    "sector": ("In quale settore opera la sua organizzazione?",
               {"Industria": "industry", "Servizi": "services", "Commercio": "trade", "Ente pubblico": "public"}),
    "age": ("La sua fascia di età", {"18-34": "young", "35-54": "middle", "55 e oltre": "old"}),
}  # fmt: skip
SMALLEST, CAP = 5, 5.0


@dataclass(frozen=True)
class Estimate:
    """A weighted mean, its linearised error, and what it rests on."""

    answers: int
    mean: float
    error: float
    design_effect: float

    @property
    def interval(self) -> tuple[float, float]:
        """Student's, at 95 %."""
        half = self.error * float(student.ppf(0.975, self.answers - 1))
        return self.mean - half, self.mean + half

    @property
    def wilson(self) -> tuple[float, float]:
        """Of a share, for the answers of equal weight that it is worth."""
        worth, z, p = self.answers / self.design_effect, 1.959963984540054, self.mean
        middle = (p + z * z / (2 * worth)) / (1 + z * z / worth)
        half = z / (1 + z * z / worth) * math.sqrt(p * (1 - p) / worth + (z / (2 * worth)) ** 2)
        return middle - half, middle + half


class Wave:
    """The answers of one file that count, with their weights."""

    def __init__(self, raw: Raw, city: str, number: int, districts: Path) -> None:
        [path] = raw.files(f"{city}/survey/questionario_{number}.csv")
        declared = YAML(typ="safe").load((districts / f"{city}.yaml").read_text(encoding="utf-8"))
        self.design: dict[str, Any] = declared.get("surveys", {}).get(f"{city}_inclusion", {})
        self.city, self.number = city, number
        self.sent = raw.table(path, *INCLUSION, delimiter=",")

    @cached_property
    def rows(self) -> list[Row]:
        """What people meant as an answer."""
        if self.city == "prato":
            asked = [statement for statement in INCLUSION if "chiare" not in statement]
            return [row for row in self.sent if len({row[statement] for statement in asked}) > 1]
        if self.city != "roma":
            return self.sent
        seen = [row for row in self.sent if not row["Non compilare questo campo"]]
        said = defaultdict(list)
        for row in seen:
            said[_everything(row)].append(_moment(row))
        burst = {
            words
            for words, times in said.items()
            if len(times) >= 10 and max(times) - min(times) <= timedelta(seconds=120)
        }
        people = [row for row in seen if _everything(row) not in burst]
        first = {row["Codice d'invito"]: row for row in sorted(people, key=_moment, reverse=True)}
        return [row for row in people if first[row["Codice d'invito"]] is row]

    @property
    def last_on(self) -> date:
        """The day of the last answer that counts."""
        return max(_moment(row).date() for row in self.rows)

    @cached_property
    def weights(self) -> list[float]:
        """With a mean of one."""
        weights = [1.0] * len(self.rows)
        said = self.design.get("weights")
        if said is None:
            return weights
        margins = [self._margin(margin) for margin in said["margins"]]
        for _ in range(20):
            for groups, shares in margins:
                totals: Counter[str | None] = Counter()
                for group, weight in zip(groups, weights, strict=True):
                    totals[group] += weight  # type: ignore[assignment]
                weights = [
                    weight * shares[group] * len(self.rows) / totals[group]
                    for group, weight in zip(groups, weights, strict=True)
                ]
        return _capped(weights, float(said.get("cap", CAP)))

    def _margin(self, margin: dict[str, Any]) -> tuple[list[str], dict[str, float]]:
        """The category of each row, small ones joined, and the share that each category has in the universe."""
        header, codes = QUESTIONS[margin["items"][0]]
        groups = [codes[row[header]] for row in self.rows]
        people = {name: float(count) for name, count in margin["totals"].items()}
        joins = margin.get("joins", {})
        for _ in range(3):
            counts = Counter(groups)
            small = {name for name in people if counts[name] < SMALLEST and name in joins}
            groups = [joins[group] if group in small else group for group in groups]
            grown: dict[str, float] = defaultdict(float)
            for name, count in people.items():
                grown[joins[name] if name in small else name] += count
            people = dict(grown)
        total = sum(people.values())
        return groups, {name: count / total for name, count in people.items()}

    def estimate(self, value: Callable[[Row], float | None]) -> Estimate:
        """A weighted mean of what people say, over those who say something."""
        pairs = [
            (weight, said)
            for row, weight in zip(self.rows, self.weights, strict=True)
            if (said := value(row)) is not None
        ]
        n, total = len(pairs), sum(weight for weight, _ in pairs)
        mean = sum(weight * said for weight, said in pairs) / total
        squares = sum((weight * (said - mean)) ** 2 for weight, said in pairs)
        population = self.design.get("population")
        undrawn = 1 - n / population if population else 1.0
        error = math.sqrt(squares * n / (n - 1) * undrawn) / total
        return Estimate(n, mean, error, n * sum(weight**2 for weight, _ in pairs) / total**2)


def waves(raw: Raw, city: str, districts: Path) -> list[Wave]:
    """Every wave that has arrived, in their order."""
    numbers = range(1, 1 + len(raw.files(f"{city}/survey/questionario_*.csv")))
    return [Wave(raw, city, number, districts) for number in numbers]


def points(row: Row) -> float | None:
    """A person's mean over the statements, from 0 to 100."""
    said = []
    for statement, against in INCLUSION.items():
        answer = row[statement].replace("’", "'")
        if answer.isdigit():
            said.append((int(answer) - 1) / 6 * 100)
        elif answer in AGREE:
            place = AGREE.index(answer)
            said.append(25.0 * (4 - place if against else place))
    return statistics.mean(said) if said else None


def changed(row: Row) -> float | None:
    """Whether a person reports a lasting change."""
    return {"Sì": 1.0, "No": 0.0}.get(row[CHANGED])


def _capped(weights: Sequence[float], cap: float) -> list[float]:
    """What lies above the cap goes to the others in proportion, until nothing lies above."""
    mean = statistics.mean(weights)
    relative = [weight / mean for weight in weights]
    cut: set[int] = set()
    while over := {at for at, weight in enumerate(relative) if weight > cap + 1e-12} - cut:
        cut |= over
        left = len(relative) - cap * len(cut)
        others = sum(weight for at, weight in enumerate(relative) if at not in cut)
        relative = [
            cap if at in cut else weight * left / others for at, weight in enumerate(relative)
        ]
    return relative


def _everything(row: Row) -> tuple[str, ...]:
    known = [*INCLUSION, CHANGED, "Quali misure ha già adottato? (anche più di una)",
             "Quanti addetti ha la sua organizzazione?", *(header for header, _ in QUESTIONS.values())]  # fmt: skip
    return tuple(row[name] for name in known)


def _moment(row: Row) -> datetime:
    return datetime.strptime(row["Informazioni cronologiche"], "%d/%m/%Y %H.%M.%S")  # noqa: DTZ007 - only compared
