"""PIN blocks of format 2, against published ones (psec, see the vector file's source)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import pin_blocks
from crypto.errors import KeyMaterialError

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "pin_blocks.json").read_text())
FORMAT_2 = [vector for vector in VECTORS["vectors"] if vector["format"] == 2]
OTHERS = [vector for vector in VECTORS["vectors"] if vector["format"] in {0, 3}]


@pytest.mark.parametrize("vector", FORMAT_2, ids=lambda vector: vector["block"])
def test_published_blocks(vector):
    block = bytes.fromhex(vector["block"])
    assert pin_blocks.encode(vector["pin"]) == block
    assert pin_blocks.decode(block) == vector["pin"]


@pytest.mark.parametrize("vector", OTHERS, ids=lambda vector: vector["block"])
def test_blocks_of_other_formats_are_refused(vector):
    with pytest.raises(KeyMaterialError):
        pin_blocks.decode(bytes.fromhex(vector["block"]))


@given(st.binary(max_size=10))
def test_any_bytes_are_a_pin_or_refused(block):
    try:
        pin = pin_blocks.decode(block)
    except KeyMaterialError:
        return
    assert pin_blocks.encode(pin) == block


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12 4", "１２３４", "12a4"])
def test_what_is_no_pin_is_refused_and_not_repeated(pin):
    for make in (pin_blocks.encode, pin_blocks.pack):
        with pytest.raises(KeyMaterialError) as refused:
            make(pin)
        assert not pin or pin not in str(refused.value)


@pytest.mark.parametrize(("pin", "packed"), [("123456", "123456"), ("12345", "12345F")])
def test_the_card_takes_packed_digits(pin, packed):
    assert pin_blocks.pack(pin).hex().upper() == packed
