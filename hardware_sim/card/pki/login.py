"""Login by challenge, PINs and master keys of the PKI application (see reader.card_profile.pki).

A PIN proves itself without being sent: its digest gives a key, and the key encrypts the challenge.
A new PIN comes under the same key of the old one, a new master key under the old master key.
"""

from collections.abc import Callable
from dataclasses import replace
from hmac import compare_digest
from typing import Any

from crypto.padding import pad
from hardware_sim.card.access_control import is_pin
from hardware_sim.card.cells import PinCell
from hardware_sim.card.state import Chip
from reader.card_profile.pki import (
    ADMIN_PIN,
    BLOCK_SIZE,
    CHALLENGE_SIZES,
    DIALECT,
    INPUT,
    LOGIN,
    MAC_SIZE,
    MASTER_KEY_BLOCK,
    MASTER_KEY_KID,
    PIN_KEY_SIZE,
    RESET_TRIES,
    USER_PIN,
    fold_mac,
)
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

MAX_DIGEST_INPUT = 64
# Of each PIN, by its reference: where it is kept, and what a login grants.
FIELDS = {USER_PIN: ("user_pin", "user"), ADMIN_PIN: ("admin_pin", "admin")}


def digest(chip: Chip, command: CommandApdu) -> bytes:
    """The digest of what tag C1 holds; a reader without SM3 asks the card for it."""
    data = command.data
    if command.header != bytes(DIALECT.digest):
        raise StatusError(SW.WRONG_P1_P2)
    if len(data) < 3 or data[0] != INPUT or data[1] != len(data) - 2:
        raise StatusError(SW.WRONG_DATA)
    if data[1] > MAX_DIGEST_INPUT:
        raise StatusError(SW.WRONG_LENGTH)
    return chip.profile.suite.digest(data[2:])


def get_challenge(chip: Chip, command: CommandApdu) -> bytes:
    """GET CHALLENGE: 16 bytes, or 8 that count as 16 with zeros behind them."""
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    if command.ne not in CHALLENGE_SIZES or command.data:
        raise StatusError(SW.WRONG_LENGTH)
    random = chip.random(command.ne)
    chip.volatile.challenge = random.ljust(BLOCK_SIZE, b"\x00")
    return random


def verify(chip: Chip, command: CommandApdu) -> bytes:
    """VERIFY 00 20 01: the challenge under the PIN's key; without data the tries left."""
    if command.p1 != LOGIN or command.p2 not in FIELDS:
        raise StatusError(SW.WRONG_P1_P2)
    cell = _pin_cell(chip, command.p2)
    if not command.data:
        raise StatusError(0x63C0 | min(_usable(cell).tries_left, 0xF))
    _, right = FIELDS[command.p2]
    setattr(chip.volatile.pki, right, False)
    _compare(
        chip,
        cell,
        command.data,
        BLOCK_SIZE,
        expected=lambda challenge: chip.profile.suite.cipher.encrypt(
            _pin_key(chip, cell.value), challenge
        ),
        write=_pin_counter(chip, command.p2),
    )
    setattr(chip.volatile.pki, right, True)
    return b""


def external_authenticate(chip: Chip, command: CommandApdu) -> bytes:
    """00 82 00 00: the challenge under the master key of the selected ADF or DDF."""
    if command.p1 or command.p2 != MASTER_KEY_KID:
        raise StatusError(SW.WRONG_P1_P2)
    chip.volatile.pki.master = False
    memory, name, cell = chip.persistent.pki, _name(chip), _master(chip)

    def write(tries_left: int) -> None:
        changed = {**memory.master_keys, name: replace(cell, tries_left=tries_left)}
        chip.write(pki=replace(memory, master_keys=changed))

    _compare(
        chip,
        cell,
        command.data,
        BLOCK_SIZE,
        expected=lambda challenge: chip.profile.suite.cipher.encrypt(cell.value, challenge),
        write=write,
    )
    chip.volatile.pki.master = True
    return b""


def change_pin(chip: Chip, command: CommandApdu) -> bytes:
    """84 5E 01: length and new PIN, padded, under the old PIN's key, with its MAC.

    The MAC proves the old PIN, so a wrong one costs a try as a wrong login does.
    """
    if command.p1 != DIALECT.change_pin.p1 or command.p2 not in FIELDS:
        raise StatusError(SW.WRONG_P1_P2)
    cell = _pin_cell(chip, command.p2)
    key = _pin_key(chip, cell.value)
    encrypted, mac = _split(command, BLOCK_SIZE)
    field, right = FIELDS[command.p2]
    kept = getattr(chip.volatile.pki, right)
    setattr(chip.volatile.pki, right, False)
    _compare(
        chip,
        cell,
        mac,
        MAC_SIZE,
        expected=lambda challenge: _mac(chip, key, challenge, command, encrypted),
        write=_pin_counter(chip, command.p2),
    )
    setattr(chip.volatile.pki, right, kept)
    plain = chip.profile.suite.cipher.decrypt(key, encrypted)
    new = plain[1 : 1 + plain[0]]
    if plain != pad(plain[:1] + new, BLOCK_SIZE) or len(new) != plain[0] or not is_pin(new):
        raise StatusError(SW.WRONG_DATA)
    change: dict[str, Any] = {field: PinCell(new, cell.tries, cell.tries)}
    chip.write(pki=replace(chip.persistent.pki, **change))
    return b""


