"""APPLICATION BLOCK and UNBLOCK, CARD BLOCK (LD/T 32.5, 7.1 and 7.2; PBOC; EMV)."""

import pytest

from hardware_sim import memory_json
from hardware_sim.card.blocks import ApplicationBlock
from hardware_sim.card.card import Card
from hardware_sim.card.state import Persistent
from tests.desk import counter_bytes
from tests.fixed_card import TRIES, fixed_card
from tests.pboc_host import BK, HOSTS, SSSE, STK, Terminal

DF01 = "00 A4 04 0C 06 D1 56 00 00 05 00"
DF04 = "00 A4 04 0C 06 D1 56 00 00 05 03"
ISD = "00 A4 04 00 08 A0 00 00 01 51 00 00 00"
LKDF04 = 0x83
BLOCK, BLOCK_FOR_EVER, UNBLOCK, BLOCK_CARD = (
    "84 1E 00 00",
    "84 1E 00 01",
    "84 18 00 00",
    "84 16 00 00",
)


@pytest.fixture(params=sorted(HOSTS))
def terminal(request: pytest.FixtureRequest) -> Terminal:
    card = Card(fixed_card(request.param), random=counter_bytes())
    found = Terminal(card, request.param)
    assert found.sw(SSSE) == 0x9000
    return found


def do(terminal: Terminal, header: str, lock_key: int = BK) -> int:
    """The command as its issuer sends it: lock key, then MAC."""
    assert terminal.authenticate(lock_key) == 0x9000
    return terminal.sw(terminal.with_mac(header))


def test_a_blocked_application_warns_and_refuses(terminal):
    terminal.sw(DF01)
    assert do(terminal, BLOCK) == 0x9000
    assert terminal.sw("00 B2 20 28 04") == 0x6985
    answer, sw = terminal.send("00 A4 04 00 06 D1 56 00 00 05 00")
    assert (answer[:2], sw) == (b"\x6f" + bytes((len(answer) - 2,)), 0x6283)
    assert answer[2:10] == bytes.fromhex("84 06 D1 56 00 00 05 00")
    for command in ("00 B2 20 28 04", "00 20 00 00 03 12 34 56", "00 88 00 00 10" + "00" * 16):
        assert terminal.sw(command) == 0x6985


def test_the_other_applications_do_not_notice(terminal):
    terminal.sw(DF01)
    do(terminal, BLOCK)
    assert terminal.sw(SSSE) == 0x9000
    assert terminal.send("00 B2 03 28 06")[1] == 0x9000
    assert terminal.sw(DF04) == 0x9000


def test_a_block_is_kept_without_power(terminal):
    terminal.sw(DF01)
    do(terminal, BLOCK)
    stored = memory_json.from_json(Persistent, memory_json.to_json(terminal.card.persistent))
    assert stored.blocks == {"DF01": ApplicationBlock.TEMPORARY}
    again = Terminal(Card(stored, random=counter_bytes(9)), terminal.profile)
    assert again.sw(DF01) == 0x6283


def test_its_issuer_unblocks_it(terminal):
    terminal.sw(DF01)
    do(terminal, BLOCK)
    terminal.card.reset()
    terminal.sw(DF01)
    assert do(terminal, UNBLOCK) == 0x9000
    assert terminal.sw(DF01) == 0x9000
    assert terminal.sw("00 20 00 00 03 12 34 56") == 0x9000
    assert terminal.send("00 B2 20 28 04")[1] == 0x9000


def test_an_application_that_is_blocked_for_ever_is_gone(terminal):
    terminal.sw(DF01)
    assert do(terminal, BLOCK_FOR_EVER) == 0x9000
    for command in ("00 84 00 00 08", "00 A4 00 0C 02 EF 05", "84 18 00 00 04 00 00 00 00"):
        assert terminal.sw(command) == 0x9303
    terminal.card.reset()
    assert terminal.sw(DF01) == 0x9303
    assert terminal.sw("00 A4 00 0C 02 DF 01") == 0x9303
    # Nothing was selected: the card is where it was.
    assert terminal.sw(SSSE) == 0x9000
    assert terminal.sw(DF01) == 0x9303
    assert terminal.send("00 B2 03 2C 06")[1] == 0x9000


