"""The medical account: credit, settlement, balance and the log the card writes itself."""

import pytest

from hardware_sim.card.card import Card
from tests.desk import counter_bytes
from tests.fixed_card import TRIES, fixed_card
from tests.pboc_host import HOSTS, SSSE, Terminal

DF04 = "00 A4 04 0C 06 D1 56 00 00 05 03"
TERMINAL = bytes.fromhex("430100000001")
TIME = bytes.fromhex("20261126103000")
GET_BALANCE = "B0 26 00 01 04"


class Counter(Terminal):
    """A hospital's terminal, and the host behind it."""

    def open(self) -> "Counter":
        assert self.sw(SSSE) == 0x9000
        assert self.sw("00 20 00 00 03 12 34 56") == 0x9000
        assert self.sw(DF04) == 0x9000
        return self

    def load(self, amount: int) -> tuple[bytes, int]:
        opening, sw = self.send(b"\xb0\x28\x00\x01\x0b\x01" + amount.to_bytes(4, "big") + TERMINAL)
        if sw != 0x9000:
            return opening, sw
        balance, number, random = opening[:4], opening[4:6], opening[8:12]
        key = self.host.session_key(random + number + b"\x80\x00")
        asked = amount.to_bytes(4, "big") + b"1" + TERMINAL
        assert opening[12:] == self.host.mac(key, balance + asked)
        mac2 = self.host.mac(key, asked + TIME)
        tac, sw = self.send(b"\xb0\x52\x00\x00\x0b" + TIME + mac2)
        after = (int.from_bytes(balance, "big") + amount).to_bytes(4, "big")
        assert tac == self.host.tac(after + number + asked + TIME)
        return tac, sw

    def initialize(self, account: int, personal: int = 0, fund: int = 0) -> tuple[bytes, int]:
        self.paid = b"".join(amount.to_bytes(4, "big") for amount in (account, personal, fund))
        return self.send(b"\xb0\x50\x00\x00\x13\x01" + self.paid + TERMINAL)

    def debit(self, opening: bytes, number: int = 7, *, time: bytes = TIME) -> bytes:
        terminal_number = number.to_bytes(4, "big")
        random, card_number = opening[8:12], opening[4:6]
        self.key = self.host.session_key(random + card_number + terminal_number[-2:])
        mac1 = self.host.mac(self.key, self.paid + b"2" + TERMINAL + time)
        return b"\xb0\x54\x00\x00\x0f" + terminal_number + time + mac1

    def balance(self) -> int:
        data, sw = self.send(GET_BALANCE)
        assert sw == 0x9000
        return int.from_bytes(data, "big")


@pytest.fixture(params=sorted(HOSTS))
def counter(request: pytest.FixtureRequest) -> Counter:
    return Counter(Card(fixed_card(request.param), random=counter_bytes()), request.param).open()


def test_a_new_card_has_nothing_on_it(counter):
    assert counter.balance() == 0
    assert counter.send("B0 26 00 02 06") == (bytes(6), 0x9000)
    assert counter.send("B0 26 00 03 06") == (bytes(6), 0x9000)


def test_the_account_is_credited_by_who_holds_the_key(counter):
    assert counter.load(100_000)[1] == 0x9000
    assert counter.balance() == 100_000
    assert counter.load(50)[1] == 0x9000
    assert counter.balance() == 100_050


def test_a_settlement_pays_proves_and_logs(counter):
    counter.load(100_000)
    opening, sw = counter.initialize(account=30_000, personal=1_250, fund=70_000)
    assert (sw, opening[:6]) == (0x9000, bytes.fromhex("000186A0 0001"))
    proof, sw = counter.send(counter.debit(opening))
    assert sw == 0x9000
    assert proof[4:] == counter.host.mac(counter.key, counter.paid)
    certified = counter.paid + b"2" + TERMINAL + bytes.fromhex("00000007") + TIME
    assert proof[:4] == counter.host.tac(certified)
    assert counter.balance() == 70_000
    assert counter.send("B0 26 00 02 06")[0] == bytes.fromhex("000004E2 2026")
    assert counter.send("B0 26 00 03 06")[0] == bytes.fromhex("00011170 2026")
    record = bytes.fromhex("0001") + b"2" + TERMINAL + TIME + counter.paid
    assert counter.send("00 B2 01 44 1C") == (record, 0x9000)
    assert counter.send("00 B2 02 44 1C")[0][2:3] == b"1"  # the credit before it


