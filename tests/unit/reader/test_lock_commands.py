"""`onecard card lock` and `unlock`: a part of the card or all of it, for a time or for ever."""

import json

import pytest

from hardware_sim.card.card import Card
from onecard.console import Exit
from reader.blocked_card import open_card
from reader.card_profile.values import IdentificationCode
from reader.desk_errors import BlockedCardUnknownError, OtherCardError
from reader.errors import MalformedAnswerError, WrongPinError
from reader.refusals import ApplicationBlockedError
from reader.session import CardSession
from tests.clerk import Clerk, told_error
from tests.desk import PIN, counter_bytes

NUMBER = "A00000011"


def code_of(clerk: Clerk) -> str:
    clerk.card.reset()
    return str(CardSession(clerk.card).identification_code)


@pytest.mark.parametrize("name", ["DF01", "DF03", "DF04"])
def test_an_application_is_blocked_for_a_time_and_unblocked(name, clerk):
    locked = clerk.run("lock", "application", name, "--yes")
    assert (locked.exit_code, locked.stdout) == (
        Exit.OK,
        f"{NUMBER}: {name} is blocked for a time.\n",
    )
    unlocked = clerk.run("unlock", "application", name, "--json")
    assert unlocked.exit_code == Exit.OK, unlocked.stderr
    assert json.loads(unlocked.stdout)["application"] == name
    assert not clerk.card.persistent.blocks


def test_a_block_is_asked_for(v3):
    result = v3.run("lock", "application", "DF01", "--json")
    assert (told_error(result)["code"], result.exit_code) == ("not-confirmed", Exit.REFUSED)
    assert not v3.card.persistent.blocks


def test_for_ever_takes_the_cards_number_again(clerk):
    for_ever = ("lock", "application", "DF04", "--for-ever", "--json")
    nobody = clerk.run(*for_ever)
    assert told_error(nobody)["code"] == "not-confirmed"
    wrong = clerk.run(*for_ever, "--card-number", "A00000020")
    assert (told_error(wrong)["code"], wrong.exit_code) == ("another-card", Exit.REFUSED)
    assert not clerk.card.persistent.blocks
    right = clerk.run(*for_ever, "--card-number", NUMBER)
    assert right.exit_code == Exit.OK, right.stderr
    undone = clerk.run("unlock", "application", "DF04", "--json")
    error = told_error(undone)
    assert error["code"] == "application-blocked"
    assert "replace the card" in error["remedy"]["en"]


def test_a_card_is_blocked_with_its_number_typed_again(clerk):
    assert clerk.run("lock", "card").exit_code == Exit.REFUSED
    assert clerk.run("lock", "card", "--card-number", NUMBER).exit_code == Exit.OK
    read = clerk.run("read", "--json")
    assert (told_error(read)["code"], read.exit_code) == ("card-blocked", Exit.CARD)


def test_a_name_that_is_none_is_answered_with_those_there_are(v3):
    result = v3.run("lock", "application", "DF99", "--json")
    error = told_error(result)
    assert (error["code"], result.exit_code) == ("no-such-application", Exit.USAGE)
    assert "DF04" in error["cause"]["en"]


def test_what_is_not_blocked_is_not_unblocked(v3):
    result = v3.run("unlock", "application", "DF01", "--json")
    assert (told_error(result)["code"], result.exit_code) == ("not-blocked", Exit.STATE)


def test_without_keys_nothing_is_blocked(v3):
    v3.with_keys = False
    result = v3.run("lock", "application", "DF01", "--yes", "--json")
    assert told_error(result)["code"] == "no-desk-keys"


# --- the environment itself -----------------------------------------------------------------------


def block_ssse(clerk: Clerk) -> None:
    locked = clerk.run("lock", "application", "SSSE", "--yes")
    assert locked.exit_code == Exit.OK, locked.stderr
    read = clerk.run("read", "--json")
    error = told_error(read)
    assert error["code"] == "application-blocked"
    assert "onecard card unlock application" in error["remedy"]["en"]


def test_a_card_with_its_environment_blocked_is_unblocked_with_its_code(clerk):
    code = code_of(clerk)
    block_ssse(clerk)
    result = clerk.run("unlock", "application", "SSSE", "--identification-code", code)
    assert (result.exit_code, result.stdout) == (Exit.OK, f"{NUMBER}: SSSE works again.\n")
    assert clerk.run("read").exit_code == Exit.OK


