"""Letters written, kept until they have gone, and handed over once.

Belongs here: the order of what is written down and what is done, trying again, giving up. Does not belong here: which
mails are due (`due.py`), connections (`carriers.py`).

A letter is first a file of `delivery/waiting/`, then a line of the ledger, then a message to the server. Whoever dies
in between is followed by one that goes on from there; a file without a line was never a letter.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.catalogue.recipients import encoded_address
from pipelines.delivering.carriers import Answer, Carrier, NotReached
from pipelines.delivering.due import Deployment, Due, texts
from pipelines.delivering.ledger import OPEN, Ledger, Letter, new_id
from pipelines.delivering.message import message, message_id
from pipelines.delivering.postage import Postage
from pipelines.delivering.report_mail import size_of, without_report
from pipelines.delivering.wording import Wording, typeset
from pipelines.landing.alone import alone
from pipelines.publishing.freezing import write_durably
from pipelines.publishing.language import Words

_PAUSES = (5, 15, 60, 240, 720, 1440, 1440, 1440)
"""Minutes after which a letter that was put off is tried again; after the last one it is given up."""
FOLDER = "delivery"


@dataclass
class Sent:
    """What a run did. `stopped` is why it ended before its time; the letters left wait. `defects` are mails that could
    not be written, by a mistake of ours: the others went all the same.
    """

    letters: list[tuple[Letter, Answer]] = field(default_factory=list)
    overtaken: list[Letter] = field(default_factory=list)
    waiting: int = 0
    stopped: str | None = None
    defects: list[str] = field(default_factory=list)


class Office:
    """The ledger of a deployment and the letters that wait."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / FOLDER
        self.waiting = self.folder / "waiting"
        self.ledger = Ledger(self.folder / "letters.sqlite")

    def raw(self, letter: Letter, *, light: bool) -> bytes:
        """The message of a letter that waits; the one without its PDF where it is too large."""
        name = f"{letter.id}.light.eml" if light else f"{letter.id}.eml"
        path = self.waiting / name
        return (
            path.read_bytes() if path.exists() else (self.waiting / f"{letter.id}.eml").read_bytes()
        )

    def write(self, of: Deployment, one: Due) -> Letter:
        """A letter as it will go: its message first, so that a line of the ledger always has one."""
        said = texts(of, one.to)
        mail, name = typeset(one.compose(said)), new_id()
        told = _explained(mail, said, of, one)
        letter = Letter(
            name,
            one.key,
            one.kind,
            one.month,
            one.edition,
            one.district,
            one.to.address,
            said.code,
            told.subject,
            message_id(name, of.postage),
            of.at,
            one.facts,
        )
        write_durably(self.waiting / f"{name}.eml", self._message(of, one, letter, told))
        if told.files and one.kind == "report":
            light = typeset(without_report(told, size_of(len(told.files[0].content), said), said))
            path = self.waiting / f"{name}.light.eml"
            write_durably(path, self._message(of, one, letter, light))
        self.ledger.write(letter)
        return letter

    def done(self, letter: Letter) -> None:
        """The message is not needed any more."""
        for path in self.waiting.glob(f"{letter.id}.*"):
            path.unlink(missing_ok=True)

    def clear(self, known: Iterable[str]) -> None:
        """Files of letters that never became one."""
        names = set(known)
        for path in self.waiting.glob("*"):
            if path.name.partition(".")[0] not in names:
                path.unlink(missing_ok=True)

    def _message(self, of: Deployment, one: Due, letter: Letter, mail: Wording) -> bytes:
        return message(
            mail,
            letter=letter.id,
            to=(one.to.name, letter.address),
            at=of.at,
            postage=_answered_to(of, one),
            reports=of.settings.reports,
            list_name=one.district or "programme",
            answers=one.answers,
        )


