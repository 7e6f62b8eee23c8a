"""Page one's two boxes: what changed in figures already published, what is missing and who can send it."""

from __future__ import annotations

from pipelines.publishing.language import Words
from pipelines.publishing.reading import DistrictReading
from pipelines.publishing.report.document import Boxes
from pipelines.publishing.report.sections.gaps import missing_box
from pipelines.publishing.report.sections.revisions import revised_box


def revised_and_missing(read: DistrictReading, words: Words) -> Boxes:
    """Both boxes, side by side."""
    return Boxes((revised_box(read, words), missing_box(read, words)))
