"""CBOR with one encoding per value (RFC 8949, 4.2.1), against appendix A and against cbor2."""

import cbor2
import pytest
from cbor2 import CBORTag
from hypothesis import given
from hypothesis import strategies as st

from crypto import cbor
from crypto.errors import EnvelopeError

# RFC 8949, appendix A, as far as it is deterministic and of these types.
APPENDIX_A = [
    (0, "00"),
    (10, "0a"),
    (23, "17"),
    (24, "1818"),
    (100, "1864"),
    (1000, "1903e8"),
    (1000000, "1a000f4240"),
    (1000000000000, "1b000000e8d4a51000"),
    (18446744073709551615, "1bffffffffffffffff"),
    (-18446744073709551616, "3bffffffffffffffff"),
    (-1, "20"),
    (-100, "3863"),
    (-1000, "3903e7"),
    (False, "f4"),
    (True, "f5"),
    (None, "f6"),
    (b"", "40"),
    (bytes.fromhex("01020304"), "4401020304"),
    ("", "60"),
    ("IETF", "6449455446"),
    ("ü", "62c3bc"),
    ("水", "63e6b0b4"),
    ([], "80"),
    ([1, [2, 3], [4, 5]], "8301820203820405"),
    ({}, "a0"),
    ({1: 2, 3: 4}, "a201020304"),
    ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
]
REFUSED = {
    "nothing": "",
    "cut-short": "43 01 02",
    "count-without-items": "9a 7f ff ff ff",
    "map-count-without-items": "bb 7f ff ff ff ff ff ff ff",
    "bytes-after-the-end": "00 00",
    "number-in-two-bytes-for-one": "18 17",
    "number-in-three-bytes-for-two": "19 00 ff",
    "number-in-five-bytes-for-three": "1a 00 00 ff ff",
    "number-in-nine-bytes-for-five": "1b 00 00 00 00 ff ff ff ff",
    "length-in-more-bytes-than-needed": "58 01 00",
    "indefinite-bytes": "5f 41 00 ff",
    "indefinite-array": "9f ff",
    "indefinite-map": "bf ff",
    "break-alone": "ff",
    "reserved-argument": "1c",
    "half-float": "f9 3c 00",
    "double-float": "fb 3f f1 99 99 99 99 99 9a",
    "undefined": "f7",
    "simple-value-in-two-bytes": "f8 20",
    "not-utf-8": "61 ff",
    "keys-out-of-order": "a2 03 00 01 00",
    "keys-in-the-old-canonical-order": "a2 20 00 18 64 00",
    "key-repeated": "a2 01 00 01 00",
    "array-as-a-key": "a1 80 00",
    "false-as-a-key": "a1 f4 00",
    "nested-too-deeply": "81" * 9 + "00",
}

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 64), (1 << 64) - 1)
    | st.binary(max_size=300)
    | st.text(max_size=100)
)
keys = st.integers(-(1 << 64), (1 << 64) - 1) | st.binary(max_size=30) | st.text(max_size=30)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=6,
)


@pytest.mark.parametrize(("value", "encoded"), APPENDIX_A)
def test_the_examples_of_the_rfc(value: object, encoded: str) -> None:
    assert cbor.encode(value).hex() == encoded
    assert cbor.decode(bytes.fromhex(encoded)) == value


def test_a_tag_is_kept() -> None:
    # RFC 8949, appendix A: an epoch time stays a tagged number here.
    assert cbor.decode(bytes.fromhex("c1 1a 51 4b 67 b0")) == CBORTag(1, 1363896240)


def test_map_keys_stand_in_the_order_of_their_bytes() -> None:
    # RFC 8949, 4.2.1: 10, 100, -1, "z", "aa".
    unordered = {"aa": 0, -1: 0, "z": 0, 100: 0, 10: 0}
    assert cbor.encode(unordered).hex() == "a50a0018640020 00617a0062616100".replace(" ", "")


@pytest.mark.parametrize("encoded", REFUSED.values(), ids=REFUSED)
def test_bytes_that_no_encoder_of_ours_writes_are_refused(encoded: str) -> None:
    with pytest.raises(EnvelopeError):
        cbor.decode(bytes.fromhex(encoded))


@pytest.mark.parametrize(
    "value",
    [1.5, 1 << 64, -(1 << 64) - 1, {True: 0}, {(1, 2): 0}, {1.5: 0}, object(), "\ud800", {1}],
)
def test_a_value_that_a_record_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(EnvelopeError):
        cbor.encode(value)


def test_the_deepest_value_is_written_and_read() -> None:
    deepest = bytes.fromhex("81" * 8 + "00")
    assert cbor.encode(cbor.decode(deepest)) == deepest


def test_an_endless_value_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(EnvelopeError):
        cbor.encode(endless)


@given(values)
def test_values_survive_and_cbor2_reads_them(value: object) -> None:
    try:
        encoded = cbor.encode(value)
    except EnvelopeError as error:
        assert "deeply" in str(error)  # noqa: PT017
        return
    assert cbor.decode(encoded) == value
    assert cbor2.loads(encoded) == value


@given(st.binary(max_size=64))
def test_any_bytes_are_one_value_or_refused(data: bytes) -> None:
    try:
        value = cbor.decode(data)
    except EnvelopeError:
        return
    assert cbor.encode(value) == data
