# ruff: noqa: E501 - tables are read one row per line
"""The four invented districts: who has which meter and what runs behind it.

Belongs here: facts. Does not belong here: what follows from them (weather, load, gas, water, heat),
nor how any of it is sent. Names and codes are made up; the districts are like Prato, Bergamo, Parma
and Roma in kind, not in numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CITIES = ("prato", "bergamo", "parma", "roma")


@dataclass(frozen=True)
class Electric:
    """What a site draws, in kW: always, at work, per degree.

    It may follow output and rest in August.
    """

    base: float = 0.0
    work: float = 0.0
    hours: tuple[float, float] = (8.0, 19.0)
    saturday: float = 0.3
    rest: float = 0.0
    per_degree_hot: float = 0.0
    per_degree_cold: float = 0.0
    night: float = 0.0
    follows_output: bool = False


@dataclass(frozen=True)
class Daily:
    """What flows per day (Smc, m3 or kWh).

    Always, at full work, per heating degree day, per hot degree.
    """

    base: float = 0.0
    work: float = 0.0
    per_hdd: float = 0.0
    per_degree_hot: float = 0.0
    follows_output: bool = False


@dataclass(frozen=True)
class Point:
    """One supply point or meter.

    As its metering-point row declares it, with the physics behind it.
    """

    id: str
    carrier: str
    site: str
    sector: str
    holder: str
    kind: str
    role: str = "supply"
    electric: Electric | None = None
    daily: Daily | None = None
    water_source: str = ""
    floor_area_m2: int = 0
    installed_kw: int = 0
    contract_kw: int = 0
    gas_use: str = ""
    serial: str = ""
    valid_from: str = ""
    read: str = "none"
    trend: float = -0.012
    measure: tuple[str, float] = ("9999-12", 0.0)

    def runs(self, month: str) -> bool:
        """Whether the point belongs to the boundary in a month."""
        return self.valid_from[:7] <= month


@dataclass(frozen=True)
class City:
    """One district.

    Its points, and the share of normal output in each calendar month (empty: no output).
    """

    points: tuple[Point, ...]
    output_kg: float = 0.0
    output_season: tuple[float, ...] = field(default=())

    def of(self, carrier: str, *, role: str = "supply", read: str = "") -> list[Point]:
        """Points of a carrier and role, of one way of reading or any."""
        return [
            p
            for p in self.points
            if p.carrier == carrier and p.role == role and read in ("", p.read)
        ]

    def one(self, point_id: str) -> Point:
        """The point of that code."""
        return next(point for point in self.points if point.id == point_id)


def _power(pod: str, site: str, sector: str, holder: str, kind: str, **more: Any) -> Point:
    return Point(pod, "electricity", site, sector, holder, kind, **more)


def _gas(pdr: str, site: str, sector: str, holder: str, kind: str, **more: Any) -> Point:
    use = "industrial" if sector == "industry" else "commercial"
    serial = "G" + pdr[-6:]
    return Point(pdr, "natural_gas", site, sector, holder, kind, gas_use=use, serial=serial, **more)


def _water(
    code: str,
    source: str,
    site: str,
    sector: str,
    holder: str,
    kind: str,
    **more: Any,
) -> Point:
    serial = code[-3:] + "77"
    return Point(
        code, "water", site, sector, holder, kind, water_source=source, serial=serial, **more
    )


STEAM = ("2026-01", 0.07)
DRIVES = ("2026-01", 0.05)
SCHOOL_HEAT = ("2025-10", 0.36)
SCHOOL_LIGHT = ("2025-09", 0.09)
SCHOOL_TAPS = ("2025-09", 0.22)
"""The school's works of the summer of 2025: walls and taps save what was expected, lamps far less."""

