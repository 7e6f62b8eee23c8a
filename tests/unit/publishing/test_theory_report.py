"""The Theory of Change as its readers meet it: section, drawing, matrix, NetZeroCities' tables in a workbook."""

from __future__ import annotations

import io
import itertools
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import python_calamine

from pipelines.publishing.charts.chain_chart import text_width
from pipelines.publishing.charts.drawing import NARROW, WIDE, draw, page_paint
from pipelines.publishing.language import Words, words
from pipelines.publishing.protecting.theory_tables import LINKS, NODES, told_link
from pipelines.publishing.reading import DistrictReading, Reading
from pipelines.publishing.rendering.annex import annex
from pipelines.publishing.rendering.rendering import html, pdf
from pipelines.publishing.report.chains import chain_of
from pipelines.publishing.report.document import Chart, Sentences
from pipelines.publishing.report.nzc_tables import nzc_sheets
from pipelines.publishing.report.pages import district_document
from pipelines.publishing.report.sections.side_by_side import LEVERS
from pipelines.publishing.report.sections.theory import chain_drawn, links_to_look_at
from pipelines.publishing.report.sections.theory_matrix import theory_matrix
from pipelines.publishing.rows import Row, to_table
from pipelines.settings import checkout

TEXTS = checkout() / "reports" / "text"
_TEXT = re.compile(
    r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="start"'
    r' style="[^"]*font-size:([\d.]+)px[^"]*">([^<]+)<'
)
DIRECT = '=HYPERLINK("http://x")'
"""A name that a spreadsheet would run."""


def node(name: str, step: str, **cells: Any) -> Row:
    return {"district_id": "prato", "node_id": name, "step": step, "owner": f"Ufficio {name}",
            "name_it": f"{name} in italiano, con un nome lungo che va a capo più volte nella decarbonizzazione",
            "name_en": f"{name} in English", **cells}  # fmt: skip


def link(number: int, start: str, end: str, code: str, status: str, **cells: Any) -> Row:
    return {"district_id": "prato", "month": "2026-10", "position": number, "link_id": f"P-{number:02d}",
            "from_node": start, "from_it": f"{start} it", "from_en": f"{start} en", "to_node": end,
            "to_it": f"{end} it", "to_en": f"{end} en", "kpi_code": code, "status": status,
            "target_2027": Decimal(35), "target_2030": Decimal(60), "target_year": 2027, "target": Decimal(35),
            **cells}  # fmt: skip


NODES_OF = [
    node("audit", "activity", field_it="Energia", field_en="Energy", lever="technology_infrastructure", measures="M1"),
    node("team", "activity", field_it="Governo", field_en="Governance", lever="governance_policy"),
    node("saving", "early_change"), node("speed", "early_change"), node("system", "late_outcome"),
    node("emissions", "impact", impact="direct", name_en=DIRECT), node("health", "impact", impact="co_benefit"),
]  # fmt: skip
LINKS_OF = [
    link(1, "audit", "saving", "SOC01", "reached", stage="complete", evidence_on=date(2026, 3, 1), evidence="=1+1"),
    link(2, "team", "speed", "GOV02", "behind", stage="under_way", timeliness="late"),
    link(3, "saving", "system", "TEC01", "on_course", stage="under_way", timeliness="on_time"),
    link(4, "speed", "system", "ENE01", "not_measurable", reason="suppressed", stage="planning"),
    link(5, "system", "emissions", "EMI11", "on_course"),
    link(6, "system", "health", "DEM03", "not_measurable", reason="no_start", stage="not_started"),
]  # fmt: skip


