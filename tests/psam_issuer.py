"""Who holds a PSAM's own keys, computing with the ciphers alone."""

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from tests.fixed_psam import DF01, OWN_KEY, fixed_psam, send, sw
from tests.pboc_host import Host3Des, HostSm4, des3, sm4, xor


class Issuer:
    """Holds the module's own keys, and computes with the ciphers alone."""

    def __init__(self, profile: str, *, pin: bytes = b"") -> None:
        self.psam = fixed_psam(profile, pin=pin)
        self.sm = profile == "v3.00"
        self.host = HostSm4 if self.sm else Host3Des
        self.size = self.host.block
        assert sw(self.psam, DF01) == 0x9000

    def sw(self, command: str | bytes) -> int:
        return sw(self.psam, command)

    def challenge(self, size: int = 8) -> bytes:
        return send(self.psam, bytes((0x00, 0x84, 0x00, 0x00, size)))[0]

    def encrypt(self, key: bytes, data: bytes) -> bytes:
        return sm4(data, key) if self.sm else des3(key, data)

    def authenticate(self, key: bytes = OWN_KEY) -> int:
        proof = self.encrypt(key, self.challenge(self.size))
        return self.sw(bytes((0x00, 0x82, 0x00, 0x00, len(proof))) + proof)

    def session_key(self, challenge: bytes) -> bytes:
        if self.sm:
            return sm4(challenge + xor(challenge, b"\xff" * 8), OWN_KEY)
        return des3(OWN_KEY, challenge)

    def with_mac(self, header: str) -> bytes:
        head = bytes.fromhex(header) + b"\x04"
        return head + self.host.mac(self.session_key(self.challenge()), head)

    def sealed(self, header: str, data: bytes) -> bytes:
        key = self.session_key(self.challenge())
        plain = bytes((len(data),)) + data + b"\x80"
        encrypted = self.encrypt(key, plain + bytes(-len(plain) % self.size))
        head = bytes.fromhex(header) + bytes((len(encrypted) + 4,))
        return head + encrypted + self.host.mac(key, head + encrypted)

    def loading(self, usage: int, identifier: int, key: bytes, *, under: bytes = OWN_KEY) -> bytes:
        """84 D4 01 00: length 13, usage, id, 00, key; 80 00 …; MAC with the challenge as IV."""
        plain = bytes((0x13, usage, identifier, 0x00)) + key + b"\x80"
        encrypted = self.encrypt(under, plain + bytes(-len(plain) % self.size))
        head = bytes.fromhex("84 D4 01 00") + bytes((len(encrypted) + 4,))
        iv = self.challenge(self.size)
        return head + encrypted + self.line_mac(under, iv, head + encrypted)

    def line_mac(self, key: bytes, iv: bytes, data: bytes) -> bytes:
        padded = data + b"\x80"
        padded += bytes(-len(padded) % self.size)
        value, first = iv, key if self.sm else key[:8]
        for start in range(0, len(padded), self.size):
            value = self.encrypt(first, xor(value, padded[start : start + self.size]))
        if self.sm:
            return xor(xor(value[:4], value[4:8]), xor(value[8:12], value[12:]))
        # ISO/IEC 9797-1, algorithm 3: the last block of the chain goes through K2 and K1 again.
        return des3(key[:8], des3_inverse(key[8:], value))[:4]


def des3_inverse(key: bytes, block: bytes) -> bytes:
    cipher = Cipher(TripleDES((key * 3)[:24]), modes.ECB())  # noqa: S305
    return cipher.decryptor().update(block)
