"""What makes a Theory of Change whole: every node on a way from an activity to an impact, every link with a KPI.

Belongs here: reading the files beside the districts', and the checks over a whole chain. Does not belong here: what a
node or a link may say by itself (`theory.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from pipelines.catalogue.declaration import (
    DeclarationError,
    declare,
    did_you_mean,
    line_of,
    read_yaml,
    shown,
)
from pipelines.catalogue.district import District
from pipelines.catalogue.kpi import Kpi
from pipelines.catalogue.target import Target
from pipelines.catalogue.theory import STEPS, Indicator, Theory

FOLDER = "theory_of_change"
_SCALES = {"%": (Decimal(-100), Decimal(100)), "score": (Decimal(0), Decimal(100)),
           "stage": (Decimal(0), Decimal(5))}  # fmt: skip
"""Units with ends; a target beyond them is a slip of the pen."""
_NEAR = Decimal("0.01")
"""How far a rounded target may lie from the end of a declared path, as a share of it."""

Where = Sequence[str | int]
Mistake = tuple[Where, str]


def theories(
    folder: Path,
    districts: Mapping[str, District],
    kpis: Mapping[str, Kpi],
    mistakes: list[str],
) -> dict[str, Theory]:
    """The Theory of Change of each district that has one; what is wrong with them joins the mistakes.

    Args:
        folder: The folder of the district files; `theory_of_change/*.yaml` in it.
        districts: Districts that could be read.
        kpis: KPIs that could be read; without any, nothing is checked against them.
        mistakes: Where mistakes go, one line each.
    """
    found: dict[str, Theory] = {}
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        try:
            document = read_yaml(path)
            theory = declare(Theory, document, path)
        except DeclarationError as error:
            mistakes += error.mistakes
            continue
        if theory.district not in districts:
            if (folder / f"{theory.district}.yaml").is_file():
                continue  # what is wrong with that file is said already
            said = did_you_mean(theory.district, districts)
            mistakes.append(
                f"{shown(path)}:{line_of(document, ('district',))}: district:"
                f" '{theory.district}' is no district here.{said}"
            )
            continue
        if theory.district in found:
            mistakes.append(
                f"{shown(path)}:1: district: {theory.district} has a Theory of Change already."
            )
            continue
        found[theory.district] = theory
        mistakes += [
            f"{shown(path)}:{line_of(document, where)}: {'.'.join(map(str, where))}: {said}."
            for where, said in _amiss(theory, districts[theory.district], kpis)
        ]
    return found


def _amiss(theory: Theory, district: District, kpis: Mapping[str, Kpi]) -> Iterator[Mistake]:
    yield from _unknown_names(theory, kpis)
    yield from _links(theory)
    yield from _off_the_way(theory)
    for code, indicator in theory.indicators.items():
        if code in kpis:
            yield from _targets(code, indicator, kpis[code], district.targets)
    versions = {version.version: version for version in district.boundary}
    if theory.boundary_version is not None and theory.boundary_version not in versions:
        said = did_you_mean(theory.boundary_version, versions).rstrip(".")
        yield ("boundary_version",), f"'{theory.boundary_version}' is no version of it.{said}"


def _unknown_names(theory: Theory, kpis: Mapping[str, Kpi]) -> Iterator[Mistake]:
    for name, node in theory.nodes.items():
        if node.field is not None and node.field not in theory.fields:
            said = did_you_mean(node.field, theory.fields).rstrip(".")
            yield ("nodes", name, "field"), f"'{node.field}' is not under 'fields'.{said}"
    for code in theory.indicators:
        if kpis and code not in kpis:
            said = did_you_mean(code, kpis).rstrip(".")
            yield ("indicators", code), f"no KPI is called '{code}'.{said}"
        if code not in {link.kpi for link in theory.links.values()}:
            yield ("indicators", code), "no link is shown by this KPI"
    for name, link in theory.links.items():
        if link.kpi not in theory.indicators:
            said = did_you_mean(link.kpi, theory.indicators).rstrip(".")
            yield ("links", name, "kpi"), f"'{link.kpi}' has no targets under 'indicators'.{said}"


def _links(theory: Theory) -> Iterator[Mistake]:
    """Every link leads from a node that is there to one of the next step, and once."""
    after = _after(theory)
    seen: dict[tuple[str, str], str] = {}
    for name, link in theory.links.items():
        unknown = [(key, end) for key, end in (("from", link.from_), ("to", link.to))
                   if end not in theory.nodes]  # fmt: skip
        for key, end in unknown:
            said = did_you_mean(end, theory.nodes).rstrip(".")
            yield ("links", name, key), f"no node is called '{end}'.{said}"
        if unknown:
            continue
        start, end = theory.nodes[link.from_].step, theory.nodes[link.to].step
        if link.from_ == link.to or link.from_ in _reached([link.to], after):
            yield ("links", name), f"it leads in a circle, from '{link.from_}' back to itself"
        elif STEPS.index(end) <= STEPS.index(start):
            yield ("links", name), f"it leads backwards, from {start} to {end}"
        elif STEPS.index(end) > STEPS.index(start) + 1:
            between = STEPS[STEPS.index(start) + 1]
            yield ("links", name), f"it leaps from {start} to {end}: say the {between} between them"
        if (link.from_, link.to) in seen:
            yield ("links", name), f"{seen[link.from_, link.to]} leads the same way already"
        seen[link.from_, link.to] = name


def _off_the_way(theory: Theory) -> Iterator[Mistake]:
    """Nodes that nothing leads to, and nodes that lead to no impact."""
    after = _after(theory)
    before: dict[str, list[str]] = defaultdict(list)
    for name, following in after.items():
        for each in following:
            before[each].append(name)
    starts = [name for name, node in theory.nodes.items() if node.step == "activity"]
    ends = [name for name, node in theory.nodes.items() if node.step == "impact"]
    begun, ended = _reached(starts, after), _reached(ends, before)
    for name in theory.nodes:
        if name not in begun:
            yield ("nodes", name), "no activity leads to it"
        if name not in ended:
            yield ("nodes", name), "no way leads from it to an impact"


def _after(theory: Theory) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for link in theory.links.values():
        found[link.from_].append(link.to)
    return found


def _reached(starts: Sequence[str], after: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += after.get(name, ())
    return found


def _targets(
    code: str, indicator: Indicator, kpi: Kpi, declared: Sequence[Target]
) -> Iterator[Mistake]:
    """Targets go the way the KPI is to go, within its scale, and where the district's own target goes."""
    where = ("indicators", code)
    if kpi.direction == "context":
        yield where, f"{code} tells of circumstances and has no better or worse"
        return
    points = indicator.points()
    for (year, value), (later, other) in pairwise(points):
        worse = other < value if kpi.direction == "higher" else other > value
        if worse:
            yield (
                where,
                (
                    f"{later} ({other}) is worse than {year} ({value}): {code} is to go {kpi.direction}"
                ),
            )
    low, high = _SCALES.get(kpi.unit, (None, None))
    for year, value in points:
        if low is not None and high is not None and not low <= value <= high:
            yield where, f"{value} in {year} is no value of {code}, which goes from {low} to {high}"
    yield from _beside_the_district(where, code, indicator, declared)


def _beside_the_district(
    where: Where, code: str, indicator: Indicator, declared: Sequence[Target]
) -> Iterator[Mistake]:
    """A report has one target for a KPI: the district's file and its Theory of Change say the same for 2030."""
    own = [target for target in declared if target.kpi == code and target.path is not None]
    last = max(indicator.targets)
    newest = max(own, key=lambda target: str(target.declared_on or ""), default=None)
    if newest is None or newest.by != last:
        return
    ends = newest.value
    if newest.path == "linear" and newest.baseline_value is not None and newest.reduction:
        ends = newest.baseline_value * (1 - newest.reduction)
    if ends is not None and abs(indicator.targets[last] - ends) > abs(ends) * _NEAR:
        yield (
            where,
            (
                f"{indicator.targets[last]} in {last}, and the district's own target is {ends.normalize():f}:"
                " they must be one"
            ),
        )
