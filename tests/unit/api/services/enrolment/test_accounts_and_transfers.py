"""Accounts are closed with their interest; they move between regions whole, no month twice."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.enrolment import account_years, accounts, transfer_booking, transfers
from api.services.enrolment.errors import (
    EnrolmentMonthError,
    TransferSheetError,
    TransferStateError,
)
from api.services.enrolment.models import AccountYear, Contribution, Transfer
from api.services.errors import ParameterMissingError, RefusedError
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from tests.insurance import CLERK, ELSEWHERE_REGION, NOW, REGION, STRANGER
from tests.insurance_counter import InsuranceCounter
from tests.insurance_enrolment import correct, enrolment_counter, held, line, written

BIRTH = date(1990, 1, 15)
OLD_AGE = Insurance.OLD_AGE


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with enrolment_counter(tmp_path) as opened:
        yield opened


def balance(counter: InsuranceCounter, person: str, until: str = "2026-11") -> Fen:
    return counter.look(
        lambda s: accounts.balance(
            s,
            person,
            OLD_AGE,
            until=Month.parse(until),
            region=REGION,
            parameters=ParameterBook(s).view(),
        )
    )


def close(counter: InsuranceCounter, year: int) -> tuple[int, int]:
    return counter.change(
        lambda s: account_years.close_year(s, year, OLD_AGE, at=counter.at, by=CLERK)
    )


def test_years_are_closed_once_and_changed_by_a_correction(
    counter: InsuranceCounter, tmp_path: Path
) -> None:
    person = counter.person(BIRTH)
    counter.employed(person, Month.of(2024, 11), Month.of(2025, 2))
    assert (close(counter, 2025), close(counter, 2025)) == ((2, 0), (0, 0))
    first, second = counter.look(lambda s: account_years.years(s, person, OLD_AGE))
    # 400 x (2 + 1) = 1,200; x 2.62 % / 12 = 2.62
    assert (first.weighted, first.interest, first.closing) == (120_000, 262, 80_262)
    # 802.62 x 12 + 400 x (12 + 11) = 18,831.44; x 1.5 % / 12 = 23.5393
    assert (second.weighted, second.interest, second.closing) == (1_883_144, 2_354, 162_616)
    assert balance(counter, person, "2025-12") == 162_616
    more = line(person, month="2024-11", base="6000", employer_part="960", own_part="480")
    counter.set("base_most", "430000", "2024-01", "30000")
    counter.set("base_least", "430000", "2024-01", "3000")
    correct(counter, written(tmp_path, [more]))
    rows = counter.look(
        lambda s: s.scalars(
            select(AccountYear).order_by(AccountYear.year, AccountYear.version)
        ).all()
    )
    assert [(row.year, row.version, row.credited) for row in rows] == [
        (2024, 0, 88_000),
        (2024, 1, 80_000),
        (2025, 0, 80_000),
        (2025, 1, 80_000),
    ]
    assert close(counter, 2025) == (0, 0)


def test_a_year_is_closed_when_it_is_over_and_its_rate_announced(
    counter: InsuranceCounter,
) -> None:
    person = counter.person(BIRTH)
    counter.employed(person, Month.of(2026, 1), Month.of(2026, 3))
    with pytest.raises(EnrolmentMonthError):
        close(counter, 2026)
    counter.at = datetime(2027, 1, 5, 2, tzinfo=UTC)
    with pytest.raises(ParameterMissingError, match=r"old_age\.interest"):
        close(counter, 2026)


def ask(counter: InsuranceCounter, person: str, *, keep: str = "here") -> str:
    """The transfer from Chengdu that somebody asks for in Changsha."""
    matter = counter.receive("enrolment.transfer", person, from_region=ELSEWHERE_REGION, keep=keep)
    counter.decide(matter, second=None)
    (row,) = counter.look(
        lambda s: s.scalars(select(Transfer).where(Transfer.matter == matter)).all()
    )
    return row.id


def send(counter: InsuranceCounter, transfer: str, *, by: str = STRANGER) -> Transfer:
    return counter.change(lambda s: transfers.send(s, transfer, at=counter.at, by=by))


def book(counter: InsuranceCounter, transfer: str, content: Any = None) -> Transfer:
    return counter.change(
        lambda s: transfer_booking.book(s, transfer, content=content, at=counter.at, by=CLERK)
    )


def moved(counter: InsuranceCounter, person: str, first: Month, last: Month) -> None:
    """Somebody paid in Chengdu, and left."""
    counter.employed(person, first, last, region=ELSEWHERE_REGION)
    matter = counter.receive(
        "enrolment.end", person, by=STRANGER, last_month=str(last), reason="left"
    )
    counter.decide(matter, by=STRANGER, second=None)


def begun_here(counter: InsuranceCounter, person: str, first: str) -> None:
    matter = counter.receive("enrolment.flexible", person, from_month=first, income="5000")
    counter.decide(matter)


def test_in_one_book_a_transfer_moves_the_account_once_and_changes_no_month(
    counter: InsuranceCounter,
) -> None:
    person = counter.person(BIRTH)
    moved(counter, person, Month.of(2025, 1), Month.of(2025, 12))
    begun_here(counter, person, "2026-11")
    before = balance(counter, person)
    transfer = ask(counter, person)
    with pytest.raises(TransferStateError, match="under way"):
        ask(counter, person, keep="there")
    with pytest.raises(TransferStateError):
        send(counter, transfer, by=CLERK)  # not for the office that asked
    with pytest.raises(TransferStateError, match="not sent"):
        book(counter, transfer)
    sent = send(counter, transfer)
    # 12 months of 5,000 yuan at 12 %
    assert (sent.months, sent.fund, sent.account) == (12, 720_000, before)
    assert send(counter, transfer).sent_at == sent.sent_at
    for _ in range(2):
        done = book(counter, transfer)
        assert (done.state, done.doubled, done.refund) == ("booked", [], 0)
    assert (len(held(counter, person)), balance(counter, person)) == (12, before)


def test_there_and_back_the_same_months_move(counter: InsuranceCounter) -> None:
    rows = [("510104", "430102"), ("430102", "510104")]
    booked = [Transfer(from_region=left, to_region=reached) for left, reached in rows]
    assert transfers.kept_at(booked[:1]) == {"510000": "430000"}
    assert transfers.kept_at(booked) == {"510000": "510000", "430000": "510000"}


def test_within_a_province_nothing_has_to_move(counter: InsuranceCounter) -> None:
    person = counter.person(BIRTH)
    begun_here(counter, person, "2026-11")
    matter = counter.receive("enrolment.transfer", person, from_region="430200", keep="here")
    with pytest.raises(RefusedError, match="Within a province"):
        counter.propose(matter)


@pytest.mark.parametrize("keep", ["here", "there"])
def test_between_two_books_a_doubled_month_stays_once_and_no_fen_is_lost(
    tmp_path: Path, keep: str
) -> None:
    with ExitStack() as stack:
        folders = [tmp_path / name for name in ("changsha", "chengdu")]
        for folder in folders:
            folder.mkdir()
        here, there = (stack.enter_context(enrolment_counter(folder)) for folder in folders)
        person = here.person(BIRTH)
        there.person(BIRTH)
        # both have July and August 2025; Chengdu by another base
        here.employed(person, Month.of(2025, 7), Month.of(2026, 10))
        there.employed(
            person, Month.of(2024, 9), Month.of(2025, 8), region=ELSEWHERE_REGION, base=Fen(612_345)
        )
        brought = balance(here, person) + balance(there, person)
        transfer = ask(here, person, keep=keep)
        sheet = there.change(lambda s: _sent(s, transfer, person)).sheet
        assert sheet is not None
        forged = {**sheet, "account": sheet["account"] + 1}
        with pytest.raises(TransferSheetError):
            book(here, transfer, forged)
        done = book(here, transfer, sheet)
        assert book(here, transfer, sheet).booked_at == done.booked_at
        months = [str(one.month) for one in held(here, person)]
        assert months == [str(one) for one in Month.of(2024, 9).through(Month.of(2026, 10))]
        stays = REGION if keep == "here" else ELSEWHERE_REGION
        assert [(one["month"], one["stays"]) for one in done.doubled] == [
            ("2025-07", stays),
            ("2025-08", stays),
        ]
        assert balance(here, person) + (done.refund or 0) == brought
        (award,) = here.look(lambda s: grants.of_person(s, person))
        (item,) = here.look(lambda s: payables.items(s, award.id))
        assert (award.benefit, item.amount) == ("account_refund", done.refund)


def test_a_transfer_is_listed_sent_and_booked_from_the_command_line(
    counter: InsuranceCounter, tmp_path: Path
) -> None:
    person = counter.person(BIRTH)
    moved(counter, person, Month.of(2025, 1), Month.of(2025, 12))
    begun_here(counter, person, "2026-11")
    transfer = ask(counter, person)
    sheet = tmp_path / "sheet.json"
    (listed,) = counter.json("transfers", "list", "--state", "asked")["transfers"]
    assert listed["transfer"] == transfer
    sent = counter.json("transfers", "send", transfer, "--out", str(sheet), by=STRANGER)
    done = counter.json("transfers", "book", transfer, "--sheet", str(sheet))
    assert (sent["state"], done["state"], done["fund"]) == ("sent", "booked", "7200.00")
    years = counter.json("contributions", "show", person)["years"]
    # 5,000 over 8,000 yuan
    assert next((year["year"], year["months"], year["index"]) for year in years) == (
        2025,
        12,
        "0.625",
    )
    shown = counter.json("accounts", "close", "2025")
    assert (shown["closed"], counter.json("accounts", "show", person)["years"][0]["year"]) == (
        1,
        2025,
    )


months_paid = st.dictionaries(
    st.integers(0, 11).map(Month.of(2025, 1).after),
    st.integers(480_000, 2_400_000).map(Fen),
    min_size=1,
    max_size=5,
)


@settings(max_examples=5, deadline=None)
@given(mine=months_paid, others=months_paid, keep=st.sampled_from(["here", "there"]))
def test_whatever_two_regions_have_comes_together_and_goes_back_to_the_fen(
    mine: dict[Month, Fen], others: dict[Month, Fen], keep: str
) -> None:
    with TemporaryDirectory() as name, ExitStack() as stack:
        folders = [Path(name, place) for place in ("changsha", "chengdu")]
        for folder in folders:
            folder.mkdir()
        here, there = (stack.enter_context(enrolment_counter(folder)) for folder in folders)
        person = here.person(BIRTH)
        there.person(BIRTH)
        begun_here(here, person, "2026-11")
        for counter, paid, region in ((here, mine, REGION), (there, others, ELSEWHERE_REGION)):
            counter.change(lambda s, p=paid, r=region: s.add_all(_paid(person, p, r)))
        brought = balance(here, person) + balance(there, person)
        transfer = ask(here, person, keep=keep)
        sheet = there.change(lambda s: _sent(s, transfer, person)).sheet
        done = book(here, transfer, sheet)
        assert {one.month for one in held(here, person)} == {*mine, *others}
        assert {Month.parse(one["month"]) for one in done.doubled} == {*mine} & {*others}
        stays = balance(here, person)
        assert stays + (done.refund or 0) == brought
        # and back: what Chengdu gets is all that Changsha keeps
        back = here.change(lambda s: _back(s, person))
        assert (back.account, back.months) == (stays, len({*mine, *others}))


def _paid(person: str, paid: dict[Month, Fen], region: str) -> list[Contribution]:
    return [
        Contribution(
            person=person,
            insurance=OLD_AGE.value,
            month=month,
            version=0,
            region=region,
            category="employee",
            base=base,
            employer_part=Fen(base * 16 // 100),
            own_part=Fen(base * 8 // 100),
            account_part=Fen(base * 8 // 100),
            paid_month=month,
            kind="regular",
            at=NOW,
            by=CLERK,
        )
        for month, base in paid.items()
    ]


def _sent(session: Session, transfer: str, person: str) -> Transfer:
    wanted = transfers.TransferAsk(
        id=transfer,
        person=person,
        insurance=OLD_AGE,
        from_region=ELSEWHERE_REGION,
        to_region=REGION,
        keep="here",
    )
    transfers.ask(session, wanted, at=NOW, by=STRANGER)
    return transfers.send(session, transfer, at=NOW, by=STRANGER)


def _back(session: Session, person: str) -> Transfer:
    wanted = transfers.TransferAsk(
        id="back",
        person=person,
        insurance=OLD_AGE,
        from_region=REGION,
        to_region=ELSEWHERE_REGION,
        keep="here",
    )
    transfers.ask(session, wanted, at=NOW, by=CLERK)
    return transfers.send(session, "back", at=NOW, by=CLERK)
