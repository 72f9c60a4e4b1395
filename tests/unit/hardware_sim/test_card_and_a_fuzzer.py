"""A fixed number of the fuzzer's plays: legal status words, no exception, nothing given away."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
