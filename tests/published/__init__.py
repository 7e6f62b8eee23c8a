"""Plausible marts of four districts and thirty months, the same on every run, for tests of publishing.

Belongs here: `view/marts`, `view/declared` and `view/collected` as the warehouse leaves them. Figures are invented;
KPI declarations are the real ones. Prato is complete but for its water, Parma is ahead of its path, Bergamo has two
firms (so its energy is hidden), Roma has registers and a survey and no meters.
"""

from __future__ import annotations

from tests.published.districts import DISTRICTS, known_at
from tests.published.view import deployment

__all__ = ["DISTRICTS", "deployment", "known_at"]
