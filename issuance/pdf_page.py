"""A PDF file of one page that is one picture, without loss (ISO 32000-1).

Pillow's own PDF files hold JPEG, or JPEG 2000 with an alpha channel that some readers garble.
PNG and PDF share filter and predictors (7.4.4.4), so the bytes of a PNG go in as they are.
"""

import struct
from collections.abc import Iterator
from datetime import date
from typing import Final

MM_PER_INCH: Final = 25.4
UNITS_PER_INCH: Final = 72  # of a page's own units, 8.3.2.3
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_EIGHT_BIT_RGB: Final = bytes([8, 2, 0, 0, 0])  # depth, colour type, and no interlacing


def pdf_page(png: bytes, *, width: float, height: float, dated: date) -> bytes:
    """The picture of a PNG file (8-bit RGB) as a page of *width* x *height* mm.

    The same picture and date give the same bytes. Raises ValueError for another PNG.
    """
    chunks = [*_chunks(png)]
    header = next((content for kind, content in chunks if kind == b"IHDR"), b"")
    if header[8:] != _EIGHT_BIT_RGB:
        raise ValueError("not an 8-bit RGB PNG without interlacing")
    columns, rows = struct.unpack(">II", header[:8])
    data = b"".join(content for kind, content in chunks if kind == b"IDAT")
    x, y = (side / MM_PER_INCH * UNITS_PER_INCH for side in (width, height))
    image = (
        f"<< /Type /XObject /Subtype /Image /Width {columns} /Height {rows} "
        f"/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode /DecodeParms "
        f"<< /Predictor 15 /Colors 3 /BitsPerComponent 8 /Columns {columns} >> "
        f"/Length {len(data)} >>"
    )
    drawing = f"q {x:.4f} 0 0 {y:.4f} 0 0 cm /Picture Do Q".encode()
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {x:.4f} {y:.4f}] /Contents 4 0 R "
            f"/Resources << /XObject << /Picture 5 0 R >> >> >>".encode(),
            _stream(f"<< /Length {len(drawing)} >>", drawing),
            _stream(image, data),
            f"<< /CreationDate (D:{dated:%Y%m%d}) >>".encode(),
        ]
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and content of each chunk of a PNG file (ISO/IEC 15948, 5.3)."""
    place = len(_SIGNATURE) if png.startswith(_SIGNATURE) else len(png)
    while place < len(png):
        size, kind = struct.unpack_from(">I4s", png, place)
        yield kind, png[place + 8 : place + 8 + size]
        place += 12 + size


def _stream(dictionary: str, content: bytes) -> bytes:
    return b"%b\nstream\n%b\nendstream" % (dictionary.encode(), content)


def _file(objects: list[bytes]) -> bytes:
    """Objects numbered from 1, the first the catalogue, the last the information (7.5)."""
    # Four bytes above 127 tell that the file is not text (7.5.2).
    file = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(objects),
        table,
    )
    return bytes(file)