def test_what_is_blocked_for_a_time_may_be_blocked_for_ever(terminal):
    terminal.sw(DF01)
    do(terminal, BLOCK)
    assert do(terminal, BLOCK_FOR_EVER) == 0x9000
    assert terminal.sw(DF01) == 0x9303


def test_medical_insurance_has_a_lock_key_of_its_own(terminal):
    terminal.sw(DF04)
    terminal.authenticate(BK)
    assert terminal.sw(terminal.with_mac(BLOCK)) == 0x6982
    assert do(terminal, BLOCK, LKDF04) == 0x9000
    assert terminal.sw(DF04) == 0x6283


def test_a_mac_without_the_lock_key_blocks_nothing(terminal):
    terminal.sw(DF01)
    assert terminal.sw(terminal.with_mac(BLOCK)) == 0x6982
    assert terminal.sw(DF01) == 0x9000


def test_the_lock_key_without_a_mac_blocks_nothing(terminal):
    terminal.sw(DF01)
    terminal.authenticate(BK)
    assert terminal.sw("84 1E 00 00 04 00 00 00 00") == 0x6984
    terminal.challenge()
    assert terminal.sw("84 1E 00 00 04 00 00 00 00") == 0x6988
    assert terminal.card.persistent.keys["DF01", 0x82][0].tries_left == TRIES - 1
    assert terminal.sw("84 1E 00 00") == 0x6987
    assert terminal.sw("84 1E 00 00 05 00 00 00 00 00") == 0x6700
    assert terminal.sw(DF01) == 0x9000


def test_a_block_is_not_sent_twice(terminal):
    terminal.sw(DF01)
    terminal.authenticate(BK)
    command = terminal.with_mac(BLOCK)
    assert terminal.sw(command) == 0x9000
    assert terminal.sw(command) == 0x6984


def test_what_is_not_blocked_is_not_unblocked(terminal):
    terminal.sw(DF01)
    assert do(terminal, UNBLOCK) == 0x6985


@pytest.mark.parametrize("header", ["84 1E 00 02", "84 1E 01 00", "84 18 00 01", "84 16 01 00"])
def test_another_p1_or_p2_is_wrong(terminal, header):
    assert do(terminal, header) == 0x6A86


def test_a_blocked_card_does_nothing_more(terminal):
    assert do(terminal, BLOCK_CARD) == 0x9000
    for command in (SSSE, DF01, ISD, "00 84 00 00 08", "80 50 00 00 08" + "00" * 8):
        assert terminal.sw(command) == 0x6A81
    terminal.card.reset()
    assert terminal.sw(SSSE) == 0x6A81


def test_no_application_but_the_first_blocks_the_card(terminal):
    terminal.sw(DF01)
    assert do(terminal, BLOCK_CARD) == 0x6985
    assert terminal.sw(SSSE) == 0x9000


def test_a_card_is_blocked_though_its_first_application_is(terminal):
    assert do(terminal, BLOCK) == 0x9000
    assert terminal.sw(SSSE) == 0x6283
    assert do(terminal, BLOCK_CARD) == 0x9000
    assert terminal.sw(SSSE) == 0x6A81


def test_a_locked_maintenance_key_leaves_the_block_as_it_is(terminal):
    do(terminal, BLOCK)
    terminal.sw(SSSE)
    terminal.authenticate(BK)
    for _ in range(TRIES):
        terminal.challenge()
        assert terminal.sw("84 18 00 00 04 00 00 00 00") == 0x6988
    assert terminal.card.persistent.keys["SSSE", STK][0].tries_left == 0
    assert terminal.sw(terminal.with_mac(UNBLOCK)) == 0x6983
