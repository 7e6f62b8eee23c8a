"""What lies inside landed containers, landed as well: each file under its own hash, with a line in
the manifest that names the container and the place in it.

All members are landed, whatever a source's `members` picks today, so that another choice is read
from landing and nothing is fetched again. A process that was killed between a container and its
members leaves a container without members; the next collection opens it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipelines.catalogue.catalogue import Binding
from pipelines.collecting.deliveries import Received, received_by
from pipelines.collecting.fetch import Landing
from pipelines.collecting.paths import read_verdict, verdict_path
from pipelines.connectors.containers import Member, container_of, unpack
from pipelines.connectors.parsers import DeliveryRefused
from pipelines.landing.manifest import Attempt
from pipelines.landing.store import BlobDamaged, BlobMissing

_HEAD = 64 * 1024


def land_members(home: Path, landing: Landing, binding: Binding) -> None:
    """Open the containers of one source that were not opened under today's code and declaration.

    One that cannot be opened has no members: it is judged as a delivery, and refused with the
    reason.
    """
    if binding.source.declared is not None:
        return
    history = landing.manifest.attempts(binding.district.id, binding.source_id)
    for received in received_by(binding, history):
        judged = read_verdict(verdict_path(home, binding, received.key)) is not None
        if received.member is not None or judged:
            continue
        try:
            if container_of_head(landing.store.head(received.sha256, _HEAD)):
                found = _landed(landing, received, history)
                landing.manifest.append(found)
                history += found
        except (BlobDamaged, BlobMissing, DeliveryRefused):
            continue  # judging it says why


def taken_out_again(landing: Landing, received: Received) -> bool:
    """Whether a member whose bytes were lost could be taken out of its container once more."""
    if received.parent_sha256 is None:
        return False
    try:
        for member in unpack(landing.store.get(received.parent_sha256), received.file_name):
            if hashlib.sha256(member.body).hexdigest() == received.sha256:
                landing.store.put(member.body, personal=received.binding.is_personal)
                return True
    except (BlobDamaged, BlobMissing, DeliveryRefused):
        pass
    return False


def container_of_head(head: bytes) -> bool:
    """Whether the first bytes may be those of a container; a zip shows only as a whole."""
    return head.startswith(b"PK") or container_of(head) is not None


def _landed(landing: Landing, received: Received, history: list[Attempt]) -> list[Attempt]:
    """New lines of the manifest for the members of one container, none where it is no container."""
    blob = landing.store.get(received.sha256)
    if container_of(blob) is None:
        return []
    parent = next(one for one in history if one.sha256 == received.sha256)
    known = {one.sha256 for one in history if one.sha256 is not None}
    told = {
        (one.member, one.sha256, one.error_code)
        for one in history
        if one.parent_sha256 == received.sha256
    }
    found = []
    for member in unpack(blob, received.file_name):
        line = _line(parent, member, known)
        if (line.member, line.sha256, line.error_code) not in told:
            if line.sha256 is not None:
                landing.store.put(member.body, personal=received.binding.is_personal)
            found.append(line)
        known.add(line.sha256 or "")
    return found


def _line(parent: Attempt, member: Member, known: set[str]) -> Attempt:
    """One member as the manifest tells it: it arrived when its container did."""
    place = {
        "district_id": parent.district_id,
        "source_id": parent.source_id,
        "dataset": parent.dataset,
        "at": parent.at,
        "location": parent.location,
        "remote_name": f"{parent.remote_name}/{member.path}",
        "parent_sha256": parent.sha256,
        "member": member.path,
    }
    if member.refusal is not None:
        code, said = member.refusal.code, member.refusal.message_en[:500]
        return Attempt(**place, outcome="error", error_code=code, error_text=said)  # type: ignore[arg-type]
    sha256 = hashlib.sha256(member.body).hexdigest()
    outcome = "same_content" if sha256 in known else "new"
    return Attempt(**place, outcome=outcome, sha256=sha256, size=len(member.body))  # type: ignore[arg-type]
