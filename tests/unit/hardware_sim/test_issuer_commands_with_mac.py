"""Secured updates (LD/T 32.4, 32.5): a MAC under the maintenance key, beside the file's own key."""

from dataclasses import replace

import pytest

from hardware_sim.card.card import Card
from tests.desk import counter_bytes
from tests.fixed_card import TRIES, fixed_card
from tests.pboc_host import HOSTS, SSSE, STK, UKSSSE, Terminal

DF02 = "00 A4 04 0C 06 D1 56 00 00 05 01"
STKDF02, UK3DF02 = 0x82, 0x85
ISSUE_DATE = bytes.fromhex("05 04 20 30 01 01")


@pytest.fixture(params=sorted(HOSTS))
def terminal(request: pytest.FixtureRequest) -> Terminal:
    card = Card(fixed_card(request.param), random=counter_bytes())
    found = Terminal(card, request.param)
    assert found.sw(SSSE) == 0x9000
    return found


def tries(terminal: Terminal, application: str = "SSSE", kid: int = STK) -> int:
    return terminal.card.persistent.keys[application, kid][0].tries_left


def flipped(command: bytes) -> bytes:
    return command[:-1] + bytes((command[-1] ^ 1,))


def test_an_update_with_its_mac_is_written(terminal):
    assert terminal.authenticate(UKSSSE) == 0x9000
    assert terminal.sw(terminal.with_mac("04 DC 05 28", ISSUE_DATE)) == 0x9000
    assert terminal.send("00 B2 05 28 06") == (ISSUE_DATE, 0x9000)


def test_a_mac_does_not_replace_the_files_key(terminal):
    assert terminal.sw(terminal.with_mac("04 DC 05 28", ISSUE_DATE)) == 0x6982
    assert terminal.send("00 B2 05 28 06")[0] != ISSUE_DATE


def test_a_wrong_mac_changes_nothing_and_costs_a_try(terminal):
    terminal.authenticate(UKSSSE)
    assert terminal.sw(flipped(terminal.with_mac("04 DC 05 28", ISSUE_DATE))) == 0x6988
    assert tries(terminal) == TRIES - 1
    assert terminal.send("00 B2 05 28 06")[0] != ISSUE_DATE


def test_a_right_mac_gives_the_tries_back(terminal):
    terminal.authenticate(UKSSSE)
    terminal.sw(flipped(terminal.with_mac("04 DC 05 28", ISSUE_DATE)))
    assert terminal.sw(terminal.with_mac("04 DC 05 28", ISSUE_DATE)) == 0x9000
    assert tries(terminal) == TRIES


def test_wrong_macs_lock_the_maintenance_key_and_a_right_one_does_not_help(terminal):
    terminal.authenticate(UKSSSE)
    for _ in range(TRIES):
        assert terminal.sw(flipped(terminal.with_mac("04 DC 05 28", ISSUE_DATE))) == 0x6988
    assert terminal.sw(terminal.with_mac("04 DC 05 28", ISSUE_DATE)) == 0x6983
    terminal.card.reset()
    terminal.sw(SSSE)
    terminal.authenticate(UKSSSE)
    assert terminal.sw(terminal.with_mac("04 DC 05 28", ISSUE_DATE)) == 0x6983


def test_a_mac_serves_once(terminal):
    terminal.authenticate(UKSSSE)
    command = terminal.with_mac("04 DC 05 28", ISSUE_DATE)
    assert terminal.sw(command) == 0x9000
    assert terminal.sw(command) == 0x6984
    terminal.challenge()
    assert terminal.sw(command) == 0x6988


def test_a_reset_forgets_the_challenge(terminal):
    command = terminal.with_mac("04 DC 05 28", ISSUE_DATE)
    terminal.card.reset()
    terminal.sw(SSSE)
    assert terminal.sw(command) == 0x6984
    assert tries(terminal) == TRIES


def test_a_challenge_of_another_size_is_none(terminal):
    random = terminal.send("00 84 00 00 10")[0]
    assert len(random) == 16
    assert terminal.sw(terminal.with_mac("04 DC 05 28", challenge=random[:8])) == 0x6984


