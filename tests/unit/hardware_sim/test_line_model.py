"""What an exchange takes on the wire, against figures reckoned by hand from the standards."""

import pytest
from click.testing import CliRunner

from hardware_sim.card.card import Card
from hardware_sim.cli import sim
from hardware_sim.errors import LineModelError
from hardware_sim.line import Metered, parse
from tests.fixed_card import fixed_card

CHALLENGE = bytes.fromhex("0084000008")  # 5 bytes, 10 come back
SELECT = bytes.fromhex("00A4040C0F7378312E73682EC9E7BBE1B1A3D5CF")  # 20 bytes, 2 come back


@pytest.mark.parametrize(
    ("line", "command", "answer", "expected"),
    [
        # 5 + 1 procedure byte + 10 characters of 12 etu, one turn of 4 etu more
        ("t0:9600", 5, 10, (16 * 12 + 4) / 9600),
        # header 5, procedure byte, 15 of data, status word 2; three turns
        ("t0:9600", 20, 2, (23 * 12 + 3 * 4) / 9600),
        # a case 1 command goes with P3 = 0
        ("t0:9600", 4, 2, (7 * 12 + 4) / 9600),
        # two blocks with four bytes each around them, BGT after each
        ("t1:115200", 5, 10, ((5 + 4 + 10 + 4) * 11 + 2 * 22) / 115200),
        # 300 bytes are two blocks and the R-block that asks for the second
        ("t1:9600", 300, 2, ((300 + 2 + 4 * 4) * 11 + 4 * 22) / 9600),
        # frames of 8 and 13 bytes of 9 bits, two bits around each, 128 / 13.56 MHz a bit
        ("contactless:106", 5, 10, ((8 + 13) * 9 + 4) * 128 / 13.56e6 + (1172 + 1236) / 13.56e6),
        ("contactless:848", 5, 10, ((8 + 13) * 9 + 4) * 16 / 13.56e6 + (1172 + 1236) / 13.56e6),
    ],
)
def test_an_exchange_takes_what_the_standards_add_up_to(line, command, answer, expected):
    assert parse(line).seconds(bytes(command), bytes(answer)) == pytest.approx(expected)


def test_a_card_on_a_line_answers_the_same_and_its_usage_is_told_at_every_reset():
    told = []
    card = Metered(Card(fixed_card(), random=bytes), parse("t1:115200"), told.append)
    card.reset()
    assert told == []
    assert card.transmit(SELECT)[-2:] == b"\x90\x00"
    assert len(card.transmit(CHALLENGE)) == 10
    card.reset()
    card.reset()
    (usage,) = told
    assert (usage.commands, usage.bytes_to_card) == (2, 25)
    assert usage.seconds == pytest.approx(((25 + 12 + 4 * 4) * 11 + 4 * 22) / 115200)


@pytest.mark.parametrize(
    "text", ["", "t0", "t0:", "t2:9600", "t0:0", "t1:9999999", "t1:-5", "contactless:100", "t0:٣"]
)
def test_what_is_no_line_is_told_how_one_is_written(text):
    with pytest.raises(LineModelError):
        parse(text)


def test_serving_needs_a_fault_and_a_line_that_exist(tmp_path):
    path = tmp_path / "card.json"
    for options, word in (
        (["--fault", "melt=1"], "cut-before-write"),
        (["--line", "x"], "t0:9600"),
    ):
        result = CliRunner().invoke(sim, ["serve", str(path), "--listen", "127.0.0.1:0", *options])
        assert result.exit_code == 2
        assert word in result.output
