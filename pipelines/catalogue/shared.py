"""What is declared for every district: the catalogue's own files and those a deployment adds.

Belongs here: finding and reading them. Does not belong here: districts, which refer to them
(`catalogue`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipelines.catalogue.dataset import Dataset
from pipelines.catalogue.declaration import (
    DeclarationError,
    declare,
    read_yaml,
    shown,
)
from pipelines.catalogue.formats import read_formats
from pipelines.catalogue.kpi import Kpi, kpis

SHARED = Path(__file__).parent


def shared_declarations(districts_folder: Path) -> tuple[dict[str, Dataset], dict[str, Any]]:
    """Datasets, and documents of formats, that are declared for every district of a deployment.

    Raises:
        DeclarationError: every mistake found, one line each.
    """
    mistakes: list[str] = []
    datasets = datasets_of(districts_folder, mistakes)
    formats = documents_of("formats", read_formats, districts_folder, mistakes)
    if mistakes:
        raise DeclarationError(mistakes)
    return datasets, formats


def kpis_of(districts_folder: Path, mistakes: list[str]) -> dict[str, Kpi]:
    """The KPIs of a deployment; what is wrong with them joins the mistakes."""
    try:
        return kpis(districts_folder)
    except DeclarationError as error:
        mistakes += error.mistakes
        return {}


def datasets_of(districts_folder: Path, mistakes: list[str]) -> dict[str, Dataset]:
    """Shared datasets and the deployment's own; what is wrong with them joins the mistakes."""
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


def documents_of(
    kind: str,
    read: Callable[[Path], Mapping[str, Any]],
    districts_folder: Path,
    mistakes: list[str],
) -> dict[str, Any]:
    """Shared documents of one kind and the deployment's own, which may not redefine shared ones."""
    try:
        shared, own = read(SHARED / kind), read(districts_folder / kind)
    except DeclarationError as error:
        mistakes += error.mistakes
        return {}
    for name in sorted(set(shared) & set(own)):
        file = f"{name}.yaml"
        mistakes.append(_twice(districts_folder / kind / file, name, SHARED / kind / file))
    return {**own, **shared}


def _twice(path: Path, name: str, first: Path) -> str:
    return f"{shown(path)}:1: id: '{name}' is already declared in {shown(first)}."
