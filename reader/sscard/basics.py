"""The eleven fields of iReadCardBas."""

from dataclasses import dataclass
from typing import Self

from reader.card_profile.atr import HISTORICAL_SIZE, atr_t0
from reader.card_profile.values import IdentificationCode
from reader.issuer_server import CardFacts
from reader.sscard.fields import (
    StepStringError,
    bytes_of,
    fields_of,
    hex_of,
    identification_code_of,
    joined,
    same_region,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basics:
    """What iReadCardBas gives: who issued the card, whose it is, and which terminal read it.

    Dates are YYYYMMDD, or empty. *device_number* and *terminal_number* are missing in builds of
    nine fields.
    """

    identification_code: IdentificationCode
    social_security_number: str
    card_number: str
    name: str
    historical_bytes: bytes
    version: str
    issue_date: str
    expiry_date: str
    terminal_number: str = ""
    device_number: str = ""

    def format(self, *, nine_fields: bool = False) -> str:
        """Eleven fields, or nine without the terminal's."""
        fields = (
            self.identification_code.region,
            self.social_security_number,
            self.card_number,
            str(self.identification_code),
            self.name,
            hex_of(self.historical_bytes),
            self.version,
            self.issue_date,
            self.expiry_date,
            *(() if nine_fields else (self.terminal_number, self.device_number)),
        )
        return joined(*fields)

    @property
    def facts(self) -> CardFacts:
        """Which card it is, as the issuer's server is told beside the strings of other functions.

        The reset information says what the card's keys follow from, not how its line works: the
        answer to reset around it is that of T=0.
        """
        return CardFacts(
            atr=atr_t0(self.historical_bytes),
            identification_code=self.identification_code,
            version=self.version,
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """From nine or eleven fields."""
        found = fields_of(text, 9, 11)
        if len(found) == 10:
            raise StepStringError("10 fields, 9 or 11 expected")
        terminal, device = found[9:] or ("", "")
        code = identification_code_of("field 4", found[3])
        same_region(found[0], code)
        return cls(
            identification_code=code,
            social_security_number=found[1],
            card_number=found[2],
            name=found[4],
            historical_bytes=bytes_of("field 6", found[5], HISTORICAL_SIZE),
            version=found[6],
            issue_date=found[7],
            expiry_date=found[8],
            terminal_number=terminal,
            device_number=device,
        )
