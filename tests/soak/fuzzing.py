"""Commands that nobody would send, by the million: what a card must never do (see `fuzz`).

An input is a string of bytes that a fuzzer makes up. Its first two choose a card, a PSAM among
them, and whether its sender is a stranger, who has the card and nothing else, or an insider, who
may also prove PIN and keys, open the issuer's channel and manage the signature token. The rest is
read as steps, each a command or a helpful act. After every command:

* the answer ends in a legal status word, and no exception came out;
* for a stranger, the memory is what it was but for counters, and no try came back;
* for an insider, the card's life cycle only went forward, but for the unlocking of a locked card.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

from crypto.block_ciphers import TRIPLE_DES
from crypto.errors import CryptoError
from crypto.scp03 import SecurityLevel, Session
from crypto.scp03_initiation import InitializeUpdateResponse
from hardware_sim import factory, memory_json
from hardware_sim.card import data_application, security_domain
from hardware_sim.card.card import Card
from hardware_sim.card.piv import application as piv
from hardware_sim.card.piv.defaults import MANAGEMENT_KEY
from hardware_sim.card.pki import application as pki
from hardware_sim.card.state import Persistent
from hardware_sim.psam import psam
from hardware_sim.psam.state import PsamMemory
from hardware_sim.reference_card import reference_card
from reader.card_profile.profiles import PROFILES
from reader.global_platform import CardLifeCycle
from tests.desk import counter_bytes
from tests.fixed_psam import fixed_memory
from tests.pboc_host import HOSTS, Terminal
from tests.soak.tearing import content_of, went_up

MAX_STEPS = 64
GET_CHALLENGE = bytes.fromhex("0084000008")
HEADERS = sorted(
    {
        *data_application.COMMANDS,
        *security_domain.COMMANDS,
        *pki.COMMANDS,
        *piv.COMMANDS,
        (0x00, 0xA4),
        (0x84, 0x82),
        (0x00, 0xC0),
        (0x00, 0x70),
        *((0xB0, ins) for ins in (0x26, 0x28, 0x2A, 0x2C, 0x32)),
    }
)


PSAM_HEADERS = sorted({*psam.COMMANDS, (0x00, 0xC0), (0x10, 0xD6), (0x01, 0xA4)})
PSAM_PROFILES = ("v2.00", "v3.00")  # the two sizes of block
PSAM_CELLS = ("pin", "master", "maintenance")
SELECT_DOMAIN = bytes.fromhex("00A4040000")
INITIALIZE_UPDATE = bytes.fromhex("80503000080102030405060708")


class BrokenError(AssertionError):
    """The card did what a card must not do."""


@cache
def start(profile: str) -> Persistent:
    """A personalized card of the profile, with public keys throughout."""
    return reference_card(PROFILES[profile])


@cache
def psam_start(profile: str) -> PsamMemory:
    """A module with PIN 1234."""
    return fixed_memory(profile, pin=b"\x12\x34")


def selects(profile: str) -> list[bytes]:
    """SELECT of everything that has an AID, and of the security domain."""
    aids = [b"", *(one.aid for one in PROFILES[profile].on_chip)]
    return [b"\x00\xa4\x04\x00" + bytes((len(aid),)) + aid for aid in aids]


def run(data: bytes) -> int:
    """Play one input; the number of commands. Raises BrokenError, or whatever the card raised."""
    if len(data) < 2:
        return 0
    names = [*sorted(PROFILES), *(f"psam {name}" for name in PSAM_PROFILES)]
    name, insider = names[data[0] % len(names)], bool(data[1] & 1)
    if name in PROFILES:
        return Play(name, insider=insider).play(data[2:])
    return PsamPlay(name.removeprefix("psam "), insider=insider).play(data[2:])


class Play:
    """One card, and whoever plays with it."""

    def __init__(self, profile: str, *, insider: bool) -> None:
        self.before = start(profile)
        self.card = Card(self.before, random=counter_bytes())
        self.profile, self.insider = profile, insider
        self.count = 0
        self._last = self.before

    def play(self, data: bytes) -> int:
        """Every step in *data*."""
        for kind, body in _steps(data):
            self._step(kind, body)
        changed = self._last is not self.before
        if changed and memory_json.from_json(Persistent, _through_json(self._last)) != self._last:
            raise BrokenError("a memory that does not survive its file")
        return self.count

    def _step(self, kind: int, body: bytes) -> None:
        if kind < 0x20:
            self.send(body)
        elif kind < 0x30:
            choices = selects(self.profile)
            self.send(choices[kind % len(choices)])
        elif kind < 0x34:
            self.card.reset()
        elif kind < 0x40 and self.insider:
            self._help(kind, body)
        else:
            self.send(_command(HEADERS, kind, body))

    def _help(self, kind: int, body: bytes) -> None:
        """Prove the PIN, an application key by its number, the channel's or the token's."""
        if kind & 1:
            self.send(bytes.fromhex("0020000003123456"))
        elif kind & 2:
            self._open_channel()
        elif kind & 4:
            self._manage_token()
        elif self.profile in HOSTS:
            if len(self.transmit(GET_CHALLENGE)) != len(bytes(8)) + 2:
                return  # a card that gives no challenge lets nobody prove anything
            terminal = Terminal(self, self.profile)  # type: ignore[arg-type]
            terminal.authenticate(body[0] if body else 0x04)

    def _open_channel(self) -> None:
        """SCP03 at level 00: what follows comes to the issuer's commands as it is."""
        self.send(SELECT_DOMAIN)
        answer = self.whole(INITIALIZE_UPDATE)
        keys = factory.test_keys()
        with suppress(CryptoError):  # the keys may be others by now
            opening = InitializeUpdateResponse.decode(answer[:-2])
            challenge = INITIALIZE_UPDATE[5:13]
            session = Session.start(keys, challenge, opening.card_challenge, opening.options.mode)
            proof = session.authenticate(opening.card_cryptogram, SecurityLevel(0))
            self.send(b"\x84\x82\x00\x00" + bytes((len(proof),)) + proof)

    def _manage_token(self) -> None:
        """The challenge of the PIV application under the management key that everybody knows."""
        self.send(bytes.fromhex("00A4040005A000000308"))
        asked = self.whole(bytes.fromhex("0087039B047C02810000"))
        if len(asked) == len(bytes.fromhex("7C0A8108")) + 8 + 2:
            proof = TRIPLE_DES.encrypt(MANAGEMENT_KEY, asked[4:12])
            self.send(bytes.fromhex("0087039B0C7C0A8208") + proof)

    def whole(self, command: bytes) -> bytes:
        """The answer with what waits behind '61XX'."""
        self.send(command)
        if self.answer[0] == 0x61:
            self.send(b"\x00\xc0\x00\x00" + self.answer[1:2])
        return self.answer

    def transmit(self, command: bytes) -> bytes:
        """One command, judged."""
        self.send(command)
        return self.answer

    def send(self, command: bytes) -> None:
        """One command, judged."""
        self.answer = answer = self.card.transmit(command)
        self.count += 1
        if not _is_legal(answer):
            raise BrokenError(f"{command.hex()} was answered {answer.hex()}")
        now, then = self.card.persistent, self._last
        if now is then:
            return
        self._last = now
        unlocked = then.life_cycle is CardLifeCycle.CARD_LOCKED
        if now.life_cycle < then.life_cycle and not (
            unlocked and now.life_cycle is CardLifeCycle.SECURED
        ):
            raise BrokenError(f"{command.hex()} took the life cycle back")
        if not self.insider:
            if content_of(now) != content_of(self.before):
                raise BrokenError(f"{command.hex()} changed the memory for a stranger")
            if went_up(then, now) and not _knows(command):
                raise BrokenError(f"{command.hex()} gave a try back")


