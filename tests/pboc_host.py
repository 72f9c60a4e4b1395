"""A terminal's side of LD/T 32 and PBOC, worked out here from the ciphers alone.

Written beside the standard and not beside our own code: 3DES as terminals in the field use it, and
for ciphers of 16-byte blocks what the standards page says is assumed.
"""

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from hardware_sim.card.card import Card
from tests.fixed_card import KEY

SSSE = "00 A4 04 0C 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF"
FACTOR = bytes.fromhex("1122334455667788")
STK, UKSSSE, BK, PUK = 0x02, 0x04, 0x05, 0x06


def des3(key: bytes, data: bytes) -> bytes:
    """3DES in ECB; under 8 bytes of key it is DES."""
    encryptor = Cipher(TripleDES((key * 3)[:24]), modes.ECB()).encryptor()  # noqa: S305
    return encryptor.update(data)


def sm4(data: bytes, key: bytes) -> bytes:
    return Cipher(algorithms.SM4(key), modes.ECB()).encryptor().update(data)  # noqa: S305


def aes(data: bytes, key: bytes) -> bytes:
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(data)  # noqa: S305


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


class Host3Des:
    """Cards of versions 1.00 and 2.00."""

    block = 8

    @staticmethod
    def session_key(random: bytes) -> bytes:
        return des3(KEY, random)

    @classmethod
    def encrypt(cls, key: bytes, data: bytes) -> bytes:
        return des3(key, data)

    @classmethod
    def mac(cls, key: bytes, data: bytes) -> bytes:
        """DES-CBC, IV 0, padding 80 00 …, first four bytes."""
        padded = data + b"\x80"
        padded += bytes(-len(padded) % 8)
        value = bytes(8)
        for start in range(0, len(padded), 8):
            value = des3(key, xor(value, padded[start : start + 8]))
        return value[:4]

    @classmethod
    def cryptogram(cls, random: bytes) -> bytes:
        return des3(cls.session_key(random), FACTOR)

    @classmethod
    def tac(cls, data: bytes) -> bytes:
        return cls.mac(xor(KEY[:8], KEY[8:]), data)


class HostSm4:
    """Cards of version 3.00, as far as it is assumed."""

    block = 16

    @staticmethod
    def cipher(data: bytes, key: bytes) -> bytes:
        return sm4(data, key)

    @classmethod
    def session_key(cls, random: bytes) -> bytes:
        return cls.cipher(random + xor(random, b"\xff" * 8), KEY)

    @classmethod
    def encrypt(cls, key: bytes, data: bytes) -> bytes:
        return cls.cipher(data, key)

    @classmethod
    def mac(cls, key: bytes, data: bytes) -> bytes:
        padded = data + b"\x80"
        padded += bytes(-len(padded) % 16)
        value = bytes(16)
        for start in range(0, len(padded), 16):
            value = cls.cipher(xor(value, padded[start : start + 16]), key)
        return xor(xor(value[:4], value[4:8]), xor(value[8:12], value[12:]))

    @classmethod
    def cryptogram(cls, random: bytes) -> bytes:
        block = cls.cipher(FACTOR + bytes(8), cls.session_key(random))
        return xor(block[:8], block[8:])

    @classmethod
    def tac(cls, data: bytes) -> bytes:
        return cls.mac(KEY, data)


class HostAes(HostSm4):
    """Cards of the international profile."""

    @staticmethod
    def cipher(data: bytes, key: bytes) -> bytes:
        return aes(data, key)


HOSTS = {"v1.00": Host3Des, "v2.00": Host3Des, "v3.00": HostSm4, "international": HostAes}


class Terminal:
    """Talks to a reference card and holds its keys."""

    def __init__(self, card: Card, profile: str) -> None:
        self.card = card
        self.profile = profile
        self.host = HOSTS[profile]

    def send(self, command: str | bytes) -> tuple[bytes, int]:
        """Data and status word, with what waits behind 61XX."""
        raw = bytes.fromhex(command) if isinstance(command, str) else command
        answer = self.card.transmit(raw)
        if answer[-2] == 0x61:
            answer = self.card.transmit(bytes((0x00, 0xC0, 0x00, 0x00, answer[-1])))
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def sw(self, command: str | bytes) -> int:
        return self.send(command)[1]

    def challenge(self) -> bytes:
        return self.send("00 84 00 00 08")[0]

    def authenticate(self, kid: int, *, p1: int = 0x00, behind: bytes = b"") -> int:
        """EXTERNAL AUTHENTICATE; *behind* the data a key's version may stand."""
        data = self.host.cryptogram(self.challenge()) + FACTOR + behind
        return self.sw(bytes((0x00, 0x82, p1, kid, len(data))) + data)

    def with_mac(self, header: str, data: bytes = b"", *, challenge: bytes | None = None) -> bytes:
        """A command with its MAC under the maintenance key and a fresh challenge."""
        random = self.challenge() if challenge is None else challenge
        head = bytes.fromhex(header) + bytes((len(data) + 4,))
        return head + data + self.host.mac(self.host.session_key(random), head + data)

    def sealed(self, header: str, data: bytes) -> bytes:
        """A command whose data is encrypted too: length, data, padding; then the MAC."""
        key = self.host.session_key(self.challenge())
        plain = bytes((len(data),)) + data + b"\x80"
        plain += bytes(-len(plain) % self.host.block)
        encrypted = self.host.encrypt(key, plain)
        head = bytes.fromhex(header) + bytes((len(encrypted) + 4,))
        return head + encrypted + self.host.mac(key, head + encrypted)
