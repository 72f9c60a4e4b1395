"""Preview of a card's face (third generation) as SVG and as PNG at 300 dpi.

Size and corner: ISO/IEC 7810 ID-1. Positions of photo, name, number, card number and date are
those of the printers in the field (mm from the upper left corner; SimSun, 8 pt, black); the
place of the QR code is this project's own. What stands on the blank before the print (background
and titles) is only hinted at.
"""

import io
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from issuance.book_errors import PictureError
from issuance.fonts import chinese_font
from issuance.qr_code import QrPicture

WIDTH, HEIGHT, CORNER = 85.60, 53.98, 3.18  # mm
DPI = 300
MM_PER_INCH = 25.4
TEXT_SIZE = 8 * MM_PER_INCH / 72  # 8 pt in mm
LABEL_SIZE = 6.5 * MM_PER_INCH / 72  # so that the longest label ends before its text begins
ASCENT = 0.86  # of the text size, SimSun: from the upper edge that the positions mean
PHOTO = (4.0, 12.0, 20.0, 25.0)  # x, y, width, height
LABELS_AT = 30.0
QR_CODE = (63.2, 31.6, 20.6)  # x, y, side: three pixels a module up to version 14
TITLE = "中华人民共和国社会保障卡"
TITLE_AT, TITLE_SIZE = (4.0, 4.0), 4.2
FAMILY = "SimSun, Songti SC, Noto Serif CJK SC, serif"
BLUE, PALE, GREY, BLACK, WHITE = "#1d4f91", "#dbe9f6", "#5a6b7d", "#000000", "#ffffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFace:
    """What is printed on one card; *photo* is a JPEG, None leaves its place empty."""

    name: str
    social_security_number: str
    card_number: str
    issued_on: date
    qr_code: QrPicture
    photo: bytes | None = field(default=None, repr=False)

    def lines(self) -> tuple[tuple[str, str, float, float], ...]:
        """Label, text, and where the text begins (mm)."""
        day = self.issued_on
        return (
            ("姓名", self.name, 36.0, 15.5),
            ("社会保障号码", self.social_security_number, 47.0, 20.0),
            ("卡号", self.card_number, 36.0, 24.5),
            ("发卡日期", f"{day.year}年{day.month}月{day.day}日", 41.0, 29.0),
        )


def svg(face: CardFace) -> str:
    """The face as SVG, one unit a millimetre. Raises PictureError for a photo that is none."""
    x, y, width, height = PHOTO
    if face.photo is None:
        photo = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{WHITE}"/>'
    else:
        _photo(face.photo)
        photo = (
            f'<image x="{x}" y="{y}" width="{width}" height="{height}" '
            f'preserveAspectRatio="xMidYMid slice" '
            f'href="data:image/jpeg;base64,{b64encode(face.photo).decode("ascii")}"/>'
        )
    texts = [_svg_text(TITLE, *TITLE_AT, TITLE_SIZE, BLUE)]
    for label, text, at_x, at_y in face.lines():
        texts.append(_svg_text(label, LABELS_AT, at_y, LABEL_SIZE, GREY))
        texts.append(_svg_text(text, at_x, at_y, TEXT_SIZE, BLACK))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FAMILY}">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="{CORNER}" fill="{PALE}"/>\n'
        f"{_svg_waves()}\n{photo}\n"
        + "\n".join(texts)
        + f"\n{_svg_qr_code(face.qr_code)}\n</svg>\n"
    )


