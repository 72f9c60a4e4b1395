"""Whether the background is white and without a border, and where the hair begins.

How white is white, the official rule leaves open; the limits below are this project's, and the
only place to change them. The background is looked at where a head seldom is, with wide hair too:
along the upper edge, and along both sides in the upper fifth. Pictures are 358 x 441 pixels.
"""

from typing import Final

from PIL import Image, ImageChops

from issuance.photos.rules import HEIGHT, WIDTH, Finding, Name, kept, measured, not_judged

WHITE_FROM: Final = 230  # the darkest of the three channels, of 255
TINTED_FROM: Final = 20  # between the brightest and the darkest channel
HAIR_BELOW: Final = 190  # about half way from white to fair hair: where the eye sees the edge
FRAME: Final = 4  # pixels at the edge where a border would be
INSIDE: Final = 8  # pixels beside them
UPPER_FIFTH: Final = HEIGHT // 5
SHARE_OF_BORDER: Final = 0.5  # of the frame's pixels
LONGEST_SPECK: Final = 5  # pixels in a row that are dust, not hair
HEAD: Final = (60, WIDTH - 60)  # columns in which the top of the head lies


def background_findings(image: Image.Image) -> list[Finding]:
    """Border, background and hair top of an RGB picture."""
    white = _white(image)
    frame = _share(white, _strips(0, FRAME))
    inside = _share(white, _strips(FRAME, INSIDE))
    background = measured(Name.BACKGROUND, 100 * inside)
    is_white = background.rule.allows(100 * inside)
    findings = [
        kept(Name.BORDER, when=not (is_white and frame < 1 - SHARE_OF_BORDER)),
        background,
    ]
    if not is_white or frame < 1 - SHARE_OF_BORDER:
        # Nothing tells the hair from what is behind it.
        return [*findings, *not_judged(Name.HAIR_TOP)]
    return [*findings, measured(Name.HAIR_TOP, hair_top(image))]


def hair_top(image: Image.Image) -> int:
    """Rows above the head of a picture with a white background; its height if there is no head."""
    left, right = HEAD
    dark = _darkest(image).crop((left, 0, right, image.height))
    dark = dark.point(lambda shade: 255 if shade < HAIR_BELOW else 0)
    rows = dark.tobytes()
    hair = b"\xff" * (LONGEST_SPECK + 1)
    width = right - left
    for y in range(image.height):
        if hair in rows[y * width : (y + 1) * width]:
            return y
    return image.height


def _white(image: Image.Image) -> Image.Image:
    """255 where the picture is white, else 0."""
    darkest = _darkest(image)
    red, green, blue = image.split()
    brightest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    tint = ImageChops.subtract(brightest, darkest)
    light = darkest.point(lambda shade: 255 if shade >= WHITE_FROM else 0)
    plain = tint.point(lambda shade: 255 if shade < TINTED_FROM else 0)
    return ImageChops.multiply(light, plain)


def _darkest(image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    return ImageChops.darker(ImageChops.darker(red, green), blue)


def _strips(start: int, width: int) -> list[tuple[int, int, int, int]]:
    """A strip *start* pixels inside the edge: above, and left and right in the upper fifth.

    The one above is narrower: hair may begin 7 pixels below the edge.
    """
    above = min(width, 7 - start)
    return [
        (start, start, WIDTH - start, start + above),
        (start, start, start + width, UPPER_FIFTH),
        (WIDTH - start - width, start, WIDTH - start, UPPER_FIFTH),
    ]


def _share(white: Image.Image, boxes: list[tuple[int, int, int, int]]) -> float:
    """The share of white pixels in all boxes together."""
    parts = [white.crop(box).histogram() for box in boxes]
    return sum(part[255] for part in parts) / sum(sum(part) for part in parts)
