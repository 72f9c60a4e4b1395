"""The tables of life cycles, tested whole, and the page drawn from them."""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from issuance import lifecycle, lifecycle_page
from issuance.book_errors import LifecycleError
from issuance.lifecycle import APPLICATION, BATCH, BLANK, CARD
from issuance.states import ApplicationEvent, BatchEvent, BlankEvent, CardEvent, CardState

Table = Mapping[Any, Mapping[Any, Any]]

TABLES: tuple[tuple[Table, type[Enum]], ...] = (
    (APPLICATION, ApplicationEvent),
    (BATCH, BatchEvent),
    (CARD, CardEvent),
    (BLANK, BlankEvent),
)
EVERY_PAIR = [
    pytest.param(table, state, event, id=f"{state} {event}")
    for table, events in TABLES
    for state in type(next(iter(table)))
    for event in events
]

# Written by hand, apart from the table: what may happen to a card.
CARD_TRANSITIONS = {
    ("numbered", "prepare", "prepared"),
    ("numbered", "cancel", "cancelled"),
    ("prepared", "personalize", "personalized"),
    ("prepared", "cancel", "cancelled"),
    ("prepared", "reject", "rejected"),
    ("personalized", "inspect", "inspected"),
    ("personalized", "reject", "rejected"),
    ("personalized", "lose", "lost"),
    ("personalized", "cancel", "cancelled"),
    ("inspected", "ship", "shipped"),
    ("inspected", "hand_over", "handed_over"),
    ("inspected", "reject", "rejected"),
    ("inspected", "lose", "lost"),
    ("inspected", "cancel", "cancelled"),
    ("shipped", "arrive", "at_outlet"),
    ("shipped", "lose", "lost"),
    ("shipped", "cancel", "cancelled"),
    ("at_outlet", "hand_over", "handed_over"),
    ("at_outlet", "return", "inspected"),
    ("at_outlet", "lose", "lost"),
    ("at_outlet", "cancel", "cancelled"),
    ("handed_over", "activate", "active"),
    ("handed_over", "lose", "lost"),
    ("handed_over", "cancel", "cancelled"),
    ("active", "suspend", "suspended"),
    ("active", "lose", "lost"),
    ("active", "cancel", "cancelled"),
    ("active", "replace", "replaced"),
    ("active", "expire", "expired"),
    ("suspended", "lift", "active"),
    ("suspended", "lose", "lost"),
    ("suspended", "cancel", "cancelled"),
    ("suspended", "replace", "replaced"),
    ("suspended", "expire", "expired"),
    ("lost", "cancel", "cancelled"),
    ("lost", "replace", "replaced"),
}


@pytest.mark.parametrize(("table", "state", "event"), EVERY_PAIR)
def test_a_transition_is_in_the_table_or_refused(table: Table, state: Enum, event: Enum) -> None:
    if event in table[state]:
        assert lifecycle.after(table, state, event) is table[state][event].to
    else:
        with pytest.raises(LifecycleError) as refused:
            lifecycle.after(table, state, event)
        assert (refused.value.state, refused.value.event) == (state.value, event.value)


def test_cards_move_as_the_bureau_says_and_no_other_way() -> None:
    found = {
        (state.value, event.value, transition.to.value)
        for state, events in CARD.items()
        for event, transition in events.items()
    }
    assert found == CARD_TRANSITIONS


@pytest.mark.parametrize("table", [table for table, _ in TABLES])
def test_every_state_is_reached_from_the_first(table: Table) -> None:
    reached, waiting = set(), [next(iter(table))]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += [transition.to for transition in table[state].values()]
    assert reached == set(type(next(iter(table))))


def test_nothing_brings_an_ended_card_back() -> None:
    for ended in (
        CardState.REJECTED,
        CardState.CANCELLED,
        CardState.REPLACED,
        CardState.EXPIRED,
    ):
        assert not CARD[ended]


@pytest.mark.parametrize("table", [table for table, _ in TABLES])
def test_every_transition_is_somebodys(table: Table) -> None:
    assert all(transition.roles for events in table.values() for transition in events.values())


def test_the_page_of_life_cycles_is_the_one_the_tables_draw() -> None:
    page = Path(__file__).parents[3] / "docs" / "lifecycles.md"
    assert page.read_text(encoding="utf-8") == lifecycle_page.page()
