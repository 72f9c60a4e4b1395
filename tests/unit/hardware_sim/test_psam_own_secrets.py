"""The PSAM's own PIN and keys: who may use it, who may change it (JR/T 0025)."""

from contextlib import suppress

import pytest

from hardware_sim.errors import CardFileError
from hardware_sim.psam.psam import Psam
from tests.desk import counter_bytes
from tests.fixed_psam import DF01, OWN_KEY, fixed_memory, psam_key, send, sw
from tests.psam_issuer import Issuer

PIN, NEW_PIN = bytes.fromhex("123456"), bytes.fromhex("654321")
RKSSSE = bytes.fromhex("BF DE 47 0A 18") + bytes(24)
NEW_KEY = bytes.fromhex("F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF")


@pytest.fixture(params=["v2.00", "v3.00"])
def issuer(request: pytest.FixtureRequest) -> Issuer:
    return Issuer(request.param)


@pytest.fixture(params=["v2.00", "v3.00"])
def terminal(request: pytest.FixtureRequest) -> Issuer:
    """The same, with a PIN."""
    return Issuer(request.param, pin=PIN)


# --- the PIN --------------------------------------------------------------------------------------


def test_a_module_with_a_pin_works_only_after_it(terminal):
    assert terminal.sw(RKSSSE) == 0x6982
    assert terminal.sw("00 20 00 00 03 12 34 56") == 0x9000
    assert terminal.sw(RKSSSE) == 0x9000
    terminal.psam.reset()
    terminal.sw(DF01)
    assert terminal.sw(RKSSSE) == 0x6982


def test_three_wrong_pins_lock_it_and_the_right_one_does_not_help(terminal):
    for left in (0x63C2, 0x63C1, 0x63C0):
        assert terminal.sw("00 20 00 00 03 00 00 00") == left
    assert terminal.sw("00 20 00 00 03 12 34 56") == 0x6983
    assert terminal.sw(RKSSSE) == 0x6982


def test_a_wrong_pin_takes_back_what_the_right_one_gave(terminal):
    terminal.sw("00 20 00 00 03 12 34 56")
    terminal.sw(RKSSSE)
    assert terminal.sw("00 20 00 00 03 00 00 00") == 0x63C2
    assert terminal.sw("80 FA 00 00 08 00 00 00 00 00 00 00 00") == 0x6985
    assert terminal.sw(RKSSSE) == 0x6982


def test_the_tries_left_are_told_without_a_pin(terminal):
    assert terminal.sw("00 20 00 00") == 0x63C3


def test_the_pin_is_changed_by_who_knows_it(terminal):
    assert terminal.sw("80 5E 01 00 07 00 00 00 FF 65 43 21") == 0x63C2
    assert terminal.sw("80 5E 01 00 07 12 34 56 FF 65 43 21") == 0x9000
    assert terminal.sw("00 20 00 00 03 12 34 56") == 0x63C2
    assert terminal.sw("00 20 00 00 03 65 43 21") == 0x9000


def test_the_issuer_unblocks_or_reloads_a_locked_pin(terminal):
    for _ in range(3):
        terminal.sw("00 20 00 00 03 00 00 00")
    assert terminal.sw(terminal.sealed("84 24 00 00", PIN)) == 0x9000
    assert terminal.sw("00 20 00 00 03 12 34 56") == 0x9000
    assert terminal.sw(terminal.sealed("84 24 00 01", NEW_PIN)) == 0x9000
    assert terminal.sw("00 20 00 00 03 65 43 21") == 0x9000


def test_an_unblock_keeps_the_pin_it_carries(terminal):
    assert terminal.sw(terminal.sealed("84 24 00 00", NEW_PIN)) == 0x6A80
    assert terminal.psam.memory.pin.value == PIN


def test_wrong_seals_lock_the_maintenance_key(terminal):
    for _ in range(3):
        command = terminal.sealed("84 24 00 01", NEW_PIN)
        assert terminal.sw(command[:-1] + bytes((command[-1] ^ 1,))) == 0x6988
    assert terminal.sw(terminal.sealed("84 24 00 01", NEW_PIN)) == 0x6983
    assert terminal.psam.memory.pin.value == PIN


def test_a_module_without_a_pin_asks_for_none(issuer):
    assert issuer.sw("00 20 00 00") == 0x6984
    assert issuer.sw("00 20 00 00 03 12 34 56") == 0x6984
    assert issuer.sw(RKSSSE) == 0x9000


# --- its own keys ---------------------------------------------------------------------------------


def test_the_issuer_authenticates_with_the_master_key(issuer):
    assert issuer.authenticate() == 0x9000


def test_an_authentication_needs_a_challenge_and_serves_once(issuer):
    proof = issuer.encrypt(OWN_KEY, issuer.challenge(issuer.size))
    command = bytes((0x00, 0x82, 0x00, 0x00, len(proof))) + proof
    assert issuer.sw(command) == 0x9000
    assert issuer.sw(command) == 0x6984


def test_three_wrong_proofs_lock_the_master_key(issuer):
    for left in (0x63C2, 0x63C1, 0x63C0):
        assert issuer.authenticate(NEW_KEY) == left
    assert issuer.authenticate() == 0x6983


def test_a_key_is_loaded_encrypted_and_with_a_mac(issuer):
    assert issuer.authenticate() == 0x9000
    assert issuer.sw(issuer.loading(0x47, 0x55, NEW_KEY)) == 0x9000
    assert issuer.psam.memory.keys[0x47, 0x55] == NEW_KEY
    assert issuer.psam.memory.keys[0x47, 0x0A] == psam_key(0x47, 0x0A)