# fmt: off
PRATO = City(
    points=(
        _power("IT001E99100001", "tintoria_1", "industry", "gruppo_arno", "firm", contract_kw=1400, floor_area_m2=9000, read="curve",
               electric=Electric(150, 620, (5.5, 22), 0.45, follows_output=True), measure=DRIVES),
        _power("IT001E99100002", "tintoria_2", "industry", "gruppo_bardena", "firm", contract_kw=1000, floor_area_m2=6500, read="curve",
               electric=Electric(90, 430, (5.5, 22), 0.4, follows_output=True)),
        _power("IT001E99100003", "filatura_1", "industry", "gruppo_calvana", "firm", contract_kw=1100, floor_area_m2=8000, read="curve",
               electric=Electric(110, 560, (5, 23), 0.5, follows_output=True, per_degree_hot=6), measure=DRIVES),
        _power("IT001E99100004", "rifinizione_1", "industry", "gruppo_dolce", "firm", contract_kw=800, floor_area_m2=5200, read="curve",
               electric=Electric(70, 340, (6, 21), 0.35, follows_output=True)),
        _power("IT001E99100005", "tessitura_1", "industry", "gruppo_ema", "firm", contract_kw=850, floor_area_m2=4800, read="curve",
               electric=Electric(60, 380, (6, 22), 0.4, follows_output=True, per_degree_hot=4)),
        _power("IT001E99100006", "riuso_acque", "municipal", "gestore_riuso", "public", contract_kw=700, read="curve",
               electric=Electric(300, 90, (0, 24), 0.6, 0.4, follows_output=True), trend=-0.02),
        _power("IT001E99100007", "scuola_1", "municipal", "comune", "public", contract_kw=90, floor_area_m2=4100, read="curve",
               electric=Electric(9, 42, (7.5, 17.5), 0.1, per_degree_hot=1.2), measure=SCHOOL_LIGHT),
        _power("IT001E99100008", "luce_stradale", "street_lighting", "comune", "public", contract_kw=160, read="curve",
               electric=Electric(1, night=112), trend=-0.03),
        _power("IT001E99100009", "officina_1", "industry", "ditta_falco", "firm", contract_kw=120),
        Point("PV-PRATO-1", "electricity", "filatura_1", "industry", "gruppo_calvana", "firm", role="generation", installed_kw=620, read="pv"),
        Point("PV-PRATO-2", "electricity", "tessitura_1", "industry", "gruppo_ema", "firm", role="generation", installed_kw=480, read="pv"),
        _gas("00999100000001", "tintoria_1", "industry", "gruppo_arno", "firm", read="daily",
             daily=Daily(420, 4700, 25, follows_output=True), measure=STEAM),
        _gas("00999100000002", "tintoria_2", "industry", "gruppo_bardena", "firm", read="daily",
             daily=Daily(300, 3500, 20, follows_output=True)),
        _gas("00999100000003", "rifinizione_1", "industry", "gruppo_dolce", "firm", read="daily",
             daily=Daily(220, 2500, 16, follows_output=True), measure=STEAM),
        _gas("00999100000004", "filatura_1", "industry", "gruppo_calvana", "firm", read="daily",
             daily=Daily(60, 720, 45, follows_output=True)),
        _gas("00999100000005", "scuola_1", "municipal", "comune", "public", read="daily", daily=Daily(30, 0, 22), measure=SCHOOL_HEAT),
        _water("PRA-U-001", "potable_network", "tintoria_1", "industry", "gruppo_arno", "firm", read="water", daily=Daily(30, 250, follows_output=True)),
        _water("PRA-U-002", "potable_network", "tintoria_2", "industry", "gruppo_bardena", "firm", read="water", daily=Daily(60, 640, follows_output=True)),
        _water("PRA-U-003", "potable_network", "filatura_1", "industry", "gruppo_calvana", "firm", read="water", daily=Daily(25, 220, follows_output=True)),
        _water("PRA-U-004", "potable_network", "rifinizione_1", "industry", "gruppo_dolce", "firm", read="water", daily=Daily(45, 430, follows_output=True)),
        _water("PRA-U-005", "potable_network", "scuola_1", "municipal", "comune", "public", read="water", daily=Daily(12, 22), measure=SCHOOL_TAPS),
        _water("PRA-P-001", "well", "tintoria_1", "industry", "gruppo_arno", "firm", read="water", daily=Daily(150, 1750, follows_output=True), trend=-0.04),
        _water("PRA-P-002", "well", "tintoria_2", "industry", "gruppo_bardena", "firm", read="water", daily=Daily(10, 100, follows_output=True)),
        _water("PRA-P-003", "well", "rifinizione_1", "industry", "gruppo_dolce", "firm", read="water", daily=Daily(8, 70, follows_output=True)),
        _water("PRA-R-001", "recycled", "tintoria_1", "industry", "gruppo_arno", "firm", read="water", daily=Daily(90, 1150, follows_output=True), trend=0.05),
        _water("PRA-R-002", "recycled", "tintoria_2", "industry", "gruppo_bardena", "firm", read="water", daily=Daily(70, 860, follows_output=True), trend=0.05),
        _water("PRA-R-003", "recycled", "rifinizione_1", "industry", "gruppo_dolce", "firm", read="water", daily=Daily(30, 480, follows_output=True), trend=0.05),
    ),
    output_kg=2_050_000,
    output_season=(1.02, 1.05, 1.08, 1.0, 1.02, 0.98, 1.0, 1.0, 1.05, 1.06, 1.03, 0.97),
)

