"""Lines by name, as ``onecard sim serve --line`` takes them: KIND:RATE."""

from collections.abc import Callable, Mapping

from hardware_sim.errors import LineModelError
from hardware_sim.line import Line
from hardware_sim.line_contactless import RATES, Contactless
from hardware_sim.line_contacts import T0, T1
from hardware_sim.line_speed import Speed, speed_of

CONTACTS: Mapping[str, Callable[[float, Speed], Line]] = {"t0": T0, "t1": T1}
ALLOWED = "atr"  # the speed the card allows
HIGHEST_BAUD = 1_000_000
EXAMPLES = "write t0:9600, t1:115200, t1:atr or contactless:106"


def parse(text: str, atr: bytes) -> Line:
    """T0:RATE, T1:RATE or CONTACTLESS:KBITS for a card with *atr*; LineModelError if it is none.

    RATE is in baud, or ``atr``: what the card allows at 3.5712 MHz. Another rate is reckoned even
    where the card does not allow it.
    """
    kind, _, rate = text.lower().partition(":")
    if kind in CONTACTS:
        try:
            speed = speed_of(atr)
            baud = speed.baud() if rate == ALLOWED else _number(text, rate)
        except ValueError as error:
            raise LineModelError(text, f"the answer to reset: {error}") from error
        if not 0 < baud <= HIGHEST_BAUD:
            raise LineModelError(text, f"contacts have 1 to {HIGHEST_BAUD} baud")
        return CONTACTS[kind](baud, speed)
    if kind != "contactless":
        raise LineModelError(text, EXAMPLES)
    if _number(text, rate) not in RATES:
        raise LineModelError(text, "a field has 106, 212, 424 or 848 kbit/s")
    return Contactless(int(rate))


def _number(text: str, rate: str) -> int:
    if not rate.isascii() or not rate.isdecimal():
        raise LineModelError(text, EXAMPLES)
    return int(rate)
