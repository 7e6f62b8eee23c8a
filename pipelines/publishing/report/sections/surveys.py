"""Section 8, surveys: who was asked and who answered, what they said and how sure that is, what changed since.

Belongs here: these paragraphs and this table, and the sentences on a wave that an explanation repeats. Does not belong
here: what may be told (`publishing/protecting/surveys.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.protecting.surveys import MEASURES
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import (
    Block,
    Cell,
    Column,
    Heading,
    Note,
    Reference,
    Sentence,
    Sentences,
    Table,
)
from pipelines.publishing.report.sections.kpi_tables import named
from pipelines.publishing.rows import Row

_ORDER = ("index", "topic_share", "mean", "share")
_NAMED = {measure: code for code, measure in MEASURES.items()}
"""KPIs that topics make; a question that alone makes one is not told twice."""
_SET_ASIDE = ("programs", "duplicates", "careless", "others")


def _newest(read: DistrictReading) -> dict[str, Row]:
    """The newest wave of each survey, by the survey's name."""
    newest: dict[str, Row] = {}
    for row in sorted(read.rows("survey_waves"), key=lambda row: row["wave_place"]):
        newest[row["survey_id"]] = row
    return dict(sorted(newest.items()))


def _title(wave: Row, words: Words) -> str:
    return words.say(
        "surveys.title", name=wave[f"name_{words.code}"], wave=wave["wave"],
        month=words.month(wave["month"]),
    )  # fmt: skip


def surveys_told(read: DistrictReading, words: Words) -> list[Block]:
    """Who answered the newest wave of each survey, and what chance leaves open."""
    found = _newest(read)
    if not found:
        return []
    said = []
    for wave in found.values():
        told = wave_sentences(wave, words)
        short = told if wave["suppressed"] else [_answered(wave, words), _margin(wave, words)]
        said.append(Sentence.of(f"**{_title(wave, words)}.** {' '.join(short)}"))
    return [Heading("surveys", words.say("surveys.heading")), Sentences(tuple(said))]


def surveys_behind(read: DistrictReading, words: Words) -> tuple[Reference, ...]:
    """Every question of the newest waves, and how their answers are weighted."""
    blocks: list[Block] = []
    for name, wave in _newest(read).items():
        if wave["suppressed"]:
            continue
        blocks.append(Sentences(tuple(Sentence.of(text) for text in wave_sentences(wave, words))))
        blocks.append(_table(name, wave, _title(wave, words), read, words))
    return named("surveys", words.say("surveys.behind"), blocks, "risposte")


def matched_pairs(read: DistrictReading, words: Words) -> Note | None:
    """Who counts in the competence gained: people with both tests; and who took one of them alone."""
    row = read.one("levers_monthly")
    if row is None or row.get("competence_pairs") is None:
        return None
    alone = [row.get(f"competence_{which}_only") for which in ("before", "after")]
    if None in alone:
        told = words.say("surveys.unmatched_few")
    else:
        told = words.say("surveys.unmatched", before=alone[0], after=alone[1])
    return Note(words.say("surveys.pairs", count=row["competence_pairs"], unmatched=told))


def wave_sentences(wave: Row, words: Words) -> list[str]:
    """Who answered, how answers are weighted and what chance leaves open, what was set aside."""
    if wave["suppressed"]:
        return [words.say("surveys.few")]
    said = [_answered(wave, words), _weighted(wave, words), _margin(wave, words)]
    aside = [
        words.say(f"surveys.aside_{name}", count=wave[f"set_aside_{name}"])
        for name in _SET_ASIDE
        if wave[f"set_aside_{name}"]
    ]
    if aside:
        said.append(words.say("surveys.aside", items=words.both(aside)))
    return said


def _answered(wave: Row, words: Words) -> str:
    answers = words.number(wave["respondents"])
    universe = wave[f"universe_{words.code}"]
    whom = words.say("surveys.universe", universe=universe) if universe else ""
    if wave["response_rate"] is None:
        return words.say("surveys.answered_of_unknown", answers=answers, whom=whom)
    return words.say(
        "surveys.answered",
        answers=answers,
        whom=whom,
        invited=words.number(wave["invited"] - (wave["unreachable"] or 0)),
        rate=words.percent(wave["response_rate"] * 100, 0),
    )


def _margin(wave: Row, words: Words) -> str:
    margin = words.number(wave["margin_of_error"] * 100, 0)
    return words.say(f"surveys.margin_{wave['selection']}", margin=margin)