@pytest.mark.parametrize("header", ["04 DC 06 28", "04 DC 05 30", "04 D6 05 28"])
def test_a_mac_over_another_header_does_not_hold(terminal, header):
    terminal.authenticate(UKSSSE)
    command = terminal.with_mac("04 DC 05 28", ISSUE_DATE)
    assert terminal.sw(bytes.fromhex(header) + command[4:]) == 0x6988


def test_a_mac_under_another_dfs_key_does_not_hold(terminal):
    keys = terminal.card.persistent.keys
    other = replace(keys["DF02", STKDF02][0], value=bytes(16))
    two_keys = replace(terminal.card.persistent, keys={**keys, ("DF02", STKDF02): (other,)})
    host = Terminal(Card(two_keys, random=counter_bytes()), terminal.profile)
    host.sw(DF02)
    host.authenticate(UK3DF02)
    assert host.sw(host.with_mac("04 E2 00 38", bytes(85))) == 0x6988
    assert (tries(host), tries(host, "DF02", STKDF02)) == (TRIES, TRIES - 1)


def test_a_command_too_short_for_a_mac_lacks_its_data_objects(terminal):
    terminal.challenge()
    assert terminal.sw("04 DC 05 28 02 05 04") == 0x6987
    assert terminal.sw("04 DC 05 28") == 0x6987
    assert tries(terminal) == TRIES


def test_a_secured_command_is_a_short_one(terminal):
    terminal.challenge()
    assert terminal.sw("04 D6 00 00 00 01 2C" + "00" * 300) == 0x6700
    assert tries(terminal) == TRIES


def test_a_transparent_file_is_written_with_a_mac(terminal):
    terminal.authenticate(UKSSSE)
    assert terminal.sw("00 A4 00 0C 02 EF 07") == 0x9000
    assert terminal.sw(terminal.with_mac("04 D6 00 10", b"\xaa\xbb")) == 0x9000
    content = terminal.card.persistent.binaries["SSSE", 0xEF07]
    assert content[0x10:0x12] == b"\xaa\xbb"


def test_a_secured_update_that_does_not_fit_is_not_written_in_part(terminal):
    terminal.authenticate(UKSSSE)
    terminal.sw("00 A4 00 0C 02 EF 07")
    assert terminal.sw(terminal.with_mac("04 D6 02 FF", b"\xaa\xbb")) == 0x6B00
    assert not any(terminal.card.persistent.binaries["SSSE", 0xEF07])


def test_a_cyclic_file_takes_a_record_with_a_mac_newest_first(terminal):
    terminal.sw(DF02)
    assert terminal.authenticate(UK3DF02) == 0x9000
    for mark in (1, 2):
        record = bytes((mark,)) * 85
        assert terminal.sw(terminal.with_mac("04 E2 00 38", record)) == 0x9000
    assert terminal.sw("00 E2 00 38 55" + "03" * 85) == 0x9000
    records = terminal.card.persistent.records["DF02", 0xEF07]
    assert [record[0] for record in records[:3]] == [3, 2, 1]


def test_a_linear_file_has_no_room_for_more(terminal):
    terminal.authenticate(UKSSSE)
    assert terminal.sw("00 E2 00 28 06" + ISSUE_DATE.hex()) == 0x6A84
    assert terminal.sw(terminal.with_mac("04 E2 00 28", ISSUE_DATE)) == 0x6A84


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("00 E2 01 28 06" + ISSUE_DATE.hex(), 0x6A86),
        ("00 E2 00 2C 06" + ISSUE_DATE.hex(), 0x6A86),
        ("00 E2 00 38 06" + ISSUE_DATE.hex(), 0x6981),  # the fingerprint has no records
        ("00 E2 00 58 06" + ISSUE_DATE.hex(), 0x6A82),
        ("00 E2 00 00 06" + ISSUE_DATE.hex(), 0x6986),
    ],
)
def test_an_append_that_names_no_record_file_is_refused(terminal, command, sw):
    terminal.authenticate(UKSSSE)
    assert terminal.sw(command) == sw


def test_an_appended_record_has_the_files_length(terminal):
    terminal.sw(DF02)
    terminal.authenticate(UK3DF02)
    assert terminal.sw("00 E2 00 38 54" + "03" * 84) == 0x6700


@pytest.mark.parametrize("command", ["04 B2 05 28 06", "04 B0 87 00 08", "04 84 00 00 08"])
def test_reading_has_no_secured_form(terminal, command):
    assert terminal.sw(command) == 0x6882
