"""LD/T 32.4 authentication and secure messaging: what a card and a PSAM compute in PBOC's manner.

The card's key and its random number give a session key that serves once: to encrypt the factor of
EXTERNAL or INTERNAL AUTHENTICATE (LD/T 32.5), to protect a command, or to MAC a wallet step.

For 3DES this is what terminals in the field do. For the 16-byte blocks of SM4 the text of the
standard is not public: `_wide_block` holds the assumption, in one place, to be replaced if a real
v3.00 card disagrees. The international profile takes the same shape with AES.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest

from crypto.block_ciphers import AES, SM4, TRIPLE_DES, BlockCipher
from crypto.errors import KeyMaterialError, SecureChannelError
from crypto.padding import pad

RANDOM_SIZE = 8
FACTOR_SIZE = 8
CRYPTOGRAM_SIZE = 8
MAC_SIZE = 4
MAX_SEALED_DATA = 239  # with its length 15 blocks of 16, and the MAC: within a short command


@dataclass(frozen=True, slots=True)
class Authentication:
    """The rules of one cipher, the same for host, PSAM and card.

    Raises KeyMaterialError where a key, random number or factor has the wrong size.
    """

    name: str
    cipher: BlockCipher
    _session_key: Callable[[bytes, bytes], bytes] = field(repr=False)
    _cryptogram: Callable[[bytes, bytes], bytes] = field(repr=False)
    _shorten_mac: Callable[[bytes], bytes] = field(repr=False)
    _tac_key: Callable[[bytes], bytes] = field(repr=False)

    def session_key(self, card_key: bytes, random: bytes) -> bytes:
        """The key for one use, from the 16-byte card key and 8 bytes.

        The 8 bytes are the other side's random number; for a wallet: the card's random (4), its
        transaction number (2), and 8000 or the last two bytes of the terminal's number.
        """
        if len(card_key) != 16:
            raise KeyMaterialError(f"card key of {len(card_key)} bytes, not 16")
        _check_size("random number", random, RANDOM_SIZE)
        return self._session_key(card_key, random)

    def cryptogram(self, card_key: bytes, random: bytes, factor: bytes) -> bytes:
        """The 8 bytes that prove the key: the factor encrypted under the session key."""
        _check_size("factor", factor, FACTOR_SIZE)
        return self._cryptogram(self.session_key(card_key, random), factor)

    def matches(self, card_key: bytes, random: bytes, factor: bytes, cryptogram: bytes) -> bool:
        """Whether a received cryptogram is the right one, compared in constant time."""
        return compare_digest(self.cryptogram(card_key, random, factor), cryptogram)

    def mac(self, session_key: bytes, iv: bytes, data: bytes) -> bytes:
        """The 4-byte MAC: CBC over the data padded with 80 00 …, the IV one block."""
        size = self.cipher.block_size
        return self.mac_of(self.cipher.encrypt_cbc(session_key, iv, pad(data, size)))

    def mac_of(self, chained: bytes) -> bytes:
        """The 4-byte MAC that the last block of a CBC chain stands for."""
        return self._shorten_mac(chained[-self.cipher.block_size :])

    def seal_command(self, session_key: bytes, header: bytes, data: bytes) -> bytes:
        """The protected data field: length and data, padded and encrypted, then the MAC (IV zero).

        `header` is CLA INS P1 P2; the MAC covers it and the Lc of the field returned. PIN reload
        protects the packed PIN so (84 24 00 01).
        """
        size = self.cipher.block_size
        if len(data) > MAX_SEALED_DATA:
            raise KeyMaterialError(f"{len(data)} bytes do not fit a protected command")
        plain = bytes([len(data)]) + data
        if len(plain) % size:
            plain = pad(plain, size)
        encrypted = self.cipher.encrypt(session_key, plain)
        return encrypted + self._command_mac(session_key, header, encrypted)

    def command_mac(self, session_key: bytes, header: bytes, data: bytes) -> bytes:
        """The 4-byte MAC of a command whose data stays readable (IV zero).

        It covers CLA INS P1 P2, the Lc of data and MAC together, and the data.
        """
        return self._command_mac(session_key, header, data)

    def tac(self, key: bytes, data: bytes) -> bytes:
        """The transaction certificate of a wallet step, 4 bytes, under the 16-byte TAC key."""
        return self.mac(self._tac_key(key), bytes(self.cipher.block_size), data)

    def open_command(self, session_key: bytes, header: bytes, sealed: bytes) -> bytes:
        """The data that was sealed. Raises SecureChannelError if the field was not made so."""
        encrypted, mac = sealed[:-MAC_SIZE], sealed[-MAC_SIZE:]
        whole = 0 < len(encrypted) < 256 - MAC_SIZE and not len(encrypted) % self.cipher.block_size
        if whole and compare_digest(self._command_mac(session_key, header, encrypted), mac):
            size, *plain = self.cipher.decrypt(session_key, encrypted)
            if size <= len(plain):
                return bytes(plain[:size])
        raise SecureChannelError("the command's protection does not hold")

    def _command_mac(self, session_key: bytes, header: bytes, encrypted: bytes) -> bytes:
        lc = bytes([len(encrypted) + MAC_SIZE])
        return self.mac(session_key, bytes(self.cipher.block_size), header + lc + encrypted)


def tac_key(key: bytes) -> bytes:
    """The single-length key of a 3DES wallet's TAC: left half XOR right half of the TAC key."""
    _check_size("TAC key", key, 16)
    return bytes(left ^ right for left, right in zip(key[:8], key[8:], strict=True))


