"""Session keys: 'BF DE' makes one, '80 FA' works with it (LD/T 32.4; PBOC: INIT FOR and DES CRYPT).

The factors come in the order card, city, province, the card's random number last; the key in the
module is derived from the outermost factor inwards. What comes out of it stays in RAM, and serves
until a command says that nothing more follows.
"""

from dataclasses import replace

from hardware_sim.psam.state import ProcessKey, PsamChip
from reader.card_profile import psam
from reader.card_profile.psam import CipherMode, Work
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

FACTOR_SIZE = 8
MODES = frozenset(CipherMode)


def diversify(chip: PsamChip, command: CommandApdu) -> bytes:
    """BF DE usage id: one factor for each level of the key, and a random number."""
    usage, identifier = command.p1, command.p2
    chip.session.process_key = None
    if chip.session.directory != psam.DF:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    if chip.memory.pin.value and not chip.session.pin_verified:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    key = chip.memory.keys.get((usage, identifier))
    if key is None:
        raise StatusError(SW.KEY_INDEX_NOT_SUPPORTED)
    allowed = psam.WORK.get(psam.key_type(usage))
    if allowed is None:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    if len(command.data) != FACTOR_SIZE * (psam.levels(usage) + 1):
        raise StatusError(SW.WRONG_LENGTH)
    *inner_first, random = (
        command.data[start : start + FACTOR_SIZE]
        for start in range(0, len(command.data), FACTOR_SIZE)
    )
    if inner_first:
        label = _label(chip, usage, identifier)
        key = chip.profile.diversification.derive(key, inner_first[::-1], label)
    chip.session.process_key = ProcessKey(key, random, allowed)
    return b""


def cipher(chip: PsamChip, command: CommandApdu) -> bytes:
    """80 FA mode 00: blocks encrypted, or the MAC of 4 bytes; nothing while a MAC goes on."""
    if command.p2 or command.p1 not in MODES:
        raise StatusError(SW.WRONG_P1_P2)
    mode = CipherMode(command.p1)
    process = chip.session.process_key
    if process is None or mode.work not in process.allowed:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    if mode.work is Work.MAC:
        answer, process = _mac(chip, process, mode, command.data)
    else:
        answer = _encrypted(chip, process, command.data)
    chip.session.process_key = process if mode.more_follows else None
    return answer


def _mac(
    chip: PsamChip, process: ProcessKey, mode: CipherMode, data: bytes
) -> tuple[bytes, ProcessKey]:
    """The caller pads, as terminals do; a chain goes on from block to block."""
    rules = chip.profile.authentication
    size = rules.cipher.block_size
    if mode.has_iv:
        iv, data = data[:size], data[size:]
    else:
        iv = process.chain or bytes(size)
    if not data or len(data) % size:
        raise StatusError(SW.WRONG_LENGTH)
    session_key = rules.session_key(process.card_key, process.random)
    chained = rules.cipher.encrypt_cbc(session_key, iv, data)
    if mode.more_follows:
        return b"", replace(process, chain=chained[-size:])
    return rules.mac_of(chained), process


def _encrypted(chip: PsamChip, process: ProcessKey, data: bytes) -> bytes:
    """Whole blocks; or a factor of 8 bytes, which gives the cryptogram of an authentication."""
    rules = chip.profile.authentication
    if len(data) == FACTOR_SIZE:
        return rules.cryptogram(process.card_key, process.random, data)
    if not data or len(data) % rules.cipher.block_size:
        raise StatusError(SW.WRONG_LENGTH)
    session_key = rules.session_key(process.card_key, process.random)
    return rules.cipher.encrypt(session_key, data)


def _label(chip: PsamChip, usage: int, identifier: int) -> bytes:
    """What binds a derived key to its purpose where the ladder has a place for it: its name."""
    for key in chip.profile.keys():  # noqa: SIM118  # no mapping
        if (key.psam_usage, key.psam_id) == (usage, identifier):
            return key.name.encode("ascii")
    return b""
