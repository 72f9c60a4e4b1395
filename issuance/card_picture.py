"""The face of a card as pixels: the preview, and the printer's layout; PNG and PDF at 300 dpi.

The printer's layout has what the printer adds to a blank, and nothing else: photo, four lines of
text, QR code. Text is black without shades, which printers put on with their black panel.
"""

from datetime import date
from functools import cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from issuance.book_errors import PictureError
from issuance.card_face import (
    ASCENT,
    BLACK,
    BLUE,
    GREY,
    HEIGHT,
    LABEL_SIZE,
    LABELS_AT,
    MM_PER_INCH,
    MM_PER_POINT,
    PALE,
    PHOTO,
    QR_CODE,
    SMALLEST_TEXT,
    TEXT_SIZE,
    TITLE,
    TITLE_AT,
    TITLE_SIZE,
    WHITE,
    WIDTH,
    CardFace,
    Line,
    waves_of_the_blank,
)
from issuance.fonts import Font, missing_characters, runs
from issuance.pdf_page import pdf_page
from issuance.picture_errors import MissingCharacterError
from issuance.qr_code import QrPicture

DPI: Final = 300
STEP: Final = 0.5 * MM_PER_POINT  # by which a long name becomes smaller
# Of 255; below one half, for the hairlines of SimSun and its like must not break.
INK_FROM: Final = 90
UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"


def preview(face: CardFace) -> Image.Image:
    """The face as a picture, with a hint at the blank (1011 x 638 pixels).

    A character that no font here has comes out as U+FFFD. Raises PictureError for a photo that
    is none.
    """
    image = _card(PALE)
    draw = ImageDraw.Draw(image)
    for wave in waves_of_the_blank():
        draw.line([_at(x, y) for x, y in wave], fill=BLUE, width=1)
    x, y, width, height = (_pixels(value) for value in PHOTO)
    image.paste(WHITE, (x, y, x + width, y + height))
    _paste_photo(image, face)
    _write(draw, TITLE, *TITLE_AT, size=TITLE_SIZE, colour=BLUE)
    for line in face.lines():
        shown = line._replace(text=_without_missing(line.text))
        _write(draw, line.label, LABELS_AT, line.y, size=LABEL_SIZE, colour=GREY)
        size = _size(shown) or SMALLEST_TEXT
        _write(draw, shown.text, line.x, line.y, size=size, colour=BLACK)
    _paste_qr_code(image, face.qr_code)
    return image


def printer_layout(face: CardFace, *, rotated: bool = False) -> Image.Image:
    """What the printer prints on a blank, white where nothing is printed.

    *rotated* turns it by 180°, as the printers of kiosks take it. Raises MissingCharacterError,
    and PictureError for a photo that is none or a name that is too long for its line.
    """
    ink = Image.new("L", _card(WHITE).size)
    draw = ImageDraw.Draw(ink)
    for line in face.lines():
        if missing := missing_characters(line.text):
            raise MissingCharacterError(missing, line.text)
        size = _size(line)
        if size is None:
            raise PictureError(
                f"“{line.text}” does not fit its line on the card.",
                f"“{line.text}”超出卡面该行的宽度。",
            )
        _write(draw, line.text, line.x, line.y, size=size, colour=WHITE)
    image = _card(WHITE)
    _paste_photo(image, face)
    image.paste(BLACK, mask=ink.point(lambda shade: 255 if shade >= INK_FROM else 0))
    _paste_qr_code(image, face.qr_code)
    return image.transpose(Image.Transpose.ROTATE_180) if rotated else image


def png(image: Image.Image) -> bytes:
    """A picture of this module as a PNG file."""
    file = BytesIO()
    image.save(file, "PNG", dpi=(DPI, DPI), optimize=True)
    return file.getvalue()


def pdf(picture: bytes, *, dated: date) -> bytes:
    """A PNG file of this module as a PDF file: one page of a card's very size, nothing lost.

    The same picture and date give the same bytes.
    """
    return pdf_page(picture, width=WIDTH, height=HEIGHT, dated=dated)


def _card(colour: str) -> Image.Image:
    return Image.new("RGB", (_pixels(WIDTH), _pixels(HEIGHT)), colour)


def _size(line: Line) -> float | None:
    """The size of a line's text (mm): smaller than usual where it would be too wide."""
    size = TEXT_SIZE
    while _width(line.text, size) > line.room:
        size -= STEP
        if size < SMALLEST_TEXT - STEP / 2:
            return None
    return size


def _width(text: str, size: float) -> float:
    length = sum(_font(run.font, size).getlength(run.text) for run in runs(text))
    return length / DPI * MM_PER_INCH


def _write(
    draw: ImageDraw.ImageDraw, text: str, x: float, y: float, *, size: float, colour: str
) -> None:
    """*text* from (x, y), its upper left corner (mm); every font on the same base line."""
    at, base = x / MM_PER_INCH * DPI, _pixels(y + ASCENT * size)
    for run in runs(text):
        font = _font(run.font, size)
        draw.text((at, base), run.text, fill=colour, font=font, anchor="ls")
        at += font.getlength(run.text)


def _without_missing(text: str) -> str:
    missing = missing_characters(text)
    return "".join(UNKNOWN if character in missing else character for character in text)


@cache
def _font(font: Font | None, size: float) -> ImageFont.FreeTypeFont:
    pixels = size / MM_PER_INCH * DPI
    if font is None:
        found = ImageFont.load_default(pixels)
        if not isinstance(found, ImageFont.FreeTypeFont):
            raise PictureError("Pillow has no FreeType here.", "本机的 Pillow 不支持 FreeType。")
        return found
    return ImageFont.truetype(
        str(font.path), pixels, index=font.number, layout_engine=ImageFont.Layout.BASIC
    )


def _paste_qr_code(image: Image.Image, code: QrPicture) -> None:
    x, y, side = QR_CODE
    box = _pixels(side)
    modules = max(1, box // code.size)  # whole pixels, or scanners stumble
    drawn = code.image(modules).convert("RGB")
    margin = (box - drawn.width) // 2
    image.paste(WHITE, (_pixels(x), _pixels(y), _pixels(x) + box, _pixels(y) + box))
    image.paste(drawn, (_pixels(x) + margin, _pixels(y) + margin))


def _paste_photo(image: Image.Image, face: CardFace) -> None:
    """The photo, cut to the shape of its place."""
    picture = face.photo_image()
    if picture is None:
        return
    x, y, width, height = (_pixels(value) for value in PHOTO)
    scale = max(width / picture.width, height / picture.height)
    size = (max(width, round(picture.width * scale)), max(height, round(picture.height * scale)))
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    fitted = picture.resize(size).crop((left, top, left + width, top + height))
    image.paste(fitted, (x, y))


def _at(x: float, y: float) -> tuple[int, int]:
    return _pixels(x), _pixels(y)


def _pixels(millimetres: float) -> int:
    return round(millimetres / MM_PER_INCH * DPI)
