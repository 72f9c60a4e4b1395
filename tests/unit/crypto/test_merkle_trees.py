"""Merkle trees (RFC 9162, 2.1), with the published roots of the Certificate Transparency tests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import MerkleError
from crypto.merkle import MerkleTree, root_of
from crypto.suites import GM, NIST, Suite

# google/certificate-transparency, merkle tree tests: eight entries and the root after each.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_the_published_ones(size: int) -> None:
    assert MerkleTree(ENTRIES[:size], NIST.digest).root.hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert MerkleTree([], NIST.digest).root == NIST.digest(b"")


@pytest.mark.parametrize("suite", [NIST, GM], ids=lambda suite: suite.hash_name)
@given(size=st.integers(1, 70), data=st.data())
def test_every_entry_is_proven_to_be_in_its_tree(
    suite: Suite, size: int, data: st.DataObject
) -> None:
    entries = [bytes((place,)) for place in range(size)]
    tree = MerkleTree(entries, suite.digest)
    index = data.draw(st.integers(0, size - 1))
    path = tree.path(index)
    found = root_of(entries[index], index=index, size=size, path=path, digest=suite.digest)
    assert found == tree.root


@given(size=st.integers(0, 200))
def test_all_paths_at_once_are_those_of_each(size: int) -> None:
    tree = MerkleTree([bytes((place,)) for place in range(size)], NIST.digest)
    assert [list(path) for path in tree.paths()] == [tree.path(index) for index in range(size)]


@given(size=st.integers(2, 40), data=st.data(), change=st.sampled_from(["entry", "index", "node"]))
def test_a_changed_entry_place_or_node_gives_another_root(
    size: int, data: st.DataObject, change: str
) -> None:
    entries = [bytes((place,)) for place in range(size)]
    tree = MerkleTree(entries, NIST.digest)
    index = data.draw(st.integers(0, size - 1))
    entry, place, path = entries[index], index, tree.path(index)
    if change == "entry":
        entry += b"x"
    elif change == "index":
        place = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
    else:
        spoilt = data.draw(st.integers(0, len(path) - 1))
        path[spoilt] = bytes(32)
    try:
        found = root_of(entry, index=place, size=size, path=path, digest=NIST.digest)
    except MerkleError:
        return
    assert found != tree.root


@pytest.mark.parametrize(("index", "size", "length"), [(0, 8, 2), (0, 8, 4), (8, 8, 3), (-1, 8, 3)])
def test_a_path_of_another_tree_is_refused(index: int, size: int, length: int) -> None:
    with pytest.raises(MerkleError):
        root_of(b"", index=index, size=size, path=[bytes(32)] * length, digest=NIST.digest)
