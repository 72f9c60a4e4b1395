"""zxing-cpp, the decoder of many phone apps, reads our QR pictures."""

import io
import re

import pytest
from PIL import Image, ImageDraw

from crypto import base45
from issuance.qr_code import QrPicture, qr_code

zxingcpp = pytest.importorskip("zxingcpp", reason="needs zxing-cpp")

pytestmark = pytest.mark.foreign

# As long as a printed record: 234 bytes of CWT in base45.
TEXT = base45.encode(bytes(range(234)))


def read(image: Image.Image) -> list[str]:
    """The texts of the QR codes in an image."""
    return [
        found.text
        for found in zxingcpp.read_barcodes(image.convert("L"))
        if found.format == zxingcpp.BarcodeFormat.QRCode
    ]


@pytest.fixture(scope="module")
def picture() -> QrPicture:
    return qr_code(TEXT)


@pytest.mark.parametrize("text", ["0", "A-Z 0.9 $%*+/:", TEXT])
def test_png_reads_back(text: str) -> None:
    assert read(Image.open(io.BytesIO(qr_code(text).png()))) == [text]


def test_svg_reads_back(picture: QrPicture) -> None:
    svg = picture.svg()
    side, scale = int(re.findall(r'viewBox="0 0 (\d+) ', svg)[0]), 4
    image = Image.new("L", (side * scale, side * scale), 255)
    draw = ImageDraw.Draw(image)
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg)
    for x, y, width in (tuple(int(number) * scale for number in run) for run in runs):
        draw.rectangle((x, y, x + width - 1, y + scale - 1), fill=0)
    assert runs
    assert read(image) == [TEXT]


def test_a_scratched_and_tilted_print_reads_back(picture: QrPicture) -> None:
    image = picture.image().convert("L")
    centre = image.width // 2
    ImageDraw.Draw(image).line((0, centre, image.width, centre + 20), fill=255, width=12)
    assert read(image.rotate(7, expand=True, fillcolor=255)) == [TEXT]
