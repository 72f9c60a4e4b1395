"""What a desk may and may not do over HTTP, with a real card on its reader."""

from datetime import timedelta

import pytest

from issuance import clients
from issuance.counter.action_table import Action
from issuance.counter.tickets import LIFETIME
from issuance.people.models import BookRule
from reader.card_profile.ssse import CardHolder
from reader.issuer_server import CardFacts, KeyStep, StepKind
from reader.server_client import facts_of
from reader.server_errors import (
    NotTheTicketsCardError,
    ServerBusyError,
    ServerKeyRefusedError,
    TicketOverError,
)
from tests.bureau import CHIEF, CLERK
from tests.counter_world import TOWN, VILLAGE, CounterWorld
from tests.desk_requests import FACTOR, RANDOM, entries, facts, refusal, step, uses_in_the_trail

# --- uses of keys ---------------------------------------------------------------------------------


def test_read_keys_need_no_ticket(shared: CounterWorld) -> None:
    session = shared.session()
    shared.desk_keys(session).open_holder_data(session)
    assert session.read(CardHolder).name


@pytest.mark.parametrize(
    "asked",
    [
        step(StepKind.CRYPTOGRAM, "UK4DF01"),
        step(StepKind.CRYPTOGRAM, "PUK"),
        step(StepKind.CRYPTOGRAM, "IRK"),
        step(StepKind.CRYPTOGRAM, "BK"),
        step(StepKind.MAC, "STK", header=bytes.fromhex("84160000"), data=b""),
        step(StepKind.SEAL, "STK", header=bytes.fromhex("84240001"), data=b"\x12\x34\x56"),
        step(StepKind.SEAL, "RKSSSE", header=bytes.fromhex("84240001")),
        step(StepKind.CRYPTOGRAM, "DLK"),
        step(StepKind.CRYPTOGRAM, "nothing"),
    ],
    ids=lambda one: f"{one.kind}-{one.key}",
)
def test_no_other_key_is_lent_without_a_ticket(shared: CounterWorld, asked: KeyStep) -> None:
    problem = refusal(lambda: shared.server().use_keys(facts(shared), [asked]))
    assert problem == "key-not-lent"


def test_the_answer_of_irk_is_compared_and_never_told(world: CounterWorld) -> None:
    session = world.session()
    irk = session.profile.key("IRK")
    answer = session.internal_authenticate(irk, RANDOM, FACTOR)
    known, server = facts_of(session, world.chip.atr), world.server()
    right = step(StepKind.CHECK, "IRK", data=FACTOR + answer)
    wrong = step(StepKind.CHECK, "IRK", data=FACTOR + bytes(8), random=bytes(8))
    assert server.use_keys(known, [right, wrong]) == [b"\x01", b""]
    (entry,) = uses_in_the_trail(world)
    assert entry.detail.count("IRK check") == 2
    assert "IRK check: no" in entry.detail
    assert answer.hex() not in entry.detail


def test_a_random_number_serves_a_key_once(world: CounterWorld) -> None:
    known, server = facts(world), world.server()
    asked = step(StepKind.CRYPTOGRAM, "RKSSSE")
    server.use_keys(known, [asked])
    assert refusal(lambda: server.use_keys(known, [asked])) == "random-used"
    assert refusal(lambda: world.server(TOWN).use_keys(known, [asked])) == "random-used"
    twice = step(StepKind.CRYPTOGRAM, "RK1DF01")
    assert refusal(lambda: server.use_keys(known, [twice, twice])) == "random-used"
    server.use_keys(known, [twice])


def test_a_desk_that_asks_too_often_is_told_to_wait(world: CounterWorld) -> None:
    at = world.clock.at
    rule = BookRule(name="desk_key_uses", value=10, changed_at=at, changed_by=CHIEF)
    world.change(lambda s: s.add(rule))
    known, server = facts(world), world.server()
    for number in range(10):
        server.use_keys(known, [step(StepKind.CRYPTOGRAM, "RKSSSE", random=bytes((number,) * 8))])
    more = [step(StepKind.CRYPTOGRAM, "RKSSSE", random=b"\x77" * 8)]
    with pytest.raises(ServerBusyError):
        server.use_keys(known, more)
    assert world.server(TOWN).use_keys(known, [step(StepKind.CRYPTOGRAM, "RKSSSE")])
    world.clock.at += timedelta(minutes=1)
    assert server.use_keys(known, more)


