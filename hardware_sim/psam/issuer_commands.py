"""What the issuer does to a PSAM with the two keys that are the module's own.

The master key authenticates the issuer and loads keys ('84 D4', PBOC's WRITE KEY); the maintenance
key blocks and unblocks the application, and reloads the PIN. A wrong proof costs a try of its key.
"""

from collections.abc import Callable
from dataclasses import replace
from hmac import compare_digest
from typing import Literal

from crypto.errors import SecureChannelError
from crypto.padding import pad
from crypto.pboc import MAC_SIZE
from hardware_sim.card.access_control import CHALLENGE_SIZES
from hardware_sim.card.cells import KeyCell
from hardware_sim.psam.state import Blocked, PsamChip
from reader.card_profile import psam
from reader.card_profile.psam import KeyType
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

OwnKey = Literal["master", "maintenance"]
KEY_SIZE = 16
DES_BLOCK_SIZE = 8
BLOCKS = {0x00: Blocked.FOR_A_TIME, 0x01: Blocked.FOR_EVER}  # P2 of APPLICATION BLOCK


def get_challenge(chip: PsamChip, command: CommandApdu) -> bytes:
    """00 84 00 00: 4, 8 or 16 bytes; Le 00 means 8."""
    size = 8 if command.ne == 256 else command.ne
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    if size not in CHALLENGE_SIZES or command.data:
        raise StatusError(SW.WRONG_LENGTH)
    chip.session.challenge = chip.random(size)
    return chip.session.challenge


def external_authenticate(chip: PsamChip, command: CommandApdu) -> bytes:
    """00 82 00 00: the challenge, filled to one block, encrypted under the master key."""
    cipher = chip.profile.authentication.cipher
    if command.p1 or command.p2:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if len(command.data) != cipher.block_size:
        raise StatusError(SW.WRONG_LENGTH)
    challenge = _block(chip, chip.take_challenge())

    def check(key: bytes) -> bytes:
        if not compare_digest(command.data, cipher.encrypt(key, challenge)):
            raise StatusError(0x63C0 | min(chip.memory.master.tries_left, 0xF))
        return b""

    checked(chip, "master", check)
    chip.session.authenticated = True
    return b""


def load_key(chip: PsamChip, command: CommandApdu) -> bytes:
    """84 D4 01 00: length 13, usage, id, algorithm 00, key; encrypted, with a MAC.

    Both under the master key, the MAC's IV being the challenge; EXTERNAL AUTHENTICATE comes first.
    """
    rules = chip.profile.authentication
    size = rules.cipher.block_size
    if (command.p1, command.p2) != psam.LOAD_KEY:
        raise StatusError(SW.WRONG_P1_P2)
    if not chip.session.authenticated:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    encrypted, mac = command.data[:-MAC_SIZE], command.data[-MAC_SIZE:]
    expected_plain = pad(bytes((3 + KEY_SIZE,)) + bytes(3 + KEY_SIZE), size)
    if len(encrypted) != len(expected_plain):
        raise StatusError(SW.WRONG_LENGTH)
    iv = _block(chip, chip.take_challenge())
    covered = command.header + bytes((len(command.data),)) + encrypted

    def opened(key: bytes) -> bytes:
        if not compare_digest(mac, _line_mac(chip, key, iv, covered)):
            raise StatusError(SW.SECURE_MESSAGING_INCORRECT)
        return rules.cipher.decrypt(key, encrypted)

    plain = checked(chip, "master", opened)
    length, usage, identifier, algorithm = plain[:4]
    if length != 3 + KEY_SIZE or algorithm != psam.ALGORITHM_OF_THE_MODULE:
        raise StatusError(SW.WRONG_DATA)
    _keep(chip, usage, identifier, plain[4 : 4 + KEY_SIZE])
    return b""


def block(chip: PsamChip, command: CommandApdu) -> bytes:
    """84 1E 00 00 for a time, 84 1E 00 01 for ever."""
    if command.p1 or command.p2 not in BLOCKS:
        raise StatusError(SW.WRONG_P1_P2)
    _require_mac(chip, command)
    chip.write(blocked=BLOCKS[command.p2])
    chip.session.process_key = None
    return b""


