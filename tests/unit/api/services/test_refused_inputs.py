"""A wrong input is refused with the field, why, and what to do; nothing is half done."""

import json

import pytest
from click.testing import CliRunner

from api.services.cli import services
from tests.calculation import refused, run

AWARD = {
    "provincial_base": 7570,
    "avg_index": "0.758",
    "years": 20,
    "account": "69743.68",
    "divisor": 170,
}
RIGHT = {
    "old-age": AWARD,
    "resident-old-age": {"account": "60000", "extra_per_year": 1, "years": 15},
    "unemployment": {"years": 5, "monthly_amount": 2000, "later_amount": 1600},
    "work-injury": {"grade": 5, "own_wage": "5000"},
    "retirement-age": {"category": "male", "birth": "1965-04"},
}
NEEDED = [
    (subject, name)
    for subject, fields in RIGHT.items()
    for name in fields
    if name != "later_amount"
    if (subject, name) != ("resident-old-age", "extra_per_year")
]


@pytest.mark.parametrize(("subject", "name"), NEEDED)
def test_missing_field(subject, name):
    without = {key: value for key, value in RIGHT[subject].items() if key != name}
    for content in (without, {**without, name: None}):
        error = refused(subject, content)
        assert error["code"] == "calculation-field-missing"
        assert error["field"] == name
        assert name in error["remedy"]["en"]


@pytest.mark.parametrize("subject", sorted(RIGHT))
def test_unknown_field_tells_the_known_ones(subject):
    error = refused(subject, {**RIGHT[subject], "provincial_bas": 1})
    assert (error["code"], error["field"]) == ("calculation-field-unknown", "provincial_bas")
    assert next(iter(RIGHT[subject])) in error["remedy"]["zh"]


NUMBERS = [
    (subject, name)
    for subject, fields in RIGHT.items()
    for name in fields
    if subject != "retirement-age"
]


@pytest.mark.parametrize(("subject", "name"), NUMBERS)
@pytest.mark.parametrize("value", ["x", "", "１２", "1e3", True, [], {}, -1, "-1", 1e30, "1" * 13])
def test_value_that_is_no_usable_number(subject, name, value):
    error = refused(subject, {**RIGHT[subject], name: value})
    assert error["code"] == "calculation-field-value"
    assert error["field"] == name


@pytest.mark.parametrize(
    ("subject", "changed", "field"),
    [
        ("old-age", {"divisor": None, "retirement_age": 479}, "retirement_age"),
        ("old-age", {"divisor": None, "retirement_age": 841}, "retirement_age"),
        ("old-age", {"divisor": None, "retirement_age": "39y11m"}, "retirement_age"),
        ("old-age", {"divisor": None, "retirement_age": "70岁1个月"}, "retirement_age"),
        ("old-age", {"divisor": None, "retirement_age": "720.5"}, "retirement_age"),
        ("old-age", {"retirement_age": 720}, "divisor"),
        ("old-age", {"divisor": 0}, "divisor"),
        ("old-age", {"account": "1.001"}, "account"),
        ("old-age", {"provincial_base": 0}, "provincial_base"),
        ("old-age", {"transition": {"coefficient": "0.2", "years": 1}}, "transition.coefficient"),
        ("old-age", {"transition": {"coefficient": "1.3"}}, "transition.years"),
        ("old-age", {"transition": {"koefficient": "1.3"}}, "transition.koefficient"),
        ("unemployment", {"contribution_years": 5}, "contribution_years"),
        ("unemployment", {"place": "长沙"}, "place"),
        ("unemployment", {"place": "上海", "months_per_year": 2}, "place"),
        ("work-injury", {"grade": 0}, "grade"),
        ("work-injury", {"grade": 11}, "grade"),
        ("work-injury", {"grade": 4, "medical_months": 6}, "medical_months"),
        ("retirement-age", {"category": "female"}, "category"),
        ("retirement-age", {"category": 1}, "category"),
        ("retirement-age", {"birth": "1965-13"}, "birth"),
        ("retirement-age", {"birth": "1965-4"}, "birth"),
        ("retirement-age", {"birth": "1918-05"}, "birth"),
        ("retirement-age", {"birth": "2100-01"}, "birth"),
    ],
    ids=str,
)
def test_value_outside_the_rules(subject, changed, field):
    error = refused(subject, {**RIGHT[subject], **changed})
    assert error["field"] == field
    assert error["cause"]["zh"].startswith(("字段", "缺少", "该项目"))


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"1", b"\xff", b'{"years":1,"years":2}', b'{"years":NaN}', b"[" * 9999],
    ids=lambda content: content[:12].decode("latin-1"),
)
def test_input_that_is_no_object(content):
    assert refused("unemployment", content)["code"] == "calculation-unreadable"


def test_file_that_is_not_there(tmp_path):
    missing = tmp_path / "award.json"
    result = CliRunner().invoke(services, ["calculate", "old-age", "--input", str(missing)])
    assert result.exit_code == 3
    assert "award.json" in result.stderr


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", "onecard: Field years is missing. Add years"), ("zh", "onecard: 缺少字段 years。")],
)
def test_the_error_is_one_line_in_the_language_of_the_run(language, line):
    content = json.dumps({"provincial_base": 1, "avg_index": 1}).encode()
    result = run("old-age", content, language=language)
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1
