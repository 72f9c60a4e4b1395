"""Key sets and key derivation: how a card's keys follow from the issuer's master keys.

KDF in counter mode with CMAC-AES as PRF (NIST SP 800-108r1, 4.1), and the diversifications that
makers of GlobalPlatform cards agree on: KDF3 (AES), VISA2 and EMV CPS 1.1 (3DES).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from crypto.block_ciphers import AES, TRIPLE_DES, BlockCipher, KeyedCipher
from crypto.errors import KeyMaterialError

MIN_KEY_SIZE = 16
KDD_SIZE = 10  # key diversification data of INITIALIZE UPDATE (GPC Amendment D, Table 7-3)
_ENC, _MAC, _DEK = b"\x01", b"\x02", b"\x03"


@dataclass(frozen=True, slots=True)
class KeySet:
    """The static secure channel keys of one key version (GPC Amendment D, 6.1; GPC, E.2).

    All three have one length: 16, 24 or 32 bytes for AES (SCP03), 16 or 24 for 3DES (SCP02).
    Raises KeyMaterialError otherwise.
    """

    enc: bytes = field(repr=False)
    mac: bytes = field(repr=False)
    dek: bytes = field(repr=False)
    version: int = 0x01
    cipher: BlockCipher = field(default=AES, repr=False)

    def __post_init__(self) -> None:
        sizes = {len(self.enc), len(self.mac), len(self.dek)}
        # A single-length 3DES key is DES: no key of a secure channel.
        allowed = sorted(size for size in self.cipher.key_sizes if size >= MIN_KEY_SIZE)
        if len(sizes) != 1 or not sizes <= set(allowed):
            listed = ", ".join(map(str, allowed))
            raise KeyMaterialError(
                f"ENC, MAC and DEK for {self.cipher.name} must have one length of {listed} bytes"
            )
        if not 0x00 <= self.version <= 0xFF:
            raise KeyMaterialError(f"key version {self.version} does not fit one byte")

    def kcvs(self) -> tuple[bytes, bytes, bytes]:
        """The check values of ENC, MAC and DEK, 3 bytes each (GPC, B.6)."""
        return self.cipher.kcv(self.enc), self.cipher.kcv(self.mac), self.cipher.kcv(self.dek)


def kdf3(master: KeySet, kdd: bytes) -> KeySet:
    """The AES keys of one card: CMAC(master, i | 00 00 00 | k | 00 | KDD), k = 1, 2, 3."""
    _check_kdd(kdd)

    def derive(key: bytes, kind: bytes) -> bytes:
        return counter_kdf(AES.keyed(key), b"", bytes(3) + kind + b"\x00" + kdd, len(key))

    return _diversify(master, AES, derive)


def visa2(master: KeySet, kdd: bytes) -> KeySet:
    """The 3DES keys of one card from bytes 1-2 and 5-8 of its KDD (VISA2)."""
    _check_kdd(kdd)
    return _diversify(master, TRIPLE_DES, _triple_des_halves(kdd[:2] + kdd[4:8]))


def emv_cps(master: KeySet, kdd: bytes) -> KeySet:
    """The 3DES keys of one card from the last six bytes of its KDD (EMV CPS 1.1, 4.1)."""
    _check_kdd(kdd)
    return _diversify(master, TRIPLE_DES, _triple_des_halves(kdd[4:]))


def sp800_108(key: bytes, label: bytes, context: bytes, bits: int) -> bytes:
    """`bits` (whole bytes) of key: CMAC(i | label | 00 | context | L), i and L 4 bytes each.

    The order and coding that SP 800-108r1, 4.1 shows as its example.
    """
    if bits <= 0 or bits % 8:
        raise KeyMaterialError(f"{bits} bits are not a number of whole bytes")
    fixed = label + b"\x00" + context + bits.to_bytes(4, "big")
    return counter_kdf(AES.keyed(key), b"", fixed, bits // 8, counter_size=4)


def sp800_108_many(
    key: bytes, label: bytes, contexts: bytes, context_size: int, bits: int
) -> bytes:
    """What `sp800_108` gives for each of *contexts*, all of one size, one behind the other."""
    keyed = AES.keyed(key)
    size, block, tail = bits // 8, keyed.block_size, bits.to_bytes(4, "big")
    counted = [
        keyed.cmac_many(i.to_bytes(4, "big") + label + b"\x00", contexts, context_size, tail)
        for i in range(1, -(-size // block) + 1)
    ]
    if len(counted) == 1 and size == block:
        return counted[0]
    places = range(0, len(counted[0]), block)
    return b"".join(b"".join(blocks[at : at + block] for blocks in counted)[:size] for at in places)


def counter_kdf(
    prf: KeyedCipher, before: bytes, after: bytes, size: int, *, counter_size: int = 1
) -> bytes:
    """`size` bytes of CMAC(before | i | after), i = 1, 2, … (NIST SP 800-108r1, 4.1).

    `before` and `after` are the fixed input data on either side of the counter of
    `counter_size` bytes: the standard leaves their content to the protocol. Raises
    KeyMaterialError if the counter cannot count that far.
    """
    blocks = -(-size // prf.block_size)
    if not 0 < blocks < 256**counter_size:
        raise KeyMaterialError(f"{size} bytes cannot be derived with a {counter_size}-byte counter")
    counters = (i.to_bytes(counter_size, "big") for i in range(1, blocks + 1))
    return b"".join(prf.cmac(before + counter + after) for counter in counters)[:size]


def _diversify(
    master: KeySet, cipher: BlockCipher, derive: Callable[[bytes, bytes], bytes]
) -> KeySet:
    return KeySet(
        enc=derive(master.enc, _ENC),
        mac=derive(master.mac, _MAC),
        dek=derive(master.dek, _DEK),
        version=master.version,
        cipher=cipher,
    )


def _triple_des_halves(serial: bytes) -> Callable[[bytes, bytes], bytes]:
    """3DES(key, serial | F0 | k | serial | 0F | k): the two halves of a double-length key."""

    def derive(key: bytes, kind: bytes) -> bytes:
        return TRIPLE_DES.encrypt(key, serial + b"\xf0" + kind + serial + b"\x0f" + kind)

    return derive


def _check_kdd(kdd: bytes) -> None:
    if len(kdd) != KDD_SIZE:
        raise KeyMaterialError(f"key diversification data of {len(kdd)} bytes, not {KDD_SIZE}")
