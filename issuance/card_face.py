"""The face of a card (third generation): what stands where, and its preview as SVG.

Size and corner: ISO/IEC 7810 ID-1. Positions of photo, name, number, card number and date are
those of the printers in the field (mm from the upper left corner; SimSun, 8 pt, black); the
place of the QR code is this project's own. What stands on the blank before the print (background
and titles) is only hinted at.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html import escape
from io import BytesIO
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from issuance.book_errors import PictureError
from issuance.qr_code import QrPicture

WIDTH, HEIGHT, CORNER = 85.60, 53.98, 3.18  # mm
MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
TEXT_SIZE = 8 * MM_PER_POINT
SMALLEST_TEXT = 5 * MM_PER_POINT  # 25 Han characters still fit
LABEL_SIZE = 6.5 * MM_PER_POINT  # so that the longest label ends before its text begins
TEXT_ENDS_AT = 83.0
ASCENT = 0.86  # of the text size, SimSun: from the upper edge that the positions mean
PHOTO = (4.0, 12.0, 20.0, 25.0)  # x, y, width, height
LABELS_AT = 30.0
QR_CODE = (63.2, 31.6, 20.6)  # x, y, side: three pixels a module up to version 14
TITLE = "中华人民共和国社会保障卡"
TITLE_AT, TITLE_SIZE = (4.0, 4.0), 4.2
FAMILY = "SimSun, SimSun-ExtB, Songti SC, Noto Serif CJK SC, BabelStone Han, HanaMinB, serif"
BLUE, PALE, GREY, BLACK, WHITE = "#1d4f91", "#dbe9f6", "#5a6b7d", "#000000", "#ffffff"


class Line(NamedTuple):
    """A label of the blank, the text printed beside it, and where that begins (mm)."""

    label: str
    text: str
    x: float
    y: float

    @property
    def room(self) -> float:
        """How wide the text may be (mm)."""
        return TEXT_ENDS_AT - self.x


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFace:
    """What is printed on one card; *photo* is a JPEG, None leaves its place empty."""

    name: str
    social_security_number: str
    card_number: str
    issued_on: date
    qr_code: QrPicture
    photo: bytes | None = field(default=None, repr=False)

    def lines(self) -> tuple[Line, ...]:
        """The printed lines, from the top."""
        day = self.issued_on
        return (
            Line("姓名", self.name, 36.0, 15.5),
            Line("社会保障号码", self.social_security_number, 47.0, 20.0),
            Line("卡号", self.card_number, 36.0, 24.5),
            Line("发卡日期", f"{day.year}年{day.month}月{day.day}日", 41.0, 29.0),
        )

    def photo_image(self) -> Image.Image | None:
        """The photo, decoded. Raises PictureError for one that is none."""
        if self.photo is None:
            return None
        try:
            with Image.open(BytesIO(self.photo), formats=("JPEG",)) as picture:
                return picture.convert("RGB")
        except (
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            Image.DecompressionBombError,
        ) as error:
            raise PictureError(
                f"The photo is no JPEG: {error}", f"相片不是 JPEG 图像（{error}）。"
            ) from error


def svg(face: CardFace) -> str:
    """The face as SVG, one unit a millimetre. Raises PictureError for a photo that is none."""
    x, y, width, height = PHOTO
    if face.photo is None or face.photo_image() is None:
        photo = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{WHITE}"/>'
    else:
        photo = (
            f'<image x="{x}" y="{y}" width="{width}" height="{height}" '
            f'preserveAspectRatio="xMidYMid slice" '
            f'href="data:image/jpeg;base64,{b64encode(face.photo).decode("ascii")}"/>'
        )
    texts = [_svg_text(TITLE, *TITLE_AT, TITLE_SIZE, BLUE)]
    for line in face.lines():
        size = max(SMALLEST_TEXT, min(TEXT_SIZE, line.room / max(1, len(line.text))))
        texts.append(_svg_text(line.label, LABELS_AT, line.y, LABEL_SIZE, GREY))
        # A digit is half as wide as a Han character: only the name may be too long.
        fitted = size if line.text == face.name else TEXT_SIZE
        texts.append(_svg_text(line.text, line.x, line.y, fitted, BLACK))
    waves = "".join(
        '<polyline points="'
        + " ".join(f"{x},{y:.2f}" for x, y in wave)
        + f'" fill="none" stroke="{BLUE}" stroke-width=".1"/>'
        for wave in waves_of_the_blank()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FAMILY}">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="{CORNER}" fill="{PALE}"/>\n'
        f"{waves}\n{photo}\n" + "\n".join(texts) + f"\n{_svg_qr_code(face.qr_code)}\n</svg>\n"
    )


def waves_of_the_blank() -> Iterator[list[tuple[float, float]]]:
    """The hinted background: three gentle waves across the card, as points (mm)."""
    for middle in (44.0, 47.5, 51.0):
        yield [(float(x), _wave(x, middle)) for x in range(int(WIDTH) + 2)]


def _wave(x: float, middle: float) -> float:
    """A parabola up and a parabola down."""
    phase = x % 20 - 10
    return middle + (1 if x % 40 < 20 else -1) * (1 - (phase / 10) ** 2)


def _svg_text(text: str, x: float, y: float, size: float, colour: str) -> str:
    return (
        f'<text x="{x}" y="{y + ASCENT * size:.2f}" font-size="{size:.2f}" fill="{colour}" '
        f'xml:space="preserve">{escape(_printable(text))}</text>'
    )


def _printable(text: str) -> str:
    """Without what XML cannot hold: control characters and lone surrogates."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _svg_qr_code(code: QrPicture) -> str:
    x, y, side = QR_CODE
    return (
        f'<g transform="translate({x} {y}) scale({side / code.size:.5f})" '
        f'shape-rendering="crispEdges"><rect width="{code.size}" height="{code.size}" '
        f'fill="{WHITE}"/><path fill="{BLACK}" d="{code.path()}"/></g>'
    )
