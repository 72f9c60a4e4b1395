"""Passwords: argon2id with the parameters of RFC 9106, and what is no password."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.people import passwords
from issuance.people.errors import PasswordError
from tests.staff import CHEAP, PASSWORD

SALT = bytes(range(16))
# argon2's authors: phc-winner-argon2, src/test.c, version 0x13, argon2id.
REFERENCE = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"


def test_a_hash_of_argon2s_authors_is_understood() -> None:
    assert passwords.matches(REFERENCE, "password")
    assert not passwords.matches(REFERENCE, "passwort")


def test_the_parameters_are_the_second_recommendation_of_rfc_9106() -> None:
    stored = passwords.hash_password(PASSWORD, salt=SALT)
    *parameters, salt, tag = stored.split("$")
    assert parameters == ["", "argon2id", "v=19", "m=65536,t=3,p=4"]
    assert (len(salt), len(tag)) == (22, 43)  # 16 and 32 bytes in base64 without padding
    assert passwords.matches(stored, PASSWORD)


@given(st.text())
@settings(max_examples=50)
def test_any_text_matches_its_own_hash(password: str) -> None:
    stored = passwords.hash_password(password, salt=SALT, cost=CHEAP)
    assert passwords.matches(stored, password)


@given(st.text("abcABC 123"), st.text("abcABC 123"))
@settings(max_examples=50)
def test_no_other_text_matches_it(password: str, other: str) -> None:
    stored = passwords.hash_password(password, salt=SALT, cost=CHEAP)
    assert passwords.matches(stored, other) == (password == other)


def test_accents_match_however_the_keyboard_writes_them() -> None:
    stored = passwords.hash_password("un caf\u00e9 \u00e0 midi", salt=SALT, cost=CHEAP)
    assert passwords.matches(stored, "un cafe\u0301 a\u0300 midi")


def test_a_hash_with_other_parameters_is_outdated() -> None:
    stored = passwords.hash_password(PASSWORD, salt=SALT, cost=CHEAP)
    assert passwords.is_outdated(stored)
    assert not passwords.is_outdated(stored, cost=CHEAP)


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$", "$2b$12$abc", REFERENCE[:-9]])
def test_what_is_no_hash_matches_nothing(stored: str) -> None:
    assert not passwords.matches(stored, "password")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "length"),
        ("eleven char", "length"),
        ("x" * 129, "length"),
        ("Zhang likes the lake", "name"),
        ("by Z H A N G himself", "name"),
    ],
)
def test_short_long_and_telling_passwords_are_refused(password: str, reason: str) -> None:
    with pytest.raises(PasswordError) as refused:
        passwords.check_password(password, name="Zhang")
    assert refused.value.reason == reason


@pytest.mark.parametrize("password", ["twelve chars", "x" * 128, "十二个汉字组成的一句口令呀"])
def test_anything_else_is_taken(password: str) -> None:
    passwords.check_password(password, name="Zhang")
