"""The chip data of many cards: what each application's files will hold, as data groupings.

What goes into which item is `issuance.card_data`'s to say; here the same is done by columns. The
bytes are those that `issuance.personalization` would store for each card alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from issuance.card_data import ADDRESS_SIZE, INSURED, fitting, issuer_data
from reader.card_profile.df01 import HouseholdRegistration, Residence
from reader.card_profile.df02 import EmploymentStatus
from reader.card_profile.files import RecordFile
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import NAME_SIZE, CardHolder, CardIssuer, split_name
from reader.card_profile.values import RegionCode
from reader.data_forms import Form, Values, texts
from reader.data_items import RecordSlot
from reader.gb18030 import encode_text
from reader.global_platform import encode_dgi, record_dgi

_DAY: Final = slice(6, 14)  # of the social security number

Columns = dict[str, Sequence[bytes]]
Rows = Mapping[str, Sequence[str]]  # the applications' columns by name

# The data groups with the items that differ from card to card, in the order of the card's files.
_OPEN: Mapping[type[Any], tuple[str, ...]] = {
    CardIssuer: ("identification_code", "card_number"),
    CardHolder: (
        "social_security_number",
        "name",
        "name_extension",
        "sex",
        "ethnic_group",
        "birthplace",
        "birth_date",
    ),
    HouseholdRegistration: ("address",),
    Residence: ("address", "region", "telephone", "contact_name"),
    EmploymentStatus: (),
    **dict.fromkeys(INSURED, ("insured_region",)),
}


@dataclass(frozen=True, slots=True)
class CardForms:
    """The forms of all cards of one profile, region and day of issue."""

    profile: CardProfile
    # Data groupings of each application, and the records over which the digest goes.
    applications: Mapping[str, Form]
    digested: Form
    places: Mapping[str, RecordSlot]
    values: Mapping[str, Values]  # of the columns whose values come again and again

    @classmethod
    def of(
        cls, profile: CardProfile, region: RegionCode, *, issued_on: date, expires_on: date
    ) -> "CardForms":
        """The forms, made once for a batch."""
        applications: dict[str, Form] = {}
        digested = Form(())
        for kind, names in _OPEN.items():
            try:
                application, file = profile.file_of(kind)
            except LookupError:
                continue  # this kind of card has no such file
            if not isinstance(file, RecordFile):
                raise TypeError(f"{kind.__name__} is in no file of records")
            group = kind()
            if kind is CardIssuer:
                group = issuer_data(profile, region, issued_on=issued_on, expires_on=expires_on)
            head = _grouping_head(file)
            form = Form.of_group(group, file.slots, names, head=head)
            applications[application.name] = applications.get(application.name, Form(())) + form
            if kind in (CardIssuer, CardHolder):
                digested += Form.of_group(group, file.slots, names)
        places = digested.places
        for form in applications.values():
            places = places | form.places
        values = {
            key: Values(slot, _PARSED.get(slot.bound.kind, str)) for key, slot in places.items()
        }
        return cls(profile, applications, digested, places, values)

    def columns(self, rows: Rows, *, numbers: Sequence[str], codes: Sequence[bytes]) -> Columns:
        """The encoded columns; ItemError for a value that does not fit, with its card's place."""
        heads, tails = _split(rows["name"])
        texts_of = {
            "CardIssuer.card_number": numbers,
            "CardHolder.social_security_number": rows["social_security_number"],
            "CardHolder.name": heads,
            "HouseholdRegistration.address": _fitting(rows["registered_address"]),
            "Residence.address": _fitting(rows["residence_address"]),
            "Residence.telephone": rows["mobile"],
        }
        values_of = {
            "CardHolder.name_extension": tails,
            "CardHolder.sex": rows["sex"],
            "CardHolder.ethnic_group": rows["ethnic_group"],
            "CardHolder.birthplace": rows["birthplace"],
            "Residence.region": rows["residence_region"],
            "Residence.contact_name": rows["guardian_name"],
            **{
                f"{kind.__name__}.insured_region": _insured(rows, categories)
                for kind, categories in INSURED.items()
            },
        }
        found: Columns = {
            "CardIssuer.identification_code": codes,
            "CardHolder.birth_date": [
                bytes.fromhex(number[_DAY]) for number in rows["social_security_number"]
            ],
        }
        for key, slot in self.places.items():
            if key in texts_of:
                found[key] = texts(slot, texts_of[key])
            elif key in values_of:
                found[key] = self.values[key](values_of[key])
        return found


def _insured(rows: Rows, categories: frozenset[str]) -> list[str]:
    """Where each is insured, "" for those whom this insurance does not take."""
    return [
        region if category in categories else ""
        for region, category in zip(rows["insurance_region"], rows["person_category"], strict=True)
    ]


def _grouping_head(file: RecordFile) -> Callable[[RecordSlot], bytes]:
    """Identifier and length of the grouping that a record is stored in."""

    def head(slot: RecordSlot) -> bytes:
        record = bytes(2 + slot.size)
        return encode_dgi(record_dgi(file.sfi, slot.number), record)[: -len(record)]

    return head


def _split(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The two items of each name; nearly every name needs only the first."""
    if max(map(len, names), default=0) <= NAME_SIZE // 4:
        return list(names), [""] * len(names)
    heads, tails = [], []
    for name in names:
        if len(name) <= NAME_SIZE // 4:  # four bytes a character at most
            heads.append(name)
            tails.append("")
        else:
            head, tail = split_name(name)
            heads.append(head)
            tails.append(tail or "")
    return heads, tails


def _fitting(addresses: Sequence[str]) -> list[str]:
    return [
        address
        if len(address) <= ADDRESS_SIZE // 4 or len(encode_text(address)) <= ADDRESS_SIZE
        else fitting(address) or ""
        for address in addresses
    ]


# The six digits of a region or of a five-tier office code.
_PARSED: Mapping[type[Any], Callable[[str], Any]] = {RegionCode: lambda code: RegionCode(code[:6])}
