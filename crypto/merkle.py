"""Merkle trees (RFC 9162, 2.1): roots, and proofs that an entry is in the tree.

The hash is a suite's: SHA-256 as in the RFC, or SM3 in its place. Leaves and nodes are hashed with
different first bytes, so that a node is never taken for an entry.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from crypto.errors import MerkleError

LEAF: Final = b"\x00"
NODE: Final = b"\x01"
MAX_PATH: Final = 63  # nodes: trees of up to 2^63 entries

Hash = Callable[[bytes], bytes]


class MerkleTree:
    """A tree over *entries*, built once; every proof is read from its levels."""

    def __init__(self, entries: Sequence[bytes], digest: Hash) -> None:
        level = [digest(LEAF + entry) for entry in entries]
        self.size = len(level)
        self._empty = digest(b"")
        self._levels = [level]
        while len(level) > 1:
            pairs = [digest(NODE + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
            # A node without a sibling moves up as it is: the same tree as the RFC's, which splits
            # at the largest power of two.
            level = pairs + level[-1:] if len(level) % 2 else pairs
            self._levels.append(level)

    @property
    def root(self) -> bytes:
        """The Merkle tree hash; of an empty tree the hash of nothing."""
        return self._levels[-1][0] if self.size else self._empty

    def path(self, index: int) -> list[bytes]:
        """The inclusion path of entry *index*, from the leaf upwards; IndexError outside."""
        if not 0 <= index < self.size:
            raise IndexError(f"entry {index} of {self.size}")
        path = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            index >>= 1
        return path

    def paths(self) -> Iterator[Sequence[bytes]]:
        """The inclusion path of every entry, in their order; `path` for all at once."""
        # As long as a node has a sibling on every level, the siblings of a level stand in the
        # order of the entries, each as often as there are entries under its neighbour.
        whole = self._with_all_siblings()
        siblings = []
        for depth, level in enumerate(self._levels[:-1]):
            swapped = [level[i ^ 1] for i in range(-(-whole >> depth))]
            siblings.append([node for node in swapped for _ in range(1 << depth)][:whole])
        yield from zip(*siblings, strict=True)
        for index in range(whole if siblings else 0, self.size):
            yield self.path(index)

    def _with_all_siblings(self) -> int:
        """How many entries, from the first, have a sibling on every level."""
        whole = self.size
        for depth, level in enumerate(self._levels[:-1]):
            if len(level) % 2:
                whole = min(whole, (len(level) - 1) << depth)
        return whole


def root_of(entry: bytes, *, index: int, size: int, path: Sequence[bytes], digest: Hash) -> bytes:
    """The root of a tree of *size* entries in which *entry* is the one at *index* (2.1.3.2).

    Whether that is the root that was signed is for the caller to say. Raises MerkleError for a
    path of another length than such a tree has.
    """
    if not 0 <= index < size or len(path) > MAX_PATH:
        raise MerkleError(f"no entry {index} in a tree of {size}")
    node, place, last = digest(LEAF + entry), index, size - 1
    for sibling in path:
        if last == 0:
            raise MerkleError("the path is too long")
        if place & 1 or place == last:
            node = digest(NODE + sibling + node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = digest(NODE + node + sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise MerkleError("the path is too short")
    return node
