"""Colours of the design: contrast of every token on every ground it may stand on, and what colour-blind readers see.

Contrast is WCAG 2.1's (relative luminance); colour-blindness is simulated with the matrices of Machado, Oliveira and
Fernandes (2009), severity 1, applied to linear RGB; distances are CIE 1976 in L*a*b*.
"""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from pipelines.publishing.rendering.page_engine import tokens
from pipelines.publishing.report.sections.figures import SYMBOLS
from pipelines.settings import checkout

TEXT = {"ink", "soft", "brand", "green", "amber", "red", "grey", "none"}
"""Written with; also drawn with, which needs less."""

DRAWN = {"second"}
"""Drawn with, never written with."""

GROUNDS = {"paper", "wash", "page", "brand-wash"}
"""Written and drawn on."""

DECORATION = {"line"}
"""Rules between rows and around tiles: nothing is lost where they are not seen."""

STATUS = ("green", "amber", "red", "grey")
SEEN = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
DISTINCT = 15
"""About six times what a trained eye tells apart side by side."""

Colour = tuple[float, float, float]
THEMES = tokens(checkout() / "reports")


def linear(token: str) -> Colour:
    """Linear RGB of a hexadecimal colour."""
    parts = [int(token[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio."""
    weights = (0.2126, 0.7152, 0.0722)
    dark, light = sorted(
        sum(weight * part for weight, part in zip(weights, linear(each), strict=True))
        for each in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


def perceived(token: str, eye: str) -> Colour:
    """L*a*b* of a colour as an eye sees it."""
    rgb = [
        min(1, max(0, sum(weight * part for weight, part in zip(row, linear(token), strict=True))))
        for row in SEEN[eye]
    ]
    xyz = (
        (0.4124564 * rgb[0] + 0.3575761 * rgb[1] + 0.1804375 * rgb[2]) / 0.95047,
        0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2],
        (0.0193339 * rgb[0] + 0.1191920 * rgb[1] + 0.9503041 * rgb[2]) / 1.08883,
    )
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)  # WCAG's own example


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_has_a_role(theme: str) -> None:
    assert set(THEMES[theme]) == TEXT | DRAWN | GROUNDS | DECORATION


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_whatever_is_written_or_drawn_is_seen_wherever_it_stands(theme: str) -> None:
    colours = THEMES[theme]
    poor = {
        (ink, ground): round(contrast(colours[ink], colours[ground]), 2)
        for ink, needed in [*((each, 4.5) for each in TEXT), *((each, 3) for each in DRAWN)]
        for ground in GROUNDS
        if contrast(colours[ink], colours[ground]) < needed
    }

    assert poor == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("eye", SEEN)
def test_statuses_stay_apart_for_every_eye(theme: str, eye: str) -> None:
    colours = THEMES[theme]
    close = {
        (one, other): round(distance, 1)
        for one, other in combinations(STATUS, 2)
        if (distance := math.dist(perceived(colours[one], eye), perceived(colours[other], eye)))
        < DISTINCT
    }

    assert close == {}


def test_a_status_is_never_told_by_its_colour_alone() -> None:
    assert set(SYMBOLS) == {*STATUS, "none"}
    assert len({*SYMBOLS.values()}) == len(SYMBOLS)
