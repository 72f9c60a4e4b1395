"""The medical account: credit, settlement, balance and the log the card writes itself."""

from dataclasses import replace

import pytest

from hardware_sim.card.card import Card
from hardware_sim.card.wallet_state import Wallet
from tests.desk import counter_bytes
from tests.fixed_card import TRIES, fixed_card
from tests.pboc_host import HOSTS, SSSE, Terminal

DF04 = "00 A4 04 0C 06 D1 56 00 00 05 03"
DPK = 0x89
TERMINAL = bytes.fromhex("430100000001")
TIME = bytes.fromhex("20261126103000")
GET_BALANCE, SELF_PAID, POOLED = "B0 26 00 01 04", "B0 26 00 02 06", "B0 26 00 03 06"


class Counter(Terminal):
    """A hospital's terminal, and the host behind it."""

    def open(self) -> "Counter":
        assert self.sw(SSSE) == 0x9000
        assert self.sw("00 20 00 00 03 12 34 56") == 0x9000
        assert self.sw(DF04) == 0x9000
        return self

    def initialize_load(self, amount: int) -> tuple[bytes, int]:
        return self.send(b"\xb0\x28\x00\x01\x0b\x01" + amount.to_bytes(4, "big") + TERMINAL)

    def credit(self, opening: bytes, amount: int) -> bytes:
        """CREDIT FOR LOAD, after a look at the card's MAC1."""
        balance, self.number, random = opening[:4], opening[4:6], opening[8:12]
        key = self.host.session_key(random + self.number + b"\x80\x00")
        self.asked = amount.to_bytes(4, "big") + b"1" + TERMINAL
        assert opening[12:] == self.host.mac(key, balance + self.asked)
        self.after = (int.from_bytes(balance, "big") + amount).to_bytes(4, "big")
        return b"\xb0\x2a\x00\x00\x0b" + TIME + self.host.mac(key, self.asked + TIME)

    def load(self, amount: int) -> tuple[bytes, int]:
        opening, sw = self.initialize_load(amount)
        if sw != 0x9000:
            return opening, sw
        tac, sw = self.send(self.credit(opening, amount))
        assert tac == self.host.tac(self.after + self.number + self.asked + TIME)
        return tac, sw

    def initialize(self, account: int, personal: int = 0, fund: int = 0) -> tuple[bytes, int]:
        self.paid = b"".join(amount.to_bytes(4, "big") for amount in (account, personal, fund))
        return self.send(b"\xb0\x28\x01\x01\x13\x01" + self.paid + TERMINAL)

    def debit(self, opening: bytes, number: int = 7, *, time: bytes = TIME) -> bytes:
        terminal_number = number.to_bytes(4, "big")
        random, card_number = opening[8:12], opening[4:6]
        self.key = self.host.session_key(random + card_number + terminal_number[-2:])
        mac1 = self.host.mac(self.key, self.paid + b"2" + TERMINAL + time)
        return b"\xb0\x2c\x01\x00\x0f" + terminal_number + time + mac1

    def settle(self, account: int, personal: int = 0, fund: int = 0) -> tuple[bytes, int]:
        opening, sw = self.initialize(account, personal, fund)
        return self.send(self.debit(opening)) if sw == 0x9000 else (opening, sw)

    def balance(self) -> int:
        data, sw = self.send(GET_BALANCE)
        assert sw == 0x9000
        return int.from_bytes(data, "big")


@pytest.fixture(params=sorted(HOSTS))
def counter(request: pytest.FixtureRequest) -> Counter:
    return Counter(Card(fixed_card(request.param), random=counter_bytes()), request.param).open()


def flipped(command: bytes) -> bytes:
    return command[:-1] + bytes((command[-1] ^ 1,))


# --- credit and settlement ----------------------------------------------------------------------


def test_a_new_card_has_nothing_on_it(counter):
    assert counter.balance() == 0
    assert counter.send(SELF_PAID) == (bytes(6), 0x9000)
    assert counter.send(POOLED) == (bytes(6), 0x9000)
    assert counter.send("00 B2 01 44 1C")[1] == 0x6A83


def test_the_account_is_credited_by_who_holds_the_key(counter):
    assert counter.load(100_000)[1] == 0x9000
    assert counter.balance() == 100_000
    assert counter.load(50)[1] == 0x9000
    assert counter.balance() == 100_050


def test_a_settlement_pays_and_proves(counter):
    counter.load(100_000)
    opening, sw = counter.initialize(account=30_000, personal=1_250, fund=70_000)
    mark = {"v3.00": 3, "international": 4}.get(counter.profile, 1)
    assert (sw, opening[:8]) == (0x9000, bytes.fromhex(f"000186A0 0000 01 {mark:02X}"))
    answer, sw = counter.send(counter.debit(opening))
    assert sw == 0x9000
    certified = counter.paid + b"2" + TERMINAL + bytes.fromhex("00000007") + TIME
    assert answer[:4] == counter.host.tac(certified)
    assert answer[4:] == counter.host.mac(counter.key, counter.paid)
    assert counter.balance() == 70_000


