"""Every number of a result is explained: formula, numbers, source, in both languages."""

import json

import pytest

from tests.calculation import calculated, run

INPUTS = {
    "old-age": {
        "provincial_base": 8462,
        "avg_index": "0.872",
        "years": "43.08",
        "account": "111640.05",
        "retirement_age": 721,
        "transition": {"coefficient": "1.3", "years": "14.04"},
        "extra": "317.88",
    },
    "resident-old-age": {"base": 176, "account": 60000, "years": 20, "extra_per_year": 1},
    "unemployment": {"years": 10, "months_per_year": 2, "carried_months": 2, "monthly_amount": 9},
    "work-injury": {
        "grade": 5,
        "own_wage": 5000,
        "average_wage": 6000,
        "medical_months": 4,
        "employment_months": 15,
    },
    "retirement-age": {"category": "female50", "birth": "1980-05"},
}


@pytest.mark.parametrize("subject", INPUTS)
def test_each_step_has_name_formula_numbers_result_and_source(subject):
    for step in calculated(subject, **INPUTS[subject])["explanation"]:
        assert step["name"]["en"]
        assert step["name"]["zh"]
        assert all(name in step["formula"] for name in step["numbers"])
        assert step["numbers"]
        assert step["result"]
        assert step["source"].endswith("起施行）")


@pytest.mark.parametrize("subject", INPUTS)
def test_every_amount_of_the_result_is_the_result_of_a_step(subject):
    found = calculated(subject, **INPUTS[subject])
    explained = {step["result"] for step in found["explanation"]}
    explained |= {text for step in found["explanation"] for text in step["numbers"].values()}
    amounts = ("basic", "account", "transition", "total", "lump", "monthly_allowance", "medical")
    for name in amounts:
        assert found.get(name) is None or found[name] in explained, name


def test_a_citizen_reads_formula_and_numbers_in_chinese():
    content = json.dumps(INPUTS["old-age"]).encode()
    read = run("old-age", content, language="zh").stdout
    assert "(计发基数 + 本人指数化工资所用基数 × 平均缴费指数) ÷ 2 × 缴费年限 × 1%" in read
    assert "(8462.00 + 8462.00 × 0.872) ÷ 2 × 43.08 × 1% = 3412.12" in read
    assert "国发〔2005〕38号 第六条（自 2006-01-01 起施行）" in read


def test_an_age_is_read_in_english():
    content = json.dumps(INPUTS["retirement-age"]).encode()
    read = run("retirement-age", content).stdout
    assert "52 years 9 months" in read
