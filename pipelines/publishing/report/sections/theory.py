"""The Theory of Change: its chain drawn, how many of its links stand where, and those that somebody must look at.

Belongs here: sentences, the chart with its table, the list of links to look at. Does not belong here: NetZeroCities'
tables (`nzc_tables.py`), the drawing (`chain_chart.py`).
"""

from __future__ import annotations

from collections import Counter

from pipelines.publishing.language import DASH, Words, capital
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chains import STATES, STEPS, Chain, chain_of
from pipelines.publishing.report.chart_data import ChainData, ChainLink, ChainNode
from pipelines.publishing.report.document import (
    Block,
    Cell,
    Chart,
    Column,
    Heading,
    Note,
    Reference,
    Sentence,
    Sentences,
    Status,
    Table,
)
from pipelines.publishing.report.sections.figures import amount, joined, printed, there, why_missing
from pipelines.publishing.report.sections.kpi_tables import named
from pipelines.publishing.rows import Row

SYMBOLS = {"reached": "✓", "on_course": "→", "behind": "▼", "not_measurable": "–"}
_SIGNALS = {"reached": "green", "on_course": "green", "behind": "red", "not_measurable": "grey"}
_LISTED = 5


def chain_drawn(read: DistrictReading, words: Words) -> tuple[Block, ...]:
    """How many links stand where, and the chain; nothing for a district that declares none."""
    chain = chain_of(read)
    if chain is None:
        return ()
    told = Sentences(tuple(Sentence.of(text) for text in _sentences(chain, words)))
    return (Heading("theory", words.say("theory.title")), told, _chart(chain, read, words))


def links_to_look_at(read: DistrictReading, words: Words) -> Table | None:
    """Links that are behind, late, or under way without evidence, with the office whose move it is."""
    chain = chain_of(read)
    return _to_look_at(chain, read, words) if chain is not None else None


def theory_behind(read: DistrictReading, words: Words) -> tuple[Reference, ...]:
    """When a link is reached, on course or behind."""
    if chain_of(read) is None:
        return ()
    tolerance = words.percent(read.threshold("course_tolerance", "0.05") * 100, 0)
    rule = Note(words.say("theory.rule", tolerance=tolerance))
    return named("theory", words.say("theory.rule_behind"), [rule], "nessi")


def state_of(link: Row, words: Words) -> Status:
    """Where a link stands, in colour, symbol and words."""
    name = link["status"]
    return Status(_SIGNALS[name], SYMBOLS[name], words.say(f"theory.status.{name}"))


def why_not(link: Row, read: DistrictReading, words: Words) -> str | None:
    """Why a link is not measured; None where it is."""
    if link["status"] != "not_measurable":
        return None
    kpi, row = read.declared(link["kpi_code"]), read.kpi(link["kpi_code"])
    if words.has(f"theory.why.{link['reason']}"):
        return words.say(f"theory.why.{link['reason']}")
    if not there(row, kpi, read):
        return why_missing(row, kpi, words)
    return words.named("reason", link["reason"])


def _sentences(chain: Chain, words: Words) -> list[str]:
    """How many links stand where; what the register proves and calls late."""
    count = Counter(link["status"] for link in chain.links)
    told = words.say(
        "theory.standing",
        all=len(chain.links),
        **{name: words.say(f"theory.count.{name}", count=count[name]) for name in STATES},
    )
    if all(link["stage"] is None for link in chain.links):
        return [told, words.say("theory.no_register")]
    proven = sum(link["evidence_on"] is not None for link in chain.links)
    late = sum(link["timeliness"] == "late" for link in chain.links)
    return [
        told,
        words.say(
            "theory.proven",
            count=proven,
            all=len(chain.links),
            late=words.say("theory.late", count=late),
        ),
    ]


def _chart(chain: Chain, read: DistrictReading, words: Words) -> Chart:
    behind = sum(link["status"] == "behind" for link in chain.links)
    count = Counter(link["status"] for link in chain.links)
    title = words.say(
        "theory.chart_behind" if behind else "theory.chart_none",
        count=behind,
        counted=capital(words.counted(behind)),
    )
    said = [words.say(f"theory.count.{name}", count=count[name]) for name in STATES if count[name]]
    alt = words.say("theory.alt", all=len(chain.links), states=words.both(said))
    subtitle = words.say("theory.subtitle", month=words.month(read.month))
    return Chart(
        "theory", title, subtitle, alt, _data(chain, words), _twin(chain, read, words, subtitle)
    )