def test_every_request_is_one_entry_that_names_the_keys(world: CounterWorld) -> None:
    steps = [step(StepKind.CRYPTOGRAM, name) for name in ("RKSSSE", "RK1DF01")]
    results = world.server().use_keys(facts(world), steps)
    (entry,) = uses_in_the_trail(world)
    assert (entry.by, entry.subject) == (VILLAGE, f"card {world.number}")
    assert "RKSSSE cryptogram, RK1DF01 cryptogram" in entry.detail
    assert not any(result.hex() in entry.detail for result in results)
    assert RANDOM.hex() not in entry.detail


def test_a_card_unlike_the_books_gets_nothing(shared: CounterWorld) -> None:
    known = facts(shared)
    other = bytearray(known.atr)
    other[-1] ^= 1
    asked = [step(StepKind.CRYPTOGRAM, "RKSSSE")]
    for claimed in (
        CardFacts(atr=bytes(other), identification_code=known.identification_code, version="3.00"),
        CardFacts(atr=b"\x3b", identification_code=known.identification_code, version="3.00"),
        CardFacts(atr=known.atr, identification_code=known.identification_code, version="2.00"),
    ):
        assert refusal(lambda c=claimed: shared.server().use_keys(c, asked)) == "unlike-card"


def test_a_card_that_the_book_does_not_know(shared: CounterWorld) -> None:
    known = facts(shared)
    code = bytearray(known.identification_code)
    code[-1] ^= 1
    stranger = CardFacts(
        atr=known.atr,
        identification_code=type(known.identification_code)(bytes(code)),
        version="3.00",
    )
    asked = [step(StepKind.CRYPTOGRAM, "RKSSSE")]
    assert refusal(lambda: shared.server().use_keys(stranger, asked)) == "card-not-in-book"


def test_a_reader_in_the_field_gives_another_answer_to_reset(shared: CounterWorld) -> None:
    # A contactless reader builds its own ATR around the same historical bytes.
    known = facts(shared)
    atr = bytes.fromhex("3B8D8001") + known.atr[-13:] + b"\x00"
    near = CardFacts(atr=atr, identification_code=known.identification_code, version="3.00")
    assert shared.server().use_keys(near, [step(StepKind.CRYPTOGRAM, "RKSSSE")])


# --- who may ask ----------------------------------------------------------------------------------


def test_a_service_system_is_no_desk(shared: CounterWorld) -> None:
    with pytest.raises(ServerKeyRefusedError):
        shared.server("pension").use_keys(facts(shared), [step(StepKind.CRYPTOGRAM, "RKSSSE")])


def test_a_revoked_desk_gets_nothing(world: CounterWorld) -> None:
    visit = world.visit()
    world.change(lambda s: clients.revoke(s, VILLAGE, by=CHIEF, at=world.clock.at))
    with pytest.raises(ServerKeyRefusedError):
        world.show(visit)


def test_a_foreign_desk_gets_neither_work_nor_keys_nor_a_say(shared: CounterWorld) -> None:
    ticket = shared.shown(Action.PIN_RELOAD)
    town, known = shared.server(TOWN), facts(shared)
    puk = [step(StepKind.CRYPTOGRAM, "PUK")]
    assert refusal(lambda: town.work(ticket)) == "foreign-desk"
    assert refusal(lambda: town.use_keys(known, puk, ticket=ticket)) == "foreign-desk"
    assert refusal(lambda: town.report(ticket, done=True)) == "foreign-desk"
    visit = shared.ticket(ticket).parent
    assert visit is not None
    assert refusal(lambda: shared.show(visit, desk=TOWN)) == "foreign-desk"


# --- tickets --------------------------------------------------------------------------------------


def test_a_ticket_lends_what_its_action_needs_and_no_more(shared: CounterWorld) -> None:
    ticket = shared.shown(Action.PIN_UNBLOCK)
    server, known = shared.server(), facts(shared)
    for asked in (
        step(StepKind.CRYPTOGRAM, "BK"),
        step(StepKind.CRYPTOGRAM, "UKSSSE"),
        step(StepKind.SEAL, "STK", header=bytes.fromhex("84240001"), data=b"\x12\x34\x56"),
        step(StepKind.MAC, "STK", header=bytes.fromhex("84160000"), data=b""),
        step(StepKind.MAC, "STKDF01", header=bytes.fromhex("84240000"), data=b""),
    ):
        problem = refusal(lambda a=asked: server.use_keys(known, [a], ticket=ticket))
        assert problem == "key-not-lent"
    assert server.use_keys(known, [step(StepKind.CRYPTOGRAM, "PUK")], ticket=ticket)


