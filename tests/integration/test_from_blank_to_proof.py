"""A blank becomes a card that a counter reads and that proves itself, in every profile."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crypto.trust import TrustList
from hardware_sim.card.card import Card
from reader.authenticity import CardStatus, Verdict
from reader.card_check import check_card
from reader.card_profile.ssse import CardHolder, CardIssuer
from reader.desk_keys import DeskKeys
from reader.errors import AccessRefusedError, WrongPinError
from reader.session import CardSession
from tests.desk import NOW, PIN, Counting, Desk, counter_bytes

PROFILES = ("v3.00", "v2.00", "v1.00", "international")


@pytest.fixture(params=PROFILES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    return Desk.open(tmp_path, request.param)


def open_session(card, desk):
    session = CardSession(Counting(card))
    keys = DeskKeys.of(session, desk.store, card.atr, random=counter_bytes(3))
    keys.open_holder_data(session)
    return session, keys


def check(card, desk, *, trust=None, now=NOW, status=None):
    session, keys = open_session(card, desk)
    return check_card(
        session,
        trust=desk.store.public_keys() if trust is None else trust,
        now=now,
        random=counter_bytes(9),
        status=status,
        shared_key=keys.proves_shared,
    )


def test_a_personalized_card_reads_back_as_it_was_ordered(desk):
    card = desk.blank()
    job = desk.job()
    made = desk.make(card, job)
    session, _ = open_session(card, desk)
    issuer = session.read(CardIssuer)
    assert issuer.identification_code == made.identification_code
    assert issuer.card_number == job.group(CardIssuer).card_number
    assert session.read(CardHolder) == job.group(CardHolder)


def test_a_personalized_card_proves_itself(desk):
    card = desk.blank()
    desk.make(card)
    found = check(card, desk)
    assert (found.verdict, found.checks) == (
        Verdict.GENUINE,
        ("signature", "validity", "data", "chip"),
    )


def test_the_record_on_another_chip_is_a_copy(desk):
    original, thief = desk.blank(1), desk.blank(2)
    desk.make(original)
    desk.make(thief)
    memory = original.persistent
    copied = replace(thief.persistent, records=memory.records, binaries=memory.binaries)
    assert check(Card(copied, random=counter_bytes(3)), desk).verdict is Verdict.COPIED


def test_one_changed_item_beside_the_record_is_an_alteration(desk):
    card = desk.blank()
    desk.make(card)
    memory = card.persistent
    number, name, *others = memory.records["SSSE", 0xEF06]
    other = name.replace("张".encode("gb18030"), "李".encode("gb18030"))
    changed = {**memory.records, ("SSSE", 0xEF06): (number, other, *others)}
    altered = Card(replace(memory, records=changed), random=counter_bytes(3))
    assert check(altered, desk).verdict is Verdict.ALTERED


def test_a_lost_card_is_revoked_whatever_else_holds(desk):
    card = desk.blank()
    desk.make(card)
    found = check(card, desk, status=lambda record: CardStatus.INVALID)
    assert (found.verdict, found.record is not None) == (Verdict.REVOKED, True)


def test_a_card_expires_at_the_end_of_its_last_day(desk):
    card = desk.blank()
    desk.make(card)
    ends = check(card, desk).record.expires_at
    assert check(card, desk, now=ends - timedelta(seconds=1)).verdict is Verdict.GENUINE
    assert check(card, desk, now=ends).verdict is Verdict.EXPIRED


def test_a_stranger_signature_is_an_unknown_key(desk):
    card = desk.blank()
    desk.make(card)
    assert check(card, desk, trust=TrustList([])).verdict is Verdict.UNKNOWN_KEY


def test_the_third_generation_keeps_the_holder_to_itself_until_the_pin(tmp_path):
    desk = Desk.open(tmp_path)
    card = desk.blank()
    desk.make(card)
    session = CardSession(Counting(card))
    with pytest.raises(AccessRefusedError):
        session.read(CardHolder)
    assert session.read(CardIssuer).card_number is None
    with pytest.raises(WrongPinError, match="tries left: 5"):
        session.verify_pin("000000")
    session.verify_pin(PIN)
    assert session.read(CardHolder).name == "张三"
