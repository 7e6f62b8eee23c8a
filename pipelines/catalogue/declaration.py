"""The base of every declaration, and how a mistake says where it stands.

A declaration that is not meaningful refuses to load, with file, line, field and the accepted names:

    districts/parma.yaml:14: sources.water.with.read.decimal: ';' is not accepted. Use ',' or '.'.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml.error import YAMLError

from pipelines.catalogue.yaml_document import Block, Items, read_document


class Declaration(BaseModel):
    """A frozen, strict declaration: a key it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Bilingual(Declaration):
    """A text for readers, in both languages of every report."""

    it: str
    en: str

    def __getitem__(self, language: str) -> str:
        """The text in one language, 'it' or 'en'."""
        return str(getattr(self, language))


def in_both(text: object) -> object:
    """One text for both languages, where it is declared once."""
    return {"it": text, "en": text} if isinstance(text, str) else text


class DeclarationError(ValueError):
    """What is wrong in a declaration, one line per mistake, each with file, line and field."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = list(mistakes)
        super().__init__("\n".join(self.mistakes))


D = TypeVar("D", bound=BaseModel)

_PLAINLY = {
    "string_type": "it must be one text; write it in quotes",
    "model_type": "it must be a block of 'key: value' lines",
    "dict_type": "it must be a block of 'key: value' lines",
    "tuple_type": "it must be a list, like [a, b]",
    "list_type": "it must be a list, like [a, b]",
    "string_too_short": "it must not be empty",
}
"""What pydantic says of common mistakes, in the words of the person who writes the file."""


def read_yaml(path: Path) -> Any:
    """One YAML document with its line numbers kept; nobody may change it.

    Raises:
        DeclarationError: where the file is not YAML, with the line the parser stopped at.
    """
    state = path.stat()
    return _read_yaml(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)  # one process reads a file many times
def _read_yaml(path: Path, changed_ns: int, size: int) -> Any:  # noqa: ARG001 - they tell versions apart
    try:
        return read_document(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        problem = problem.partition(" with value ")[0]  # of a key that stands twice: no need to say
        raise DeclarationError([f"{shown(path)}:{line}: not valid YAML: {problem}."]) from error
    except UnicodeDecodeError as error:
        raise DeclarationError([f"{shown(path)}:1: not UTF-8 text: {error.reason}."]) from error


def declare(model: type[D], document: Any, path: Path, prefix: tuple[str | int, ...] = ()) -> D:
    """A typed declaration from one YAML document or a part of it.

    Args:
        model: What the document must be.
        document: As `read_yaml` gave it.
        path: The file, for the messages.
        prefix: Where in the file the document stands, for the messages.

    Raises:
        DeclarationError: one line per mistake.
    """
    if document is None and not prefix and _required(model):
        said = f"the file is empty. It needs at least {', '.join(_required(model))}."
        raise DeclarationError([f"{shown(path)}:1: {said}"])
    if document is None:
        document = {}
    try:
        return model.model_validate(plain(document))
    except ValidationError as error:
        raise DeclarationError(
            _said(model, document, path, prefix, mistake)
            for mistake in error.errors()
            if not _follows(mistake, error.errors())
        ) from error


def plain(node: Any) -> Any:
    """The document as ordinary lists and dicts."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str | bytes):
        return [plain(value) for value in node]
    return node


def line_of(document: Any, where: Sequence[str | int]) -> int:
    """The 1-based line of a field, or of the closest thing around it that has one."""
    node = document
    line = node.line if isinstance(node, Block | Items) else 1
    for step in where:
        if isinstance(node, Block) and step in node:
            line = node.lines.get(step, line)
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node):
            line = node.lines[step]
        else:
            continue  # pydantic names union members on the way; the YAML has no such level
        node = node[step]
    return line


def shown(path: Path) -> str:
    """The path as a person would type it: relative to where they stand, where that is possible."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def did_you_mean(wrong: str, accepted: Iterable[str]) -> str:
    """The accepted names, the closest one first where there is a close one."""
    names = sorted(accepted)
    close = difflib.get_close_matches(wrong, names, n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    return f"{hint} Accepted: {', '.join(names)}."


def _required(model: type[BaseModel]) -> list[str]:
    fields = model.model_fields.items()
    return [field.alias or name for name, field in fields if field.is_required()]


def _follows(mistake: Any, mistakes: Sequence[Any]) -> bool:
    """Whether a list is only too short because what stands in it is wrong."""
    where = tuple(mistake["loc"])
    return mistake["type"] == "too_short" and any(
        tuple(other["loc"])[: len(where)] == where and other is not mistake
        for other in mistakes
        if other["type"] != "too_short"
    )


def _said(
    model: type[BaseModel],
    document: Any,
    path: Path,
    prefix: tuple[str | int, ...],
    mistake: Any,
) -> str:
    where = tuple(mistake["loc"])
    field = ".".join(str(step) for step in (*prefix, *where)) or "the file"
    plainly = _PLAINLY.get(mistake["type"])
    said = plainly or mistake["msg"].removeprefix("Value error, ").rstrip(".")
    if mistake["type"] == "string_pattern_mismatch":
        said = f"'{mistake['input']}' does not match {mistake['ctx']['pattern']}"
    if mistake["type"] == "extra_forbidden":
        known = _fields_at(model, where[:-1])
        said = f"'{where[-1]}' is not a known key.{did_you_mean(str(where[-1]), known)}".rstrip(".")
    return f"{shown(path)}:{line_of(document, where)}: {field}: {said}."


def _fields_at(model: type[BaseModel], where: Sequence[str | int]) -> list[str]:
    """The accepted keys at one place of a model, as far as plain nesting goes."""
    current: type[BaseModel] | None = model
    for step in where:
        found = None
        for candidate in _models_in(current, str(step)) if current else []:
            found = candidate
            break
        if found is None and isinstance(step, int):
            continue
        current = found or current
    assert current is not None  # noqa: S101 - starts as a model and only ever becomes another one
    return [field.alias or name for name, field in current.model_fields.items()]


def _models_in(model: type[BaseModel], name: str) -> list[type[BaseModel]]:
    for field_name, field in model.model_fields.items():
        if name in (field_name, field.alias):
            return _models_of(field.annotation)
    return []


def _models_of(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in getattr(annotation, "__args__", ()) for found in _models_of(part)]
