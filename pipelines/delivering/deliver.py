"""Sending everything that is due of a deployment, and what came of it.

Belongs here: the entry that the command line and Dagster share. Does not belong here: printing.
"""

from __future__ import annotations

from datetime import datetime
from itertools import chain

from pipelines.catalogue.catalogue import load
from pipelines.catalogue.recipients import recipients
from pipelines.delivering.carriers import carrier, outbox
from pipelines.delivering.due import Deployment, due, shows, still_so, texts
from pipelines.delivering.due_sources import due_about_sources
from pipelines.delivering.ledger import ARRIVED, OPEN, Letter
from pipelines.delivering.postage import Postage, postage
from pipelines.delivering.sending import Office, Sent, send
from pipelines.delivering.wording import typeset
from pipelines.publishing.shelf import Edition
from pipelines.settings import Settings


def deliver(
    settings: Settings,
    at: datetime,
    month: str | None = None,
    districts: tuple[str, ...] = (),
    *,
    again: bool = False,
) -> Sent:
    """Write and send every mail that is due.

    Args:
        settings: The deployment.
        at: Now.
        month: The month whose newest edition goes out; the newest month where none is named.
        districts: Only mail about these.
        again: Try at once what was put off.

    Raises:
        Busy: another process sends; nothing was done.
        PostageWrong: the settings of mail do not fit together; nothing was done.
        DeclarationError: a file of recipients is wrong; nothing was done.
    """
    office, how = Office(settings.home), postage()
    return send(
        office,
        lambda: deployment(settings, office, how, at),
        lambda of: chain(due(of, month, districts), due_about_sources(of, districts)),
        carrier(how, settings.home),
        lambda letter: still_so(settings, letter),
        again=again,
    )


def take_back(settings: Settings, edition: Edition) -> int:
    """Take the letters with figures of a withdrawn edition out of the outbox; what a server took has left.

    Returns:
        How many there were.
    """
    folder = outbox(settings.home)
    if not folder.folder.is_dir():
        return 0
    sent = Office(settings.home).ledger.letters()
    return sum(folder.take_back(letter) for letter in sent if shows(letter, edition))


def deployment(settings: Settings, office: Office, how: Postage, at: datetime) -> Deployment:
    """What the rules of who gets what look at."""
    catalogue = load(settings.districts)
    mailing = recipients(settings.districts, catalogue.districts)
    return Deployment(settings, catalogue, mailing, how, office.ledger.letters(), at)


def would_deliver(
    settings: Settings, at: datetime, month: str | None = None, districts: tuple[str, ...] = ()
) -> list[tuple[str, str, str]]:
    """Kind, address and subject of what would be written now; nothing is written."""
    office = Office(settings.home)
    of = deployment(settings, office, postage(), at)
    written = {one.key for one in of.sent}
    return [
        (one.kind, one.to.address, typeset(one.compose(texts(of, one.to))).subject)
        for one in chain(due(of, month, districts), due_about_sources(of, districts))
        if one.key not in written
    ]


def is_anything_to_send(settings: Settings, at: datetime) -> bool:
    """Whether a letter waits or is due about an edition; what sources owe is looked at once a day."""
    office = Office(settings.home)
    of = deployment(settings, office, postage(), at)
    written = {one.key for one in of.sent}
    waiting = any(one.state in (*OPEN, "handing_over") for one in of.sent)
    return waiting or any(one.key not in written for one in due(of, None, ()))


def settle(settings: Settings, at: datetime, name: str, became: str, by: str) -> Letter:
    """A person's word on a letter: of one of which nobody knows, or that was refused, whether it was sent; of any
    other that it came back.

    Args:
        settings: The deployment.
        at: Now.
        name: The letter, or the beginning of its name.
        became: sent, not-sent or bounced.
        by: The person.

    Raises:
        LookupError: there is no such letter, or nothing about it is open.
    """
    office = Office(settings.home)
    found = [one for one in office.ledger.letters() if one.id.startswith(name)]
    if len(found) != 1:
        raise LookupError(f"No one letter is called '{name}'. nzd deliver --status lists them.")
    letter = found[0]
    settled = f"settled_{became.replace('-', '_')}" if became != "bounced" else became
    may = ARRIVED if became == "bounced" else ("unknown", "refused", "bounced", "settled_not_sent")
    if letter.state not in may:
        raise LookupError(f"Letter {letter.id[:8]} is {letter.state}: it cannot be {became}.")
    office.ledger.add(letter.id, at, settled, said=by)
    if became == "sent":
        office.done(letter)
    return letter
