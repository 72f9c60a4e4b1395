"""PIN blocks of format 2 (ISO 9564-1, 9.3.3): a PIN on its way into a card, without an account.

Control 2, the number of digits, the digits, filled with 'F' to 8 bytes. The card's files and
commands carry a PIN as packed BCD instead (`pack`).
"""

from crypto.errors import KeyMaterialError

SIZE = 8
MIN_DIGITS, MAX_DIGITS = 4, 12
_CONTROL = "2"


def encode(pin: str) -> bytes:
    """The block of a PIN of 4 to 12 digits; KeyMaterialError for any other text."""
    return bytes.fromhex(f"{_CONTROL}{len(_checked(pin)):X}{pin}".ljust(2 * SIZE, "F"))


def decode(block: bytes) -> str:
    """The PIN in a block; KeyMaterialError for other bytes, whatever is wrong with them."""
    text = block.hex().upper()
    if len(block) == SIZE and text[0] == _CONTROL:
        count = int(text[1], 16)
        pin, filling = text[2 : 2 + count], text[2 + count :]
        if not filling.strip("F"):
            return _checked(pin)
    raise KeyMaterialError("not a PIN block of format 2")


def pack(pin: str) -> bytes:
    """The digits as packed BCD, an odd number of them filled with 'F' (LD/T 32.5, VERIFY)."""
    return bytes.fromhex(_checked(pin) + "F" * (len(pin) % 2))


def _checked(pin: str) -> str:
    # The text of the error does not repeat what was typed.
    if not (pin.isascii() and pin.isdecimal() and MIN_DIGITS <= len(pin) <= MAX_DIGITS):
        raise KeyMaterialError(f"a PIN has {MIN_DIGITS} to {MAX_DIGITS} digits")
    return pin
