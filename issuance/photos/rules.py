"""The rules for a photo, as a table.

Source: 社会保障卡制证用数字相片技术要求 (rests on GA 461-2004, ISO/IEC 19794-5 and ICAO 9303);
clauses are named as far as they are known here. It is silent on how white is white: those limits
(`issuance.photos.background`) are this project's own. What no rule here can see (neutral look,
both ears, taken within six months) is for a person's eye.
"""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

WIDTH: Final = 358  # pixels
HEIGHT: Final = 441
DPI: Final = 350
# A kilobyte may be meant as 1,000 or as 1,024 bytes: the wider reading at either end.
MIN_BYTES: Final = 9 * 1_000
MAX_BYTES: Final = 40 * 1_024


@unique
class Name(StrEnum):
    """A rule's name in reports, in the order in which they are judged."""

    FORMAT = "format"
    COLOUR = "colour"
    FILE_SIZE = "file_size"
    WIDTH = "width"
    HEIGHT = "height"
    RESOLUTION = "resolution"
    COMPLETE = "complete"
    BORDER = "border"
    BACKGROUND = "background"
    HAIR_TOP = "hair_top"
    FACE = "face"
    FACE_WIDTH = "face_width"
    CENTRED = "centred"
    EYES_MIDDLE = "eyes_middle"
    EYE_LINE = "eye_line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what is measured lies from *low* to *high*; None where there is no such end."""

    clause: str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    sentence: tuple[str, str]  # what is wrong when it is broken: (English, Chinese)

    def allows(self, measured: float) -> bool:
        """Whether a measured value is within the rule."""
        return (self.low is None or self.low <= measured) and (
            self.high is None or measured <= self.high
        )

    @property
    def limits(self) -> str:
        """The two ends for a person: '179–255 px', '≥ 207 px'; empty where there are none."""
        match self.low, self.high:
            case None, None:
                return ""
            case low, None:
                return f"≥ {low:g} {self.unit}".strip()
            case None, high:
                return f"≤ {high:g} {self.unit}".strip()
            case low, high if low == high:
                return f"{low:g} {self.unit}".strip()
        return f"{self.low:g}–{self.high:g} {self.unit}".strip()


RULES: Final[dict[Name, Rule]] = {
    Name.FORMAT: Rule(
        clause="4.1",
        sentence=("The photo is not a JPEG.", "相片不是 JPEG 文件。"),
    ),
    Name.COLOUR: Rule(
        clause="4.1.2",
        low=24,
        high=24,
        unit="bit",
        sentence=("The photo has not 24-bit RGB colour.", "相片不是24位RGB真彩色。"),
    ),
    Name.FILE_SIZE: Rule(
        clause="4.1",
        low=MIN_BYTES,
        high=MAX_BYTES,
        unit="byte",
        sentence=("The file is smaller than 9 KB or larger than 40 KB.", "文件不在9至40KB之间。"),
    ),
    Name.WIDTH: Rule(
        clause="4.1.1",
        low=WIDTH,
        high=WIDTH,
        unit="px",
        sentence=("The photo is not 358 pixels wide.", "相片宽度不是358像素。"),
    ),
    Name.HEIGHT: Rule(
        clause="4.1.1",
        low=HEIGHT,
        high=HEIGHT,
        unit="px",
        sentence=("The photo is not 441 pixels high.", "相片高度不是441像素。"),
    ),
    Name.RESOLUTION: Rule(
        clause="4.1.1",
        low=DPI,
        high=DPI,
        unit="dpi",
        sentence=("The photo does not say 350 dpi.", "相片分辨率不是350dpi。"),
    ),
    Name.COMPLETE: Rule(
        clause="4.1",
        sentence=("The file is damaged or cut off.", "文件损坏或不完整。"),
    ),
    Name.BORDER: Rule(
        clause="4.1",
        sentence=("The photo has a border.", "相片有边框。"),
    ),
    Name.BACKGROUND: Rule(
        clause="4.1",
        low=90,
        unit="%",
        sentence=("The background is not white.", "背景不是白色。"),
    ),
    Name.HAIR_TOP: Rule(
        clause="3.4, 4.1",
        low=7,
        high=21,
        unit="px",
        sentence=(
            "The top of the head (with hair) is not 7 to 21 pixels from the upper edge.",
            "头顶发迹距相片上边缘不在7至21像素之间。",
        ),
    ),
    Name.FACE: Rule(
        clause="3.1",
        low=1,
        high=1,
        sentence=(
            "There is not exactly one face, seen from the front.",
            "未检出唯一的正面人脸。",
        ),
    ),
    Name.FACE_WIDTH: Rule(
        clause="3.2, 4.1",
        low=179,
        high=255,
        unit="px",
        sentence=("The face is not 179 to 255 pixels wide.", "脸部宽度不在179至255像素之间。"),
    ),
    # The rule has no figure for it: the band of the eyes is used for the face as a whole.
    Name.CENTRED: Rule(
        clause="4.1",
        low=162,
        high=196,
        unit="px",
        sentence=(
            "The face is not in the middle between the left and the right edge.",
            "人像未在相片中水平居中。",
        ),
    ),
    Name.EYES_MIDDLE: Rule(
        clause="3.5, 4.1",
        low=162,
        high=196,
        unit="px",
        sentence=(
            "The midpoint of the eyes is not 162 to 196 pixels from the left edge.",
            "双眼连线中点距左边缘不在162至196像素之间。",
        ),
    ),
    Name.EYE_LINE: Rule(
        clause="3.5, 4.1",
        low=207,
        unit="px",
        sentence=(
            "The eyes are less than 207 pixels above the lower edge.",
            "双眼连线距下边缘不足207像素。",
        ),
    ),
}


@unique
class Verdict(StrEnum):
    """What became of one rule."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule applied to one photo; *measured* in the rule's unit, None where nothing was."""

    name: Name
    verdict: Verdict
    measured: float | None = None

    @property
    def rule(self) -> Rule:
        """The rule that was applied."""
        return RULES[self.name]


def measured(name: Name, value: float) -> Finding:
    """The finding for a measured value."""
    verdict = Verdict.KEPT if RULES[name].allows(value) else Verdict.BROKEN
    return Finding(name, verdict, round(value, 1))


def kept(name: Name, *, when: bool) -> Finding:
    """The finding for a rule without a figure."""
    return Finding(name, Verdict.KEPT if when else Verdict.BROKEN)


def not_judged(*names: Name) -> list[Finding]:
    """Findings for rules that could not be applied."""
    return [Finding(name, Verdict.NOT_JUDGED) for name in names]
