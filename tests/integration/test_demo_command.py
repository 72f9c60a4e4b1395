"""`onecard demo`: the whole path, as a person sees it on one screen, and what stops it."""

import re
from pathlib import Path

import pytest

from api.demo.world import MARK
from tests.onecard_command import onecard, onecard_process

SETTINGS = {"ONECARD_LANGUAGE": "en", "ONECARD_PROFILE": "v3.00"}


def demo(*arguments: str | Path):
    return onecard("demo", *arguments, **SETTINGS)


def test_it_makes_cards_verifies_them_and_catches_six_frauds(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    left = out / "of an earlier one"
    left.touch()
    (out / MARK).touch()
    told = onecard_process("demo", "--cards", "2", "--out", out, **SETTINGS)
    assert (told.returncode, told.stderr, left.exists()) == (0, "", False)
    assert "81 rows: 60 accepted, 21 refused" in told.stdout
    assert told.stdout.count("2 of 2 genuine") == 3
    assert (told.stdout.count("✓"), told.stdout.count("✗")) == (6, 0)
    for verdict in ("copied", "altered", "expired", "unknown_key", "replayed", "revoked"):
        assert f"→ {verdict}" in told.stdout
    assert re.search(r"frauds caught +6 / 6", told.stdout)
    lines = told.stdout.replace(str(out), "out").splitlines()  # a test's folder has a long name
    assert max(map(len, lines)) <= 160

    pictures = sorted(file.suffix for file in (out / "cards").iterdir())
    assert pictures.count(".svg") == 4  # face and QR code of two cards
    assert pictures.count(".png") >= 2
    result = (out / "result.csv").read_bytes()
    assert result.count(b"\n") >= 2
    assert (out / "refused.csv").read_bytes().count(b"\n") >= 21
    assert str(out.resolve()) in told.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file people.csv"),
        (b"", "is empty"),
        (b"\x00\xff" * 100, ""),
        ("姓名,性别\n张三,1\n".encode("gb18030"), ""),
    ],
    ids=["missing", "empty", "binary", "columns"],
)
def test_a_hopeless_file_is_one_clear_line(content, said, tmp_path):
    file = tmp_path / "people.csv"
    if content is not None:
        file.write_bytes(content)
    told = demo("--file", file, "--out", tmp_path / "out")
    assert told.returncode == 3
    assert told.stderr.count("\n") == 1, told.stderr
    assert told.stderr.startswith("onecard: ")
    assert said in told.stderr
    assert "Traceback" not in told.stdout + told.stderr
    assert "Run it again" not in told.stderr


def test_a_folder_of_somebody_else_is_not_emptied(tmp_path):
    kept = tmp_path / "thesis.txt"
    kept.write_text("years of work")
    told = demo("--out", tmp_path)
    assert (told.returncode, told.stdout) == (3, "")
    assert "is not from an earlier demonstration" in told.stderr
    assert kept.read_text() == "years of work"


def test_a_file_in_the_way_is_told(tmp_path):
    kept = tmp_path / "out"
    kept.write_text("years of work")
    told = demo("--out", kept)
    assert (told.returncode, told.stderr) == (8, f"onecard: {kept}: Not a directory.\n")
    assert kept.read_text() == "years of work"


@pytest.mark.parametrize("cards", ["0", "201", "many"])
def test_an_impossible_number_of_cards_is_the_users_mistake(cards, tmp_path):
    assert demo("--cards", cards, "--out", tmp_path / "out").returncode == 2


def test_an_unknown_profile_is_named(tmp_path):
    told = onecard("demo", "--out", tmp_path / "out", ONECARD_PROFILE="v9.99")
    assert (told.returncode, told.stderr.count("\n")) == (3, 1)
    assert "v9.99" in told.stderr
    assert not (tmp_path / "out").exists()
