"""SM2 encryption: the example of GM/T 0003.5-2012, annex C, by both providers and in both forms."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import sm2_ciphertext
from crypto.curves import SM2P256V1
from crypto.errors import KeyMaterialError, SuiteUnavailableError
from crypto.sm2 import Provider, Sm2, Sm2PrivateKey
from crypto.sm2_gmssl import GmsslProvider
from crypto.sm2_libcrypto import LibcryptoProvider

hexa = bytes.fromhex
EXAMPLE = json.loads((Path(__file__).parents[2] / "vectors" / "sm2_sm3.json").read_text())["sm2"][1]
RAW, DER = hexa(EXAMPLE["c1c3c2"]), hexa(EXAMPLE["asn1_gmt0009"])
MESSAGE = EXAMPLE["msg"].encode()
LOADERS: dict[str, Callable[[], Provider]] = {
    "libcrypto": LibcryptoProvider.load,
    "gmssl": GmsslProvider.load,
}


@cache
def by(name: str) -> Sm2:
    """SM2 by the provider of this name, where this machine has it."""
    try:
        provider = LOADERS[name]()
    except SuiteUnavailableError as error:
        pytest.skip(str(error))
    return Sm2(find_provider=lambda: provider)


@pytest.fixture(scope="module", params=sorted(LOADERS))
def scheme(request: pytest.FixtureRequest) -> Sm2:
    return by(request.param)


@cache
def example_key(scheme: Sm2) -> Sm2PrivateKey:
    return scheme.load_key(hexa(EXAMPLE["d"]))


@pytest.fixture(scope="module")
def key(scheme: Sm2) -> Sm2PrivateKey:
    """The key of the standard's example."""
    return example_key(scheme)


def altered(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :]


def test_the_message_of_the_example_is_decrypted(key: Sm2PrivateKey) -> None:
    assert key.decrypt(RAW) == MESSAGE


def test_the_two_forms_of_the_example_are_one() -> None:
    assert sm2_ciphertext.to_der(RAW) == DER
    assert sm2_ciphertext.from_der(DER) == RAW
    assert hexa(EXAMPLE["C1"] + EXAMPLE["C3"] + EXAMPLE["C2"]) == RAW


@pytest.mark.parametrize("size", [1, 16, 32, 33, 254, 255])
def test_a_ciphertext_is_97_bytes_longer(scheme: Sm2, key: Sm2PrivateKey, size: int) -> None:
    ciphertext = scheme.encrypt(key.public_key, bytes(size))
    assert len(ciphertext) == 97 + size
    assert key.decrypt(ciphertext) == bytes(size)


def test_no_message_is_encrypted_twice_alike(scheme: Sm2, key: Sm2PrivateKey) -> None:
    assert len({scheme.encrypt(key.public_key, MESSAGE) for _ in range(8)}) == 8


@pytest.mark.parametrize(("mine", "yours"), [("libcrypto", "gmssl"), ("gmssl", "libcrypto")])
@given(message=st.binary(min_size=1, max_size=255))
def test_one_provider_decrypts_what_the_other_encrypted(
    mine: str, yours: str, message: bytes
) -> None:
    key = example_key(by(yours))
    assert key.decrypt(by(mine).encrypt(key.public_key, message)) == message


@pytest.mark.parametrize("size", [0, 256])
def test_a_message_has_1_to_255_bytes(scheme: Sm2, key: Sm2PrivateKey, size: int) -> None:
    with pytest.raises(KeyMaterialError, match="255"):
        scheme.encrypt(key.public_key, bytes(size))


@pytest.mark.parametrize("public_key", [b"", bytes(65), b"\x04" + bytes(64), RAW[:64]])
def test_nothing_is_encrypted_for_a_point_off_the_curve(scheme: Sm2, public_key: bytes) -> None:
    with pytest.raises(KeyMaterialError):
        scheme.encrypt(public_key, MESSAGE)


@pytest.mark.parametrize("place", range(0, len(RAW), 5))
def test_an_altered_ciphertext_is_refused(key: Sm2PrivateKey, place: int) -> None:
    with pytest.raises(KeyMaterialError):
        key.decrypt(altered(RAW, place))


def test_another_key_does_not_decrypt(scheme: Sm2) -> None:
    with pytest.raises(KeyMaterialError, match="not encrypted for"):
        scheme.generate_key().decrypt(RAW)


def test_the_old_order_of_the_parts_is_refused(key: Sm2PrivateKey) -> None:
    with pytest.raises(KeyMaterialError):
        key.decrypt(hexa(EXAMPLE["C1"] + EXAMPLE["C2"] + EXAMPLE["C3"]))


@given(ciphertext=st.binary(max_size=400))
def test_any_other_bytes_are_refused(ciphertext: bytes) -> None:
    key = example_key(Sm2())
    with pytest.raises(KeyMaterialError):
        key.decrypt(ciphertext)
    with pytest.raises(KeyMaterialError):
        sm2_ciphertext.from_der(ciphertext)


def test_a_short_coordinate_is_written_short_and_read_back_whole() -> None:
    # The points whose X is 1, 2, 3 … hold the rule: X.690, 8.3.2, as few bytes as can be.
    for x in range(1, 40):
        compressed = b"\x02" + x.to_bytes(32, "big")
        try:
            raw = SM2P256V1.decompress(compressed) + bytes(32) + b"\xff"
        except KeyMaterialError:
            continue
        assert hexa("0201") + bytes([x]) in sm2_ciphertext.to_der(raw)
        assert sm2_ciphertext.from_der(sm2_ciphertext.to_der(raw)) == raw


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(DER[:-1], id="cut"),
        pytest.param(DER + b"\x00", id="more-behind"),
        pytest.param(DER.replace(hexa("0420"), hexa("0220"), 1), id="digest-as-integer"),
        pytest.param(hexa("3180") + DER[2:] + hexa("0000"), id="indefinite-length"),
        pytest.param(hexa("30817C") + DER[2:], id="length-not-the-shortest"),
        pytest.param(hexa("3000"), id="empty"),
    ],
)
def test_what_is_no_ciphertext_in_der_is_refused(data: bytes) -> None:
    with pytest.raises(KeyMaterialError):
        sm2_ciphertext.from_der(data)
