"""Card applications that keep key pairs and certificates instead of files with data items.

PKI.社会保障 and SS.CERT.ADF1 are the asymmetric part of version 3.00 cards, as programs that issue
them select it; PIV is NIST SP 800-73-4, part 1, 2.2.
"""

from dataclasses import dataclass
from enum import Enum, unique


@unique
class KeyApplicationKind(Enum):
    """Whose commands an application understands."""

    PKI = "PKI"
    PIV = "PIV"


@dataclass(frozen=True, slots=True)
class KeyApplication:
    """An application with an AID and no elementary files of the notice."""

    name: str
    kind: KeyApplicationKind
    aid: bytes
    zh: str
    en: str


PKI_ENVIRONMENT = KeyApplication(
    "PKI",
    KeyApplicationKind.PKI,
    bytes.fromhex("50 4B 49 2E C9 E7 BB E1 B1 A3 D5 CF"),  # PKI.社会保障
    "社会保障PKI环境",
    "PKI environment",
)
PKI_ADF = KeyApplication(
    "SS.CERT.ADF1",
    KeyApplicationKind.PKI,
    b"SS.CERT.ADF1",
    "证书应用",
    "certificates and key pairs",
)
PIV = KeyApplication(
    "PIV",
    KeyApplicationKind.PIV,
    bytes.fromhex("A0 00 00 03 08 00 00 10 00 01 00"),
    "通用签名令牌",
    "signature token for ordinary software",
)
