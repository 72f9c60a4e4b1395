"""Who may do what: access conditions, PIN and key authentication (LD/T 32.4, 32.5)."""

from hmac import compare_digest

from hardware_sim.card.state import SSSE, Chip, KeyCell, PinCell
from reader.card_profile.access import Access
from reader.card_profile.keys import CardKey, KeyRole
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

PIN = "PIN"
GLOBAL_KEYS_END = 0x80  # key identifiers below are the SSSE's, from here the current DF's
CHALLENGE_SIZES = frozenset({4, 8, 16})
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
    """EXTERNAL AUTHENTICATE 00 82 00 kid: cryptogram (8) and factor (8) over the challenge."""
    if command.p1:
        raise StatusError(SW.WRONG_P1_P2)
    if len(command.data) != 16:
        raise StatusError(SW.WRONG_LENGTH)
    key, cell = _key(chip, command.p2)
    challenge = chip.take_challenge()
    if len(challenge) != 8:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    _count_try(chip, cell)
    factor = command.data[8:]
    expected = chip.profile.authentication.cryptogram(cell.value, challenge, factor)
    if not compare_digest(command.data[:8], expected):
        raise StatusError(0x63C0 | min(cell.tries_left, 0xF))
    _restore_tries(chip, cell)
    chip.volatile.granted.setdefault(_owner(chip, command.p2), set()).add(key.name)
    return b""


def internal_authenticate(chip: Chip, command: CommandApdu) -> bytes:
    """INTERNAL AUTHENTICATE 00 88 00 kid: random (8) and factor (8), answered with 8 bytes."""
    if command.p1:
        raise StatusError(SW.WRONG_P1_P2)
    if len(command.data) != 16:
        raise StatusError(SW.WRONG_LENGTH)
    key, cell = _key(chip, command.p2)
    if key.role is not KeyRole.INTERNAL_AUTHENTICATION:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    return chip.profile.authentication.cryptogram(cell.value, command.data[:8], command.data[8:])


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
    if not separator or not old or not _is_pin(new):
        raise StatusError(SW.WRONG_DATA)
    _compare_pin(chip, old)
    chip.persistent.pin.value = new
    chip.commit()
    return b""


def _is_pin(value: bytes) -> bool:
    digits = value.hex().upper()
    return 0 < len(value) <= MAX_PIN_SIZE and (digits[:-1] + digits[-1].rstrip("F")).isdecimal()


def _compare_pin(chip: Chip, presented: bytes) -> None:
    pin = chip.persistent.pin
    _count_try(chip, _usable(pin))
    if not compare_digest(presented, pin.value):
        chip.volatile.granted.get(SSSE, set()).discard(PIN)
        raise StatusError(0x63C0 | min(pin.tries_left, 0xF))
    _restore_tries(chip, pin)


def _usable(pin: PinCell) -> PinCell:
    if not pin.value:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
    if not pin.tries_left:
        raise StatusError(SW.AUTHENTICATION_METHOD_BLOCKED)
    return pin


def _count_try(chip: Chip, cell: KeyCell | PinCell) -> None:
    """Count before comparing: a power cut between must not give the try back."""
    if not cell.tries_left:
        raise StatusError(SW.AUTHENTICATION_METHOD_BLOCKED)
    cell.tries_left -= 1
    chip.commit()


def _restore_tries(chip: Chip, cell: KeyCell | PinCell) -> None:
    cell.tries_left = cell.tries
    chip.commit()


def _owner(chip: Chip, kid: int) -> str:
    return SSSE if kid < GLOBAL_KEYS_END else chip.application().name


def _key(chip: Chip, kid: int) -> tuple[CardKey, KeyCell]:
    """The key that *kid* names here; '6A88' if the card has none."""
    chip.application()
    owner = _owner(chip, kid)
    cell = chip.persistent.keys.get((owner, kid))
    if cell is None:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    for key in chip.profile.application(owner).keys:
        if key.kid == kid:
            return key, cell
    raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
