"""Who may do what: access conditions, PIN and key authentication (LD/T 32.4, 32.5)."""

from dataclasses import dataclass, replace
from hmac import compare_digest

from hardware_sim.card.cells import KeyCell, PinCell
from hardware_sim.card.state import SSSE, Chip, Place
from reader.card_profile.access import Access
from reader.card_profile.keys import AUTHENTICATING, CardKey, KeyRole
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

PIN = "PIN"
GLOBAL_KEYS_END = 0x80  # key identifiers below are the SSSE's, from here the current DF's
CHALLENGE_SIZES = frozenset({4, 8, 16})
CURRENT_VERSION = 0x00  # of a key, where a command names none
AUTHENTICATION_SIZE = 16  # two values of 8 bytes; the key's version may stand behind them
SEPARATOR = b"\xff"  # between old and new PIN; no BCD byte looks like it
MAX_PIN_SIZE = 8  # bytes; LD/T 32.5


def require(chip: Chip, condition: Access) -> None:
    """'6982' unless what was proved since reset satisfies *condition*."""
    application = chip.application()
    granted = chip.volatile.granted
    proved = granted.get(SSSE, set()) | granted.get(application.name, set())
    if not condition.allows(pin_verified=PIN in proved, authenticated=proved):
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)


def get_challenge(chip: Chip, command: CommandApdu) -> bytes:
    """GET CHALLENGE: 4, 8 or 16 bytes; Le 00 means 8."""
    size = 8 if command.ne == 256 else command.ne
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    if size not in CHALLENGE_SIZES or command.data:
        raise StatusError(SW.WRONG_LENGTH)
    chip.volatile.challenge = chip.random(size)
    return chip.volatile.challenge


def external_authenticate(chip: Chip, command: CommandApdu) -> bytes:
    """EXTERNAL AUTHENTICATE 00 82 version kid: cryptogram (8), factor (8) over the challenge."""
    cryptogram, factor, version = _authentication_data(command)
    key = find_key(chip, command.p2, version)
    if key.declared.role not in AUTHENTICATING:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    challenge = chip.take_challenge()
    count_key_try(chip, key)
    expected = chip.profile.authentication.cryptogram(key.cell.value, challenge, factor)
    if not compare_digest(cryptogram, expected):
        raise StatusError(0x63C0 | min(key.cell.tries_left, 0xF))
    restore_key_tries(chip, key)
    chip.volatile.granted.setdefault(key.place[0], set()).add(key.declared.name)
    return b""


def internal_authenticate(chip: Chip, command: CommandApdu) -> bytes:
    """INTERNAL AUTHENTICATE 00 88 version kid: random (8), factor (8), answered with 8 bytes."""
    random, factor, version = _authentication_data(command)
    key = find_key(chip, command.p2, version)
    if key.declared.role is not KeyRole.INTERNAL_AUTHENTICATION:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    return chip.profile.authentication.cryptogram(key.cell.value, random, factor)


def _authentication_data(command: CommandApdu) -> tuple[bytes, bytes, int]:
    """Two values of 8 bytes, and the key's version: behind them if it is there, else P1."""
    half, data = AUTHENTICATION_SIZE // 2, command.data
    if len(data) == AUTHENTICATION_SIZE:
        return data[:half], data[half:], command.p1
    if len(data) != AUTHENTICATION_SIZE + 1:
        raise StatusError(SW.WRONG_LENGTH)
    if command.p1:
        raise StatusError(SW.WRONG_P1_P2)
    return data[:half], data[half:AUTHENTICATION_SIZE], data[AUTHENTICATION_SIZE]


def verify(chip: Chip, command: CommandApdu) -> bytes:
    """VERIFY 00 20 00 00; without data it tells the tries left (7816-4, 11.5.6)."""
    chip.application()
    if command.p1 or command.p2:
        raise StatusError(SW.WRONG_P1_P2)
    pin = chip.persistent.pin
    if not command.data:
        if PIN in chip.volatile.granted.get(SSSE, set()):
            return b""
        raise StatusError(0x63C0 | min(_usable(pin).tries_left, 0xF))
    _compare_pin(chip, command.data)
    chip.volatile.granted.setdefault(SSSE, set()).add(PIN)
    return b""


def change_pin(chip: Chip, command: CommandApdu) -> bytes:
    """CHANGE PIN 80 5E 01 00: old PIN, 'FF', new PIN."""
    chip.application()
    if (command.p1, command.p2) != (0x01, 0x00):
        raise StatusError(SW.WRONG_P1_P2)
    old, separator, new = command.data.partition(SEPARATOR)
    if not separator or not old or not is_pin(new):
        raise StatusError(SW.WRONG_DATA)
    _compare_pin(chip, old)
    chip.write(pin=replace(chip.persistent.pin, value=new))
    return b""


def holds(chip: Chip, right: str, application: str = SSSE) -> bool:
    """Whether *right*, "PIN" or a key's name, was proved in *application* since reset."""
    return right in chip.volatile.granted.get(application, set())


def is_pin(value: bytes) -> bool:
    """Whether *value* can be a PIN: packed digits, an odd one filled with 'F'."""
    digits = value.hex().upper()
    return 0 < len(value) <= MAX_PIN_SIZE and (digits[:-1] + digits[-1].rstrip("F")).isdecimal()


def _compare_pin(chip: Chip, presented: bytes) -> None:
    pin = _usable(chip.persistent.pin)
    # Counted before comparing: a power cut between must not give the try back.
    chip.write(pin=replace(pin, tries_left=pin.tries_left - 1))
    if not compare_digest(presented, pin.value):
        chip.volatile.granted.get(SSSE, set()).discard(PIN)
        raise StatusError(0x63C0 | min(pin.tries_left - 1, 0xF))
    chip.write(pin=replace(pin, tries_left=pin.tries))


def _usable(pin: PinCell) -> PinCell:
    if not pin.value:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
    if not pin.tries_left:
        raise StatusError(SW.AUTHENTICATION_METHOD_BLOCKED)
    return pin


@dataclass(slots=True)
class FoundKey:
    """A key of the card: where it is declared, where it is kept, which of its versions."""

    declared: CardKey
    place: Place
    index: int
    cell: KeyCell


def find_key(chip: Chip, kid: int, version: int = CURRENT_VERSION) -> FoundKey:
    """The key that *kid* names here, in the version named; '6A88' if the card has none."""
    application = chip.application()
    if kid < GLOBAL_KEYS_END:
        application = chip.profile.application(SSSE)
    place = (application.name, kid)
    declared = next((key for key in application.keys if key.kid == kid), None)
    for index, cell in enumerate(chip.persistent.keys.get(place, ())):
        if declared is not None and chip.profile.names_key_version(version, cell.version, index):
            return FoundKey(declared, place, index, cell)
    raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)


def count_key_try(chip: Chip, key: FoundKey) -> None:
    """Take one try of *key* before it is compared; '6983' if none is left."""
    if not key.cell.tries_left:
        raise StatusError(SW.AUTHENTICATION_METHOD_BLOCKED)
    _set_key_tries(chip, key, key.cell.tries_left - 1)


def restore_key_tries(chip: Chip, key: FoundKey) -> None:
    """Give all tries back after a right proof."""
    _set_key_tries(chip, key, key.cell.tries)


def _set_key_tries(chip: Chip, key: FoundKey, left: int) -> None:
    cell = replace(key.cell, tries_left=left)
    versions = chip.persistent.keys[key.place]
    changed = (*versions[: key.index], cell, *versions[key.index + 1 :])
    chip.write(keys={**chip.persistent.keys, key.place: changed})
    key.cell = cell
