"""What goes wrong with a card, seen from the reader: over the memory file, and over a socket."""

from dataclasses import replace

import pytest

from hardware_sim.errors import CardFileError, FaultError
from hardware_sim.fault_names import HELP, Tools, parse
from hardware_sim.faults import NoAnswer, PowerCut
from hardware_sim.storage import CardFile, load_card
from reader.errors import CardRemovedError
from reader.tcp import TcpTransport
from tests.card_on_a_port import served
from tests.fixed_card import fixed_card

SELECT = bytes.fromhex("00A4040C0F7378312E73682EC9E7BBE1B1A3D5CF")
VERIFY_WRONG = bytes.fromhex("0020000003999999")
VERIFY = bytes.fromhex("0020000003123456")
CHALLENGE = bytes.fromhex("0084000008")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "card.json"
    CardFile(path).create(fixed_card())
    return path


def tries(path):
    return CardFile(path).load().pin.tries_left


def with_fault(path, text, *, waited=None):
    tools = Tools(
        sleep=(waited.append if waited is not None else lambda seconds: None),
        load=lambda name: load_card(path.parent / name),
    )
    return load_card(path, faults=[parse(text, tools)])


def answer(card):
    """A wrong PIN's status word, in the environment that has the PIN; selecting counts as one."""
    assert card.transmit(SELECT)[-2:] == b"\x90\x00"
    return card.transmit(VERIFY_WRONG)


def test_power_gone_before_the_first_write_leaves_the_try_uncounted_and_the_proof_untold(path):
    before = tries(path)
    card = with_fault(path, "cut-before-write=1")
    with pytest.raises(PowerCut):
        answer(card)
    assert tries(path) == before


def test_power_gone_after_the_first_write_leaves_the_try_counted(path):
    before = tries(path)
    card = with_fault(path, "cut-after-write=1")
    with pytest.raises(PowerCut):
        answer(card)
    assert tries(path) == before - 1


def test_card_goes_on_from_its_memory_after_a_cut(path):
    before = tries(path)
    card = with_fault(path, "cut-after-write=1")
    with pytest.raises(PowerCut):
        answer(card)
    card.reset()
    assert answer(card) == bytes([0x63, 0xC0 + before - 2])


def test_a_command_whose_answer_is_lost_is_done(path):
    before = tries(path)
    card = with_fault(path, "cut-after-command=2")
    with pytest.raises(PowerCut):
        answer(card)
    assert tries(path) == before - 1


def test_a_mute_card_speaks_again_after_a_reset(path):
    card = with_fault(path, "mute=2")
    assert card.transmit(CHALLENGE)[-2:] == b"\x90\x00"
    for _ in range(2):
        with pytest.raises(NoAnswer):
            card.transmit(CHALLENGE)
    card.reset()
    assert card.transmit(CHALLENGE)[-2:] == b"\x90\x00"


def test_a_slow_card_takes_its_time_for_every_answer(path):
    waited = []
    card = with_fault(path, "slow=0.25", waited=waited)
    card.transmit(CHALLENGE)
    card.transmit(CHALLENGE)
    assert waited == [0.25, 0.25]


@pytest.mark.parametrize(
    ("text", "size", "sw"),
    [
        ("wrong-sw=1:6F00", 10, "6F00"),
        ("truncate=1:1", 1, ""),
        ("lengthen=1:300", 310, "9000"),
    ],
)
def test_one_answer_arrives_altered_and_the_next_one_whole(path, text, size, sw):
    card = with_fault(path, text)
    answer = card.transmit(CHALLENGE)
    assert len(answer) == size
    assert not sw or answer[-2:].hex().upper() == sw
    assert len(card.transmit(CHALLENGE)) == 10


def test_a_worn_cell_takes_no_more_writes_and_lets_no_try_pass(path):
    before = tries(path)
    card = with_fault(path, "worn=1")
    assert answer(card) == b"\x65\x81"
    assert card.transmit(VERIFY) == b"\x65\x81"
    assert tries(path) == before


def test_another_card_answers_in_the_middle_of_a_session(path):
    memory = fixed_card()
    other = path.parent / "other.json"
    CardFile(other).create(replace(memory, pin=replace(memory.pin, tries_left=2)))
    card = with_fault(path, "swap=3:other.json")
    assert answer(card)[-1] & 0x0F != 1
    assert answer(card) == b"\x63\xc1"
    assert tries(other) == 1


def test_a_card_put_in_the_place_of_another_answers_only_after_a_reset(path):
    memory = fixed_card()
    other = path.parent / "other.json"
    CardFile(other).create(replace(memory, pin=replace(memory.pin, tries_left=2)))
    before = tries(path)
    card = with_fault(path, "replace=2:other.json")
    with pytest.raises(PowerCut):
        answer(card)
    card.reset()
    assert answer(card) == b"\x63\xc1"
    assert (tries(path), tries(other)) == (before, 1)


def test_a_worn_pin_cell_fails_alone_and_from_its_second_write_on(path):
    before = tries(path)
    card = with_fault(path, "worn=2:pin")
    assert answer(card) == bytes([0x63, 0xC0 + before - 1])
    assert answer(card) == b"\x65\x81"
    assert tries(path) == before - 1


def test_a_worn_cell_lets_writes_of_other_cells_through(path):
    card = with_fault(path, "worn=1:wallet")
    assert answer(card)[0] == 0x63
    assert answer(card)[0] == 0x63


def test_a_reader_sees_a_torn_card_leave_and_come_back(path):
    before = tries(path)
    with served(with_fault(path, "cut-after-write=1")) as address:
        with TcpTransport.parse(address) as reader, pytest.raises(CardRemovedError):
            answer(reader)
        with TcpTransport.parse(address) as reader:
            assert answer(reader) == bytes([0x63, 0xC0 + before - 2])


def test_an_answer_longer_than_a_reader_can_be_told_of_is_cut(path):
    card = with_fault(path, "lengthen=1:70000")
    with served(card) as address, TcpTransport.parse(address) as reader:
        assert len(reader.transmit(CHALLENGE)) == 0xFFFF
        assert len(reader.transmit(CHALLENGE)) == 10


@pytest.mark.parametrize("text", ["mute=1", "replace=1:card.json", "cut-after-command=1"])
def test_a_reader_sees_a_card_without_an_answer_leave_and_come_back(path, text):
    with served(with_fault(path, text)) as address:
        with TcpTransport.parse(address) as reader, pytest.raises(CardRemovedError):
            reader.transmit(CHALLENGE)
        with TcpTransport.parse(address) as reader:
            assert reader.transmit(CHALLENGE)[-2:] == b"\x90\x00"


@pytest.mark.parametrize(
    "text",
    ["", "mute", "mute=", "mute=0", "mute=x", "melt=1", "wrong-sw=1", "wrong-sw=1:90", "slow=-1",
     "slow=nan", "slow=inf", "truncate=1:0", "swap=1:", "worn=1:ear", "replace=x:other.json"],
)  # fmt: skip
def test_what_is_no_fault_is_told_with_what_there_is(path, text):
    with pytest.raises(FaultError) as error:
        with_fault(path, text)
    assert any(name in str(error.value) for name in HELP)


def test_a_card_to_swap_in_must_be_there(path):
    with pytest.raises(CardFileError):
        with_fault(path, "swap=1:nowhere.json")
