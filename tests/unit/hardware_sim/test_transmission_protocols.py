"""How many bytes arrive, on T=0 and on T=1 (ISO/IEC 7816-3, 12; 7816-4, 5.3).

The object asked for is the key diversification data of a card whose bytes are known, 10 bytes long.
"""

import pytest

from hardware_sim import factory
from hardware_sim.card.card import Card
from reader.card_profile.profiles import PROFILES
from tests.desk import answer, counter_bytes

VALUE = "86 60 00 00 01 02 03 04 05 06"
T0, T1 = "v2.00", "international"
SELECT_ISD = "00 A4 04 00 08 A0 00 00 01 51 00 00 00"
FCI_SIZE = 0x50  # 6F 4E …


def card(profile: str) -> Card:
    memory = factory.blank(
        PROFILES[profile],
        serial=bytes.fromhex("010203040506"),
        keys=lambda kdd: factory.test_keys(),
    )
    return Card(memory, random=counter_bytes())


@pytest.mark.parametrize("profile", [T0, T1])
def test_as_many_as_there_are_are_asked_for_by_number_or_by_00(profile):
    assert answer(card(profile), "00 CA 00 CF 0A") == f"{VALUE} 90 00"
    assert answer(card(profile), "00 CA 00 CF 00") == f"{VALUE} 90 00"


def test_t_0_cannot_send_fewer_bytes_than_p3_and_says_how_many_there_are():
    """7816-3, 12.2.3: the interface device counts to P3, and would take the status for data."""
    assert answer(card(T0), "00 CA 00 CF 20") == "6C 0A"
    assert answer(card(T1), "00 CA 00 CF 20") == f"{VALUE} 90 00"


@pytest.mark.parametrize("profile", [T0, T1])
def test_what_does_not_fit_waits_for_get_response(profile):
    mine = card(profile)
    assert answer(mine, "00 CA 00 CF 04") == "86 60 00 00 61 06"
    assert answer(mine, "00 C0 00 00 06") == "01 02 03 04 05 06 90 00"
    assert answer(mine, "00 C0 00 00 06") == "69 85"


def test_on_t_0_no_le_at_all_leaves_the_whole_answer_waiting():
    assert answer(card(T0), "00 CA 00 CF") == "61 0A"
    assert answer(card(T1), "00 CA 00 CF") == f"{VALUE} 90 00"


def test_data_that_answers_data_waits_on_t_0_and_comes_at_once_on_t_1():
    assert answer(card(T0), f"{SELECT_ISD} 00") == "61 50"
    assert len(bytes.fromhex(answer(card(T1), f"{SELECT_ISD} 00"))) == FCI_SIZE + 2


@pytest.mark.parametrize("profile", [T0, T1])
def test_an_extended_length_brings_everything_at_once(profile):
    assert answer(card(profile), "00 CA 00 CF 00 00 00") == f"{VALUE} 90 00"
    whole = answer(card(profile), "00 A4 04 00 00 00 08 A0 00 00 01 51 00 00 00 00 00")
    assert len(bytes.fromhex(whole)) == FCI_SIZE + 2


@pytest.mark.parametrize("profile", [T0, T1])
def test_a_reset_forgets_what_waits(profile):
    mine = card(profile)
    assert answer(mine, "00 CA 00 CF 04") == "86 60 00 00 61 06"
    mine.reset()
    assert answer(mine, "00 C0 00 00 06") == "69 85"
