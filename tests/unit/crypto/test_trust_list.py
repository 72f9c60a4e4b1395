"""The list of trusted public keys as a text file."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import KeyMaterialError, TrustListError
from crypto.suites import GM, NIST
from crypto.trust import PRESENCE, RECORD, TrustedKey, TrustList

# GM/T 0003.5-2012, annex A, and RFC 8392, A.2.3.
SM2_POINT = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
P256_POINT = bytes.fromhex(
    "04143329CCE7868E416927599CF65A34F3CE2FFDA55A7ECA69ED8919A394D42F0F"
    "60F7F1A780D8A783BFB7A2DD6B2796E8128DBBCEF9D3D168DB9529971A36E7B9"
)
OLD = TrustedKey(
    name="省厅 2020",
    suite=GM,
    public_key=SM2_POINT,
    not_before=date(2020, 1, 1),
    not_after=date(2029, 12, 31),
)
NEW = TrustedKey(name="issuer", suite=NIST, public_key=P256_POINT)
LIST = TrustList([OLD, NEW])


def _changed(**fields: Any) -> str:
    document = json.loads(LIST.dumps())
    document["keys"][0].update(fields)
    return json.dumps(document)


def test_a_list_survives_its_text() -> None:
    assert TrustList.loads(LIST.dumps()) == LIST


def test_a_public_key_in_full_is_read_too() -> None:
    assert TrustList.loads(_changed(public_key=SM2_POINT.hex())) == LIST


def test_a_key_is_found_by_its_kid() -> None:
    assert LIST.find(NEW.kid) == (NEW,)
    assert LIST.find(bytes(8)) == ()


def test_keys_that_share_a_kid_are_all_found() -> None:
    again = TrustedKey(name="again", suite=NIST, public_key=P256_POINT)
    assert TrustList([NEW, again]).find(NEW.kid) == (NEW, again)


def test_joining_keeps_one_of_each_key() -> None:
    assert TrustList([NEW]).joined_with(LIST) == TrustList([NEW, OLD])


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2029, 12, 31), True),
        (date(2030, 1, 1), False),
    ],
)
def test_a_key_is_valid_on_its_first_and_last_day(day: date, valid: bool) -> None:
    assert OLD.valid_on(day) is valid


def test_a_key_without_limits_is_always_valid() -> None:
    assert NEW.valid_on(date.min)
    assert NEW.valid_on(date.max)


def test_a_point_of_the_other_curve_is_refused() -> None:
    with pytest.raises(KeyMaterialError):
        TrustedKey(name="x", suite=NIST, public_key=SM2_POINT)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("[]", id="an-array"),
        pytest.param("[" * 100_000, id="nested-without-end"),
        pytest.param('{"format": "onecard-trust", "version": 2, "keys": []}', id="version-2"),
        pytest.param('{"format": "onecard-trust", "version": 1}', id="no-keys"),
        pytest.param('{"format": "onecard-trust", "version": 1, "keys": [5]}', id="key-is-number"),
        pytest.param(_changed(suite="RSA"), id="unknown-suite"),
        pytest.param(_changed(suite=5), id="suite-is-number"),
        pytest.param(_changed(kid="00" * 8), id="kid-of-another-key"),
        pytest.param(_changed(public_key=P256_POINT.hex()), id="key-of-another-curve"),
        pytest.param(_changed(public_key="02" + "ff" * 32), id="no-point"),
        pytest.param(_changed(public_key="zz"), id="no-hexadecimal"),
        pytest.param(_changed(public_key=None), id="no-text"),
        pytest.param(_changed(use=5), id="use-is-number"),
        pytest.param(_changed(not_after="soon"), id="no-day"),
        pytest.param(_changed(not_after=5), id="day-is-number"),
    ],
)
def test_a_text_that_is_no_trust_list_is_refused(text: str) -> None:
    with pytest.raises(TrustListError):
        TrustList.loads(text)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_list_or_refused(data: bytes) -> None:
    try:
        found = TrustList.loads(data)
    except TrustListError:
        return
    assert TrustList.loads(found.dumps()) == found


def test_a_key_is_found_for_its_use_alone() -> None:
    present = replace(NEW, use=PRESENCE)
    trust = TrustList.loads(TrustList([present, OLD]).dumps())
    assert trust.find(present.kid) == ()
    assert trust.find(present.kid, use=PRESENCE) == (present,)
    assert trust.find(OLD.kid, use=PRESENCE) == ()


def test_a_list_without_uses_is_one_of_record_keys() -> None:
    document = json.loads(LIST.dumps())
    assert all("use" not in key for key in document["keys"])
    assert {key.use for key in TrustList.loads(json.dumps(document))} == {RECORD}


def test_a_use_that_is_not_known_here_is_never_found() -> None:
    trust = TrustList.loads(_changed(use="tomorrow"))
    first = next(iter(trust))
    assert first.use == "tomorrow"
    assert trust.find(first.kid) == ()
