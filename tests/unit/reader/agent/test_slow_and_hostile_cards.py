"""A card that is slow, mute or mad costs its call, and never the page."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware_sim.card.card import Card
from tests.agent_at_work import agent, error_code
from tests.card_table import CardTable
from tests.issuer_at_hand import IssuerAtHand


class Mad:
    """A card that answers what it was given, then nothing but the last of it."""

    atr = bytes.fromhex("3B6D000000814F43108660BAC89BCF163B")

    def __init__(self, answers: list[bytes]) -> None:
        self._answers = answers

    def reset(self) -> None:
        """Forgets nothing."""

    def transmit(self, command: bytes) -> bytes:
        """The next answer."""
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def test_a_call_that_takes_too_long_is_answered_and_the_next_one_served(counter):
    counter.table.delay = 0.4
    with (
        agent(place=counter.table, server=counter.server, seconds=0.3) as running,
        running.page() as page,
    ):
        assert page.refused("card.present", ticket="visit-1") == "took-too-long"
        counter.table.delay = 0.0
        assert page.call("card.present", ticket="visit-1")["verification"]["genuine"]


def test_a_card_that_hangs_is_left_alone_and_the_page_goes_on(counter):
    counter.table.delay = 8.0
    with (
        agent(place=counter.table, server=counter.server, seconds=2) as running,
        running.page() as page,
    ):
        assert page.refused("card.present", ticket="visit-1") == "took-too-long"
        counter.table.delay = 0.0  # the first command still hangs
        assert page.call("card.present", ticket="visit-1")["verification"]["genuine"]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    answers=st.lists(
        st.one_of(
            st.binary(max_size=20),
            st.binary(max_size=250).map(lambda data: data + b"\x90\x00"),
            st.sampled_from([b"\x61\x00", b"\x6c\x10", b"\x69\x82", b"\x90\x00"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_a_card_answers_the_page_gets_an_answer(answers, table_and_page):
    table, page = table_and_page
    table.put(Mad(list(answers)))
    number = page.ask("card.present", ticket="visit-1")
    answer = page.answer()
    assert answer["id"] == number
    assert "result" in answer or error_code(answer) != "agent-fault"


@pytest.fixture
def table_and_page(issuers):
    server = IssuerAtHand(issuers("v3.00").store)
    table: CardTable = CardTable()
    with agent(place=table, server=server, clock=FastClock()) as running, running.page() as page:
        yield table, page


class FastClock:
    """Lets a second pass with every look, so that no rate limit is met."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.05
        return self.now


def test_a_real_card_is_served_after_a_mad_one(counter):
    card: Card = counter.table.card
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        for answer in (b"", b"\x90", b"\x90\x00", b"\x61\xff", b"\xff" * 300):
            counter.table.put(Mad([answer]))
            page.ask("card.present", ticket="visit-1")
            assert error_code(page.answer())
        counter.table.put(card)
        assert page.call("card.present", ticket="visit-1")["verification"]["genuine"]
