"""Levers beside districts: how many links of each Theory of Change stand where.

Does not belong here: a rank; the districts have declared chains of their own.
"""

from __future__ import annotations

from collections import Counter

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.chains import STATES, Chain, chain_of
from pipelines.publishing.report.document import Cell, Column, Table
from pipelines.publishing.report.sections.side_by_side import city
from pipelines.publishing.report.sections.theory import SYMBOLS


def theory_matrix(
    reads: list[DistrictReading], levers: tuple[str, ...], words: Words
) -> Table | None:
    """Links by state, per lever and district; None where no district declares a chain."""
    chains = [chain_of(read) for read in reads]
    if not any(chains):
        return None
    rows = tuple(
        (Cell(words.named("lever", lever)), *(_cell(chain, lever, words) for chain in chains))
        for lever in levers
    )
    heads = (
        Column(words.say("table.lever"), width=2.6),
        *(Column(city(read), number=True, width=1.4) for read in reads),
    )
    legend = words.both(f"{SYMBOLS[name]} {words.say(f'theory.status.{name}')}" for name in STATES)
    caption = words.say("theory.matrix", month=words.month(reads[0].month))
    return Table(
        "theory-matrix", caption, heads, rows, words.say("theory.matrix_note", legend=legend)
    )


def _cell(chain: Chain | None, lever: str, words: Words) -> Cell:
    """«✓ 3  → 2  ▼ 1», states without a link left out; a dash where the lever has none."""
    links = [link for link in chain.links if lever in chain.levers_of(link)] if chain else []
    count = Counter(link["status"] for link in links)
    told = [f"{SYMBOLS[name]}\u00a0{words.number(count[name])}" for name in STATES if count[name]]
    return Cell("  ".join(told) or DASH)
