"""Where the face is on a photo of 358 x 441 pixels, and whether that is where it should be."""

from dataclasses import dataclass

from issuance.photos.rules import (
    HEIGHT,
    RULES,
    Finding,
    Name,
    Verdict,
    measured,
    not_judged,
)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceGeometry:
    """One face, in pixels from the upper left corner; *eyes* are None where they were not found."""

    width: float  # 脸部宽, clause 3.2: between the cheeks, where the ears begin
    middle: float
    eyes: tuple[Point, Point] | None = None

    @property
    def eyes_middle(self) -> float | None:
        """The midpoint of the line between the eyes, from the left edge."""
        return None if self.eyes is None else (self.eyes[0][0] + self.eyes[1][0]) / 2

    @property
    def eye_line(self) -> float | None:
        """The shortest distance of the line between the eyes from the lower edge."""
        return None if self.eyes is None else HEIGHT - max(self.eyes[0][1], self.eyes[1][1])


def face_findings(faces: list[FaceGeometry]) -> list[Finding]:
    """The rules on face and eyes, for the faces that were found."""
    count = measured(Name.FACE, len(faces))
    if len(faces) != 1:
        return [
            count,
            *not_judged(Name.FACE_WIDTH, Name.CENTRED, Name.EYES_MIDDLE, Name.EYE_LINE),
        ]
    face = faces[0]
    findings = [
        count,
        measured(Name.FACE_WIDTH, face.width),
        measured(Name.CENTRED, face.middle),
    ]
    if face.eyes_middle is None or face.eye_line is None:
        return [*findings, *not_judged(Name.EYES_MIDDLE, Name.EYE_LINE)]
    return [
        *findings,
        measured(Name.EYES_MIDDLE, face.eyes_middle),
        measured(Name.EYE_LINE, face.eye_line),
    ]


def forgive_high_hair(findings: list[Finding]) -> list[Finding]:
    """High hair may be cut where room for it would take the eyes below their line (4.1)."""
    found = {finding.name: finding for finding in findings}
    hair, eyes = found[Name.HAIR_TOP], found[Name.EYE_LINE]
    if hair.measured is None or eyes.measured is None or hair.verdict is not Verdict.BROKEN:
        return findings
    lacking = (RULES[Name.HAIR_TOP].low or 0) - hair.measured
    if lacking <= 0 or RULES[Name.EYE_LINE].allows(eyes.measured - lacking):
        return findings
    forgiven = Finding(Name.HAIR_TOP, Verdict.KEPT, hair.measured)
    return [forgiven if finding is hair else finding for finding in findings]
