"""Power cut at every write of every command that writes."""

import pytest

from hardware_sim.card.card import Card
from tests.desk import counter_bytes
from tests.fixed_card import fixed_card
from tests.fixed_psam import fixed_memory
from tests.pboc_host import SSSE
from tests.soak import psam_tearing, tearing
from tests.soak.torn import TornError

LEAST = {"personalization": 34, "wallet": 200, "pin": 40, "updates": 30}


@pytest.mark.parametrize(("name", "profile"), list(tearing.scenarios()))
def test_a_cut_at_any_write_leaves_old_or_new_and_gives_no_try_back(name, profile):
    assert tearing.cuts_of(name, profile) >= LEAST.get(name, 8)


@pytest.mark.parametrize("profile", psam_tearing.PROFILES)
def test_a_cut_psam_is_old_or_new_and_gives_no_try_back(profile):
    # 2 cuts a write: VERIFY 2+1 writes, CHANGE PIN 3+1, two sealed PINs 3 each, a wrong seal 1,
    # a wrong and a right authentication 1+2, three keys 3 each, a wrong MAC 1, a file 1, MK 3.
    assert psam_tearing.cuts_of(profile) == 2 * (3 + 4 + 6 + 1 + 3 + 9 + 1 + 1 + 3)


def test_a_psam_that_gives_a_try_back_too_soon_is_caught():
    recorder = psam_tearing.Recorder(fixed_memory("v2.00"))
    fewer = tearing.replace(recorder.memory.master, tries_left=1)
    counted = tearing.replace(recorder.memory, master=fewer)
    recorder.commands = [(counted, [recorder.memory, counted])]
    with pytest.raises(TornError, match="a try of master"):
        psam_tearing.check(recorder)


def test_a_card_that_writes_by_halves_is_caught():
    recorder = tearing.Recorder(fixed_card("v2.00"))
    recorder.transmit(bytes.fromhex(SSSE))
    before, _ = recorder.commands[-1]
    records = {**before.records}
    records["SSSE", 0xEF05] = records["SSSE", 0xEF05][::-1]
    half = tearing.replace(before, records=records)
    whole = tearing.replace(half, binaries={})
    recorder.commands[-1] = (before, [half, whole])
    with pytest.raises(TornError, match="neither old nor new"):
        tearing.check(recorder)


def test_a_card_that_gives_a_try_back_too_soon_is_caught():
    recorder = tearing.Recorder(fixed_card("v2.00"))
    recorder.transmit(bytes.fromhex(SSSE))
    before, _ = recorder.commands[-1]
    counted = tearing.replace(before, pin=tearing.replace(before.pin, tries_left=5))
    fewer = tearing.replace(before, pin=tearing.replace(before.pin, tries_left=4))
    recorder.commands[-1] = (counted, [fewer, counted, fewer])
    with pytest.raises(TornError, match="given back"):
        tearing.check(recorder)


def test_after_a_cut_while_paying_the_terminal_learns_whether_it_was_paid():
    """Every memory of a settlement: the proof is there exactly where the money is gone."""
    recorder = tearing.wallet("v2.00")
    for _, writes in recorder.commands:
        for memory in writes:
            card = Card(memory, random=counter_bytes())
            for command in (SSSE, "00 20 00 00 03 12 34 56", tearing.DF04):
                card.transmit(bytes.fromhex(command))
            following = memory.wallet.settlements
            if following:
                asked = b"\xb0\x32\x00\x32\x02" + (following - 1).to_bytes(2, "big")
                assert card.transmit(asked)[0] == 0x61
            newer = b"\xb0\x32\x00\x32\x02" + following.to_bytes(2, "big")
            assert card.transmit(newer) == b"\x94\x06"
