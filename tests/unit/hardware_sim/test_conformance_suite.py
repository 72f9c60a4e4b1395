"""The conformance suite: a card that keeps the standards passes, one that does not is caught."""

import json
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from hardware_sim.card.card import Card
from hardware_sim.conformance import subject
from hardware_sim.conformance.case import CaseError, all_cases, parse
from hardware_sim.conformance.pattern import PatternError, matches
from hardware_sim.conformance.report import to_junit
from hardware_sim.conformance.run import Verdict, run_cases
from hardware_sim.reference_card import reference_card
from onecard.command import root
from reader.card_profile.profiles import PROFILES
from tests.card_on_a_port import served
from tests.desk import counter_bytes

CASES = all_cases()
ONE = """
## XX-001 A card answers
clause: ISO/IEC 7816-4, 11.5.3
"""


class Bent:
    """A card that answers one command otherwise than it should."""

    def __init__(self, card: Card, command: bytes, answer: bytes) -> None:
        self._card, self._command, self._answer = card, command, answer

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def reset(self) -> None:
        self._card.reset()

    def transmit(self, command: bytes) -> bytes:
        found = self._card.transmit(command)
        return self._answer if command.startswith(self._command) else found


def card(profile: str) -> Card:
    return Card(reference_card(PROFILES[profile]), random=counter_bytes())


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_the_reference_card_passes_every_case(profile):
    known = subject.reference(PROFILES[profile])
    outcomes = list(run_cases(CASES, lambda: card(profile), known, destructive=True))
    assert [
        (one.case.number, one.reason) for one in outcomes if one.verdict is Verdict.FAILED
    ] == []
    assert sum(one.verdict is Verdict.PASSED for one in outcomes) > 70


@pytest.mark.parametrize(
    ("command", "answer", "caught"),
    [
        ("01 A4", "90 00", "CHAN-001"),
        ("00 20 00 00 03 13", "63 C6", "PIN-003"),
        ("00 84", "01 02 03 04 05 06 07 08 90 00", "AUTH-005"),
        ("00 B2 09 30", "09 01 41 90 00", "ACC-001"),
        ("80 CA 9F 7F", "9F 7F 01 00 90 00", "GP-005"),
        ("00 FE", "6F 00", "APDU-004"),
    ],
)
def test_a_card_that_answers_otherwise_is_caught(command, answer, caught):
    bent = Bent(card("v3.00"), bytes.fromhex(command), bytes.fromhex(answer))
    [case] = [case for case in CASES if case.number == caught]
    known = subject.reference(PROFILES["v3.00"])
    [outcome] = run_cases([case], lambda: bent, known, destructive=True)
    assert outcome.verdict is Verdict.FAILED
    assert outcome.reason.startswith("line ")


def test_every_case_names_its_clause_and_has_a_number_of_its_own():
    assert all(case.clause for case in CASES)
    assert len({case.number for case in CASES}) == len(CASES)


def test_what_is_not_known_of_a_card_is_left_out_with_the_reason():
    known = subject.Known(PROFILES["v3.00"])
    outcomes = {
        one.case.number: one
        for one in run_cases(CASES, lambda: card("v3.00"), known, destructive=False)
    }
    assert (outcomes["PIN-001"].verdict, outcomes["PIN-001"].reason) == (
        Verdict.SKIPPED,
        "needs pin",
    )
    assert outcomes["PIN-010"].verdict is Verdict.SKIPPED
    assert outcomes["SEL-001"].verdict is Verdict.PASSED


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_one_card_serves_for_all_cases_but_what_comes_after_its_end(profile):
    mine = card(profile)
    known = subject.reference(PROFILES[profile])
    outcomes = list(run_cases(CASES, lambda: mine, known, destructive=True))
    failed = [(one.case.number, one.reason) for one in outcomes if one.verdict is Verdict.FAILED]
    assert failed == []
    left = [one.case.number for one in outcomes if "the end of this card" in one.reason]
    assert left == ["LOCK-004"]


def test_a_card_in_the_field_is_judged_by_the_protocol_it_speaks_there():
    mine = Card(reference_card(PROFILES["v3.00"]), random=counter_bytes(), contactless=True)
    known = subject.reference(PROFILES["v3.00"])
    outcomes = {
        one.case.number: one for one in run_cases(CASES, lambda: mine, known, destructive=False)
    }
    assert Verdict.FAILED not in {one.verdict for one in outcomes.values()}
    assert outcomes["T1-001"].verdict is Verdict.PASSED
    assert outcomes["T0-001"].reason == "needs protocol:0"


