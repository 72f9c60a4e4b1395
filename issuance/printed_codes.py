"""What stands in the QR code of a printed card: from a scanner's line, or from pictures."""

from collections.abc import Callable
from pathlib import Path

from issuance.book_errors import PictureError
from issuance.qr_reading import qr_texts
from reader.card_record import PREFIX

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"})

# The texts on the card whose number is given ("" where its chip names none in the book). No text:
# nobody scanned it, or nothing could be read.
Codes = Callable[[str], list[str]]


def scanned(line: str) -> Codes:
    """What a hand scanner typed for the card here, whatever its chip says."""
    text = line.strip()
    return lambda number: [text] if text else []


def on_pictures(folder: Path) -> Codes:
    """The codes on pictures in *folder* whose names begin with the card number."""

    def texts(number: str) -> list[str]:
        found: list[str] = []
        for path in sorted(folder.glob(f"{number}*")) if number else ():
            rest = path.stem.removeprefix(number)
            if path.suffix.lower() in PICTURES and not rest[:1].isalnum():
                found += _texts(path)
        # A photo of a whole card may have codes of others on it.
        return [text for text in found if text.startswith(PREFIX)] or found

    return texts


def _texts(picture: Path) -> list[str]:
    try:
        return qr_texts(picture.read_bytes())
    except PictureError:
        return []
