"""Key envelopes as authorities hand them over: one envelope in two published forms."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import KeyMaterialError
from crypto.key_envelope import open_envelope, seal
from crypto.key_envelope_forms import from_blob, from_der, to_blob, to_der
from crypto.suites import GM, NIST

VECTOR = json.loads((Path(__file__).parents[2] / "vectors" / "key_envelopes.json").read_text())
DER, BLOB = bytes.fromhex(VECTOR["der"]), bytes.fromhex(VECTOR["blob"])


def test_both_published_forms_hold_the_same_envelope() -> None:
    assert from_der(DER) == from_blob(BLOB)
    assert to_blob(from_der(DER)) == BLOB


def test_the_parts_are_where_card_writing_programs_cut_them() -> None:
    # Offsets and sizes in bytes of the six values that such programs take out of the record.
    taken = from_blob(BLOB)
    assert taken.encrypted_scalar == BLOB[44:76]
    assert taken.public_key == b"\x04" + BLOB[112:144] + BLOB[176:208]
    assert taken.wrapped_key == BLOB[240:272] + BLOB[304:336] + BLOB[336:368] + BLOB[372:388]


def test_a_high_bit_is_written_with_00_in_front() -> None:
    ours = to_der(from_blob(BLOB))
    assert ours == DER.replace(
        bytes.fromhex("3081ed300a06082a811ccf5501680130780220a9"),
        bytes.fromhex("3081ef300a06082a811ccf55016801307a022100a9"),
    ).replace(bytes.fromhex("0220c6"), bytes.fromhex("022100c6"))
    assert from_der(ours) == from_blob(BLOB)


def test_an_envelope_opens_after_the_way_through_either_form() -> None:
    card_key, pair = GM.signature.generate_key(), GM.signature.generate_key()
    sealed = seal(GM, card_key.public_key, pair, bytes(range(16)))
    for received in (from_der(to_der(sealed)), from_blob(to_blob(sealed))):
        assert open_envelope(GM, card_key, received).scalar() == pair.scalar()


def test_zeros_that_were_encrypted_with_the_key_are_passed_over() -> None:
    card_key, pair = GM.signature.generate_key(), GM.signature.generate_key()
    sealed = seal(GM, card_key.public_key, pair, bytes(range(16)))
    filled = GM.cipher.encrypt(bytes(range(16)), bytes(32) + pair.scalar())
    blob = to_blob(sealed)
    blob = blob[:12] + filled + blob[76:]
    assert open_envelope(GM, card_key, from_blob(blob)).scalar() == pair.scalar()
    longer = to_der(replace(sealed, encrypted_scalar=filled))
    assert open_envelope(GM, card_key, from_der(longer)).scalar() == pair.scalar()


def test_the_algorithm_may_be_sm4_and_have_no_parameters_or_null() -> None:
    for identifier in ("300906072a811ccf550168", "300c06082a811ccf550168010500"):
        algorithm = bytes.fromhex(identifier)
        content = algorithm + DER[3 + 12 :]
        assert from_der(b"\x30\x81" + bytes([len(content)]) + content) == from_blob(BLOB)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(DER.replace(b"\x01\x68\x01", b"\x01\x68\x02"), id="sm4-in-cbc"),
        pytest.param(DER[:-1], id="cut"),
        pytest.param(DER + b"\x00", id="more-behind"),
        pytest.param(DER.replace(b"\x03\x42\x00\x04", b"\x03\x42\x01\x04"), id="bits-unused"),
        pytest.param(DER.replace(b"\x03\x42\x00\x04\x15", b"\x03\x42\x00\x04\x16"), id="off-curve"),
        pytest.param(b"", id="empty"),
    ],
)
def test_another_record_in_der_is_refused(data: bytes) -> None:
    with pytest.raises(KeyMaterialError):
        from_der(data)


@pytest.mark.parametrize(
    ("offset", "value"),
    [(0, 2), (4, 2), (8, 128), (76, 128), (112, 0xFF), (368, 32)],
    ids=["version", "algorithm", "bits", "public-bits", "off-curve", "cipher-size"],
)
def test_another_record_in_fields_is_refused(offset: int, value: int) -> None:
    with pytest.raises(KeyMaterialError):
        from_blob(BLOB[:offset] + bytes([value]) + BLOB[offset + 1 :])


def test_an_envelope_of_the_other_suite_has_no_such_form() -> None:
    key = NIST.signature.generate_key()
    sealed = seal(NIST, key.public_key, NIST.signature.generate_key(), bytes(16))
    for form in (to_der, to_blob):
        with pytest.raises(KeyMaterialError):
            form(sealed)


@given(data=st.binary(max_size=400) | st.binary(min_size=388, max_size=388))
def test_any_bytes_are_an_envelope_or_refused(data: bytes) -> None:
    for form in (from_der, from_blob):
        with pytest.raises(KeyMaterialError):
            form(data)


@given(place=st.integers(0, len(DER) - 1), value=st.integers(0, 255))
def test_one_other_byte_gives_an_envelope_or_a_refusal(place: int, value: int) -> None:
    try:
        changed = from_der(DER[:place] + bytes([value]) + DER[place + 1 :])
    except KeyMaterialError:
        return
    assert len(changed.encrypted_scalar) == 32
