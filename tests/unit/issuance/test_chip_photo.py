"""The chip's copy of a photo: small enough, readable everywhere, and the same every time."""

import io
import struct
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from issuance.photos.chip_photo import CAPACITY, LOWEST_QUALITY, WIDTHS, chip_photo
from issuance.picture_errors import PhotoError
from tests.portraits import drawn, moved, photo, portrait

BASELINE, PROGRESSIVE = 0xC0, 0xC2  # SOF0, SOF2: ITU-T T.81, table B.1
EXIF = 0xE1


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def markers(data: bytes) -> list[int]:
    """The markers of a JPEG file's segments up to its scan (ITU-T T.81, B.1.1.4)."""
    found, place = [], 2
    while data[place + 1] != 0xDA:
        found.append(data[place + 1])
        place += 2 + struct.unpack_from(">H", data, place + 2)[0]
    return found


@pytest.mark.parametrize("make", [portrait, lambda: photo(drawn(), quality=90)])
def test_a_portrait_fits_and_keeps_its_proportions(make: Callable[[], bytes]) -> None:
    small = chip_photo(make())
    image = opened(small)
    assert len(small) <= CAPACITY == 4_096
    assert image.mode == "RGB"
    assert image.width >= 150
    assert image.width / image.height == pytest.approx(358 / 441, rel=0.01)
    # 26 mm × 32 mm, as the chip's file wants it.
    assert image.width / image.info["dpi"][0] * 25.4 == pytest.approx(26, abs=0.2)


def test_the_capacity_is_used() -> None:
    small = chip_photo(portrait())
    assert len(small) > 0.93 * CAPACITY
    wider = WIDTHS[WIDTHS.index(opened(small).width) - 1]
    file = io.BytesIO()
    opened(portrait()).resize((wider, round(wider * 441 / 358)), Image.Resampling.LANCZOS).save(
        file, "JPEG", quality=LOWEST_QUALITY, optimize=True, subsampling=2
    )
    assert len(file.getvalue()) > CAPACITY


def test_the_copy_looks_like_the_photo() -> None:
    small = opened(chip_photo(portrait())).convert("RGB").resize((358, 441))
    difference = ImageChops.difference(small, opened(portrait()).convert("RGB"))
    assert max(ImageStat.Stat(difference).mean) < 8


def test_the_copy_is_baseline_and_brings_nothing_but_the_picture() -> None:
    exif = Image.Exif()
    exif[0x010F] = "camera"
    file = io.BytesIO()
    moved().save(file, "JPEG", exif=exif, progressive=True, quality=80, icc_profile=b"profile" * 9)
    assert PROGRESSIVE in markers(file.getvalue())
    found = markers(chip_photo(file.getvalue()))
    assert BASELINE in found
    assert PROGRESSIVE not in found
    assert [marker for marker in found if 0xE0 < marker <= 0xEF or marker == 0xFE] == []


def test_the_same_photo_gives_the_same_bytes() -> None:
    assert chip_photo(portrait()) == chip_photo(portrait())


@settings(max_examples=40, deadline=None)
@given(
    st.integers(40, 420),
    st.integers(40, 500),
    st.integers(1, 60),
    st.integers(0, 2**32),
    st.sampled_from(["RGB", "L", "CMYK"]),
)
def test_any_picture_fits_or_is_refused(
    width: int, height: int, grain: int, seed: int, mode: str
) -> None:
    random = Random(seed)  # noqa: S311  # invented data, repeatable
    noise = Image.frombytes("RGB", (grain, grain), random.randbytes(3 * grain * grain))
    file = io.BytesIO()
    noise.resize((width, height)).convert(mode).save(file, "JPEG", quality=90)
    try:
        small = chip_photo(file.getvalue())
    except PhotoError:
        return
    image = opened(small)
    image.load()
    assert len(small) <= CAPACITY
    assert image.width <= width
    assert image.height == max(1, round(height * image.width / width))


def test_a_picture_that_cannot_fit_is_refused() -> None:
    random = Random(1)  # noqa: S311  # invented data, repeatable
    noise = Image.frombytes("RGB", (100, 123), random.randbytes(3 * 100 * 123))
    with pytest.raises(PhotoError, match="4096 bytes"):
        chip_photo(photo(noise, quality=95))
    with pytest.raises(PhotoError, match="500 bytes"):
        chip_photo(portrait(), capacity=500)


@pytest.mark.parametrize("data", [b"", b"BM" + bytes(60), portrait()[:2_000]])
def test_what_is_no_whole_jpeg_is_refused(data: bytes) -> None:
    with pytest.raises(PhotoError) as caught:
        chip_photo(data)
    assert "onecard bureau photo" in caught.value.remedy[0]
