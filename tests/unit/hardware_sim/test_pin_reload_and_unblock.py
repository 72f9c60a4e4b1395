"""What the issuer does for a forgotten or blocked PIN (LD/T 32.5, PIN CHANGE/UNBLOCK)."""

from dataclasses import replace

import pytest

from hardware_sim.card.card import Card
from hardware_sim.card.cells import NO_PIN
from tests.desk import counter_bytes
from tests.fixed_card import TRIES, fixed_card
from tests.pboc_host import HOSTS, PUK, SSSE, STK, Terminal

DF01 = "00 A4 04 0C 06 D1 56 00 00 05 00"
PIN, NEW_PIN = bytes.fromhex("123456"), bytes.fromhex("654321")
VERIFY, VERIFY_NEW = "00 20 00 00 03 12 34 56", "00 20 00 00 03 65 43 21"
UNBLOCK, RELOAD = "84 24 00 00", "84 24 00 01"


@pytest.fixture(params=sorted(HOSTS))
def terminal(request: pytest.FixtureRequest) -> Terminal:
    card = Card(fixed_card(request.param), random=counter_bytes())
    found = Terminal(card, request.param)
    assert found.sw(SSSE) == 0x9000
    return found


def block_pin(terminal: Terminal) -> None:
    for _ in range(6):
        terminal.sw("00 20 00 00 03 99 99 99")
    assert terminal.sw(VERIFY) == 0x6983


def flipped(command: bytes, place: int) -> bytes:
    changed = bytearray(command)
    changed[place] ^= 0x80
    return bytes(changed)


def test_the_issuer_reloads_a_blocked_pin(terminal):
    block_pin(terminal)
    assert terminal.authenticate(PUK) == 0x9000
    assert terminal.sw(terminal.sealed(RELOAD, NEW_PIN)) == 0x9000
    assert terminal.sw(VERIFY) == 0x63C5
    assert terminal.sw(VERIFY_NEW) == 0x9000


def test_the_issuer_unblocks_the_pin_and_keeps_it(terminal):
    block_pin(terminal)
    terminal.authenticate(PUK)
    assert terminal.sw(terminal.with_mac(UNBLOCK)) == 0x9000
    assert terminal.sw("00 20 00 00") == 0x63C6
    assert terminal.sw(VERIFY) == 0x9000


def test_commands_have_the_sizes_that_drivers_of_the_field_expect(terminal):
    """34 or 50 hexadecimal digits for a reload, 18 for an unblock."""
    wide = terminal.host.block == 16
    assert len(terminal.sealed(RELOAD, NEW_PIN)) == (25 if wide else 17)
    assert len(terminal.with_mac(UNBLOCK)) == 9


@pytest.mark.parametrize("header", [RELOAD, UNBLOCK])
def test_without_puk_the_pin_stays(terminal, header):
    command = terminal.sealed(header, NEW_PIN) if header == RELOAD else terminal.with_mac(header)
    assert terminal.sw(command) == 0x6982
    assert terminal.sw(VERIFY) == 0x9000


def test_the_pin_does_not_stand_in_for_puk(terminal):
    assert terminal.sw(VERIFY) == 0x9000
    assert terminal.sw(terminal.sealed(RELOAD, NEW_PIN)) == 0x6982


def test_puk_serves_once(terminal):
    terminal.authenticate(PUK)
    assert terminal.sw(terminal.sealed(RELOAD, NEW_PIN)) == 0x9000
    assert terminal.sw(terminal.with_mac(UNBLOCK)) == 0x6982


def test_a_reset_forgets_that_puk_was_proved(terminal):
    terminal.authenticate(PUK)
    terminal.card.reset()
    terminal.sw(SSSE)
    assert terminal.sw(terminal.sealed(RELOAD, NEW_PIN)) == 0x6982


def test_whoever_knew_the_old_pin_is_asked_for_the_new_one(terminal):
    terminal.sw(VERIFY)
    terminal.authenticate(PUK)
    assert terminal.sw(terminal.sealed(RELOAD, NEW_PIN)) == 0x9000
    terminal.sw(DF01)
    assert terminal.sw("00 B2 20 28 04") == 0x6982


@pytest.mark.parametrize("place", [5, -1])  # in the cipher, in the MAC
def test_a_reload_that_was_tampered_with_is_refused_and_costs_a_try(terminal, place):
    terminal.authenticate(PUK)
    assert terminal.sw(flipped(terminal.sealed(RELOAD, NEW_PIN), place)) == 0x6988
    assert terminal.card.persistent.keys["SSSE", STK][0].tries_left == TRIES - 1
    assert terminal.sw(VERIFY) == 0x9000


def test_a_wrong_mac_unblocks_nothing(terminal):
    block_pin(terminal)
    terminal.authenticate(PUK)
    assert terminal.sw(flipped(terminal.with_mac(UNBLOCK), -1)) == 0x6988
    assert terminal.sw(VERIFY) == 0x6983


def test_a_reload_serves_once(terminal):
    terminal.authenticate(PUK)
    command = terminal.sealed(RELOAD, NEW_PIN)
    assert terminal.sw(command) == 0x9000
    terminal.authenticate(PUK)
    assert terminal.sw(command) == 0x6984
    terminal.challenge()
    assert terminal.sw(command) == 0x6988


def test_a_pin_that_is_no_digits_is_not_loaded(terminal):
    terminal.authenticate(PUK)
    assert terminal.sw(terminal.sealed(RELOAD, b"\xab\xcd\xef")) == 0x6A80
    assert terminal.sw(VERIFY) == 0x9000


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("84 24 00 01 04 00 00 00 00", 0x6987),  # a reload without data
        ("84 24 00 01", 0x6987),
        ("84 24 00 00", 0x6987),
        ("84 24 00 00 0C" + "00" * 12, 0x6700),  # an unblock with data
        ("84 24 00 02 0C" + "00" * 12, 0x6A86),
        ("84 24 01 00 04 00 00 00 00", 0x6A86),
        ("84 D4 00 00 04 00 00 00 00", 0x6A86),
        ("80 24 00 01 0C" + "00" * 12, 0x6E00),  # not secured
    ],
)
def test_a_command_of_another_form_is_refused(terminal, command, sw):
    terminal.authenticate(PUK)
    terminal.challenge()
    known = command[3:5] == "24" or terminal.profile == "v3.00"
    assert terminal.sw(command) == (sw if known else 0x6D00)
    assert terminal.card.persistent.pin_unblocks == 0


def test_after_ten_unblocks_the_pin_stays_as_it_is(terminal):
    for _ in range(10):
        assert terminal.authenticate(PUK) == 0x9000
        assert terminal.sw(terminal.with_mac(UNBLOCK)) == 0x9000
    terminal.authenticate(PUK)
    assert terminal.sw(terminal.with_mac(UNBLOCK)) == 0x6983
    assert terminal.sw(terminal.sealed(RELOAD, NEW_PIN)) == 0x6983


def test_a_card_without_a_pin_has_none_to_unblock(terminal):
    without = replace(terminal.card.persistent, pin=NO_PIN)
    blank = Terminal(Card(without, random=counter_bytes()), terminal.profile)
    blank.sw(SSSE)
    blank.authenticate(PUK)
    assert blank.sw(blank.with_mac(UNBLOCK)) == 0x6984


def test_only_version_3_takes_a_reload_under_the_other_instruction(terminal):
    terminal.authenticate(PUK)
    known = terminal.profile == "v3.00"
    assert terminal.sw(terminal.sealed("84 D4 00 01", NEW_PIN)) == (0x9000 if known else 0x6D00)
