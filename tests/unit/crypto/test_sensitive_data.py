"""Keys and secrets under the Key-DEK (GPC Amendment D, 6.2.8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.block_ciphers import AES
from crypto.errors import KeyMaterialError
from crypto.sensitive_data import decrypt_data, encrypt_data, unwrap_key, wrap_key

DEK = bytes(range(32, 48))


@pytest.mark.parametrize("size", [16, 24, 32])
def test_a_key_is_wrapped_in_whole_blocks(size: int) -> None:
    key = bytes(range(size))
    wrapped = wrap_key(DEK, key)
    assert len(wrapped) == -(-size // 16) * 16
    assert wrapped[:16] == AES.encrypt(DEK, key[:16])  # the IV is zero
    assert unwrap_key(DEK, wrapped, size) == key


def test_a_24_byte_key_may_be_padded_with_anything() -> None:
    key, padding = bytes(range(24)), b"anything"
    wrapped = AES.encrypt_cbc(DEK, bytes(16), key + padding)
    assert unwrap_key(DEK, wrapped, 24) == key


@pytest.mark.parametrize(("wrapped", "size"), [(16, 32), (32, 16), (15, 16), (48, 32), (0, 16)])
def test_a_key_of_another_size_is_refused(wrapped: int, size: int) -> None:
    with pytest.raises(KeyMaterialError):
        unwrap_key(DEK, bytes(wrapped), size)


@given(data=st.binary(max_size=100))
def test_data_is_encrypted_and_decrypted(data: bytes) -> None:
    encrypted = encrypt_data(DEK, data)
    assert len(encrypted) == (len(data) // 16 + 1) * 16
    assert decrypt_data(DEK, encrypted) == data


def test_data_is_padded_before_it_is_encrypted() -> None:
    assert encrypt_data(DEK, b"PIN") == AES.encrypt(DEK, b"PIN\x80" + bytes(12))


@given(encrypted=st.binary(max_size=64))
def test_any_bytes_give_data_or_our_error(encrypted: bytes) -> None:
    try:
        data = decrypt_data(DEK, encrypted)
    except KeyMaterialError:
        return
    assert len(data) < len(encrypted)
