"""The unified social credit code of an organization (GB 32100-2015): 18 characters, one to check.

The check character is the 31st complement of the sum of values times powers of 3, modulo 31.
"""

from typing import Final, Self

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
SIZE: Final = 18


class CreditCode(str):
    """A code whose check character is right. Raises ValueError."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if len(text) != SIZE or any(one not in ALPHABET for one in text):
            raise ValueError("not 18 characters of the alphabet")
        if text[-1] != cls.check_character(text[:-1]):
            raise ValueError("the check character is wrong")
        return super().__new__(cls, text)

    @property
    def organization(self) -> str:
        """Places 9 to 17: the organization code (GB 11714), as the card keeps it."""
        return self[8:17]

    @staticmethod
    def check_character(body: str) -> str:
        """The last character, from the 17 before it."""
        weighed = sum(ALPHABET.index(one) * pow(3, place, 31) for place, one in enumerate(body))
        return ALPHABET[-weighed % 31]