def unblock(chip: PsamChip, command: CommandApdu) -> bytes:
    """84 18 00 00: ends a block for a time; '6985' if there is none."""
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    if chip.memory.blocked is not Blocked.FOR_A_TIME:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    _require_mac(chip, command)
    chip.write(blocked=Blocked.NO)
    return b""


def opened_data(chip: PsamChip, command: CommandApdu) -> bytes:
    """The data that was encrypted and sealed with the maintenance key."""
    rules = chip.profile.authentication
    return _with_session_key(
        chip, lambda key: rules.open_command(key, command.header, command.data)
    )


def checked(chip: PsamChip, name: OwnKey, check: Callable[[bytes], bytes]) -> bytes:
    """What *check* gives for one of the module's keys; its tries are counted before it is asked."""
    cell = chip.memory.master if name == "master" else chip.memory.maintenance
    if not cell.tries_left:
        raise StatusError(SW.AUTHENTICATION_METHOD_BLOCKED)
    chip.write(**{name: replace(cell, tries_left=cell.tries_left - 1)})
    found = check(cell.value)
    chip.write(**{name: replace(cell, tries_left=cell.tries)})
    return found


def _with_session_key(chip: PsamChip, check: Callable[[bytes], bytes]) -> bytes:
    """The same for the maintenance key, made a session key by the last challenge."""
    challenge = chip.take_challenge()
    if len(challenge) != 8:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)

    def run(key: bytes) -> bytes:
        try:
            return check(chip.profile.authentication.session_key(key, challenge))
        except SecureChannelError:
            raise StatusError(SW.SECURE_MESSAGING_INCORRECT) from None

    return checked(chip, "maintenance", run)


def _require_mac(chip: PsamChip, command: CommandApdu) -> None:
    """A command that carries nothing but its MAC; '6987' without one, '6988' if it is wrong."""
    if len(command.data) != MAC_SIZE:
        raise StatusError(SW.SECURE_MESSAGING_MISSING)

    def check(session_key: bytes) -> bytes:
        expected = chip.profile.authentication.command_mac(session_key, command.header, b"")
        if not compare_digest(command.data, expected):
            raise SecureChannelError("wrong MAC")
        return b""

    _with_session_key(chip, check)


def _line_mac(chip: PsamChip, key: bytes, iv: bytes, data: bytes) -> bytes:
    """The MAC under a key that is no session key.

    With 3DES both halves of it count (ISO/IEC 9797-1, algorithm 3): CBC with the left one, the
    last block through the right one and the left again. With 16-byte blocks as for a session key.
    """
    rules = chip.profile.authentication
    cipher = rules.cipher
    if cipher.block_size != DES_BLOCK_SIZE:
        return rules.mac(key, iv, data)
    left, right = key[:8], key[8:]
    last = cipher.encrypt_cbc(left, iv, pad(data, cipher.block_size))[-cipher.block_size :]
    return cipher.encrypt(left, cipher.decrypt(right, last))[:MAC_SIZE]


def _block(chip: PsamChip, challenge: bytes) -> bytes:
    """A challenge of fewer bytes than a block is followed by zeros; of a longer one, the first."""
    size = chip.profile.authentication.cipher.block_size
    return challenge.ljust(size, b"\x00")[:size]


def _keep(chip: PsamChip, usage: int, identifier: int, key: bytes) -> None:
    """Put a key where its usage says: the module's own two, or those that terminals use."""
    match psam.key_type(usage):
        case KeyType.MASTER:
            chip.write(master=_renewed(chip.memory.master, key))
            chip.session.authenticated = False  # by a key that is no more
        case KeyType.MAINTENANCE:
            chip.write(maintenance=_renewed(chip.memory.maintenance, key))
        case _:
            chip.write(keys={**chip.memory.keys, (usage, identifier): key})


def _renewed(cell: KeyCell, value: bytes) -> KeyCell:
    return KeyCell(value, (cell.version + 1) & 0xFF, cell.tries, cell.tries)
