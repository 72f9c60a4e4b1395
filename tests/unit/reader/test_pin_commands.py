"""`onecard card pin`: tried, changed, reloaded, unblocked; weak, wrong, lost in between."""

import json

import pytest

from hardware_sim.psam.psam import Psam
from onecard.console import Exit
from tests.clerk import Clerk, Torn, told_error
from tests.desk import PIN, Desk, counter_bytes
from tests.unit.reader.test_psam_at_the_counter import module_of

NEW = "730264"
RELOAD, CHANGE = 0x24, 0x5E


def right(clerk: Clerk, pin: str) -> bool:
    """Whether this is the card's PIN now; nothing is read with keys for that."""
    return clerk.run("pin", "verify", typed=f"{pin}\n").exit_code == Exit.OK


def block(clerk: Clerk) -> None:
    for _ in range(6):
        clerk.run("pin", "verify", typed="999999\n")


# --- verify ---------------------------------------------------------------------------------------


def test_the_right_pin_is_told_and_the_card_named(clerk):
    result = clerk.run("pin", "verify", typed=f"{PIN}\n")
    assert (result.exit_code, result.stdout) == (Exit.OK, "A00000011: The PIN is right.\n")
    assert PIN not in result.output


def test_a_wrong_pin_tells_the_tries_left(clerk):
    result = clerk.run("pin", "verify", "--json", typed="999999\n")
    error = told_error(result)
    assert (error["code"], error["tries_left"], error["sw"]) == ("wrong-pin", 5, "63C5")
    assert (error["exit"], result.exit_code) == (Exit.CARD, Exit.CARD)
    assert "剩余 5 次" in error["cause"]["zh"]


def test_a_blocked_pin_says_what_to_do(clerk):
    block(clerk)
    result = clerk.run("pin", "verify", typed=f"{PIN}\n")
    assert result.exit_code == Exit.CARD
    assert "onecard card pin unblock" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("typed", ["12\n", "12345x\n", "\n", "", "1234567890123\n"])
def test_what_is_no_pin_never_reaches_the_card(typed, v3):
    result = v3.run("pin", "verify", "--json", typed=typed)
    assert (told_error(result)["code"], result.exit_code) == ("no-pin", Exit.USAGE)
    tried = v3.run("pin", "verify", "--json", typed="999999\n")
    assert told_error(tried)["tries_left"] == 5


def test_a_pin_may_come_from_a_file(v3):
    for text in (f"{PIN}\n", f"\ufeff{PIN}\r\nmore\n", PIN):
        path = v3.file("pin.txt", text)
        assert v3.run("pin", "verify", "--pin-file", path).exit_code == Exit.OK
    assert v3.run("pin", "verify", "--pin-file", "-", typed=PIN).exit_code == Exit.OK


def test_a_missing_pin_file_is_told(v3):
    result = v3.run("pin", "verify", "--pin-file", "nowhere.txt", "--json")
    assert (result.exit_code, "nowhere.txt" in result.stderr) == (Exit.BAD_INPUT, True)


# --- change ---------------------------------------------------------------------------------------


def test_a_pin_is_changed(clerk):
    result = clerk.run("pin", "change", "--json", typed=f"{PIN}\n{NEW}\n{NEW}\n")
    assert result.exit_code == Exit.OK, result.stderr
    shown = json.loads(result.stdout)
    assert (shown["action"], shown["done"], shown["card"]["card_number"]) == (
        "pin-change",
        True,
        "A00000011",
    )
    assert (right(clerk, NEW), right(clerk, PIN)) == (True, False)
    assert NEW not in result.output


def test_a_new_pin_is_typed_twice_the_same(v3):
    result = v3.run("pin", "change", "--json", typed=f"{PIN}\n{NEW}\n730265\n")
    assert (told_error(result)["code"], result.exit_code) == ("no-pin", Exit.USAGE)
    assert right(v3, PIN)


def test_a_new_pin_is_no_argument(v3):
    for command in ("change", "reload"):
        assert v3.run("pin", command, "--new-pin", NEW).exit_code == Exit.USAGE


def test_a_wrong_old_pin_ends_it_before_a_new_one_is_asked(v3):
    result = v3.run("pin", "change", "--json", typed=f"999999\n{NEW}\n{NEW}\n")
    assert told_error(result)["code"] == "wrong-pin"
    assert right(v3, PIN)


WEAK = {
    "all the same": "888888",
    "up": "345678",
    "down": "987654",
    "through nine": "678901",
    "the transport PIN": "123456",
    "repeated pairs": "474747",
    "repeated threes": "482482",
    "year": "1949",
    "birthday": "491231",
    "birthday, day first": "31121949",
    "longer than the birthday": "049123100",
    "the number's end": "31002",
    "the number's beginning": "110105",
}


@pytest.mark.parametrize("why", sorted(WEAK))
def test_a_weak_pin_is_refused_with_the_reason(why, v3):
    typed = f"{PIN}\n{WEAK[why]}\n{WEAK[why]}\n"
    result = v3.run("pin", "change", "--json", typed=typed)
    error = told_error(result)
    assert (error["code"], result.exit_code) == ("weak-pin", Exit.REFUSED)
    assert "--allow-weak" in error["remedy"]["en"]
    assert WEAK[why] not in result.output.replace("--allow-weak", "")
    assert right(v3, PIN)


