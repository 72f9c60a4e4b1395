"""Master keys leave a key store for one security module only, wrapped (RFC 3394)."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from crypto.block_ciphers import AES, SM4, TRIPLE_DES
from crypto.diversification import LADDER_SM4
from crypto.errors import KeyMaterialError, UnknownKeyError
from crypto.key_transport import WrappedKey, unwrap, wrap
from crypto.keystore import SoftKeyStore
from crypto.suites import NIST
from tests.key_store import reopened

# RFC 3394, 4.1.
KEK = bytes.fromhex("000102030405060708090A0B0C0D0E0F")
KEY = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
WRAPPED = bytes.fromhex("1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5")
KDD, OTHER_KDD = bytes(range(10)), bytes(range(1, 11))


@pytest.fixture
def issuer(store: SoftKeyStore) -> SoftKeyStore:
    store.create_master_key("IRK", SM4)
    store.create_key_set("psam-transport")
    return store


def test_a_key_is_wrapped_as_the_rfc_shows() -> None:
    assert wrap(KEK, KEY, AES).wrapped == WRAPPED
    assert unwrap(KEK, wrap(KEK, KEY, AES), AES) == KEY


def test_the_check_value_is_the_ciphers() -> None:
    # 3DES of a block of zeros.
    assert wrap(KEK, KEY, TRIPLE_DES).check == TRIPLE_DES.encrypt(KEY, bytes(8))[:3]


@pytest.mark.parametrize("position", [0, 7, 23])
def test_an_altered_key_does_not_open(position: int) -> None:
    altered = bytearray(WRAPPED)
    altered[position] ^= 0x01
    with pytest.raises(KeyMaterialError, match="not wrapped"):
        unwrap(KEK, WrappedKey(bytes(altered), AES.kcv(KEY)), AES)


def test_a_cut_key_and_another_ciphers_check_value_do_not_open() -> None:
    with pytest.raises(KeyMaterialError, match="not wrapped"):
        unwrap(KEK, WrappedKey(WRAPPED[:-1], AES.kcv(KEY)), AES)
    with pytest.raises(KeyMaterialError, match="check value"):
        unwrap(KEK, WrappedKey(WRAPPED, SM4.kcv(KEY)), AES)


def test_the_module_gets_the_very_key_of_the_store(issuer: SoftKeyStore, path: Path) -> None:
    carried = reopened(path).export_wrapped("IRK", under="psam-transport", kdd=KDD)
    dek = issuer.diversify_key_set("psam-transport", KDD).dek
    key = aes_key_unwrap(dek, carried.wrapped)
    factor = b"430000sh"
    assert LADDER_SM4.derive(key, [factor]) == issuer.diversify("IRK", LADDER_SM4, [factor])
    assert carried.check.hex() == issuer.names()[0].check


def test_another_module_cannot_open_it(issuer: SoftKeyStore) -> None:
    carried = issuer.export_wrapped("IRK", under="psam-transport", kdd=KDD)
    with pytest.raises(KeyMaterialError):
        unwrap(issuer.diversify_key_set("psam-transport", OTHER_KDD).dek, carried, SM4)


@pytest.mark.parametrize(
    ("name", "under"),
    [("IRK", "IRK"), ("psam-transport", "psam-transport"), ("IRK", "nobody"), ("nobody", "IRK")],
)
def test_only_master_keys_leave_and_only_under_a_key_set(
    issuer: SoftKeyStore, name: str, under: str
) -> None:
    with pytest.raises(UnknownKeyError):
        issuer.export_wrapped(name, under=under, kdd=KDD)


def test_a_signing_key_does_not_leave(issuer: SoftKeyStore) -> None:
    issuer.create_signing_key("issuer", NIST)
    with pytest.raises(UnknownKeyError):
        issuer.export_wrapped("issuer", under="psam-transport", kdd=KDD)