def test_a_ticket_is_for_its_card_only(shared: CounterWorld) -> None:
    ticket = shared.shown(Action.PIN_RELOAD)
    other = shared.chips[1]
    known = facts_of(shared.session(other), other.atr)
    puk = [step(StepKind.CRYPTOGRAM, "PUK")]
    with pytest.raises(NotTheTicketsCardError):
        shared.server().use_keys(known, puk, ticket=ticket)


def test_another_card_in_the_same_visit_is_told(shared: CounterWorld) -> None:
    visit = shared.visit()
    shared.show(visit)
    with pytest.raises(NotTheTicketsCardError):
        shared.show(visit, chip=shared.chips[1])


@pytest.mark.parametrize("over", ["work", "keys"])
def test_an_expired_ticket_lends_nothing(world: CounterWorld, over: str) -> None:
    ticket = world.shown(Action.PIN_RELOAD)
    known, server = facts(world), world.server()
    world.clock.at += LIFETIME
    puk = [step(StepKind.CRYPTOGRAM, "PUK")]
    with pytest.raises(TicketOverError):
        server.work(ticket) if over == "work" else server.use_keys(known, puk, ticket=ticket)


def test_what_the_card_did_may_be_told_late(world: CounterWorld) -> None:
    ticket = world.shown(Action.PIN_RELOAD)
    world.clock.at += 2 * LIFETIME
    number = world.server().report(ticket, done=True)
    assert world.server().report(ticket, done=True) == number
    (entry,) = world.look(lambda s: s.scalars(entries("counter.pin_reload")).all())
    assert '"late":"1"' in entry.detail


def test_an_ended_ticket_lends_nothing_and_does_not_end_otherwise(shared: CounterWorld) -> None:
    ticket = shared.shown(Action.PIN_RELOAD)
    known, server = facts(shared), shared.server()
    server.report(ticket, done=False, code="card-removed")
    puk = [step(StepKind.CRYPTOGRAM, "PUK")]
    with pytest.raises(TicketOverError):
        server.use_keys(known, puk, ticket=ticket)
    with pytest.raises(TicketOverError):
        server.report(ticket, done=True)
    assert (shared.ticket(ticket).outcome, shared.ticket(ticket).code) == ("failed", "card-removed")


def test_a_crash_between_work_and_report_leaves_the_ticket_open(world: CounterWorld) -> None:
    ticket = world.shown(Action.PIN_UNBLOCK)
    for _ in range(2):  # the agent died after the first time, and does the same again
        server, session = world.server(), world.session()
        assert server.work(ticket).action == "pin_unblock"
        world.desk_keys(session, ticket=ticket).unblock_pin(session)
    assert world.ticket(ticket).outcome is None
    first = world.server().report(ticket, done=True)
    assert first == world.server().report(ticket, done=True)


def test_a_lost_card_is_read_and_not_changed(world: CounterWorld) -> None:
    ticket = world.shown(Action.PIN_RELOAD)
    visit = world.visit()
    world.carry_out(world.begin(Action.LOSS_TEMPORARY, visit, number=world.number))
    session = world.session()
    world.desk_keys(session).open_holder_data(session)
    assert session.read(CardHolder).name
    puk = [step(StepKind.CRYPTOGRAM, "PUK")]
    known = facts(world)
    assert refusal(lambda: world.server().use_keys(known, puk, ticket=ticket)) == "not-offered"
    assert refusal(lambda: world.server().work(ticket)) == "not-offered"


def test_a_visit_ticket_names_who_read(shared: CounterWorld) -> None:
    visit, session = shared.visit(), shared.session()
    shared.desk_keys(session, ticket=visit).open_holder_data(session)
    *_, entry = uses_in_the_trail(shared)
    assert entry.by == CLERK
    assert visit in entry.detail


def test_a_ticket_of_nobody(shared: CounterWorld) -> None:
    known = facts(shared)
    asked = [step(StepKind.CRYPTOGRAM, "RKSSSE")]
    for name in ("0" * 32, "ab?c"):
        assert refusal(lambda n=name: shared.server().work(n)) == "not-found"
        assert (
            refusal(lambda n=name: shared.server().use_keys(known, asked, ticket=n)) == "not-found"
        )
