"""The printer's layout: what is printed, where, at which size, and with which font."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFont, ImageStat

from issuance import card_picture, fonts, print_data
from issuance.book_errors import PictureError
from issuance.card_face import CardFace, svg
from issuance.card_picture import preview, printer_layout
from issuance.font_coverage import font_coverage
from issuance.picture_errors import MissingCharacterError
from issuance.qr_code import qr_code
from tests.portraits import portrait

NAMES = json.loads(
    (Path(__file__).parents[2] / "vectors" / "names_gb18030.json").read_text(encoding="utf-8")
)
RARE = [entry["char"] for entry in NAMES["rare_chars"]]
SAMPLES = [entry["name"] for entry in NAMES["sample_names"]]
RECORD_TEXT = "OC1:" + "6BF+70790T9WJWG" * 24
CODE = qr_code(RECORD_TEXT)
NOWHERE = "\U0010fffd"  # a private character: no font of any machine should have it

needs_fonts = pytest.mark.skipif(
    not {"babelstonehan.ttf", "hanaminb.ttf"}
    <= {font.path.name.lower() for font in fonts.chinese_fonts()},
    reason="needs fonts with rare characters (fonts-babelstone-han, fonts-hanazono)",
)


def face(name: str = "王芳", photo: bytes | None = None) -> CardFace:
    return CardFace(
        name=name,
        social_security_number="11010519491231002X",
        card_number="A00000003",
        issued_on=date(2026, 11, 1),
        qr_code=CODE,
        photo=photo,
    )


def pixels(*millimetres: float) -> tuple[int, ...]:
    return tuple(round(value / 25.4 * 300) for value in millimetres)


def ink(image: Image.Image, box: tuple[float, float, float, float]) -> tuple[float, ...] | None:
    """The bounds of what is printed in *box*, in mm from the card's corner."""
    left, top, right, bottom = pixels(*box)
    part = image.convert("RGB").crop((left, top, right, bottom))
    found = ImageChops.difference(part, Image.new("RGB", part.size, "white")).getbbox()
    if found is None:
        return None
    shifted = (found[0] + left, found[1] + top, found[2] + left, found[3] + top)
    return tuple(value / 300 * 25.4 for value in shifted)


@needs_fonts
def test_photo_and_lines_are_in_the_places_of_the_printers_in_the_field() -> None:
    image = printer_layout(face(photo=portrait()))
    # Photo x4 y12 w20 h25; name x36 y15.5; number x47 y20; card number x36 y24.5; date x41 y29.
    photo = ink(image, (0, 0, 30, 53))
    assert photo is not None
    assert photo[0] >= 3.9
    assert photo[1] >= 11.9
    assert photo[2] <= 24.1
    assert photo[3] == pytest.approx(37, abs=0.1)
    for x, y in ((36, 15.5), (47, 20), (36, 24.5), (41, 29)):
        line = ink(image, (30, y, 85, y + 3.2))
        assert line is not None
        assert line[0] == pytest.approx(x, abs=0.4)
        # 8 pt are 2.82 mm.
        assert line[3] - line[1] < 2.9


def test_nothing_of_the_blank_is_printed() -> None:
    image = printer_layout(face())
    assert ink(image, (0, 0, 85, 12)) is None  # the title
    assert ink(image, (4, 12, 35, 53)) is None  # labels; no photo, so nothing in its place
    assert ink(image, (0, 38, 60, 53)) is None  # the waves
    assert ink(preview(face()), (0, 38, 60, 53)) is not None


def test_text_is_black_without_shades() -> None:
    colours = printer_layout(face()).getcolors()
    assert {colour for _, colour in colours or ()} == {(0, 0, 0), (255, 255, 255)}


def test_a_kiosk_gets_it_upside_down() -> None:
    upright, turned = printer_layout(face()), printer_layout(face(), rotated=True)
    assert turned.transpose(Image.Transpose.ROTATE_180).tobytes() == upright.tobytes()
    assert turned.tobytes() != upright.tobytes()


@pytest.mark.foreign
@pytest.mark.parametrize("rotated", [False, True])
def test_a_stranger_reads_the_printed_code(rotated: bool) -> None:
    data = print_data.printer_files(face(photo=portrait()), rotated=rotated)["-print.png"]
    assert read(Image.open(BytesIO(data))) == [RECORD_TEXT]


