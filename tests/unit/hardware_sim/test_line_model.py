"""What an exchange takes on the wire, against figures reckoned by hand from the standards."""

import pytest
from click.testing import CliRunner

from hardware_sim.card.card import Card
from hardware_sim.cli import sim
from hardware_sim.errors import LineModelError
from hardware_sim.line import Metered, Usage, reckon
from hardware_sim.line_names import parse
from hardware_sim.line_speed import speed_of
from hardware_sim.storage import CardFile
from tests.fixed_card import fixed_card

CHALLENGE = bytes.fromhex("0084000008")  # 5 bytes, 10 come back
SELECT = bytes.fromhex("00A4040C0F7378312E73682EC9E7BBE1B1A3D5CF")  # 20 bytes, 2 come back
HISTORICAL = bytes(13)
OLD = bytes.fromhex("3B6D0000") + HISTORICAL  # T=0, N = 0, no TA1
T1_SLOW = bytes.fromhex("3B8D8131FE45") + HISTORICAL + b"\x00"  # IFSC 254, N = 0
# TA1 = 18: 372/12; TC1 = FF: 11 etu; TD1: T=1; TA3 = FE
T1_FAST = bytes.fromhex("3BDD18FF8131FE45") + HISTORICAL + b"\x00"
T0_FAST = bytes.fromhex("3B7D180000") + HISTORICAL
LONG = bytes.fromhex("00D60000") + b"\xff" + bytes(255)  # case 3, 260 bytes

FC = 13.56e6
FRAMES = (1172 + 1236) / FC  # one frame of each side


def exchange(text, atr, command, answer):
    return parse(text, atr).exchange(command, bytes(answer))


@pytest.mark.parametrize(
    ("command", "answer", "to_card", "from_card", "tpdus", "turns"),
    [
        # 12.2.2, case 1: P3 = 0; SW1 comes in the place of the procedure byte
        ("00440000", 2, 5, 2, 1, 2),
        # case 2: header, procedure byte, 8 of data, status word
        ("0084000008", 10, 5, 11, 1, 2),
        # case 2 refused
        ("0084000008", 2, 5, 2, 1, 2),
        # case 2 with Le = 00 where 8 are there: '6C08' first
        ("00B2010400", 10, 10, 13, 2, 4),
        # case 3: header, procedure byte, 3 of data, status word; two turns there and back
        ("0020000003123456", 2, 8, 3, 1, 4),
        # case 4: as case 3 with '6108', then GET RESPONSE as case 2
        ("0088000003112233 08", 10, 8 + 5, 3 + 11, 2, 6),
    ],
)
def test_t0_sends_every_tpdu_with_12_etu_a_character_and_16_at_a_turn(
    command, answer, to_card, from_card, tpdus, turns
):
    used = exchange("t0:9600", OLD, bytes.fromhex(command), answer)
    assert (used.bytes_to_card, used.bytes_from_card, used.blocks) == (to_card, from_card, tpdus)
    assert used.seconds == pytest.approx(((to_card + from_card) * 12 + turns * 4) / 9600)


def test_t0_puts_a_long_command_into_envelopes_and_fetches_a_long_answer_in_parts():
    long_command = bytes.fromhex("00D6000000012C") + bytes(300)  # 307 bytes: 255 and 52
    used = exchange("t0:9600", OLD, long_command, 2)
    assert (used.blocks, used.bytes_to_card) == (2, 5 + 255 + 5 + 52)
    long_answer = exchange("t0:9600", OLD, bytes.fromhex("00B00000000000"), 600 + 2)
    assert (long_answer.blocks, long_answer.bytes_from_card) == (3, 600 + 3 * 3)


def test_extra_guard_time_holds_from_reader_to_card_only():
    atr = bytes.fromhex("3B6D0002") + HISTORICAL  # TC1 = 2
    used = exchange("t0:9600", atr, CHALLENGE, 10)
    assert used.seconds == pytest.approx((4 * 14 + 16 + 10 * 12 + 16) / 9600)


@pytest.mark.parametrize(
    ("atr", "character"),
    [(T1_SLOW, 12), (T1_FAST, 11)],
)
def test_t1_puts_four_bytes_around_and_22_etu_between_leading_edges_of_blocks(atr, character):
    used = exchange("t1:115200", atr, CHALLENGE, 10)
    assert (used.bytes_to_card, used.bytes_from_card, used.blocks) == (9, 14, 2)
    assert used.seconds == pytest.approx(((8 + 13) * character + 2 * 22) / 115200)


def test_t1_chains_what_is_longer_than_the_card_takes_and_counts_the_r_block():
    used = exchange("t1:9600", T1_FAST, LONG, 2)  # 254 and 6, R-block between
    assert (used.bytes_to_card, used.bytes_from_card, used.blocks) == (260 + 8, 4 + 6, 4)
    assert used.seconds == pytest.approx(((257 + 9 + 3 + 5) * 11 + 4 * 22) / 9600)


def test_t1_without_ta3_chains_at_32():
    atr = bytes.fromhex("3B8001") + b"\x81"
    assert exchange("t1:9600", atr, bytes(5) + bytes(60), 2).blocks == 3 + 2 + 1


