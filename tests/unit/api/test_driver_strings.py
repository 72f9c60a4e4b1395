"""National drivers' strings: what they put out goes to the server, what comes back works."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hardware_sim.card.card import Card
from issuance.counter.action_table import Action
from reader.card_keys import CardKeys
from reader.card_profile.df01 import Residence
from reader.card_profile.ssse import CardHolder
from reader.desk_keys import DeskKeys
from reader.iso7816 import commands
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.server_client import ServerKeys, facts_of
from reader.server_errors import ServerRefusedError
from reader.session import CardSession
from tests.counter_world import CounterWorld, served_world

BASICS, READ, WRITE = "iReadCardBas_HSM_Step1", "iReadCard_HSM_Step1", "iWriteCard_HSM_Step1"
RELOAD, RELOAD_SEALED = "iReloadPIN_HSM_Step1", "iReloadPIN_HSM_Step2"
UNBLOCK, UNBLOCK_SEALED = "iUnblockPIN_HSM_Step1", "iUnblockPIN_HSM_Step2"
DEBIT = "iDoDebit_HSM_Step1"
# Random number, count, two amounts in fen, type and terminal, time.
PAID = "01020304|0001|00000064|000000C8|32431002000001|20261102101500|"
R1, R2, R4 = "11" * 8, "22" * 8, "44" * 8


@pytest.fixture(name="world", params=["v3.00", "v2.00"])
def _world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CounterWorld]:
    with served_world(tmp_path, request.param) as opened:
        yield opened


@pytest.fixture(name="shared", params=["v3.00", "v2.00"], scope="module")
def _shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CounterWorld]:
    """For what is refused, or minds nothing that happened before."""
    with served_world(tmp_path_factory.mktemp("shared"), request.param) as opened:
        yield opened


def send(card: Card, command: CommandApdu) -> bytes:
    answer = ResponseApdu.decode(card.transmit(command.encode()))
    assert answer.sw == 0x9000, f"{answer.sw:04X}"
    return answer.data


def challenge_of(session: CardSession, card: Card) -> bytes:
    """Select the SSSE, as CardSession does, and ask for a random number."""
    session.leave()
    session.exchange(session.profile.application("SSSE"), commands.get_challenge(8))
    return send(card, commands.get_challenge(8))


def basics(session: CardSession, card: Card, r3: str, r4: str) -> str:
    code = session.identification_code
    historical = card.atr[-13:].hex().upper()
    mark = f"{session.profile.algorithm_mark:02}"
    return f"{code.region}|{historical}|{mark}|{code}|{R1}|{R2}|{r3}|{r4}|"


def test_the_basics_are_read_step_by_step(world: CounterWorld) -> None:
    session, card, server = world.session(), world.chip, world.server()
    answer = session.internal_authenticate(
        session.profile.key("IRK"), bytes.fromhex(R1), bytes.fromhex(R2)
    )
    if session.profile.name == "v2.00":
        internal, external, rest = server.driver_key(BASICS, basics(session, card, "", "")).split(
            "|"
        )
        assert (external, rest) == ("", "")
    else:
        r3 = challenge_of(session, card).hex()
        internal, external, rest = server.driver_key(
            BASICS, basics(session, card, r3, R4) + "DC01|"
        ).split("|")
        assert (external[16:], rest) == (R4, "")
        send(
            card,
            commands.external_authenticate(
                0x0A, bytes.fromhex(external[:16]), bytes.fromhex(external[16:])
            ),
        )
    assert bytes.fromhex(internal) == answer + bytes.fromhex(R2)
    assert session.read(CardHolder).name


def test_the_answer_of_a_card_is_not_told_for_a_challenge_of_ours(shared: CounterWorld) -> None:
    # Else a desk's key could prove a card that is not there: a chip without a key pair answers
    # the two halves of a challenge in just this way.
    session, server = shared.session(), shared.server()
    challenge = server.challenge()
    string = basics(session, shared.chip, "", "")
    for factor in (challenge[8:], bytes(8)):
        asked = string.replace(R1, challenge[:8].hex()).replace(R2, factor.hex())
        assert refusal(server, BASICS, asked) == "random-used"
    server.driver_key(BASICS, string.replace(R1, challenge[8:].hex()))


def test_a_pin_is_reloaded_step_by_step(world: CounterWorld) -> None:
    ticket = world.shown(Action.PIN_RELOAD)
    server, session, card = world.server(), world.session(), world.chip
    facts = facts_of(session, card.atr)
    mark = f"{session.profile.algorithm_mark:02}"
    first = challenge_of(session, card).hex().upper()
    asked: dict[str, Any] = {"card": facts, "ticket": ticket}
    external = server.driver_key(RELOAD, f"{mark}|009010|{first}|{R4}|", **asked)
    send(
        card,
        commands.external_authenticate(
            0x06, bytes.fromhex(external[:16]), bytes.fromhex(external[16:])
        ),
    )
    second = send(card, commands.get_challenge(8)).hex()
    lc = "0C" if session.profile.name == "v2.00" else "14"
    sealed = f"{mark}|009010|{second}|84240001{lc}|192837|"  # one driver repeats PUK's address
    command = server.driver_key(RELOAD_SEALED, sealed, **asked)
    assert len(command) == (34 if session.profile.name == "v2.00" else 50)
    assert card.transmit(bytes.fromhex(command)) == b"\x90\x00"
    assert server.report(ticket, done=True)
    world.session().verify_pin("192837")


def test_a_pin_is_unblocked_step_by_step(world: CounterWorld) -> None:
    ticket = world.shown(Action.PIN_UNBLOCK)
    server, session, card = world.server(), world.session(), world.chip
    asked: dict[str, Any] = {"card": facts_of(session, card.atr), "ticket": ticket}
    mark = f"{session.profile.algorithm_mark:02}"
    first = challenge_of(session, card).hex()
    external = server.driver_key(UNBLOCK, f"{mark}|009010|{first}|{R4}|", **asked)
    cipher, factor = bytes.fromhex(external[:16]), bytes.fromhex(external[16:])
    send(card, commands.external_authenticate(0x06, cipher, factor))
    second = send(card, commands.get_challenge(8)).hex()
    command = server.driver_key(UNBLOCK_SEALED, f"{mark}|017309|{second}|8424000004||", **asked)
    assert (command[:10], len(command)) == ("8424000004", 18)
    assert card.transmit(bytes.fromhex(command)) == b"\x90\x00"


def test_a_record_is_written_step_by_step(world: CounterWorld) -> None:
    given = {"group": "residence", "items": {"telephone": "10012345678"}}
    ticket = world.shown(Action.UPDATE, given=given)
    server, session, card = world.server(), world.session(), world.chip
    mark = f"{session.profile.algorithm_mark:02}"
    session.exchange(session.profile.application("DF01"), commands.select_fid(0xEF06))
    random = send(card, commands.get_challenge(8)).hex()
    external = server.driver_key(
        WRITE,
        f"{mark}|017925|{random}|{R4}|",
        card=facts_of(session, card.atr),
        ticket=ticket,
    )
    cipher, factor = bytes.fromhex(external[:16]), bytes.fromhex(external[16:])
    send(card, commands.external_authenticate(0x86, cipher, factor))
    record = bytes.fromhex("28 0F") + b"10012345678" + bytes(4)
    send(card, commands.update_record(3, record))
    session = world.session()
    session.verify_pin("123456")
    assert session.read(Residence).telephone == "10012345678"


@pytest.mark.parametrize(
    ("function", "string", "problem"),
    [
        (READ, "{mark}|004C0A|{r}|{r}|", None),
        (READ, "{mark}|009010|{r}|{r}|", "key-not-lent"),
        (WRITE, "{mark}|009412|{r}|{r}|", "key-not-lent"),
        (READ, "{mark}|006708|{r}|{r}|", "key-not-lent"),
        (READ, "{mark}|0000FE|{r}|{r}|", "key-not-lent"),
        (READ, "SSF33|004C0A|{r}|{r}|", "unlike-card"),
        (READ, "{mark}|004C|" + "5B" * 8 + "|{r}|", None),
        (READ, "{mark}|00010A|{r}|{r}|", "key-not-lent"),
        (READ, "{mark}|004C0A|{r}|", "parameter"),
        (READ, "{mark}|4C0|{r}|{r}|", "parameter"),
        (READ, "??|004C0A|{r}|{r}|", "parameter"),
        (READ, "", "invalid-field"),
        (RELOAD_SEALED, "{mark}|017309|{r}|842400010C|123456|", "key-not-lent"),
        (RELOAD_SEALED, "{mark}|017309|{r}|842400010C|12345x|", "parameter"),
        (RELOAD_SEALED, "{mark}|017309|{r}|842400010C|123|", "parameter"),
        (RELOAD_SEALED, "{mark}|017309|{r}|84240001|123456|", "parameter"),
        (RELOAD_SEALED, "{mark}|004C0A|{r}|842400010C|123456|", "key-not-lent"),
        (UNBLOCK_SEALED, "{mark}|017309|{r}|8424000004||", "key-not-lent"),
        (DEBIT, "{mark}|009010|" + PAID, "key-not-lent"),
        (DEBIT, "{mark}|0000C7|" + PAID, "card-not-shown"),
        (DEBIT, "{mark}|0000C7|" + PAID.replace("|324310", "|314310"), "parameter"),
        ("iDoNothing", "x", "invalid-field"),
    ],
)  # fmt: skip
def test_without_a_ticket(
    shared: CounterWorld, function: str, string: str, problem: str | None
) -> None:
    session, server = shared.session(), shared.server()
    facts = facts_of(session, shared.chip.atr)
    string = string.format(mark=f"{session.profile.algorithm_mark:02}", r="5A" * 8)
    if problem is None:
        assert server.driver_key(function, string, card=facts).endswith("5A" * 8)
    else:
        assert refusal(server, function, string, card=facts) == problem


def test_which_card_it_is_must_be_said(shared: CounterWorld) -> None:
    server = shared.server()
    assert refusal(server, READ, f"03|004C0A|{R1}|{R4}|") == "parameter"
    session = shared.session()
    elsewhere = basics(session, shared.chip, "", "")
    assert refusal(server, BASICS, "110000" + elsewhere[6:]) == "parameter"
    facts = facts_of(session, shared.chip.atr)
    stranger = replace(facts, identification_code=type(facts.identification_code)(
        bytes(facts.identification_code[:12]) + bytes(4)))  # fmt: skip
    assert refusal(server, READ, f"03|004C0A|{R1}|{R4}|", card=stranger) == "card-not-in-book"


def test_a_settlement_is_signed_in_a_visit_with_the_card(world: CounterWorld) -> None:
    visit = world.visit()
    world.show(visit)
    server, session = world.server(), world.session()
    mark = f"{session.profile.algorithm_mark:02}"
    facts = facts_of(session, world.chip.atr)
    key = server.driver_key(DEBIT, f"{mark}|0000C7|{PAID}", card=facts, ticket=visit)
    count, time, mac1, mac2, rest = key.split("|")
    assert (count, time, rest) == ("00000001", "20261102101500", "")
    # From the issuer's own key, computed at hand: nothing from the account leads what is signed.
    keys = DeskKeys.of(session, world.store, world.chip.atr, random=world.random).keys
    assert isinstance(keys, CardKeys)
    session_key = "0102030400010001"
    signed = "00000000" + "00000064" + "000000C8"
    for mac, data in ((mac1, signed + "32431002000001" + "20261102101500"), (mac2, signed)):
        made = keys.transaction_mac(
            session.profile.key("DPK"), bytes.fromhex(session_key), bytes.fromhex(data)
        )
        assert mac == made.hex().upper()


def test_a_desks_own_keys_and_the_strings_share_the_random_numbers(world: CounterWorld) -> None:
    session = world.session()
    facts, server = facts_of(session, world.chip.atr), world.server()
    mark = f"{session.profile.algorithm_mark:02}"
    server.driver_key(READ, f"{mark}|004C0A|{R1}|{R4}|", card=facts)
    keys = DeskKeys(ServerKeys(server, facts), world.random)
    with pytest.raises(ServerRefusedError) as refused:
        keys.keys.cryptogram(session.profile.key("RKSSSE"), bytes.fromhex(R1), bytes(8))
    assert refused.value.problem == "random-used"


def refusal(server: Any, function: str, string: str, **more: Any) -> str:
    with pytest.raises(ServerRefusedError) as refused:
        server.driver_key(function, string, **more)
    problem: str = refused.value.problem
    return problem
