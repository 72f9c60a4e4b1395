"""A page and a card: the basics first, then the verdict, the photo, and the rest."""

import pytest

from tests.agent_at_work import agent
from tests.card_on_a_port import served
from tests.desk import Desk
from tests.issuer_at_hand import IssuerAtHand

PROFILES = ("v3.00", "v2.00", "v1.00", "international")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_card_is_shown_and_its_basics_come_first(profile, tmp_path):
    desk = Desk.open(tmp_path, profile)
    card = desk.blank()
    made = desk.make(card)
    issuer = IssuerAtHand(desk.store)
    with served(card) as at, agent(card=at, server=issuer) as running, running.page() as page:
        result = page.call("card.present", ticket="visit-1")
        (basics,) = page.events
    assert basics.pop("event") == "basics"
    assert basics == result["basics"]
    assert (basics["name"], basics["card_number"]) == ("张三", "A00000011")
    assert basics["identification_code"] == made.identification_code.hex().upper()
    assert (result["verification"]["verdict"], result["token"]) == ("genuine", "token-of-visit-1")
