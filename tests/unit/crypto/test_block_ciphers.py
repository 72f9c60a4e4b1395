"""Block ciphers against FIPS 197, SP 800-38A/B, GB/T 32907 and GPC B.6; sources in the vectors."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.block_ciphers import AES, SM4, TRIPLE_DES, BlockCipher
from crypto.errors import KeyMaterialError

VECTORS = Path(__file__).parents[2] / "vectors"
CMACS = json.loads((VECTORS / "aes_cmac.json").read_text())["vectors"]
SM4_CASES = json.loads((VECTORS / "sm4.json").read_text())["sm4"]
KEY_CHECKS = [
    case
    for case in json.loads((VECTORS / "scp03.json").read_text())["wrapped_primitives"]
    if case["op"] == "kcv_aes"
]
CIPHERS = [AES, SM4, TRIPLE_DES]
hexa = bytes.fromhex


@pytest.mark.parametrize(
    ("key", "cipher_text"),  # FIPS 197, C.1 to C.3
    [
        ("000102030405060708090a0b0c0d0e0f", "69c4e0d86a7b0430d8cdb78070b4c55a"),
        (
            "000102030405060708090a0b0c0d0e0f1011121314151617",
            "dda97ca4864cdfe06eaf70a0ec0d7191",
        ),
        (
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            "8ea2b7ca516745bfeafc49904b496089",
        ),
    ],
)
def test_aes_encrypts_the_block_of_fips_197(key: str, cipher_text: str) -> None:
    block = hexa("00112233445566778899aabbccddeeff")
    assert AES.encrypt(hexa(key), block) == hexa(cipher_text)
    assert AES.decrypt(hexa(key), hexa(cipher_text)) == block


def test_aes_cbc_starts_every_message_from_its_iv() -> None:
    # SP 800-38A, F.2.1. The second message must not depend on the first.
    aes = AES.keyed(hexa("2b7e151628aed2a6abf7158809cf4f3c"))
    iv = hexa("000102030405060708090a0b0c0d0e0f")
    plain = hexa("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51")
    cipher_text = hexa("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2")
    assert aes.encrypt_cbc(iv, plain) == cipher_text
    assert aes.encrypt_cbc(iv, plain[:16]) == cipher_text[:16]
    assert aes.decrypt_cbc(iv, cipher_text) == plain


def test_a_single_length_key_is_des() -> None:
    # The worked example of many DES tutorials (J. Orlin Grabbe, The DES Algorithm Illustrated).
    key, block = hexa("133457799BBCDFF1"), hexa("0123456789ABCDEF")
    assert TRIPLE_DES.encrypt(key, block) == hexa("85E813540F0AB405")


def test_a_double_length_key_uses_its_first_half_twice() -> None:
    key, block = bytes(range(16)), bytes(8)
    step = TRIPLE_DES.decrypt(key[8:], TRIPLE_DES.encrypt(key[:8], block))
    assert TRIPLE_DES.encrypt(key, block) == TRIPLE_DES.encrypt(key[:8], step)


@pytest.mark.parametrize(
    "case", [case for case in SM4_CASES if case["mode"] in ("ecb", "cbc")], ids=lambda c: c["ct"]
)
def test_sm4_agrees_with_gb_t_32907(case: dict[str, str]) -> None:
    key, plain, cipher_text = hexa(case["key"]), hexa(case["pt"]), hexa(case["ct"])
    if case["mode"] == "ecb":
        assert SM4.encrypt(key, plain) == cipher_text
        assert SM4.decrypt(key, cipher_text) == plain
    else:
        assert SM4.encrypt_cbc(key, hexa(case["iv"]), plain) == cipher_text
        assert SM4.decrypt_cbc(key, hexa(case["iv"]), cipher_text) == plain


def test_sm4_encrypts_a_million_times_over() -> None:
    # CBC over zero blocks encrypts the IV again and again: Annex A, example 2.
    (case,) = (case for case in SM4_CASES if case["mode"] == "ecb-1000000-times")
    chain = SM4.encrypt_cbc(hexa(case["key"]), hexa(case["pt"]), bytes(16_000_000))
    assert chain[-16:] == hexa(case["ct"])


@pytest.mark.parametrize("case", CMACS, ids=lambda c: f"{c['alg']}-{c['mac']}")
def test_cmac_agrees_with_sp_800_38b(case: dict[str, str]) -> None:
    cipher = TRIPLE_DES if case["alg"] == "3des" else AES
    assert cipher.cmac(hexa(case["key"]), hexa(case["msg"])) == hexa(case["mac"])


@pytest.mark.parametrize("case", KEY_CHECKS, ids=lambda c: c["id"])
def test_an_aes_key_is_checked_with_a_block_of_01(case: dict[str, str]) -> None:
    assert AES.kcv(hexa(case["key"])) == hexa(case["kcv"])


def test_3des_and_sm4_keys_are_checked_with_a_block_of_00() -> None:
    key = hexa("404142434445464748494A4B4C4D4E4F")
    assert TRIPLE_DES.kcv(key) == hexa("8BAF47")  # the well-known check value of this test key
    assert SM4.kcv(key) == SM4.encrypt(key, bytes(16))[:3]


@pytest.mark.parametrize("cipher", CIPHERS, ids=lambda cipher: cipher.name)
@given(data=st.data())
def test_what_is_encrypted_is_decrypted(cipher: BlockCipher, data: st.DataObject) -> None:
    key = data.draw(st.binary(min_size=16, max_size=16))
    iv = data.draw(st.binary(min_size=cipher.block_size, max_size=cipher.block_size))
    plain = bytes(cipher.block_size * data.draw(st.integers(0, 5)))
    assert cipher.decrypt(key, cipher.encrypt(key, plain)) == plain
    assert cipher.decrypt_cbc(key, iv, cipher.encrypt_cbc(key, iv, plain)) == plain


@pytest.mark.parametrize("cipher", CIPHERS, ids=lambda cipher: cipher.name)
def test_wrong_sizes_are_refused(cipher: BlockCipher) -> None:
    key, size = bytes(16), cipher.block_size
    for refused in (
        lambda: cipher.encrypt(bytes(15), bytes(size)),
        lambda: cipher.cmac(b"", b""),
        lambda: cipher.encrypt(key, bytes(size + 1)),
        lambda: cipher.decrypt(key, bytes(size - 1)),
        lambda: cipher.encrypt_cbc(key, bytes(size), bytes(1)),
        lambda: cipher.decrypt_cbc(key, bytes(size - 1), bytes(size)),
    ):
        with pytest.raises(KeyMaterialError):
            refused()


def test_a_key_does_not_print() -> None:
    keyed = AES.keyed(b"sixteen secret b")
    assert "secret" not in repr(keyed)
