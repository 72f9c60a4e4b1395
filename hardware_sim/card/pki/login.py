"""Login by challenge, PINs and master keys of the PKI application (see reader.card_profile.pki).

A PIN never proves itself in the clear: its digest gives a key, and the key encrypts the challenge.
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
    CHALLENGE_SIZE,
    LOGIN,
    MASTER_KEY_BLOCK,
    MASTER_KEY_KID,
    PIN_KEY_SIZE,
    USER_PIN,
)
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

MAC_SIZE = 4
DIGEST_P1_P2, DIGEST_TAG, MAX_DIGEST_INPUT = (0x01, 0x03), 0xC1, 64
FIELDS = {USER_PIN: "user_pin", ADMIN_PIN: "admin_pin"}


def digest(chip: Chip, command: CommandApdu) -> bytes:
    """80 C4 01 03: the digest of what tag C1 holds; a reader without SM3 asks the card for it."""
    data = command.data
    if (command.p1, command.p2) != DIGEST_P1_P2:
        raise StatusError(SW.WRONG_P1_P2)
    if len(data) < 3 or data[0] != DIGEST_TAG or data[1] != len(data) - 2:
        raise StatusError(SW.WRONG_DATA)
    if data[1] > MAX_DIGEST_INPUT:
        raise StatusError(SW.WRONG_LENGTH)
    return chip.profile.suite.digest(data[2:])


def get_challenge(chip: Chip, command: CommandApdu) -> bytes:
    """GET CHALLENGE of 16 bytes."""
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    if command.ne != CHALLENGE_SIZE or command.data:
        raise StatusError(SW.WRONG_LENGTH)
    chip.volatile.challenge = chip.random(CHALLENGE_SIZE)
    return chip.volatile.challenge


def verify(chip: Chip, command: CommandApdu) -> bytes:
    """VERIFY 00 20 01: the challenge under the PIN's key; without data the tries left."""
    if command.p1 != LOGIN or command.p2 not in FIELDS:
        raise StatusError(SW.WRONG_P1_P2)
    cell = getattr(chip.persistent.pki, FIELDS[command.p2])
    if not command.data:
        raise StatusError(0x63C0 | min(_usable(cell).tries_left, 0xF))
    session = chip.volatile.pki
    if command.p2 == USER_PIN:
        session.user = False
    else:
        session.admin = False
    _prove(chip, FIELDS[command.p2], cell, _pin_key(chip, cell.value), command.data)
    if command.p2 == USER_PIN:
        session.user = True
    else:
        session.admin = True
    return b""


def external_authenticate(chip: Chip, command: CommandApdu) -> bytes:
    """00 82 00 00: the challenge under the master key of the selected ADF or DDF."""
    if command.p1 or command.p2 != MASTER_KEY_KID:
        raise StatusError(SW.WRONG_P1_P2)
    chip.volatile.pki.master = False
    _count_master(chip, command.data)
    chip.volatile.pki.master = True
    return b""


def change_pin(chip: Chip, command: CommandApdu) -> bytes:
    """84 5E 01: a new PIN under the master key, with its MAC, after the master key was proved."""
    if command.p1 != 0x01 or command.p2 not in FIELDS:
        raise StatusError(SW.WRONG_P1_P2)
    plain = _opened(chip, command, blocks=1)
    new = plain[1 : 1 + plain[0]]
    if plain[0] not in range(1, 9) or plain != _padded(chip, plain[:1] + new) or not is_pin(new):
        raise StatusError(SW.WRONG_DATA)
    memory = chip.persistent.pki
    cell = getattr(memory, FIELDS[command.p2])
    change: dict[str, Any] = {
        FIELDS[command.p2]: PinCell(new, cell.tries, cell.tries),
    }
    chip.write(pki=replace(memory, **change))
    return b""