def send(
    office: Office,
    of: Callable[[], Deployment],
    due: Callable[[Deployment], Iterable[Due]],
    carrier: Carrier,
    still: Callable[[Letter], bool],
    *,
    again: bool = False,
) -> Sent:
    """Write every letter that is due and hand over all that wait.

    Args:
        office: The ledger and the letters that wait.
        of: The deployment as it is once nobody else sends.
        due: The mails that are due.
        carrier: Who takes them.
        still: Whether a letter that waits still says what is so.
        again: Try at once what was put off.

    Raises:
        Busy: another process sends; nothing was done.
    """
    with alone(office.folder):
        deployment = of()
        _settle_what_was_cut_off(office, carrier, deployment.at)
        defects = _written(office, deployment, due)
        office.clear(letter.id for letter in office.ledger.letters())
        try:
            made = _hand_over(office, deployment, carrier, still, again=again)
        finally:
            carrier.close()
        made.defects = defects
        return made


def _written(
    office: Office, of: Deployment, due: Callable[[Deployment], Iterable[Due]]
) -> list[str]:
    """Write what is due and was not written before; what could not be."""
    written, defects = office.ledger.keys(), []
    for one in due(of):
        if one.key in written:
            continue
        try:
            office.write(of, one)
        except Exception as defect:  # one mail must not keep the others from going
            defects.append(f"{one.kind} to {one.to.address}: {type(defect).__name__}: {defect}")
        written.add(one.key)
    return defects


def _settle_what_was_cut_off(office: Office, carrier: Carrier, at: datetime) -> None:
    """Letters whose process died between the last byte and the answer: nobody knows, unless the carrier shows it."""
    for letter in office.ledger.letters():
        if letter.state == "handing_over":
            known = {True: "accepted", False: "settled_not_sent", None: "unknown"}[
                carrier.has(letter)
            ]
            office.ledger.add(letter.id, at, known, said="the process ended before the answer came")


def _hand_over(
    office: Office,
    of: Deployment,
    carrier: Carrier,
    still: Callable[[Letter], bool],
    *,
    again: bool,
) -> Sent:
    made = Sent()
    for letter in office.ledger.letters():
        if letter.state not in OPEN:
            continue
        if not still(letter):
            office.ledger.add(letter.id, of.at, "overtaken")
            office.done(letter)
            made.overtaken.append(letter)
        elif made.stopped or not (again or _time_has_come(letter, of.at)):
            made.waiting += 1
        else:
            try:
                made.letters.append((letter, _carried(office, of, carrier, letter)))
            except NotReached as failure:
                made.stopped = str(failure)
                made.waiting += 1
    return made


def _carried(office: Office, of: Deployment, carrier: Carrier, letter: Letter) -> Answer:
    limit = carrier.largest()
    raw = office.raw(letter, light=False)
    if limit is not None and len(raw) > limit:
        raw = office.raw(letter, light=True)
    answer = carrier.carry(
        letter,
        of.postage.envelope(letter.id),
        raw,
        lambda: office.ledger.add(letter.id, of.at, "handing_over"),
    )
    if answer.what == "deferred" and letter.tries >= len(_PAUSES):
        answer = dataclasses.replace(answer, what="refused", said=f"given up: {answer.said}")
    office.ledger.add(letter.id, of.at, answer.what, answer.code, answer.said)
    if answer.what == "accepted":
        office.done(letter)
    return answer


def _time_has_come(letter: Letter, at: datetime) -> bool:
    if letter.state != "deferred" or letter.state_at is None:
        return True
    pause = _PAUSES[min(letter.tries, len(_PAUSES)) - 1]
    return at >= letter.state_at + timedelta(minutes=pause)


def _answered_to(of: Deployment, one: Due) -> Postage:
    """The settings with who is asked back about this mail."""
    if one.reply_to is None:
        return of.postage
    return dataclasses.replace(of.postage, reply_to=encoded_address(one.reply_to))


def _explained(mail: Wording, said: Words, of: Deployment, one: Due) -> Wording:
    """The mail with the line that says why someone gets it."""
    name = said.say("mail.programme")
    if one.district is not None:
        district = of.catalogue.districts[one.district]
        name = district.name if said.code == "it" else district.name_en or district.name
    why = said.say("mail.nudge.why" if one.kind == "nudge" else "mail.why", list=name)
    return dataclasses.replace(mail, small=(*mail.small, why))
