"""Contacts or field, and which card is taken: names as drivers give them, ATRs by hand."""

import pytest

from reader.errors import NoCardError, NoReaderError
from reader.interface import Interface, Preference, candidates, choose, interface_of

CONTACT = bytes.fromhex("3B6D000000814F431086600123456789AB")
CONTACTLESS = bytes.fromhex("3B8D8001814F431086600123456789AB12")
STORAGE_CARD = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")  # part 3, 3.1.3.2.3.2
T1_CONTACT = bytes.fromhex("3B8D8131FE45814F431086600123456789AB00")


@pytest.mark.parametrize(
    ("atr", "reader", "interface"),
    [
        (CONTACT, "ACS ACR39U ICC Reader 00 00", Interface.CONTACT),
        (CONTACT, "Virtual PCD 00 00", Interface.CONTACT),
        (T1_CONTACT, "Virtual PCD 00 00", Interface.CONTACT),
        (CONTACTLESS, "Virtual PCD 00 00", Interface.CONTACTLESS),
        (STORAGE_CARD, "Some reader 0", Interface.CONTACTLESS),
        (CONTACTLESS, "ACS ACR1281 1S Dual Reader ICC 0", Interface.CONTACT),
        (b"", "ACS ACR1281 1S Dual Reader PICC 0", Interface.CONTACTLESS),
        (b"", "OMNIKEY CardMan 5x21-CL 0", Interface.CONTACTLESS),
        (b"", "HID Global OMNIKEY 5422CL Smartcard Reader 0", Interface.CONTACTLESS),
        (b"", "OMNIKEY CardMan 5x21 0", Interface.CONTACT),
        (CONTACT, "Identiv CLOUD 4700 F [CLOUD 4700 F Contactless Reader] 00 00", "contactless"),
        (CONTACTLESS, "Identiv CLOUD 4700 F [CLOUD 4700 F Contact Reader] 01 00", "contact"),
        (CONTACTLESS[:3], "Some reader 0", Interface.CONTACT),
        (b"", "Some reader 0", Interface.CONTACT),
    ],
)
def test_the_interface_follows_from_name_and_atr(atr, reader, interface):
    assert interface_of(atr, reader) == interface


CARDS = {
    "field": CONTACTLESS,
    "empty": None,
    "contact": CONTACT,
    "ACS ACR1281 SAM 0": CONTACT,
    "second contact": CONTACT,
}


@pytest.mark.parametrize(
    ("preference", "taken"),
    [
        (1, ["contact", "second contact"]),
        (2, ["field"]),
        (3, ["contact", "second contact", "field"]),
        (4, ["field", "contact", "second contact"]),
    ],
)
def test_the_preference_is_the_fields_itype(preference, taken):
    assert candidates(CARDS, Preference(preference)) == taken
    assert choose(CARDS, Preference(preference)) == taken[0]


def test_the_reader_of_the_psam_is_left_out():
    assert choose(CARDS, without=["contact"]) == "second contact"
    with pytest.raises(NoCardError, match="contact"):
        choose(CARDS, Preference.CONTACTLESS, without=["field"])


def test_no_reader_and_no_card_are_two_things():
    with pytest.raises(NoReaderError):
        choose({})
    with pytest.raises(NoReaderError):
        choose({"psam": CONTACT}, without=["psam"])
    with pytest.raises(NoCardError, match="a, b"):
        choose({"a": None, "b": None})
