"""The strings of iReadCardBas_HSM_Step1 and 2."""

from dataclasses import dataclass
from typing import Self

from reader.card_profile.atr import HISTORICAL_SIZE
from reader.card_profile.values import IdentificationCode
from reader.sscard.challenges import Challenge, Proof, challenge_at
from reader.sscard.fields import (
    algorithm_of,
    bytes_of,
    fields_of,
    hex_of,
    identification_code_of,
    joined,
    same_region,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicsRequest:
    """iReadCardBas_HSM_Step1 gives: region, reset information, algorithm, identification code, the
    challenges for internal and external authentication, the device's number."""

    historical_bytes: bytes
    algorithm: int
    identification_code: IdentificationCode
    internal: Challenge
    external: Challenge | None  # None where the card shows its holder freely
    device_number: str = ""

    def format(self) -> str:
        """Nine fields."""
        external = self.external or Challenge(b"", b"")
        return joined(
            self.identification_code.region,
            hex_of(self.historical_bytes),
            f"{self.algorithm:02X}",
            str(self.identification_code),
            hex_of(self.internal.random),
            hex_of(self.internal.factor),
            hex_of(external.random),
            hex_of(external.factor),
            self.device_number,
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """From eight or nine fields, seven and eight of them possibly empty."""
        found = fields_of(text, 8, 9)
        code = identification_code_of("field 4", found[3])
        same_region(found[0], code)
        return cls(
            historical_bytes=bytes_of("field 2", found[1], HISTORICAL_SIZE),
            algorithm=algorithm_of(found[2]),
            identification_code=code,
            internal=challenge_at(found, 4),
            external=challenge_at(found, 6) if found[6] or found[7] else None,
            device_number=found[8] if len(found) > 8 else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicsKey:
    """iReadCardBas_HSM_Step2 takes: what the card must have answered, and what opens it."""

    internal: Proof
    external: Proof | None

    def format(self) -> str:
        """Two fields, the second empty where nothing has to be opened."""
        return joined(self.internal.format(), self.external.format() if self.external else "")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From one or two fields."""
        internal, external = (*fields_of(text, 1, 2), "")[:2]
        return cls(
            internal=Proof.parse(internal), external=Proof.parse(external) if external else None
        )
