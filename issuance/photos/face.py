"""Faces and eyes on a photo, by the Haar cascades that OpenCV 4 brings along.

The only importer of OpenCV (extra `photos`). What the detector was tried on, and why this one:
docs/decisions/0019-a-detector-for-faces.md.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import cv2.data
import numpy
from PIL import Image

from issuance.photos.geometry import FaceGeometry, Point

if not hasattr(cv2, "CascadeClassifier"):  # moved out of the main library in OpenCV 5
    raise ImportError("needs OpenCV 4")

FACES: Final = "haarcascade_frontalface_alt.xml"
# The second knows glasses, and finds fewer eyes without them.
EYES: Final = ("haarcascade_eye.xml", "haarcascade_eye_tree_eyeglasses.xml")
SMALLEST_FACE: Final = 90  # pixels: half of what is allowed, so that a small face is told as such
STEP: Final = 1.05  # from one size that is searched for to the next
NEIGHBOURS: Final = 5  # hits around a place that make it a face
EYE_NEIGHBOURS: Final = 4
# The cascade's box goes beyond the cheeks; measured on three portraits: 0.87 to 0.92.
FACE_IN_BOX: Final = 0.9
# Where in the box the eyes are, from its upper edge, and how large the cascade finds them.
EYES_FROM, EYES_TO = 0.2, 0.55
EYE_SIZE: Final = (1 / 8, 1 / 3)
EYES_APART: Final = (0.25, 0.6)


class Box(NamedTuple):
    """A square found by a cascade."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> Point:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


def find_faces(image: Image.Image) -> list[FaceGeometry]:
    """The faces of a picture that are seen from the front, the largest first."""
    grey = numpy.asarray(image.convert("L"))
    found = _cascade(FACES).detectMultiScale(
        grey, scaleFactor=STEP, minNeighbors=NEIGHBOURS, minSize=(SMALLEST_FACE, SMALLEST_FACE)
    )
    boxes = sorted(_boxes(found), key=lambda box: (-box.width, box))
    return [
        FaceGeometry(
            width=FACE_IN_BOX * box.width, middle=box.centre[0], eyes=_eyes(image.convert("L"), box)
        )
        for box in boxes
    ]


def _eyes(grey: Image.Image, face: Box) -> tuple[Point, Point] | None:
    """The pair that looks most like two eyes, the left one on the picture first."""
    top = face.y + round(EYES_FROM * face.height)
    bottom = face.y + round(EYES_TO * face.height)
    part = numpy.asarray(grey.crop((face.x, top, face.x + face.width, bottom)))
    smallest, largest = (round(share * face.width) for share in EYE_SIZE)
    for name in EYES:
        found = _cascade(name).detectMultiScale(
            part,
            scaleFactor=STEP,
            minNeighbors=EYE_NEIGHBOURS,
            minSize=(smallest, smallest),
            maxSize=(largest, largest),
        )
        pair = _pair([*_boxes(found)], face.width)
        if pair is not None:
            (left_x, left_y), (right_x, right_y) = (eye.centre for eye in pair)
            return (face.x + left_x, top + left_y), (face.x + right_x, top + right_y)
    return None


def _pair(eyes: list[Box], face_width: int) -> tuple[Box, Box] | None:
    nearest, farthest = (share * face_width for share in EYES_APART)
    pairs = [
        (left, right)
        for left, right in product(eyes, eyes)
        if nearest <= right.centre[0] - left.centre[0] <= farthest
    ]
    return min(pairs, key=lambda pair: _unlikeness(*pair), default=None)


def _unlikeness(left: Box, right: Box) -> float:
    return abs(left.centre[1] - right.centre[1]) + abs(left.width - right.width)


def _boxes(found: object) -> Iterator[Box]:
    for x, y, width, height in numpy.asarray(found).reshape(-1, 4).tolist():
        yield Box(x, y, width, height)


@cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / name))
