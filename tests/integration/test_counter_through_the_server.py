"""A desk without keys: the whole way over HTTP, from a visit to the outcome on the chip."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance import audit
from issuance.counter.action_table import Action
from reader.card_profile.ssse import CardHolder
from reader.desk_keys import DeskKeys
from reader.errors import WrongPinError
from reader.presence import verify_presence
from reader.server_client import ServerKeys
from tests.bureau import CLERK
from tests.counter_world import PURPOSE, VILLAGE, CounterWorld, served_world

NEW_PIN = "192837"


@pytest.fixture(params=["v3.00", "v2.00"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CounterWorld]:
    with served_world(tmp_path, request.param) as opened:
        yield opened


def test_a_forgotten_pin_is_renewed_through_the_server(world: CounterWorld) -> None:
    visit = world.visit()
    presence = world.show(visit)
    assert presence.verification["verdict"] == "genuine"
    assert presence.token is not None
    token = verify_presence(presence.token, trust=world.store.public_keys(), now=world.clock.at)
    assert (str(token.card_number), token.desk, token.clerk, token.purpose) == (
        world.number,
        VILLAGE,
        CLERK,
        PURPOSE,
    )
    ticket = world.begin(Action.PIN_RELOAD, visit)
    server, session = world.server(), world.session()
    work = server.work(ticket)
    assert (work.action, work.identification_code) == ("pin_reload", session.identification_code)
    keys = DeskKeys(ServerKeys.of(server, session, world.chip.atr, ticket=ticket), world.random)
    keys.reload_pin(session, NEW_PIN)
    number = server.report(ticket, done=True)
    assert number == server.report(ticket, done=True)
    again = world.session()
    with pytest.raises(WrongPinError):
        again.verify_pin("123456")
    again.verify_pin(NEW_PIN)
    world.look(audit.verify)


def test_a_card_is_read_with_keys_that_stay_at_the_server(world: CounterWorld) -> None:
    session = world.session()
    keys = world.desk_keys(session)
    keys.check_card(session)
    keys.open_holder_data(session)
    assert session.read(CardHolder).name
