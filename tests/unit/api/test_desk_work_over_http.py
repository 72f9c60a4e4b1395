"""What a desk does on a card over HTTP, and cards that it shows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from issuance import cards
from issuance.counter import mandates, tickets
from issuance.counter.action_table import Action
from issuance.counter.errors import MandateError
from issuance.counter.models import Presence
from reader import presence as presence_token
from reader.card_check import answer_challenge, read_record
from reader.card_maintenance import block_application, block_card, unblock_application, write_group
from reader.card_profile.df01 import Residence
from reader.desk_keys import DeskKeys
from reader.iso7816 import commands
from reader.refusals import ApplicationBlockedError, CardBlockedError
from reader.server_client import ServerKeys, facts_of
from reader.session import CardSession
from tests.bureau import CLERK
from tests.counter_world import VILLAGE, CounterWorld
from tests.desk_requests import refusal

# --- what is done on the card ---------------------------------------------------------------------


def do(world: CounterWorld, ticket: str, work: Callable[[DeskKeys, CardSession], object]) -> str:
    """The agent's part: work, do, report."""
    server, session = world.server(), world.session()
    server.work(ticket)
    work(
        DeskKeys(ServerKeys.of(server, session, world.chip.atr, ticket=ticket), world.random),
        session,
    )
    return server.report(ticket, done=True)


@pytest.mark.parametrize("with_mac", [False, True])
def test_data_are_changed_under_a_ticket(world: CounterWorld, with_mac: bool) -> None:
    given = {"group": "residence", "items": {"telephone": "10012345678"}}
    ticket = world.shown(Action.UPDATE, given=given)
    assert world.server().work(ticket).parameters == given
    group = Residence(telephone="10012345678")
    do(world, ticket, lambda keys, session: write_group(keys, session, group, with_mac=with_mac))
    session = world.session()
    session.verify_pin("123456")
    assert session.read(Residence).telephone == "10012345678"


def test_an_application_is_blocked_and_unblocked_under_tickets(world: CounterWorld) -> None:
    given: dict[str, Any] = {"application": "DF02"}
    ticket = world.shown(Action.BLOCK_APPLICATION, given=given)
    application = world.session().profile.application("DF02")
    do(world, ticket, lambda keys, session: block_application(keys, session, application))
    session = world.session()
    with pytest.raises(ApplicationBlockedError):
        session.exchange(application, _challenge())
    ticket = world.shown(Action.UNBLOCK_APPLICATION, given=given)
    do(world, ticket, lambda keys, session: unblock_application(keys, session, application))
    world.session().exchange(application, _challenge())


def test_for_ever_has_to_be_asked_for(shared: CounterWorld) -> None:
    ticket = shared.shown(Action.BLOCK_APPLICATION, given={"application": "DF02"})
    application = shared.session().profile.application("DF02")
    problem = refusal(
        lambda: do(
            shared,
            ticket,
            lambda keys, session: block_application(keys, session, application, for_ever=True),
        )
    )
    assert problem == "key-not-lent"


def test_a_card_that_was_found_is_blocked_for_ever(world: CounterWorld) -> None:
    visit = world.visit()
    world.carry_out(world.begin(Action.LOSS_FINAL, visit, number=world.number))
    ticket = world.shown(Action.BLOCK_CARD, given={"reason": "found in the street"})
    do(world, ticket, block_card)
    with pytest.raises(CardBlockedError):
        world.session()


# --- a card that is shown -------------------------------------------------------------------------


def test_a_card_out_of_use_is_known_and_gets_no_token(world: CounterWorld) -> None:
    visit = world.visit()
    world.carry_out(world.begin(Action.LOSS_TEMPORARY, visit, number=world.number))
    shown = world.show(visit)
    assert (shown.verification["verdict"], shown.token) == ("suspended", None)
    assert world.ticket(visit).card_number == world.number
    assert world.look(lambda s: s.scalar(select(func.count()).select_from(Presence))) == 0


def test_a_replayed_proof_shows_nothing(shared: CounterWorld) -> None:
    visit, server, session = shared.visit(), shared.server(), shared.session()
    known = facts_of(session, shared.chip.atr)
    shared.desk_keys(session).open_holder_data(session)
    record, challenge = read_record(session), server.challenge()
    response = answer_challenge(session, challenge, record=record)
    said = {"record": record, "challenge": challenge, "response": response}
    assert server.show(known, **said, ticket=visit).token
    again = shared.visit()
    shown = server.show(known, **said, ticket=again)
    assert (shown.verification["verdict"], shown.token) == ("replayed", None)
    assert shared.ticket(again).shown_at is None


def test_a_copied_record_shows_nothing(shared: CounterWorld) -> None:
    visit, server, session = shared.visit(), shared.server(), shared.session()
    shared.desk_keys(session).open_holder_data(session)
    record, challenge = read_record(session), server.challenge()
    thief = shared.session(shared.chips[1]).prove_chip(challenge)
    shown = server.show(
        facts_of(session, shared.chip.atr),
        record=record,
        challenge=challenge,
        response=thief,
        ticket=visit,
    )
    assert (shown.verification["verdict"], shown.token) == ("copied", None)
    assert shared.ticket(visit).card_number is None


def test_a_token_is_verified_by_any_client(world: CounterWorld) -> None:
    token = world.show(world.visit()).token
    judge = world.server("pension").judge_presence
    assert token is not None
    found = judge(token)
    assert (found["verdict"], found["valid"]) == ("valid", True)
    assert (found["presence"]["card_number"], found["presence"]["desk"]) == (world.number, VILLAGE)
    world.clock.at += presence_token.LIFETIME
    found = judge(token)
    assert (found["verdict"], found["valid"]) == ("presence-expired", False)
    assert found["presence"]["card_number"] == world.number
    found = judge("OC1:AB")
    assert (found["verdict"], found["presence"]) == ("presence-malformed", None)


# --- mandates -------------------------------------------------------------------------------------


def test_a_mandate_that_ended_begins_nothing(world: CounterWorld) -> None:
    holder = world.look(lambda s: cards.get(s, world.number).social_security_number)
    name = tickets.new_id(world.random)
    until = world.clock.at + timedelta(days=1)
    world.change(
        lambda s: mandates.grant(
            s,
            name,
            holder_number=holder,
            agent_name="李四",
            agent_number="11010519491231002X",
            relation="daughter",
            actions=[Action.LOSS_TEMPORARY],
            until_at=until,
            clerk=CLERK,
            at=world.clock.at,
        )
    )
    visit = world.visit()
    world.begin(Action.LOSS_TEMPORARY, visit, number=world.number, mandate=name)
    world.clock.at = until
    visit = world.visit()
    with pytest.raises(MandateError) as refused:
        world.begin(Action.LOSS_TEMPORARY, visit, number=world.number, mandate=name)
    assert refused.value.reason == "ended"


def _challenge() -> Any:
    return commands.get_challenge(8)
