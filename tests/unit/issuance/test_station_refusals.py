"""What the station refuses: foreign cards, finished cards, and cards that write something else."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto.errors import CryptoError
from hardware_sim.card.card import Card
from hardware_sim.card.state import Persistent
from issuance.book_errors import StorageError
from issuance.card_content import ComputedContent
from issuance.errors import IssuanceError
from issuance.station import MadeCard, Station
from issuance.station_errors import CardMismatchError, ForeignCardError
from reader.card_profile.ssse import CardHolder, CardIssuer
from reader.errors import (
    CardAuthenticationError,
    CardRefusedError,
    ReaderError,
)
from reader.global_platform import CardLifeCycle, GpIns
from reader.iso7816.commands import Ins
from reader.session import CardSession
from tests.desk import NOW, PIN, Counting, Desk, counter_bytes, with_group

PROFILES = ("v3.00", "v2.00", "v1.00", "international")


class Twisted:
    """A chip whose answer to the n-th command of one instruction is changed on its way."""

    def __init__(self, card: Card, ins: int, lie: Callable[[bytes], bytes], *, nth: int = 1):
        self._card, self._ins, self._lie, self._nth = card, ins, lie, nth

    def transmit(self, command: bytes) -> bytes:
        answer = self._card.transmit(command)
        if command[1] == self._ins:
            self._nth -= 1
            return self._lie(answer) if self._nth == 0 else answer
        return answer


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk.open(tmp_path_factory.mktemp("desk"), "international")


def station(desk: Desk) -> Station:
    return Station(desk.store, random=counter_bytes(7), clock=lambda: NOW)


def life_cycle(card: Card) -> CardLifeCycle:
    return card.persistent.life_cycle


@pytest.mark.parametrize("profile", PROFILES)
def test_a_finished_card_is_no_blank(profile, tmp_path):
    desk = Desk.open(tmp_path, profile)
    card = desk.blank()
    desk.make(card)
    before = repr(card.persistent.records)
    with pytest.raises(ForeignCardError):
        desk.make(card, desk.job(2, name="李四"))
    assert repr(card.persistent.records) == before


def test_a_blank_of_another_factory_is_not_opened(desk, tmp_path):
    stranger = Desk.stranger(tmp_path, "international").blank()
    with pytest.raises(CardAuthenticationError):
        desk.make(stranger)
    assert stranger.persistent.records == desk.blank()._chip.persistent.records


@pytest.mark.parametrize(
    "atr", [b"", b"\x3b", bytes.fromhex("3B 00"), bytes.fromhex("3B 02 01 02")]
)
def test_a_card_with_another_answer_to_reset_is_not_touched(atr, desk):
    line = Counting(desk.blank())
    with pytest.raises(ForeignCardError):
        station(desk).personalize(line, atr, desk.job())
    assert line.log == []


def test_a_card_without_a_security_domain_is_refused(desk):
    card = Twisted(desk.blank(), Ins.SELECT, lambda answer: b"\x6a\x82")
    with pytest.raises(CardRefusedError, match="SELECT: 6A82"):
        station(desk).personalize(card, desk.blank().atr, desk.job())


def test_a_name_read_back_otherwise_is_a_mismatch_and_the_chip_stays_open(desk):
    card = desk.blank()

    def lie(answer: bytes) -> bytes:
        return answer.replace("张三".encode("gb18030"), "张二".encode("gb18030"))

    class Worn(Counting):
        def transmit(self, command: bytes) -> bytes:
            return lie(super().transmit(command))

    with pytest.raises(CardMismatchError, match="SSSE/EF06") as raised:
        station(desk).personalize(Worn(card), card.atr, desk.job())
    assert raised.value.what == "SSSE/EF06"
    assert life_cycle(card) is CardLifeCycle.OP_READY


def wear_holder(memory: Persistent) -> Persistent:
    """The name does not stay."""
    number, name, *others = memory.records["SSSE", 0xEF06]
    worn = (number, name[:2] + bytes(30), *others)
    return replace(memory, records={**memory.records, ("SSSE", 0xEF06): worn})


def wear_record(memory: Persistent) -> Persistent:
    """Eight bytes inside the signed record do not stay."""
    content = memory.binaries["DF0A", 0xEF0C]
    worn = content[:60] + b"\xa5" * 8 + content[68:]
    return replace(memory, binaries={**memory.binaries, ("DF0A", 0xEF0C): worn})


def wear_chip_key(memory: Persistent) -> Persistent:
    """The key pair does not stay."""
    return replace(memory, chip_key=b"")


@pytest.mark.parametrize("wear", [wear_holder, wear_record])
def test_a_memory_cell_that_does_not_hold_is_a_mismatch(wear, desk):
    card = Card(desk.blank().persistent, random=counter_bytes(), save=wear)
    with pytest.raises(CardMismatchError):
        station(desk).personalize(Counting(card), card.atr, desk.job())
    assert life_cycle(card) is CardLifeCycle.OP_READY


def test_a_book_that_refuses_leaves_the_chip_open(desk):
    card = desk.blank()

    def full(made: MadeCard) -> None:
        raise StorageError("The disk is full.", "磁盘已满。")

    with pytest.raises(StorageError):
        station(desk).personalize(Counting(card), card.atr, desk.job(), book=full)
    assert life_cycle(card) is CardLifeCycle.OP_READY
    card.reset()
    desk.make(card)
    assert life_cycle(card) is CardLifeCycle.SECURED


def test_the_book_is_told_before_the_chip_is_closed(desk):
    card = desk.blank()
    seen = []
    made = station(desk).personalize(
        Counting(card),
        card.atr,
        desk.job(),
        book=lambda made: seen.append((life_cycle(card), made)),
    )
    assert seen == [(CardLifeCycle.OP_READY, made)]
    assert (made.atr, len(made.chip_public_key or b"")) == (card.atr, 65)


def test_a_card_for_somebody_else_keeps_nothing_of_the_first_person(desk):
    """A run was cut off before the book knew of it; the chip is used for another card."""
    card = desk.blank()

    def cut(made: MadeCard) -> None:
        raise StorageError

    with pytest.raises(StorageError):
        station(desk).personalize(Counting(card), card.atr, desk.job(), book=cut)
    card.reset()
    desk.make(card, with_group(desk.job(2, name="李四"), birthplace=None, telephone=None))
    session = CardSession(Counting(card))
    session.verify_pin(PIN)
    holder = session.read(CardHolder)
    assert (holder.name, holder.birthplace) == ("李四", None)
    assert session.read(CardIssuer).card_number == desk.job(2).number


@pytest.mark.parametrize(
    "lie",
    [
        lambda answer: b"\x90\x00",
        lambda answer: b"",
        lambda answer: b"\x69\x82",
        lambda answer: answer[:-3] + bytes((answer[-3] ^ 1,)) + answer[-2:],
    ],
    ids=["unprotected", "nothing", "refused", "changed"],
)
@pytest.mark.parametrize("ins", [GpIns.INSTALL, GpIns.STORE_DATA, GpIns.PUT_KEY, GpIns.SET_STATUS])
def test_an_answer_changed_on_its_way_stops_the_work(ins, lie, desk):
    card = desk.blank()
    with pytest.raises((ReaderError, CryptoError)):
        station(desk).personalize(Twisted(card, ins, lie), card.atr, desk.job())
    assert life_cycle(card) is not CardLifeCycle.SECURED or ins is GpIns.SET_STATUS


def test_a_chip_that_loses_its_key_pair_is_a_mismatch(desk):
    """Nor holds one: it forgets the pair as soon as it made it."""
    card = Card(desk.blank().persistent, random=counter_bytes(), save=wear_chip_key)
    with pytest.raises(CardMismatchError, match="copied"):
        station(desk).personalize(Counting(card), card.atr, desk.job())
    assert life_cycle(card) is CardLifeCycle.OP_READY


answers = st.one_of(
    st.binary(max_size=20),
    st.binary(max_size=60).map(lambda data: data + b"\x90\x00"),
    st.sampled_from([b"\x61\x10", b"\x6c\x00", b"\x69\x85", b"\x90\x00"]),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lies=st.dictionaries(st.integers(0, 95), answers, min_size=1, max_size=2))
def test_any_answers_make_a_good_card_or_an_error_of_ours(desk, lies):
    card = desk.blank()

    class Liar(Counting):
        def transmit(self, command: bytes) -> bytes:
            answer = super().transmit(command)
            return lies.get(len(self.log) - 1, answer)

    try:
        station(desk).personalize(Liar(card), card.atr, desk.job())
    except (ReaderError, CryptoError, IssuanceError):
        return
    assert life_cycle(card) is CardLifeCycle.SECURED


def test_an_unfinished_card_is_finished_once(desk):
    card = desk.blank()
    job = desk.job()
    kept: list[MadeCard] = []

    def cut(made: MadeCard) -> None:
        kept.append(made)
        raise StorageError

    with pytest.raises(StorageError):
        station(desk).personalize(Counting(card), card.atr, job, book=cut)
    card.reset()
    content, record = ComputedContent.of(job, desk.store, card.atr), kept[0].record
    assert station(desk).finish(Counting(card), content, record) is True
    card.reset()
    assert station(desk).finish(Counting(card), content, record) is False
    assert life_cycle(card) is CardLifeCycle.SECURED


def test_a_card_with_another_record_than_the_books_is_not_closed(desk):
    card = desk.blank()

    def cut(made: MadeCard) -> None:
        raise StorageError

    with pytest.raises(StorageError):
        station(desk).personalize(Counting(card), card.atr, desk.job(), book=cut)
    card.reset()
    content = ComputedContent.of(desk.job(), desk.store, card.atr)
    with pytest.raises(CardMismatchError, match="DF0A/EF0C"):
        station(desk).finish(Counting(card), content, b"another")
    assert life_cycle(card) is CardLifeCycle.OP_READY
