"""``onecard sim`` at its door: a wrong order is told in one line, and nothing is made."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hardware_sim.storage import CardFile
from onecard.command import root
from tests.fixed_card import fixed_card


def sim(*arguments: str | Path, language: str = "en") -> Result:
    words = ["sim", *map(str, arguments)]
    return CliRunner().invoke(root, words, env={"LC_ALL": f"{language}_XX.UTF-8"})


@pytest.mark.parametrize("serial", ["zz", "01020304", "01020304050607", ""])
def test_a_serial_that_is_none_is_told_in_the_language_of_the_desk(serial, tmp_path):
    for language, said in (
        ("en", "is not 12 hexadecimal digits."),
        ("zh", "不是 12 位十六进制数。"),
    ):
        told = sim("blank", tmp_path / "card.json", "--serial", serial, language=language)
        assert told.exit_code == 2
        assert told.stderr.splitlines()[-1].endswith(said)
    assert not (tmp_path / "card.json").exists()


def test_of_several_blanks_none_is_made_where_one_cannot_be(tmp_path):
    (tmp_path / "second.json").write_text("mine")
    told = sim("blank", tmp_path / "first.json", tmp_path / "second.json", "--gp-test-keys")
    assert told.exit_code == 8
    assert "second.json: File exists" in told.stderr
    assert not (tmp_path / "first.json").exists()


@pytest.mark.parametrize("pin", ["", "123", "12a4", "1234567890123"])
def test_the_pin_of_a_psam_is_four_to_twelve_digits(pin, tmp_path):
    order = ("psam", tmp_path / "psam.json", "--terminal", "431002000001", "--pin", pin)
    told = sim(*order)
    assert (told.exit_code, told.stderr) == (2, "onecard: --pin takes 4 to 12 digits.\n")
    assert "4 至 12 位数字" in sim(*order, language="zh").stderr


def test_one_card_is_not_served_in_two_places(tmp_path):
    CardFile(tmp_path / "card.json").create(fixed_card())
    (tmp_path / "again.json").symlink_to("card.json")
    names = (tmp_path / "card.json", tmp_path / "again.json")
    told = sim("serve", *names, "--listen", "127.0.0.1:0")
    assert told.exit_code == 2
    assert "is named twice" in told.stderr


@pytest.mark.parametrize(
    "command", ["blank", "reference", "psam", "serve", "readers", "conformance"]
)
def test_every_command_shows_how_it_is_used(command):
    shown = sim(command, "--help").output
    assert f"  onecard sim {command} " in shown
