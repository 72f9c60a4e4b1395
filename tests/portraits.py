"""Photos of card holders: a real one, moved about, and one that is drawn."""

from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from issuance.photos.rules import DPI, HEIGHT, WIDTH

PORTRAIT = Path(__file__).parent / "vectors" / "photos" / "portrait.jpg"
SKIN, HAIR, EYE, LIPS, COAT = "#e2b79a", "#2b2320", "#241c18", "#b06a5e", "#34435e"


def portrait() -> bytes:
    """A photo as it should be, of a real face."""
    return PORTRAIT.read_bytes()


def moved(right: int = 0, down: int = 0, *, scale: float = 1.0) -> Image.Image:
    """The real portrait on white paper, moved and made smaller."""
    paper = Image.new("RGB", (WIDTH, HEIGHT), "white")
    size = (round(WIDTH * scale), round(HEIGHT * scale))
    with Image.open(PORTRAIT) as picture:
        paper.paste(picture.resize(size), (right, down))
    return paper


def photo(picture: Image.Image, *, dpi: int = DPI, quality: int = 70) -> bytes:
    """A picture as a photo's file."""
    file = BytesIO()
    picture.save(file, "JPEG", dpi=(dpi, dpi), quality=quality)
    return file.getvalue()


@cache
def drawn(*, hair_top: int = 14, background: str = "white") -> Image.Image:
    """A drawn portrait: hair, an oval with shaded cheeks, brows, eyes, nose, mouth, shoulders."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), background)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((60, 345, 298, 600), fill=COAT)
    draw.rectangle((140, 280, 218, 380), fill="#c99a7d")
    draw.ellipse((72, hair_top, 286, 260), fill=HAIR)
    draw.ellipse((70, 185, 92, 240), fill=SKIN)
    draw.ellipse((266, 185, 288, 240), fill=SKIN)
    draw.ellipse((82, 70, 276, 340), fill=SKIN)
    draw.pieslice((82, 50, 276, 200), 190, 350, fill=HAIR)
    shade = picture.copy()
    on_shade = ImageDraw.Draw(shade)
    for left, right in ((108, 162), (196, 250)):
        on_shade.ellipse((left, 176, right, 222), fill="#b98b70")
    on_shade.polygon([(170, 190), (188, 190), (200, 262), (158, 262)], fill="#f3d3bb")
    on_shade.ellipse((120, 275, 238, 335), fill="#cfa083")
    on_shade.rectangle((82, 226, 276, 258), outline="#f0cbb0", width=4)
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).ellipse((92, 90, 266, 332), fill=255)
    picture.paste(shade.filter(ImageFilter.GaussianBlur(7)), mask=mask)
    draw = ImageDraw.Draw(picture)
    for middle in (135, 223):
        draw.ellipse((middle - 20, 194, middle + 20, 216), fill="#f4efe9", outline=EYE, width=3)
        draw.ellipse((middle - 10, 194, middle + 10, 215), fill=EYE)
        draw.line((middle - 28, 178, middle, 170, middle + 28, 178), fill=HAIR, width=9)
    draw.ellipse((160, 254, 172, 264), fill="#8a5f4c")
    draw.ellipse((186, 254, 198, 264), fill="#8a5f4c")
    draw.ellipse((142, 284, 216, 306), fill=LIPS)
    draw.line((144, 295, 214, 295), fill="#6e3d36", width=3)
    return picture.filter(ImageFilter.GaussianBlur(1.2))