@pytest.mark.parametrize(
    ("command", "answer", "caught"),
    [
        ("B0 2C", "00 00 00 00 00 00 00 00 90 00", "ACCT-003"),
        ("B0 26", "00 00 00 00 90 00", "ACCT-002"),
        ("04 DC", "90 00", "SM-003"),
        ("84 18", "69 88", "LOCK-001"),
        ("00 E2", "90 00", "CYC-001"),
        ("00 87 11", "7C 0A 82 08 30 06 02 01 01 02 01 01 90 00", "PIV-014"),
        ("00 2A 9E 9A", "01" * 64 + "90 00", "PKI-007"),
        ("B0 28", "00 00 90 00", "ACCT-002"),
        ("80 50", "00 00 90 00", "GP-011"),
        ("80 50", "00 00 90 00", "GP-030"),
    ],
)
def test_a_card_that_only_pretends_is_caught(command, answer, caught):
    mine = card("international")
    bent = Bent(mine, bytes.fromhex(command), bytes.fromhex(answer))
    case = next(case for case in CASES if case.number == caught)
    known = subject.reference(PROFILES["international"])
    [outcome] = run_cases([case], lambda: bent, known, destructive=True)
    assert outcome.verdict is Verdict.FAILED, outcome


def test_a_pin_that_the_card_refuses_is_shown_to_it_once():
    mine = card("v2.00")
    known = subject.with_pin(subject.Known(PROFILES["v2.00"]), bytes.fromhex("111111"))
    outcomes = list(run_cases(CASES, lambda: mine, known, destructive=True))
    assert mine.persistent.pin.tries_left == 5  # of six
    told = {one.case.number: one.reason for one in outcomes if "pin" in one.case.needs}
    assert told["ACC-005"] == "line 113: 63 C5 instead of 90 00"
    assert told["PIN-001"] == told["PIN-008"] == "the PIN was refused in ACC-005"


def test_the_cases_leave_a_card_in_use_with_all_its_tries():
    mine = card("v2.00")
    known = subject.with_pin(subject.Known(PROFILES["v2.00"]), bytes.fromhex("123456"))
    list(run_cases(CASES, lambda: mine, known, destructive=False))
    assert (mine.persistent.pin.value.hex(), mine.persistent.pin.tries_left) == ("123456", 6)


def test_an_answer_without_a_status_word_is_a_failure_and_not_an_end():
    bent = Bent(card("v3.00"), bytes.fromhex("00 FE"), b"\x90")
    case = next(case for case in CASES if case.number == "APDU-004")
    known = subject.reference(PROFILES["v3.00"])
    [outcome] = run_cases([case], lambda: bent, known, destructive=True)
    assert outcome.verdict is Verdict.FAILED
    assert outcome.reason.endswith("an answer of 1 bytes has no status word")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("> 00 84 00 00 08", "x.cases:1: before the first case"),
        ("## XX-001 A card answers\n> 00\n< 90 00", "XX-001 names no clause"),
        (ONE + "> 00 84 00 00 08", "expects nothing"),
        (ONE + "? 00", "neither a fact of the case nor a step"),
        (ONE + "destructive: a bit\n> 00\n< 90 00", "destructive takes content, state or end"),
        (ONE + "> 00\n< 90 00\nneeds: pin", "neither a fact of the case nor a step"),
    ],
)
def test_a_wrong_file_of_cases_is_told(text, told):
    with pytest.raises(CaseError, match=told):
        list(parse(text, "x.cases"))


def test_patterns():
    assert matches("6F .. * 90 00 | 61 ..", bytes.fromhex("6110"), {})
    assert matches("63 C.", bytes.fromhex("63C5"), {})
    assert not matches("63 C.", bytes.fromhex("63D5"), {})
    assert matches("{a} 90 00", bytes.fromhex("01029000"), {"a": b"\x01\x02"})
    assert not matches("~a * 90 00", bytes.fromhex("01029000"), {"a": b"\x01\x02"})
    for wrong in ("{b}", "XY", "~b 90 00"):
        with pytest.raises(PatternError):
            matches(wrong, b"\x90\x00", {})


def test_the_report_is_junit():
    known = subject.reference(PROFILES["v3.00"])
    bent = Bent(card("v3.00"), b"\x00\xfe", b"\x6f\x00")
    outcomes = list(run_cases(CASES, lambda: bent, known, destructive=False))
    suite = ElementTree.fromstring(to_junit(outcomes, card="bent"))  # noqa: S314  # our own
    assert suite.get("tests") == str(len(CASES))
    assert suite.get("failures") == "1"
    [failure] = suite.iter("failure")
    assert "6F 00 instead of 6D 00" in failure.get("message", "")


def test_the_command_tries_a_card_at_an_address():
    with served(card("v2.00")) as address:
        result = CliRunner().invoke(
            root,
            ["sim", "conformance", "--tcp", address, "--profile", "v2.00", "--reference", "--json"],
        )
    report = json.loads(result.stdout)
    assert result.exit_code == 0, result.output
    assert report["counts"]["failed"] == 0
    assert report["counts"]["passed"] > 60
    assert all(case["reason"] for case in report["cases"] if case["verdict"] == "skipped")


def test_the_command_lists_and_chooses_cases():
    runner = CliRunner()
    listed = runner.invoke(root, ["sim", "conformance", "CHAIN-", "--list"])
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [
        "CHAIN-001",
        "CHAIN-002",
        "CHAIN-003",
    ]
    unknown = runner.invoke(root, ["sim", "conformance", "NO-1"])
    assert unknown.exit_code == 4


def test_an_address_without_a_card_is_told():
    result = CliRunner().invoke(root, ["sim", "conformance", "--tcp", "127.0.0.1:1"])
    assert result.exit_code == 5
    assert result.stderr.count("\n") == 1
