"""The photos beside a bureau file: a folder or a ZIP archive, looked at by header only.

The rule: 358×441 pixels, 350 dpi, JPEG with 24-bit colour, 9 to 40 KB. The background and the
face are judged elsewhere.
"""

import io
import warnings
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from PIL import Image, UnidentifiedImageError

from issuance.intake.faults import fault
from issuance.intake.reasons import Reason

PIXELS: Final = (358, 441)
DPI: Final = 350
# A kilobyte may be meant as 1,000 or as 1,024 bytes: the wider reading at either end.
MIN_BYTES: Final = 9 * 1_000
MAX_BYTES: Final = 40 * 1_024

_END_OF_IMAGE: Final = b"\xff\xd9"  # ITU-T T.81, B.1.1.3


class Photos:
    """Photos by file name. Close it after use."""

    def __init__(self, path: Path) -> None:
        """Raises IntakeError when *path* is neither a folder nor a readable ZIP archive."""
        self._path = path
        self._archive: zipfile.ZipFile | None = None
        self._parts: dict[str, zipfile.ZipInfo] = {}
        if path.is_dir():
            return
        try:
            self._archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise fault("photos", path) from error
        for part in self._archive.infolist():
            if not part.is_dir():
                # Archives are often made of the folder, not of what is in it.
                self._parts[part.filename.rpartition("/")[2]] = part

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._archive is not None:
            self._archive.close()

    def reason(self, name: str) -> Reason | None:
        """Why the photo *name* is refused; None when it is as prescribed."""
        # A name with a path could lead out of the folder.
        if not name or name != Path(name).name or "\\" in name or "\0" in name:
            return Reason.PHOTO_MISSING
        try:
            data = self._read(name)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            return Reason.PHOTO_FORMAT
        except (OSError, KeyError):
            return Reason.PHOTO_MISSING
        return photo_reason(data)

    def _read(self, name: str) -> bytes:
        """At most one byte more than a photo may have."""
        if self._archive is None:
            with (self._path / name).open("rb") as file:
                return file.read(MAX_BYTES + 1)
        with self._archive.open(self._parts[name]) as part:
            return part.read(MAX_BYTES + 1)


def photo_reason(data: bytes) -> Reason | None:
    """Why a photo is refused, from the bytes of its file (or the first of too many)."""
    try:
        with warnings.catch_warnings():
            # A header that claims a huge picture: its size is refused below, nothing is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=("JPEG",))
    except Image.DecompressionBombError:
        return Reason.PHOTO_SIZE
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return Reason.PHOTO_FORMAT
    with image:
        if image.mode != "RGB":
            return Reason.PHOTO_FORMAT
        if not MIN_BYTES <= len(data) <= MAX_BYTES:
            return Reason.PHOTO_SIZE
        if image.size != PIXELS or _dpi(image) != (DPI, DPI):
            return Reason.PHOTO_SIZE
    # Cut off in the middle: the header looks well, the lower part is grey.
    return None if data.rstrip(b"\0").endswith(_END_OF_IMAGE) else Reason.PHOTO_FORMAT


def _dpi(image: Image.Image) -> tuple[int, int]:
    horizontal, vertical = image.info.get("dpi", (0, 0))
    return round(horizontal), round(vertical)
