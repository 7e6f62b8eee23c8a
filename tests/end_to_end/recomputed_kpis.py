"""The KPIs that are recomputed: what each is made of, over which months, and what protects it.

Belongs here: one entry for each KPI and how an entry becomes a figure. Does not belong here: where
quantities come from (`recomputed.py`), what was published (`test_recomputed_from_raw.py`).
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from tests.end_to_end import recomputed_context as context
from tests.end_to_end import recomputed_investment as investment
from tests.end_to_end import recomputed_levers as levers
from tests.end_to_end import recomputed_registers as registers
from tests.end_to_end import recomputed_surveys as surveys
from tests.end_to_end.raw_files import Row, month_start, shifted
from tests.end_to_end.recomputed import FIRST, Flow, Project, Recomputed, total

Terms = tuple[Decimal | None, Decimal | None]
Wanted = Callable[[Flow], bool]


@dataclass(frozen=True)
class Figure:
    """A KPI of one month: its value where it has one, and what it is made of."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True)
class Kpi:
    """How one KPI comes about.

    Attributes:
        terms: Numerator and denominator of one month; the denominator null for sums and levels.
        ratio: Whether it is a ratio of sums.
        months: The months it sums over, ending with its own.
        every: Months between two in which it is due; in the others the last due value stands.
        fewest: Below this number of cases the counts stay and the value goes.
        holders: Who made it, where firms stand behind it.
        money: The euro of a project that it is a sum of; what no public body pays is one firm's.
        people: Whether it is a share of people.
        of_uses: Whether it tells one carrier from the others, and so may have to cover for a use that is hidden.
        parents: KPIs whose hiding hides it.
    """

    terms: Callable[[Recomputed, str], Terms]
    ratio: bool = False
    scale: Decimal = Decimal(1)
    months: int = 1
    every: int = 1
    fewest: int = 0
    holders: Callable[[Recomputed, str], list[Flow]] | None = None
    money: Callable[[Project], Decimal | None] | None = None
    people: bool = False
    of_uses: bool = False
    parents: tuple[str, ...] = ()

    def shown(self, month: str) -> str | None:
        """The month whose value a month shows."""
        due = shifted(month, -(int(month[5:]) % self.every))
        return due if due >= FIRST else None

    def window(self, month: str) -> list[str]:
        """The months that a month's value is made of."""
        return [shifted(month, -back) for back in range(self.months)]

    def figure(self, of: Recomputed, month: str) -> Figure:
        """The figure that a month shows."""
        shown = self.shown(month)
        if shown is None:
            return Figure(None)
        terms = [self.terms(of, each) for each in self.window(shown) if each >= FIRST]
        known = [(n, d) for n, d in terms if n is not None and (d is not None or not self.ratio)]
        if len(known) < self.months:
            return Figure(None)
        numerator = sum((n for n, _ in known), Decimal(0))
        denominator = sum((d for _, d in known if d is not None), Decimal(0))
        if not self.ratio:
            few = self.fewest and denominator < self.fewest
            return Figure(None if few else numerator * self.scale, numerator)
        few = denominator < max(self.fewest, 1)
        value = None if few else self.scale * numerator / denominator
        return Figure(value, numerator, denominator)


def breaks_the_rule(flows: list[Flow]) -> bool:
    """Fewer than three firms, or the second could tell the first to within 25 %."""
    firms: dict[str, Decimal] = defaultdict(Decimal)
    for flow in flows:
        if flow.firm and flow.quantity:
            firms[flow.holder] += flow.quantity
    if not firms:
        return False
    largest, second, *_ = [*sorted(map(abs, firms.values()), reverse=True), Decimal(0)]
    rest = sum((flow.quantity for flow in flows), Decimal(0)) - largest - second
    return len(firms) < 3 or rest < largest / 4


def few_people(said: Decimal, of: Decimal) -> bool:
    """Fewer than ten people, or one to four of either answer."""
    return of < 10 or any(0 < each < 5 for each in (said, of - said))


def hidden(code: str, of: Recomputed, month: str, asked: frozenset[str] = frozenset()) -> bool:
    """Whether a figure, or one it could be worked out from, is too close to a firm or a person."""
    kpi = KPIS[code]
    month = kpi.shown(month) or month
    if any(_close(kpi, of, each) for each in kpi.window(month)):
        return True
    return any(
        hidden(parent, of, each, asked | {code})
        for parent in kpi.parents
        if parent not in asked
        for each in (kpi.window(month) if KPIS[parent].months != kpi.months else [month])
    )


