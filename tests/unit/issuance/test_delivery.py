"""From the bureau to the holder: inspected, shipped, at the outlet, handed over."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from issuance import cards, delivery
from issuance.book_errors import LifecycleError
from issuance.database import reading, transaction
from issuance.states import CardState
from tests.bureau import CLERK, NOW, Bureau, bureau, rows

LATER = NOW + timedelta(days=2)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(tmp_path) as opened:
        yield opened


@pytest.fixture
def made(desk: Bureau) -> str:
    [card] = desk.cards(desk.prepared(rows(1)))
    desk.personalize(card.number, 7)
    return card.number


def test_a_card_goes_the_whole_way_and_each_step_has_its_time(desk: Bureau, made: str) -> None:
    desk.inspect(made)
    with transaction(desk.engine) as session:
        delivery.ship(session, made, outlet="371702001", by=CLERK, at=LATER)
        delivery.arrive(session, made, by=CLERK, at=LATER + timedelta(days=1))
        cards.activate(session, made, by=CLERK, at=LATER + timedelta(days=9))
    with reading(desk.engine) as session:
        card = cards.get(session, made)
    assert (card.state, card.outlet) == (CardState.ACTIVE, "371702001")
    assert (card.inspected_at, card.shipped_at) == (NOW, LATER)
    assert card.arrived_at == LATER + timedelta(days=1)
    assert card.handed_over_at == card.activated_at == LATER + timedelta(days=9)


def test_a_card_that_was_not_inspected_is_not_handed_over(desk: Bureau, made: str) -> None:
    with pytest.raises(LifecycleError), transaction(desk.engine) as session:
        cards.activate(session, made, by=CLERK, at=LATER)


def test_a_card_on_its_way_is_not_handed_over(desk: Bureau, made: str) -> None:
    desk.inspect(made)
    with transaction(desk.engine) as session:
        delivery.ship(session, made, outlet="371702001", by=CLERK, at=LATER)
    with pytest.raises(LifecycleError), transaction(desk.engine) as session:
        delivery.hand_over(session, made, by=CLERK, at=LATER)


def test_a_card_nobody_came_for_returns(desk: Bureau, made: str) -> None:
    desk.inspect(made)
    with transaction(desk.engine) as session:
        delivery.ship(session, made, outlet="371702001", by=CLERK, at=LATER)
        delivery.arrive(session, made, by=CLERK, at=LATER)
        assert delivery.send_back(session, made, reason="90 days", by=CLERK, at=LATER)
    with reading(desk.engine) as session:
        assert cards.get(session, made).state is CardState.INSPECTED


def test_a_step_made_twice_counts_once(desk: Bureau, made: str) -> None:
    assert desk.inspect(made)
    assert not desk.inspect(made)
