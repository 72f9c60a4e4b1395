"""What a step of a case can do besides sending bytes: prove a key, open a secure channel.

``@ authenticate KEY``   GET CHALLENGE and EXTERNAL AUTHENTICATE with an application key (LD/T 32.5)
``@ prove KEY``          INTERNAL AUTHENTICATE, its answer compared (LD/T 32.5)
``@ channel LEVEL``      SCP03 at that level, in hex (GPC Amendment D)
``@ historical``           the historical bytes in the ATR are the profile's 13 (LD/T 32.2)

The host's end is the crypto package's, not the reader's session: what is judged is the card.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from crypto.scp03 import SecurityLevel, Session, secured_class
from crypto.scp03_initiation import InitializeUpdateResponse
from reader.card_profile.atr import HISTORICAL_SIZE, historical_bytes_of
from reader.global_platform import initialize_update
from reader.iso7816 import commands
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.status import SW

if TYPE_CHECKING:
    from hardware_sim.conformance.run import Run

FACTOR = bytes.fromhex("0102030405060708")
HOST_CHALLENGE = bytes.fromhex("1011121314151617")


class ActionError(ValueError):
    """The card did not do what the action needed of it: the case fails, and says so."""


def authenticate(run: "Run", name: str) -> None:
    """Prove that the application key *name* is held."""
    key = run.known.profile.key(name)
    random = _ok(run, commands.get_challenge())
    proof = run.known.profile.authentication.cryptogram(run.known.keys[name], random, FACTOR)
    _ok(run, commands.external_authenticate(key.kid, proof, FACTOR))


def prove(run: "Run", name: str) -> None:
    """Let the card prove that it holds the application key *name*."""
    key = run.known.profile.key(name)
    answer = _ok(run, commands.internal_authenticate(key.kid, HOST_CHALLENGE + FACTOR))
    expected = run.known.profile.authentication.cryptogram(
        run.known.keys[name], HOST_CHALLENGE, FACTOR
    )
    if answer != expected:
        raise ActionError(f"cryptogram {answer.hex()} instead of {expected.hex()}")


def channel(run: "Run", level: str) -> None:
    """Open SCP03 with the keys known, at *level*."""
    keys = run.known.channel
    if keys is None:
        raise ActionError("no secure channel keys are known")
    answer = InitializeUpdateResponse.decode(
        _ok(run, initialize_update(HOST_CHALLENGE, key_version=keys.version))
    )
    session = Session.start(keys, HOST_CHALLENGE, answer.card_challenge, answer.options.mode)
    field = session.authenticate(answer.card_cryptogram, SecurityLevel(int(level, 16)))
    _ok(run, CommandApdu(cla=0x84, ins=0x82, p1=int(level, 16), data=field))
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


def historical(run: "Run", _: str) -> None:
    """Look at the answer to reset."""
    found = historical_bytes_of(run.card.atr)
    if len(found) != HISTORICAL_SIZE:
        raise ActionError(f"{len(found)} historical bytes in {run.card.atr.hex()}")


def _ok(run: "Run", command: CommandApdu) -> bytes:
    answer = ResponseApdu.decode(run.whole_answer(command.encode()))
    if answer.sw != SW.OK:
        raise ActionError(f"{command.header.hex()} was answered {answer.sw:04X}")
    return answer.data


ACTIONS: Mapping[str, Callable[["Run", str], None]] = {
    "authenticate": authenticate,
    "prove": prove,
    "channel": channel,
    "historical": historical,
}
