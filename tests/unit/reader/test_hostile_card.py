"""A conversation with a card that answers anything: a value, or an error of the reader's own."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto.trust import TrustList
from hardware_sim.card.card import Card
from reader.authenticity import Verification
from reader.card_check import answer_challenge, check_card
from reader.card_profile.ssse import CardHolder, CardIssuer
from reader.card_reading import read_card
from reader.desk_keys import DeskKeys
from reader.errors import (
    AccessRefusedError,
    BlankCardError,
    CardRefusedError,
    MalformedAnswerError,
    PinBlockedError,
    ReaderError,
    WrongPinError,
)
from reader.iso7816.commands import Ins
from reader.session import CardSession
from tests.desk import NOW, PIN, Desk, counter_bytes, with_group
from tests.fixed_card import fixed_card

PROFILES = ("v1.00", "v2.00", "v3.00", "international")
Lie = Callable[[bytes], bytes]

answers = st.one_of(
    st.binary(max_size=40),
    st.binary(max_size=250).map(lambda data: data + b"\x90\x00"),
    st.binary(max_size=60).map(lambda data: bytes((8, len(data))) + data + b"\x90\x00"),
    st.sampled_from([0x6100, 0x6110, 0x6C00, 0x6C08, 0x6283, 0x63C0, 0x6982, 0x6983, 0x6A83]).map(
        lambda sw: sw.to_bytes(2, "big")
    ),
)


class Liar:
    """A good card whose answers to the commands of these places (from 0) are others."""

    def __init__(self, card: Card, lies: Mapping[int, bytes]) -> None:
        self._card, self._lies = card, lies
        self._place = -1

    def transmit(self, command: bytes) -> bytes:
        self._place += 1
        answer = self._card.transmit(command)
        return self._lies.get(self._place, answer)


class Twisted:
    """A good card whose answers to one instruction go through *lie*."""

    def __init__(self, card: Card, ins: int, lie: Lie) -> None:
        self._card, self._ins, self._lie = card, ins, lie

    def transmit(self, command: bytes) -> bytes:
        answer = self._card.transmit(command)
        return self._lie(answer) if command[1] == self._ins else answer


def powered(profile: str) -> Card:
    return Card(fixed_card(profile), random=counter_bytes())


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PROFILES), st.dictionaries(st.integers(0, 40), answers, max_size=4))
def test_reading_gives_values_or_reader_errors(profile, lies):
    try:
        session = CardSession(Liar(powered(profile), lies))
        session.verify_pin("123456")
    except ReaderError:
        return
    steps: list[Callable[[], object]] = [
        partial(session.read, CardIssuer),
        partial(session.read, CardHolder),
        partial(read_card, session),
        partial(session.change_pin, "123456", "654321"),
        partial(session.prove_chip, bytes(32)),
        partial(answer_challenge, session, bytes(32)),
        partial(session.authenticate, session.profile.key("RKSSSE"), lambda r, f: r, bytes(8)),
        partial(session.internal_authenticate, session.profile.key("IRK"), bytes(8), bytes(8)),
    ]
    for step in steps:
        try:
            step()
        except ReaderError:
            continue


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(PROFILES), st.dictionaries(st.integers(5, 400), answers, max_size=12))
def test_reading_everything_gives_content_or_reader_errors(profile, lies):
    try:
        content = read_card(CardSession(Liar(powered(profile), lies)), everything=True)
    except ReaderError:
        return
    assert content.to_json()["profile"] in PROFILES
    assert list(content.lines(chinese=True))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder: Path = tmp_path_factory.mktemp("desk")
    return Desk.open(folder, "v3.00")


@pytest.fixture(scope="module")
def made(desk: Desk) -> Card:
    card = desk.blank()
    desk.make(card)
    return card


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lies=st.dictionaries(st.integers(0, 45), answers, min_size=1, max_size=3))
def test_a_check_gives_a_verdict_or_a_reader_error(desk, made, lies):
    card = Card(made.persistent, random=counter_bytes())
    try:
        session = CardSession(Liar(card, lies))
        keys = DeskKeys.of(session, desk.store, card.atr, random=counter_bytes(3))
        keys.open_holder_data(session)
        found = check_card(
            session,
            trust=desk.store.public_keys(),
            now=NOW,
            random=counter_bytes(9),
            shared_key=keys.proves_shared,
        )
    except ReaderError:
        return
    assert isinstance(found, Verification)
    if found.genuine:
        assert found.record.name == "张三"


def test_a_blank_says_that_it_is_one(desk):
    with pytest.raises(BlankCardError):
        CardSession(desk.blank(2))


@pytest.mark.parametrize(
    ("record", "error"),
    [
        ("03 04 39 2E 39 39", ReaderError),  # version 9.99
        ("03 04 33 2E 30", MalformedAnswerError),  # cut short
        ("03 04 FF FF FF FF", BlankCardError),
        ("", MalformedAnswerError),
    ],
)
def test_a_version_that_says_nothing(record, error):
    card = Twisted(
        powered("v2.00"), Ins.READ_RECORD, lambda answer: bytes.fromhex(record) + b"\x90\x00"
    )
    with pytest.raises(error):
        CardSession(card)


def test_an_identification_code_that_is_none_is_malformed():
    def lie(answer: bytes) -> bytes:
        return b"\x01\x10" + bytes(16) + answer[18:] if answer[:1] == b"\x01" else answer

    session = CardSession(Twisted(powered("v2.00"), Ins.READ_RECORD, lie))
    assert session.read(CardHolder).name == "张三"
    with pytest.raises(MalformedAnswerError, match="identification code"):
        _ = session.identification_code


def test_an_answer_to_reset_of_no_card_is_malformed(desk):
    session = CardSession(powered("v2.00"))
    for atr in (b"", b"\x00\x00", bytes.fromhex("3B 00"), bytes.fromhex("3B 6D 00 00 00")):
        with pytest.raises(MalformedAnswerError):
            DeskKeys.of(session, desk.store, atr, random=counter_bytes())


def test_a_file_of_transparent_bytes_that_gives_one_at_a_time_ends():
    card = Twisted(powered("v2.00"), Ins.READ_BINARY, lambda answer: b"\xaa\x90\x00")
    session = CardSession(card)
    application = session.profile.application("DF0A")
    assert session.read_binary(application, application.files[0], size=20) == b"\xaa" * 20


def test_a_wrong_pin_counts_down_to_a_blocked_one():
    session = CardSession(powered("v3.00"))
    left = []
    for _ in range(6):
        with pytest.raises(WrongPinError) as raised:
            session.verify_pin("000000")
        left.append(raised.value.tries_left)
    assert left == [5, 4, 3, 2, 1, 0]
    for pin in ("000000", "123456"):
        with pytest.raises(PinBlockedError):
            session.verify_pin(pin)


def test_a_changed_pin_is_the_new_one():
    card = powered("v3.00")
    session = CardSession(card)
    session.change_pin("123456", "13579")
    card.reset()
    session = CardSession(card)
    with pytest.raises(WrongPinError):
        session.verify_pin("123456")
    session.verify_pin("13579")


def test_a_key_that_another_card_holds_is_refused(desk, made):
    card = Card(made.persistent, random=counter_bytes())
    session = CardSession(card)
    other = desk.blank(9)
    keys = DeskKeys.of(session, desk.store, other.atr, random=counter_bytes())
    with pytest.raises(CardRefusedError, match="wrong"):
        keys.open_holder_data(session)
    with pytest.raises(AccessRefusedError):
        session.read(CardHolder)


def test_a_right_ends_when_another_application_was_selected_by_somebody_else(desk, made):
    """What was proved holds until the card is reset."""
    card = Card(made.persistent, random=counter_bytes())
    session = CardSession(card)
    session.verify_pin(PIN)
    card.reset()
    with pytest.raises(ReaderError):
        session.read(CardHolder)


def test_a_verifier_without_trust_learns_nothing_of_the_holder(made):
    card = Card(made.persistent, random=counter_bytes())
    session = CardSession(card)
    session.verify_pin(PIN)
    found = check_card(session, trust=TrustList([]), now=NOW, random=counter_bytes())
    assert found.to_json()["card"] is None


def test_a_blank_item_stays_blank(desk):
    card = desk.blank(3)
    desk.make(card, with_group(desk.job(), birthplace=None, ethnic_group=None))
    session = CardSession(card)
    session.verify_pin(PIN)
    holder = session.read(CardHolder)
    assert (holder.birthplace, holder.ethnic_group, holder.name) == (None, None, "张三")