@pytest.fixture(scope="module")
def edition(reading: Reading, tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """The tables of the fixture with one small chain in Prato."""
    folder = tmp_path_factory.mktemp("theory") / "edition"
    shutil.copytree(reading.folder, folder)
    numbered = [{**row, "position": n} for n, row in enumerate(NODES_OF)]
    pq.write_table(to_table(numbered, NODES), folder / "tables" / "theory_nodes.parquet")
    pq.write_table(to_table(LINKS_OF, LINKS), folder / "tables" / "theory_links.parquet")
    return Reading(folder)


@pytest.fixture(params=["it", "en"])
def said(request: pytest.FixtureRequest) -> Words:
    """Both languages."""
    return words(request.param, TEXTS)


def chart_of(edition: Reading, said: Words) -> Chart:
    drawn = chain_drawn(DistrictReading(edition, "prato"), said)
    return next(block for block in drawn if isinstance(block, Chart))


def test_a_district_without_a_theory_has_neither_chain_nor_links(
    edition: Reading, said: Words
) -> None:
    assert chain_drawn(DistrictReading(edition, "parma"), said) == ()
    assert links_to_look_at(DistrictReading(edition, "parma"), said) is None
    assert nzc_sheets(DistrictReading(edition, "parma"), said) == {}


def test_of_a_hidden_figure_no_link_tells_whether_it_is_reached() -> None:
    judged = {"status": "reached", "reason": None}
    hidden = {"value": None, "suppressed": True, "reason": "suppressed"}

    assert told_link(judged, hidden) == {"status": "not_measurable", "reason": "suppressed"}
    poor = {"status": "not_measurable", "reason": "below_coverage"}
    assert told_link(poor, hidden)["reason"] == "suppressed"
    withheld = {"value": None, "suppressed": False, "reason": "withheld"}
    assert told_link(judged, withheld) == {"status": "not_measurable", "reason": "withheld"}
    open_one = {"value": Decimal(1), "suppressed": False, "reason": None}
    assert told_link(judged, open_one) == judged


def test_the_first_sentence_counts_every_link_once(edition: Reading) -> None:
    [sentences] = [
        block
        for block in chain_drawn(DistrictReading(edition, "prato"), words("it", TEXTS))
        if isinstance(block, Sentences)
    ]

    assert sentences.items[0].text == (
        "Dei 6 nessi dichiarati 1 ha già raggiunto la prossima tappa, 2 sono in linea, 1 è indietro"
        " e 2 non si possono misurare."
    )
    assert sentences.items[1].text == (
        "Secondo il registro ha una prova 1 nesso su 6; 1 è in ritardo sul proprio programma."
    )


def test_what_calls_for_somebody_is_listed_with_whose_move_it_is(
    edition: Reading, said: Words
) -> None:
    table = links_to_look_at(DistrictReading(edition, "prato"), said)

    assert table is not None
    listed = [row[0].note for row in table.rows]
    assert listed == ["P-02", "P-03"], "behind and late first, then claimed without evidence"
    assert table.rows[0][-1].text == "Ufficio speed"


def test_the_twin_has_every_link_with_its_state_in_words(edition: Reading, said: Words) -> None:
    rows = chart_of(edition, said).twin.rows

    assert [row[0].note for row in rows] == [f"P-{n:02d}" for n in range(1, 7)]
    assert all(row[4].status and row[4].status.words for row in rows)
    assert rows[3][4].note == said.named("reason", "suppressed")
    assert rows[5][4].note == said.say("theory.why.no_start")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_text_leaves_its_page_or_its_box(edition: Reading, said: Words, width: int) -> None:
    svg = draw(chart_of(edition, said), page_paint, width=width)
    boxes = [tuple(map(float, found)) for found in
             re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg)]  # fmt: skip

    assert len(boxes) == len(NODES_OF)
    for x, y, size, text in (
        (float(x), float(y), float(s), t) for x, y, s, t in _TEXT.findall(svg)
    ):
        assert x + text_width(text, size) <= width
        inside = [b for b in boxes if b[0] <= x <= b[0] + b[2] and b[1] <= y <= b[1] + b[3]]
        assert all(x + text_width(text, size) <= b[0] + b[2] for b in inside), text


