"""R15: a secret is hidden however an address, JSON or a cut message writes it."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus, urlencode

import pytest

from pipelines.connectors.transports.redaction import redacted

SECRET = 'canary-1 "è/+%\\5'


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe="").lower(),
        quote_plus(SECRET),
        urlencode({"q": SECRET}, safe="*/:,-{}"),
        urlencode({"q": SECRET}, safe=":/,()*'$@!;"),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
    ],
)
def test_r15_a_secret_is_hidden_in_every_quoting(written: str) -> None:
    assert "canary" not in redacted(f"refused {written} there", [SECRET])


def test_r15_the_beginning_of_a_secret_where_a_message_was_cut_is_hidden() -> None:
    assert redacted("bad password canary-1", [SECRET]) == "bad password ***"


def test_r15_what_follows_the_scheme_of_a_header_is_hidden_by_itself() -> None:
    assert redacted("no canary-token here", ["Bearer canary-token"]) == "no *** here"