def test_a_card_that_shows_its_record_needs_no_code(clerk):
    block_ssse(clerk)
    result = clerk.run("unlock", "application", "SSSE", "--json")
    if clerk.desk.profile.name == "v3.00":
        error = told_error(result)
        assert (error["code"], result.exit_code) == ("blocked-card-unknown", Exit.CARD)
        assert "--identification-code" in error["remedy"]["en"]
    else:
        assert result.exit_code == Exit.OK, result.stderr


def test_the_holders_pin_opens_the_record_of_a_blocked_card(v3):
    block_ssse(v3)
    result = v3.run("unlock", "application", "SSSE", "--pin", PIN)
    assert result.exit_code == Exit.OK, result.stderr


def test_another_cards_code_is_refused_before_a_key_is_tried(v3):
    block_ssse(v3)
    code = code_with_serial("01020304")
    result = v3.run("unlock", "application", "SSSE", "--identification-code", code, "--json")
    assert (told_error(result)["code"], result.exit_code) == ("another-card", Exit.REFUSED)
    bk = v3.desk.profile.key("BK")
    cell = v3.card.persistent.keys["SSSE", bk.kid][0]
    assert cell.tries_left == cell.tries


def code_with_serial(serial: str) -> str:
    return f"430100D156000005{serial}00000000"


@pytest.mark.parametrize("code", ["", "12", "zz", "430100D15600000501020304"])
def test_what_is_no_identification_code_is_told(code, v3):
    result = v3.run("unlock", "application", "SSSE", "--identification-code", code, "--json")
    assert (told_error(result)["code"], result.exit_code) == ("refused-item", Exit.BAD_INPUT)


def test_a_blocked_card_may_be_blocked_for_ever(v3):
    code = code_of(v3)
    block_ssse(v3)
    result = v3.run(
        "lock",
        "application",
        "SSSE",
        "--for-ever",
        *("--identification-code", code, "--card-number", code),
    )
    assert result.exit_code == Exit.OK, result.stderr
    again = v3.run("unlock", "application", "SSSE", "--identification-code", code, "--json")
    assert "for ever" in told_error(again)["cause"]["en"]


# --- the session with such a card -----------------------------------------------------------------


def blocked(clerk: Clerk) -> Card:
    block_ssse(clerk)
    return Card(clerk.card.persistent, random=counter_bytes(12))


def test_a_session_of_a_blocked_card_knows_profile_and_code(clerk):
    code = IdentificationCode(bytes.fromhex(code_of(clerk)))
    card = blocked(clerk)
    session = open_card(card, card.atr, identification_code=code)
    assert session.identification_code == code
    # By its answer to SELECT a card of version 1.00 cannot be told from one of version 2.00.
    name = clerk.desk.profile.name
    assert session.profile.name == {"v1.00": "v2.00"}.get(name, name)


def test_a_card_that_is_not_blocked_is_opened_as_ever(v3):
    v3.card.reset()
    other = IdentificationCode(bytes.fromhex(code_with_serial("01020304")))
    session = open_card(v3.card, v3.card.atr, identification_code=other)
    assert session.identification_code != other


def test_a_wrong_pin_of_a_blocked_card_tells_its_tries(v3):
    card = blocked(v3)
    with pytest.raises(WrongPinError) as caught:
        open_card(card, card.atr, pin="999999")
    assert caught.value.tries_left == 5


def test_without_code_or_pin_it_is_asked_for(v3):
    card = blocked(v3)
    with pytest.raises(BlockedCardUnknownError):
        open_card(card, card.atr)
    with pytest.raises(OtherCardError):
        open_card(
            card,
            card.atr,
            identification_code=IdentificationCode(bytes.fromhex(code_with_serial("01020304"))),
        )


class Answers:
    """A card that answers every command with the same."""

    def __init__(self, answer: str) -> None:
        self._answer = bytes.fromhex(answer)

    def transmit(self, command: bytes) -> bytes:
        return self._answer


@pytest.mark.parametrize(
    "answer",
    [
        "6283",  # blocked, and no FCI
        "6F 10 84 01 73 62 83",  # a length without content
        "6F 07 A5 05 9F 0C 02 86 77 62 83",  # an algorithm that nobody knows
    ],
)
def test_a_blocked_card_that_names_no_algorithm_is_not_guessed_at(answer):
    with pytest.raises(MalformedAnswerError):
        open_card(Answers(answer), b"\x3b\x00")


def test_a_card_blocked_for_ever_stays_so():
    with pytest.raises(ApplicationBlockedError) as caught:
        open_card(Answers("9303"), b"\x3b\x00")
    assert caught.value.permanent
