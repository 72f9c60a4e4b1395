"""QR codes (ISO/IEC 18004) of signed records, as SVG and PNG.

Alphanumeric mode, a quiet zone of four modules. Error correction Q, as a card is scratched and
smudged; M where Q would need a version above 14, whose modules come too small for the print.
"""

import io
from dataclasses import dataclass, field
from typing import Any, Literal

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode
from qrcode.util import ALPHA_NUM, QRData

from issuance.book_errors import PictureError

ALPHANUMERIC: Literal[2] = 2  # the mode's number in the qrcode library
BYTES: Literal[4] = 4
BORDER = 4  # modules
LARGEST_AT_Q = 14  # version
MODULE_PIXELS = 8


@dataclass(frozen=True, slots=True)
class QrPicture:
    """A QR code: *rows* of modules, True for dark, quiet zone included."""

    version: int
    correction: Literal["Q", "M"]
    rows: tuple[tuple[bool, ...], ...] = field(repr=False)

    @property
    def size(self) -> int:
        """Modules a side, with the quiet zone."""
        return len(self.rows)

    def svg(self) -> str:
        """A picture of one path; a module is one unit."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.size} {self.size}" '
            f'shape-rendering="crispEdges"><rect width="{self.size}" height="{self.size}" '
            f'fill="#fff"/><path fill="#000" d="{self.path()}"/></svg>\n'
        )

    def path(self) -> str:
        """The dark modules as SVG path data, each run of a row one rectangle."""
        parts = []
        for y, row in enumerate(self.rows):
            x = 0
            while x < self.size:
                start = x
                while x < self.size and row[x]:
                    x += 1
                if x > start:
                    parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
                x += 1
        return "".join(parts)

    def image(self, module_pixels: int = MODULE_PIXELS) -> Image.Image:
        """A black and white image, *module_pixels* a module."""
        image = Image.new("1", (self.size, self.size), 1)
        image.putdata([0 if dark else 1 for row in self.rows for dark in row])
        side = self.size * module_pixels
        return image.resize((side, side), Image.Resampling.NEAREST)

    def png(self, module_pixels: int = MODULE_PIXELS) -> bytes:
        """The image as a PNG file."""
        file = io.BytesIO()
        self.image(module_pixels).save(file, "PNG", optimize=True)
        return file.getvalue()


def qr_code(text: str) -> QrPicture:
    """The QR code of *text* (digits, capitals, space and $%*+-./:).

    Raises PictureError for other characters, no text, or more than the largest code holds.
    """
    data = text.encode()
    if not data or not set(data) <= set(ALPHA_NUM):
        raise PictureError(
            "A QR code of a record has digits, capitals and $%*+-./: only.",
            "二维码内容只允许数字、大写字母和 $%*+-./:。",
        )
    best = _fit(data, ERROR_CORRECT_Q)
    if best is not None and best.version <= LARGEST_AT_Q:
        return _picture(best, "Q")
    code = _fit(data, ERROR_CORRECT_M)
    if code is None:
        raise PictureError("The text is too long for a QR code.", "内容过长，无法生成二维码。")
    return _picture(code, "M")


def address_code(text: str) -> QrPicture:
    """The QR code of an address with small letters, for a screen: byte mode, error correction M.

    Raises PictureError for no text, or more than the largest code holds.
    """
    code: QRCode[Any] = QRCode(error_correction=ERROR_CORRECT_M, border=BORDER)
    try:
        code.add_data(QRData(text.encode(), BYTES), optimize=0)
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        raise PictureError(
            "The address is no text for a QR code.", "该地址无法生成二维码。"
        ) from None
    return _picture(code, "M")


def _fit(data: bytes, correction: int) -> QRCode[Any] | None:
    code: QRCode[Any] = QRCode(error_correction=correction, border=BORDER)
    code.add_data(QRData(data, ALPHANUMERIC), optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        return None
    return code


def _picture(code: QRCode[Any], correction: Literal["Q", "M"]) -> QrPicture:
    rows = tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
    return QrPicture(version=code.version, correction=correction, rows=rows)