PARMA = City(
    points=(
        _power("IT020E99200001", "alimentare_1", "industry", "gruppo_giara", "firm", contract_kw=900, floor_area_m2=7400, read="curve",
               electric=Electric(290, 180, (5, 21), 0.6, 0.2, per_degree_hot=16), measure=DRIVES),
        _power("IT020E99200002", "meccanica_1", "industry", "gruppo_lorno", "firm", contract_kw=650, floor_area_m2=6200, read="curve",
               electric=Electric(55, 330, (6, 18), 0.25, per_degree_cold=3)),
        _power("IT020E99200003", "logistica_1", "tertiary", "gruppo_mincio", "firm", contract_kw=450, floor_area_m2=15000, read="curve",
               electric=Electric(95, 150, (5, 22), 0.7, 0.15, per_degree_hot=5)),
        _power("IT020E99200004", "direzionale_1", "tertiary", "gruppo_naviglio", "firm", contract_kw=380, floor_area_m2=8800, read="curve",
               electric=Electric(45, 120, (7.5, 19), 0.15, per_degree_hot=9, per_degree_cold=2)),
        _power("IT020E99200005", "ipermercato_1", "tertiary", "gruppo_orte", "firm", contract_kw=520, floor_area_m2=9600, read="curve",
               electric=Electric(140, 170, (8, 21), 1.0, 0.8, per_degree_hot=11)),
        _power("IT020E99200006", "sede_comunale", "municipal", "comune", "public", contract_kw=160, floor_area_m2=5200, read="curve",
               electric=Electric(18, 62, (7.5, 18.5), 0.1, per_degree_hot=3)),
        _power("IT020E99200007", "uffici_1", "tertiary", "studio_parola", "firm", contract_kw=60, floor_area_m2=1400, read="bill",
               electric=Electric(6, 22, (8, 19), 0.1, per_degree_hot=1.5)),
        _power("IT020E99200008", "uffici_2", "tertiary", "studio_quercia", "firm", contract_kw=45, floor_area_m2=950, read="bill",
               electric=Electric(4, 15, (8, 19), 0.1, per_degree_hot=1.0)),
        _power("IT020E99200009", "biblioteca", "municipal", "comune", "public", contract_kw=40, floor_area_m2=1100, read="bill",
               electric=Electric(5, 13, (9, 20), 0.8, per_degree_hot=0.8)),
        Point("PV-PARMA-1", "electricity", "logistica_1", "tertiary", "gruppo_mincio", "firm", role="generation", installed_kw=700, read="pv"),
        Point("PV-PARMA-2", "electricity", "alimentare_1", "industry", "gruppo_giara", "firm", role="generation", installed_kw=380, read="pv"),
        _gas("00999200000001", "alimentare_1", "industry", "gruppo_giara", "firm", read="daily", daily=Daily(260, 780, 12)),
        _gas("00999200000002", "meccanica_1", "industry", "gruppo_lorno", "firm", read="daily", daily=Daily(60, 190, 58), measure=STEAM),
        _gas("00999200000003", "logistica_1", "tertiary", "gruppo_mincio", "firm", read="daily", daily=Daily(60, 0, 52)),
        _gas("00999200000004", "ipermercato_1", "tertiary", "gruppo_orte", "firm", read="daily", daily=Daily(40, 20, 36)),
        _gas("00999200000005", "palestra_comunale", "municipal", "comune", "public", read="daily", daily=Daily(24, 6, 18)),
        Point("TLR-PARMA-1", "district_heat", "direzionale_1", "tertiary", "gruppo_naviglio", "firm", read="heat", daily=Daily(620, 0, 480)),
        Point("TLR-PARMA-2", "district_heat", "uffici_1", "tertiary", "studio_parola", "firm", read="heat", daily=Daily(105, 0, 84)),
        _water("PAR-U-001", "potable_network", "alimentare_1", "industry", "gruppo_giara", "firm", read="water", daily=Daily(160, 260)),
        _water("PAR-U-002", "potable_network", "meccanica_1", "industry", "gruppo_lorno", "firm", read="water", daily=Daily(14, 75)),
        _water("PAR-U-003", "potable_network", "logistica_1", "tertiary", "gruppo_mincio", "firm", read="water", daily=Daily(9, 60)),
        _water("PAR-U-004", "potable_network", "ipermercato_1", "tertiary", "gruppo_orte", "firm", read="water", daily=Daily(30, 45)),
        _water("PAR-U-005", "potable_network", "sede_comunale", "municipal", "comune", "public", read="water", daily=Daily(4, 18)),
    )
)