def reset_retry_counter(chip: Chip, command: CommandApdu) -> bytes:
    """00 2C 03 81: the administrator gives the user's PIN its tries back."""
    if (command.p1, command.p2) != (RESET_TRIES, USER_PIN):
        raise StatusError(SW.WRONG_P1_P2)
    if command.data:
        raise StatusError(SW.WRONG_LENGTH)
    if not chip.volatile.pki.admin:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    cell = chip.persistent.pki.user_pin
    _pin_counter(chip, USER_PIN)(cell.tries)
    return b""


def change_master_key(chip: Chip, command: CommandApdu) -> bytes:
    """84 D4 01 00: a new master key under the old one, with its MAC, once the old was proved."""
    if command.header != bytes(DIALECT.change_master_key):
        raise StatusError(SW.WRONG_P1_P2)
    session = chip.volatile.pki
    if not session.master:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    encrypted, mac = _split(command, 2 * BLOCK_SIZE)
    key = _master(chip).value
    session.master = False  # every change, and every try at one, needs a proof of its own
    if not compare_digest(mac, _mac(chip, key, _challenge(chip), command, encrypted)):
        raise StatusError(SW.SECURE_MESSAGING_INCORRECT)
    plain = chip.profile.suite.cipher.decrypt(key, encrypted)
    head = len(MASTER_KEY_BLOCK)
    new = plain[head : head + PIN_KEY_SIZE]
    if plain != pad(MASTER_KEY_BLOCK + new, BLOCK_SIZE):
        raise StatusError(SW.WRONG_DATA)
    memory, name = chip.persistent.pki, _name(chip)
    cell = replace(memory.master_keys[name], value=new)
    chip.write(pki=replace(memory, master_keys={**memory.master_keys, name: cell}))
    return b""


def _split(command: CommandApdu, size: int) -> tuple[bytes, bytes]:
    """What is encrypted, *size* bytes, and the MAC behind it."""
    if len(command.data) != size + MAC_SIZE:
        raise StatusError(SW.WRONG_LENGTH)
    return command.data[:size], command.data[size:]


def _mac(chip: Chip, key: bytes, challenge: bytes, command: CommandApdu, encrypted: bytes) -> bytes:
    """Over header, Lc and what is encrypted; it starts from the challenge."""
    message = pad(command.header + bytes((len(command.data),)) + encrypted, BLOCK_SIZE)
    return fold_mac(chip.profile.suite.cipher.encrypt_cbc(key, challenge, message)[-BLOCK_SIZE:])


def _pin_cell(chip: Chip, reference: int) -> PinCell:
    field, _ = FIELDS[reference]
    cell: PinCell = getattr(chip.persistent.pki, field)
    return cell


def _pin_key(chip: Chip, pin: bytes) -> bytes:
    return chip.profile.suite.digest(pin)[:PIN_KEY_SIZE]


def _pin_counter(chip: Chip, reference: int) -> Callable[[int], None]:
    """What writes the tries left of a PIN."""
    field, _ = FIELDS[reference]

    def write(tries_left: int) -> None:
        cell = replace(_pin_cell(chip, reference), tries_left=tries_left)
        change: dict[str, Any] = {field: cell}
        chip.write(pki=replace(chip.persistent.pki, **change))

    return write


def _name(chip: Chip) -> str:
    application = chip.volatile.application
    return application.name if application else ""


def _master(chip: Chip) -> PinCell:
    cell = chip.persistent.pki.master_keys.get(_name(chip))
    if cell is None:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
    return cell


def _compare(
    chip: Chip,
    cell: PinCell,
    proof: bytes,
    size: int,
    *,
    expected: Callable[[bytes], bytes],
    write: Callable[[int], None],
) -> None:
    """Count the try, compare with what is *expected* for the challenge, give the tries back."""
    if len(proof) != size:
        raise StatusError(SW.WRONG_LENGTH)
    _usable(cell)
    challenge = _challenge(chip)
    # Counted before comparing: a power cut between must not give the try back.
    write(cell.tries_left - 1)
    if not compare_digest(proof, expected(challenge)):
        raise StatusError(0x63C0 | min(cell.tries_left - 1, 0xF))
    write(cell.tries)


def _challenge(chip: Chip) -> bytes:
    challenge, chip.volatile.challenge = chip.volatile.challenge, b""
    if len(challenge) != BLOCK_SIZE:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    return challenge


def _usable(cell: PinCell) -> PinCell:
    if not cell.value:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
    if not cell.tries_left:
        raise StatusError(SW.AUTHENTICATION_METHOD_BLOCKED)
    return cell
