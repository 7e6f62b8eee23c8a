"""Why nothing was published: errors that everyone who publishes knows."""

from __future__ import annotations


class PublicationRefused(RuntimeError):
    """Nothing was published; the message says what was expected, what happened and what to do."""


class FiguresOpen(PublicationRefused):
    """A figure shows a single holder, although everything was done to protect it."""