def test_a_weak_pin_is_taken_where_the_holder_insists(v3):
    typed = f"{PIN}\n888888\n888888\n"
    assert v3.run("pin", "change", "--allow-weak", typed=typed).exit_code == Exit.OK
    assert right(v3, "888888")


@pytest.mark.parametrize("done", [False, True])
def test_a_card_taken_away_while_its_pin_changes_leaves_it_open(done, v3):
    v3.on_reader = Torn(v3.card, CHANGE, done=done)
    result = v3.run("pin", "change", "--json", typed=f"{PIN}\n{NEW}\n{NEW}\n")
    error = told_error(result)
    assert (error["code"], result.exit_code) == ("pin-open", Exit.CARD)
    assert "onecard card pin verify" in error["remedy"]["en"]
    assert (right(v3, NEW), right(v3, PIN)) == (done, not done)


# --- reload and unblock --------------------------------------------------------------------------


def test_a_forgotten_pin_is_reloaded_after_the_document_was_checked(clerk):
    block(clerk)
    path = clerk.file("new.txt", NEW)
    result = clerk.run("pin", "reload", "--document-checked", "--new-pin-file", path)
    assert result.exit_code == Exit.OK, result.stderr
    assert "A00000011  张三  11010519491231002X" in result.stderr
    assert (right(clerk, NEW), right(clerk, PIN)) == (True, False)


@pytest.mark.parametrize("command", ["reload", "unblock"])
def test_without_the_document_nothing_is_done(command, v3):
    result = v3.run("pin", command, "--json", typed=f"{NEW}\n{NEW}\n")
    error = told_error(result)
    assert (error["code"], result.exit_code) == ("not-confirmed", Exit.REFUSED)
    assert "--document-checked" in error["remedy"]["en"]
    assert right(v3, PIN)


def test_a_blocked_pin_is_unblocked_and_stays(clerk):
    block(clerk)
    result = clerk.run("pin", "unblock", "--document-checked", "--json")
    assert result.exit_code == Exit.OK, result.stderr
    assert right(clerk, PIN)


def test_after_ten_unblocks_the_card_is_to_be_replaced(v3):
    for _ in range(10):
        assert v3.run("pin", "unblock", "--document-checked").exit_code == Exit.OK
    result = v3.run("pin", "unblock", "--document-checked", "--json")
    assert told_error(result)["code"] == "pin-unblocks-used"


def test_a_weak_pin_is_not_reloaded(v3):
    path = v3.file("new.txt", "19491231")
    result = v3.run("pin", "reload", "--document-checked", "--new-pin-file", path, "--json")
    assert told_error(result)["code"] == "weak-pin"


@pytest.mark.parametrize("command", ["reload", "unblock"])
def test_a_desk_without_keys_is_told_where_they_are(command, v3):
    v3.with_keys = False
    result = v3.run("pin", command, "--document-checked", "--json")
    error = told_error(result)
    assert (error["code"], result.exit_code) == ("no-desk-keys", Exit.KEYS)
    assert "--psam" in error["remedy"]["en"]


def test_a_psam_beside_the_card_does_it_too(clerk):
    clerk.with_keys = False
    block(clerk)
    psam = Psam(module_of(clerk.desk), random=counter_bytes(6))
    result = clerk.run("pin", "unblock", "--document-checked", psam=psam)
    assert result.exit_code == Exit.OK, result.stderr
    assert right(clerk, PIN)


@pytest.mark.parametrize("done", [False, True])
def test_a_card_taken_away_while_its_pin_is_reloaded_leaves_it_open(done, v3):
    v3.on_reader = Torn(v3.card, RELOAD, done=done)
    path = v3.file("new.txt", NEW)
    result = v3.run("pin", "reload", "--document-checked", "--new-pin-file", path, "--json")
    assert told_error(result)["code"] == "pin-open"
    assert (right(v3, NEW), right(v3, PIN)) == (done, not done)


def test_the_keys_of_another_issuer_cost_a_try_and_are_told(v3, tmp_path):
    stranger = Clerk(tmp_path, Desk.stranger(tmp_path), v3.memory)
    stranger.on_reader = v3.card
    result = stranger.run("pin", "unblock", "--document-checked", "--json")
    error = told_error(result)
    assert (error["code"], error["tries_left"], result.exit_code) == ("wrong-proof", 5, Exit.CARD)


def test_a_clerk_reads_chinese(v3):
    v3.language = "zh"
    assert v3.run("pin", "verify", typed=f"{PIN}\n").stdout == "A00000011: 密码正确。\n"
    wrong = v3.run("pin", "verify", typed="999999\n")
    assert wrong.stderr.startswith("onecard: 密码错误，剩余 5 次。")


@pytest.mark.parametrize("command", ["verify", "change", "reload", "unblock"])
def test_help_has_an_example(command, v3):
    assert f"onecard card pin {command}" in v3.run("pin", command, "--help").output
