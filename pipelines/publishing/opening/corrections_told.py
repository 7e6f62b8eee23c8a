"""The entries of the register of corrections that stand in a figure, in words.

Belongs here: one line per entry. Does not belong here: which entries they are (`explanation.py`).
"""

from __future__ import annotations

from pipelines.publishing.language import DASH, Words
from pipelines.publishing.opening.explanation import Explanation


def corrections_told(explanation: Explanation, said: Words) -> list[str]:
    """«Correzione PAR-C-03, agosto 2026 (bills): vale il valore che riteniamo giusto, come stima; lettera …»."""
    return [
        said.say(
            "explain.correction",
            id=row["correction_id"],
            month=said.month(row["month"]),
            source=row["about_source"],
            state=said.named("correction_state", row["state"]),
            letter=row["letter"] or DASH,
        )
        for row in explanation.corrections
    ]
