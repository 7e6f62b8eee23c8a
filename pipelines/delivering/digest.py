"""What is wrong with sources, for engineers: what is new first, then all that is open.

Belongs here: what a digest says, and what of it is news. Does not belong here: asking those who send data
(`nudges.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.delivering.ledger import Letter
from pipelines.delivering.sources_seen import FAILING, LATE, Seen, meaning
from pipelines.delivering.wording import Part, Wording, part
from pipelines.publishing.language import Words
from pipelines.publishing.report.document import Run, Sentence

_SHOWN = 12
_LONGEST = 220
_ROME = ZoneInfo("Europe/Rome")


def facts_of(seen: Iterable[Seen], letters: Iterable[Letter]) -> dict[str, Any]:
    """What a digest is about, so that the next one tells what has changed since."""
    seen = list(seen)
    return {
        "states": {
            one.name: _state(one) for one in seen if one.state in FAILING + LATE or one.rests
        },
        "columns": sorted(one.name for one in seen if one.has_other_columns),
        "codes": sorted(f"{one.name} {code}" for one in seen for code in one.set_aside),
        "letters": sorted(one.id for one in letters if one.state in ("unknown", "refused")),
    }


def is_news(facts: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether anything is other than in the digest before; of a house in order there is none."""
    return dict(facts) != dict(before) and (bool(before) or any(facts.values()))


def digest_mail(
    seen: Sequence[Seen],
    facts: Mapping[str, Any],
    before: Mapping[str, Any],
    at: datetime,
    name: str,
    said: Words,
) -> Wording:
    """One screen: news, sources that fail or rest, late ones, rows set aside, other columns, letters."""
    day = at.astimezone(_ROME).date()
    named = {"name": name, "day": said.day(day)}
    open_ones = [
        _part(said, "failing", [_failing(one, said) for one in seen if _fails(one)]),
        _part(said, "late", [_late(one, said) for one in seen if one.state in LATE]),
        _part(said, "columns", [Sentence.of(f"**{one}**") for one in facts["columns"]]),
        _part(said, "codes", [line for one in seen for line in _set_aside(one, said)]),
        _part(said, "letters", _letters(facts, said)),
    ]
    count = sum(len(facts[each]) for each in ("states", "columns", "letters"))
    return Wording(
        said.code,
        said.say("mail.digest.subject", count=count, **named),
        said.say("mail.digest.kicker"),
        said.say("mail.digest.title", **named),
        tuple(
            each
            for each in (_part(said, "news", _news(facts, before, said)), *open_ones)
            if each is not None
        ),
        small=(said.say("mail.digest.small"),),
    )


def _part(said: Words, name: str, lines: Sequence[Sentence]) -> Part | None:
    if not lines:
        return None
    shown = list(lines[:_SHOWN])
    if len(lines) > _SHOWN:
        shown.append(Sentence.of(said.say("mail.digest.more", count=len(lines) - _SHOWN)))
    return part(said.say(f"mail.digest.{name}"), *shown)


def _news(facts: Mapping[str, Any], before: Mapping[str, Any], said: Words) -> list[Sentence]:
    if not before:
        return []
    then, now = before["states"], facts["states"]
    lines = [
        _strong(name, said.say("mail.digest.became", state=_word(now[name], said)))
        for name in sorted(now)
        if then.get(name) != now[name]
    ]
    lines += [
        _strong(name, said.say("mail.digest.solved")) for name in sorted(then) if name not in now
    ]
    for each in sorted(set(facts["codes"]) - set(before["codes"])):
        name, _, code = each.partition(" ")
        lines.append(_strong(name, said.say("mail.digest.new_code", code=code)))
    for name in sorted(set(facts["columns"]) - set(before["columns"])):
        lines.append(_strong(name, said.say("mail.digest.new_columns")))
    return lines


def _state(one: Seen) -> str:
    return "resting" if one.rests else one.state


def _fails(one: Seen) -> bool:
    return one.rests or one.state in FAILING


def _word(state: str, said: Words) -> str:
    return said.say(f"mail.digest.state.{state.replace(' ', '_')}")


def _failing(one: Seen, said: Words) -> Sentence:
    why = " ".join((one.failure or "").split())
    why = why if len(why) <= _LONGEST else why[:_LONGEST].rsplit(" ", 1)[0] + "…"
    told = _word(_state(one), said)
    return _strong(one.name, f"{told}. {why}" if why else f"{told}.")


def _late(one: Seen, said: Words) -> Sentence:
    last = _day(one.status.last, said)
    key = "late_never" if one.status.last is None else "late_line"
    who = one.status.contact or said.say("boxes.nobody")
    return _strong(one.name, said.say(f"mail.digest.{key}", last=last, who=who))


def _set_aside(one: Seen, said: Words) -> list[Sentence]:
    return [
        _strong(
            one.name,
            said.say(
                "mail.digest.code_line", code=code, count=count, meaning=meaning(code, said.code)
            ),
        )
        for code, count in one.set_aside.items()
    ]


def _letters(facts: Mapping[str, Any], said: Words) -> list[Sentence]:
    count = len(facts["letters"])
    return [Sentence.of(said.say("mail.digest.letters_line", count=count))] if count else []


def _strong(name: str, text: str) -> Sentence:
    """A source's name and what is said of it; what stands in either is no mark of ours."""
    return Sentence((Run(name, strong=True), Run(f": {text}")))


def _day(day: date | None, said: Words) -> str:
    return said.day(day) if day else ""
