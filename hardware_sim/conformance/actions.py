"""What a step of a case can do besides sending bytes: prove a key, open a secure channel.

``@ authenticate KEY``     GET CHALLENGE, EXTERNAL AUTHENTICATE with an application key (LD/T 32.5)
``@ prove KEY``            INTERNAL AUTHENTICATE, its answer compared (LD/T 32.5)
``@ channel LEVEL [S16]``  SCP03 at that level, in hex (GPC Amendment D)
``@ channel02 LEVEL``      SCP02 (GPC, annex E)
``@ historical``           the historical bytes in the ATR are the profile's 13 (LD/T 32.2)

`hardware_sim.conformance.account_actions` and `token_actions` have more. The host's end is the
crypto package's, not the reader's session: what is judged is the card.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from crypto import scp02, scp03
from crypto.keys import KeySet
from crypto.scp03 import SecurityLevel, secured_class
from crypto.scp03_initiation import InitializeUpdateResponse
from hardware_sim.conformance import account_actions, token_actions
from hardware_sim.conformance.host import ActionError, accepted, require_equal
from reader.card_profile.atr import HISTORICAL_SIZE, historical_bytes_of
from reader.global_platform import initialize_update
from reader.iso7816 import commands
from reader.iso7816.apdu import CommandApdu, ResponseApdu

if TYPE_CHECKING:
    from hardware_sim.conformance.run import Run

FACTOR = bytes.fromhex("0102030405060708")
HOST_CHALLENGE = bytes.fromhex("1011121314151617")
LONG_HOST_CHALLENGE = HOST_CHALLENGE * 2  # asks for S16


def authenticate(run: "Run", name: str) -> None:
    """Prove that the application key *name* is held."""
    key = run.known.profile.key(name)
    random = accepted(run, commands.get_challenge())
    proof = run.known.profile.authentication.cryptogram(run.known.keys[name], random, FACTOR)
    accepted(run, commands.external_authenticate(key.kid, proof, FACTOR))


def prove(run: "Run", name: str) -> None:
    """Let the card prove that it holds the application key *name*."""
    key = run.known.profile.key(name)
    answer = accepted(run, commands.internal_authenticate(key.kid, HOST_CHALLENGE + FACTOR))
    expected = run.known.profile.authentication.cryptogram(
        run.known.keys[name], HOST_CHALLENGE, FACTOR
    )
    require_equal(answer, expected, "cryptogram")


def channel(run: "Run", text: str) -> None:
    """Open SCP03 with the keys known, at a level; with S16 in its longer form."""
    level, _, mode = text.partition(" ")
    keys = _channel_keys(run.known.channel)
    challenge = LONG_HOST_CHALLENGE if mode == "S16" else HOST_CHALLENGE
    answer = InitializeUpdateResponse.decode(
        accepted(run, initialize_update(challenge, key_version=keys.version))
    )
    session = scp03.Session.start(keys, challenge, answer.card_challenge, answer.options.mode)
    _open(run, session, answer.card_cryptogram, int(level, 16))


def channel02(run: "Run", level: str) -> None:
    """Open SCP02 with the keys known, at a level."""
    keys = _channel_keys(run.known.channel02)
    answer = scp02.InitializeUpdateResponse.decode(
        accepted(run, initialize_update(HOST_CHALLENGE, key_version=keys.version))
    )
    session = scp02.Session(keys, HOST_CHALLENGE, answer.sequence_counter, answer.card_challenge)
    _open(run, session, answer.card_cryptogram, int(level, 16))


def _channel_keys(keys: KeySet | None) -> KeySet:
    if keys is None:
        raise ActionError("no secure channel keys are known")
    return keys


def _open(
    run: "Run", session: scp02.Session | scp03.Session, cryptogram: bytes, level: int
) -> None:
    field = session.authenticate(cryptogram, SecurityLevel(level))
    accepted(run, CommandApdu(cla=0x84, ins=0x82, p1=level, data=field))
    run.channel = session


def secured(run: "Run", command: CommandApdu) -> bytes:
    """The answer to *command* sent through the channel, opened, with its status word."""
    session = run.channel
    if session is None:
        raise ActionError("no secure channel is open")
    header = bytes((secured_class(command.cla), command.ins, command.p1, command.p2))
    data = session.seal_command(header, command.data)
    sent = CommandApdu(
        cla=header[0], ins=command.ins, p1=command.p1, p2=command.p2, data=data, ne=256
    )
    answer = ResponseApdu.decode(run.whole_answer(sent.encode()))
    return ResponseApdu(session.open_response(answer.data, answer.sw), answer.sw).encode()


def protected(run: "Run", name: str, command: CommandApdu, *, encrypted: bool) -> bytes:
    """The answer to *command* with a MAC under the maintenance key *name* (LD/T 32.4)."""
    rules = run.known.profile.authentication
    random = accepted(run, commands.get_challenge())
    session_key = rules.session_key(run.known.keys[name], random)
    if encrypted:
        data = rules.seal_command(session_key, command.header, command.data)
    else:
        data = command.data + rules.command_mac(session_key, command.header, command.data)
    return run.whole_answer(replace(command, data=data).encode())


def historical(run: "Run", _: str) -> None:
    """Look at the answer to reset."""
    found = historical_bytes_of(run.card.atr)
    if len(found) != HISTORICAL_SIZE:
        raise ActionError(f"{len(found)} historical bytes in {run.card.atr.hex()}")


ACTIONS: Mapping[str, Callable[["Run", str], None]] = {
    "authenticate": authenticate,
    "prove": prove,
    "channel": channel,
    "channel02": channel02,
    "historical": historical,
    "credit": account_actions.credit,
    "settle": account_actions.settle,
    "piv": token_actions.piv_pair,
    "pki": token_actions.pki_pair,
}
