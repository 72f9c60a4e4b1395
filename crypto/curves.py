"""The two elliptic curves of the suites: their points, in and out of bytes.

sm2p256v1 is GM/T 0003.5-2012, P-256 is NIST SP 800-186, 3.2.1.3; the encodings are SEC 1, 2.3.3
and 2.3.4. Only public values are computed here: Python's integers take a time that depends on
their value, so no secret may enter. Secret scalars stay inside the libraries of sm2 and p256.
"""

from dataclasses import dataclass
from typing import Final

from crypto.errors import KeyMaterialError

SCALAR_SIZE: Final = 32
POINT_SIZE: Final = 65
COMPRESSED_SIZE: Final = 33
_UNCOMPRESSED: Final = 0x04  # SEC 1, 2.3.3: first byte of a point with both coordinates

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ - 3x + b over a prime p = 3 (mod 4); the group has prime order n."""

    name: str
    p: int
    b: int
    n: int

    def contains(self, point: Point) -> bool:
        """Whether both coordinates are field elements and satisfy the equation."""
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - self._right_side(x)) % self.p == 0

    def decode(self, point65: bytes) -> Point:
        """The coordinates of 04 | X | Y; KeyMaterialError unless it is a point of this curve."""
        if len(point65) != POINT_SIZE or point65[0] != _UNCOMPRESSED:
            raise KeyMaterialError(f"a public key has {POINT_SIZE} bytes, the first of them 04")
        point = int.from_bytes(point65[1:33], "big"), int.from_bytes(point65[33:], "big")
        if not self.contains(point):
            raise KeyMaterialError(f"the public key is not a point of {self.name}")
        return point

    def encode(self, point: Point) -> bytes:
        """04 | X | Y, 65 bytes."""
        x, y = point
        return bytes([_UNCOMPRESSED]) + x.to_bytes(32, "big") + y.to_bytes(32, "big")

    def compress(self, point65: bytes) -> bytes:
        """02 or 03 (the parity of Y), then X: 33 bytes."""
        x, y = self.decode(point65)
        return bytes([0x02 | y & 1]) + x.to_bytes(32, "big")

    def decompress(self, point33: bytes) -> bytes:
        """The 65-byte form; KeyMaterialError if no point of the curve has this X."""
        if len(point33) != COMPRESSED_SIZE or point33[0] not in (0x02, 0x03):
            raise KeyMaterialError(
                f"a compressed point has {COMPRESSED_SIZE} bytes, 02 or 03 first"
            )
        x = int.from_bytes(point33[1:], "big")
        # p = 3 (mod 4): if a square root exists, this is one.
        y = pow(self._right_side(x), (self.p + 1) // 4, self.p)
        if not self.contains((x, y)):
            raise KeyMaterialError(f"no point of {self.name} has this X coordinate")
        return self.encode((x, y if y & 1 == point33[0] & 1 else self.p - y))

    def add(self, left: Point | None, right: Point | None) -> Point | None:
        """The sum of two points; None is the point at infinity."""
        if left is None or right is None:
            return left or right
        (x1, y1), (x2, y2) = left, right
        if x1 == x2 and (y1 + y2) % self.p == 0:
            return None
        if left == right:
            slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x3 = (slope * slope - x1 - x2) % self.p
        return x3, (slope * (x1 - x3) - y1) % self.p

    def multiply(self, factor: int, point: Point) -> Point | None:
        """`factor` times the point. Not in constant time: public values only."""
        result: Point | None = None
        for bit in bin(factor % self.n)[2:]:
            result = self.add(result, result)
            if bit == "1":
                result = self.add(result, point)
        return result

    def _right_side(self, x: int) -> int:
        return (x * x * x - 3 * x + self.b) % self.p


SM2P256V1: Final = Curve(
    name="sm2p256v1",
    p=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    b=0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    n=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
)
SM2_GENERATOR: Final[Point] = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
P256: Final = Curve(
    name="P-256",
    p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    n=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)
