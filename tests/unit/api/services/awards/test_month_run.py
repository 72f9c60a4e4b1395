"""The monthly run: whatever is decided in between, a month's items add up to what is due."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from api.services.awards import grants, month_run, month_totals
from api.services.awards.errors import NotYetDueError, UnevenRunError
from api.services.awards.models import PayableItem
from api.services.cli import services
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from issuance import audit
from issuance.book_errors import ConflictError
from onecard.settings import load
from tests.insurance import CLERK, ELSEWHERE_REGION, NOW, REGION, InsuranceOffice, insurance_office
from tests.insurance_engine import (
    FIRST,
    count,
    disturb,
    dues,
    granted,
    kept_pension,
    lacking,
    moment,
    sums,
    uneven,
    whole_month,
)

FEBRUARY = FIRST.after(1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InsuranceOffice]:
    """A pension that was computed and paid, for what is refused and leaves it as it is."""
    with insurance_office(tmp_path_factory.mktemp("paid")) as opened:
        for year in range(2010, 2026):
            opened.set("average_wage", "430000", f"{year}-01", "5000")
        opened.set("old_age.base", "430000", "2025-01", "8000")
        opened.change(lambda s: kept_pension(s, 0, settled=FIRST))
        yield opened


def test_each_month_adds_one_item_and_run_again_none(office: InsuranceOffice) -> None:
    office.change(lambda s: [granted(s, number, amount=100 + number) for number in range(7)])
    # Seven awards of 100 to 106 fen: 721 fen a month, in chunks of three.
    assert [whole_month(office.engine, FIRST.after(step)) for step in (0, 0, 1, 1)] == [7, 0, 7, 0]
    assert office.look(lambda s: sum(sums(s).values())) == 2 * 721
    assert office.look(uneven) == []
    office.look(audit.verify)


def test_a_run_of_a_province_leaves_other_provinces_alone(office: InsuranceOffice) -> None:
    office.change(lambda s: granted(s, 0, amount=100))
    office.change(lambda s: granted(s, 1, amount=100, region=ELSEWHERE_REGION))
    assert whole_month(office.engine, FIRST, region="430000") == 1
    assert whole_month(office.engine, FIRST, region="000000") == 1


@pytest.mark.parametrize(
    ("region", "first", "last"),
    [
        ("000000", "000000", "999999"),
        ("430000", "430000", "439999"),
        ("431000", "431000", "431099"),  # Chenzhou: a city whose code ends in three zeros
        ("430102", "430102", "430102"),
        ("430110", "430110", "430110"),
    ],
)
def test_a_region_reaches_from_its_first_code_to_its_last(
    region: str, first: str, last: str
) -> None:
    assert month_run.bounds(region) == (first, last)


def test_a_month_is_not_payable_before_it_begins_in_china(office: InsuranceOffice) -> None:
    run = month_run.Run(region=REGION, insurance=Insurance.OLD_AGE, month=FEBRUARY)
    eve = moment(FEBRUARY, day=1).replace(day=1, hour=0)  # 08:00 in China
    with pytest.raises(NotYetDueError):
        office.change(
            lambda s: month_run.begin(s, run, by=CLERK, at=moment(FIRST, day=31).replace(hour=15))
        )
    office.change(lambda s: month_run.begin(s, run, by=CLERK, at=eve))


def test_back_payments_and_recoveries_come_with_the_next_run(office: InsuranceOffice) -> None:
    award = office.change(lambda s: granted(s, 0, amount=1000))
    whole_month(office.engine, FIRST)
    whole_month(office.engine, FEBRUARY)
    office.change(
        lambda s: grants.change_amount(
            s,
            grants.get(s, award.id, lock=True),
            from_month=FEBRUARY,
            amount=Fen(900),
            calculation=None,
            reason="adjusted",
            at=NOW,
            by=CLERK,
        )
    )
    assert whole_month(office.engine, FIRST.after(3)) == 3
    rows = office.look(
        lambda s: s.execute(
            select(PayableItem.month, PayableItem.number, PayableItem.amount).order_by(
                PayableItem.month, PayableItem.number
            )
        ).all()
    )
    # February was paid 1,000 and is due 900; March was never run; April is the month itself.
    assert [(str(month), number, amount) for month, number, amount in rows] == [
        ("2026-01", 0, 1000),
        ("2026-02", 0, 1000),
        ("2026-02", 1, -100),
        ("2026-03", 0, 900),
        ("2026-04", 0, 900),
    ]


def test_what_changes_while_a_run_is_cut_off_is_settled_when_it_goes_on(
    office: InsuranceOffice,
) -> None:
    awards = office.change(lambda s: [granted(s, n, amount=100) for n in range(6)])
    run = month_run.Run(region=REGION, insurance=Insurance.OLD_AGE, month=FIRST)
    at = moment(FIRST)
    office.change(lambda s: month_run.begin(s, run, by=CLERK, at=at))
    office.change(lambda s: month_run.advance(s, run, by=CLERK, at=at, chunk=3))
    first = min(award.id for award in awards)
    office.change(
        lambda s: grants.end(
            s, grants.get(s, first), last_month=FIRST.after(-1), reason="death", at=at, by=CLERK
        )
    )
    assert whole_month(office.engine, FIRST) == 4  # three, and what is taken back
    assert office.look(lambda s: sum(sums(s).values())) == 500
    assert office.look(uneven) == []


@given(seed=st.integers(0, 2**32), steps=st.integers(5, 25))
@settings(max_examples=12, deadline=None)
def test_items_of_every_month_are_what_is_due_in_any_order(seed: int, steps: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # repeatable
    with TemporaryDirectory() as folder, insurance_office(Path(folder)) as office:
        month = FIRST.after(4)
        for _ in range(steps):
            if chance.random() < 0.5:
                office.change(lambda s: disturb(s, chance, month))  # noqa: B023
            else:
                month = month.after(chance.randint(0, 2))
                whole_month(office.engine, month, chunk=chance.randint(1, 4))
        whole_month(office.engine, month)
        assert whole_month(office.engine, month) == 0
        # Months beyond were made payable by nobody: what is due up to this one is all there is.
        assert office.look(sums) == office.look(lambda s: dues(s, month))
        assert office.look(lambda s: lacking(s, month)) == 0
        assert office.look(uneven) == []


def test_killed_at_any_moment_and_run_again_it_adds_each_item_once(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311  # repeatable
    with insurance_office(tmp_path) as office:
        office.change(lambda s: [granted(s, n, amount=100 + n) for n in range(60)])
        killed = 0
        for month in FIRST.through(FIRST.after(2)):
            child = _child(tmp_path / "book.sqlite3", month)
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(chance.uniform(0, 0.02))
            killed += child.poll() is None
            child.kill()
            child.communicate()
            whole_month(office.engine, month, chunk=2)
        assert killed
        assert count(office.engine) == 180
        # 60 awards of 100 to 159 fen: 60 x 100 + 59 x 60 / 2 = 7,770 fen a month.
        assert office.look(lambda s: sum(sums(s).values())) == 3 * 7770
        assert office.look(uneven) == []
        office.look(audit.verify)


def _child(book: Path, month: Month) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.insurance_month_child", str(book), str(month)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def test_the_command_gives_the_totals_of_each_fund(office: InsuranceOffice) -> None:
    office.change(lambda s: [granted(s, n, amount=100_01 + n) for n in range(3)])
    office.change(lambda s: granted(s, 9, amount=7, region=ELSEWHERE_REGION))
    words = ["month", "--month", "2026-11", "--region", "000000", "--operator", "Chen", "--json"]
    settings = load({"ONECARD_DATABASE": str(office.engine.url.database)}, None)
    for _ in range(2):
        found = json.loads(CliRunner().invoke(services, words, obj=settings).stdout)
        # Eleven months since January: 11 x (100.01 + 100.02 + 100.03) and 11 x 0.07 yuan.
        assert (found["items"], found["total"]) == (44, "3301.43")
        assert [(one["region"], one["amount"]) for one in found["funds"]] == [
            (REGION, "3300.66"),
            (ELSEWHERE_REGION, "0.77"),
        ]


def test_a_total_that_is_not_the_sum_of_its_items_is_not_signed_off(
    office: InsuranceOffice,
) -> None:
    office.change(lambda s: granted(s, 0, amount=100))
    whole_month(office.engine, FIRST)
    stranger = (
        "INSERT INTO payable_item SELECT award, month, 1, 1, run, made_at, NULL FROM payable_item"
    )
    office.change(lambda s: s.execute(text(stranger)))
    run = month_run.Run(region=REGION, insurance=Insurance.OLD_AGE, month=FIRST)
    with pytest.raises(UnevenRunError):
        office.look(lambda s: month_totals.totals(s, [run]))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE calculation SET results = '{}'",
        "DELETE FROM calculation",
        "UPDATE award_amount SET amount = 1",
        "DELETE FROM award_amount",
        "UPDATE payable_item SET amount = 1",
        "DELETE FROM payable_item",
    ],
)
def test_the_database_itself_keeps_what_was_decided(paid: InsuranceOffice, statement: str) -> None:
    with pytest.raises(ConflictError):
        paid.change(lambda s: s.execute(text(statement)))


def test_a_ledger_may_mark_what_it_took(paid: InsuranceOffice) -> None:
    paid.change(lambda s: s.execute(text("UPDATE payable_item SET taken = 'ledger 7'")))
    taken = paid.look(lambda s: s.execute(text("SELECT DISTINCT taken FROM payable_item")).all())
    assert taken == [("ledger 7",)]
