"""What the issuer does behind a MAC: updates, PIN reload and unblock, blocking (LD/T 32.5)."""

import pytest

from hardware_sim.card.card import Card
from tests.desk import counter_bytes
from tests.fixed_card import TRIES, fixed_card
from tests.pboc_host import HOSTS, SSSE, Terminal

DF01 = "00 A4 04 0C 06 D1 56 00 00 05 00"
DF02 = "00 A4 04 0C 06 D1 56 00 00 05 01"
ISSUE_DATE = bytes.fromhex("05 04 20 30 01 01")
PIN, NEW_PIN = bytes.fromhex("123456"), bytes.fromhex("654321")
UKSSSE, PUK = 0x04, 0x06


@pytest.fixture(params=sorted(HOSTS))
def terminal(request: pytest.FixtureRequest) -> Terminal:
    card = Card(fixed_card(request.param), random=counter_bytes())
    found = Terminal(card, request.param)
    assert found.sw(SSSE) == 0x9000
    return found


def stk_tries(terminal: Terminal, application: str = "SSSE", kid: int = 0x09) -> int:
    return terminal.card.persistent.keys[application, kid][0].tries_left


# --- updates ------------------------------------------------------------------------------------


def test_an_update_with_its_mac_is_written(terminal):
    assert terminal.authenticate(UKSSSE) == 0x9000
    assert terminal.sw(terminal.with_mac("04 DC 05 28", ISSUE_DATE)) == 0x9000
    assert terminal.send("00 B2 05 28 06") == (ISSUE_DATE, 0x9000)


def test_a_mac_does_not_replace_the_files_key(terminal):
    assert terminal.sw(terminal.with_mac("04 DC 05 28", ISSUE_DATE)) == 0x6982
    assert terminal.send("00 B2 05 28 06")[0] != ISSUE_DATE


def test_a_wrong_mac_changes_nothing_and_costs_a_try(terminal):
    terminal.authenticate(UKSSSE)
    command = terminal.with_mac("04 DC 05 28", ISSUE_DATE)
    assert terminal.sw(command[:-1] + bytes((command[-1] ^ 1,))) == 0x6988
    assert stk_tries(terminal) == TRIES - 1
    assert terminal.send("00 B2 05 28 06")[0] != ISSUE_DATE
    assert terminal.sw(terminal.with_mac("04 DC 05 28", ISSUE_DATE)) == 0x9000
    assert stk_tries(terminal) == TRIES


def test_wrong_macs_lock_the_maintenance_key_and_a_right_one_does_not_help(terminal):
    terminal.authenticate(UKSSSE)
    for _ in range(TRIES):
        terminal.challenge()
        assert terminal.sw("04 DC 05 28 0A 05 04 20 30 01 01 00 00 00 00") == 0x6988
    assert terminal.sw(terminal.with_mac("04 DC 05 28", ISSUE_DATE)) == 0x6983


def test_a_mac_serves_once(terminal):
    terminal.authenticate(UKSSSE)
    command = terminal.with_mac("04 DC 05 28", ISSUE_DATE)
    assert terminal.sw(command) == 0x9000
    assert terminal.sw(command) == 0x6985
    terminal.challenge()
    assert terminal.sw(command) == 0x6988


def test_a_mac_over_another_header_does_not_hold(terminal):
    terminal.authenticate(UKSSSE)
    command = terminal.with_mac("04 DC 05 28", ISSUE_DATE)
    assert terminal.sw(b"\x04\xdc\x06\x28" + command[4:]) == 0x6988


def test_a_command_too_short_for_a_mac_lacks_its_data_objects(terminal):
    assert terminal.sw("04 DC 05 28 02 05 04") == 0x6987
    assert terminal.sw("04 DC 05 28") == 0x6987


def test_a_transparent_file_is_written_with_a_mac(terminal):
    terminal.authenticate(UKSSSE)
    assert terminal.sw("00 A4 00 0C 02 EF 07") == 0x9000
    assert terminal.sw(terminal.with_mac("04 D6 00 10", b"\xaa\xbb")) == 0x9000
    content = terminal.card.persistent.binaries["SSSE", 0xEF07]
    assert content[0x10:0x12] == b"\xaa\xbb"


def test_a_cyclic_file_takes_a_record_with_a_mac_newest_first(terminal):
    terminal.sw(DF02)
    assert terminal.authenticate(0x85) == 0x9000
    for mark in (1, 2):
        record = bytes((mark,)) * 85
        assert terminal.sw(terminal.with_mac("04 E2 00 38", record)) == 0x9000
    assert terminal.sw("00 E2 00 38 55" + "03" * 85) == 0x9000
    records = terminal.card.persistent.records["DF02", 0xEF07]
    assert [record[0] for record in records[:3]] == [3, 2, 1]
    assert stk_tries(terminal, "DF02", 0x82) == TRIES


def test_a_linear_file_has_no_room_for_more(terminal):
    terminal.authenticate(UKSSSE)
    assert terminal.sw("00 E2 00 28 06" + ISSUE_DATE.hex()) == 0x6A84


def test_reading_has_no_secured_form(terminal):
    assert terminal.sw("04 B2 05 28 06") == 0x6882


# --- PIN ----------------------------------------------------------------------------------------


