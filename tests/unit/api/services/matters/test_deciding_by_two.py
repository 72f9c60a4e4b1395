"""What the second of two people confirms is what the first proposed, and he is another person."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.errors import RefusedError
from api.services.matters import bundles, decision, handing
from api.services.matters.errors import ProposalChangedError
from api.services.matters.models import Matter
from api.services.matters.states import Event
from api.services.months import Month
from api.services.people import changes
from api.services.people.errors import DeadPersonError
from issuance.book_errors import DutyError
from tests.insurance import CITY, CLERK, REVIEWER
from tests.insurance_counter import InsuranceCounter, insurance_counter


def retiring(counter: InsuranceCounter) -> str:
    """The matter of somebody who retires, received by Liu."""
    for year in range(2006, 2027):
        counter.set("average_wage", "430000", f"{year}-01", "5000")
    counter.set("old_age.base", "430000", "2026-01", "8000")
    person = counter.person(date(1966, 1, 15))
    counter.employed(person, Month.of(2006, 7), Month.of(2026, 6))
    return counter.receive("old_age.retire", person, month="2026-05")


def test_nobody_confirms_alone_what_came_out_since(tmp_path: Path) -> None:
    with insurance_counter(tmp_path) as counter:
        matter = retiring(counter)

        def review(digest: str, by: str = REVIEWER) -> Matter:
            return counter.change(
                lambda s: decision.review(s, matter, digest=digest, by=by, at=counter.at)
            )

        counter.decide(matter, second=None)
        counter.set("old_age.base", "430000", "2026-01", "9000")
        changed = counter.propose(matter, by=REVIEWER).digest
        with pytest.raises(ProposalChangedError):
            review(changed)
        assert counter.look(lambda s: grants.of_matter(s, matter)) == []
        counter.change(
            lambda s: decision.close(
                s, matter, Event.SEND_BACK, reason="基数已更新", by=REVIEWER, at=counter.at
            )
        )
        assert counter.decide(matter, second=None).digest == changed
        for same in (CLERK, "ＬＩＵ", "l i u"):  # the one who handled it, otherwise spelt
            with pytest.raises(DutyError, match="same person"):
                review(changed, same)
        assert review(changed).reviewed_by == REVIEWER


@pytest.mark.parametrize("words", ["长" * 201, "a\x00b", "a\u202eb"])
def test_what_cannot_be_written_down_is_no_reason(tmp_path: Path, words: str) -> None:
    with insurance_counter(tmp_path) as counter:
        matter = retiring(counter)

        def close(session: Session) -> object:
            return decision.close(
                session, matter, Event.REFUSE, reason=words, by=CLERK, at=counter.at
            )

        def hand(session: Session) -> object:
            return handing.hand(session, matter, CITY, note=words, by=CLERK, at=counter.at)

        for work in (close, hand):
            with pytest.raises(RefusedError, match="printable characters"):
                counter.change(work)


@pytest.mark.parametrize("name", ["", "x" * 33, "a/b", "\x00", "é"])
def test_a_matter_has_a_name_that_the_book_can_hold(tmp_path: Path, name: str) -> None:
    with insurance_counter(tmp_path) as counter:
        more = {"person": "x", "raw": {}, "by": CLERK, "at": counter.at}
        with pytest.raises(RefusedError, match="no name of a matter"):
            counter.change(lambda s: bundles.open_bundle(s, name, "retirement", **more))


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("private_pension.open", {"bank": "某银行"}),
        ("enrolment.base", {"from_month": "2026-11", "wage": "5000"}),
        ("unemployment.register", {"lost_on": "2026-11-05", "reason": "10"}),
    ],
)
def test_nothing_is_begun_for_somebody_who_died(
    tmp_path: Path, kind: str, raw: dict[str, str]
) -> None:
    with insurance_counter(tmp_path) as counter:
        person = counter.person(date(1980, 1, 15))
        matter = counter.receive(kind, person, **raw)
        counter.change(
            lambda s: changes.record_death(
                s, person, date(2026, 11, 20), reason="死亡医学证明", by=CLERK, at=counter.at
            )
        )
        with pytest.raises(DeadPersonError):
            counter.propose(matter)
