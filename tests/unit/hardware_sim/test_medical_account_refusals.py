"""What the medical account refuses, and that a refusal moves no money."""

from dataclasses import replace

import pytest

from hardware_sim.card.card import Card
from hardware_sim.card.wallet_state import Wallet
from tests.desk import counter_bytes
from tests.fixed_card import TRIES, fixed_card
from tests.hospital import DF04, GET_BALANCE, POOLED, SELF_PAID, Counter, hospital
from tests.pboc_host import HOSTS, SSSE

DPK = 0x89


@pytest.fixture(params=sorted(HOSTS))
def counter(request: pytest.FixtureRequest) -> Counter:
    return hospital(request.param)


def flipped(command: bytes) -> bytes:
    return command[:-1] + bytes((command[-1] ^ 1,))


def test_nothing_is_paid_that_is_not_there(counter):
    counter.load(100)
    assert counter.initialize(account=101)[1] == 0x9401
    assert counter.initialize(account=100)[1] == 0x9000


def test_the_account_does_not_run_over(counter):
    counter.load(0xFFFFFFFF)
    assert counter.load(1)[1] == 0x6985
    assert counter.balance() == 0xFFFFFFFF


def test_a_wrong_mac_pays_nothing_and_costs_a_try(counter):
    counter.load(100)
    opening, _ = counter.initialize(account=100)
    command = counter.debit(opening)
    assert counter.sw(flipped(command)) == 0x9302
    assert counter.balance() == 100
    assert counter.card.persistent.keys["DF04", DPK][0].tries_left == TRIES - 1
    # The step is over: the right MAC comes too late.
    assert counter.sw(command) == 0x6901


def test_a_wrong_mac_credits_nothing(counter):
    opening, _ = counter.initialize_load(100)
    assert counter.sw(flipped(counter.credit(opening, 100))) == 0x9302
    assert counter.balance() == 0


def test_wrong_macs_lock_the_key_for_good(counter):
    counter.load(100)
    for _ in range(TRIES):
        opening, _ = counter.initialize(account=1)
        assert counter.sw(flipped(counter.debit(opening))) == 0x9302
    assert counter.settle(account=1)[1] == 0x6983
    assert counter.balance() == 100


def test_a_mac_for_one_transaction_serves_no_other(counter):
    counter.load(1_000)
    opening, _ = counter.initialize(account=400)
    command = counter.debit(opening)
    counter.initialize(account=400)
    assert counter.sw(command) == 0x9302


def test_a_settlement_serves_once(counter):
    counter.load(1_000)
    opening, _ = counter.initialize(account=400)
    command = counter.debit(opening)
    assert counter.sw(command) == 0x9000
    assert counter.sw(command) == 0x6901
    assert counter.balance() == 600


@pytest.mark.parametrize(
    "between",
    [GET_BALANCE, "00 84 00 00 08", "00 A4 00 0C 02 EF 05", "00 20 00 00", "B0 77 00 00"],
)
def test_another_command_ends_a_step_that_has_begun(counter, between):
    counter.load(1_000)
    opening, _ = counter.initialize(account=400)
    counter.send(between)
    assert counter.sw(counter.debit(opening)) == 0x6901


def test_a_reset_ends_a_step_that_has_begun(counter):
    counter.load(1_000)
    opening, _ = counter.initialize(account=400)
    counter.card.reset()
    assert counter.open().sw(counter.debit(opening)) == 0x6901


def test_a_load_is_not_finished_by_a_debit_nor_the_reverse(counter):
    counter.load(1_000)
    counter.initialize(account=1)
    assert counter.sw("B0 2A 00 00 0B" + "00" * 11) == 0x6901
    counter.initialize_load(1)
    assert counter.sw("B0 2C 01 00 0F" + "00" * 15) == 0x6901


def test_transaction_numbers_count_up_and_never_come_again(counter):
    counter.load(1_000)
    numbers = []
    for _ in range(3):
        opening, _ = counter.initialize(account=1)
        numbers.append(opening[4:6].hex())
        assert counter.sw(counter.debit(opening)) == 0x9000
    assert numbers == ["0000", "0001", "0002"]


@pytest.mark.parametrize("wallet", [Wallet(settlements=0xFFFF), Wallet(loads=0xFFFF)])
def test_an_account_whose_numbers_are_used_up_stops(wallet):
    used_up = replace(fixed_card("v2.00"), wallet=wallet)
    counter = Counter(Card(used_up, random=counter_bytes()), "v2.00").open()
    answers = [counter.initialize(account=0)[1], counter.initialize_load(1)[1]]
    assert sorted(answers) == [0x9000, 0x9402]


def test_the_account_wants_the_pin(counter):
    counter.card.reset()
    counter.sw(DF04)
    for command in (GET_BALANCE, SELF_PAID, POOLED):
        assert counter.sw(command) == 0x6982
    assert counter.initialize(account=0)[1] == 0x6982
    assert counter.initialize_load(1)[1] == 0x6982


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("B0 26 00 04 04", 0x6A86),
        ("B0 26 01 01 04", 0x6A86),
        ("B0 26 00 01 01 00", 0x6700),
        ("B0 28 01 01 12" + "01" + "00" * 17, 0x6700),
        ("B0 28 01 01 13" + "09" + "00" * 18, 0x9403),
        ("B0 28 01 02 13" + "01" + "00" * 18, 0x6A86),
        ("B0 28 00 01 0B" + "09" + "00" * 10, 0x9403),
        ("B0 28 00 01 0A" + "01" + "00" * 9, 0x6700),
        ("B0 2C 01 00 0F" + "00" * 15, 0x6901),
        ("B0 2A 00 00 0B" + "00" * 11, 0x6901),
        ("B0 32 00 33 02 00 00", 0x6A86),
        ("B0 32 00 32 01 00", 0x6700),
        ("B0 77 00 00", 0x6D00),
    ],
)
def test_what_the_account_does_not_know_it_refuses(counter, command, sw):
    assert counter.sw(command) == sw


@pytest.mark.parametrize(("time", "sw"), [("2026112610300A", 0x6A80), ("20261126103000", 0x9000)])
def test_a_time_is_written_in_digits(counter, time, sw):
    opening, _ = counter.initialize(account=0)
    assert counter.sw(counter.debit(opening, time=bytes.fromhex(time))) == sw


def test_the_account_is_in_its_application_only(counter):
    counter.sw(SSSE)
    assert counter.sw(GET_BALANCE) == 0x6D00


def test_a_key_of_the_account_opens_nothing_else(counter):
    assert counter.authenticate(DPK) == 0x6985
