"""Any bytes in, a status word out; and nothing that was not proved becomes possible."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hardware_sim.card import data_application, security_domain
from hardware_sim.card.card import Card
from tests.desk import counter_bytes, status_word
from tests.fixed_card import TRIES, fixed_card

SELECT_SSSE = "00 A4 04 0C 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF"
OTHERS = ((0x00, 0xA4), (0x84, 0x82), (0x00, 0xC0), (0x10, 0xDC), (0x00, 0x70))
PROFILES = ("v1.00", "v2.00", "v3.00", "international")

known_headers = st.sampled_from(
    sorted({*data_application.COMMANDS, *security_domain.COMMANDS, *OTHERS})
)
bodies = st.one_of(
    st.just(b""),
    st.binary(max_size=1),
    st.binary(max_size=40).map(lambda data: bytes((len(data),)) + data),
    st.binary(max_size=40).map(lambda data: bytes((len(data),)) + data + b"\x00"),
    st.binary(max_size=300).map(lambda data: b"\x00" + len(data).to_bytes(2, "big") + data),
)
commands = st.one_of(
    st.binary(max_size=24),
    st.builds(
        lambda header, p1, p2, body: bytes((*header, p1, p2)) + body,
        known_headers,
        st.integers(0, 255),
        st.integers(0, 255),
        bodies,
    ),
)


@settings(max_examples=60)
@given(st.sampled_from(PROFILES), st.lists(commands, max_size=30))
def test_any_bytes_get_a_status_word(profile, sequence):
    card = Card(fixed_card(profile), random=os.urandom)
    status_word(card, SELECT_SSSE)
    for command in sequence:
        answer = card.transmit(command)
        assert len(answer) >= 2
        assert answer[-2] >> 4 in (0x6, 0x9)


class Attacker(RuleBasedStateMachine):
    """Somebody with the card and without PIN and keys."""

    def __init__(self) -> None:
        super().__init__()
        self.before = fixed_card("v3.00")
        self.card = Card(self.before, random=counter_bytes())
        self.tries = self.before.pin.tries_left
        self.key_tries = TRIES

    @rule(command=commands)
    def send(self, command: bytes) -> None:
        self.card.transmit(command)

    @rule()
    def reset(self) -> None:
        self.card.reset()

    @rule()
    def enter(self) -> None:
        status_word(self.card, SELECT_SSSE)

    @rule(pin=st.binary(min_size=3, max_size=3).filter(lambda pin: pin != b"\x12\x34\x56"))
    def guess(self, pin: bytes) -> None:
        self.card.transmit(b"\x00\x20\x00\x00\x03" + pin)

    @invariant()
    def no_try_is_given_back(self) -> None:
        assert self.card.persistent.pin.tries_left <= self.tries
        self.tries = self.card.persistent.pin.tries_left
        versions = self.card.persistent.keys.values()
        assert all(cell.tries_left <= TRIES for cells in versions for cell in cells)

    @invariant()
    def nothing_is_written(self) -> None:
        assert self.card.persistent.records == self.before.records
        assert self.card.persistent.binaries == self.before.binaries
        assert self.card.persistent.pin.value == self.before.pin.value
        assert self.card.persistent.life_cycle == self.before.life_cycle
        assert self.card.persistent.key_sets == self.before.key_sets

    @invariant()
    def the_holder_stays_private(self) -> None:
        card = Card(self.card.persistent, random=counter_bytes())
        status_word(card, SELECT_SSSE)
        assert status_word(card, "00 B2 09 30 20") in (0x6982, 0x6985)


Attacker.TestCase.settings = settings(max_examples=25, stateful_step_count=25)
TestAttacker = Attacker.TestCase