def change_master_key(chip: Chip, command: CommandApdu) -> bytes:
    """84 D4 01 00: a new master key under the old one, with its MAC."""
    if (command.p1, command.p2) != (0x01, 0x00):
        raise StatusError(SW.WRONG_P1_P2)
    plain = _opened(chip, command, blocks=2)
    head = len(MASTER_KEY_BLOCK)
    new = plain[head : head + PIN_KEY_SIZE]
    if plain != _padded(chip, MASTER_KEY_BLOCK + new):
        raise StatusError(SW.WRONG_DATA)
    memory, name = chip.persistent.pki, _name(chip)
    cell = replace(memory.master_keys[name], value=new)
    chip.write(pki=replace(memory, master_keys={**memory.master_keys, name: cell}))
    chip.volatile.pki.master = False
    return b""


def _opened(chip: Chip, command: CommandApdu, *, blocks: int) -> bytes:
    """What is encrypted under the master key; the MAC starts from a challenge of 16 bytes."""
    cipher = chip.profile.suite.cipher
    if not chip.volatile.pki.master:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    encrypted, mac = command.data[:-MAC_SIZE], command.data[-MAC_SIZE:]
    if len(encrypted) != blocks * cipher.block_size:
        raise StatusError(SW.WRONG_LENGTH)
    challenge = _challenge(chip)
    key = _master(chip).value
    message = pad(command.header + bytes((len(command.data),)) + encrypted, cipher.block_size)
    last = cipher.encrypt_cbc(key, challenge, message)[-cipher.block_size :]
    words = [int.from_bytes(last[i : i + MAC_SIZE], "big") for i in range(0, 16, MAC_SIZE)]
    expected = (words[0] ^ words[1] ^ words[2] ^ words[3]).to_bytes(MAC_SIZE, "big")
    if not compare_digest(mac, expected):
        chip.volatile.pki.master = False
        raise StatusError(SW.SECURE_MESSAGING_INCORRECT)
    return cipher.decrypt(key, encrypted)


def _padded(chip: Chip, data: bytes) -> bytes:
    return pad(data, chip.profile.suite.cipher.block_size)


def _pin_key(chip: Chip, pin: bytes) -> bytes:
    return chip.profile.suite.digest(pin)[:PIN_KEY_SIZE]


def _name(chip: Chip) -> str:
    application = chip.volatile.application
    return application.name if application else ""


def _master(chip: Chip) -> PinCell:
    cell = chip.persistent.pki.master_keys.get(_name(chip))
    if cell is None:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
    return cell


def _count_master(chip: Chip, proof: bytes) -> None:
    memory, name = chip.persistent.pki, _name(chip)
    cell = _master(chip)

    def write(tries_left: int) -> None:
        changed = {**memory.master_keys, name: replace(cell, tries_left=tries_left)}
        chip.write(pki=replace(memory, master_keys=changed))

    _compare(chip, cell, cell.value, proof, write)


def _prove(chip: Chip, field: str, cell: PinCell, key: bytes, proof: bytes) -> None:
    def write(tries_left: int) -> None:
        change: dict[str, Any] = {field: replace(cell, tries_left=tries_left)}
        chip.write(pki=replace(chip.persistent.pki, **change))

    _compare(chip, cell, key, proof, write)


def _compare(
    chip: Chip, cell: PinCell, key: bytes, proof: bytes, write: Callable[[int], None]
) -> None:
    """Count the try, compare the challenge under *key*, give the tries back."""
    if len(proof) != CHALLENGE_SIZE:
        raise StatusError(SW.WRONG_LENGTH)
    _usable(cell)
    challenge = _challenge(chip)
    write(cell.tries_left - 1)
    if not compare_digest(proof, chip.profile.suite.cipher.encrypt(key, challenge)):
        raise StatusError(0x63C0 | min(cell.tries_left - 1, 0xF))
    write(cell.tries)


def _challenge(chip: Chip) -> bytes:
    challenge, chip.volatile.challenge = chip.volatile.challenge, b""
    if len(challenge) != CHALLENGE_SIZE:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    return challenge


def _usable(cell: PinCell) -> PinCell:
    if not cell.value:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
    if not cell.tries_left:
        raise StatusError(SW.AUTHENTICATION_METHOD_BLOCKED)
    return cell
