"""One photo against all rules."""

import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from issuance.photos.background import background_findings
from issuance.photos.file_rules import file_findings
from issuance.photos.geometry import FaceGeometry, face_findings, forgive_high_hair
from issuance.photos.rules import Finding, Name, Verdict, kept, not_judged
from issuance.picture_errors import PhotoError

FindFaces = Callable[[Image.Image], list[FaceGeometry]]

PICTURE_RULES = (Name.BORDER, Name.BACKGROUND, Name.HAIR_TOP)
FACE_RULES = (Name.FACE, Name.FACE_WIDTH, Name.CENTRED, Name.EYES_MIDDLE, Name.EYE_LINE)


@dataclass(frozen=True, slots=True)
class PhotoReport:
    """A finding for every rule, in the order of `Name`."""

    findings: tuple[Finding, ...]

    @property
    def is_accepted(self) -> bool:
        """Whether no rule is broken; some may not have been judged."""
        return not self.broken

    @property
    def broken(self) -> tuple[Finding, ...]:
        """The rules that are broken."""
        return self._with(Verdict.BROKEN)

    @property
    def what_is_wrong(self) -> tuple[str, str]:
        """A sentence for each broken rule, in English and Chinese; empty where none is."""
        english, chinese = zip(("", ""), *(one.rule.sentence for one in self.broken), strict=True)
        return " ".join(english).strip(), "".join(chinese)

    @property
    def open(self) -> tuple[Finding, ...]:
        """The rules that could not be judged."""
        return self._with(Verdict.NOT_JUDGED)

    def _with(self, verdict: Verdict) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict is verdict)


def detector() -> FindFaces | None:
    """The detector of faces; None where the extra `photos` is not installed, or not OpenCV 4."""
    try:
        from issuance.photos.face import find_faces
    except ImportError:
        return None
    return find_faces


def check_photo(
    data: bytes, *, size: int | None = None, find_faces: FindFaces | None
) -> PhotoReport:
    """Judge a photo: *data* is its file, or the start of a larger one of *size* bytes.

    Places are judged on a picture of the prescribed size only; what is on the face only with
    *find_faces*.
    """
    of_file = file_findings(data, size=size)
    verdicts = {finding.name: finding.verdict for finding in of_file}
    needed = (Name.COLOUR, Name.WIDTH, Name.HEIGHT, Name.COMPLETE)
    if any(verdicts[name] is not Verdict.KEPT for name in needed):
        return PhotoReport((*of_file, *not_judged(*PICTURE_RULES, *FACE_RULES)))
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as file:
            image = file.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        damaged = kept(Name.COMPLETE, when=False)
        return PhotoReport((*of_file[:-1], damaged, *not_judged(*PICTURE_RULES, *FACE_RULES)))
    of_picture = background_findings(image)
    of_face = not_judged(*FACE_RULES) if find_faces is None else face_findings(find_faces(image))
    return PhotoReport((*of_file, *forgive_high_hair([*of_picture, *of_face])))


def require_photo(data: bytes) -> None:
    """Raise PhotoError, with every rule that is broken; what stands in the face is for the eye."""
    report = check_photo(data, find_faces=None)
    if not report.is_accepted:
        raise PhotoError(*report.what_is_wrong)
