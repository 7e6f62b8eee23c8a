"""What the city says beside its figures: its own words, with name and day."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pipelines.publishing.language import Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Note


def city_comments(read: DistrictReading, words: Words) -> list[Note]:
    """The district's comment of the edition, as it was written; none where nobody said anything."""
    zone = ZoneInfo(str(read.about["timezone"]))
    return [
        Note(
            words.say(
                "comment.said",
                by=said["by"],
                day=words.day(datetime.fromisoformat(said["at"]).astimezone(zone).date()),
                text=said["text"],
            )
        )
        for said in read.reading.about.get("comments", ())
        if said["district_id"] == read.district
    ]
