"""Numbers on the card that check themselves: a value of these types is a valid one."""

from datetime import date

# 社会保障卡应用标识符: the registered identifier inside every identification code.
SOCIAL_SECURITY_RID = bytes.fromhex("D1 56 00 00 05")
# 社会保障卡发卡机构标识号: opens the number of every initialising institution.
ISSUER_IDENTIFIER = bytes.fromhex("91 56 00 00 02")

WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # of a card number's characters (GB 11714)
# By the sum's remainder; the notice writes 11 (remainder 0) as 0, and 10 as X.
CHECK_CHARACTERS = "0X987654321"
_CITIZEN_NUMBER_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # ISO 7064
_CITIZEN_NUMBER_CHECKS = "10X98765432"  # ISO 7064 MOD 11-2, by the sum's remainder


class RegionCode(str):
    """Six digits of GB/T 2260. Whether the code was ever in force is not judged here."""

    __slots__ = ()

    def __new__(cls, text: str) -> "RegionCode":
        if len(text) != 6 or not _digits(text):
            raise ValueError("a region code has six digits")
        return super().__new__(cls, text)

    @property
    def province(self) -> "RegionCode":
        """The province it lies in."""
        return RegionCode(self[:2] + "0000")

    @property
    def city(self) -> "RegionCode":
        """The prefecture-level city it lies in."""
        return RegionCode(self[:4] + "00")


class SocialSecurityNumber(str):
    """The 18 characters of the citizen number (GB 11643): region, birth date, serial, check."""

    __slots__ = ()

    def __new__(cls, text: str) -> "SocialSecurityNumber":
        if len(text) != 18 or not _digits(text[:17]):
            raise ValueError("17 digits and a check character expected")
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
        if text[17] != cls.check_character(text[:17]):
            raise ValueError("wrong check character")
        return super().__new__(cls, text)

    @staticmethod
    def check_character(body: str) -> str:
        """The 18th character for the first 17 (ISO 7064 MOD 11-2)."""
        total = sum(w * int(d) for w, d in zip(_CITIZEN_NUMBER_WEIGHTS, body, strict=True))
        return _CITIZEN_NUMBER_CHECKS[total % 11]

    @property
    def region(self) -> RegionCode:
        """Where the holder was first registered; 81, 82, 83… are residence permits."""
        return RegionCode(self[:6])

    @property
    def birth_date(self) -> date:
        """The birth date in the number."""
        return date(int(self[6:10]), int(self[10:12]), int(self[12:14]))

    @property
    def sex(self) -> str:
        """The code of table 13: '1' male, '2' female."""
        return "1" if int(self[16]) % 2 else "2"


class CardNumber(str):
    """Eight characters, the first a letter for the district, and a check character.

    人社信息函〔2012〕37号, appendix A2; the check is that of organisation codes (GB 11714).
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "CardNumber":
        if len(text) != 9:
            raise ValueError("a card number has nine characters")
        if text[8] != cls.check_character(text[:8]):
            raise ValueError("wrong check character")
        return super().__new__(cls, text)

    @classmethod
    def of(cls, body: str) -> "CardNumber":
        """The card number with this body of eight characters."""
        return cls(body + cls.check_character(body))

    @staticmethod
    def check_character(body: str) -> str:
        """The ninth character for the first eight; ValueError if those are not legal."""
        if len(body) != 8 or not ("A" <= body[0] <= "Z") or not _capitals_or_digits(body):
            raise ValueError("a letter and seven capital letters or digits expected")
        total = sum(w * int(c, 36) for w, c in zip(WEIGHTS, body, strict=True))
        return CHECK_CHARACTERS[total % 11]  # eleven less the remainder


class IdentificationCode(bytes):
    """卡的识别码, 16 bytes: region (3, BCD), RID (5), serial (4), authentication code (4).

    人社信息函〔2012〕37号, 8.1.1.1. How the authentication code comes about is not published: see
    `identification_code_authentication` of the card profile.
    """

    __slots__ = ()

    def __new__(cls, data: bytes) -> "IdentificationCode":
        if len(data) != 16:
            raise ValueError("an identification code has 16 bytes")
        RegionCode(data[:3].hex())
        if data[3:8] != SOCIAL_SECURITY_RID:
            raise ValueError("no identifier of the social security card inside")
        return super().__new__(cls, data)

    @classmethod
    def of(
        cls, *, region: RegionCode, serial: bytes, authentication_code: bytes
    ) -> "IdentificationCode":
        """The code put together from its parts."""
        return cls(bytes.fromhex(region) + SOCIAL_SECURITY_RID + serial + authentication_code)

    @property
    def region(self) -> RegionCode:
        """The issuing region; it also routes a card to its issuer and keys."""
        return RegionCode(self[:3].hex())

    @property
    def serial(self) -> bytes:
        """The chip's serial part."""
        return bytes(self[8:12])

    @property
    def authentication_code(self) -> bytes:
        """The part that only the holder of IRK can compute."""
        return bytes(self[12:])

    def __str__(self) -> str:
        return self.hex().upper()


class InitialisingInstitution(bytes):
    """初始化机构编号, 12 bytes: issuer identifier (5), region (3), seat's region (3), number (1).

    Bytes rather than digits: the number's byte is not always BCD in the field.
    """

    __slots__ = ()

    def __new__(cls, data: bytes) -> "InitialisingInstitution":
        if len(data) != 12:
            raise ValueError("the number of an initialising institution has 12 bytes")
        return super().__new__(cls, data)

    @classmethod
    def of(cls, *, region: RegionCode, seat: RegionCode, number: int) -> "InitialisingInstitution":
        """The institution *number* (0 to 99) seated in *seat* that initialises for *region*."""
        return cls(ISSUER_IDENTIFIER + bytes.fromhex(f"{region}{seat}{number:02}"))

    def __str__(self) -> str:
        return self.hex().upper()


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _capitals_or_digits(text: str) -> bool:
    return text.isascii() and text.isalnum() and text == text.upper()
