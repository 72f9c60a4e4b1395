"""The photos beside a bureau file: a folder or a ZIP archive, looked at by header only.

The rules of the file are those of `issuance.photos`; the background and the face are judged by
``onecard bureau photo``.
"""

import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from issuance.intake.faults import fault
from issuance.intake.reasons import Reason
from issuance.photos.file_rules import ENOUGH, file_findings
from issuance.photos.rules import Name, Verdict

DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
REASONS: Final = {
    Name.FORMAT: Reason.PHOTO_FORMAT,
    Name.COLOUR: Reason.PHOTO_FORMAT,
    Name.FILE_SIZE: Reason.PHOTO_SIZE,
    Name.WIDTH: Reason.PHOTO_SIZE,
    Name.HEIGHT: Reason.PHOTO_SIZE,
    Name.RESOLUTION: Reason.PHOTO_SIZE,
    Name.COMPLETE: Reason.PHOTO_FORMAT,
}


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
        try:
            data = self._read(name)
        except DAMAGED:
            return Reason.PHOTO_FORMAT
        except (OSError, KeyError):
            return Reason.PHOTO_MISSING
        return photo_reason(data)

    def find(self, name: str) -> bytes | None:
        """The photo *name*; None when there is none that can be read."""
        try:
            return self._read(name)
        except (*DAMAGED, OSError, KeyError):
            return None

    def _read(self, name: str) -> bytes:
        """At most one byte more than a photo may have."""
        # A name with a path could lead out of the folder.
        if not name or name != Path(name).name or "\\" in name or "\0" in name:
            raise KeyError(name)
        if self._archive is None:
            with (self._path / name).open("rb") as file:
                return file.read(ENOUGH)
        with self._archive.open(self._parts[name]) as part:
            return part.read(ENOUGH)


def photo_reason(data: bytes) -> Reason | None:
    """Why a photo is refused, from the bytes of its file (or the first of too many)."""
    for finding in file_findings(data):
        if finding.verdict is Verdict.BROKEN:
            return REASONS[finding.name]
    return None
