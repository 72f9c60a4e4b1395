"""QR codes on a picture of a card: a scan, a photo, a preview (ISO/IEC 18004)."""

import io
import warnings

import zxingcpp
from PIL import Image, UnidentifiedImageError

from issuance.book_errors import PictureError

FORMATS = ("PNG", "JPEG", "BMP", "TIFF")
MAX_PIXELS = 100_000_000  # a card at 2,400 dpi has about 40 million


def qr_texts(picture: bytes) -> list[str]:
    """The text of every QR code on the picture; PictureError where it is no picture."""
    try:
        with warnings.catch_warnings():
            # A header that claims a huge picture: its size is refused, nothing is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(picture), formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise ValueError("too large")
        grey = image.convert("L")
    except (
        Image.DecompressionBombError,
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
    ) as error:
        raise PictureError("This is no picture that can be read.", "无法读取该图片。") from error
    only_qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [one.text for one in zxingcpp.read_barcodes(grey, formats=only_qr)]