class PsamPlay:
    """The same with a PSAM. A stranger has no PIN of it, and none of its own keys."""

    def __init__(self, profile: str, *, insider: bool) -> None:
        self.before = psam_start(profile)
        self.module = psam.Psam(self.before, random=counter_bytes())
        self.insider = insider
        self.count = 0

    def play(self, data: bytes) -> int:
        """Every step in *data*."""
        addresses = sorted(self.before.keys)
        for kind, body in _steps(data):
            if kind < 0x20:
                self.send(body)
            elif kind < 0x30:
                self.send(bytes.fromhex("00A4000002DF01"))
            elif kind < 0x34:
                self.module.reset()
            elif kind < 0x40 and self.insider:
                self.send(bytes.fromhex("00200000021234"))
            elif kind < 0x60:
                usage, identifier = addresses[kind % len(addresses)]
                size = 8 * (1 + len(body) % 4)
                factors = body.ljust(size, b"\x00")[:size]
                self.send(bytes((0xBF, 0xDE, usage, identifier, size)) + factors)
            else:
                self.send(_command(PSAM_HEADERS, kind, body))
        return self.count

    def send(self, command: bytes) -> None:
        """One command, judged."""
        then, answer = self.module.memory, self.module.transmit(command)
        self.count += 1
        if not _is_legal(answer):
            raise BrokenError(f"{command.hex()} was answered {answer.hex()}")
        now = self.module.memory
        if _without_tries(now) != _without_tries(self.before):
            raise BrokenError(f"{command.hex()} changed a PSAM without its keys")
        given_back = any(
            getattr(now, cell).tries_left > getattr(then, cell).tries_left for cell in PSAM_CELLS
        )
        if given_back and not self.insider and b"\x12\x34" not in command:
            raise BrokenError(f"{command.hex()} gave a try back")


def _without_tries(memory: PsamMemory) -> PsamMemory:
    cells = {name: getattr(memory, name) for name in PSAM_CELLS}
    # The PIN is no key: whoever shows it may change it.
    pin = replace(memory.pin, value=b"", tries_left=0)
    full = {name: replace(cell, tries_left=cell.tries) for name, cell in cells.items()}
    return replace(memory, **{**full, "pin": pin})


def _is_legal(answer: bytes) -> bool:
    return len(answer) >= 2 and answer[-2] >> 4 in (0x6, 0x9) and answer[-2] != 0x60


def _steps(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and body of each: a byte, the size of the body, and the body."""
    position = steps = 0
    while position < len(data) and steps < MAX_STEPS:
        kind, position = data[position], position + 1
        steps += 1
        size = data[position] if position < len(data) else 0
        body = data[position + 1 : position + 1 + size % 80]
        position += 1 + len(body)
        yield kind, body


def _command(headers: Sequence[tuple[int, int]], kind: int, body: bytes) -> bytes:
    """A command with one of these headers, and the data and Le that *kind* and *body* give it."""
    cla, ins = headers[kind % len(headers)]
    p1, p2 = (*body[:2], 0, 0)[:2]
    payload = body[2:]
    lc = bytes((len(payload),)) + payload if payload else b""
    le = {1: b"", 2: b"\x00", 3: b"\x10"}.get(kind >> 6, b"")
    return bytes((cla, ins, p1, p2)) + lc + le


def _through_json(memory: Persistent) -> Any:
    return json.loads(json.dumps(memory_json.to_json(memory)))


def _knows(command: bytes) -> bool:
    """Whether the public PIN or PUK of a test card stands in the command."""
    return any(secret in command for secret in (b"\x12\x34\x56", b"123456", b"12345678"))