def _data(chain: Chain, words: Words) -> ChainData:
    nodes = tuple(
        ChainNode(str(node["node_id"]), column, str(node[f"name_{words.code}"]), _note(node, words))
        for column, step in enumerate(STEPS)
        for node in chain.at(step)
    )
    links = tuple(
        ChainLink(
            str(link["from_node"]),
            str(link["to_node"]),
            str(link["kpi_code"]),
            str(link["status"]),
            SYMBOLS[link["status"]],
            words.say(f"theory.status.{link['status']}"),
            proven=link["evidence_on"] is not None,
        )
        for link in chain.links
    )
    return ChainData(
        tuple(words.say(f"theory.step.{step}") for step in STEPS),
        nodes,
        links,
        tuple((name, words.say(f"theory.status.{name}")) for name in STATES),
        (words.say("theory.with_evidence"), words.say("theory.without_evidence")),
        words.say("theory.came_from"),
    )


def _note(node: Row, words: Words) -> str:
    """The lever of an activity, the kind of an impact; its field of action is in NetZeroCities' tables."""
    if node["step"] == "activity":
        return words.named("lever", node["lever"])
    return words.say(f"theory.impact.{node['impact']}") if node["impact"] else ""


def _twin(chain: Chain, read: DistrictReading, words: Words, caption: str) -> Table:
    """The chart as a table: every link with its figure, targets, state and evidence."""
    heads = (
        Column(words.say("theory.link"), width=3.6),
        Column(words.say("table.indicator"), width=2.2),
        Column(words.say("table.value"), number=True),
        Column(words.say("theory.milestone"), number=True, width=1.2),
        Column(words.say("table.status"), width=1.6),
        Column(words.say("theory.stage"), width=1.3),
        Column(words.say("theory.evidence"), width=2),
    )
    rows = tuple(
        (*_common(link, read, words), _stage(link, words), _proof(link, words))
        for link in chain.links
    )
    return Table("theory-table", caption, heads, rows)


def _common(link: Row, read: DistrictReading, words: Words) -> tuple[Cell, ...]:
    """Link, KPI, value, next target, state."""
    code = link["kpi_code"]
    kpi = read.declared(code)
    start, end = link[f"from_{words.code}"], link[f"to_{words.code}"]
    return (
        Cell(f"{start} → {end}", note=str(link["link_id"])),
        Cell(code, code=code, note=str(kpi[f"name_{words.code}"])),
        Cell(printed(read.kpi(code), kpi, read, words)),
        Cell(_milestone(link, kpi, words)),
        Cell("", status=state_of(link, words), note=why_not(link, read, words)),
    )


def _milestone(link: Row, kpi: Row, words: Words) -> str:
    """«35 % (2027)»."""
    if link["target"] is None:
        return DASH
    value = joined(amount(link["target"], kpi["unit"], int(kpi["decimals"]), words))
    return f"{value} ({link['target_year']})"


def _stage(link: Row, words: Words) -> Cell:
    if link["stage"] is None:
        return Cell(words.say("theory.not_recorded"))
    timely = words.say(f"theory.timeliness.{link['timeliness']}") if link["timeliness"] else None
    return Cell(words.say(f"theory.stages.{link['stage']}"), note=timely)


def _proof(link: Row, words: Words) -> Cell:
    if link["evidence_on"] is None:
        return Cell(words.say("theory.without_evidence"))
    return Cell(str(link["evidence"] or link["evidence_ref"]), note=words.day(link["evidence_on"]))


def _to_look_at(chain: Chain, read: DistrictReading, words: Words) -> Table | None:
    """Links that are behind, late, or under way without evidence, with the office whose move it is."""
    found = [link for link in chain.links if _calls(link)]
    if not found:
        return None
    ordered = sorted(found, key=lambda link: (-_calls(link), link["position"]))
    heads = (
        Column(words.say("theory.link"), width=3.4),
        Column(words.say("table.indicator"), width=2.2),
        Column(words.say("table.value"), number=True, width=1.1),
        Column(words.say("theory.milestone"), number=True, width=1.2),
        Column(words.say("table.status"), width=1.5),
        Column(words.say("theory.stage"), width=1.6),
        Column(words.say("theory.owner"), width=1.6),
    )
    rows = tuple(
        (*_common(link, read, words), _stage_and_proof(link, words),
         Cell(str(chain.nodes[link["to_node"]]["owner"])))
        for link in ordered[:_LISTED]
    )  # fmt: skip
    more = len(found) - _LISTED
    note = words.say("theory.more", count=more) if more > 0 else None
    return Table("theory-look", words.say("theory.look_at"), heads, rows, note)


def _stage_and_proof(link: Row, words: Words) -> Cell:
    cell = _stage(link, words)
    if link["evidence_on"] is None and link["stage"] in ("under_way", "complete"):
        note = ", ".join(part for part in (cell.note, words.say("theory.without_evidence")) if part)
        return Cell(cell.text, note=note)
    return cell


def _calls(link: Row) -> int:
    """How loudly a link calls for somebody: behind, late, claimed without evidence."""
    unproven = link["evidence_on"] is None and link["stage"] in ("under_way", "complete")
    return (
        4 * int(link["status"] == "behind") + 2 * int(link["timeliness"] == "late") + int(unproven)
    )
