"""The three block ciphers of the cards: double-length 3DES, SM4 and AES, behind one interface.

Sources: NIST SP 800-67 (TDEA), GB/T 32907-2016 (SM4), FIPS 197 (AES), NIST SP 800-38A (ECB, CBC)
and 800-38B (CMAC). Nothing here pads: callers know their standard's padding.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import (
    BlockCipherAlgorithm,
    Cipher,
    CipherContext,
    algorithms,
    modes,
)
from cryptography.hazmat.primitives.cmac import CMAC

from crypto.errors import KeyMaterialError

KCV_SIZE = 3
_ECB = modes.ECB()  # noqa: S305


@dataclass(frozen=True, slots=True)
class BlockCipher:
    """One block cipher. Sizes are in bytes; every method raises KeyMaterialError on a wrong one."""

    name: str
    block_size: int
    key_sizes: frozenset[int]
    _algorithm: Callable[[bytes], BlockCipherAlgorithm] = field(repr=False)
    _check_byte: int = field(default=0x00, repr=False)

    def encrypt(self, key: bytes, data: bytes) -> bytes:
        """Whole blocks in ECB."""
        if len(key) not in self.key_sizes or len(data) % self.block_size:
            return self.keyed(key).encrypt(data)  # which says what is wrong
        return Cipher(self._algorithm(key), _ECB).encryptor().update(data)

    def decrypt(self, key: bytes, data: bytes) -> bytes:
        """Whole blocks in ECB."""
        return self.keyed(key).decrypt(data)

    def encrypt_cbc(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        """Whole blocks in CBC; the IV is one block."""
        return self.keyed(key).encrypt_cbc(iv, data)

    def decrypt_cbc(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        """Whole blocks in CBC; the IV is one block."""
        return self.keyed(key).decrypt_cbc(iv, data)

    def cmac(self, key: bytes, message: bytes) -> bytes:
        """The CMAC of a message, one whole block (NIST SP 800-38B)."""
        if len(key) not in self.key_sizes:
            return self.keyed(key).cmac(message)  # which says what is wrong
        mac = CMAC(self._algorithm(key))
        mac.update(message)
        return mac.finalize()

    def kcv(self, key: bytes) -> bytes:
        """The key check value, 3 bytes: what may be shown of a key (GPC Card Specification B.6).

        AES encrypts a block of bytes 01, 3DES one of bytes 00; SM4 follows 3DES, as PBOC cards do.
        """
        return self.encrypt(key, bytes([self._check_byte]) * self.block_size)[:KCV_SIZE]

    def keyed(self, key: bytes) -> "KeyedCipher":
        """This cipher under one key, for callers that use the key more than once."""
        if len(key) not in self.key_sizes:
            sizes = ", ".join(str(size) for size in sorted(self.key_sizes))
            raise KeyMaterialError(f"{self.name} key of {len(key)} bytes, not {sizes}")
        return KeyedCipher(self._algorithm(key), self.block_size)


class KeyedCipher:
    """A block cipher under one key. Its contexts are built once, when first needed.

    Building one costs ten times what enciphering a block does. Not to be shared between threads.
    """

    def __init__(self, algorithm: BlockCipherAlgorithm, block_size: int) -> None:
        self._algorithm = algorithm
        self.block_size = block_size
        self._last_block = bytes(block_size)

    def encrypt(self, data: bytes) -> bytes:
        """Whole blocks in ECB."""
        self._check_blocks(data)
        return self._ecb_encryptor.update(data)

    def decrypt(self, data: bytes) -> bytes:
        """Whole blocks in ECB."""
        self._check_blocks(data)
        return self._ecb_decryptor.update(data)

    def encrypt_cbc(self, iv: bytes, data: bytes) -> bytes:
        """Whole blocks in CBC; the IV is one block."""
        self._check_blocks(data)
        self._check_iv(iv)
        if not data:
            return b""
        # The context goes on from its last cipher block. XORing that block and the wanted IV into
        # the first block starts a new message without the price of a new context.
        start = _xor(_xor(iv, self._last_block), data[: self.block_size])
        cipher_text = self._cbc_encryptor.update(start + data[self.block_size :])
        self._last_block = cipher_text[-self.block_size :]
        return cipher_text

    def decrypt_cbc(self, iv: bytes, data: bytes) -> bytes:
        """Whole blocks in CBC; the IV is one block."""
        self._check_blocks(data)
        self._check_iv(iv)
        return _xor(self._ecb_decryptor.update(data), (iv + data)[: len(data)])

    def cmac(self, message: bytes) -> bytes:
        """The CMAC of a message, one whole block (NIST SP 800-38B)."""
        mac = self._cmac_base.copy()
        mac.update(message)
        return mac.finalize()

    def cmac_many(self, before: bytes, middles: bytes, varying: int, after: bytes) -> bytes:
        """The CMACs of the messages before | middle | after, one behind the other.

        The middles stand one behind the other, *varying* bytes each (1 or more). Block by block
        across all messages: a call of the cipher for each block of a message, not for each message
        (NIST SP 800-38B, 6.2).
        """
        if varying < 1 or len(middles) % varying:
            raise KeyMaterialError(f"{len(middles)} bytes, not pieces of {varying}")
        block, size = self.block_size, len(before) + varying + len(after)
        complete = size % block == 0
        if not complete:
            after += b"\x80" + bytes(-(size + 1) % block)
        shared = (max(len(before), 1) - 1) // block * block
        chain, before = self._chain(before[:shared]), before[shared:]
        message = before + bytes(varying) + after
        width = len(message)
        # What goes into the first and the last block is the same in all messages, too.
        same = int.from_bytes(message) ^ chain << 8 * (width - block)
        same ^= int.from_bytes(self._subkeys[0 if complete else 1])
        rows = _rows(same.to_bytes(width), len(before), middles, varying)
        for at in range(block, width, block):
            # CFB deciphers to E(the block in front) XOR the block: CBC-MAC's step, for all rows.
            _copy_columns(self._cfb_decryptor.update(rows), rows, at, block, width)
        return _columns(self._ecb_encryptor.update(rows), width - block, block, width)

    def _chain(self, data: bytes) -> int:
        """The last block of whole blocks in CBC with IV 0, as a number; 0 of nothing."""
        state = bytes(self.block_size)
        for at in range(0, len(data), self.block_size):
            state = self._ecb_encryptor.update(_xor(state, data[at : at + self.block_size]))
        return int.from_bytes(state)

    @cached_property
    def _subkeys(self) -> tuple[bytes, bytes]:
        """K1 and K2 (NIST SP 800-38B, 6.1)."""
        constant = {8: 0x1B, 16: 0x87}[self.block_size]
        found, value = [], int.from_bytes(self._ecb_encryptor.update(bytes(self.block_size)))
        for _ in range(2):
            value <<= 1
            if value >> 8 * self.block_size:
                value = value ^ (1 << 8 * self.block_size) ^ constant
            found.append(value.to_bytes(self.block_size))
        return found[0], found[1]

    @cached_property
    def _ecb_encryptor(self) -> CipherContext:
        return Cipher(self._algorithm, modes.ECB()).encryptor()  # noqa: S305

    @cached_property
    def _ecb_decryptor(self) -> CipherContext:
        return Cipher(self._algorithm, modes.ECB()).decryptor()  # noqa: S305

    @cached_property
    def _cbc_encryptor(self) -> CipherContext:
        return Cipher(self._algorithm, modes.CBC(bytes(self.block_size))).encryptor()

    @cached_property
    def _cfb_decryptor(self) -> CipherContext:
        return Cipher(self._algorithm, CFB(bytes(self.block_size))).decryptor()

    @cached_property
    def _cmac_base(self) -> CMAC:
        return CMAC(self._algorithm)

    def _check_blocks(self, data: bytes) -> None:
        if len(data) % self.block_size:
            raise KeyMaterialError(f"{len(data)} bytes, not blocks of {self.block_size}")

    def _check_iv(self, iv: bytes) -> None:
        if len(iv) != self.block_size:
            raise KeyMaterialError(f"IV of {len(iv)} bytes, not {self.block_size}")


def _tdea(key: bytes) -> BlockCipherAlgorithm:
    """TDEA from a single (8), double (16) or triple (24 bytes) length key: K|K|K, K1|K2|K1, as is.

    Under a single-length key TDEA is DES: the process keys of PBOC need that.
    """
    return TripleDES((key + key + key)[:24])


def _rows(template: bytes, start: int, middles: bytes, varying: int) -> bytearray:
    """The template for each of *middles*, with the middle XORed into it from *start* on."""
    rows, width = bytearray(template * (len(middles) // varying)), len(template)
    for place in range(varying):
        table = _xored_with(template[start + place])
        rows[start + place :: width] = middles[place::varying].translate(table)
    return rows


def _columns(rows: bytes, start: int, width: int, row_size: int) -> bytes:
    """*width* bytes from *start* of each row, one behind the other; whole words of 8 bytes."""
    if width == row_size:
        return rows
    words, step, wide = memoryview(rows).cast("Q"), row_size // 8, width // 8
    found = bytearray(len(rows) // row_size * width)
    laid = memoryview(found).cast("Q")
    for word in range(wide):
        laid[word::wide] = words[start // 8 + word :: step]
    return bytes(found)


def _copy_columns(source: bytes, rows: bytearray, start: int, width: int, row_size: int) -> None:
    """*width* bytes from *start* of each row of *source* into *rows*; whole words of 8 bytes."""
    words, laid, step = memoryview(source).cast("Q"), memoryview(rows).cast("Q"), row_size // 8
    for word in range(start // 8, (start + width) // 8):
        laid[word::step] = words[word::step]


@cache
def _xored_with(one: int) -> bytes:
    """For bytes.translate: every byte XOR this one."""
    return bytes(byte ^ one for byte in range(256))


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(len(left))


TRIPLE_DES = BlockCipher("3DES", 8, frozenset({8, 16, 24}), _tdea)
SM4 = BlockCipher("SM4", 16, frozenset({16}), algorithms.SM4)
AES = BlockCipher("AES", 16, frozenset({16, 24, 32}), algorithms.AES, 0x01)
