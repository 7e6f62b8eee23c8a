"""Everything declared, loaded together and checked against each other.

Belongs here: districts and their cross-references. Does not belong here: what a single declaration
may say (its own module), what all districts share (`shared`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
from pipelines.catalogue.district import District
from pipelines.catalogue.formats import Format, format_of, laid_over, mismatches, read_formats
from pipelines.catalogue.kpi import Kpi
from pipelines.catalogue.service import Service, read_services, service_of
from pipelines.catalogue.shared import datasets_of, documents_of, kpis_of
from pipelines.catalogue.source import Source
from pipelines.catalogue.survey_items import design_mistakes
from pipelines.catalogue.theory import Theory
from pipelines.catalogue.theory_chain import theories

_OWN_SERVICE = {
    "id": "own",
    "name": {"it": "Interfaccia del distretto", "en": "The district's own interface"},
    "description": "Declared in the district's file alone.",
}
"""What a source's `ask` is laid over where no shared service fits."""


@dataclass(frozen=True)
class Binding:
    """One source of one district with all that is declared about it."""

    district: District
    source_id: str
    source: Source
    dataset: Dataset
    format: Format
    service: Service | None = None

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
            "members": self.source.members,
            "drift": self.source.drift.model_dump(mode="json"),
            "unknown_points": self.source.unknown_points,
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @property
    def is_personal(self) -> bool:
        """Whether its deliveries hold what people said, and only this account may read them."""
        return self.source.personal_data or self.dataset.personal_data

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
    theories: dict[str, Theory] = dataclasses.field(default_factory=dict)
    """The Theory of Change of each district that declares one."""

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
    datasets = datasets_of(districts_folder, mistakes)
    formats = documents_of("formats", read_formats, districts_folder, mistakes)
    services = documents_of("services", read_services, districts_folder, mistakes)
    declared = _Declared(datasets, formats, services)
    measured = kpis_of(districts_folder, mistakes)
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
        own = list(_bindings(district, declared, path, document, mistakes))
        mistakes += _unknown_surveys(district, own, path, document)
        bindings += own
    if not districts and not mistakes:
        said = "no district file (*.yaml). Copy one from districts/."
        mistakes.append(f"{shown(districts_folder)}: {said}")
    changes = theories(districts_folder, districts, measured, mistakes)
    if mistakes:
        raise DeclarationError(mistakes)
    return Catalogue(datasets, districts, tuple(bindings), changes)


@dataclass(frozen=True)
class _Declared:
    """What a binding may refer to."""

    datasets: dict[str, Dataset]
    formats: dict[str, Any]
    services: dict[str, Any]


def _bindings(
    district: District,
    declared: _Declared,
    path: Path,
    document: Any,
    mistakes: list[str],
) -> Iterator[Binding]:
    for source_id, source in district.sources.items():
        try:
            yield _bound(district, source_id, source, declared, path, document)
        except DeclarationError as error:
            mistakes += error.mistakes
    for position, absent in enumerate(district.not_collected):
        if absent.dataset not in declared.datasets:
            where = ("not_collected", position, "dataset")
            mistakes.append(_unknown(path, document, where, absent.dataset, declared.datasets))


def _unknown_targets(
    district: District, measured: Mapping[str, Kpi], path: Path, document: Any
) -> Iterator[str]:
    if not measured:
        return  # the mistakes in the KPIs are said already
    for position, target in enumerate(district.targets):
        if target.kpi not in measured:
            where = ("targets", position, "kpi")
            yield _unknown(path, document, where, target.kpi, measured)


def _unknown_surveys(
    district: District, own: list[Binding], path: Path, document: Any
) -> Iterator[str]:
    for field, said in design_mistakes(district, own):
        where = tuple(int(part) if part.isdecimal() else part for part in field.split("."))
        yield f"{shown(path)}:{line_of(document, where)}: {field}: {said.rstrip('.')}."


def _bound(
    district: District,
    source_id: str,
    source: Source,
    declared: _Declared,
    path: Path,
    document: Any,
) -> Binding:
    where = ("sources", source_id)
    form_name = source.format or "declared_rows"
    for field, name, accepted in (
        ("dataset", source.dataset, declared.datasets),
        ("format", form_name, declared.formats),
        ("service", source.service, declared.services),
    ):
        if name is not None and name not in accepted:
            raise DeclarationError([_unknown(path, document, (*where, field), name, accepted)])
    dataset = declared.datasets[source.dataset]
    line = line_of(document, (*where, "with" if source.with_ else "dataset"))
    with _at_line(line):  # what is laid over has no lines of its own; the binding's are the place
        over = laid_over(declared.formats[form_name], source.with_)
        form = format_of(over, path, (*where, "with"))
    service = None
    if source.service is not None or source.ask:
        with _at_line(line_of(document, (*where, "ask" if source.ask else "service"))):
            base = declared.services[source.service] if source.service else _OWN_SERVICE
            service = service_of(laid_over(base, source.ask), path, (*where, "ask"))
    amiss = mismatches(form, dataset)
    if source.vanished is not None and (service is None or service.window is None):
        amiss.append("vanished: only an interface that is asked for windows of days has it")
    if amiss:
        field = ".".join(where)
        raise DeclarationError(
            f"{shown(path)}:{line}: {field}: {said.rstrip('.')}." for said in amiss
        )
    return Binding(district, source_id, source, dataset, form, service)


@contextmanager
def _at_line(line: int) -> Iterator[None]:
    try:
        yield
    except DeclarationError as error:
        raise DeclarationError(m.replace(":1:", f":{line}:", 1) for m in error.mistakes) from error


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
