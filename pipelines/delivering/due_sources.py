"""Which mails about sources are due: a digest when something is other than before, a nudge once per cadence.

Belongs here: who hears of sources, and how often. Does not belong here: mail about editions (`due.py`), what these
mails say (`digest.py`, `nudges.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from pipelines.catalogue.recipients import Recipient, encoded_address
from pipelines.collecting.due import CADENCE_DAYS
from pipelines.delivering.digest import digest_mail, facts_of, is_news
from pipelines.delivering.due import Deployment, Due, key_of
from pipelines.delivering.ledger import Letter
from pipelines.delivering.nudges import day_of, missing_from, nudge_mail
from pipelines.delivering.sources_seen import LATE, Seen, sources_seen
from pipelines.delivering.wording import Wording
from pipelines.publishing.language import Words

_LEAST_DAYS = 7
"""However often a source is due, who sends it is not written to more often."""
_ASKS_FOR = (*LATE, "refused")


def due_about_sources(of: Deployment, districts: tuple[str, ...] = ()) -> Iterator[Due]:
    """Digests and nudges that are due now.

    Args:
        of: The deployment.
        districts: Only about these; all, and the digest of all, where none is named.
    """
    seen = sources_seen(of.settings, of.catalogue, of.at)
    for place in of.places:
        if not districts or place in districts:
            yield from _digests(of, place, [one for one in seen if place in (None, _district(one))])
    for name, said in of.mailing.districts.items():
        if said.nudges and (not districts or name in districts):
            yield from _nudges(of, name, [one for one in seen if _district(one) == name])


def _district(one: Seen) -> str:
    return one.binding.district.id


def _digests(of: Deployment, place: str | None, seen: list[Seen]) -> Iterator[Due]:
    for to in of.mailing.of(place, "digest"):
        facts = facts_of(seen, of.sent if place is None else ())
        last = _last(of, place, to.address)
        before = dict(last.facts) if last else {}
        if is_news(facts, before):
            name = of.catalogue.districts[place].name if place else None
            yield Due(
                key_of("digest", f"{of.at:%Y-%m-%d}", place, to.address),
                "digest",
                place,
                to,
                partial(_digest, of, seen, facts, before, name),
                facts=facts,
            )


def _digest(
    of: Deployment,
    seen: list[Seen],
    facts: Mapping[str, Any],
    before: Mapping[str, Any],
    name: str | None,
    said: Words,
) -> Wording:
    return digest_mail(seen, facts, before, of.at, name or said.say("mail.programme"), said)


def _last(of: Deployment, place: str | None, address: str) -> Letter | None:
    found = [
        one
        for one in of.sent
        if (one.kind, one.district_id, one.address) == ("digest", place, address)
    ]
    return found[-1] if found else None


def _nudges(of: Deployment, name: str, seen: list[Seen]) -> Iterator[Due]:
    """One letter to each contact of a district about all that is missing from them."""
    district = of.catalogue.districts[name]
    owing: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for one in seen:
        contact = one.binding.source.contact
        if contact is not None and contact.email and one.state in _ASKS_FOR:
            owing[contact.name, contact.email].append(one)
    for (who, address), sources in owing.items():
        asked = [one for one in sources if not _asked_lately(of, one, address)]
        if not asked:
            continue
        owed = [(one, missing_from(of.settings, one, of.at)) for one in asked]
        day = day_of(of.at, district)
        to = Recipient(email=address, name=who, language="it")
        yield Due(
            key_of("nudge", f"{day}", name, encoded_address(address)),
            "nudge",
            name,
            to,
            partial(nudge_mail, of.settings, district, who, owed, of.at),
            facts={"sources": [one.name for one in asked]},
            reply_to=district.contact.email if district.contact else None,
        )


def _asked_lately(of: Deployment, one: Seen, address: str) -> bool:
    """Whether who sends a source was written to about it within its cadence."""
    days = max(_LEAST_DAYS, CADENCE_DAYS.get(one.binding.cadence, max(CADENCE_DAYS.values())))
    since = of.at - timedelta(days=days)
    return any(
        letter.kind == "nudge"
        and letter.address.lower() == encoded_address(address).lower()
        and one.name in letter.facts.get("sources", ())
        and letter.written_at > since
        and letter.state != "refused"
        for letter in of.sent
    )