def test_the_years_totals_are_told_with_the_year(counter):
    counter.load(100_000)
    counter.settle(account=30_000, personal=1_250, fund=70_000)
    assert counter.send(SELF_PAID)[0] == bytes.fromhex("000004E2 2026")
    assert counter.send(POOLED)[0] == bytes.fromhex("00011170 2026")


def test_a_settlement_online_leaves_the_account_alone(counter):
    counter.load(500)
    assert counter.settle(account=0, personal=10_000, fund=9_000)[1] == 0x9000
    assert counter.balance() == 500


@pytest.mark.parametrize(
    ("time", "totals"),
    [
        ("20261231235959", "00000064 2026"),
        ("20270101000000", "00000064 2027"),  # a new year begins at nothing
    ],
)
def test_a_year_ends_with_its_total(counter, time, totals):
    if time > "2027":
        counter.settle(account=0, personal=7)
    opening, _ = counter.initialize(account=0, personal=100)
    counter.send(counter.debit(opening, time=bytes.fromhex(time)))
    assert counter.send(SELF_PAID)[0] == bytes.fromhex(totals)


def test_a_clock_that_is_a_year_behind_does_not_bring_the_old_year_back(counter):
    counter.settle(account=0, personal=100)
    opening, _ = counter.initialize(account=0, personal=5)
    late = bytes.fromhex("20251231235959")
    assert counter.sw(counter.debit(opening, time=late)) == 0x9000
    assert counter.send(SELF_PAID)[0] == bytes.fromhex("00000064 2026")


# --- the log ------------------------------------------------------------------------------------


def test_each_transaction_is_logged_newest_first(counter):
    counter.load(100_000)
    counter.settle(account=30_000, personal=1_250, fund=70_000)
    settled = bytes.fromhex("0000") + b"2" + TERMINAL + TIME + counter.paid
    credited = bytes.fromhex("0000") + b"1" + TERMINAL + TIME + bytes.fromhex("000186A0") + bytes(8)
    assert counter.send("00 B2 01 44 1C") == (settled, 0x9000)
    assert counter.send("00 B2 02 44 1C") == (credited, 0x9000)


def test_the_log_keeps_the_thirty_newest(counter):
    counter.load(1_000)
    for _ in range(31):
        assert counter.settle(account=1)[1] == 0x9000
    records = counter.card.persistent.records["DF04", 0xEF08]
    assert [int.from_bytes(record[:2], "big") for record in records] == list(range(30, 0, -1))


def test_no_command_writes_the_log_or_finds_the_balance(counter):
    assert counter.sw("00 E2 00 40 1C" + "00" * 28) == 0x6982
    assert counter.sw("00 DC 01 44 1C" + "00" * 28) == 0x6982
    assert counter.sw(counter.with_mac("04 E2 00 40", bytes(28))) == 0x6982
    assert counter.sw("00 A4 00 0C 02 EF 07") == 0x6A82
    assert counter.sw("00 B0 87 00 04") == 0x6A82


# --- proofs -------------------------------------------------------------------------------------


def test_after_a_power_cut_the_terminal_asks_whether_it_was_paid(counter):
    counter.load(1_000)
    opening, _ = counter.initialize(account=400)
    tac_and_mac2 = counter.send(counter.debit(opening))[0]
    counter.card.reset()
    counter.sw(DF04)
    asked = b"\xb0\x32\x00\x32\x02"  # the last settlement, by its number
    proof = tac_and_mac2[4:] + tac_and_mac2[:4]
    assert counter.send(asked + opening[4:6]) == (proof, 0x9000)
    assert counter.sw(asked + b"\x00\x01") == 0x9406


def test_what_was_begun_and_not_finished_has_no_proof(counter):
    counter.load(1_000)
    opening, _ = counter.initialize(account=400)
    counter.debit(opening)
    counter.card.reset()
    counter.sw(DF04)
    assert counter.sw(b"\xb0\x32\x00\x32\x02" + opening[4:6]) == 0x9406
    assert counter.open().balance() == 1_000


def test_the_host_asks_whether_it_was_credited(counter):
    tac = counter.load(1_000)[0]
    counter.settle(account=1)
    counter.card.reset()
    counter.sw(DF04)
    assert counter.send("B0 32 00 31 02 00 00") == (tac, 0x9000)
    assert counter.sw("B0 32 00 31 02 00 01") == 0x9406


# --- refusals -----------------------------------------------------------------------------------


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
