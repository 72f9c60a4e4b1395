"""QR codes and card faces: read back, measured, and safe against what is written on them."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from issuance import card_face, card_picture, fonts, print_data
from issuance.book_errors import PictureError
from issuance.card_face import CardFace
from issuance.qr_code import BORDER, QrPicture, qr_code

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"  # ISO/IEC 18004, table 5
SVG = "{http://www.w3.org/2000/svg}"
RECORD_TEXT = "OC1:" + "6BF+70790T9WJWG" * 24  # 364 characters: a record of some 240 bytes
CODE = qr_code(RECORD_TEXT)


def _read(picture: Image.Image) -> list[str]:
    zxingcpp = pytest.importorskip("zxingcpp")
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def _face(**changed: object) -> CardFace:
    facts: dict[str, object] = {
        "name": "张三",
        "social_security_number": "11010519491231002X",
        "card_number": "A00000003",
        "issued_on": date(2026, 11, 1),
        "qr_code": CODE,
    }
    return CardFace(**{**facts, **changed})  # type: ignore[arg-type]


def _preview(face: CardFace) -> Image.Image:
    return Image.open(io.BytesIO(card_picture.png(card_picture.preview(face))))


def _jpeg(size: tuple[int, int] = (358, 441)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#c04020").save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("length", "version", "correction"),
    # ISO/IEC 18004, table 7: alphanumeric capacity of versions 1-Q, 14-Q, 12-M, 21-M, 40-M.
    [(16, 1, "Q"), (376, 14, "Q"), (377, 12, "M"), (1_000, 21, "M"), (3_391, 40, "M")],
)
def test_correction_is_q_until_modules_become_too_small(
    length: int, version: int, correction: str
) -> None:
    code = qr_code("A" * length)
    assert (code.version, code.correction) == (version, correction)
    assert code.size == 17 + 4 * version + 2 * BORDER


def test_a_code_has_a_quiet_zone() -> None:
    rows = qr_code("OC1:").rows
    edge = [rows[i] for i in (*range(BORDER), *range(-BORDER, 0))]
    assert not any(any(row) for row in edge)
    assert not any(any(row[:BORDER]) or any(row[-BORDER:]) for row in rows)


@pytest.mark.parametrize("text", ["", "a", "卡", "OC1:\n", "A" * 3_392])
def test_other_text_is_no_code(text: str) -> None:
    with pytest.raises(PictureError):
        qr_code(text)


@pytest.mark.foreign
@settings(max_examples=15, deadline=None)
@given(st.text(ALPHANUMERIC, min_size=1, max_size=500).filter(lambda text: text == text.strip()))
def test_a_stranger_reads_the_code(text: str) -> None:
    assert _read(Image.open(io.BytesIO(qr_code(text).png(4)))) == [text]


def test_the_svg_code_covers_the_dark_modules() -> None:
    code = qr_code("OC1:ABC")
    path = ElementTree.fromstring(code.svg()).find(f"{SVG}path")  # noqa: S314  # our own
    assert path is not None
    covered = set()
    for run in path.attrib["d"].split("z")[:-1]:
        place, width = run.removeprefix("M").split("v")[0].split("h")
        x, y = map(int, place.split())
        covered |= {(x + i, y) for i in range(int(width))}
    assert covered == {
        (x, y) for y, row in enumerate(code.rows) for x, dark in enumerate(row) if dark
    }


def test_the_face_has_the_size_of_a_card_at_300_dpi() -> None:
    image = _preview(_face())
    assert image.size == (round(85.60 / 25.4 * 300), round(53.98 / 25.4 * 300))
    assert [round(value) for value in image.info["dpi"]] == [300, 300]


@pytest.mark.foreign
def test_a_stranger_reads_the_code_on_the_face() -> None:
    assert _read(_preview(_face(photo=_jpeg()))) == [RECORD_TEXT]


def test_the_svg_has_every_text_in_its_official_place() -> None:
    root = ElementTree.fromstring(card_face.svg(_face()))  # noqa: S314  # our own
    texts = {text.text: float(text.attrib["x"]) for text in root.iter(f"{SVG}text")}
    assert texts["张三"] == 36.0
    assert texts["11010519491231002X"] == 47.0
    assert texts["A00000003"] == 36.0
    assert texts["2026年11月1日"] == 41.0
    assert root.attrib["width"] == "85.6mm"


@given(st.text(min_size=1))
def test_nothing_written_on_a_card_breaks_the_svg(name: str) -> None:
    root = ElementTree.fromstring(card_face.svg(_face(name=name)))  # noqa: S314  # our own
    assert len(list(root.iter(f"{SVG}text"))) == 9
    assert not list(root.iter(f"{SVG}script"))


def test_a_photo_fills_its_place() -> None:
    image = _preview(_face(photo=_jpeg())).convert("RGB")
    x, y = (round(value / 25.4 * 300) for value in (4 + 10, 12 + 12.5))
    red, _, blue = image.getpixel((x, y))  # type: ignore[misc]
    assert red > 150 > blue


@pytest.mark.parametrize("draw", [card_face.svg, card_picture.preview, card_picture.printer_layout])
@pytest.mark.parametrize("photo", [b"", b"GIF89a", _jpeg()[:300]])
def test_what_is_no_photo_is_told(draw: Callable[[CardFace], object], photo: bytes) -> None:
    with pytest.raises(PictureError):
        draw(_face(photo=photo))


def test_the_best_chinese_font_of_a_folder_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts.chinese_fonts.cache_clear()
    folder = tmp_path / "fonts"
    folder.mkdir()
    for name in ("DejaVuSans.ttf", "wqy-zenhei.ttc", "SimSun.ttc"):
        (folder / name).touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    found = fonts.chinese_font()
    fonts.chinese_fonts.cache_clear()
    assert found == folder / "SimSun.ttc"


def test_a_picture_is_a_value() -> None:
    assert qr_code("OC1:") == qr_code("OC1:")
    assert isinstance(qr_code("OC1:"), QrPicture)


def test_two_names_look_different_on_the_face_as_a_picture() -> None:
    # Without a font for it, every Chinese character would be the same empty box.
    if fonts.chinese_font() is None:
        pytest.skip("needs a Chinese font (fonts-wqy-microhei)")
    first, second = (_preview(_face(name=name)) for name in ("张三", "李四"))
    assert first != second
    assert {".png", ".pdf"} <= print_data.pictures(_face()).keys()
