"""The one sign that a clerk sees of a card: words, a symbol and a colour, and what to do.

A good sign comes from the book alone: the server saw the chip's proof in this visit, and the card
is in use. What the desk reports can only make it worse.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from issuance.states import CardState
from reader.authenticity import REASONS, Verdict

Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sign:
    """*kind* is good, care or bad: a tick, an exclamation mark or a cross."""

    kind: str
    title: Sentence
    reason: Sentence
    remedy: Sentence

    @property
    def mark(self) -> str:
        """The symbol."""
        return {"good": "✓", "care": "!", "bad": "✕"}[self.kind]


_KEEP: Final = (
    "Keep the card. Ask the holder for an identity document, and tell your supervisor.",
    "请留存此卡，核验持卡人身份证件，并报告主管。",
)
_SERVE: Final = ("The card may be served.", "可以办理业务。")

SIGNS: Final[Mapping[Verdict, Sign]] = {
    Verdict.GENUINE: Sign("good", ("Genuine", "真卡"), REASONS[Verdict.GENUINE], _SERVE),
    Verdict.COPIED: Sign("bad", ("Copied card", "复制卡"), REASONS[Verdict.COPIED], _KEEP),
    Verdict.ALTERED: Sign("bad", ("Forged card", "伪造卡"), REASONS[Verdict.ALTERED], _KEEP),
    Verdict.UNKNOWN_CARD: Sign(
        "bad",
        ("Not in the book", "台账无此卡"),
        REASONS[Verdict.UNKNOWN_CARD],
        (
            "Ask where the card was issued; if it was here, keep it and tell your supervisor.",
            "请询问发卡地；如为本地所发，请留存此卡并报告主管。",
        ),
    ),
    Verdict.UNKNOWN_KEY: Sign(
        "care",
        ("Card of another region", "异地卡"),
        REASONS[Verdict.UNKNOWN_KEY],
        (
            "It cannot be checked here. Identify the holder by document; serve no more than that.",
            "此处无法核验。请凭证件确认身份，不办理用卡业务。",
        ),
    ),
    Verdict.REPLAYED: Sign(
        "bad",
        ("Not proved", "未能证明"),
        REASONS[Verdict.REPLAYED],
        (
            "Take the card off and put it back. If it stays, keep the card.",
            "请取下卡片后重新放置；若仍出现，请留存此卡。",
        ),
    ),
    Verdict.MALFORMED: Sign(
        "bad",
        ("No social security card", "不是社会保障卡"),
        REASONS[Verdict.MALFORMED],
        ("Ask for the holder's social security card.", "请持卡人出示社会保障卡。"),
    ),
    Verdict.SUSPENDED: Sign(
        "care",
        ("Reported lost for the time being", "已临时挂失"),
        REASONS[Verdict.SUSPENDED],
        (
            "Compare holder and document. If it is the holder, lift the loss; else keep the card.",
            "请核对本人与证件：确为本人可解除挂失，否则请留存此卡。",
        ),
    ),
    Verdict.REVOKED: Sign(
        "bad",
        ("Not valid any more", "已失效"),
        REASONS[Verdict.REVOKED],
        (
            "Do not serve it. Keep the card; help the holder with his new one.",
            "不得凭此卡办理业务。请收回此卡，协助持卡人使用新卡。",
        ),
    ),
    Verdict.INACTIVE: Sign(
        "care",
        ("Not in use yet", "尚未启用"),
        REASONS[Verdict.INACTIVE],
        ("Hand it over to its holder and activate it.", "请办理领卡与启用。"),
    ),
    Verdict.NOT_YET_VALID: Sign(
        "care",
        ("Not valid yet", "尚未生效"),
        REASONS[Verdict.NOT_YET_VALID],
        ("Serve it from its first day on.", "请自生效之日起办理。"),
    ),
    Verdict.EXPIRED: Sign(
        "bad",
        ("Expired", "已过有效期"),
        REASONS[Verdict.EXPIRED],
        ("Offer a replacement.", "请办理换卡。"),
    ),
}
NOT_VERIFIED: Final = Sign(
    "bad",
    ("Not verified", "未验证"),
    ("Nobody has said yet whether this card is genuine.", "尚无法确认此卡真伪。"),
    ("Read the card again; if it stays, tell support.", "请重新读卡；若仍出现，请联系技术支持。"),
)
_OF_STATE: Final[Mapping[CardState, Verdict]] = {
    CardState.ACTIVE: Verdict.GENUINE,
    CardState.SUSPENDED: Verdict.SUSPENDED,
    CardState.EXPIRED: Verdict.EXPIRED,
    CardState.LOST: Verdict.REVOKED,
    CardState.CANCELLED: Verdict.REVOKED,
    CardState.REPLACED: Verdict.REVOKED,
    CardState.REJECTED: Verdict.REVOKED,
}


def sign_of(state: CardState | None, reported: str) -> Sign:
    """The sign. *state* is that of a card whose chip the server saw proved; None without it."""
    said = next((SIGNS[verdict] for verdict in Verdict if verdict.value == reported), NOT_VERIFIED)
    if state is None:
        return NOT_VERIFIED if said.kind == "good" else said
    known = SIGNS[_OF_STATE.get(state, Verdict.INACTIVE)]
    # By the book all is well, and the desk's own answer says otherwise: the graver one holds.
    return said if known.kind == "good" and reported else known
