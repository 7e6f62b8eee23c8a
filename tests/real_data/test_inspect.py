"""`nzd source inspect` over every real file: it never fails, and what it proposes passes the check
once a person has saved it.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipelines.catalogue.catalogue import load
from pipelines.catalogue.shared import shared_declarations
from pipelines.connectors.inspecting import inspected
from pipelines.settings import checkout

DATA = Path(os.environ.get("NZD_REAL_DATA") or checkout().parent / "shared" / "data")
FILES = sorted(path for path in DATA.rglob("*") if path.is_file()) if DATA.is_dir() else []
DATASETS, FORMATS = shared_declarations(checkout() / "districts")
NOT_ROWS = {
    "README.md", "electricitymaps_zone_IT-CNO.yaml", "it_arera_portale_consumi_letture_gas_HEADER.csv",
    "it_arera_portale_consumi_letture_luce_HEADER.csv", "uk_energysparks_banes_example.xls",
}  # fmt: skip
"""Files without rows, or of kinds with a reader of their own: what is seen is said, no more."""

DISTRICT = """\
id: prova
name: Prova
city: Prova
boundary:
  - {version: "1", valid_from: 2024-01-01, municipalities: ["100005"],
     description: {it: prova, en: test}}
"""


def saved_and_checked(text: str, folder: Path) -> None:
    """What a person does: the format into its file, the binding into the district's, `nzd check`."""
    form, _, binding = text.rpartition("\n---\n")
    (folder / "formats").mkdir(parents=True)
    if form:
        document = YAML(typ="safe").load(form)
        (folder / "formats" / f"{document['id']}.yaml").write_text(form, encoding="utf-8")
    (folder / "prova.yaml").write_text(f"{DISTRICT}{binding}\n", encoding="utf-8")
    load(folder)


@pytest.mark.skipif(not FILES, reason=f"the real files are not at {DATA}")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_real_file_is_looked_at_and_what_is_proposed_passes_the_check(
    path: Path, tmp_path: Path
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = inspected(path.read_bytes(), path.name, DATASETS, FORMATS)

    assert text.startswith(f"# {path.name}: {path.stat().st_size:,} bytes")
    if "\nsources:" in text:
        assert "# CHECK:" in text
        saved_and_checked(text, tmp_path / "districts")
    else:
        assert path.name in NOT_ROWS
