"""Cards as they are in the field: read, or refused with a reason (docs/real-cards.md)."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.basics import Basics, read_basics
from reader.card_profile.ssse import CardHolder
from reader.errors import AccessRefusedError, ReaderError
from reader.refusals import AlgorithmError
from reader.session import CardSession
from tests.odd_card import OddCard, odd_card, odd_cards

SPECIAL = {"commands", "error", "note", "problem", "refused", "algorithm"}
READABLE = [name for name in odd_cards() if "error" not in odd_card(name).expected]
REFUSED = [name for name in odd_cards() if "error" in odd_card(name).expected]
WITH_GOOD_HOLDER = "end_of_file_before_length"


def basics_of(card: OddCard) -> Basics:
    return read_basics(CardSession(card))


@pytest.mark.parametrize("name", READABLE)
def test_the_items_are_read(name):
    card = odd_card(name)
    found = basics_of(card).to_json()
    wanted = {item: value for item, value in card.expected.items() if item not in SPECIAL}
    assert {item: str(found[item]) for item in wanted} == wanted


@pytest.mark.parametrize("name", REFUSED)
def test_a_card_that_cannot_be_read_is_told_from_others(name):
    card = odd_card(name)
    with pytest.raises(ReaderError) as raised:
        basics_of(card)
    assert raised.value.code == card.expected["error"]


def expecting(what: str) -> list[str]:
    return [name for name in READABLE if what in odd_card(name).expected]


@pytest.mark.parametrize("name", expecting("commands"))
def test_no_more_commands_are_sent_than_the_card_wants(name):
    card = odd_card(name)
    basics_of(card)
    assert len(card.log) == int(card.expected["commands"])


@pytest.mark.parametrize("name", [n for n in READABLE if n not in expecting("refused")])
def test_a_form_is_learned_once(name):
    """A file read again costs two refusals at most: no more such forms, no more records."""
    card = odd_card(name)
    session = CardSession(card)
    read_basics(session)
    refused = []

    def transmit(command: bytes) -> bytes:
        answer = OddCard.transmit(card, command)
        if answer[-2] in (0x67, 0x69, 0x6A, 0x6D):
            refused.append(command)
        return answer

    card.transmit = transmit
    session.read_records(*session.profile.file_of(CardHolder))
    assert len(refused) <= 2


@pytest.mark.parametrize("name", expecting("note"))
def test_what_people_should_know_of_the_reading_is_said(name):
    card = odd_card(name)
    ((en, zh),) = basics_of(card).notes
    assert card.expected["note"] in en
    assert card.expected["note"] in zh


@pytest.mark.parametrize("name", expecting("refused"))
def test_what_is_kept_back_is_named_with_its_reason(name):
    card = odd_card(name)
    found = basics_of(card)
    assert " ".join(found.refused) == card.expected["refused"]
    assert set(found.refused.values()) == {AccessRefusedError.cause}


@pytest.mark.parametrize("name", expecting("problem"))
def test_an_item_that_is_not_valid_is_shown_as_it_stands(name):
    card = odd_card(name)
    item, stored = card.expected["problem"].split(" ")
    found = basics_of(card)
    assert found.text(item) == stored
    (told,) = [one for one in found.to_json()["refused"] if one.get("item") == item]
    assert told["reason"]["en"]
    assert re.search(r"[\u4e00-\u9fff]", told["reason"]["zh"])


@pytest.mark.parametrize("name", expecting("algorithm"))
def test_no_key_of_another_algorithm_is_tried(name):
    card = odd_card(name)
    session = CardSession(card)
    sent = len(card.log)
    with pytest.raises(AlgorithmError):
        session.authenticate(session.profile.key("RKSSSE"), lambda r, f: r, bytes(8))
    assert len(card.log) == sent


@pytest.mark.parametrize("sw", ["6982", "6985", "6A82", "6A83", "6D00", "6F00", "6283"])
def test_without_the_right_to_ef06_the_rest_is_given(sw):
    card = odd_card(WITH_GOOD_HOLDER)
    card.exchanges = [one for one in card.exchanges if not one[1].startswith("00B20135")]
    card.defaults.update({"B2": sw, "A4": sw})
    found = basics_of(card)
    assert (found.holder.name, found.text("card_number")) == (None, "B00000131")
    assert list(found.refused) == ["SSSE/EF06"]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(odd_cards()),
    st.dictionaries(
        st.integers(0, 60),
        st.one_of(
            st.binary(max_size=40),
            st.binary(max_size=120).map(lambda data: data + b"\x90\x00"),
            st.sampled_from(["6100", "6112", "6C00", "6C08", "6282", "6283", "6700", "6982"]).map(
                bytes.fromhex
            ),
            st.sampled_from(["6985", "6A82", "6A83", "6A86", "6D00", "6E00", "9000"]).map(
                bytes.fromhex
            ),
        ),
        max_size=6,
    ),
)
def test_any_card_gives_values_or_a_reader_error(name, lies):
    card = odd_card(name)

    class Lying:
        count = -1

        def transmit(self, command: bytes) -> bytes:
            self.count += 1
            assert self.count < 200, "it never ends"
            answer = card.transmit(command)
            return lies.get(self.count, answer)

    try:
        found = read_basics(CardSession(Lying()))
    except ReaderError:
        return
    assert found.to_json().keys() >= {"name", "card_number", "refused", "notes"}
