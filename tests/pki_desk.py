"""A program that issues cards with the PKI application, from the field's recorded commands."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from crypto.suites import GM, NIST
from hardware_sim import factory
from hardware_sim.card.card import Card
from hardware_sim.card.pki.defaults import MASTER_KEY
from reader.card_profile.profiles import PROFILES
from tests.desk import counter_bytes

ENVIRONMENT = "00 A4 04 00 0C 50 4B 49 2E C9 E7 BB E1 B1 A3 D5 CF"
ADF = "00 A4 04 00 0C 53 53 2E 43 45 52 54 2E 41 44 46 31"
SUITES = {"v3.00": GM, "international": NIST}
USER, ADMIN = "123456", "12345678"


class Desk:
    """A program that issues cards, with one on its reader."""

    def __init__(self, profile: str = "v3.00", random=None) -> None:
        self.suite = SUITES[profile]
        memory = factory.blank(
            PROFILES[profile], serial=bytes(6), keys=lambda kdd: factory.test_keys()
        )
        self.card = Card(memory, random=random or counter_bytes())
        assert self.sw(ENVIRONMENT) == 0x9000
        assert self.sw(ADF) == 0x9000

    def send(self, command: str | bytes) -> tuple[bytes, int]:
        raw = bytes.fromhex(command) if isinstance(command, str) else command
        answer, data = self.card.transmit(raw), b""
        while answer[-2] == 0x61:
            data += answer[:-2]
            answer = self.card.transmit(bytes((0, 0xC0, 0, 0, answer[-1])))
        return data + answer[:-2], int.from_bytes(answer[-2:], "big")

    def sw(self, command: str | bytes) -> int:
        return self.send(command)[1]

    def block(self, key: bytes, data: bytes) -> bytes:
        algorithm = algorithms.SM4 if self.suite is GM else algorithms.AES
        return Cipher(algorithm(key), modes.ECB()).encryptor().update(data)  # noqa: S305

    def challenge(self) -> bytes:
        return self.send("00 84 00 00 10")[0]

    def login(self, pin: str = USER, *, admin: bool = False) -> int:
        packed = bytes.fromhex(pin)
        digest, sw = self.send(
            b"\x80\xc4\x01\x03" + bytes((len(packed) + 2, 0xC1, len(packed))) + packed + b"\x00"
        )
        assert sw == 0x9000
        proof = self.block(digest[:16], self.challenge())
        return self.sw(bytes((0x00, 0x20, 0x01, 0x00 if admin else 0x81, 0x10)) + proof)

    def prove_master(self) -> int:
        return self.sw(b"\x00\x82\x00\x00\x10" + self.block(MASTER_KEY, self.challenge()))

    def secured(self, header: str, plain: bytes, key: bytes = MASTER_KEY) -> bytes:
        """Encrypted under *key*, with the MAC of the recorded program."""
        encrypted = self.block(key, plain)
        head = bytes.fromhex(header) + bytes((len(encrypted) + 4,))
        message = head + encrypted + b"\x80"
        message += bytes(-len(message) % 16)
        value = self.challenge()
        for start in range(0, len(message), 16):
            piece = message[start : start + 16]
            value = self.block(key, bytes(a ^ b for a, b in zip(value, piece, strict=True)))
        mac = bytes(
            a ^ b ^ c ^ d
            for a, b, c, d in zip(*(value[i : i + 4] for i in (0, 4, 8, 12)), strict=True)
        )
        return head + encrypted + mac

    def signing_key(self) -> bytes:
        """Made on the card as a program of the field asks for it, and read as another does."""
        assert self.login() == 0x9000
        assert self.sw("80 40 00 00 08 C0 02 00 12 C2 02 00 13") == 0x9000
        assert self.sw("00 A4 00 00 02 00 12") == 0x9000
        return b"\x04" + self.send("00 B0 00 00 42")[0][2:]

    def decrypt(self, file: int, wrapped: bytes) -> tuple[bytes, int]:
        head = b"\xc2\x02" + file.to_bytes(2, "big") + b"\xc1\x82" + len(wrapped).to_bytes(2, "big")
        return self.send(b"\x80\x4e\x00\x01" + bytes((len(head + wrapped),)) + head + wrapped)


def import_pair(desk: Desk, envelope) -> list[int]:
    """As recorded: the card gives the symmetric key, and takes it back with what is under it."""
    key, sw = desk.decrypt(0x0013, envelope.wrapped_key)
    return [
        sw,
        desk.sw(b"\x80\x4a\x02\x10\x12\xc1\x10" + key),
        desk.sw(b"\x80\xc2\x40\x00\x46\xc0\x02\x00\x14\xca\x40" + envelope.public_key[1:]),
        desk.sw(b"\x80\xc2\xc0\x01\x26\xc2\x02\x00\x15\xcb\x20" + envelope.encrypted_scalar),
    ]
