"""The photo of a holder in a form, held against the rules for photos before anything is begun."""

from base64 import b64encode
from typing import Final

from werkzeug.datastructures import FileStorage

from issuance.counter.errors import ParameterError
from issuance.photos.check import check_photo
from issuance.photos.rules import MAX_BYTES

FIELD: Final = "photo"


def photo_of(file: FileStorage | None) -> str | None:
    """A photo that keeps the rules, in base64; None where none was chosen.

    What stands in the face is for the clerk's eye. Raises ParameterError with every broken rule.
    """
    data = file.stream.read(MAX_BYTES + 1) if file else b""
    if not data:
        return None
    report = check_photo(data, find_faces=None)
    if not report.is_accepted:
        en, zh = report.what_is_wrong
        raise ParameterError(FIELD, en.rstrip("."), zh.rstrip("。"))
    return b64encode(data).decode("ascii")
