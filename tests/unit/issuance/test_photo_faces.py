"""OpenCV's cascades on a real portrait, moved about, and on a drawn one."""

import pytest
from PIL import Image

from tests.portraits import drawn, moved, photo, portrait

pytest.importorskip("cv2", reason="needs OpenCV (the extra photos)")

from issuance.photos.check import PhotoReport, check_photo, detector
from issuance.photos.face import find_faces

# In the portrait: pupils at (127, 202) and (222, 207), cheeks from 81 to 280.
EYES_MIDDLE, EYE_LINE, FACE_WIDTH = 174.5, 234, 199


def judge(picture: Image.Image) -> PhotoReport:
    return check_photo(photo(picture), find_faces=detector())


def broken(picture: Image.Image) -> set[str]:
    return {finding.name.value for finding in judge(picture).broken}


def test_the_real_portrait_is_accepted_and_everything_was_judged() -> None:
    report = check_photo(portrait(), find_faces=detector())
    assert report.is_accepted
    assert not report.open


def test_face_and_eyes_are_measured_to_a_few_pixels() -> None:
    (face,) = find_faces(moved())
    assert face.width == pytest.approx(FACE_WIDTH, rel=0.05)
    assert face.eyes_middle == pytest.approx(EYES_MIDDLE, abs=4)
    assert face.eye_line == pytest.approx(EYE_LINE, abs=4)


@pytest.mark.parametrize(
    ("right", "down", "names"),
    [
        (-12, 0, set()),
        (13, 0, set()),
        (-30, 0, {"centred", "eyes_middle"}),
        (34, 0, {"centred", "eyes_middle"}),
        (0, 5, set()),
        (0, 36, {"hair_top", "eye_line"}),
        (0, -12, {"hair_top"}),
    ],
)
def test_a_face_in_the_wrong_place_is_refused(right: int, down: int, names: set[str]) -> None:
    assert broken(moved(right, down)) == names


def test_a_face_that_is_too_small_is_refused() -> None:
    assert "face_width" in broken(moved(54, 10, scale=0.7))


def test_two_faces_are_refused() -> None:
    picture = moved(0, 20, scale=0.5)
    picture.paste(picture.crop((0, 0, 179, 441)), (179, 0))
    assert "face" in broken(picture)


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (358, 441), "white"),
        moved().transpose(Image.Transpose.ROTATE_180),
        Image.effect_noise((358, 441), 80).convert("RGB"),
    ],
    ids=["white", "upside down", "noise"],
)
def test_where_there_is_no_face_none_is_found(picture: Image.Image) -> None:
    assert find_faces(picture) == []


def test_a_drawn_face_is_found_with_its_eyes() -> None:
    (face,) = find_faces(drawn())
    assert face.eyes_middle == pytest.approx(179, abs=4)
    assert face.eye_line == pytest.approx(441 - 205, abs=5)


def test_a_mirrored_portrait_is_measured_alike() -> None:
    (face,) = find_faces(moved().transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert face.eyes_middle == pytest.approx(358 - EYES_MIDDLE, abs=7)
    assert face.width == pytest.approx(FACE_WIDTH, rel=0.06)
