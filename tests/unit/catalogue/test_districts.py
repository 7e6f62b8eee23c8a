"""A district file that is not meaningful is refused with file, line, field and what is accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.catalogue.catalogue import load
from pipelines.catalogue.declaration import DeclarationError

HEAD = """\
id: prova
name: Distretto di prova
city: Prova
boundary:
  - version: "1"
    valid_from: 2024-01-01
    municipalities: ["100005"]
    description: {it: prova, en: test}
sources:
"""
POINTS = (
    "{point_id: A, carrier: water, role: supply, site_id: S, sector: municipal,"
    " holder_group: C, holder_kind: public}"
)
CURVES = """\
  curves:
    dataset: meter_intervals
    format: e_distribuzione_curves
    from: "${NZD_INBOX}/prova/*.csv"
"""


def refused(folder: Path, text: str) -> list[str]:
    (folder / "prova.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as caught:
        load(folder)
    return caught.value.mistakes


def test_a_fifteen_line_file_is_a_district(tmp_path: Path) -> None:
    (tmp_path / "prova.yaml").write_text(
        HEAD + f"  points: {{dataset: metering_points, declared: [{POINTS}]}}\n" + CURVES,
        encoding="utf-8",
    )

    catalogue = load(tmp_path)

    assert [str(binding) for binding in catalogue.bindings] == ["prova.points", "prova.curves"]


def test_a_misspelt_dataset_is_named_with_its_line_and_the_accepted_names(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, HEAD + CURVES.replace("meter_intervals", "meter_interval"))

    assert "prova.yaml:11: sources.curves.dataset: 'meter_interval' is not declared" in said
    assert "Did you mean 'meter_intervals'?" in said


def test_an_unknown_key_is_named_with_what_is_accepted(tmp_path: Path) -> None:
    (said,) = refused(
        tmp_path, HEAD + f"  points: {{dataset: metering_points, declard: [{POINTS}]}}\n"
    )[:1]

    assert "prova.yaml:10" in said
    assert "Did you mean 'declared'?" in said


def test_a_secret_is_named_and_never_written(tmp_path: Path) -> None:
    (said,) = refused(
        tmp_path,
        HEAD
        + "  api:\n    dataset: weather_daily\n    format: open_meteo_daily\n    from: https://example.org/x.json\n"
        + "    headers: {X-Api-Key: letmein}\n",
    )

    assert "looks like a secret" in said
    assert "letmein" not in said


def test_a_linear_target_without_a_baseline_is_refused(tmp_path: Path) -> None:
    (said,) = refused(
        tmp_path, HEAD + "  {}\ntargets: [{kpi: EMI11, path: linear, reduction: 0.4}]\n"
    )

    assert "a linear path needs 'baseline' and 'reduction'" in said


def test_two_districts_of_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "altra.yaml").write_text(HEAD + "  {}\n", encoding="utf-8")

    (said,) = refused(tmp_path, HEAD + "  {}\n")

    assert "'prova' is already the id of another district file" in said


def test_a_file_that_is_not_yaml_is_named_with_the_line(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, "id: prova\nname: [\n")

    assert "prova.yaml:" in said
    assert "not valid YAML" in said


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"no district file \(\*\.yaml\)"):
        load(tmp_path)


def test_the_shipped_districts_load(checkout: Path) -> None:
    catalogue = load(checkout / "districts")

    assert sorted(catalogue.districts) == ["bergamo", "parma", "prato", "roma"]
    assert not any(district.demonstration for district in catalogue.districts.values())


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("", "prova.yaml:1: ", "the file is empty"),
        ("- a\n", "prova.yaml:1: ", "a block of 'key: value' lines"),
        (HEAD.replace("2024-01-01", "2024-13-01"), "prova.yaml:6: ", "'2024-13-01' is no date"),
        (HEAD.replace('["100005"]', "[100005]") + "  {}\n", "prova.yaml:7: ", "write it in quotes"),
        (
            HEAD.replace("Distretto di prova", "''") + "  {}\n",
            "prova.yaml:2: name",
            "must not be empty",
        ),
        (HEAD.replace("id: prova", "id: La Prova") + "  {}\n", "prova.yaml:1: id", "'La Prova'"),
        (HEAD + "  {}\nid: twice\n", "prova.yaml:11: ", 'duplicate key "id"'),
        (HEAD.replace("city:", "\tcity:"), "prova.yaml:3: ", "not valid YAML"),
        (
            HEAD + "  {}\ntargets: [{kpi: ENE99, path: level, value: 1}]\n",
            "prova.yaml:11: targets.0.kpi",
            "'ENE99' is not declared. Did you mean",
        ),
        (
            HEAD + CURVES.replace("e_distribuzione_curves", "points_csv"),
            "prova.yaml:11: sources.curves",
            "is for dataset 'metering_points', not 'meter_intervals'",
        ),
    ],
)
def test_each_mistake_is_one_line_with_file_and_line(
    tmp_path: Path, text: str, where: str, said: str
) -> None:
    mistakes = refused(tmp_path, text)

    assert len(mistakes) == 1
    assert where in mistakes[0]
    assert said in mistakes[0]
    assert "\n" not in mistakes[0]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://someone:letmein@example.org/x.csv", "the user before '@' looks like a secret"),
        ("https://example.org/x.csv?token=letmein", "'token' looks like a secret"),
        ("https://example.org/x.csv?apikey=letmein&y=1", "'apikey' looks like a secret"),
        ("ftp://example.org/x.csv", "'ftp://' is not fetched"),
    ],
)
def test_an_address_with_a_secret_or_nobody_to_ask_it_is_refused(
    tmp_path: Path, address: str, said: str
) -> None:
    (mistake,) = refused(tmp_path, HEAD + CURVES.replace("${NZD_INBOX}/prova/*.csv", address))

    assert said in mistake
    assert "letmein" not in mistake


def test_an_address_may_name_its_secret_and_ask_for_keywords(tmp_path: Path) -> None:
    address = "https://${USER_OF_X}@example.org/x?token=${TOKEN_OF_X}&keyword=a&station=3"
    text = HEAD + CURVES.replace("${NZD_INBOX}/prova/*.csv", address)
    (tmp_path / "prova.yaml").write_text(text, encoding="utf-8")

    assert load(tmp_path).bindings[0].source.scheme == "https"


def test_a_baseline_of_a_source_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (said,) = refused(
        tmp_path, HEAD + CURVES + "baselines:\n  - {sources: [curve], frequency: daily}\n"
    )

    assert "baselines.0.sources: no source of this district is called 'curve'" in said
    assert "Did you mean 'curves'?" in said
