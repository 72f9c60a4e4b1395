"""What is computed for many cards in one call is what each would get alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.block_ciphers import AES, SM4, TRIPLE_DES, BlockCipher
from crypto.diversification import LADDER_3DES, LADDER_SM4, SP800_108, Diversification
from crypto.errors import KeyMaterialError
from crypto.suites import GM, NIST, Suite

KEY = bytes(range(16))
FACTOR = st.binary(min_size=8, max_size=8)


@pytest.mark.parametrize("cipher", [AES, SM4, TRIPLE_DES], ids=lambda cipher: cipher.name)
@given(
    before=st.binary(max_size=20),
    size=st.integers(1, 20),
    after=st.binary(max_size=20),
    data=st.data(),
)
def test_the_macs_of_many_messages(
    cipher: BlockCipher, before: bytes, size: int, after: bytes, data: st.DataObject
) -> None:
    middle = st.binary(min_size=size, max_size=size)
    middles = data.draw(st.lists(middle, max_size=5))
    expected = b"".join(cipher.cmac(KEY, before + one + after) for one in middles)
    assert cipher.keyed(KEY).cmac_many(before, b"".join(middles), size, after) == expected


def test_messages_of_two_sizes_are_refused() -> None:
    with pytest.raises(KeyMaterialError):
        AES.keyed(KEY).cmac_many(b"", b"abc", 2, b"")


@pytest.mark.parametrize("ladder", [LADDER_3DES, LADDER_SM4, SP800_108], ids=lambda one: one.name)
@given(above=st.lists(FACTOR, max_size=2), cards=st.lists(FACTOR, max_size=6))
def test_the_keys_of_many_cards(
    ladder: Diversification, above: list[bytes], cards: list[bytes]
) -> None:
    expected = b"".join(ladder.derive(KEY, [*above, card], b"IRK") for card in cards)
    assert ladder.derive_many(KEY, above, b"".join(cards), b"IRK") == expected


def test_a_factor_that_was_cut_is_refused() -> None:
    with pytest.raises(KeyMaterialError):
        LADDER_SM4.derive_many(KEY, [], b"1234567")


@pytest.mark.parametrize("suite", [NIST, GM], ids=lambda suite: suite.name)
def test_a_pair_made_for_a_card_fits_together(suite: Suite) -> None:
    for _ in range(20):
        scalar, point = suite.signature.generate_pair()
        assert suite.signature.load_key(scalar).public_key == point
