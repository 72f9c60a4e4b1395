"""Application keys: where they live, their versions, each with its own counter (LD/T 32.4)."""

from dataclasses import replace

import pytest

from hardware_sim.card import access_control
from hardware_sim.card.card import Card
from hardware_sim.card.cells import KeyCell
from hardware_sim.card.state import Chip, Persistent
from reader.card_profile.profiles import PROFILES
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import StatusError
from tests.desk import counter_bytes
from tests.fixed_card import KEY, TRIES, fixed_card
from tests.pboc_host import FACTOR, SSSE, UKSSSE, Terminal, des3

DF01, DF02 = "00 A4 04 0C 06 D1 56 00 00 05 00", "00 A4 04 0C 06 D1 56 00 00 05 01"
IRK = 0x00
UPDATE = "00 DC 05 28 06 05 04 20 30 01 01"
# The key of the terminal is the second version here; the first and the third have others.
VERSIONS = (
    KeyCell(bytes(16), 3, TRIES, TRIES),
    KeyCell(KEY, 2, TRIES, TRIES),
    KeyCell(b"\x01" * 16, 1, TRIES, TRIES),
)


def with_versions(kid: int) -> Persistent:
    card = fixed_card("v2.00")
    return replace(card, keys={**card.keys, ("SSSE", kid): VERSIONS})


def terminal_of(persistent: Persistent) -> Terminal:
    found = Terminal(Card(persistent, random=counter_bytes()), "v2.00")
    assert found.sw(SSSE) == 0x9000
    return found


@pytest.fixture
def terminal() -> Terminal:
    return terminal_of(with_versions(UKSSSE))


def tries(terminal: Terminal, application: str, kid: int) -> list[int]:
    return [cell.tries_left for cell in terminal.card.persistent.keys[application, kid]]


# --- which version ------------------------------------------------------------------------------


def test_without_a_version_the_current_key_is_meant(terminal):
    assert terminal.authenticate(UKSSSE) == 0x63C2  # the first, which is another key
    assert tries(terminal, "SSSE", UKSSSE) == [2, 3, 3]


@pytest.mark.parametrize("how", [{"p1": 2}, {"behind": b"\x02"}], ids=["P1", "behind"])
def test_a_version_is_named_in_p1_or_behind_the_data(terminal, how):
    assert terminal.authenticate(UKSSSE, **how) == 0x9000
    assert terminal.sw(UPDATE) == 0x9000


@pytest.mark.parametrize(
    ("how", "sw"),
    [
        ({"p1": 4}, 0x6A88),
        ({"behind": b"\x09"}, 0x6A88),
        ({"p1": 2, "behind": b"\x02"}, 0x6A86),
        ({"behind": b"\x00"}, 0x63C2),  # 00 is the current one here too
        ({"behind": b"\x02\x02"}, 0x6700),
    ],
)
def test_a_version_that_is_not_there_is_told(terminal, how, sw):
    assert terminal.authenticate(UKSSSE, **how) == sw
    assert terminal.sw(UPDATE) == 0x6982


def test_a_card_proves_the_version_that_it_is_asked_for():
    terminal = terminal_of(with_versions(IRK))
    random = bytes(range(8))

    def proof(key: bytes) -> bytes:
        return des3(des3(key, random), FACTOR)

    asked = b"\x00\x88\x00\x00\x10" + random + FACTOR
    assert terminal.send(asked) == (proof(bytes(16)), 0x9000)
    assert terminal.send(b"\x00\x88\x02" + asked[3:]) == (proof(KEY), 0x9000)
    with_byte = asked[:4] + b"\x11" + asked[5:] + b"\x01"
    assert terminal.send(with_byte) == (proof(b"\x01" * 16), 0x9000)


def test_what_a_version_byte_means_is_one_replaceable_rule():
    by_place = replace(PROFILES["v2.00"], names_key_version=lambda named, _, index: named == index)
    chip = Chip(by_place, with_versions(UKSSSE), counter_bytes(), lambda memory: memory)
    chip.volatile.application = by_place.application("SSSE")
    found = [access_control.find_key(chip, UKSSSE, place).cell.version for place in (0, 1, 2)]
    assert found == [3, 2, 1]
    with pytest.raises(StatusError):
        access_control.find_key(chip, UKSSSE, 3)


# --- counters -----------------------------------------------------------------------------------


def test_a_version_that_is_locked_leaves_the_others(terminal):
    for left in (2, 1, 0):
        assert terminal.authenticate(UKSSSE) == 0x63C0 | left
    assert terminal.authenticate(UKSSSE) == 0x6983
    assert terminal.authenticate(UKSSSE, p1=2) == 0x9000
    assert tries(terminal, "SSSE", UKSSSE) == [0, 3, 3]


def test_a_locked_key_does_not_open_to_its_own_proof():
    terminal = terminal_of(fixed_card("v2.00"))
    wrong = bytes((0x00, 0x82, 0x00, UKSSSE, 0x10)) + bytes(16)
    for left in (2, 1, 0):
        terminal.challenge()
        assert terminal.sw(wrong) == 0x63C0 | left
    assert terminal.authenticate(UKSSSE) == 0x6983
    terminal.card.reset()
    terminal.sw(SSSE)
    assert terminal.authenticate(UKSSSE) == 0x6983


def test_a_right_proof_gives_the_tries_back():
    terminal = terminal_of(fixed_card("v2.00"))
    terminal.challenge()
    terminal.sw(bytes((0x00, 0x82, 0x00, UKSSSE, 0x10)) + bytes(16))
    assert tries(terminal, "SSSE", UKSSSE) == [2]
    terminal.authenticate(UKSSSE)
    assert tries(terminal, "SSSE", UKSSSE) == [3]


# --- places -------------------------------------------------------------------------------------


def test_a_dfs_key_is_counted_in_its_df():
    terminal = terminal_of(fixed_card("v2.00"))
    terminal.sw(DF01)
    terminal.challenge()
    assert terminal.sw("00 82 00 83 10" + "00" * 16) == 0x63C2
    assert (tries(terminal, "DF01", 0x83), tries(terminal, "DF02", 0x83)) == ([2], [3])


def test_the_ssses_keys_serve_in_every_df():
    terminal = terminal_of(fixed_card("v2.00"))
    terminal.sw(DF02)
    assert terminal.authenticate(UKSSSE) == 0x9000
    terminal.sw(SSSE)
    assert terminal.sw(UPDATE) == 0x9000


@pytest.mark.parametrize("kid", [0x83, 0x01, 0x0F, 0x7F, 0xFF])
def test_a_key_that_is_not_there_is_told(kid):
    assert terminal_of(fixed_card("v2.00")).authenticate(kid) == 0x6A88


@pytest.mark.parametrize(("name", "kid"), [("IRK", 0x00), ("STK", 0x02)])
def test_a_key_that_serves_its_own_command_authenticates_nobody(name, kid):
    terminal = terminal_of(fixed_card("v2.00"))
    assert PROFILES["v2.00"].key(name).kid == kid
    assert terminal.authenticate(kid) == 0x6985


def test_the_data_of_an_authentication_has_its_size(terminal):
    terminal.challenge()
    for size in (0, 8, 15, 18):
        command = CommandApdu(ins=0x82, p2=UKSSSE, data=bytes(size)).encode()
        assert terminal.sw(command) == 0x6700
    assert tries(terminal, "SSSE", UKSSSE) == [3, 3, 3]
