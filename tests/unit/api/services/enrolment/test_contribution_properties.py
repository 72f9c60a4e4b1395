"""Whatever the order, and however often: months and fen of contributions add up."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.enrolment import accounts, interest, rules
from api.services.enrolment.errors import FileRefusedError
from api.services.enrolment.parameters import PARAMETERS
from api.services.enrolment.record import PaidMonth
from api.services.enrolment.rules import Rates
from api.services.money import Fen, yuan_of
from api.services.months import Month
from api.services.parameters.names import table
from api.services.parameters.view import Parameters, Version
from tests.insurance_counter import InsuranceCounter
from tests.insurance_enrolment import (
    arrears_of,
    correct,
    enrol,
    enrolment_counter,
    held,
    line,
    post,
    written,
)

RATES = Rates(employer=Decimal("0.16"), own=Decimal("0.08"), account=Decimal("0.08"))
MONTHS = [Month.of(2026, month) for month in range(5, 12)]
bases = st.integers(480_000, 2_400_000).map(Fen)
paid_for = st.dictionaries(st.sampled_from(MONTHS), bases, min_size=1)


def _row(person: str, month: Month, base: Fen) -> tuple[str, ...]:
    shares = rules.shares_of(base, RATES)
    return line(
        person,
        month=str(month),
        base=yuan_of(base),
        employer_part=yuan_of(shares.employer),
        own_part=yuan_of(shares.own),
    )


def _state(counter: InsuranceCounter, person: str) -> list[tuple[str, int, int, int, int]]:
    return [
        (str(one.month), one.base, one.employer_part, one.own_part, one.account_part)
        for one in held(counter, person)
    ]


@settings(max_examples=6, deadline=None)
@given(first=paid_for, mended=st.dictionaries(st.sampled_from(MONTHS), bases), data=st.data())
def test_files_in_any_order_and_again_give_the_same_months_and_fen(
    first: dict[Month, Fen], mended: dict[Month, Fen], data: st.DataObject
) -> None:
    """Two people, the same rows: one in one file, one month by month in any order, each twice."""
    corrections = {month: base for month, base in mended.items() if month in first}
    order: Sequence[Month] = data.draw(st.permutations(list(first)))
    with TemporaryDirectory() as name, enrolment_counter(Path(name)) as counter:
        folder = Path(name)
        one, other = (counter.person(date(1990, 1, 15), serial=serial) for serial in (1, 2))
        for person in (one, other):
            enrol(counter, person, "2026-05")
        post(counter, written(folder, [_row(one, *item) for item in first.items()], name="1.csv"))
        for month in order:
            path = written(folder, [_row(other, month, first[month])], name=f"{month}.csv")
            assert not post(counter, path).again
            assert post(counter, path).again
        rows = [_row(other, *item) for item in first.items()]
        other_bytes = [(row[0], row[1].replace("-", ""), *row[2:]) for row in rows]
        again = written(folder, other_bytes, name="again.csv")
        with pytest.raises(FileRefusedError):
            post(counter, again)
        if corrections:
            for person in (one, other):
                rows = [_row(person, *item) for item in corrections.items()]
                correct(counter, written(folder, rows, name=f"{person}.csv"))
        assert _state(counter, one) == _state(counter, other)
        assert _state(counter, one) == [
            (str(month), base, *_shares(base))
            for month, base in sorted((first | corrections).items())
        ]
        owed = [
            [(row.month, row.amount, row.late_fee) for row in arrears_of(counter, person)]
            for person in (one, other)
        ]
        assert owed[0] == owed[1]


def _shares(base: Fen) -> tuple[int, int, int]:
    shares = rules.shares_of(base, RATES)
    return shares.employer, shares.own, shares.account


moments = st.integers(Month.of(2016, 1).number, Month.of(2024, 12).number).map(Month)
payments = st.lists(
    st.builds(
        lambda month, region, fen, late: PaidMonth(
            month, region, Fen(fen * 12), Fen(fen), month.after(late)
        ),
        month=moments,
        region=st.sampled_from(["430102", "430200", "510104", "110101"]),
        fen=st.integers(1, 10_000_000),
        late=st.integers(0, 24),
    ),
    max_size=30,
    unique_by=lambda one: one.month,
)


def _view(rates: Sequence[str]) -> Parameters:
    rows = [
        Version("000000", Month.of(2016 + place, 1).number, 0, rate)
        for place, rate in enumerate(rates)
    ]
    return Parameters(lambda name: rows if name == interest.INTEREST else [], table(PARAMETERS))


@settings(max_examples=50, deadline=None)
@given(
    paid=payments,
    rates=st.lists(st.sampled_from(["0.0831", "0.0262", "0.015"]), min_size=12, max_size=12),
    data=st.data(),
)
def test_accounts_add_up_by_province_and_year_in_any_order(
    paid: list[PaidMonth], rates: list[str], data: st.DataObject
) -> None:
    until, view = Month.of(2026, 12), _view(rates)

    def worth(some: Sequence[PaidMonth]) -> int:
        return accounts.balance_of(some, until=until, region="430102", parameters=view)

    shuffled = data.draw(st.permutations(paid))
    assert worth(shuffled) == worth(paid)
    provinces = {interest.province_of(one.region) for one in paid}
    parts = [
        worth([one for one in paid if interest.province_of(one.region) == province])
        for province in provinces
    ]
    assert sum(parts) == worth(paid)
    years = interest.years_of(paid, until=until, region="430102", parameters=view)
    principal = sum(one.account_part for one in paid)
    assert worth(paid) == principal + sum(year.interest for year in years)