@pytest.mark.foreign
@pytest.mark.parametrize("rotated", [False, True])
def test_strangers_open_the_pdf_and_read_the_code(tmp_path: Path, rotated: bool) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("needs pdftoppm (poppler-utils)")
    files = print_data.printer_files(face(photo=portrait()), rotated=rotated)
    pdf = tmp_path / "card.pdf"
    pdf.write_bytes(files["-print.pdf"])
    facts = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True)
    assert re.search(r"^Pages: +1$", facts.stdout, re.MULTILINE)
    assert facts.stderr == ""
    subprocess.run(
        ["pdftoppm", "-r", "600", "-png", "-singlefile", pdf, tmp_path / "p"], check=True
    )
    shown = Image.open(tmp_path / "p.png").convert("RGB")
    assert read(shown) == [RECORD_TEXT]
    sent = Image.open(BytesIO(files["-print.png"])).convert("RGB")
    difference = ImageChops.difference(shown.resize(sent.size, Image.Resampling.BOX), sent)
    assert max(ImageStat.Stat(difference).mean) < 8


def read(picture: Image.Image) -> list[str]:
    zxingcpp = pytest.importorskip("zxingcpp")
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("RGB"))]


@pytest.mark.parametrize("draw", [preview, printer_layout])
def test_the_pdf_is_one_page_of_a_cards_size_and_loses_nothing(
    draw: Callable[[CardFace], Image.Image],
) -> None:
    picture = card_picture.png(draw(face(photo=portrait())))
    pdf = card_picture.pdf(picture, dated=date(2026, 11, 1))
    assert pdf.startswith(b"%PDF-1.4\n")
    (box,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    width, height = (float(points) / 72 * 25.4 for points in box)
    assert (width, height) == (pytest.approx(85.60, abs=0.001), pytest.approx(53.98, abs=0.001))
    # The picture's bytes are those of the PNG (between them, that is cut into chunks).
    (start,) = re.findall(rb"/Predictor 15 .*?stream\n(.{32})", pdf, re.DOTALL)
    assert start in picture


def test_every_object_of_the_pdf_is_where_its_table_says() -> None:
    pdf = print_data.printer_files(face())["-print.pdf"]
    table = int(pdf.rsplit(b"startxref\n", 1)[1].split()[0])
    assert pdf[table:].startswith(b"xref\n0 7\n")
    entries = [line.split() for line in pdf[table:].splitlines()[2:9]]
    for number, (place, _, used) in enumerate(entries):
        if used == b"n":
            assert pdf[int(place) :].startswith(b"%d 0 obj\n" % number)


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA"])
def test_only_a_picture_of_eight_bit_colours_goes_into_the_pdf(mode: str) -> None:
    file = BytesIO()
    Image.new("RGB", (4, 4)).convert(mode).save(file, "PNG")
    for data in (file.getvalue(), b"", b"no picture"):
        with pytest.raises(ValueError, match="8-bit RGB"):
            card_picture.pdf(data, dated=date(2026, 11, 1))


def test_a_card_gives_the_same_files_every_time() -> None:
    assert print_data.printer_files(face()) == print_data.printer_files(face())


@needs_fonts
@pytest.mark.parametrize("name", SAMPLES)
def test_names_with_rare_characters_are_printed(name: str) -> None:
    assert ink(printer_layout(face(name)), (36, 15.5, 83, 18.6)) is not None


@needs_fonts
def test_every_rare_character_has_a_shape_of_its_own() -> None:
    shapes = {
        printer_layout(face(character)).crop(pixels(36, 15, 40, 19)).tobytes() for character in RARE
    }
    assert len(shapes) == len(RARE)
    assert not any(fonts.missing_characters(character) for character in RARE)


@needs_fonts
def test_every_character_of_the_standard_table_has_a_font() -> None:
    # 通用规范汉字表 (2013): what names may be given with.
    table = [entry["char"] for entry in NAMES["std_table_2013_non_URO"]]
    assert fonts.missing_characters("".join(table)) == []
    assert fonts.missing_characters("".join(map(chr, range(0x4E00, 0xA000)))) == []


@needs_fonts
def test_a_character_that_no_font_has_is_named_and_not_printed() -> None:
    with pytest.raises(MissingCharacterError) as caught:
        printer_layout(face(f"王{NOWHERE}"))
    assert caught.value.characters == (NOWHERE,)
    assert "U+10FFFD" in caught.value.cause[0]
    assert "U+10FFFD" in caught.value.cause[1]
    assert preview(face(f"王{NOWHERE}")).tobytes() == preview(face("王\ufffd")).tobytes()


def test_without_any_font_a_chinese_name_is_not_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_folders", lambda: iter([tmp_path]))
    fonts.chinese_fonts.cache_clear()
    try:
        with pytest.raises(MissingCharacterError):
            printer_layout(face())
        assert print_data.pictures(face()).keys() == {".svg", "-qr.svg", "-qr.png"}
    finally:
        fonts.chinese_fonts.cache_clear()


@needs_fonts
def test_a_long_name_becomes_smaller_and_stays_on_its_line() -> None:
    long = "阿不都热依木江买买提明吐尔逊艾合买提江𰻝𬭚㛃䶮·龘"
    assert len(long) == 25
    short = ink(printer_layout(face("阿不都")), (30, 15, 85.6, 19))
    line = ink(printer_layout(face(long)), (30, 15, 85.6, 19))
    assert short is not None
    assert line is not None
    assert line[2] <= 83.1
    assert line[3] - line[1] < short[3] - short[1]
    with pytest.raises(PictureError, match="does not fit"):
        printer_layout(face(long * 2))
    # In the SVG too, whose fonts are another program's.
    size = re.search(rf'font-size="([\d.]+)"[^>]*>{long}', svg(face(long)))
    assert size is not None
    assert float(size[1]) * 25 < 83.1 - 36


@pytest.mark.parametrize("font", fonts.chinese_fonts(), ids=lambda font: font.path.name)
def test_a_font_covers_what_freetype_draws_with_it(font: fonts.Font) -> None:
    drawn = ImageFont.truetype(
        str(font.path), 24, index=font.number, layout_engine=ImageFont.Layout.BASIC
    )
    box = bytes(drawn.getmask("\U0010fffe"))  # no character, so no font has it
    codes = [*range(0x21, 0x7F), *range(0x3400, 0xA000, 97), *range(0x20000, 0x31350, 397)]
    coverage = font_coverage(*font)
    wrong = [
        hex(code)
        for code in codes
        if (chr(code) in coverage) != (bytes(drawn.getmask(chr(code))) != box)
    ]
    assert wrong == []


def sfnt(cmap: bytes) -> bytes:
    """A font file with this table only (ISO/IEC 14496-22, 4.5)."""
    head = bytes.fromhex("00010000 0001 0010 0000 0000")
    return head + b"cmap" + bytes(4) + (28).to_bytes(4) + len(cmap).to_bytes(4) + cmap


# Version 0, one table: Windows, Unicode of plane 0 (3, 1) or full (3, 10).
PLANE_0, FULL = "0000 0001 0003 0001 0000000C", "0000 0001 0003 000A 0000000C"
FORMAT_4 = bytes.fromhex(
    PLANE_0 + "0004 002A 0000 0006 0000 0000 0000"  # three segments
    "0042 0052 FFFF 0000 0041 0050 FFFF"  # A–B, P–R, the last
    "FFC0 0000 0001 0000 0004 0000"  # A, B: from the delta; P–R: from the array
    "0005 0000 0006"  # Q has no glyph
)
FORMAT_12 = bytes.fromhex(
    FULL + "000C 0000 00000028 00000000 00000002"
    "00000041 00000042 00000003"
    "00020000 00020002 00000000"  # begins with the glyph that is none
)


@pytest.mark.parametrize(
    ("cmap", "there", "absent"),
    [
        (FORMAT_4, "ABPR", "@CQS\uffff\U00020001"),
        (FORMAT_12, "AB\U00020001\U00020002", "@C\U00020000\U00020003"),
        (bytes.fromhex(PLANE_0 + "0006 0000"), "", "A"),
        (FORMAT_12[:30], "", "AB"),
        (b"", "", "A"),
    ],
    ids=["format 4", "format 12", "another format", "cut off", "empty"],
)
def test_a_table_of_characters_is_read_as_the_standard_says(
    tmp_path: Path, cmap: bytes, there: str, absent: str
) -> None:
    path = tmp_path / "font.ttf"
    path.write_bytes(sfnt(cmap))
    coverage = font_coverage(path)
    assert [character for character in there if character not in coverage] == []
    assert [character for character in absent if character in coverage] == []
