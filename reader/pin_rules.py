"""Which new PINs are refused: those that whoever finds or steals a card tries first.

The card takes any digits. What it shows of its holder, birth date and citizen number, is printed
on its surface too, so a PIN made of it protects nothing.
"""

from collections.abc import Iterator
from datetime import date

from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import CardHolder
from reader.desk_errors import WeakPinError

ALL_SAME = ("one digit again and again", "各位数字相同")
A_RUN = ("digits in a row", "数字连号")
REPEATED = ("a few digits repeated", "少数数字重复")
TRANSPORT_PIN = ("what every card leaves the bureau with", "与出厂密码相同")
BIRTH_DATE = ("part of the birth date", "含出生日期")
NUMBER = ("part of the citizen number", "含社会保障号码片段")

_UP, _DOWN = "01234567890123456789", "98765432109876543210"
_DATE_FORMS = ("%Y%m%d", "%y%m%d", "%d%m%Y", "%d%m%y", "%m%d%Y", "%m%d%y")


def require_strong(pin: str, *, profile: CardProfile, holder: CardHolder | None = None) -> None:
    """Return unless *pin* is easy to guess; WeakPinError with the reason.

    *holder* is what the card shows of its holder here, None where it shows nothing.
    """
    for why in _weaknesses(pin, profile, holder):
        raise WeakPinError(why)


def _weaknesses(
    pin: str, profile: CardProfile, holder: CardHolder | None
) -> Iterator[tuple[str, str]]:
    if len(set(pin)) == 1:
        yield ALL_SAME
    if pin == profile.transport_pin:
        yield TRANSPORT_PIN
    if pin in _UP or pin in _DOWN:
        yield A_RUN
    if any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(2, len(pin) // 2 + 1)):
        yield REPEATED
    born = holder.birth_date if holder else None
    number = holder.social_security_number if holder else None
    if born is None and number is not None:
        born = number.birth_date
    if born is not None and _is_of_date(pin, born):
        yield BIRTH_DATE
    if number is not None and pin in number:
        yield NUMBER


def _is_of_date(pin: str, day: date) -> bool:
    """Whether the PIN is in the date, or the date in the PIN, in any order that people write."""
    return any(pin in form or form in pin for form in map(day.strftime, _DATE_FORMS))
