"""One question to a public interface, as it is declared.

Belongs here: the words of `request`. Does not belong here: filling them in
(`connectors/transports/questions`).
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from pipelines.catalogue.declaration import Declaration
from pipelines.catalogue.source import (
    FromEnvironment,
    is_written_secret,
    is_written_secret_parameter,
)


class Request(Declaration):
    """One question: its parameters, headers and body.

    `{start}` and `{end}` stand for the first and the last day of the window, `{after}` for the day
    after it, `{today}` for the local day of the collection, `{token}` for what the login gave. Days
    take a format, as in `{start:%d/%m/%Y}`, or `epoch` and `epoch_ms` for their midnight in UTC.
    `${NAME}` stands for a variable of the environment. All of them may stand in the address, in
    parameters, headers and bodies; other braces are left as they are.
    """

    method: Literal["GET", "POST"] = "GET"
    params: dict[str, str | FromEnvironment | tuple[str, ...]] = Field(default_factory=dict)
    """A list asks with the same parameter several times."""
    headers: dict[str, str | FromEnvironment] = Field(default_factory=dict)
    json_: dict[str, Any] | None = Field(default=None, alias="json")
    idempotent: bool = False
    """Whether a POST may be repeated after a failure; a GET always may."""

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.json_ is not None and self.method != "POST":
            raise ValueError("a 'json' body goes with 'method: POST'")
        written = [n for n, value in self.headers.items() if is_written_secret(n, value)]
        written += [n for n, value in self.params.items() if is_written_secret_parameter(n, value)]
        if written:
            raise ValueError(
                f"'{written[0]}' looks like a secret; write {{env: NAME}} or ${{NAME}}"
            )
        return self
