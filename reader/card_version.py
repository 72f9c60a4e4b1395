"""Which kind of card this is: from its version, and from its algorithm where that does not tell.

Versions are four characters of record 3 of EF05 (人社信息函〔2012〕37号): '1.00', '2.00', '3.00';
cards of the field also write '2.01', '3.0 ' or nothing.
"""

import re
from dataclasses import dataclass

from reader.card_profile.profiles import PROFILES, V1, V2, V3, CardProfile
from reader.refusals import UnknownVersionError

FILLINGS = b"\x00\xff "
_NEAREST = {"1": V1, "2": V2, "3": V3}
_FORM = re.compile(r"[Vv]?([0-9])(?:\.([0-9]{1,2}))?")
_SSF33 = 0x02
# Of a card without a version. SSF33 was on cards of the second version.
_BY_MARK = {0x01: V2, _SSF33: V2, 0x03: V3}

_KNOWN = {
    version: profile
    for profile in PROFILES.values()
    for version in (profile.version, *profile.also_versions)
}
_MARKS = [profile.algorithm_mark for profile in PROFILES.values()]
_ONLY_ONE = {
    profile.algorithm_mark: profile
    for profile in PROFILES.values()
    if _MARKS.count(profile.algorithm_mark) == 1
}

Note = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CardKind:
    """The profile that a card is read by, its version as it says, and what to tell people."""

    profile: CardProfile
    version: str
    note: Note | None = None


def kind_of(version: bytes | None, mark: int | None) -> CardKind:
    """The kind of a card with this version as stored (None: no such record) and algorithm.

    A version not known is read as the nearest known, with a note; UnknownVersionError where there
    is none near.
    """
    text = _text(version)
    if (profile := _KNOWN.get(text)) is not None:
        return CardKind(profile, text)
    if not text:
        return _by_mark(mark)
    form = _FORM.fullmatch(text)
    nearest = _NEAREST.get(form[1]) if form else None
    if form is None or nearest is None:
        raise UnknownVersionError(repr(text))
    if not (form[2] or "").strip("0"):  # "3.0" is "3.00"
        return CardKind(nearest, nearest.version)
    return CardKind(
        nearest,
        text,
        (
            f"The card is of version {text}, which is not known here; it was read as "
            f"{nearest.version}.",
            f"卡片规范版本为 {text}，本系统未收录，按 {nearest.version} 版读取。",
        ),
    )


def is_known(version: bytes) -> bool:
    """Whether a version as stored is one that a profile has."""
    return _text(version) in _KNOWN


def profile_of_mark(mark: int | None) -> CardProfile | None:
    """The one profile whose cards name this algorithm, if there is one only."""
    return _ONLY_ONE.get(mark) if mark is not None else None


def _by_mark(mark: int | None) -> CardKind:
    profile = profile_of_mark(mark) or _BY_MARK.get(mark or 0)
    if profile is None:
        raise UnknownVersionError
    return CardKind(
        profile,
        profile.version,
        (
            f"The card names no version; by its algorithm it was read as {profile.version}.",
            f"卡片未标明规范版本，按其算法以 {profile.version} 版读取。",
        ),
    )


def _text(version: bytes | None) -> str:
    return (version or b"").strip(FILLINGS).decode("ascii", "replace")
