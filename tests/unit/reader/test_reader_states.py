"""From PC/SC's words to what happened: the words are written by hand after winscard.h."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.interface import Interface
from reader.reader_events import (
    CardInserted,
    CardRemoved,
    ReaderAdded,
    ReaderRemoved,
    ServiceFound,
    ServiceLost,
)
from reader.reader_states import ReaderState, Snapshot, changes

ATR = bytes.fromhex("3B6D000000814F4310866001234567 89AB")
OTHER = bytes.fromhex("3B6D000000814F4310866001234567 89AC")
CONTACTLESS = bytes.fromhex("3B8D800180814F4310866001234567 89AB00")
EMPTY, HERE = ReaderState(), ReaderState(atr=ATR, count=1)


def told(before, after):
    return list(changes(before, after))


def here(**readers):
    return Snapshot(service=True, readers=readers)


@pytest.mark.parametrize(
    ("word", "atr", "state"),
    [
        (0x0000_0012, b"", ReaderState()),
        (0x0003_0022, ATR, ReaderState(atr=ATR, count=3)),
        (0x0003_00A2, ATR, ReaderState(atr=ATR, count=3, in_use=True)),
        (0x0003_0122, ATR, ReaderState(atr=ATR, count=3, in_use=True)),
        (0x0001_0222, ATR, ReaderState(atr=b"", count=1)),  # mute
        (0xFFFF_0012, b"", ReaderState(count=0xFFFF)),
        (0x0003_002A, ATR, ReaderState(count=3)),  # the reader itself is unavailable
        (0x0000_0006, ATR, ReaderState()),  # the reader is not known any more
    ],
    ids=lambda value: f"{value:08X}" if isinstance(value, int) else "",
)
def test_a_word_is_a_state(word, atr, state):
    assert ReaderState.of(word, atr) == state


def test_at_the_beginning_everything_is_told():
    assert told(None, here(a=HERE, b=EMPTY)) == [
        ServiceFound(),
        ReaderAdded("a"),
        CardInserted("a", ATR, Interface.CONTACT),
        ReaderAdded("b"),
    ]
    assert told(None, Snapshot()) == [ServiceLost()]


def test_a_lost_service_takes_its_readers_and_cards_along():
    assert told(here(a=HERE, b=EMPTY), Snapshot()) == [
        CardRemoved("a"),
        ReaderRemoved("a"),
        ReaderRemoved("b"),
        ServiceLost(),
    ]
    assert told(Snapshot(), Snapshot()) == []


def test_a_card_comes_and_goes():
    came = told(here(a=EMPTY), here(a=ReaderState(atr=CONTACTLESS, count=1)))
    assert came == [CardInserted("a", CONTACTLESS, Interface.CONTACTLESS)]
    assert told(here(a=HERE), here(a=ReaderState(count=2))) == [CardRemoved("a")]


def test_quick_taps_are_told_although_the_state_is_as_before():
    again = told(here(a=HERE), here(a=ReaderState(atr=ATR, count=3)))
    assert again == [CardRemoved("a"), CardInserted("a", ATR, Interface.CONTACT)]
    gone = told(here(a=EMPTY), here(a=ReaderState(count=2)))
    assert gone == [CardInserted("a", b"", Interface.CONTACT), CardRemoved("a")]


def test_the_count_starts_again_at_zero():
    before, after = ReaderState(atr=ATR, count=0xFFFF), ReaderState(atr=ATR, count=1)
    assert told(here(a=before), here(a=after)) == [
        CardRemoved("a"),
        CardInserted("a", ATR, Interface.CONTACT),
    ]


def test_another_card_without_a_count_is_another_card():
    swapped = told(here(a=HERE), here(a=ReaderState(atr=OTHER, count=1)))
    assert swapped == [CardRemoved("a"), CardInserted("a", OTHER, Interface.CONTACT)]


def test_that_somebody_talks_to_a_card_is_no_event():
    assert told(here(a=HERE), here(a=ReaderState(atr=ATR, count=1, in_use=True))) == []


STATES = st.builds(
    ReaderState,
    atr=st.sampled_from([None, b"", ATR, OTHER, CONTACTLESS]),
    count=st.integers(0, 5),
)
SNAPSHOTS = st.one_of(
    st.just(Snapshot()),
    st.dictionaries(st.sampled_from("abc"), STATES).map(
        lambda readers: Snapshot(service=True, readers=readers)
    ),
)


@given(st.lists(SNAPSHOTS, min_size=1, max_size=6))
def test_the_events_lead_to_the_last_state(snapshots):
    service, cards, before = None, {}, None
    for snapshot in snapshots:
        for event in changes(before, snapshot):
            match event:
                case ServiceFound() | ServiceLost():
                    assert service is not isinstance(event, ServiceFound)
                    service = isinstance(event, ServiceFound)
                case ReaderAdded(reader):
                    assert reader not in cards
                    cards[reader] = None
                case ReaderRemoved(reader):
                    assert cards.pop(reader) is None
                case CardInserted(reader, atr):
                    assert cards[reader] is None
                    cards[reader] = atr
                case CardRemoved(reader):
                    assert cards[reader] is not None
                    cards[reader] = None
        before = snapshot
        assert (service, cards) == (snapshot.service, snapshot.cards)