BERGAMO = City(
    points=(
        _power("IT012E99300001", "stazione", "municipal", "comune", "public", contract_kw=260, floor_area_m2=6100, read="curve",
               electric=Electric(70, 55, (5, 23), 0.9, 0.8, per_degree_hot=3)),
        _power("IT012E99300002", "uffici_sud", "tertiary", "gruppo_resegone", "firm", contract_kw=240, floor_area_m2=5600, read="curve",
               electric=Electric(30, 85, (7.5, 19), 0.15, per_degree_hot=5, per_degree_cold=3)),
        _power("IT012E99300003", "mercato_sud", "tertiary", "gruppo_serio", "firm", contract_kw=210, floor_area_m2=3200, read="curve",
               electric=Electric(55, 70, (7, 21), 1.0, 0.6, per_degree_hot=4)),
        _power("IT012E99300004", "studentato", "tertiary", "gruppo_tino", "firm", contract_kw=190, floor_area_m2=4900, read="curve", valid_from="2025-03-01",
               electric=Electric(38, 34, (7, 24), 1.0, 1.0, per_degree_cold=2.5)),
        _power("IT012E99300005", "torre_uffici", "tertiary", "gruppo_urgnano", "firm", contract_kw=320, floor_area_m2=9800, read="curve", valid_from="2026-02-01",
               electric=Electric(42, 120, (7.5, 19.5), 0.15, per_degree_hot=6, per_degree_cold=4)),
        _gas("00999300000001", "stazione", "municipal", "comune", "public", read="daily", daily=Daily(55, 12, 42)),
        _gas("00999300000002", "scuola_sud", "municipal", "comune", "public", read="daily", daily=Daily(32, 0, 25), measure=STEAM),
    )
)

ROMA = City(
    points=(
        _power("IT002E99400001", "incubatore", "municipal", "comune", "public", contract_kw=180, floor_area_m2=4300, read="bill",
               electric=Electric(24, 70, (7.5, 20), 0.2, per_degree_hot=4)),
        _power("IT002E99400002", "polo_servizi", "municipal", "comune", "public", contract_kw=110, floor_area_m2=2700, read="bill",
               electric=Electric(13, 38, (7.5, 19), 0.1, per_degree_hot=2.2)),
        _power("IT002E99400003", "campus_1", "tertiary", "gruppo_velino", "firm", contract_kw=400),
        _power("IT002E99400004", "campus_2", "tertiary", "gruppo_zaffiro", "firm", contract_kw=350),
        _power("IT002E99400005", "centro_dati_1", "tertiary", "gruppo_ostiense", "firm", contract_kw=900),
    )
)

# fmt: on

DISTRICTS: dict[str, City] = {"prato": PRATO, "bergamo": BERGAMO, "parma": PARMA, "roma": ROMA}