def _close(kpi: Kpi, of: Recomputed, month: str) -> bool:
    if kpi.holders is not None:
        return breaks_the_rule(kpi.holders(of, month))
    if kpi.money is not None:
        return investment.tells_a_firm(of, month, kpi.money, covered=kpi.ratio)
    if kpi.people:
        said, people = kpi.terms(of, month)
        return said is not None and people is not None and few_people(said, people)
    if kpi.fewest and not kpi.ratio:
        people = kpi.terms(of, month)[1]
        return people is not None and people < kpi.fewest
    return False


def may_cover(code: str, of: Recomputed, month: str) -> bool:
    """Whether a figure that tells carriers apart stands beside a use, of a carrier or of own sun, that is hidden.

    Or, of sums and shares of projects, beside firms that invest; of figures over measures, beside measures of firms.
    """
    kpi = KPIS[code]
    month = kpi.shown(month) or month
    if code in OF_PROJECTS:
        return investment.may_tell_a_firm(of, month)
    if code in OF_MEASURES:
        return investment.some_measures_are_of_firms(of, month)
    return kpi.of_uses and any(
        breaks_the_rule(of.of(each, wanted))
        for each in kpi.window(month)
        for wanted in (_own_sun, *(_of_carrier(carrier) for carrier in CARRIERS))
    )


OF_MEASURES = ("INV05", "INV09", "EMI09")
OF_PROJECTS = ("INV01", "INV02", "INV03", "INV04", "INV06", "INV07", "INV11")
CARRIERS = ("electricity", "natural_gas", "district_heat")


def _of_carrier(carrier: str) -> Wanted:
    return lambda flow: _final(flow) and flow.carrier == carrier


def _final(flow: Flow) -> bool:
    return flow.carrier != "water" and flow.kind in ("import", "self_consumed")


def _electric(flow: Flow) -> bool:
    return _final(flow) and flow.carrier == "electricity"


def _own_sun(flow: Flow) -> bool:
    return flow.kind == "self_consumed"


def _made(flow: Flow) -> bool:
    return flow.kind == "production"


def _water(flow: Flow) -> bool:
    return flow.carrier == "water"


def _recycled(flow: Flow) -> bool:
    return flow.kind == "riciclata"


def _withdrawn(flow: Flow) -> bool:
    return flow.carrier == "water" and flow.kind not in ("riciclata", "piovana")


def _flows(wanted: Wanted) -> Callable[[Recomputed, str], list[Flow]]:
    return lambda of, month: of.of(month, wanted)


def _sum(wanted: Wanted) -> Callable[[Recomputed, str], Terms]:
    return lambda of, month: (total(of.of(month, wanted)), None)


def _share(part: Wanted, whole: Wanted) -> Callable[[Recomputed, str], Terms]:
    return lambda of, month: (total(of.of(month, part)), total(of.of(month, whole)))


def _emitted(scope: str) -> Callable[[Recomputed, str], Terms]:
    return lambda of, month: (total(of.emissions(month, scope)), None)


def _emitters(scope: str) -> Callable[[Recomputed, str], list[Flow]]:
    return lambda of, month: of.emissions(month, scope)


def _twelve_months(of: Recomputed, month: str) -> Decimal | None:
    return KPIS["EMI11"].figure(of, month).value


def _reduction(of: Recomputed, month: str) -> Terms:
    path, emitted = of.path(month), _twelve_months(of, month)
    if path is None or emitted is None:
        return None, None
    return path[0] - emitted, path[0]


def _off_path(of: Recomputed, month: str) -> Terms:
    path, emitted = of.path(month), _twelve_months(of, month)
    if path is None or emitted is None:
        return None, None
    return emitted - path[1], path[0]


def _counted(rows: list[Row], name: str, month: str) -> list[Row]:
    """Rows with a date within a month."""
    first, after = month_start(month), month_start(month, 1)
    return [row for row in rows if row[name] and first <= row[name] < after]


def _decisions(of: Recomputed, month: str) -> Terms:
    rows = [
        row
        for row in of.register("decisioni", "Scadenza", "Chiusa il")
        # Closed before it was raised: the row is set aside.
        if row["Esito"] != "ritirata"
        and not (row["Chiusa il"] and row["Chiusa il"] < row["Proposta il"])
    ]
    due = _counted(rows, "Scadenza", month)
    on_time = [row for row in due if row["Chiusa il"] and row["Chiusa il"] <= row["Scadenza"]]
    return (Decimal(len(on_time)), Decimal(len(due))) if rows else (None, None)


