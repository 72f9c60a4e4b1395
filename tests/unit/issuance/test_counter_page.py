"""The page on the counter's server shows the tables that the server goes by."""

from pathlib import Path

from issuance.counter.action_page import GIVEN, actions_table, keys_table
from issuance.counter.action_table import ACTIONS, Action
from issuance.counter.key_rules import loans
from reader.card_profile.keys import KeyRole
from reader.card_profile.profiles import PROFILES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "counter-server.md"


def test_the_page_shows_actions_and_keys_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert actions_table() in page
    assert keys_table() in page


def test_only_actions_on_the_card_are_lent_keys() -> None:
    given = {"group": "residence", "application": "DF02"}
    for profile in PROFILES.values():
        for action, rule in ACTIONS.items():
            found = loans(action, given | GIVEN.get(action, {}), profile)
            by_desk = rule.on_card and not rule.relayed  # whose keys stay at the server
            assert bool(found) is (by_desk and action is not Action.PIN_CHANGE)
            for loan in found:
                key = profile.key(loan.key)
                assert key.for_terminals
                assert key.role not in (KeyRole.INTERNAL_AUTHENTICATION, KeyRole.READ)
