"""Files that are signed by one house and encrypted to another (RFC 5652)."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import cms, cms_enveloped, cms_signed
from crypto.certificates import load_certificate
from crypto.cms_errors import (
    CertificateError,
    CmsContentError,
    CmsError,
    CmsFormatError,
    CmsRecipientError,
    CmsSignerError,
)
from crypto.cms_keys import DecryptionIdentity, SigningIdentity, load_private_key
from crypto.cms_self_signed import self_signed
from crypto.suites import GM, NIST
from tests.certificates import House, certificate, house
from tests.signer import MemorySigner

AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
CONTENT = "卡数据".encode() * 20
ISSUER, BUREAU = house("Issuer 371700"), house("Bureau A")
RSA_HOUSE = house("Bureau with RSA", bits=2048)


def sealed(content: bytes = CONTENT, *, by: House = ISSUER, to: House = BUREAU) -> bytes:
    return cms.seal(content, signer=by.signing, recipient=to.certificate, at=AT)


def opened(data: bytes, *, by: House = BUREAU, signer: House = ISSUER) -> cms.Signed:
    return cms.open_sealed(data, recipient=by.opening, signer=signer.certificate, at=AT)


SEALED = sealed()
SIGNED = cms_signed.sign(CONTENT, ISSUER.signing, at=AT)


@pytest.mark.parametrize("recipient", [BUREAU, RSA_HOUSE], ids=["ECDH", "RSA"])
@pytest.mark.parametrize("signer", [ISSUER, RSA_HOUSE], ids=["ECDSA", "RSA"])
def test_the_recipient_reads_what_the_signer_wrote(signer: House, recipient: House) -> None:
    found = opened(sealed(by=signer, to=recipient), by=recipient, signer=signer)
    assert (found.content, found.signer, found.signed_at) == (CONTENT, signer.certificate, AT)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_content_comes_back(content: bytes) -> None:
    assert opened(sealed(content)).content == content


def test_nothing_of_the_content_is_readable_on_the_way() -> None:
    assert CONTENT[:9] not in SEALED


def test_the_same_content_never_looks_the_same() -> None:
    assert sealed() != SEALED


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_wherever_it_is(place: int, change: int) -> None:
    data = bytearray(SEALED)
    data[place] ^= change
    with pytest.raises(CmsError):
        opened(bytes(data))


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_a_changed_byte_below_the_encryption_is_refused_too(place: int, change: int) -> None:
    data = bytearray(SIGNED)
    data[place] ^= change
    encrypted = cms_enveloped.encrypt(bytes(data), BUREAU.certificate)
    with pytest.raises(CmsError):
        opened(encrypted)


@given(st.integers(0, len(SEALED) - 1))
def test_a_file_that_was_cut_is_refused(size: int) -> None:
    with pytest.raises(CmsFormatError):
        opened(SEALED[:size])


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(CmsFormatError):
        opened(data)
    with pytest.raises(CmsError):
        cms_signed.verify(SIGNED[:30] + data, pinned=ISSUER.certificate, at=AT)


def test_bytes_behind_the_file_are_refused() -> None:
    with pytest.raises(CmsFormatError):
        opened(SEALED + b"\0")


def test_another_recipient_cannot_open_it() -> None:
    with pytest.raises(CmsRecipientError, match="CN=Bureau B"):
        opened(SEALED, by=house("Bureau B"))


def test_another_signer_is_named() -> None:
    with pytest.raises(CmsSignerError, match="CN=Stranger, which is neither the pinned one"):
        opened(sealed(by=house("Stranger")))


def test_a_certificate_of_the_same_name_does_not_make_a_signer() -> None:
    double = House(house("Other").key, certificate(house("Other").key, "Issuer 371700"))
    with pytest.raises(CmsSignerError):
        opened(sealed(by=double))


def test_a_signer_whose_certificate_the_pinned_authority_issued_is_taken() -> None:
    below = house("Bureau below", issued_by="Authority")
    assert opened(sealed(by=below), signer=house("Authority", authority=True)).content == CONTENT


def test_a_house_cannot_issue_certificates_for_others() -> None:
    key = house("Stranger").key
    below = House(key, certificate(key, "Stranger", above=BUREAU))
    with pytest.raises(CmsSignerError):
        opened(sealed(by=below), signer=BUREAU)


def test_a_signature_with_a_certificate_that_has_ended_is_refused() -> None:
    with pytest.raises(CmsSignerError, match="is valid 2020-01-01 – 2049-01-01 only"):
        cms.open_sealed(
            SEALED,
            recipient=BUREAU.opening,
            signer=ISSUER.certificate,
            at=AT + 30 * YEAR,
        )


def test_nothing_is_encrypted_to_a_certificate_that_has_ended() -> None:
    ended = house("Ended", last_day=AT - timedelta(days=1))
    with pytest.raises(CertificateError, match="CN=Ended is valid"):
        sealed(to=ended)


def test_nothing_is_encrypted_to_a_certificate_that_only_signs() -> None:
    with pytest.raises(CertificateError, match="does not allow encrypting"):
        sealed(to=house("Signs only", usage=("digital_signature",)))


def test_a_certificate_that_only_encrypts_signs_nothing() -> None:
    with pytest.raises(CmsSignerError, match="does not allow signing"):
        sealed(by=house("Reads only", usage=("key_agreement",)))


def test_content_exchanged_for_other_signed_content_is_refused() -> None:
    other = SIGNED.replace(CONTENT, CONTENT[:-1] + b"\0")
    with pytest.raises(CmsContentError):
        cms_signed.verify(other, pinned=ISSUER.certificate, at=AT)


def test_what_is_only_encrypted_is_refused() -> None:
    with pytest.raises(CmsFormatError):
        opened(cms_enveloped.encrypt(CONTENT, BUREAU.certificate))


def test_a_key_of_a_key_store_signs() -> None:
    signer = MemorySigner()
    key = house("Key store").key
    signer._key = NIST.signature.load_key(key.private_numbers().private_value.to_bytes(32, "big"))
    signer.public_key = signer._key.public_key
    identity = SigningIdentity.of_signer(signer, house("Key store").certificate)
    data = cms.seal(CONTENT, signer=identity, recipient=BUREAU.certificate, at=AT)
    assert opened(data, signer=house("Key store")).content == CONTENT


def test_a_key_of_a_key_store_needs_the_certificate_of_its_own() -> None:
    with pytest.raises(CertificateError, match="not that of the certificate of CN=Issuer 371700"):
        SigningIdentity.of_signer(MemorySigner(), ISSUER.certificate)


def test_an_sm2_key_does_not_sign_such_files() -> None:
    signer = MemorySigner()
    signer.suite = GM
    with pytest.raises(CertificateError, match="of the suite GM"):
        SigningIdentity.of_signer(signer, ISSUER.certificate)


def test_key_and_certificate_must_be_a_pair() -> None:
    with pytest.raises(CertificateError):
        DecryptionIdentity.of_key(ISSUER.key, BUREAU.certificate)


def test_a_key_file_is_opened_by_its_password_alone() -> None:
    pem = BUREAU.pem("quiet words")
    assert load_private_key(pem, "quiet words").public_key() == BUREAU.key.public_key()
    for password in ("wrong words", None):
        with pytest.raises(CertificateError, match="password"):
            load_private_key(pem, password)


def test_large_content_comes_back() -> None:
    content = os.urandom(3_000_000)
    assert opened(sealed(content)).content == content


def test_a_key_of_a_key_store_can_have_a_certificate_of_its_own() -> None:
    signer = MemorySigner()
    made = load_certificate(
        self_signed(signer, "发卡机构 371700", serial=bytes(16), not_before=AT, not_after=AT + YEAR)
    )
    assert (made.common_name, made.not_before, made.not_after) == ("发卡机构 371700", AT, AT + YEAR)
    data = cms.seal(
        CONTENT,
        signer=SigningIdentity.of_signer(signer, made),
        recipient=BUREAU.certificate,
        at=AT,
    )
    assert cms.open_sealed(data, recipient=BUREAU.opening, signer=made, at=AT).content == CONTENT


def test_a_certificate_for_signatures_is_none_to_encrypt_to() -> None:
    made = load_certificate(
        self_signed(MemorySigner(), "x", serial=bytes(16), not_before=AT, not_after=AT + YEAR)
    )
    with pytest.raises(CertificateError):
        cms.seal(CONTENT, signer=ISSUER.signing, recipient=made, at=AT)
