"""The small copy of a photo that the chip keeps (EF08 of the SSSE, 照片信息文件, 4,096 bytes).

The file holds a picture of 26 mm × 32 mm, BMP or JPEG, of more than 300 dpi. At 300 dpi a
portrait fits into 4,096 bytes only with a quality near 10, where a face becomes a pattern of
squares; so the picture has fewer, better pixels, and its resolution says 26 mm × 32 mm still.
"""

from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError

from issuance.picture_errors import PhotoError

CAPACITY: Final = 4_096
WIDTHS: Final = (358, 320, 280, 250, 230, 210, 195, 180, 170, 160, 150, 140, 130, 120, 110, 100)
WIDTH_MM: Final = 26
MM_PER_INCH: Final = 25.4
LOWEST_QUALITY: Final = 40  # of 100, libjpeg's scale: below it squares show in a face
HIGHEST_QUALITY: Final = 90
CHROMA_HALVED: Final = 2  # Pillow's number for 4:2:0


def chip_photo(data: bytes, *, capacity: int = CAPACITY) -> bytes:
    """The largest copy of a JPEG that fits into *capacity* bytes: baseline JPEG, 24-bit colour.

    It keeps the picture's proportions and is never wider than it; quality is at least 40, and
    as high as fits. Nothing but the picture goes along (no date, no place, no thumbnail). The
    same bytes give the same bytes. Raises PhotoError for what is no JPEG, and for a picture that
    does not fit 100 pixels wide.
    """
    picture = _decoded(data)
    for width in WIDTHS:
        if width > picture.width:
            continue
        height = max(1, round(picture.height * width / picture.width))
        small = picture.resize((width, height), Image.Resampling.LANCZOS)
        if len(_jpeg(small, LOWEST_QUALITY)) <= capacity:
            return _best(small, capacity)
    raise PhotoError(
        f"The photo does not fit into the {capacity} bytes of the chip.",
        f"相片无法压缩到芯片的 {capacity} 字节以内。",
    )


def _best(image: Image.Image, capacity: int) -> bytes:
    """The highest quality that fits, found by halving; the lowest is known to fit."""
    low, high = LOWEST_QUALITY, HIGHEST_QUALITY
    best = _jpeg(image, low)
    while low < high:
        middle = (low + high + 1) // 2
        tried = _jpeg(image, middle)
        if len(tried) <= capacity:
            low, best = middle, tried
        else:
            high = middle - 1
    return best


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = BytesIO()
    dpi = round(image.width / WIDTH_MM * MM_PER_INCH)
    image.save(
        file,
        "JPEG",
        quality=quality,
        optimize=True,
        progressive=False,
        subsampling=CHROMA_HALVED,
        dpi=(dpi, dpi),
    )
    return file.getvalue()


def _decoded(data: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=("JPEG",)) as file:
            return file.convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as error:
        raise PhotoError(
            f"The photo is no JPEG: {error}.", f"相片不是 JPEG（{error}）。"
        ) from error