def test_a_loading_has_the_length_that_makers_document(issuer):
    command = issuer.loading(0x47, 0x55, NEW_KEY)
    assert command[4] == (0x24 if issuer.sm else 0x1C)


def test_no_key_is_loaded_without_authentication(issuer):
    assert issuer.sw(issuer.loading(0x47, 0x55, NEW_KEY)) == 0x6982
    assert (0x47, 0x55) not in issuer.psam.memory.keys


def test_an_altered_loading_changes_nothing_and_costs_a_try(issuer):
    issuer.authenticate()
    command = bytearray(issuer.loading(0x47, 0x0A, NEW_KEY))
    command[10] ^= 0x01
    assert issuer.sw(bytes(command)) == 0x6988
    assert issuer.psam.memory.keys[0x47, 0x0A] == psam_key(0x47, 0x0A)
    assert issuer.psam.memory.master.tries_left == 2
    assert issuer.sw(issuer.loading(0x47, 0x0A, NEW_KEY)) == 0x9000
    assert issuer.psam.memory.master.tries_left == 3


def test_a_loading_serves_once(issuer):
    issuer.authenticate()
    command = issuer.loading(0x47, 0x55, NEW_KEY)
    assert issuer.sw(command) == 0x9000
    assert issuer.sw(command) == 0x6984
    issuer.challenge(issuer.size)
    assert issuer.sw(command) == 0x6988


def test_a_new_master_key_replaces_the_old_one(issuer):
    issuer.authenticate()
    assert issuer.sw(issuer.loading(0x00, 0x00, NEW_KEY)) == 0x9000
    assert issuer.sw(issuer.loading(0x47, 0x55, NEW_KEY)) == 0x6982
    assert issuer.authenticate() == 0x63C2
    assert issuer.authenticate(NEW_KEY) == 0x9000


def test_a_blocked_module_tells_who_it_is_and_does_nothing_else(issuer):
    assert issuer.sw(RKSSSE) == 0x9000
    assert issuer.sw(issuer.with_mac("84 1E 00 00")) == 0x9000
    assert issuer.sw("80 FA 00 00 08 00 00 00 00 00 00 00 00") == 0x6985
    assert issuer.sw(RKSSSE) == 0x6985
    assert issuer.sw("00 A4 00 0C 02 3F 00") == 0x9000
    assert send(issuer.psam, "00 B0 96 00 06") == (bytes.fromhex("431002000001"), 0x9000)
    assert issuer.sw(issuer.with_mac("84 18 00 00")) == 0x9000
    assert issuer.sw(DF01) == 0x9000
    assert issuer.sw(RKSSSE) == 0x9000


def test_a_module_blocked_for_ever_stays_so(issuer):
    assert issuer.sw(issuer.with_mac("84 1E 00 01")) == 0x9000
    assert issuer.sw(RKSSSE) == 0x9303
    assert issuer.sw(issuer.with_mac("84 18 00 00")) == 0x6985


def test_a_wrong_mac_blocks_nothing(issuer):
    command = issuer.with_mac("84 1E 00 00")
    assert issuer.sw(command[:-1] + bytes((command[-1] ^ 1,))) == 0x6988
    assert issuer.sw("84 1E 00 00") == 0x6987
    assert issuer.sw(RKSSSE) == 0x9000


def test_only_the_issuer_writes_the_files(issuer):
    write = "00 D6 96 00 06 99 88 77 66 55 44"
    issuer.sw("00 A4 00 0C 02 3F 00")
    assert issuer.sw(write) == 0x6982
    assert issuer.authenticate() == 0x9000
    assert issuer.sw(write) == 0x9000
    assert issuer.sw("00 D6 96 01 06 99 88 77 66 55 44") == 0x6B00
    assert send(issuer.psam, "00 B0 96 00 06")[0] == bytes.fromhex("998877665544")


# --- power ----------------------------------------------------------------------------------------


def test_a_try_is_counted_before_the_pin_is_compared():
    written = []

    def save(memory):
        written.append(memory.pin.tries_left)
        return memory

    psam = Psam(fixed_memory(pin=PIN), random=counter_bytes(), save=save)
    assert sw(psam, "00 20 00 00 03 12 34 56") == 0x9000
    assert written == [2, 3]


class PowerCutError(Exception):
    """The end of everything in RAM."""


@pytest.mark.parametrize("writes", range(4))
def test_a_cut_while_the_pin_is_changed_leaves_the_old_or_the_new(writes):
    kept = [fixed_memory(pin=PIN)]

    def save(memory):
        if len(kept) > writes:
            raise PowerCutError
        kept.append(memory)
        return memory

    psam = Psam(kept[0], random=counter_bytes(), save=save)
    with suppress(PowerCutError):
        sw(psam, "80 5E 01 00 07 12 34 56 FF 65 43 21")
    pin = kept[-1].pin
    # Counted, given back, changed: each a write of its own.
    expected = [(PIN, 3), (PIN, 2), (PIN, 3), (NEW_PIN, 3)]
    assert (pin.value, pin.tries_left) == expected[writes]


def test_a_memory_that_cannot_be_written_is_a_memory_failure(tmp_path):
    def full(memory):
        raise CardFileError(tmp_path, "No space left on device")

    psam = Psam(fixed_memory(pin=PIN), random=counter_bytes(), save=full)
    assert sw(psam, "00 20 00 00 03 12 34 56") == 0x6581
    assert sw(psam, DF01) == 0x9000
    assert sw(psam, RKSSSE) == 0x6982


def test_secrets_do_not_print():
    shown = repr(fixed_memory(pin=PIN))
    assert psam_key(0x67, 0x08).hex() not in shown
    assert repr(psam_key(0x67, 0x08)) not in shown
    assert repr(OWN_KEY) not in shown
