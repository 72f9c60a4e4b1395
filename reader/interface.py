"""Contacts or field, and which card to take where several are there (PC/SC part 3, 3.1.3.2.3)."""

import re
from collections.abc import Collection, Mapping
from enum import IntEnum, StrEnum, unique

from reader.errors import NoCardError, NoReaderError


@unique
class Interface(StrEnum):
    """How a card is reached."""

    CONTACT = "contact"
    CONTACTLESS = "contactless"


@unique
class Preference(IntEnum):
    """The first parameter (iType) of the field's driver functions."""

    CONTACT = 1
    CONTACTLESS = 2
    CONTACT_FIRST = 3
    CONTACTLESS_FIRST = 4


ORDER: Mapping[Preference, tuple[Interface, ...]] = {
    Preference.CONTACT: (Interface.CONTACT,),
    Preference.CONTACTLESS: (Interface.CONTACTLESS,),
    Preference.CONTACT_FIRST: (Interface.CONTACT, Interface.CONTACTLESS),
    Preference.CONTACTLESS_FIRST: (Interface.CONTACTLESS, Interface.CONTACT),
}

# The driver of a reader with several slots names each of them, all in different words.
_CONTACTLESS_NAME = re.compile(r"contactless|\b(?:PICC|NFC|RFID)\b|(?<=[\W\d])CL\b", re.IGNORECASE)
_CONTACT_NAME = re.compile(r"\bcontact\b|\bICC\b", re.IGNORECASE)
_SAM_NAME = re.compile(r"\bP?SAM\b", re.IGNORECASE)
_TS_DIRECT, _ATR_HEAD_SIZE = 0x3B, 4


def has_contactless_form(atr: bytes) -> bool:
    """Whether *atr* is what a reader makes of a contactless card's answer: '3B 8n 80 01'."""
    head = atr[:_ATR_HEAD_SIZE]
    return (
        len(head) == _ATR_HEAD_SIZE
        and head[0] == _TS_DIRECT
        and head[1] >> 4 == 0x8
        and head[2:] == b"\x80\x01"
    )


def interface_of(atr: bytes, reader: str) -> Interface:
    """How the card with *atr* in *reader* is reached.

    The reader's name goes before the ATR: a card with contacts may send T=0 and T=1 and nothing
    else, which looks the same. *atr* is empty where the card said nothing.
    """
    if (named := named_interface(reader)) is not None:
        return named
    return Interface.CONTACTLESS if has_contactless_form(atr) else Interface.CONTACT


def named_interface(reader: str) -> Interface | None:
    """What the reader's name says; None where it says nothing."""
    if _CONTACTLESS_NAME.search(reader):
        return Interface.CONTACTLESS
    if _CONTACT_NAME.search(reader) or _SAM_NAME.search(reader):
        return Interface.CONTACT
    return None


def is_module_slot(reader: str) -> bool:
    """Whether the reader is, by its name, the slot of a terminal's security module."""
    return _SAM_NAME.search(reader) is not None


def candidates(
    cards: Mapping[str, bytes | None],
    preference: Preference = Preference.CONTACT_FIRST,
    *,
    without: Collection[str] = (),
) -> list[str]:
    """Readers with a card, the one to take first in front. *cards* has the ATR by reader, None
    where it is empty; *without* names readers that are not asked, the PSAM's above all."""
    found: dict[Interface, list[str]] = {interface: [] for interface in Interface}
    for reader, atr in cards.items():
        if atr is not None and reader not in without and not is_module_slot(reader):
            found[interface_of(atr, reader)].append(reader)
    return [reader for interface in ORDER[preference] for reader in found[interface]]


def choose(
    cards: Mapping[str, bytes | None],
    preference: Preference = Preference.CONTACT_FIRST,
    *,
    without: Collection[str] = (),
) -> str:
    """The first of `candidates`; NoReaderError or NoCardError where there is none."""
    if not set(cards) - set(without):
        raise NoReaderError
    if not (found := candidates(cards, preference, without=without)):
        raise NoCardError(", ".join(name for name in cards if name not in without))
    return found[0]
