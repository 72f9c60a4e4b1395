"""The medical account: credit, settlement, balance, the log the card writes itself, and proofs."""

import pytest

from tests.hospital import DF04, POOLED, SELF_PAID, TERMINAL, TIME, Counter, hospital
from tests.pboc_host import HOSTS


@pytest.fixture(params=sorted(HOSTS))
def counter(request: pytest.FixtureRequest) -> Counter:
    return hospital(request.param)


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
