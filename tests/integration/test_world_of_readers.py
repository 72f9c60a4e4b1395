"""Many cards in many readers through a real pcscd: put in, taken out, exchanged, pcscd killed."""

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest

from hardware_sim import factory
from hardware_sim.errors import CardFileError
from hardware_sim.readers.errors import (
    CardElsewhereError,
    DaemonError,
    NoSlotError,
    SlotEmptyError,
    SlotTakenError,
    UnpluggedError,
)
from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.world import World
from hardware_sim.storage import CardFile
from reader.card_profile.profiles import PROFILES
from reader.errors import CardRemovedError, NoCardError, NoServiceError, ReaderError
from tests.fixed_card import fixed_card_file
from tests.onecard_command import inserted_by_command

pcsc = pytest.importorskip("reader.pcsc", reason="needs pyscard")
pytestmark = pytest.mark.pcsc

PATIENCE_SECONDS = 20
GET_CHIP = bytes.fromhex("80CA9F7F2D")  # GET DATA, CPLC: of the security domain
SELECT_SSSE = bytes.fromhex("00A4040C0F7378312E73682EC9E7BBE1B1A3D5CF")
WRONG_PIN = bytes.fromhex("0020000003999999")
OK, MEMORY_FAILURE = bytes.fromhex("9000"), bytes.fromhex("6581")

T = TypeVar("T")


