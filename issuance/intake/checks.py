"""The rules for one row of a bureau file.

When the check character of the number is wrong, nothing that is read from the number is compared
with anything: any of its characters may be the wrong one. So it is with an impossible date in it.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from issuance.intake.columns import HEADERS
from issuance.intake.names import is_short_name, name_reasons, with_separator
from issuance.intake.number_rules import is_card_number, is_date, is_digits, is_identity_number
from issuance.intake.reasons import Reason

Fields = tuple[str, ...]
PhotoCheck = Callable[[str], Reason | None]

# GB/T 2261.1: what stands in place 17 of the number (odd for men) under each code for sex.
_SEX_DIGITS: Final = {"1": "13579", "2": "02468", "9": "0123456789"}
_ETHNIC_GROUPS: Final = frozenset(f"{code:02}" for code in range(1, 59))  # GB/T 3304
_DOCUMENT_TYPES: Final = frozenset("ACDJKM")
_PERSON_CATEGORIES: Final = frozenset({"10", "20", "30", "40", "60"})
_NEW: Final = "0"
REPLACEMENT: Final = "1"
_REPLACEMENT_REASONS: Final = frozenset("1234")
_YEARS_WITH_GUARDIAN: Final = 16
_LONGEST_DOCUMENT_NUMBER: Final = 18
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")

_NAME: Final = HEADERS.index("姓名")
_REGISTERED_ADDRESS: Final = HEADERS.index("户籍地址")
_RESIDENCE_ADDRESS: Final = HEADERS.index("常住地址")
# The old card number follows the reason, the guardian's number the name.
_REPLACEMENT_REASON: Final = HEADERS.index("补换原因")
_GUARDIAN_NAME: Final = HEADERS.index("监护人姓名")


class RowCheck:
    """Checks rows one by one, for one date of the file. What needs other rows is not here."""

    __slots__ = ("_minor_after", "_on", "_photo", "_regions")

    def __init__(self, on: date, regions: frozenset[str], photo: PhotoCheck | None = None) -> None:
        self._on = f"{on:%Y%m%d}"
        self._minor_after = f"{on.year - _YEARS_WITH_GUARDIAN:04}{on:%m%d}"
        self._regions = regions
        self._photo = photo

    def __call__(self, row: Fields) -> tuple[list[Reason], Fields]:
        """Why *row* (21 fields in the order of HEADERS) is refused, and the row normalized."""
        (
            _place,
            number,
            name,
            sex,
            ethnic_group,
            birth_date,
            birthplace,
            document_type,
            mobile,
            registered_address,
            residence,
            residence_address,
            insurance,
            category,
            application_type,
            replacement_reason,
            old_card_number,
            bank,
            guardian_name,
            guardian_number,
            photo,
        ) = row
        found: list[Reason] = []
        is_minor = False
        if is_identity_number(number):
            is_minor = self._check_number(number, sex, birth_date, found)
        else:
            found.append(Reason.ID_CHECKSUM)
        if not is_short_name(name):
            row = _replaced(row, _NAME, with_separator(name))
            found += name_reasons(row[_NAME])
        if ethnic_group not in _ETHNIC_GROUPS:
            found.append(Reason.ETHNIC_GROUP)
        if document_type not in _DOCUMENT_TYPES:
            found.append(Reason.DOCUMENT_TYPE)
        if not is_digits(mobile, 11) or mobile[0] != "1":
            found.append(Reason.PHONE)
        # Most are codes of regions; the others may be of offices, or younger than the list.
        regions = self._regions
        if not (
            (birthplace in regions or is_digits(birthplace, 6))
            and (residence in regions or _is_region(residence))
            and (insurance in regions or _is_region(insurance))
        ):
            found.append(Reason.REGION_CODE)
        if not (registered_address.isprintable() and residence_address.isprintable()):
            row = _replaced(row, _REGISTERED_ADDRESS, _one_line(registered_address))
            row = _replaced(row, _RESIDENCE_ADDRESS, _one_line(residence_address))
        if category not in _PERSON_CATEGORIES:
            found.append(Reason.PERSON_CATEGORY)
        if not is_digits(bank, 5):
            found.append(Reason.BANK)
        if application_type != _NEW:
            _check_replacement(application_type, replacement_reason, old_card_number, found)
        elif replacement_reason or old_card_number:
            row = _replaced(row, _REPLACEMENT_REASON, "", "")
        if is_minor:
            row = _replaced(row, _GUARDIAN_NAME, with_separator(guardian_name))
            _check_guardian(row[_GUARDIAN_NAME], guardian_number, found)
        elif guardian_name or guardian_number:
            row = _replaced(row, _GUARDIAN_NAME, "", "")
        if self._photo is not None and (reason := self._photo(photo)):
            found.append(reason)
        return found, row

    def _check_number(self, number: str, sex: str, birth_date: str, found: list[Reason]) -> bool:
        """What the number says, when its check character is right; whether of a minor."""
        if number[:6] not in self._regions:
            found.append(Reason.ID_REGION)
        if number[16] not in _SEX_DIGITS.get(sex, ""):
            found.append(Reason.SEX_MISMATCH)
        born = number[6:14]
        if not is_date(born):
            found.append(Reason.ID_BIRTH_DATE)
            return False
        if birth_date != born:
            found.append(Reason.BIRTH_DATE_MISMATCH)
        if born > self._on:
            found.append(Reason.BORN_IN_FUTURE)
            return False
        return born > self._minor_after


def _check_replacement(kind: str, reason: str, card_number: str, found: list[Reason]) -> None:
    if kind != REPLACEMENT:
        found.append(Reason.APPLICATION_TYPE)
        return
    if reason not in _REPLACEMENT_REASONS:
        found.append(Reason.REPLACEMENT_REASON)
    if not is_card_number(card_number):
        found.append(Reason.CARD_NUMBER)


def _check_guardian(name: str, number: str, found: list[Reason]) -> None:
    """A guardian must be named; the number may be that of any document."""
    has_number = number.strip() and len(number) <= _LONGEST_DOCUMENT_NUMBER
    if not has_number or name_reasons(name):
        found.append(Reason.GUARDIAN_MISSING)


def _one_line(address: str) -> str:
    """An address without line breaks and other control characters: no card takes them."""
    return _CONTROLS.sub(" ", address).strip()


def _is_region(code: str) -> bool:
    """A region of six digits, or an office below it of twelve (five tiers)."""
    return is_digits(code, 6) or is_digits(code, 12)


def _replaced(row: Fields, place: int, *fields: str) -> Fields:
    """*row* with other fields from *place* on."""
    return (*row[:place], *fields, *row[place + len(fields) :])
