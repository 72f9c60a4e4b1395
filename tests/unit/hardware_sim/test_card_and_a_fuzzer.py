"""A fixed number of the fuzzer's plays: legal status words, no exception, nothing given away."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware_sim.psam import psam
from tests.soak import fuzzing

PLAYS = 300
STEPS = st.lists(
    st.tuples(st.integers(0, 0xFF), st.binary(max_size=40)).map(
        lambda step: bytes((step[0], len(step[1]))) + step[1]
    ),
    max_size=24,
)


@settings(max_examples=PLAYS, deadline=None, suppress_health_check=list(HealthCheck))
@given(who=st.binary(min_size=2, max_size=2), steps=STEPS)
def test_a_card_stays_a_card_whatever_it_is_told(who, steps):
    assert fuzzing.run(who + b"".join(steps)) >= 0


def test_a_play_is_of_real_commands():
    steps = b"\x50\x03\x00\x00\x08" * 10  # ten commands of the card's own, by their headers
    assert fuzzing.run(b"\x00\x00" + steps) == 10


@pytest.mark.parametrize("profile", ["v3.00", "international"])
@pytest.mark.parametrize(
    ("help_", "command"),
    [
        (0x36, "80 E2 80 00 05 42 03 01 02 03"),  # the channel: STORE DATA
        (0x34, "00 DB 3F FF 09 5C 03 5F C1 02 53 02 30 00"),  # the token: PUT DATA
        (0x35, "80 5E 01 00 07 12 34 56 FF 65 43 21"),  # the PIN: CHANGE PIN, in the SSSE
    ],
)
def test_an_insider_comes_to_what_is_behind_the_keys(profile, help_, command):
    play = fuzzing.Play(profile, insider=True)
    play.send(bytes.fromhex("00 A4 04 0C 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF"))
    play.play(bytes((help_, 0)))
    play.send(bytes.fromhex(command))
    assert play.answer == b"\x90\x00"


def test_a_psam_is_played_with_too_and_caught_where_it_gives_a_try_back(monkeypatch):
    verify = bytes.fromhex("10 07 00 20 00 00 02 99 99")  # as bytes: a wrong PIN
    play = fuzzing.PsamPlay("v2.00", insider=False)
    assert play.play(verify * 2 + b"\x25\x00\x50\x08" + bytes(8)) == 4
    torn = fuzzing.PsamPlay("v2.00", insider=False)
    used = fuzzing.replace(torn.before, pin=fuzzing.replace(torn.before.pin, tries_left=1))
    memories = iter((used, torn.before))
    monkeypatch.setattr(psam.Psam, "memory", property(lambda self: next(memories)))
    with pytest.raises(fuzzing.BrokenError, match="gave a try back"):
        torn.play(verify)
