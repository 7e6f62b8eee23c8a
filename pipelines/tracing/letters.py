"""The letter to a provider on disk: page, text and workbook, with what stood in the rows that it sent.

Belongs here: putting a letter together and writing it. Does not belong here: what it says (`registers/letter.py`).
It quotes landed files, so it is written on the city's machine and in no edition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.catalogue.catalogue import Binding
from pipelines.landing.files import whole
from pipelines.publishing.language import words
from pipelines.publishing.registers.letter import Asked, letter
from pipelines.publishing.registers.letter_workbook import letter_workbook
from pipelines.publishing.rendering.letter_page import letter_page, letter_text
from pipelines.settings import Settings
from pipelines.tracing.raw_text import Place, stood_in


@dataclass(frozen=True)
class WrittenLetter:
    """The files of one letter, the reference to be quoted, and whether it asks for nothing."""

    reference: str
    files: tuple[Path, ...]
    is_empty: bool


def write_letter(
    settings: Settings,
    binding: Binding,
    language: str,
    at: datetime,
    into: Path | None = None,
) -> WrittenLetter:
    """Write the letter about one source as of the view.

    Args:
        settings: The deployment.
        binding: The source.
        language: 'it' or 'en'.
        at: The day on the letter.
        into: The folder; `letters/<district>/<source>` of the deployment where it is not said.

    Raises:
        ValueError: of what people said of themselves nothing goes out.
    """

    def raw_text(places: Sequence[Place]) -> dict[Place, str]:
        return stood_in(settings.landing, binding, places)

    today = at.astimezone(binding.district.zone).date()
    said = words(language, settings.reports / "text")
    collected = settings.view / "collected"
    made = letter(Asked(binding, collected, settings.expectations, said, today, raw_text))
    folder = into or settings.home / "letters" / binding.district.id / binding.source_id
    name = f"{today}-{binding.district.id}-{binding.source_id}-{language}"
    workbook = f"{name}.xlsx"
    bodies = {
        f"{name}.html": letter_page(made, workbook, settings.reports),
        f"{name}.txt": letter_text(made, workbook, settings.reports),
        workbook: letter_workbook(made),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file, body in bodies.items():
        with whole(folder / file) as temporary:
            temporary.write_bytes(body)
    return WrittenLetter(made.reference, tuple(folder / file for file in bodies), made.is_empty)