def test_boxes_of_a_column_do_not_touch(edition: Reading, said: Words) -> None:
    svg = draw(chart_of(edition, said), page_paint)
    boxes = sorted(tuple(map(float, found)) for found in
                   re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', svg))  # fmt: skip

    for (x, y, height), (other, below, _) in itertools.pairwise(boxes):
        assert x != other or y + height < below


def test_a_state_is_told_by_line_symbol_and_words_and_evidence_by_the_arrow(
    edition: Reading, said: Words
) -> None:
    """In black and white the four kinds of line still differ."""
    chart = chart_of(edition, said)
    svg = draw(chart, lambda token: "#fff" if token in ("paper", "wash") else "#000")

    kinds = set(re.findall(r'<path [^>]*stroke:#000;([^"]+)"', svg))
    assert len(kinds) == 4
    for name, symbol in (
        ("reached", "✓"),
        ("on_course", "→"),
        ("behind", "▼"),
        ("not_measurable", "–"),
    ):
        assert f"{symbol} {said.say(f'theory.status.{name}')}" in svg
    fills = re.findall(r"<polygon [^>]*fill:(#\w+)", svg)
    assert fills[: len(LINKS_OF)].count("#000") == 1, "one link is proven"


def test_the_matrix_counts_a_link_in_every_lever_that_leads_to_it(
    edition: Reading, said: Words
) -> None:
    reads = [DistrictReading(edition, name) for name in ("prato", "parma")]

    table = theory_matrix(reads, LEVERS, said)

    assert table is not None
    cells = {row[0].text: row[1].text.replace("\u00a0", " ") for row in table.rows}
    # audit: P-01, 03, 05, 06; team: P-02, 04, 05, 06
    assert cells[said.named("lever", "technology_infrastructure")] == "✓ 1  → 2  – 1"
    assert cells[said.named("lever", "governance_policy")] == "→ 1  ▼ 1  – 2"
    assert cells[said.named("lever", "finance_funding")] == "–"
    assert all(row[2].text == "–" for row in table.rows)


def test_the_tables_stand_in_the_templates_columns(edition: Reading) -> None:
    sheets = nzc_sheets(DistrictReading(edition, "prato"), words("en", TEXTS))

    assert sheets["B-1.1"][0] == [
        "Fields of action", "Systemic levers", "Early changes (1-2 years)", "Late outcomes (3-4 years)",
        "Direct impacts (Emission reductions)", "Indirect impacts (Co-benefits)",
    ]  # fmt: skip
    assert [list(row.values())[:4] for row in sheets["B-1.1"][1]] == [
        ["Energy", "Technology and infrastructure", "saving in English", "system in English"],
        ["Governance", "Governance and policy", "speed in English", "system in English"],
    ]
    assert sheets["B-3.1"][0][-3:] == [
        "Target value 2025",
        "Target value 2027",
        "Target value 2030",
    ]
    assert next(list(row.values())[2:] for row in sheets["B-3.1"][1]) == [
        "SOC01", "Firms in shared schemes (%)", None, Decimal("35.000000000"), Decimal("60.000000000"),
    ]  # fmt: skip
    forms = {row["Indicator Name"].split()[0]: row for row in sheets["B-3.2"][1]}
    assert set(forms) == {"SOC01", "GOV02", "TEC01", "ENE01", "EMI11", "DEM03"}
    assert len(sheets["B-3.2"][0]) == 17
    direct = (
        "Does the indicator measure direct impacts (i.e. reduction in greenhouse gas emissions?)"
    )
    assert (forms["EMI11"][direct], forms["SOC01"][direct]) == ("yes", "no")
    assert forms["DEM03"]["If yes, which co-benefit does it measure?"] == "health in English"
    actions = sheets["C-3.1"][1]
    assert actions[1]["Impact (in t CO2eq per year)"] == "support action"


def test_a_hidden_measure_has_its_key_in_place_of_its_amounts(edition: Reading) -> None:
    rows = [
        {"district_id": "prato", "month": "2026-10", "measure_id": "M1", "name": "Caldaie", "action_field": "industry",
         "owner": "Consorzio", "starts_on": date(2025, 1, 1), "ends_on": date(2027, 1, 1), "suppressed": True,
         "annual_abatement_tco2e": None, "capex_eur": None},
        {"district_id": "prato", "month": "2026-10", "measure_id": "M2", "name": "Tetti", "action_field": "renewables",
         "owner": "Comune", "starts_on": None, "ends_on": None, "suppressed": False,
         "annual_abatement_tco2e": Decimal(3), "capex_eur": Decimal(9)},
    ]  # fmt: skip
    told = replace(edition)
    told._tables.update(edition._tables | {"measures": rows})

    actions = nzc_sheets(DistrictReading(told, "prato"), words("it", TEXTS))["C-3.1"][1]

    first = next(
        list(row.values())
        for row in actions
        if "Caldaie" in row["Nome dell’azione o dell’intervento"]
    )
    assert first[2:] == ["2025-2027", "Energia", "C", "C"]
    assert list(actions[-1].values()) == [
        "Tetti",
        "Comune",
        None,
        "rinnovabili",
        Decimal(3),
        Decimal(9),
    ]


def test_page_and_print_carry_the_same_diagram(edition: Reading, said: Words) -> None:
    pypdf = pytest.importorskip("pypdf")
    document = district_document(edition, "prato", said)
    reports = checkout() / "reports"

    page = html(document, reports).decode()
    printed = pypdf.PdfReader(io.BytesIO(pdf(document, reports, edition.about["known_at"])))

    assert page.count('id="theory-t"') == page.count('id="theory-narrow-t"') == 1
    assert 'id="theory-table"' in page, "the drawing has its table"
    text = " ".join(each.extract_text() for each in printed.pages)
    assert said.say("theory.title") in text
    assert said.say("theory.look_at") in text


@pytest.fixture(scope="module")
def workbook(edition: Reading) -> bytes:
    """The annex of Prato."""
    return annex(
        edition, "prato", words("it", TEXTS), [words(code, TEXTS) for code in ("it", "en")]
    )


def cells(workbook: bytes, sheet: str) -> list[list[Any]]:
    """Cells of a sheet as another library than the writer's reads them."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return book.get_sheet_by_name(sheet).to_python()


def nzc_names(workbook: bytes) -> list[str]:
    """Sheets of the Theory of Change."""
    names = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(workbook)).sheet_names
    return [name for name in names if name.startswith(("NZC B", "NZC C"))]


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("name", ["B-1.1", "B-3.1", "B-3.2", "C-3.1"])
def test_each_table_is_a_sheet_in_both_languages(
    workbook: bytes, edition: Reading, name: str, language: str
) -> None:
    heads, rows = nzc_sheets(DistrictReading(edition, "prato"), words(language, TEXTS))[name]

    read = cells(workbook, f"NZC {name} {language}")

    assert read[0][: len(heads)] == heads
    wanted = [
        [float(c) if isinstance(c, Decimal) else c or "" for c in row.values()] for row in rows
    ]
    assert [row[: len(heads)] for row in read[1:]] == wanted


def test_text_in_the_workbook_stays_text(workbook: bytes) -> None:
    package = zipfile.ZipFile(io.BytesIO(workbook))

    assert not [n for n in package.namelist() if "sheet" in n and b"<f>" in package.read(n)]
    assert DIRECT in {cell for row in cells(workbook, "NZC B-1.1 en") for cell in row}
    assert "=1+1" in {cell for row in cells(workbook, "nessi") for cell in row}


def test_openpyxl_reads_the_same_cells_and_no_formula(workbook: bytes) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed here")
    book = openpyxl.load_workbook(io.BytesIO(workbook))

    for name in nzc_names(workbook):
        lines = list(book[name].iter_rows())
        assert [[cell.value or "" for cell in line] for line in lines] == cells(workbook, name)
        assert {cell.data_type for line in lines for cell in line} <= {"s", "n", "b", "d"}


def test_libreoffice_reads_the_same_cells(workbook: bytes, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed here")
    (tmp_path / "annex.xlsx").write_bytes(workbook)
    (tmp_path / "out").mkdir()
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", tmp_path / "out", tmp_path / "annex.xlsx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    saved = (tmp_path / "out" / "annex.xlsx").read_bytes()

    for name in nzc_names(workbook):
        assert cells(saved, name) == cells(workbook, name)


def test_every_way_through_the_chain_is_followed_once(edition: Reading) -> None:
    chain = chain_of(DistrictReading(edition, "prato"))
    assert chain is not None

    assert [n["node_id"] for n in chain.activities_of("system")] == ["audit", "team"]
    assert [n["node_id"] for n in chain.impacts_of("audit")] == ["emissions", "health"]