def _answered(of: Recomputed, month: str) -> Terms:
    sixty = timedelta(days=60)
    rows = of.register("contributi", "Ricevuto il", "Risposto il")
    due = _counted([{**row, "due": row["Ricevuto il"] + sixty} for row in rows], "due", month)
    good = [
        row
        for row in due
        if row["Risposto il"] and row["Risposto il"] <= row["due"] and row["Motivato"] == "sì"
    ]
    return (Decimal(len(good)), Decimal(len(due))) if rows else (None, None)


def _accepted(of: Recomputed, month: str) -> Terms:
    rows = of.register("contributi", "Ricevuto il", "Risposto il")
    decided = [row for row in _counted(rows, "Risposto il", month) if row["Esito"] != "in esame"]
    good = [row for row in decided if row["Esito"] in ("accolto", "accolto in parte")]
    return (Decimal(len(good)), Decimal(len(decided))) if rows else (None, None)


def _completed(of: Recomputed, month: str) -> Terms:
    people = of.edition(month)
    done = [row for row in people if row["Completato"] == "sì"]
    return (Decimal(len(done)), Decimal(len(people))) if people else (None, None)


def _gained(of: Recomputed, month: str) -> Terms:
    gains = [
        Decimal(str(row["Punteggio finale"])) - Decimal(str(row["Punteggio iniziale"]))
        for row in of.edition(month)
        if "" not in (row["Punteggio finale"], row["Punteggio iniziale"])
    ]
    return (statistics.mean(gains), Decimal(len(gains))) if gains else (None, None)


def _in_schemes(of: Recomputed, month: str) -> Terms:
    after = month_start(month, 1)
    rows = of.register("schemi", "Codice organizzazione", "Dal", "Uscita il")
    firms = {
        row["Codice organizzazione"]
        for row in rows
        if row["Tipo di schema"] != "comunità di pratica"
        and row["Dal"] < after
        and (not row["Uscita il"] or row["Uscita il"] >= after)
    }
    return (Decimal(len(firms)) if rows else None), of.firms(month)


def _included(of: Recomputed, month: str) -> Terms:
    wave = of.wave(month)
    if wave is None:
        return None, None
    told = wave.estimate(surveys.points)
    return Decimal(str(told.mean)), Decimal(told.answers)


