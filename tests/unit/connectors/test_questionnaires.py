"""Questionnaires as the tools export them: cases Q1 to Q20 of the specification that are read here.

Expected scores and options are written by hand beside the answers they come from.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipelines.catalogue.declaration import DeclarationError, read_yaml
from pipelines.catalogue.formats import laid_over, mismatches
from pipelines.catalogue.service import service_of
from pipelines.connectors.parsers import DeliveryRefused, Parsed
from tests.unit.connectors.conftest import CATALOGUE, Read, dataset_named, form_of, workbook

TRUST = {"column": "opinions/trust", "kind": "likert", "scale": [1, 5]}
MEANS = {"column": "travel/means", "kind": "multi", "options": {"walk": "w", "bus": "b", "a": "a"}}


def submission(number: int, **answers: Any) -> dict[str, Any]:
    """One submission as KoboToolbox gives it, of nobody."""
    return {
        "_id": number,
        "_uuid": f"uuid-{number}",
        "_xform_id_string": "aPrato",
        "_submission_time": "2026-10-05T10:00:00",
        "__version__": "v1",
        **answers,
    }


def kobo(*records: dict[str, Any]) -> str:
    return json.dumps({"count": len(records), "next": None, "results": list(records)})


def over(**survey: Any) -> dict[str, Any]:
    return {"survey": {"items": {"trust": TRUST, "means": MEANS}, **survey}}


def answers(parsed: Parsed) -> list[tuple[Any, ...]]:
    names = ("item", "option", "score", "answer")
    rows = parsed.table.sort_by([("_row", "ascending"), ("item", "ascending")]).to_pylist()
    return [tuple(row[name] for name in names) for row in rows]


def codes(parsed: Parsed) -> set[tuple[str, int]]:
    return {(reject.code, reject.row) for reject in parsed.rejects}


def notes(parsed: Parsed) -> dict[str, int]:
    return {note.code: note.count for note in parsed.notes}


def test_answers_of_a_flat_submission_are_found_by_their_group_path(read: Read) -> None:
    sent = kobo(
        submission(1, **{"opinions/trust": "4", "travel/means": "walk bus"}),
        submission(2, **{"opinions/trust": "2"}),
    )

    parsed = read(sent, "kobo_json", "survey_answers", over())

    assert answers(parsed) == [
        ("means", "b", None, "given"),
        ("means", "w", None, "given"),
        ("trust", "4", Decimal(4), "given"),
        ("trust", "2", Decimal(2), "given"),
    ]
    assert parsed.table.column("survey_id").unique().to_pylist() == ["aPrato"]


def test_q2_an_edited_submission_keeps_its_respondent_and_its_newest_answers(read: Read) -> None:
    first = submission(1, **{"opinions/trust": "4"})
    edited = {**first, "_uuid": "uuid-other", "opinions/trust": "1"}

    both = read(kobo(first, edited), "kobo_json", "survey_answers", over())
    after = read(kobo(edited), "kobo_json", "survey_answers", over(), sha256="ee" * 32)

    assert answers(both) == [("trust", "1", Decimal(1), "given")]
    assert notes(both)["EDITED_SUBMISSION"] == 1
    assert both.table["respondent_key"][0] == after.table["respondent_key"][0]


def test_two_different_submissions_of_one_respondent_are_rejected_where_declared(
    read: Read,
) -> None:
    sent = kobo(submission(1, **{"opinions/trust": "4"}), submission(1, **{"opinions/trust": "1"}))

    parsed = read(sent, "kobo_json", "survey_answers", over(repeated="reject"))

    assert codes(parsed) == {("DUP_CONFLICT", 1), ("DUP_CONFLICT", 2)}
    assert parsed.table.num_rows == 0


VERSIONS = {"column": "__version__", "known": {"v1": "1", "v2": "2"}}


@pytest.mark.parametrize(
    ("scores", "expected"), [("rescaled", [Decimal(4), Decimal(3)]), ("apart", [Decimal(4), None])]
)
def test_q4_a_scale_of_seven_is_brought_to_five_or_stands_apart(
    read: Read, scores: str, expected: list[Decimal | None]
) -> None:
    trust = {**TRUST, "versions": {"2": {"column": "new/trust", "scale": [1, 7], "scores": scores}}}
    sent = kobo(
        submission(1, **{"opinions/trust": "4"}),
        submission(2, __version__="v2", **{"new/trust": "4"}),
    )

    parsed = read(
        sent, "kobo_json", "survey_answers", over(items={"trust": trust}, version=VERSIONS)
    )

    assert [row[1] for row in answers(parsed)] == ["4", "4"]
    assert [row[2] for row in answers(parsed)] == expected
    assert ("SCALE_NOT_COMPARABLE" in notes(parsed)) == (scores == "apart")
    assert parsed.table.sort_by("_row")["version"].to_pylist() == ["1", "2"]


def test_q4_an_item_reversed_in_one_version_is_turned_round_in_that_one(read: Read) -> None:
    trust = {**TRUST, "versions": {"2": {"reverse": True}}}
    sent = kobo(
        submission(1, **{"opinions/trust": "5"}),
        submission(2, __version__="v2", **{"opinions/trust": "5"}),
    )

    parsed = read(
        sent, "kobo_json", "survey_answers", over(items={"trust": trust}, version=VERSIONS)
    )

    assert [row[2] for row in answers(parsed)] == [Decimal(5), Decimal(1)]


def test_q4_a_choice_that_one_version_removed_is_no_answer_of_it(read: Read) -> None:
    means = {**MEANS, "versions": {"2": {"options": {"walk": "w"}}}}
    sent = kobo(
        submission(1, **{"travel/means": "bus"}),
        submission(2, __version__="v2", **{"travel/means": "bus"}),
    )

    parsed = read(
        sent, "kobo_json", "survey_answers", over(items={"means": means}, version=VERSIONS)
    )

    assert [row[1] for row in answers(parsed)] == ["b"]
    assert codes(parsed) == {("UNKNOWN_VALUE", 2)}


def test_q4_another_scale_must_say_what_becomes_of_its_scores() -> None:
    trust = {**TRUST, "versions": {"2": {"scale": [1, 7]}}}

    with pytest.raises(DeclarationError, match="'rescaled' or stand 'apart'"):
        form_of("kobo_json", over(items={"trust": trust}, version=VERSIONS))


def test_q4_submissions_of_an_unknown_version_are_set_aside_with_their_own_code(
    read: Read,
) -> None:
    sent = kobo(
        submission(1, **{"opinions/trust": "4"}),
        submission(2, __version__="v9", **{"opinions/trust": "4"}),
    )

    parsed = read(sent, "kobo_json", "survey_answers", over(version=VERSIONS))

    assert codes(parsed) == {("UNKNOWN_VERSION", 2)}
    assert len(answers(parsed)) == 1


def test_q5_a_question_that_moved_to_another_group_is_found_by_its_alias(read: Read) -> None:
    trust = {**TRUST, "aliases": ["values/trust"], "merge": True}
    sent = kobo(submission(1, **{"opinions/trust": "4"}), submission(2, **{"values/trust": "3"}))

    parsed = read(sent, "kobo_json", "survey_answers", over(items={"trust": trust}))

    assert [row[2] for row in answers(parsed)] == [Decimal(4), Decimal(3)]


def test_q5_a_question_that_moved_unseen_is_a_finding(read: Read) -> None:
    sent = kobo(submission(1, **{"values/trust": "4", "travel/means": "bus"}))

    parsed = read(sent, "kobo_json", "survey_answers", over(ignored=["_id", "_uuid"]))

    found = {(note.code, note.detail) for note in parsed.notes}
    assert ("QUESTION_WITHOUT_ANSWERS", "trust") in found
    assert ("QUESTION_NOT_DECLARED", "values/trust") in found


def test_q6_options_are_those_of_the_questions_own_list(read: Read) -> None:
    items = {
        "means": {"column": "m", "kind": "multi", "options": {"a": "a", "b": "b"}},
        "other_list": {"column": "o", "kind": "single", "options": {"a b": "ab"}},
    }
    sent = kobo(submission(1, m="a b", o="a b"))

    parsed = read(sent, "kobo_json", "survey_answers", over(items=items))

    assert {(row[0], row[1]) for row in answers(parsed)} == {
        ("means", "a"),
        ("means", "b"),
        ("other_list", "ab"),
    }


def test_q6_an_option_that_reads_like_two_others_is_refused_in_the_declaration() -> None:
    means = {"column": "m", "kind": "multi", "options": {"a": "a", "b": "b", "a b": "ab"}}

    with pytest.raises(DeclarationError, match="could be one option or 2 chosen together"):
        form_of("kobo_json", over(items={"means": means}))


def test_q6_a_split_export_has_one_column_per_option(read: Read) -> None:
    means = {
        "kind": "multi",
        "ticks": {"means/walk": "w", "means/bus": "b", "means/else": "other"},
        "ticked_by_text": ["means/else"],
    }
    survey = {"items": {"means": means}, "respondent": "id", "blanks": {"unticked": True}}
    text = (
        "Informazioni cronologiche,id,means/walk,means/bus,means/else\n"
        "05/10/2026 10:00:00,1,1,0,\n05/10/2026 10:00:00,2,True,,in monopattino\n"
        "05/10/2026 10:00:00,3,forse,,\n"
    )

    parsed = read(text, "google_forms_csv", "survey_answers", {"survey": survey})

    rows = parsed.table.sort_by("_row").to_pylist()
    found = {(row["_row"], row["option"], row["answer"]) for row in rows}
    assert found == {
        (2, "w", "given"), (2, "b", "not_ticked"), (2, "other", "not_ticked"),
        (3, "w", "given"), (3, "b", "not_ticked"), (3, "other", "given"),
    }  # fmt: skip
    assert codes(parsed) == {("UNKNOWN_VALUE", 4)}
    assert "monopattino" not in repr(parsed)


AGREE = {
    1: ["A1", "Per niente d'accordo", "Strongly disagree"],
    5: ["A5", "Molto d'accordo", "Strongly agree"],
}


def test_q7_and_q18_labels_of_two_languages_are_one_option(read: Read) -> None:
    trust = {"column": "q", "kind": "likert", "scale": [1, 5], "list": "agree"}
    survey = over(items={"trust": {**trust, "not_applicable": [99, "NSP"]}}, lists={"agree": AGREE})
    said = ["Molto d’accordo", "STRONGLY  AGREE", "A5", "5", "99", "nsp", "boh"]
    sent = kobo(*(submission(at, q=text) for at, text in enumerate(said, start=1)))

    parsed = read(sent, "kobo_json", "survey_answers", survey)

    rows = parsed.table.sort_by("_row").to_pylist()
    assert [row["score"] for row in rows] == [Decimal(5)] * 4 + [None] * 2
    assert [row["not_applicable"] for row in rows] == [False] * 4 + [True] * 2
    assert codes(parsed) == {("UNKNOWN_VALUE", 7)}


def limesurvey(*responses: dict[str, Any]) -> list[dict[str, Any]]:
    given = {"submitdate": "2026-10-01 10:00:00", "lastpage": 3, "startlanguage": "it"}
    return [{"id": at, **given, **one} for at, one in enumerate(responses, start=1)]


LIME: dict[str, Any] = {
    "trust": {"column": "Q1", "kind": "likert", "scale": [1, 5], "options": {"A3": "3"}},
    "means": {
        "kind": "multi",
        "ticks": {"Q2[SQ001]": "walk", "Q2[SQ002]": "bus", "Q2[other]": "other"},
        "ticked_by_text": ["Q2[other]"],
    },
}


@pytest.mark.parametrize("shape", ["list", "under ids", "one object"])
def test_q9_every_shape_of_limesurvey_responses_is_read_alike(read: Read, shape: str) -> None:
    responses: Any = limesurvey(
        {"Q1": "A3", "Q2[SQ001]": "Y", "Q2[SQ002]": "", "Q2[other]": "a cavallo"},
        {"Q1": None, "Q2[SQ001]": None, "Q2[SQ002]": None, "Q2[other]": None},
        {"Q1": "", "Q2[SQ001]": "", "Q2[SQ002]": "", "Q2[other]": ""},
    )
    if shape == "under ids":
        responses = [{str(one["id"]): one} for one in responses]
    elif shape == "one object":
        responses = {str(one["id"]): one for one in responses}

    parsed = read(
        json.dumps({"responses": responses}), "limesurvey_json", "survey_answers",
        {"survey": {"items": LIME}},
    )  # fmt: skip

    rows = parsed.table.sort_by("_row").to_pylist()
    assert {(row["_row"], row["item"], row["option"], row["answer"]) for row in rows} == {
        (1, "trust", "3", "given"),
        (1, "means", "walk", "given"),
        (1, "means", "bus", "not_ticked"),
        (1, "means", "other", "given"),
        (2, "trust", "", "not_shown"),
        (2, "means", "", "not_shown"),
        (3, "trust", "", "not_answered"),
        (3, "means", "walk", "not_ticked"),
        (3, "means", "bus", "not_ticked"),
        (3, "means", "other", "not_ticked"),
    }


def test_q9_responses_without_a_date_are_no_answers_of_1980(read: Read) -> None:
    sent = json.dumps({"responses": limesurvey({"Q1": "A3", "submitdate": "1980-01-01 00:00:00"})})
    survey = {"survey": {"items": {"trust": LIME["trust"]}}}
    closed = {
        "column": "submitdate", "date_format": "%Y-%m-%d %H:%M:%S", "default": "2026-10-31 00:00:00"
    }  # fmt: skip

    without = read(sent, "limesurvey_json", "survey_answers", survey)
    declared = read(
        sent, "limesurvey_json", "survey_answers", {**survey, "columns": {"submitted_on": closed}}
    )

    assert [reject.code for reject in without.rejects] == ["MISSING_VALUE"]
    assert declared.table["month"].to_pylist() == ["2026-10"]


def odk(*values: dict[str, Any]) -> str:
    system = {
        "submissionDate": "2026-10-31T23:30:00.000Z", "updatedAt": None, "submitterName": "Anna",
        "reviewState": None, "deletedAt": None, "status": None, "edits": 0, "formVersion": "3",
    }  # fmt: skip
    return json.dumps(
        {
            "value": [
                {"__id": f"uuid:{at}", **one, "__system": {**system, **one.get("__system", {})}}
                for at, one in enumerate(values, start=1)
            ]
        }
    )


ODK = {
    "columns": {"survey_id": {"const": "visits"}},
    "survey": {"items": {"trust": {"column": "grp/q1", "kind": "likert", "scale": [1, 5]}}},
}


def test_q10_deleted_submissions_do_not_count_and_encrypted_ones_are_set_aside(read: Read) -> None:
    sent = odk(
        {"grp": {"q1": 5}},
        {"grp": {"q1": 4}, "__system": {"deletedAt": "2026-11-01T08:00:00Z"}},
        {"grp": {"q1": None}, "__system": {"status": "notDecrypted"}},
    )

    parsed = read(sent, "odk_json", "survey_answers", ODK)

    assert answers(parsed) == [("trust", "5", Decimal(5), "given")]
    assert codes(parsed) == {("UNREADABLE_SUBMISSION", 3)}


REPEATED = odk(
    {"grp": {"q1": 5, "member": [{"age": 30, "job": {"kind": "a"}}, {"age": 41}]}},
    {"grp": {"q1": 4, "member": []}},
)
MEMBERS = {"age": {"column": "grp/member/age", "kind": "number"}}


def test_q10_a_question_inside_a_repeated_group_is_refused_clearly(read: Read) -> None:
    for survey in ({"items": MEMBERS}, {"items": MEMBERS, "absent_columns": "unanswered"}):
        with pytest.raises(DeliveryRefused, match=r"REPEAT_GROUP.*within: /grp~1member"):
            read(REPEATED, "odk_json", "survey_answers", {"survey": survey})


def test_q10_a_repeated_group_is_a_table_of_its_own(read: Read) -> None:
    said = {
        "read": {"within": "/grp/member"},
        "survey": {"items": MEMBERS, "respondent": {"compose": "{__id}/{@index}"}},
    }

    parsed = read(REPEATED, "odk_json", "survey_answers", said)

    assert sorted(row["score"] for row in parsed.table.to_pylist()) == [30, 41]
    assert len(set(parsed.table["respondent_key"].to_pylist())) == 2


def test_q11_tests_doubles_and_bots_are_noted_or_excluded_as_declared(read: Read) -> None:
    people = [submission(at, **{"opinions/trust": "4", "device": f"d{at}"}) for at in range(1, 6)]
    preview = submission(6, **{"opinions/trust": "4", "mode": "preview"})
    double = submission(7, **{"opinions/trust": "2", "device": "d1"})
    rules = [
        {"code": "TEST_SUBMISSION", "where": {"mode": ["preview"]}, "then": "exclude"},
        {"code": "DUPLICATE_SUBMISSION", "same": ["device"], "then": "note"},
        {"code": "BOT_SUSPECTED", "equal_answers": 5, "within_seconds": 120, "then": "note"},
    ]

    parsed = read(kobo(*people, preview, double), "kobo_json", "survey_answers", over(doubts=rules))

    assert codes(parsed) == {("TEST_SUBMISSION", 6)}
    assert notes(parsed)["DUPLICATE_SUBMISSION"] == 1
    assert notes(parsed)["BOT_SUSPECTED"] == 5
    assert len(answers(parsed)) == 6


def test_q11_three_hundred_equal_answers_in_two_minutes_are_excluded_where_declared(
    read: Read,
) -> None:
    burst = [
        submission(at, _submission_time=f"2026-10-05T10:{at // 200:02d}:{at % 60:02d}", m="bus")
        for at in range(300)
    ]
    slow = [
        submission(1000 + at, _submission_time=f"2026-10-{at + 6:02d}T10:00:00", m="bus")
        for at in range(5)
    ]
    items = {"means": {**MEANS, "column": "m"}}
    rule = {"code": "BOT_SUSPECTED", "equal_answers": 50, "within_seconds": 120, "then": "exclude"}

    parsed = read(
        kobo(*burst, *slow), "kobo_json", "survey_answers", over(items=items, doubts=[rule])
    )

    assert len(parsed.rejects) == 300
    assert len(answers(parsed)) == 5


@pytest.mark.parametrize("text", ["=cmd|'/C calc'!A0", "😀👍", "مرحبا", "x" * 10_000])
def test_q16_strange_texts_are_other_answers_and_are_not_kept(read: Read, text: str) -> None:
    means = {**MEANS, "other": "other"}

    parsed = read(
        kobo(submission(1, **{"travel/means": text})), "kobo_json", "survey_answers",
        over(items={"means": means}),
    )  # fmt: skip

    assert answers(parsed) == [("means", "other", None, "given")]
    assert text not in repr(parsed)


def test_q17_the_last_hour_of_a_month_in_utc_is_the_next_month_in_italy(read: Read) -> None:
    sent = kobo(
        submission(1, _submission_time="2026-10-31T23:30:00", **{"opinions/trust": "4"}),
        submission(2, _submission_time="2026-10-31T22:30:00", **{"opinions/trust": "4"}),
    )

    parsed = read(sent, "kobo_json", "survey_answers", over())
    with_offset = read(odk({"grp": {"q1": 5}}), "odk_json", "survey_answers", ODK)

    assert parsed.table.sort_by("_row")["month"].to_pylist() == ["2026-11", "2026-10"]
    assert with_offset.table["month"].to_pylist() == ["2026-11"]


def test_q19_a_question_that_a_version_lacks_has_no_rows_and_no_zero(read: Read) -> None:
    means = {**MEANS, "versions": {"2": {"asked": False}}}
    sent = kobo(
        submission(1, **{"travel/means": "bus"}),
        submission(2, __version__="v2", **{"opinions/trust": "3"}),
    )

    parsed = read(
        sent, "kobo_json", "survey_answers",
        over(items={"trust": TRUST, "means": means}, version=VERSIONS, blanks={"missing": "not_answered"}),
    )  # fmt: skip

    assert answers(parsed) == [
        ("means", "b", None, "given"),
        ("trust", "", None, "not_answered"),
        ("trust", "3", Decimal(3), "given"),
    ]


GOOGLE = "Informazioni cronologiche,Quanto ti fidi? [Comune],Quanto ti fidi? [Distretto]\n"
GRID = {"column": "Quanto ti fidi? [Comune]", "kind": "likert", "scale": [1, 5]}


def test_q20_a_new_row_of_a_grid_is_a_finding(read: Read) -> None:
    text = GOOGLE + "01/10/2026 10.03.22,4,2\n"

    parsed = read(text, "google_forms_csv", "survey_answers", {"survey": {"items": {"t": GRID}}})

    assert [(note.code, note.detail) for note in parsed.notes] == [
        ("QUESTION_NOT_DECLARED", "Quanto ti fidi? [Distretto]")
    ]


@pytest.mark.parametrize(
    "moment",
    ["01/10/2026 10.03.22", "01/10/2026 10:03:22", "2026/10/01 10:03:22 AM GMT+2",
     "2026/10/01 11:59:59 PM CET"],
)  # fmt: skip
def test_q8_moments_as_the_sheet_of_a_locale_writes_them(read: Read, moment: str) -> None:
    parsed = read(
        GOOGLE + f"{moment},4,2\n", "google_forms_csv", "survey_answers",
        {"survey": {"items": {"t": GRID}}},
    )  # fmt: skip

    assert [str(day) for day in parsed.table["submitted_on"].to_pylist()] == ["2026-10-01"]


RENAMED = "Informazioni cronologiche,Ti fidi?,Quanto ti fidi del Comune?\n"


def test_q8_a_renamed_question_is_one_item_only_where_it_is_said(read: Read) -> None:
    text = RENAMED + "01/10/2026 10.03.22,4,\n02/10/2026 10.03.22,,2\n03/10/2026 10.03.22,1,5\n"
    item = {
        "column": "Quanto ti fidi del comune", "aliases": ["Ti fidi?"], "kind": "likert",
        "scale": [1, 5],
    }  # fmt: skip

    with pytest.raises(DeliveryRefused, match="AMBIGUOUS_COLUMN"):
        read(text, "google_forms_csv", "survey_answers", {"survey": {"items": {"t": item}}})
    parsed = read(
        text, "google_forms_csv", "survey_answers",
        {"survey": {"items": {"t": {**item, "merge": True}}}},
    )  # fmt: skip

    assert [row[2] for row in answers(parsed)] == [Decimal(4), Decimal(2)]
    assert codes(parsed) == {("DUP_CONFLICT", 4)}


def test_q8_options_that_hold_the_separator_are_told_from_those_beside_them(read: Read) -> None:
    options = {"Bus": "bus", "Bus, treno e tram": "public", "Auto (da solo, in due)": "car"}
    means = {"column": "Come?", "kind": "multi", "separator": ", ", "options": options}
    text = (
        "Informazioni cronologiche,Come?\n"
        '01/10/2026 10.03.22,"Auto (da solo, in due), Bus"\n'
        '01/10/2026 10.03.22,"Bus, treno e tram, Bus"\n'
        '01/10/2026 10.03.22,"Bus, a cavallo"\n'
    )

    parsed = read(text, "google_forms_csv", "survey_answers", {"survey": {"items": {"m": means}}})

    assert sorted(row[1] for row in answers(parsed)) == ["bus", "bus", "car", "public"]
    assert codes(parsed) == {("UNKNOWN_VALUE", 4)}


def test_microsoft_forms_end_every_choice_with_a_semicolon(read: Read) -> None:
    head = ["ID", "Ora di inizio", "Ora di completamento", "Posta elettronica", "Nome", "Come?"]
    book = workbook(
        {"Sheet1": [head, [1, "", "05/10/2026 10:03:22", "x@example.org", "Anna", "Bus;A piedi;"]]}
    )
    means = {"column": "Come?", "kind": "multi", "options": {"Bus": "bus", "A piedi": "walk"}}

    parsed = read(book, "ms_forms_xlsx", "survey_answers", {"survey": {"items": {"m": means}}})

    assert [row[1] for row in answers(parsed)] == ["bus", "walk"]
    assert "example.org" not in repr(parsed)


CANARIES = ("Mario Canarino", "333 9998887", "CNRMRA80A01H501U", "m.canarino@example.org")


@pytest.mark.parametrize("canary", [*CANARIES, "3339998887"])
@pytest.mark.parametrize("column", range(6))
def test_q14_what_people_write_in_any_column_gets_no_further(
    read: Read, canary: str, column: int
) -> None:
    items = {
        "trust": {"column": "Fiducia", "kind": "likert", "scale": [1, 5]},
        "means": {"column": "Mezzo", "kind": "multi", "options": {"Bus": "b"}},
        "age": {"column": "Anni", "kind": "number"},
    }
    survey = {
        "items": items, "respondent": "Chi", "version": {"column": "Versione", "known": {1: "1"}}
    }  # fmt: skip
    cells = ["01/10/2026 10.03.22", "4", "Bus", "35", "Anna", "1"]
    good, bad = list(cells), list(cells)
    bad[column] = canary
    head = "Informazioni cronologiche,Fiducia,Mezzo,Anni,Chi,Versione"
    text = "\n".join([head, ",".join(good), ",".join(bad), ""])

    try:
        said = repr(read(text, "google_forms_csv", "survey_answers", {"survey": survey}))
        table = read(text, "google_forms_csv", "survey_answers", {"survey": survey}).table
        said += str(table.to_pydict())
    except DeliveryRefused as refusal:
        said = f"{refusal} {refusal.message_it} {refusal.message_en}"

    assert canary not in said
    assert canary.replace(" ", "") not in said


def test_q14_a_file_without_its_header_is_refused_without_a_word_of_it(read: Read) -> None:
    for text in (
        f"x,{CANARIES[0]}\ny,{CANARIES[1]}\n",
        f'a,"{CANARIES[0]}\n',
        f"a,b\n1,2,{CANARIES[1]}\n",
    ):
        with pytest.raises(DeliveryRefused) as refused:
            read(text, "google_forms_csv", "survey_answers", {"survey": {"items": {"t": GRID}}})
        assert not [one for one in CANARIES if one in str(refused.value)]
        assert refused.value.__cause__ is None


def test_keys_of_respondents_need_the_secret_and_change_with_it(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = kobo(submission(1, **{"opinions/trust": "4"}))

    def key() -> str:
        parsed = read(sent, "kobo_json", "survey_answers", over())
        return str(parsed.table["respondent_key"][0])

    first = key()
    assert first == key()
    monkeypatch.setenv("NZD_RESPONDENT_SECRET", "another secret of these tests")
    assert key() != first
    monkeypatch.delenv("NZD_RESPONDENT_SECRET")
    with pytest.raises(DeliveryRefused, match=r"NOT_CONFIGURED.*NZD_RESPONDENT_SECRET"):
        key()


def test_a_telephone_number_is_no_answer_to_how_many(read: Read) -> None:
    items = {"people": {"column": "n", "kind": "number"}}
    sent = kobo(submission(1, n="3339998887"), submission(2, n="12"), submission(3, n="tanti"))

    parsed = read(sent, "kobo_json", "survey_answers", over(items=items))

    assert [row[2] for row in answers(parsed)] == [Decimal(12)]
    assert codes(parsed) == {("IMPLAUSIBLE_VALUE", 1), ("BAD_NUMBER", 3)}


def test_one_person_answers_every_wave_of_a_questionnaire(read: Read) -> None:
    sent = kobo(
        submission(1, wave="1", **{"opinions/trust": "4"}),
        submission(1, wave="2", **{"opinions/trust": "2"}),
    )
    said = {**over(), "columns": {"wave": {"column": "wave"}}}

    parsed = read(sent, "kobo_json", "survey_answers", said)

    assert [row[2] for row in answers(parsed)] == [Decimal(4), Decimal(2)]
    assert len(set(parsed.table["respondent_key"].to_pylist())) == 1


def test_a_form_of_which_every_submission_was_deleted_has_no_rows(read: Read) -> None:
    sent = odk({"grp": {"q1": 5}, "__system": {"deletedAt": "2026-11-01T08:00:00Z"}})

    assert read(sent, "odk_json", "survey_answers", ODK).table.num_rows == 0


DOCS = CATALOGUE.parents[1] / "docs" / "sources" / "surveys.md"
SHOWN = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", SHOWN)
def test_what_the_page_on_questionnaires_shows_can_be_copied(block: str) -> None:
    """A part of a declaration is copied into the whole one that the page begins with."""
    shown = YAML(typ="safe").load(block)
    whole = YAML(typ="safe").load(SHOWN[0])["survey"]
    part = {**whole["with"], "survey": {**whole["with"]["survey"], **shown}}
    source = shown.get("survey") or {**whole, "with": part}
    form = form_of(source["format"], source["with"])
    assert mismatches(form, dataset_named(source["dataset"])) == []
    if "service" in source:
        path = CATALOGUE / "services" / f"{source['service']}.yaml"
        service_of(laid_over(read_yaml(path), source.get("ask", {})), path)


EUSURVEY_HEAD = [
    "Alias", "Contribution ID", "Creation Date", "Lingua",
    "Mi fido delle decisioni del distretto (Q1)", "Come si sposta? (Q2)", "Commento (Q3)",
]  # fmt: skip


def test_an_export_of_eusurvey_is_read_by_question_or_by_its_id(read: Read) -> None:
    lines = [
        [
            "prato",
            "c-1",
            "05/10/2026 10:03:22",
            "it",
            "4",
            "A piedi; In autobus",
            "tel 333 1234567",
        ],
        ["prato", "c-2", "06/10/2026 11:00:00", "it", "2", "In autobus", ""],
        ["prato", "c-3", "07/10/2026 11:00:00", "it", "", "", ""],
    ]
    items = {
        "trust": {
            "column": "Mi fido delle decisioni del distretto",
            "aliases": ["Mi fido delle decisioni del distretto (Q1)"],
            "kind": "likert",
            "scale": [1, 5],
        },
        "means": {
            "column": "Come si sposta? (Q2)",
            "kind": "multi",
            "separator": ";",
            "options": {"A piedi": "w", "In autobus": "b"},
        },
    }

    parsed = read(
        workbook({"Content": [EUSURVEY_HEAD, *lines]}),
        "eusurvey_xlsx",
        "survey_answers",
        {"survey": {"items": items}, "columns": {"survey_id": {"const": "prato_2026"}}},
    )

    assert answers(parsed) == [
        ("means", "b", None, "given"),
        ("means", "w", None, "given"),
        ("trust", "4", Decimal(4), "given"),
        ("means", "b", None, "given"),
        ("trust", "2", Decimal(2), "given"),
    ]
    assert "333" not in str(parsed.table.to_pydict())
    assert len(set(parsed.table["respondent_key"].to_pylist())) == 2
    assert parsed.table["survey_id"].unique().to_pylist() == ["prato_2026"]
