"""Photos beside a bureau file, in a folder or a ZIP archive."""

import io
import zipfile
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from issuance.errors import IntakeError
from issuance.intake.bureau_file import check_file
from issuance.intake.photos import Photos, photo_reason
from tests.people import csv_bytes, people

ON = date(2026, 11, 1)


def photo(
    size: tuple[int, int] = (358, 441),
    *,
    mode: str = "RGB",
    dpi: int = 350,
    quality: int = 75,
    kind: str = "JPEG",
    noise: int = 60,
) -> bytes:
    """A picture of coarse noise, invented; about 20 KB as it is."""
    random = Random(1)  # noqa: S311  # invented data, repeatable
    grain = Image.frombytes("L", (noise, noise), random.randbytes(noise * noise))
    stream = io.BytesIO()
    grain.resize(size).convert(mode).save(stream, kind, dpi=(dpi, dpi), quality=quality)
    return stream.getvalue()


GOOD = photo()


def test_a_photo_as_prescribed_is_accepted() -> None:
    assert 9_000 <= len(GOOD) <= 40 * 1_024
    assert photo_reason(GOOD) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "photo_format"),
        (b"no picture", "photo_format"),
        (photo(kind="PNG"), "photo_format"),
        (photo(mode="L"), "photo_format"),
        (photo(mode="CMYK"), "photo_format"),
        (GOOD[:-500], "photo_format"),
        (photo((441, 358)), "photo_size"),
        (photo((358, 440)), "photo_size"),
        (photo(dpi=300), "photo_size"),
        (photo(noise=2, quality=20), "photo_size"),
        (photo(noise=400, quality=98), "photo_size"),
        # A header that claims 65,500 × 65,500 pixels: nothing is decoded.
        (GOOD.replace(b"\x01\xb9\x01\x66", b"\xff\xdc\xff\xdc", 1), "photo_size"),
    ],
)
def test_other_photos_are_refused(data: bytes, reason: str) -> None:
    assert photo_reason(data) == reason


@given(st.binary(max_size=100) | st.integers(0, len(GOOD)).map(lambda n: GOOD[:n]))
def test_any_bytes_are_a_reason_or_a_photo(data: bytes) -> None:
    assert photo_reason(data) in {None, "photo_format", "photo_size"}


@given(st.integers(0, 700), st.binary(min_size=1, max_size=3))
def test_a_damaged_header_is_a_reason_or_a_photo(place: int, damage: bytes) -> None:
    data = GOOD[:place] + damage + GOOD[place + len(damage) :]
    assert photo_reason(data) in {None, "photo_format", "photo_size"}


def archive_of(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("kind", ["folder", "archive", "archive of the folder"])
def test_rows_without_a_photo_as_prescribed_are_refused(tmp_path: Path, kind: str) -> None:
    rows = list(people(4, seed=7, on=ON))
    files = {rows[0][-1]: GOOD, rows[1][-1]: photo(dpi=96), rows[2][-1]: b"no picture"}
    if kind == "folder":
        photos = tmp_path / "photos"
        photos.mkdir()
        for name, data in files.items():
            (photos / name).write_bytes(data)
    else:
        prefix = "photos/" if kind == "archive of the folder" else ""
        photos = archive_of(tmp_path / "p.zip", {prefix + name: d for name, d in files.items()})
    file = tmp_path / "people.csv"
    file.write_bytes(csv_bytes(rows))
    with check_file(file, on=ON, photos=photos) as report:
        assert [(row.row, [*row.reasons]) for row in report.refused_rows] == [
            (2, ["photo_size"]),
            (3, ["photo_format"]),
            (4, ["photo_missing"]),
        ]


@pytest.mark.parametrize("name", ["", ".", "..", "../secret.jpg", "/etc/passwd", "a\\b.jpg", "a\0"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(GOOD)
    (tmp_path / "photos").mkdir()
    with Photos(tmp_path / "photos") as photos:
        assert photos.reason(name) == "photo_missing"


def test_photos_that_are_neither_folder_nor_archive_end_the_check(tmp_path: Path) -> None:
    (tmp_path / "photos.zip").write_bytes(b"no archive")
    for path in (tmp_path / "photos.zip", tmp_path / "nowhere"):
        with pytest.raises(IntakeError) as caught:
            Photos(path)
        assert caught.value.reason == "photos"
