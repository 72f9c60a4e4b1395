"""Accounts move between two books whole: no month twice, no fen lost."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.enrolment import transfers
from api.services.enrolment.errors import TransferSheetError
from api.services.enrolment.models import Contribution, Transfer
from api.services.money import Fen
from api.services.months import Month
from tests.insurance import CLERK, ELSEWHERE_REGION, NOW, REGION, STRANGER
from tests.insurance_enrolment import enrolment_counter, held
from tests.insurance_transfers import BIRTH, OLD_AGE, ask, balance, begun_here, book


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


def test_what_moves_goes_by_announced_rates_alone(tmp_path: Path) -> None:
    with ExitStack() as stack:
        folders = [tmp_path / name for name in ("changsha", "chengdu")]
        for folder in folders:
            folder.mkdir()
        here, there = (stack.enter_context(enrolment_counter(folder)) for folder in folders)
        for counter in (here, there):
            person = counter.person(BIRTH)
            for province in ("430000", "510000"):
                counter.set("account_interest.provisional", province, "2025-01", "1")
        here.employed(person, Month.of(2025, 7), Month.of(2025, 7))
        there.employed(person, Month.of(2025, 6), Month.of(2025, 7), region=ELSEWHERE_REGION)
        transfer = ask(here, person)
        sent = there.change(lambda s: _sent(s, transfer, person))
        # 400 x (7 + 6) x 1.5 % / 12 = 6.50 for 2025; the rate of 2026 is not announced.
        assert sent.account == 80_650
        # Of the doubled month 400 x 6 x 1.5 % / 12 = 3.00 comes back with it.
        assert book(here, transfer, sent.sheet).refund == 40_300


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
