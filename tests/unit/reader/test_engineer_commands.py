"""`onecard card read --trace --photo`, `dump`, `apdu` and `replay`, against a card on a port."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onecard.console import Exit
from onecard.settings import Settings
from reader.card_maintenance import write_group
from reader.card_profile.ssse import Photo
from reader.cli import card
from reader.desk_keys import DeskKeys
from reader.session import CardSession
from tests.card_on_a_port import served
from tests.desk import PASSPHRASE, PIN, Desk, counter_bytes

JPEG = bytes.fromhex("FFD8 FFDA 0008 0101 0000 3F00") + b"\x55" * 300 + bytes.fromhex("FFD9")


class Counter:
    """A desk with the issuer's key store, one card on a port, and a folder for files."""

    def __init__(self, folder: Path, address: str, desk: Desk) -> None:
        self.folder, self.address, self.desk = folder, address, desk
        self.keys = folder / "keys.json"
        self.trust = folder / "trust.json"
        self.trust.write_text(desk.store.public_keys().dumps(), encoding="utf-8")

    def run(self, *arguments: str, keys: bool = True, language: str = "en") -> Result:
        settings = Settings(
            trust=self.trust,
            keys=self.keys if keys else self.folder / "none.json",
            database=str(self.folder / "no-book.sqlite3"),
            language=language,
            keys_passphrase=PASSPHRASE,
        )
        return CliRunner().invoke(card, [*arguments], obj=settings)

    def on_card(self, *arguments: str, **options: bool) -> Result:
        return self.run(*arguments, "--tcp", self.address, **options)

    def path(self, name: str) -> str:
        return str(self.folder / name)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("issuer")
    desk = Desk.open(folder, "v3.00")
    chip = desk.blank()
    desk.make(chip)
    session = CardSession(chip)
    keys = DeskKeys.of(session, desk.store, chip.atr, random=counter_bytes(2))
    write_group(keys, session, Photo(image=JPEG))
    return folder, desk, chip


@pytest.fixture
def counter(made) -> Iterator[Counter]:
    folder, desk, chip = made
    chip.reset()
    with served(chip) as address:
        yield Counter(folder, address, desk)


def test_the_photo_becomes_a_file_with_its_own_suffix(counter):
    result = counter.on_card("read", "--photo", counter.path("holder"))
    assert result.exit_code == Exit.OK, result.output
    assert (counter.folder / "holder.jpg").read_bytes() == JPEG


def test_no_right_to_the_photo_is_said_and_the_rest_is_read(counter):
    result = counter.on_card("read", "--pin", PIN, "--photo", counter.path("none"), keys=False)
    assert result.exit_code == Exit.OK
    assert "No photo." in result.stderr
    assert "张三" in result.stdout


def test_a_trace_names_nobody_and_is_read_again_as_the_clerk_saw_it(counter):
    trace = counter.path("read.jsonl")
    seen = counter.on_card("read", "--trace", trace, "--json")
    assert seen.exit_code == Exit.OK, seen.output
    again = counter.run("replay", trace, "--json")
    assert again.exit_code == Exit.OK, again.output
    first, second = json.loads(seen.stdout), json.loads(again.stdout)
    assert first["holder"]["name"] == "张三"
    assert second["holder"]["name"] == "****"
    assert second["refused"] == first["refused"] == []
    assert second["issuer"]["issue_date"] == first["issuer"]["issue_date"]
    assert "D5C5C8FD" not in Path(trace).read_text(encoding="utf-8")


def test_step_shows_every_exchange_with_its_meaning(counter):
    trace = counter.path("step.jsonl")
    counter.on_card("read", "--trace", trace)
    result = counter.run("replay", trace, "--step")
    assert "EXTERNAL AUTHENTICATE" in result.stderr
    assert "9000 (ok)" in result.stderr


def test_a_verification_is_replayed_with_the_person_and_is_marked_as_a_replay(counter):
    trace = counter.path("verify.jsonl")
    seen = counter.on_card("verify", "--trace", trace, "--with-person")
    assert seen.exit_code == Exit.OK, seen.output
    again = counter.run("replay", trace, "--verify", "--json")
    found = json.loads(again.stdout)
    assert (found["verdict"], found["replayed"]) == ("genuine", True)


def test_a_masked_trace_cannot_be_verified_and_says_so(counter):
    trace = counter.path("masked.jsonl")
    counter.on_card("verify", "--trace", trace)
    again = counter.run("replay", trace, "--verify", language="zh")
    assert again.exit_code == Exit.REFUSED
    assert "--with-person" in again.stderr


def test_against_compares_with_the_card_on_the_reader(counter):
    trace = counter.path("against.jsonl")
    counter.on_card("read", "--trace", trace, keys=False)
    same = counter.on_card("replay", trace, "--against", "--json")
    assert same.exit_code == Exit.OK, same.output
    assert json.loads(same.stdout)["differences"] == []


def test_a_dump_has_every_file_raw_and_decoded(counter):
    result = counter.on_card("dump", "--json")
    assert result.exit_code == Exit.OK, result.output
    files = {one["file"]: one for one in json.loads(result.stdout)["files"]}
    assert files["SSSE/EF05"]["raw"][2] == "0304332E3030"
    assert files["SSSE/EF06"]["decoded"]["name"] == "张三"
    assert files["SSSE/EF08"]["raw"][0].startswith("FFD8FFDA")
    text = counter.on_card("dump")
    assert "03 04 33 2E 30 30" in text.stdout


def test_an_apdu_goes_to_the_card_and_its_answer_is_told(counter):
    result = counter.on_card("apdu", "00 B0 00 00 00", "0084000008", "--json")
    exchanges = json.loads(result.stdout)["exchanges"]
    assert (exchanges[0]["sw"], exchanges[0]["meaning"]) == ("6A82", "6A82 (file not found)")
    assert (exchanges[1]["name"], len(exchanges[1]["data"])) == ("GET CHALLENGE", 16)


def test_what_counts_a_try_needs_a_yes(counter):
    refused = counter.on_card("apdu", "0020000003999999")
    assert (refused.exit_code, "VERIFY" in refused.stderr) == (Exit.USAGE, True)
    for select in ("00A4040C0F7378312E73682EC9E7BBE1B1A3D5CF",):
        sent = counter.on_card("apdu", select, "0020000003246810", "--yes")
    assert "9000" in sent.stdout


@pytest.mark.parametrize("text", ["xyz", "00", "00A4040005AA"])
def test_what_is_no_command_is_not_sent(counter, text):
    assert counter.on_card("apdu", text).exit_code == Exit.USAGE


def test_a_file_that_is_no_trace(counter):
    (counter.folder / "other.txt").write_text("hello", encoding="utf-8")
    result = counter.run("replay", counter.path("other.txt"))
    assert (result.exit_code, "no trace" in result.stderr) == (Exit.CARD, True)
    assert counter.run("replay", counter.path("not-there")).exit_code == Exit.BAD_INPUT