def _weighted(wave: Row, words: Words) -> str:
    if wave["weighting"] == "unweighted":
        return words.say(f"surveys.unweighted_{wave['weighting_reason'] or 'undeclared'}")
    said = words.say(
        f"surveys.{wave['weighting']}",
        source=wave["weights_source"] or DASH,
        answers=words.number(wave["respondents"]),
        worth=words.number(wave["effective_answers"], 0),
        effect=words.number(wave["design_effect"], 2),
    )
    more = [
        words.say(f"surveys.{name}", count=wave[name])
        for name in ("categories_joined", "weights_cut")
        if wave[name]
    ]
    return " ".join([said, *more])


def _table(name: str, wave: Row, title: str, read: DistrictReading, words: Words) -> Table:
    own = [
        row
        for row in read.rows("survey_estimates")
        if (row["survey_id"], row["wave"]) == (name, wave["wave"]) and row["statistic"] in _ORDER
    ]
    topics = tuple(row["measure"] for row in own if row["statistic"] == "topic_share")
    told = [
        row for row in own if row["statistic"] != "share" or not row["measure"].startswith(topics)
    ]
    told.sort(key=_place)
    changes = {
        (row["measure"], row["statistic"], row["option"]): row
        for row in read.rows("survey_changes")
        if (row["survey_id"], row["wave"]) == (name, wave["wave"])
    }
    rows = tuple(
        (
            _question(row, read, words),
            Cell(words.say("state.suppressed") if row["suppressed"] else words.number(row["answers"])),
            Cell(_figure(row, row["estimate"], words)),
            Cell(_interval(row, words)),
            _change(row, changes.get((row["measure"], row["statistic"], row["option"])), words),
        )
        for row in told
    )  # fmt: skip
    heads = (
        Column(words.say("surveys.question"), width=3.4),
        Column(words.say("surveys.answers"), number=True, width=0.9),
        Column(words.say("surveys.figure"), number=True, width=1.1),
        Column(words.say("surveys.interval"), number=True, width=1.4),
        Column(words.say("surveys.change"), width=2),
    )
    return Table(f"survey-{name}", title, heads, rows, words.say("surveys.note"))


def _place(row: Row) -> tuple[int, str, Decimal, str]:
    return (
        _ORDER.index(row["statistic"]),
        row["measure"],
        -(row["estimate"] if row["estimate"] is not None else Decimal(-1)),
        row["option"],
    )


def _question(row: Row, read: DistrictReading, words: Words) -> Cell:
    code = _NAMED.get(row["measure"]) if row["statistic"] in ("index", "topic_share") else None
    if code is not None:
        return Cell(str(read.declared(code)[f"name_{words.code}"]), code=code)
    text = row[f"text_{words.code}"] or row["measure"].replace("_", " ")
    if row["statistic"] == "share":
        return Cell(row["label"] or row["option"], note=text)
    if row["scale_low"] is None:
        return Cell(text)
    scale = words.say("surveys.scale", low=row["scale_low"], high=row["scale_high"])
    if row["is_reversed"]:
        scale = words.say("surveys.reversed", scale=scale)
    return Cell(
        text, note=words.say("surveys.rescaled", scale=scale) if row["is_rescaled"] else scale
    )


def _figure(row: Row, value: Decimal | None, words: Words, *, sign: bool = False) -> str:
    if row["suppressed"]:
        return words.say("state.suppressed")
    if value is None:
        return DASH
    if row["statistic"] in ("share", "topic_share"):
        return (words.points(value * 100, 0)) if sign else words.percent(value * 100, 0)
    return words.number(
        value, 2 if row["scale_low"] is not None and _is_mean(row) else 1, sign=sign
    )


def _is_mean(row: Row) -> bool:
    return bool(row["statistic"] == "mean")


def _interval(row: Row, words: Words) -> str:
    if row["suppressed"]:
        return words.say("state.suppressed")
    if row["estimate_low"] is None:
        return DASH
    bounds: Sequence[str] = [_figure(row, row[f"estimate_{end}"], words) for end in ("low", "high")]
    return words.say("surveys.bounds", low=bounds[0], high=bounds[1])


def _change(row: Row, change: Row | None, words: Words) -> Cell:
    """What changed since the wave before; whether chance alone could have done it; else why it is not told."""
    if change is None:
        return Cell(DASH)
    if not change["is_comparable"]:
        return Cell(
            words.say("surveys.not_comparable"), note=words.say(f"surveys.why_{change['reason']}")
        )
    if change["suppressed"] or row["suppressed"]:
        return Cell(words.say("state.suppressed"))
    bounds = {
        end: _figure(row, change[f"change_{end}"], words, sign=True) for end in ("low", "high")
    }
    by_chance = change["change_low"] <= 0 <= change["change_high"]
    note = words.say("surveys.by_chance" if by_chance else "surveys.beyond_chance", **bounds)
    return Cell(_figure(row, change["change"], words, sign=True), note=note)