def soon(attempt: Callable[[], T], *failures: type[Exception]) -> T:
    """What *attempt* gives once it no longer fails so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return attempt()
        except failures:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def connected(world: World, slot: int) -> Any:
    name = world.readers[slot].name
    return soon(lambda: pcsc.PcscTransport(name), ReaderError)


def empty(world: World, slot: int) -> bool:
    try:
        pcsc.PcscTransport(world.readers[slot].name).close()
    except NoCardError:
        return True
    return False


def tries_left(card: Path) -> int:
    return CardFile(card).load().pin.tries_left


def lose_a_try(transport: Any) -> None:
    assert transport.transmit(SELECT_SSSE)[-2:] == OK
    assert transport.transmit(WRONG_PIN)[0] == 0x63


@pytest.fixture
def blanks(tmp_path):
    """Four blanks by their serials."""
    made = {bytes((0xA0, 0, 0, 0, 0, number)): tmp_path / f"{number}.json" for number in range(4)}
    for serial, card in made.items():
        blank = factory.blank(PROFILES["v3.00"], serial=serial, keys=lambda _: factory.test_keys())
        CardFile(card).create(blank)
    return made


def test_every_reader_has_its_own_card(world, blanks):
    for slot, card in enumerate(blanks.values()):
        world.put(slot, card)
    assert world.wait_until_noticed()
    with ExitStack() as stack:
        transports = [stack.enter_context(connected(world, slot)) for slot in range(4)]
        found = [transport.atr[-6:] for transport in transports]
        chips = [transport.transmit(GET_CHIP) for transport in reversed(transports)]
    assert found == list(blanks)
    assert [chip[-2:] for chip in chips] == [OK] * 4
    assert len(set(chips)) == 4


def test_insertion_and_removal_are_seen(world, blanks):
    card, *_ = blanks.values()
    before = empty(world, 1)
    assert world.insert(1, card) is not None
    connected(world, 1).close()
    assert world.remove(1) is not None
    assert (before, empty(world, 1)) == (True, True)


def test_a_swapped_card_is_not_noticed_and_cold(world, blanks):
    first, second, *_ = blanks.values()
    world.insert(0, first)
    with connected(world, 0) as transport:
        chip = transport.transmit(GET_CHIP)
        assert transport.transmit(SELECT_SSSE)[-2:] == OK
        assert transport.transmit(GET_CHIP)[-2:] != OK  # no longer the security domain
        world.swap(0, second)
        other = transport.transmit(GET_CHIP)
    assert (other[-2:], other == chip) == (OK, False)


def test_a_card_remembers_in_another_reader_what_happened_in_the_first(world, tmp_path):
    card = fixed_card_file(tmp_path)
    before = tries_left(card)
    for slot in (2, 3):
        world.insert(slot, card)
        with connected(world, slot) as transport:
            lose_a_try(transport)
        world.remove(slot)
    assert tries_left(card) == before - 2


def test_cards_come_back_when_pcscd_was_killed_and_remember(world, tmp_path):
    card = fixed_card_file(tmp_path)
    before = tries_left(card)
    world.insert(0, card)
    transport = connected(world, 0)
    lose_a_try(transport)
    assert world.restart_pcscd() is not None
    with transport, pytest.raises(ReaderError):
        transport.transmit(SELECT_SSSE)
    with connected(world, 0) as again:
        lose_a_try(again)
    assert tries_left(card) == before - 2


def test_a_card_may_be_in_before_pcscd_is_there(world, blanks):
    card, *_ = blanks.values()
    world.stop_pcscd()
    assert world.insert(0, card) is None
    with pytest.raises(NoServiceError):
        pcsc.reader_names()
    assert world.start_pcscd() is not None
    with connected(world, 0) as transport:
        assert transport.transmit(GET_CHIP)[-2:] == OK


def test_pcscd_that_dies_by_itself_is_found_dead_and_started(world, private_pcscd):
    private_pcscd.kill()
    assert world.pcscd_runs is False
    world.start_pcscd()
    assert world.pcscd_runs is True


def test_a_fault_befalls_a_card_in_the_middle_of_a_session(world, tmp_path):
    card = fixed_card_file(tmp_path)
    before = tries_left(card)
    world.insert(0, card)
    with connected(world, 0) as transport:
        assert transport.transmit(SELECT_SSSE)[-2:] == OK
        world.fault(0, "cut-after-write=1")
        with pytest.raises(CardRemovedError):
            transport.transmit(WRONG_PIN)
    assert tries_left(card) == before - 1
    with connected(world, 0) as transport:  # by itself it is back
        lose_a_try(transport)


def test_a_card_taken_out_while_it_has_no_power_makes_room_for_another(world, blanks):
    first, second, *_ = blanks.values()
    world.insert(0, first)
    world.fault(0, "cut-after-command=1")
    with connected(world, 0) as transport, pytest.raises(CardRemovedError):
        transport.transmit(GET_CHIP)
    world.remove(0)
    world.insert(0, second)
    with connected(world, 0) as transport:
        assert transport.atr[-6:] == list(blanks)[1]


def test_a_silent_card_can_be_taken_out_and_is_well_when_put_in_again(world, blanks):
    card, *_ = blanks.values()
    world.insert(0, card)
    world.fault(0, "mute=1")
    with connected(world, 0) as transport, pytest.raises(ReaderError):
        transport.transmit(GET_CHIP)
    world.remove(0)
    world.insert(0, card)
    with connected(world, 0) as transport:
        assert transport.transmit(GET_CHIP)[-2:] == OK


def test_a_card_that_cannot_write_its_file_is_told_of(private_pcscd, tmp_path):
    folder = tmp_path / "cards"
    folder.mkdir()
    card = fixed_card_file(folder)
    told: list[tuple[int, Exception]] = []

    def failed(slot: int, error: Exception) -> None:
        told.append((slot, error))

    with World(private_pcscd.readers, failed=failed) as world:
        world.insert(4, card)
        with connected(world, 4) as transport:
            assert transport.transmit(SELECT_SSSE)[-2:] == OK
            shutil.rmtree(folder)
            assert transport.transmit(WRONG_PIN) == MEMORY_FAILURE
        world.remove(4)
    ((slot, error),) = told
    assert (slot, isinstance(error, CardFileError)) == (4, True)


def test_what_cannot_be_is_refused_by_name(world, blanks):
    first, second, *_ = blanks.values()
    world.put(0, first)
    refusals: list[tuple[type[Exception], Callable[[], object]]] = [
        (SlotTakenError, lambda: world.insert(0, second)),
        (CardElsewhereError, lambda: world.insert(1, first)),
        (SlotEmptyError, lambda: world.remove(1)),
        (SlotEmptyError, lambda: world.swap(1, second)),
        (SlotEmptyError, lambda: world.fault(1, "mute=1")),
        (NoSlotError, lambda: world.insert(8, second)),
        (CardFileError, lambda: world.insert(1, second.with_name("none.json"))),
        (DaemonError, world.start_pcscd),
        (UnpluggedError, lambda: world.unplug(world.readers[0].name)),
    ]
    for expected, attempt in refusals:
        with pytest.raises(expected):
            attempt()
    assert [world.card(slot) for slot in range(2)] == [first, None]


def test_a_socket_that_somebody_listens_on_is_left_alone(private_pcscd, tmp_path):
    other = PrivatePcscd(tmp_path, readers=1, socket_path=private_pcscd.socket_path)
    with pytest.raises(DaemonError, match="another one listens"):
        other.start()
    assert pcsc.reader_names()


def test_a_card_served_by_the_command_comes_back_when_pcscd_does(world, tmp_path):
    card = fixed_card_file(tmp_path)
    before = tries_left(card)
    with inserted_by_command(card, world.readers[5]):
        for _ in range(2):
            world.restart_pcscd()
            with connected(world, 5) as transport:
                lose_a_try(transport)
    assert tries_left(card) == before - 2