def test_the_terminal_asks_later_whether_it_happened(counter):
    counter.load(1_000)
    opening, _ = counter.initialize(account=400)
    proof, _ = counter.send(counter.debit(opening))
    counter.card.reset()
    counter.open()
    assert counter.send("B0 5A 00 00 02 00 01") == (proof[4:] + proof[:4], 0x9000)
    assert counter.sw("B0 5A 00 00 02 00 02") == 0x9406


def test_a_year_ends_with_its_total(counter):
    for time, expected in (
        ("20261231235959", "00000064 2026"),
        ("20270101000000", "00000064 2027"),
    ):
        opening, _ = counter.initialize(account=0, personal=100)
        counter.send(counter.debit(opening, time=bytes.fromhex(time)))
        assert counter.send("B0 26 00 02 06")[0] == bytes.fromhex(expected)


def test_nothing_is_paid_that_is_not_there(counter):
    counter.load(100)
    assert counter.initialize(account=101)[1] == 0x9401
    assert counter.initialize(account=100)[1] == 0x9000


def test_a_wrong_mac_pays_nothing_and_costs_a_try(counter):
    counter.load(100)
    opening, _ = counter.initialize(account=100)
    command = counter.debit(opening)
    assert counter.sw(command[:-1] + bytes((command[-1] ^ 1,))) == 0x9302
    assert counter.balance() == 100
    assert counter.card.persistent.keys["DF04", 0x87][0].tries_left == TRIES - 1
    # The step is over: the right MAC comes too late.
    assert counter.sw(command) == 0x6901


def test_a_settlement_serves_once(counter):
    counter.load(1_000)
    opening, _ = counter.initialize(account=400)
    command = counter.debit(opening)
    assert counter.sw(command) == 0x9000
    assert counter.sw(command) == 0x6901
    assert counter.balance() == 600


def test_another_command_ends_a_step_that_has_begun(counter):
    counter.load(1_000)
    opening, _ = counter.initialize(account=400)
    counter.balance()
    assert counter.sw(counter.debit(opening)) == 0x6901


def test_transaction_numbers_count_up_and_never_come_again(counter):
    counter.load(1_000)
    numbers = []
    for _ in range(3):
        opening, _ = counter.initialize(account=1)
        numbers.append(opening[4:6].hex())
        assert counter.sw(counter.debit(opening)) == 0x9000
    assert numbers == ["0001", "0002", "0003"]


def test_the_log_keeps_the_thirty_newest(counter):
    counter.load(1_000)
    for _ in range(31):
        opening, _ = counter.initialize(account=1)
        assert counter.sw(counter.debit(opening)) == 0x9000
    records = counter.card.persistent.records["DF04", 0xEF08]
    assert [int.from_bytes(record[:2], "big") for record in records] == list(range(31, 1, -1))


def test_the_account_wants_the_pin(counter):
    counter.card.reset()
    counter.sw(DF04)
    assert counter.sw(GET_BALANCE) == 0x6982
    assert counter.initialize(account=0)[1] == 0x6982


def test_no_command_writes_the_log_or_the_balance(counter):
    assert counter.sw("00 E2 00 40 1C" + "00" * 28) == 0x6982
    assert counter.sw("00 DC 01 44 1C" + "00" * 28) == 0x6982
    assert counter.sw("00 A4 00 0C 02 EF 07") == 0x6A82


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("B0 26 00 04 04", 0x6A86),
        ("B0 26 01 01 04", 0x6A86),
        ("B0 50 00 00 12" + "01" + "00" * 17, 0x6700),
        ("B0 50 00 00 13" + "09" + "00" * 18, 0x9403),
        ("B0 28 00 01 0B" + "09" + "00" * 10, 0x9403),
        ("B0 54 00 00 0F" + "00" * 15, 0x6901),
        ("B0 52 00 00 0B" + "00" * 11, 0x6901),
        ("B0 77 00 00", 0x6D00),
    ],
)
def test_what_the_account_does_not_know_it_refuses(counter, command, sw):
    assert counter.sw(command) == sw


def test_the_account_is_in_its_application_only(counter):
    counter.sw(SSSE)
    assert counter.sw(GET_BALANCE) == 0x6D00


def test_a_key_of_the_account_opens_nothing_else(counter):
    assert counter.authenticate(0x87) == 0x6985
