"""What holds for every input: an answer or our refusal, always the same, monotone as the law is."""

import json
from contextlib import suppress
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.errors import CalculationError
from api.services.fields import read_object
from api.services.old_age.calculation import FIELDS as OLD_AGE
from api.services.old_age.rules import divisor_at
from api.services.old_age.transition import FIELDS as TRANSITION
from api.services.resident_old_age.calculation import FIELDS as RESIDENT
from api.services.retirement_age.calculation import FIELDS as RETIREMENT_AGE
from api.services.subjects import SUBJECTS
from api.services.unemployment.calculation import FIELDS as UNEMPLOYMENT
from api.services.work_injury.calculation import FIELDS as WORK_INJURY
from tests.calculation import calculated, run

NAMES = sorted({*OLD_AGE, *TRANSITION, *RESIDENT, *UNEMPLOYMENT, *WORK_INJURY, *RETIREMENT_AGE})
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(0, 900)
    | st.floats()
    | st.text(max_size=8)
    | st.decimals(0, 10_000, places=2).map(str)
    | st.sampled_from(["male", "1970-02", "60y3m", "上海", "1.3%", "1e5"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=9)
    ),
    max_leaves=20,
)
YEARS = st.decimals(0, 70, places=2)
FEN = st.integers(0, 10**9)


def yuan(fen: int) -> str:
    return str(Decimal(fen).scaleb(-2))


@given(subject=st.sampled_from(sorted(SUBJECTS)), content=JSON)
@settings(max_examples=300)
def test_any_json_gives_a_result_or_our_error(subject, content):
    result = run(subject, json.dumps(content).encode(), "--json")
    assert result.exit_code in (0, 3), result.exception
    assert bool(result.stdout) != bool(result.stderr)


@given(st.sampled_from(sorted(SUBJECTS)), st.binary(max_size=60))
def test_any_bytes_give_a_result_or_our_error(subject, content):
    with suppress(CalculationError):  # anything else would come through
        assert SUBJECTS[subject](read_object(content)).steps


@given(
    base=st.integers(1, 10**7),
    index=st.decimals(0, 3, places=4),
    years=YEARS,
    saved=FEN,
    age=st.integers(480, 840),
)
@settings(max_examples=50)
def test_the_same_inputs_give_the_same_award_whose_parts_add_up(base, index, years, saved, age):
    fields = {
        "provincial_base": yuan(base),
        "avg_index": str(index),
        "years": str(years),
        "account": yuan(saved),
        "retirement_age": age,
    }
    found = calculated("old-age", **fields)
    assert found == calculated("old-age", **dict(reversed(fields.items())))
    parts = Decimal(found["basic"]) + Decimal(found["account"])
    assert parts == Decimal(found["total"])


@given(st.tuples(YEARS, YEARS), st.tuples(FEN, FEN))
@settings(max_examples=50)
def test_more_years_and_a_fuller_account_never_give_less(years, saved):
    fewer, more = (
        calculated(
            "old-age",
            provincial_base=8000,
            avg_index="0.8",
            years=str(pick(years)),
            account=yuan(pick(saved)),
            divisor=139,
        )
        for pick in (min, max)
    )
    assert Decimal(fewer["total"]) <= Decimal(more["total"])


def test_a_later_retirement_never_has_a_greater_divisor():
    divisors = [divisor_at(age) for age in range(480, 841)]
    assert divisors == sorted(divisors, reverse=True)


@given(st.tuples(YEARS, YEARS))
@settings(max_examples=50)
def test_more_years_never_give_fewer_months_of_unemployment(years):
    for scale in ({}, {"months_per_year": 2}):
        fewer, more = (calculated("unemployment", years=str(p(years)), **scale) for p in (min, max))
        assert fewer["months"] <= more["months"]


def test_a_heavier_grade_gives_more():
    lumps = [
        Decimal(calculated("work-injury", grade=grade, own_wage="8235.50")["lump"])
        for grade in range(10, 0, -1)
    ]
    assert lumps == sorted(lumps)


def test_years_keep_all_their_digits():
    # A yuan for each year; cut to 28 digits on the way, these years would be 10.005, a fen more.
    years = "10.004" + "9" * 27
    found = calculated("old-age", provincial_base=100, avg_index=1, years=years)
    assert found["basic"] == "10.00"


def test_a_zero_of_absurd_size_is_refused():
    for zero in (b"0E+999999999", b"0E-999999999", b"1E-999999999"):
        assert run("resident-old-age", b'{"account": ' + zero + b"}").exit_code == 3
