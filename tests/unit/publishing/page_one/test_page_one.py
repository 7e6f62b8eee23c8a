"""Every case of page one's rules, said in both languages; and the declaration of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipelines.publishing.language import words
from pipelines.publishing.report.page_one.rules import chosen, declared
from pipelines.publishing.report.page_one.said import FACTS, sentence, sentences
from pipelines.settings import checkout
from tests.unit.publishing.page_one.cases import EMISSIONS, ENERGY, Case
from tests.unit.publishing.page_one.cases_of_registers import OTHERS
from tests.unit.publishing.page_one.small_edition import small_edition, value

TEXTS = checkout() / "reports" / "text"
CASES = (*ENERGY, *EMISSIONS, *OTHERS)
EXPECTED = YAML(typ="safe").load(
    (Path(__file__).parent / "sentences.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.name}")
def test_a_case_is_said_as_people_say_it(case: Case, tmp_path):
    read = small_edition(tmp_path / "edition", case.values, **case.tables)
    for language, expected in EXPECTED[case.rule][case.name].items():
        found = sentence(case.rule, read, words(language, TEXTS))
        told = "-" if found is None else found.text.replace("\u00a0", " ")
        assert told == expected


def test_every_declared_text_is_said_by_a_case(tmp_path):
    it, rules = words("it", TEXTS), {rule.rule: rule for rule in declared().rules}
    said: set[str] = set()
    for n, case in enumerate(CASES):
        read = small_edition(tmp_path / str(n), case.values, **case.tables)
        found = chosen(rules[case.rule], FACTS[case.rule](read, it))
        if found is not None:
            said |= {found[0].text, *(text for text in found[1].values() if text)}

    assert declared().texts() - said == set()


def test_every_rule_asks_only_for_facts_that_are_found(tmp_path):
    """Also the cases that are not reached: a fact that nobody finds would be noticed when it is needed."""
    read = small_edition(tmp_path / "edition", [value("ENE01", 5)])
    for rule in declared().rules:
        known = FACTS[rule.rule](read, words("it", TEXTS)).known
        parts = [part for case in rule.cases for choice in case.parts.values() for part in choice]
        for each in (*rule.cases, *parts):
            for fact in each.when:
                # Facts of the two carriers are found where there are two.
                assert fact in known or fact.removeprefix("no ") in known or rule.rule == "movers"


def test_the_first_six_rules_that_have_something_to_say_are_said(tmp_path):
    wanted = ["fell", "above, the gap halved", "both fell", "as planned", "many", "the only one"]
    wanted += ["of this month, target met"]
    cases = [next(case for case in CASES if case.name == name) for name in wanted]
    values = {
        (row["kpi_code"], row["month"]): row for case in reversed(cases) for row in case.values
    }
    tables = {name: rows for case in cases for name, rows in case.tables.items()}
    read = small_edition(tmp_path / "edition", list(values.values()), **tables)

    found = [each.text.replace("\u00a0", " ") for each in sentences(read, words("it", TEXTS))]
    assert len(found) == declared().at_most == 6
    assert found[1:] == [EXPECTED[case.rule][case.name]["it"] for case in cases[1:6]]


def test_a_title_of_a_register_cannot_break_a_sentence(tmp_path):
    name = 'Nuova «Carta» dell\'area **nord** <b>"x"</b> {title} ' + "con molte altre parole " * 6
    rows = [{"title": name, "due_on": date(2026, 11, 30), "closed_on": None}]
    counts = value("GOV01", None, reason="few_cases", numerator=1.0, denominator=1.0)
    read = small_edition(tmp_path / "edition", [counts], decisions=rows)

    said = sentence("decisions", read, words("it", TEXTS))
    assert said is not None
    quoted = (
        "«Nuova “Carta” dell’area nord <b>”x”</b> {title} con molte altre parole con molte altre…»"
    )
    assert quoted in said.text
    assert [run.strong for run in said.runs].count(True) == 1
