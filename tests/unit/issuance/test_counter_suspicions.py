"""A card that is not what it says leaves an entry, and the bureau is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crypto.trust import TrustList
from issuance.alarms import present
from issuance.alarms.kinds import Level
from issuance.counter import history
from issuance.counter.suspicions import EVENT
from issuance.models import AuditEntry
from reader.authenticity import Verdict, refusal
from reader.card_profile.values import CardNumber
from tests.bureau import CLERK
from tests.counter_book import DESK, CounterBook, counter_book


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Iterator[CounterBook]:
    with counter_book(tmp_path) as opened:
        yield opened


def entries(book: CounterBook) -> list[AuditEntry]:
    wanted = select(AuditEntry).where(AuditEntry.event == EVENT).order_by(AuditEntry.number)
    return list(book.look(lambda s: s.scalars(wanted).all()))


def alarms(book: CounterBook, **later: int) -> list[str]:
    at = book.at + timedelta(**later)
    found = book.look(lambda s: present.all_of(s, trust=TrustList(), at=at))
    return [one.cause[0] for one in found if one.code == "card-suspicious"]


def shown(book: CounterBook, verdict: Verdict, number: str | None = None) -> str:
    record = book.found().record
    assert record is not None
    claims = None if number is None else replace(record, card_number=CardNumber(number))
    visit = book.visit()
    book.show(visit, found=refusal(verdict, record=claims))
    return visit


def test_a_copy_stands_in_the_history_of_the_card_that_it_copies(book: CounterBook) -> None:
    visit = shown(book, Verdict.COPIED, book.number)
    events = book.look(lambda s: history.of_card(s, book.number)).events
    (found,) = [one for one in events if one.event == EVENT]
    assert found.by == CLERK
    assert found.detail == {
        "verdict": "copied",
        "desk": DESK,
        "ticket": visit,
        "purpose": "pension",
        "card": book.number,
    }


def test_the_bureau_is_told_for_a_week(book: CounterBook) -> None:
    shown(book, Verdict.COPIED, book.number)
    (told,) = alarms(book)
    assert told.startswith(f"A copied card was shown at desk {DESK} on ")
    assert told.endswith(f"{CLERK} at work, as card {book.number}.")
    assert alarms(book, days=7) == [told]
    assert alarms(book, days=7, seconds=1) == []


@pytest.mark.parametrize(
    ("verdict", "number"),
    [(Verdict.ALTERED, None), (Verdict.UNKNOWN_CARD, str(CardNumber.of("Z0000001")))],
    ids=["altered", "unknown_card"],
)
def test_what_the_book_does_not_have_is_told_too(
    book: CounterBook, verdict: Verdict, number: str | None
) -> None:
    shown(book, verdict, number)
    (entry,) = entries(book)
    assert (entry.chain, json.loads(entry.detail)["verdict"]) == ("office", verdict.value)
    assert len(alarms(book)) == 1


def test_a_card_of_another_region_is_noted_and_no_alarm(book: CounterBook) -> None:
    visit = shown(book, Verdict.UNKNOWN_KEY)
    (entry,) = entries(book)
    assert entry.subject == f"ticket {visit}"
    assert alarms(book) == []


def test_cards_of_other_verdicts_leave_no_such_entry(book: CounterBook) -> None:
    for verdict in (Verdict.REPLAYED, Verdict.MALFORMED):
        shown(book, verdict)
    book.shown()
    assert entries(book) == []


def test_nothing_of_the_person_is_in_it(book: CounterBook) -> None:
    shown(book, Verdict.COPIED, book.number)
    record = book.found().record
    assert record is not None
    for entry in entries(book):
        assert record.name not in entry.detail
        assert str(record.social_security_number) not in entry.detail


def test_it_is_urgent(book: CounterBook) -> None:
    shown(book, Verdict.ALTERED)
    found = book.look(lambda s: present.all_of(s, trust=TrustList(), at=book.at))
    assert found[0].code == "card-suspicious"
    assert found[0].level is Level.ALARM
