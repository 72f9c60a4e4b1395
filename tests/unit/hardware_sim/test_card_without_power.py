"""Power cut at every write of a command: afterwards the card is as before or as after."""

import os
from dataclasses import replace

import pytest

from hardware_sim.card.card import Card
from hardware_sim.card.state import Persistent
from tests.desk import Desk
from tests.fixed_card import fixed_card

SELECT_SSSE = bytes.fromhex("00A4040C0F7378312E73682EC9E7BBE1B1A3D5CF")
SELECT_DF01 = bytes.fromhex("00A4040C06D15600000500")


class PowerCut(BaseException):
    """No code of the card may catch it."""


class Eeprom:
    """Keeps the last committed state; loses power at the write numbered *cut*."""

    def __init__(self, persistent: Persistent, cut: int | None = None) -> None:
        self.kept = persistent
        self.cut = cut
        self.writes = 0
        self.history: list[Persistent] = []

    def save(self, persistent: Persistent) -> Persistent:
        if self.writes == self.cut:
            raise PowerCut
        self.writes += 1
        self.kept = persistent
        self.history.append(persistent)
        return persistent


def states_after_every_cut(persistent: Persistent, commands: list[bytes]) -> list[Persistent]:
    """What is kept after a cut at each write, the state before and the state after last."""
    kept = []
    cut = 0
    while True:
        eeprom = Eeprom(persistent, cut)
        card = Card(persistent, random=os.urandom, save=eeprom.save)
        try:
            for command in commands:
                card.transmit(command)
        except PowerCut:
            kept.append(eeprom.kept)
            cut += 1
            continue
        return [*kept, eeprom.kept]


def test_no_cut_gives_a_pin_try_back():
    wrong = bytes.fromhex("0020000003000000")
    states = states_after_every_cut(fixed_card(), [SELECT_SSSE, wrong])
    assert [state.pin.tries_left for state in states] == [6, 5]


def test_a_cut_while_the_right_pin_is_verified_costs_at_most_a_try():
    whole = fixed_card()
    used = replace(whole, pin=replace(whole.pin, tries_left=3))
    right = bytes.fromhex("0020000003123456")
    states = states_after_every_cut(used, [SELECT_SSSE, right])
    assert [state.pin.tries_left for state in states] == [3, 2, 6]


def test_a_cut_while_the_pin_changes_leaves_the_old_or_the_new():
    change = bytes.fromhex("805E010007123456FF654321")
    states = states_after_every_cut(fixed_card(), [SELECT_SSSE, change])
    assert {state.pin.value.hex() for state in states} == {"123456", "654321"}


@pytest.mark.parametrize("profile", ["v1.00", "v2.00", "v3.00", "international"])
def test_a_cut_in_a_personalization_leaves_whole_records(tmp_path, profile):
    """Every committed state holds, in each record, the blank or the final value."""
    desk = Desk.open(tmp_path, profile)
    blank = desk.blank().persistent
    eeprom = Eeprom(blank)
    history = eeprom.history
    card = Card(blank, random=os.urandom, save=eeprom.save)
    desk.make(card)
    final = history[-1]
    assert len(history) > 15
    for state in history:
        for place, records in state.records.items():
            for record, before, after in zip(
                records, blank.records[place], final.records[place], strict=True
            ):
                assert record in (before, after)
