"""The rules that a photo's file and header show; no picture is decoded."""

import io
import warnings
from typing import Final

from PIL import Image, UnidentifiedImageError

from issuance.photos.rules import MAX_BYTES, Finding, Name, kept, measured, not_judged

END_OF_IMAGE: Final = b"\xff\xd9"  # ITU-T T.81, B.1.1.3
BITS: Final = {"L": 8, "RGB": 24, "CMYK": 32}
# As many bytes as need to be read of a file: one more shows that it is too large.
ENOUGH: Final = MAX_BYTES + 1

FILE_RULES: Final = (
    Name.FORMAT,
    Name.COLOUR,
    Name.FILE_SIZE,
    Name.WIDTH,
    Name.HEIGHT,
    Name.RESOLUTION,
    Name.COMPLETE,
)


def file_findings(data: bytes, *, size: int | None = None) -> list[Finding]:
    """A finding for each of FILE_RULES, from the first ENOUGH bytes of a file of *size* bytes."""
    size = len(data) if size is None else size
    try:
        with warnings.catch_warnings():
            # A header that claims a huge picture: its size is refused, nothing is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=("JPEG",))
    except Image.DecompressionBombError:
        # Too large by far, as its header says; by how much does not matter.
        return [
            kept(Name.FORMAT, when=True),
            *not_judged(Name.COLOUR),
            measured(Name.FILE_SIZE, size),
            kept(Name.WIDTH, when=False),
            kept(Name.HEIGHT, when=False),
            *not_judged(Name.RESOLUTION, Name.COMPLETE),
        ]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return [kept(Name.FORMAT, when=False), *not_judged(*FILE_RULES[1:])]
    with image:
        return [
            kept(Name.FORMAT, when=True),
            measured(Name.COLOUR, BITS.get(image.mode, 0)),
            measured(Name.FILE_SIZE, size),
            measured(Name.WIDTH, image.width),
            measured(Name.HEIGHT, image.height),
            measured(Name.RESOLUTION, _dpi(image)),
            # Cut off in the middle: the header looks well, the lower part is grey.
            *(
                [kept(Name.COMPLETE, when=data.rstrip(b"\0").endswith(END_OF_IMAGE))]
                if len(data) == size
                else not_judged(Name.COMPLETE)
            ),
        ]


def _dpi(image: Image.Image) -> float:
    """The resolution as said; 0 where it is not said, or not the same both ways."""
    horizontal, vertical = image.info.get("dpi", (0, 0))
    return round(horizontal) if round(horizontal) == round(vertical) else 0
