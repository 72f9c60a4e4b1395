"""Points of the two curves in and out of bytes (SEC 1, 2.3)."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from crypto.curves import P256, SM2_GENERATOR, SM2P256V1, Curve
from crypto.errors import KeyMaterialError
from crypto.suites import GM, NIST, compress, decompress

VECTORS = Path(__file__).parents[2] / "vectors"
SM2_EXAMPLES = {one["id"]: one for one in json.loads((VECTORS / "sm2_sm3.json").read_text())["sm2"]}
CURVES = pytest.mark.parametrize("curve", [SM2P256V1, P256], ids=lambda curve: curve.name)


def test_the_sm2_generator_has_order_n() -> None:
    assert SM2P256V1.contains(SM2_GENERATOR)
    minus_generator = SM2P256V1.multiply(SM2P256V1.n - 1, SM2_GENERATOR)
    assert SM2P256V1.add(SM2_GENERATOR, minus_generator) is None


def test_multiples_of_the_generator_are_those_of_the_standard() -> None:
    example = SM2_EXAMPLES["gmt0003.5-A-sign"]
    point = SM2P256V1.multiply(int(example["d"], 16), SM2_GENERATOR)
    assert point is not None
    assert SM2P256V1.encode(point).hex().upper() == example["pub"]


@given(st.integers(1, P256.n - 1))
def test_p256_points_are_compressed_as_cryptography_does(scalar: int) -> None:
    key = ec.derive_private_key(scalar, ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    compressed = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    assert (compress(NIST, point), decompress(NIST, compressed)) == (compressed, point)


def test_an_sm2_point_survives_compression() -> None:
    point = bytes.fromhex(SM2_EXAMPLES["gmt0003.5-A-sign"]["pub"])
    assert compress(GM, point) == b"\x03" + point[1:33]
    assert decompress(GM, compress(GM, point)) == point


def test_the_example_on_another_curve_is_refused() -> None:
    # Libraries were found that try the example of part 2 on the recommended curve.
    point = bytes.fromhex(SM2_EXAMPLES["gmt0003.2-A.2-sign-testcurve"]["pub"])
    with pytest.raises(KeyMaterialError, match="not a point"):
        SM2P256V1.decode(point)


@CURVES
def test_a_coordinate_above_the_field_is_refused(curve: Curve) -> None:
    # X + p, where it fits 32 bytes, names the same field element a second time.
    for x in range(1, 200):
        if x + curve.p < 1 << 256:
            with pytest.raises(KeyMaterialError):
                curve.decompress(b"\x02" + (x + curve.p).to_bytes(32, "big"))


@CURVES
@given(data=st.binary(max_size=70))
def test_any_bytes_are_a_point_or_refused(curve: Curve, data: bytes) -> None:
    for read, write in (
        (lambda: curve.encode(curve.decode(data)), bytes),
        (lambda: curve.decompress(data), curve.compress),
    ):
        try:
            point = read()
        except KeyMaterialError:
            continue
        assert write(point) == data


@CURVES
@given(x=st.binary(min_size=32, max_size=32), parity=st.sampled_from([2, 3]))
def test_what_is_decompressed_lies_on_the_curve(curve: Curve, x: bytes, parity: int) -> None:
    try:
        point = curve.decompress(bytes([parity]) + x)
    except KeyMaterialError:
        return
    assert curve.compress(point) == bytes([parity]) + x