def _wide_block(name: str, cipher: BlockCipher) -> Authentication:
    """ASSUMPTION: how a cipher of 16-byte blocks gives what 3DES gives with 8-byte blocks.

    * Session key: E(card key, random | NOT random), 16 bytes. From the way the same cards are
      said to diversify with SM4: the two 3DES halves put into one block (PBOC 3.0).
    * Cryptogram: E(session key, factor | 8 zero bytes), its two halves XORed to the 8 bytes
      that the command has room for. The fold is what toll cards with SM4 do, and the host
      messages in the field show that v3.00 cards keep the 8-byte cipher and 8-byte factor.
    * MAC: the XOR of the last block's four words, as one maker's v3.00 PKI application has it.
    * TAC: under the TAC key as it is. PBOC folds its halves only to get a key for DES.
    """
    return Authentication(
        name=name,
        cipher=cipher,
        _session_key=lambda key, random: cipher.encrypt(key, random + _complement(random)),
        _cryptogram=lambda key, factor: _fold(cipher.encrypt(key, factor + bytes(8)), 8),
        _shorten_mac=lambda block: _fold(block, MAC_SIZE),
        _tac_key=lambda key: key,
    )


_COMPLEMENTS = bytes(range(0xFF, -1, -1))  # for bytes.translate


def _complement(data: bytes) -> bytes:
    return data.translate(_COMPLEMENTS)


def _fold(block: bytes, size: int) -> bytes:
    """The XOR of the block's pieces of `size` bytes."""
    folded = 0
    for start in range(0, len(block), size):
        folded ^= int.from_bytes(block[start : start + size])
    return folded.to_bytes(size)


def _check_size(what: str, value: bytes, size: int) -> None:
    if len(value) != size:
        raise KeyMaterialError(f"{what} of {len(value)} bytes, not {size}")


# The session key is single length: under it 3DES is DES.
PBOC_3DES = Authentication(
    name="PBOC-3DES",
    cipher=TRIPLE_DES,
    _session_key=TRIPLE_DES.encrypt,
    _cryptogram=TRIPLE_DES.encrypt,
    _shorten_mac=lambda block: block[:MAC_SIZE],
    _tac_key=tac_key,
)
PBOC_SM4 = _wide_block("PBOC-SM4", SM4)
PBOC_AES = _wide_block("PBOC-AES", AES)
