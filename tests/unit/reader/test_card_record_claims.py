"""What the signed record says, as claims, as text and as the content of a file."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import EnvelopeError
from crypto.suites import GM, NIST, SUITES
from reader.card_profile.values import (
    CardNumber,
    IdentificationCode,
    RegionCode,
    SocialSecurityNumber,
)
from reader.card_record import (
    CardRecord,
    StatusReference,
    data_digest,
    file_size,
    from_file,
    from_text,
    to_file,
    to_text,
)

CHIP_KEYS = {name: suite.signature.generate_key().public_key for name, suite in SUITES.items()}
START = datetime(2000, 1, 1, tzinfo=UTC)

instants = st.integers(0, 5 * 10**9).map(lambda seconds: START + timedelta(seconds=seconds))
codes = st.builds(
    IdentificationCode.of,
    region=st.integers(0, 999_999).map(lambda number: RegionCode(f"{number:06}")),
    serial=st.binary(min_size=4, max_size=4),
    authentication_code=st.binary(min_size=4, max_size=4),
)


@st.composite
def records(draw: st.DrawFn, suite: str) -> CardRecord:
    shared = draw(st.booleans())
    body = draw(st.integers(0, 9_999_999))
    return CardRecord(
        card_number=CardNumber.of(f"A{body:07}"),
        social_security_number=SocialSecurityNumber("11010519491231002X"),
        name=draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=25)),
        sex=draw(st.sampled_from("129")),
        identification_code=draw(codes),
        data_digest=draw(st.binary(min_size=16, max_size=16)),
        issued_at=draw(instants),
        expires_at=draw(instants),
        status=StatusReference(draw(st.integers(0, 2**32)), draw(st.integers(0, 8191))),
        chip_key=None if shared else CHIP_KEYS[suite],
        chip_key_id=draw(st.binary(min_size=2, max_size=2)) if shared else None,
    )


@given(st.data(), st.sampled_from(sorted(SUITES)))
def test_a_record_comes_back_from_its_claims(data, suite):
    record = data.draw(records(suite))
    assert CardRecord.from_claims(record.claims(SUITES[suite]), SUITES[suite]) == record


def test_claims_of_the_standards_have_their_registered_numbers():
    record = CardRecord(
        card_number=CardNumber.of("A0000001"),
        social_security_number=SocialSecurityNumber("11010519491231002X"),
        name="欧阳娜娜",
        sex="2",
        identification_code=IdentificationCode(
            bytes.fromhex("430100 D156000005 01020304 A1A2A3A4")
        ),
        data_digest=bytes(16),
        issued_at=datetime(2026, 11, 1, tzinfo=UTC),
        expires_at=datetime(2036, 11, 1, tzinfo=UTC),
        status=StatusReference(7, 4711),
        chip_key_id=b"\x01\x01",
    )
    assert record.claims(NIST) == {
        2: str(CardNumber.of("A0000001")),  # sub (RFC 8392, 3.1.2)
        4: 1_793_491_200 + 3_653 * 86_400,  # exp, ten years later
        6: 1_793_491_200,  # iat
        8: {3: b"\x01\x01"},  # cnf: kid (RFC 8747, 3.4)
        -65_537: {
            1: "11010519491231002X",
            2: "欧阳娜娜",
            3: "2",
            4: bytes.fromhex("430100 01020304 A1A2A3A4"),
            5: bytes(16),
            6: [7, 4711],
        },
    }


@pytest.mark.parametrize("suite", [GM, NIST], ids=lambda suite: suite.name)
def test_a_chip_key_is_a_cose_key_with_the_parity_of_y(suite):
    """RFC 9053, 7.1.1: EC2, with y as a sign bit."""
    for _ in range(8):
        key = suite.signature.generate_key().public_key
        record = CardRecord(
            card_number=CardNumber.of("A0000001"),
            social_security_number=SocialSecurityNumber("11010519491231002X"),
            name="张三",
            sex="2",
            identification_code=IdentificationCode(bytes.fromhex("430100D156000005" + 8 * "00")),
            data_digest=bytes(16),
            issued_at=START,
            expires_at=START,
            status=StatusReference(0, 0),
            chip_key=key,
        )
        (cose_key,) = record.claims(suite)[8].values()
        curve = suite.signature.cose_curve
        assert cose_key == {1: 2, -1: curve, -2: key[1:33], -3: bool(key[64] & 1)}


@given(st.binary(max_size=400))
def test_an_envelope_comes_back_from_its_text_and_from_the_file(envelope):
    text = to_text(envelope)
    assert from_text(text) == envelope
    assert text.isascii()
    assert text == text.upper()
    stored = to_file(envelope)
    assert from_file(stored.ljust(1024, b"\x00")) == envelope
    assert file_size(stored[:240]) == len(stored)


@given(st.binary(max_size=60))
def test_any_content_of_the_file_is_an_envelope_or_none(content):
    for given_content in (content, b"\x53" + content):
        assert isinstance(from_file(given_content), bytes)
        assert file_size(given_content) >= 0


@pytest.mark.parametrize("text", ["", "oc1:", "HC1:ABC", "OC2:ABC", "OC1:A", "OC1:a", "OC1:ZZZ:"])
def test_a_text_that_is_none_of_ours(text):
    with pytest.raises(EnvelopeError):
        from_text(text)


def test_the_digest_covers_both_files_in_order():
    assert data_digest(NIST, b"a", b"b") == NIST.digest(b"ab")[:16]
    assert data_digest(GM, b"a", b"b") == GM.digest(b"ab")[:16]