@pytest.mark.parametrize(("kbits", "bit"), [(106, 128), (212, 64), (424, 32), (848, 16)])
def test_a_field_carries_nine_bits_a_byte_and_three_bytes_around(kbits, bit):
    used = exchange(f"contactless:{kbits}", OLD, CHALLENGE, 10)
    assert (used.bytes_to_card, used.bytes_from_card, used.blocks) == (8, 13, 2)
    assert used.seconds == pytest.approx(((8 + 13) * 9 + 4) * bit / FC + FRAMES)


def test_a_field_chains_at_253_bytes():
    used = exchange("contactless:106", OLD, LONG, 2)  # 253 and 7, R-block between
    assert (used.bytes_to_card, used.bytes_from_card, used.blocks) == (260 + 6, 3 + 5, 4)
    assert used.seconds == pytest.approx((274 * 9 + 8) * 128 / FC + 2 * FRAMES)


def test_activation_over_contacts_is_reset_answer_and_pps_where_it_is_needed():
    resets = 800 / 3_571_200
    slow = parse("t0:9600", OLD).activation(OLD)
    assert slow.seconds == pytest.approx(resets + 17 * 12 / 9600)
    fast = parse("t0:atr", T0_FAST).activation(T0_FAST)
    assert fast.seconds == pytest.approx(resets + (18 + 8) * 12 / 9600)
    assert (fast.bytes_to_card, fast.bytes_from_card) == (4, 18 + 4)
    blocks = parse("t1:atr", T1_FAST).activation(T1_FAST)  # and S(IFS) both ways
    etu = 2 * (4 * 11 + 22)
    assert blocks.seconds == pytest.approx(resets + (22 + 8) * 12 / 9600 + etu / 115200)


def test_activation_in_a_field_is_anticollision_select_and_rats():
    used = parse("contactless:106", OLD).activation(OLD)
    # REQA 7 bits; ATQA 2, 93 20, UID and BCC, SELECT 9, SAK 3, RATS 4, ATS 5 + 13 + 2
    octets = 2 + 2 + 5 + 9 + 3 + 4 + 20
    assert used.blocks == 8
    assert used.seconds == pytest.approx((7 + octets * 9 + 8 * 2) * 128 / FC + 4 * FRAMES)


@pytest.mark.parametrize(
    ("atr", "baud", "ifsc", "protocols"),
    [
        (OLD, 9600, 32, (0,)),
        (T1_SLOW, 9600, 254, (1,)),
        (T1_FAST, 115200, 254, (1,)),
        (T0_FAST, 115200, 32, (0,)),
        (bytes.fromhex("3B1095"), 3_571_200 * 16 / 512, 32, (0,)),  # 512/16
    ],
)
def test_an_answer_to_reset_tells_how_fast_a_card_may_be_spoken_to(atr, baud, ifsc, protocols):
    speed = speed_of(atr)
    assert (speed.baud(), speed.ifsc, speed.protocols) == (baud, ifsc, protocols)


@pytest.mark.parametrize("atr", ["", "3B", "3B10", "3B80", "3B8081"])
def test_an_answer_to_reset_cut_short_tells_no_speed(atr):
    with pytest.raises(ValueError, match="answer to reset"):
        speed_of(bytes.fromhex(atr))


def test_a_reserved_speed_is_no_line():
    with pytest.raises(LineModelError):
        parse("t0:atr", bytes.fromhex("3B1070"))


def test_a_log_of_exchanges_adds_up_with_the_time_of_the_card_itself():
    line = parse("contactless:106", OLD)
    log = [(CHALLENGE, bytes(10)), (SELECT, bytes(2))]
    alone = reckon(line, log)
    assert alone.commands == 2
    with_card = reckon(line, log, card_milliseconds={0x84: 5, 0xA4: 20, 0x20: 100})
    assert with_card.seconds - alone.seconds == pytest.approx(0.025)


def test_a_card_on_a_line_answers_the_same_and_its_usage_is_told_at_every_reset():
    told: list[Usage] = []
    inner = Card(fixed_card(), random=bytes)
    line = parse("t0:9600", inner.atr)
    card = Metered(inner, line, told.append)
    card.reset()
    assert told == []
    assert card.transmit(SELECT)[-2:] == b"\x90\x00"
    assert len(card.transmit(CHALLENGE)) == 10
    card.reset()
    card.reset()
    (usage,) = told
    log = [(SELECT, bytes(2)), (CHALLENGE, bytes(10))]
    assert usage == line.activation(inner.atr) + reckon(line, log)


@pytest.mark.parametrize(
    "text",
    ["", "t0", "t0:", "t2:9600", "t0:0", "t1:9999999", "t1:-5", "contactless:100",
     "contactless:atr", "t0:٣"],
)  # fmt: skip
def test_what_is_no_line_is_told_how_one_is_written(text):
    with pytest.raises(LineModelError):
        parse(text, OLD)


def test_serving_needs_a_fault_and_a_line_that_exist(tmp_path):
    path = tmp_path / "card.json"
    CardFile(path).create(fixed_card())
    for options, word in (
        (["--fault", "melt=1"], "cut-before-write"),
        (["--line", "x"], "t0:9600"),
    ):
        result = CliRunner().invoke(sim, ["serve", str(path), "--listen", "127.0.0.1:0", *options])
        assert result.exit_code == 2
        assert word in result.output


def test_help_of_serving_lists_every_fault():
    shown = CliRunner().invoke(sim, ["serve", "--help"]).output
    assert "cut-after-write=N" in shown
    assert "replace=N:CARD" in shown
