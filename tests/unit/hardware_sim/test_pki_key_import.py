"""The PKI application: an encryption pair comes in an envelope."""

import pytest

from crypto.key_envelope import seal
from tests.pki_desk import SUITES, Desk, import_pair


@pytest.fixture(params=sorted(SUITES))
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(request.param)


def test_an_encryption_pair_comes_in_an_envelope(desk):
    signing = desk.signing_key()
    pair = desk.suite.signature.generate_key()
    envelope = seal(desk.suite, signing, pair, bytes(range(16)))
    assert import_pair(desk, envelope) == [0x9000] * 4
    desk.sw("00 A4 00 00 02 00 14")
    assert desk.send("00 B0 00 00 42")[0] == b"\xca\x40" + pair.public_key[1:]
    letter = seal(desk.suite, pair.public_key, pair, bytes(range(16, 32))).wrapped_key
    assert desk.decrypt(0x0015, letter) == (bytes(range(16, 32)), 0x9000)
    assert desk.decrypt(0x0013, letter) == (b"", 0x6A80)
    assert desk.decrypt(0x0012, letter) == (b"", 0x6A88)


def test_a_pair_that_does_not_fit_is_not_taken(desk):
    signing = desk.signing_key()
    pair, other = (desk.suite.signature.generate_key() for _ in range(2))
    envelope = seal(desk.suite, signing, pair, bytes(range(16)))
    wrong = type(envelope)(envelope.wrapped_key, other.public_key, envelope.encrypted_scalar)
    assert import_pair(desk, wrong) == [0x9000, 0x9000, 0x9000, 0x6A80]
    assert desk.card.persistent.pki.encryption_key == b""


def test_an_import_keeps_its_order(desk):
    public = b"\x80\xc2\x40\x00\x46\xc0\x02\x00\x14\xca\x40" + bytes(64)
    private = b"\x80\xc2\xc0\x01\x26\xc2\x02\x00\x15\xcb\x20" + bytes(32)
    desk.login()
    assert desk.sw(public) == 0x6985
    assert desk.sw(b"\x80\x4a\x02\x10\x12\xc1\x10" + bytes(16)) == 0x9000
    assert desk.sw(private) == 0x6985
    assert desk.sw(public.replace(b"\x00\x14", b"\x00\x12")) == 0x6A88
    assert desk.sw("80 C2 40 01 06 C0 02 00 14 CA 00") == 0x6A86
    assert desk.sw("80 C2 40 00 06 C0 02 00 14 CA 00") == 0x6A80
    assert desk.sw("80 4A 02 10 03 C1 01 00") == 0x6A80


def test_a_wrong_login_in_the_middle_ends_an_import(desk):
    desk.login()
    desk.sw(b"\x80\x4a\x02\x10\x12\xc1\x10" + bytes(16))
    desk.login("654321")
    public = b"\x80\xc2\x40\x00\x46\xc0\x02\x00\x14\xca\x40" + bytes(64)
    assert desk.sw(public) == 0x6982
