"""Everything declared, loaded together and checked against each other.

Belongs here: finding the files, cross-references between declarations. Does not belong here: what a
single declaration may say (its own module).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.declaration import (
    DeclarationError,
    declare,
    did_you_mean,
    line_of,
    read_yaml,
    shown,
)
from pipelines.catalogue.district import District, Source
from pipelines.catalogue.formats import Format, format_of, laid_over, mismatches, read_formats
from pipelines.catalogue.kpi import Kpi, kpis

SHARED = Path(__file__).parent


@dataclass(frozen=True)
class Binding:
    """One source of one district with all that is declared about it."""

    district: District
    source_id: str
    source: Source
    dataset: Dataset
    format: Format

    @cached_property
    def declaration_sha256(self) -> str:
        """Hash of what decides how bytes of this source are read."""
        said = {
            "district": self.district.id,
            "source": self.source_id,
            "timezone": self.district.timezone,
            "dataset": self.dataset.model_dump(mode="json"),
            "format": self.format.model_dump(mode="json"),
            "known_from": str(self.source.known_from),
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @property
    def cadence(self) -> str:
        """How often a delivery is due: the source's own word, else the dataset's."""
        return self.source.cadence or self.dataset.cadence

    @property
    def expected_after_days(self) -> int:
        """Days after the end of a period by which its delivery is due."""
        own = self.source.expected_after_days
        return self.dataset.expected_after_days if own is None else own

    def __str__(self) -> str:
        return f"{self.district.id}.{self.source_id}"


@dataclass(frozen=True)
class Catalogue:
    """The shared declarations and the districts of one deployment."""

    datasets: dict[str, Dataset]
    districts: dict[str, District]
    bindings: tuple[Binding, ...]

    def bindings_of(
        self, dataset: str | None = None, districts: tuple[str, ...] = ()
    ) -> Iterator[Binding]:
        """Bindings in declared order, of one dataset or all, of some districts or all."""
        for binding in self.bindings:
            if dataset in (None, binding.dataset.id) and (
                not districts or binding.district.id in districts
            ):
                yield binding


def load(districts_folder: Path) -> Catalogue:
    """Every declaration of a deployment.

    Args:
        districts_folder: District files `*.yaml`; a deployment may keep its own `datasets/` and
            `formats/` in it,
            which add to the shared ones.

    Raises:
        DeclarationError: every mistake found, one line each with file, line and field.
    """
    mistakes: list[str] = []
    datasets = _datasets(districts_folder, mistakes)
    formats = _formats(districts_folder, mistakes)
    measured = _kpis(districts_folder, mistakes)
    districts: dict[str, District] = {}
    declared_in: dict[str, Path] = {}
    bindings: list[Binding] = []
    if not districts_folder.is_dir():
        raise DeclarationError(
            [f"{shown(districts_folder)}: there is no such folder of district files."]
        )
    for path in sorted(districts_folder.glob("*.yaml")):
        try:
            document = read_yaml(path)
            district = declare(District, document, path)
        except DeclarationError as error:
            mistakes += error.mistakes
            continue
        if district.id in districts:
            first = shown(declared_in[district.id])
            said = f"id: '{district.id}' is already the id of another district file, {first}"
            mistakes.append(f"{shown(path)}:{line_of(document, ('id',))}: {said}.")
            continue
        districts[district.id], declared_in[district.id] = district, path
        mistakes += _unknown_targets(district, measured, path, document)
        bindings += _bindings(district, datasets, formats, path, document, mistakes)
    if not districts and not mistakes:
        said = "no district file (*.yaml). Copy one from districts/."
        mistakes.append(f"{shown(districts_folder)}: {said}")
    if mistakes:
        raise DeclarationError(mistakes)
    return Catalogue(datasets, districts, tuple(bindings))


def _bindings(
    district: District,
    datasets: dict[str, Dataset],
    formats: dict[str, Any],
    path: Path,
    document: Any,
    mistakes: list[str],
) -> Iterator[Binding]:
    for source_id, source in district.sources.items():
        try:
            yield _bound(district, source_id, source, datasets, formats, path, document)
        except DeclarationError as error:
            mistakes += error.mistakes
    for position, absent in enumerate(district.not_collected):
        if absent.dataset not in datasets:
            where = ("not_collected", position, "dataset")
            mistakes.append(_unknown(path, document, where, absent.dataset, datasets))


def _kpis(districts_folder: Path, mistakes: list[str]) -> dict[str, Kpi]:
    try:
        return kpis(districts_folder)
    except DeclarationError as error:
        mistakes += error.mistakes
        return {}


def _unknown_targets(
    district: District, measured: Mapping[str, Kpi], path: Path, document: Any
) -> Iterator[str]:
    if not measured:
        return  # the mistakes in the KPIs are said already
    for position, target in enumerate(district.targets):
        if target.kpi not in measured:
            where = ("targets", position, "kpi")
            yield _unknown(path, document, where, target.kpi, measured)


def _datasets(districts_folder: Path, mistakes: list[str]) -> dict[str, Dataset]:
    found: dict[str, Dataset] = {}
    origin: dict[str, Path] = {}
    folders = (SHARED / "datasets", districts_folder / "datasets")
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        try:
            declared = declare(Dataset, read_yaml(path), path)
        except DeclarationError as error:
            mistakes += error.mistakes
            continue
        if declared.id in found:
            mistakes.append(_twice(path, declared.id, origin[declared.id]))
            continue
        found[declared.id], origin[declared.id] = declared, path
    return found


def _formats(districts_folder: Path, mistakes: list[str]) -> dict[str, Any]:
    try:
        shared, own = read_formats(SHARED / "formats"), read_formats(districts_folder / "formats")
    except DeclarationError as error:
        mistakes += error.mistakes
        return {}
    for name in sorted(set(shared) & set(own)):
        mistakes.append(
            _twice(
                districts_folder / "formats" / f"{name}.yaml",
                name,
                SHARED / "formats" / f"{name}.yaml",
            )
        )
    return {**own, **shared}


def _twice(path: Path, name: str, first: Path) -> str:
    return f"{shown(path)}:1: id: '{name}' is already declared in {shown(first)}."


def _bound(
    district: District,
    source_id: str,
    source: Source,
    datasets: dict[str, Dataset],
    formats: dict[str, Any],
    path: Path,
    document: Any,
) -> Binding:
    where = ("sources", source_id)
    if source.dataset not in datasets:
        raise DeclarationError(
            [_unknown(path, document, (*where, "dataset"), source.dataset, datasets)]
        )
    name = source.format or "declared_rows"
    if name not in formats:
        raise DeclarationError([_unknown(path, document, (*where, "format"), name, formats)])
    dataset = datasets[source.dataset]
    line = line_of(document, (*where, "with" if source.with_ else "dataset"))
    try:
        form = format_of(laid_over(formats[name], source.with_), path, (*where, "with"))
    except (
        DeclarationError
    ) as error:  # the merged format has no lines; the binding's own is where to look
        raise DeclarationError(m.replace(":1:", f":{line}:", 1) for m in error.mistakes) from error
    amiss = mismatches(form, dataset)
    if amiss:
        field = ".".join(where)
        raise DeclarationError(
            f"{shown(path)}:{line}: {field}: {said.rstrip('.')}." for said in amiss
        )
    return Binding(district, source_id, source, dataset, form)


def _unknown(
    path: Path,
    document: Any,
    where: tuple[str | int, ...],
    name: str,
    accepted: Mapping[str, object],
) -> str:
    field = ".".join(map(str, where))
    said = did_you_mean(name, accepted).rstrip(".")
    return f"{shown(path)}:{line_of(document, where)}: {field}: '{name}' is not declared.{said}."
