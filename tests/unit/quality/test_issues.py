"""Every finding has a stable code and words that a person understands."""

from pathlib import Path

import pytest

from pipelines.catalogue.declaration import DeclarationError
from pipelines.catalogue.issue import issues, read_issues


@pytest.mark.parametrize("code", sorted(issues()))
def test_an_issue_speaks_in_whole_sentences_in_both_languages(code):
    issue = issues()[code]

    for text in (issue.means, issue.todo):
        for language in ("it", "en"):
            assert text[language].endswith(".")
            assert text[language][0].isupper()


def test_the_codes_that_parsers_collection_and_warehouse_give_are_all_there():
    given = {
        "NOT_A_TABLE",
        "EMPTY_FILE",
        "HEADER_ONLY",
        "MISSING_COLUMN",
        "UNKNOWN_COLUMN",
        "BAD_ENCODING",
        "BAD_DATE",
        "TRUNCATED",
        "MIXED_DECIMALS",
        "UNKNOWN_ENUM",
        "AMBIGUOUS_COLUMN",
        "WRONG_FILE_KIND",
        "ENCRYPTED",
        "TOO_LARGE",
        "DST_UNDECLARED",
        "BAD_NUMBER",
        "BAD_DATE_ROW",
        "UNKNOWN_VALUE",
        "MISSING_VALUE",
        "TIME_PHANTOM",
        "DUP_CONFLICT",
        "DUPLICATE_ROW",
        "BAD_ID",
        "ID_REPAIRED",
        "SOURCE_UNREACHABLE",
        "SOURCE_MISSING",
        "HTTP_STATUS",
        "BODY_CUT",
        "DEADLINE",
        "DUPLICATE_DELIVERY",
        "RESTATED",
        "LATE_DELIVERY",
        "MISSING_DELIVERY",
        "UNIT_SLIP",
        "POINT_CLAIMED_TWICE",
        "DECLARATION_CHANGED",
        "METER_EXCHANGE",
        "ROLLOVER",
        "NEGATIVE_DELTA",
        "ESTIMATED_READING",
        "GAP_IN_SERIES",
        "POINT_NOT_REGISTERED",
        "POINT_SILENT",
    }

    assert given <= set(issues())


def test_an_issue_that_lacks_a_language_is_refused_with_its_line(tmp_path: Path):
    path = tmp_path / "issues.yaml"
    path.write_text(
        "LATE:\n  severity: info\n  means: {it: Tardi.}\n  whose: nobody\n"
        "  todo: {it: Nulla., en: Nothing.}\n"
    )

    with pytest.raises(DeclarationError, match=r"issues\.yaml:3: LATE\.means\.en: Field required"):
        read_issues(path)


def test_a_code_that_is_not_in_capitals_is_refused(tmp_path: Path):
    path = tmp_path / "issues.yaml"
    path.write_text("late_delivery: {}\n")

    with pytest.raises(DeclarationError, match=r"issues\.yaml:1: 'late_delivery' is not a code"):
        read_issues(path)