def block_pin(terminal: Terminal) -> None:
    for _ in range(6):
        terminal.sw("00 20 00 00 03 99 99 99")
    assert terminal.sw("00 20 00 00 03 12 34 56") == 0x6983


def test_the_issuer_reloads_a_blocked_pin(terminal):
    block_pin(terminal)
    assert terminal.authenticate(PUK) == 0x9000
    assert terminal.sw(terminal.sealed("84 24 00 01", NEW_PIN)) == 0x9000
    assert terminal.sw("00 20 00 00 03 12 34 56") == 0x63C5
    assert terminal.sw("00 20 00 00 03 65 43 21") == 0x9000


def test_the_issuer_unblocks_the_pin_and_keeps_it(terminal):
    block_pin(terminal)
    terminal.authenticate(PUK)
    assert terminal.sw(terminal.sealed("84 24 00 00", PIN)) == 0x9000
    assert terminal.sw("00 20 00 00 03 12 34 56") == 0x9000


def test_an_unblock_with_another_pin_is_refused(terminal):
    block_pin(terminal)
    terminal.authenticate(PUK)
    assert terminal.sw(terminal.sealed("84 24 00 00", NEW_PIN)) == 0x6A80
    assert terminal.sw("00 20 00 00 03 12 34 56") == 0x6983


def test_without_puk_no_pin_is_reloaded(terminal):
    assert terminal.sw(terminal.sealed("84 24 00 01", NEW_PIN)) == 0x6982


def test_puk_serves_for_one_reload(terminal):
    terminal.authenticate(PUK)
    assert terminal.sw(terminal.sealed("84 24 00 01", NEW_PIN)) == 0x9000
    assert terminal.sw(terminal.sealed("84 24 00 01", PIN)) == 0x6982


def test_a_reload_that_was_tampered_with_is_refused(terminal):
    terminal.authenticate(PUK)
    command = terminal.sealed("84 24 00 01", NEW_PIN)
    assert terminal.sw(command[:6] + bytes((command[6] ^ 0x80,)) + command[7:]) == 0x6988
    assert terminal.sw("00 20 00 00 03 12 34 56") == 0x9000


def test_a_pin_that_is_no_digits_is_not_loaded(terminal):
    terminal.authenticate(PUK)
    assert terminal.sw(terminal.sealed("84 24 00 01", b"\xab\xcd\xef")) == 0x6A80


def test_after_ten_unblocks_the_pin_stays_blocked(terminal):
    for _ in range(10):
        assert terminal.authenticate(PUK) == 0x9000
        assert terminal.sw(terminal.sealed("84 24 00 00", PIN)) == 0x9000
    terminal.authenticate(PUK)
    assert terminal.sw(terminal.sealed("84 24 00 00", PIN)) == 0x6983


def test_only_cards_that_know_the_other_header_take_it(terminal):
    terminal.authenticate(PUK)
    known = terminal.host is HOSTS["v3.00"]
    assert terminal.sw(terminal.sealed("84 D4 00 01", NEW_PIN)) == (0x9000 if known else 0x6D00)


# --- blocking -----------------------------------------------------------------------------------


def test_an_application_is_blocked_for_a_time(terminal):
    terminal.sw(DF01)
    assert terminal.sw(terminal.with_mac("84 1E 00 00")) == 0x9000
    assert terminal.sw("00 B2 20 28 04") == 0x6985
    _, sw = terminal.send("00 A4 04 00 06 D1 56 00 00 05 00")
    assert (sw, terminal.sw("00 B2 20 28 04")) == (0x6283, 0x6985)
    assert terminal.sw(SSSE) == 0x9000
    assert terminal.sw("00 B2 03 28 06") == 0x9000
    terminal.sw(DF01)
    assert terminal.sw(terminal.with_mac("84 18 00 00")) == 0x9000
    assert terminal.sw(DF01) == 0x9000


def test_an_application_is_blocked_for_ever(terminal):
    terminal.sw(DF01)
    assert terminal.sw(terminal.with_mac("84 1E 00 01")) == 0x9000
    assert terminal.sw("00 84 00 00 08") == 0x9303
    terminal.card.reset()
    terminal.sw(DF01)
    assert terminal.sw("84 18 00 00 04 00 00 00 00") == 0x9303


def test_nobody_blocks_without_the_key(terminal):
    terminal.sw(DF01)
    assert terminal.sw("84 1E 00 00 04 00 00 00 00") == 0x6985
    terminal.challenge()
    assert terminal.sw("84 1E 00 00 04 00 00 00 00") == 0x6988
    assert terminal.sw("84 1E 00 00") == 0x6987
    assert terminal.sw(DF01) == 0x9000


def test_what_is_not_blocked_is_not_unblocked(terminal):
    terminal.sw(DF01)
    assert terminal.sw(terminal.with_mac("84 18 00 00")) == 0x6985


def test_a_blocked_card_does_nothing_more(terminal):
    assert terminal.sw(terminal.with_mac("84 16 00 00")) == 0x9000
    for command in (SSSE, DF01, "00 84 00 00 08", "00 A4 04 00 08 A0 00 00 01 51 00 00 00"):
        assert terminal.sw(command) == 0x6A81
    terminal.card.reset()
    assert terminal.sw(SSSE) == 0x6A81
