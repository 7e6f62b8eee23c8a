"""Mail on the terminal: what its declarations leave open, which letters need a person, where the outbox is.

Belongs here: lines that `nzd check`, `nzd status` and the demo share. Does not belong here: sending (`deliver.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click

from pipelines.catalogue.catalogue import Catalogue
from pipelines.settings import Settings, settings

NEEDS_A_PERSON = ("unknown", "refused", "bounced")


def mail_lines(deployment: Settings, catalogue: Catalogue) -> Iterator[str]:
    """Who gets mail, and what stands in the way of it."""
    from pipelines.catalogue.recipients import FOLDER, PROGRAMME, recipients
    from pipelines.delivering.postage import PostageWrong, postage

    mailing = recipients(deployment.districts, catalogue.districts)
    for name, district in catalogue.districts.items():
        if district.recipients:
            yield f"{name}.yaml: 'recipients' is of no effect there: move it to {FOLDER}/{name}.yaml"
        if not mailing.of(name, "report"):
            yield f"{name}: nobody gets its report by mail: {FOLDER}/{name}.yaml names nobody"
        elif not mailing.of(name, "preview"):
            yield f"{name}: nobody is asked for a comment before publication (mails: [preview])"
    if not mailing.of(None, "report"):
        yield f"nobody gets the programme's report by mail: {FOLDER}/{PROGRAMME}.yaml names nobody"
    if not mailing.of(None, "digest"):
        yield f"no engineer is told of sources that fail (mails: [digest] in {FOLDER}/{PROGRAMME}.yaml)"
    try:
        how = postage()
    except PostageWrong as wrong:
        yield f"mail cannot be sent: {wrong}"
        return
    if how.server is None:
        yield f"mail is written to {deployment.home / 'outbox'}: NZD_MAIL names no server"
    if how.links is None:
        yield "mail has no links: NZD_ADDRESS does not say where editions can be read"


def print_letters() -> None:
    """How many letters need a person."""
    from pipelines.delivering.sending import Office

    counted = Counter(one.state for one in Office(settings().home).ledger.letters())
    said = [f"{counted[state]} {state}" for state in NEEDS_A_PERSON if counted[state]]
    if said:
        click.echo(f"letters: {', '.join(said)}; nzd deliver --status says which")


def print_outbox() -> None:
    """Where mail lies that was not sent, since no server is set."""
    folder = settings().home / "outbox"
    found = sorted(folder.glob("*.eml"))
    if found:
        click.echo(f"Mail, {len(found)} letters as any mail program opens them: {folder}")
