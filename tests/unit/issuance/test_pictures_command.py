"""`onecard bureau photo`, `face` and `pictures` from the outside."""

import json
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from issuance.cli import bureau as bureau_command
from issuance.fonts import chinese_font
from onecard.console import Exit
from onecard.settings import Settings
from tests.bureau import MAKER, Row, bureau, rows
from tests.portraits import moved, photo, portrait

RECORD = bytes(range(240))
needs_font = pytest.mark.skipif(
    chinese_font() is None, reason="needs a Chinese font (fonts-wqy-microhei)"
)


class Room:
    """Where cards are printed: a book with a batch of finished cards."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.language = folder, "en"
        self.batch, self.numbers = "", [""]

    def make(self, wanted: list[Row]) -> None:
        """Finish a card for each row."""
        with bureau(self.folder) as office:
            self.batch = office.prepared(wanted)
            self.numbers = [card.number for card in office.cards(self.batch)]
            for serial, number in enumerate(self.numbers, 1):
                office.personalize(number, serial, record=RECORD)

    def run(self, *arguments: object) -> Result:
        settings = Settings(
            database=str(self.folder / "book.sqlite3"), operator=MAKER, language=self.language
        )
        return CliRunner().invoke(bureau_command, [*map(str, arguments)], obj=settings)

    def files(self, folder: str) -> set[str]:
        return {path.name for path in (self.folder / folder).iterdir()}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def people(*names: str) -> list[Row]:
    return [
        (place, number, name, *others)
        for name, (place, number, _, *others) in zip(names, rows(len(names)), strict=True)
    ]


@needs_font
def test_a_batch_is_drawn_for_a_look_and_for_the_printer(room: Room) -> None:
    room.make(people("王芳", "李伟"))
    one, two = room.numbers
    looked_at = room.run("pictures", room.batch, "--out", room.folder / "previews")
    printed = room.run("pictures", room.batch, "--out", room.folder / "printer", "--print")
    assert (looked_at.exit_code, printed.exit_code) == (Exit.OK, Exit.OK), printed.stderr
    endings = (".svg", ".png", ".pdf", "-qr.svg", "-qr.png")
    assert room.files("previews") == {f"{n}{ending}" for n in (one, two) for ending in endings}
    assert room.files("printer") == {
        f"{n}{ending}" for n in (one, two) for ending in ("-print.png", "-print.pdf")
    }
    assert "Without a photo: 2" in printed.stderr


@needs_font
def test_a_spoilt_card_is_not_printed_again(room: Room) -> None:
    room.make(people("王芳", "李伟"))
    spoilt, good = room.numbers
    assert room.run("reject", spoilt, "--reason", "misprint").exit_code == Exit.OK
    printed = room.run("pictures", room.batch, "--out", room.folder / "printer", "--print")
    assert "Cards drawn: 1" in printed.stderr
    assert room.files("printer") == {f"{good}-print.png", f"{good}-print.pdf"}


@needs_font
@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_photos_are_found_by_the_names_of_the_bureau_file(room: Room, kind: str) -> None:
    wanted = people("王芳", "李伟")
    room.make(wanted)
    photos = room.folder / "photos"
    if kind == "folder":
        photos.mkdir()
        (photos / wanted[0][-1]).write_bytes(portrait())
    else:
        with zipfile.ZipFile(photos, "w") as archive:
            archive.writestr(f"photos/{wanted[0][-1]}", portrait())
    out = room.folder / "printer"
    result = room.run("pictures", room.batch, "--out", out, "--print", "--photos", photos)
    assert "Without a photo: 1" in result.stderr
    with_photo, without = (out / f"{number}-print.png" for number in room.numbers)
    assert with_photo.stat().st_size > 5 * without.stat().st_size


@needs_font
def test_a_card_that_cannot_be_printed_is_told_and_the_others_are_written(room: Room) -> None:
    room.make(people("王\U0010fffd", "李伟"))
    bad, good = room.numbers
    result = room.run("pictures", room.batch, "--out", room.folder / "printer", "--print")
    assert result.exit_code == Exit.BAD_INPUT
    assert f"{bad}: No font on this machine has" in result.stderr
    assert "U+10FFFD" in result.stderr
    assert "fonts-hanazono" in result.stderr
    assert room.files("printer") == {f"{good}-print.png", f"{good}-print.pdf"}
    # To look at, it is drawn.
    assert room.run("pictures", room.batch, "--out", room.folder / "p").exit_code == Exit.OK
    room.language = "zh"
    alone = room.run("face", bad, "--print", "--out", room.folder)
    assert alone.exit_code == Exit.BAD_INPUT
    assert "本机字体均无" in alone.stderr


@needs_font
def test_one_face_is_printed_upside_down_for_a_kiosk(room: Room) -> None:
    room.make(people("王芳"))
    (room.folder / "zhang.jpg").write_bytes(portrait())
    common = ("face", room.numbers[0], "--photo", room.folder / "zhang.jpg", "--print")
    upright = room.run(*common, "--out", room.folder / "up")
    turned = room.run(*common, "--rotate", "--out", room.folder / "down")
    assert (upright.exit_code, turned.exit_code) == (Exit.OK, Exit.OK), turned.stderr
    assert len(upright.stdout.splitlines()) == 2
    name = f"{room.numbers[0]}-print.png"
    assert (room.folder / "up" / name).read_bytes() != (room.folder / "down" / name).read_bytes()


def test_turning_goes_with_printing_only(room: Room) -> None:
    assert room.run("face", "A00000003", "--rotate").exit_code == Exit.USAGE


def test_photos_are_judged_one_by_one_and_a_refusal_is_the_exit_code(room: Room) -> None:
    good, bad = room.folder / "good.jpg", room.folder / "bad.jpg"
    good.write_bytes(portrait())
    bad.write_bytes(photo(moved(), dpi=72))
    assert room.run("photo", good).exit_code == Exit.OK
    result = room.run("photo", room.folder, "--json")
    assert result.exit_code == Exit.REFUSED
    shown = json.loads(result.stdout)
    assert [(Path(one["file"]).name, one["accepted"]) for one in shown["photos"]] == [
        ("bad.jpg", False),
        ("good.jpg", True),
    ]
    broken = [rule for rule in shown["photos"][0]["rules"] if rule["verdict"] == "broken"]
    assert broken == [
        {
            "rule": "resolution",
            "clause": "4.1.1",
            "verdict": "broken",
            "measured": 72,
            "low": 350,
            "high": 350,
            "unit": "dpi",
            "sentence": "The photo does not say 350 dpi.",
        }
    ]


def test_a_person_reads_what_is_wrong_with_a_photo(room: Room) -> None:
    path = room.folder / "large.jpg"
    path.write_bytes(photo(moved(0, 40)) + bytes(60_000))
    english = room.run("photo", path)
    room.language = "zh"
    chinese = room.run("photo", path)
    assert "refused" in english.stdout
    assert "9 KB" in english.stdout
    assert "not judged: complete" in english.stdout
    assert "Photos: 1; refused: 1." in english.stderr
    assert "退回" in chinese.stdout
    assert "40KB" in chinese.stdout
    assert "refused" not in chinese.stdout


def test_without_opencv_the_rest_is_judged_and_it_is_said(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "issuance.photos.face", raising=False)
    monkeypatch.setitem(sys.modules, "cv2", None)
    path = room.folder / "good.jpg"
    path.write_bytes(portrait())
    result = room.run("photo", path, "--json")
    assert result.exit_code == Exit.OK
    assert "onecard[photos]" in result.stderr
    shown = json.loads(result.stdout)
    assert shown["faces_judged"] is False
    verdicts = {rule["rule"]: rule["verdict"] for rule in shown["photos"][0]["rules"]}
    assert (verdicts["background"], verdicts["hair_top"]) == ("kept", "kept")
    assert (verdicts["face"], verdicts["eye_line"]) == ("not judged", "not judged")


@pytest.mark.parametrize("name", ["nowhere.jpg", "."])
def test_no_photo_at_that_place_is_told(room: Room, name: str) -> None:
    result = room.run("photo", room.folder / name)
    assert result.exit_code in {Exit.BAD_INPUT, Exit.STORAGE}
    assert result.stderr.startswith("onecard: ")