def png(face: CardFace) -> bytes:
    """The face as PNG at 300 dpi (1011 x 638 pixels).

    Without a Chinese font on this machine (`issuance.fonts`) Chinese characters come out as
    boxes; the SVG is whole in any case. Raises PictureError for a photo that is none.
    """
    image = Image.new("RGB", (_pixels(WIDTH), _pixels(HEIGHT)), PALE)
    draw = ImageDraw.Draw(image)
    for middle in (44.0, 47.5, 51.0):
        points = [(_pixels(x), _pixels(_wave(x, middle))) for x in range(int(WIDTH) + 2)]
        draw.line(points, fill=BLUE, width=1)
    _paste_photo(image, face.photo)
    font = chinese_font()
    draw.text(_at(*TITLE_AT), TITLE, fill=BLUE, font=_font(font, TITLE_SIZE), anchor="la")
    for label, text, x, y in face.lines():
        draw.text(_at(LABELS_AT, y), label, fill=GREY, font=_font(font, LABEL_SIZE), anchor="la")
        draw.text(_at(x, y), text, fill=BLACK, font=_font(font, TEXT_SIZE), anchor="la")
    _paste_qr_code(image, face.qr_code)
    file = io.BytesIO()
    image.save(file, "PNG", dpi=(DPI, DPI), optimize=True)
    return file.getvalue()


def _svg_text(text: str, x: float, y: float, size: float, colour: str) -> str:
    return (
        f'<text x="{x}" y="{y + ASCENT * size:.2f}" font-size="{size:.2f}" fill="{colour}" '
        f'xml:space="preserve">{escape(_printable(text))}</text>'
    )


def _printable(text: str) -> str:
    """Without what XML cannot hold: control characters and lone surrogates."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _svg_waves() -> str:
    paths = []
    for middle in (44.0, 47.5, 51.0):
        points = " ".join(f"{x},{_wave(x, middle):.2f}" for x in range(int(WIDTH) + 2))
        paths.append(f'<polyline points="{points}" fill="none" stroke="{BLUE}" stroke-width=".1"/>')
    return "".join(paths)


def _wave(x: float, middle: float) -> float:
    """A gentle wave across the card, a parabola up and a parabola down."""
    phase = x % 20 - 10
    return middle + (1 if x % 40 < 20 else -1) * (1 - (phase / 10) ** 2)


def _svg_qr_code(code: QrPicture) -> str:
    x, y, side = QR_CODE
    return (
        f'<g transform="translate({x} {y}) scale({side / code.size:.5f})" '
        f'shape-rendering="crispEdges"><rect width="{code.size}" height="{code.size}" '
        f'fill="{WHITE}"/><path fill="{BLACK}" d="{code.path()}"/></g>'
    )


def _paste_qr_code(image: Image.Image, code: QrPicture) -> None:
    x, y, side = QR_CODE
    box = _pixels(side)
    modules = max(1, box // code.size)  # whole pixels, or scanners stumble
    drawn = code.image(modules).convert("RGB")
    margin = (box - drawn.width) // 2
    image.paste(WHITE, (_pixels(x), _pixels(y), _pixels(x) + box, _pixels(y) + box))
    image.paste(drawn, (_pixels(x) + margin, _pixels(y) + margin))


def _paste_photo(image: Image.Image, photo: bytes | None) -> None:
    x, y, width, height = (_pixels(value) for value in PHOTO)
    if photo is None:
        image.paste(WHITE, (x, y, x + width, y + height))
        return
    picture = _photo(photo)
    scale = max(width / picture.width, height / picture.height)
    size = (max(width, round(picture.width * scale)), max(height, round(picture.height * scale)))
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    fitted = picture.resize(size).crop((left, top, left + width, top + height))
    image.paste(fitted, (x, y))


def _photo(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            return picture.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError(f"The photo is no JPEG: {error}", "相片不是 JPEG 图像。") from error


def _font(path: Path | None, size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    pixels = size / MM_PER_INCH * DPI
    if path is None:
        return ImageFont.load_default(pixels)
    return ImageFont.truetype(str(path), round(pixels))


def _at(x: float, y: float) -> tuple[int, int]:
    return _pixels(x), _pixels(y)


def _pixels(millimetres: float) -> int:
    return round(millimetres / MM_PER_INCH * DPI)
