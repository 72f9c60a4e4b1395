"""What a visit is for. The name stands in the audit trail and in the proof of presence."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose, by its name in the book and in words."""

    name: str
    words: tuple[str, str]


AT_THE_DESK: Final = (
    Purpose("card-service", ("Card service", "社保卡业务")),
    Purpose("identity", ("Identity check", "身份核验")),
    Purpose("benefit", ("Benefit payment", "待遇领取")),
    Purpose("medical", ("Medical settlement", "医保结算")),
)
WITHOUT_CARD: Final = (
    Purpose("loss-by-telephone", ("Loss reported by telephone", "电话挂失")),
    Purpose("loss-at-desk", ("Loss reported at the desk", "窗口挂失")),
    Purpose("enquiry", ("Enquiry of the holder", "持卡人查询")),
)
_ALL: Final = {purpose.name: purpose for purpose in (*AT_THE_DESK, *WITHOUT_CARD)}


def purpose_words(name: str) -> tuple[str, str]:
    """A purpose in words; as it stands where it is not one of ours."""
    return _ALL[name].words if name in _ALL else (name, name)