PERCENT = Decimal(100)
KPIS = {
    "ENE01": Kpi(_sum(_final), scale=Decimal("0.001"), holders=_flows(_final)),
    "ENE07": Kpi(_share(_own_sun, _final), ratio=True, scale=PERCENT, holders=_flows(_own_sun),
                 parents=("ENE01",)),
    "ENE08": Kpi(_share(_own_sun, _made), ratio=True, scale=PERCENT, holders=_flows(_made),
                 parents=("ENE07",)),
    "ENE14": Kpi(_share(_electric, _final), ratio=True, scale=PERCENT, months=12,
                 holders=_flows(_electric), of_uses=True, parents=("ENE01",)),
    "ENE09": Kpi(context.installed, ratio=True, scale=PERCENT, every=3),
    "ENE17": Kpi(lambda of, month: (
        total(of.of(month, _final)), context.stock(of, "addetti", month)),
        ratio=True, scale=Decimal("0.012"), months=12, parents=("ENE01",)),
    "ENE18": Kpi(_sum(_made), scale=Decimal("0.001"), holders=_flows(_made)),
    "ENE20": Kpi(context.possible, scale=Decimal("0.001"), every=3),
    "WAT01": Kpi(_sum(_withdrawn), holders=_flows(_withdrawn)),
    "WAT03": Kpi(_share(_recycled, _water), ratio=True, scale=PERCENT, holders=_flows(_recycled),
                 parents=("WAT01",)),
    "WAT06": Kpi(context.losses_by_length, ratio=True, months=12, every=12),
    "WAT07": Kpi(context.losses_by_input, ratio=True, scale=PERCENT, months=12, every=12),
    "WAT09": Kpi(context.anomaly, ratio=True, scale=PERCENT),
    "WAT11": Kpi(context.from_roofs),
    "EMI01": Kpi(_emitted("1"), holders=_emitters("1"), of_uses=True,
                 parents=("EMI02",)),
    "EMI02": Kpi(_emitted("2"), holders=_emitters("2"), of_uses=True,
                 parents=("EMI01",)),
    "EMI05": Kpi(_emitted("all"), holders=_emitters("all")),
    "EMI11": Kpi(_emitted("all"), months=12, parents=("EMI05",)),
    "EMI06": Kpi(_reduction, ratio=True, scale=PERCENT, parents=("EMI11",)),
    "EMI07": Kpi(_off_path, ratio=True, scale=PERCENT, parents=("EMI11",)),
    "INV01": Kpi(lambda of, month: (investment.money(of, month, investment.planned), None),
                 money=investment.planned),
    "INV02": Kpi(lambda of, month: (
        investment.money(of, month, lambda one: one.funded if one.capex is not None else None),
        investment.money(of, month, lambda one: one.capex if one.funded is not None else None)),
        ratio=True, scale=PERCENT, money=lambda one: one.capex),
    "INV03": Kpi(lambda of, month: (
        investment.money(of, month, lambda one: one.paid if one.committed is not None else None),
        investment.money(of, month, lambda one: one.committed if one.paid is not None else None)),
        ratio=True, scale=PERCENT, money=lambda one: one.committed),
    "INV04": Kpi(lambda of, month: (
        investment.money(of, month, lambda one: one.private if one.public is not None else None),
        investment.money(of, month, lambda one: one.public if one.private is not None else None)),
        ratio=True, every=3, holders=investment.private),
    "INV05": Kpi(investment.cost_of_a_tonne, ratio=True, every=3, holders=investment.who_pays_measures),
    "INV06": Kpi(investment.aligned, ratio=True, scale=PERCENT, every=12, parents=("INV02",)),
    "INV09": Kpi(investment.payback, ratio=True, every=3, parents=("INV05",)),
    "INV07": Kpi(lambda of, month: (investment.money(of, month, lambda one: one.paid), None),
                 money=lambda one: one.paid),
    "INV11": Kpi(lambda of, month: (investment.money(of, month, investment.uncovered), None),
                 money=investment.uncovered),
    "GOV01": Kpi(_decisions, ratio=True, scale=PERCENT, fewest=10),
    "DEM02": Kpi(_answered, ratio=True, scale=PERCENT, months=12, every=3, fewest=10),
    "DEM04": Kpi(_accepted, ratio=True, scale=PERCENT, months=12, every=3, fewest=10),
    "DEM03": Kpi(_included, every=6, fewest=10),
    "LRN01": Kpi(_completed, ratio=True, scale=PERCENT, fewest=10, people=True),
    "LRN02": Kpi(_gained, fewest=10),
    "GOV02": Kpi(registers.lead_time, every=3),
    "GOV03": Kpi(registers.sandboxes, ratio=True, scale=PERCENT, every=3, fewest=10),
    "GOV04": Kpi(lambda of, month: registers.meetings(of, month, classes=True),
                 ratio=True, scale=PERCENT, months=12, every=3, fewest=10),
    "GOV05": Kpi(registers.days_saved, every=3),
    "GOV06": Kpi(registers.priorities, every=3),
    "GOV07": Kpi(lambda of, month: registers.meetings(of, month, classes=False),
                 ratio=True, scale=PERCENT, months=12, every=3, fewest=10),
    "TEC01": Kpi(registers.maturity, every=3),
    "TEC02": Kpi(registers.agreements, ratio=True, scale=PERCENT, every=3, fewest=10),
    "SOC02": Kpi(registers.practices, ratio=True, scale=PERCENT, every=3, fewest=10),
    "SOC04": Kpi(registers.communities, every=3),
    "DEM01": Kpi(registers.organisations, ratio=True, scale=PERCENT, every=3, fewest=10),
    "DEM05": Kpi(registers.participants, every=3),
    "DEM07": Kpi(registers.used, ratio=True, scale=PERCENT, months=12, every=3, fewest=10),
    "FIN01": Kpi(lambda of, month: registers.findings(of, month, "barriera", "Chiusa il"),
                 ratio=True, scale=PERCENT, every=3, fewest=10),
    "FIN02": Kpi(lambda of, month: registers.findings(of, month, "rischio", "Mitigazione dal"),
                 ratio=True, scale=PERCENT, every=3, fewest=10),
    "LRN03": Kpi(registers.hours, every=3),
    "LRN05": Kpi(registers.exchanges, every=3),
    "LRN06": Kpi(registers.attendance, ratio=True, scale=PERCENT, fewest=10, people=True),
    "SOC01": Kpi(_in_schemes, ratio=True, scale=PERCENT, every=3, fewest=10),
    "SOC05": Kpi(levers.in_energy_communities, every=3),
    "DEM06": Kpi(levers.proven_links, ratio=True, scale=PERCENT, every=3, fewest=10),
    "DEM08": Kpi(levers.citizens, ratio=True, scale=PERCENT, months=12, every=3, fewest=10),
}  # fmt: skip
