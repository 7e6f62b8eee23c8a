"""What holds files and is none itself: zip, gzip, signed envelopes, messages.

Belongs here: recognising containers by their bytes and opening them within limits. Does not belong
here: reading what was in them (`connectors.parsers`), keeping it (`landing`).
"""

from __future__ import annotations

from pipelines.connectors.containers.member import Member, counts
from pipelines.connectors.containers.unpacking import container_of, refusal_of, unpack

__all__ = ["Member", "container_of", "counts", "refusal_of", "unpack"]
