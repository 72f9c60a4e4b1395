"""`onecard card account`: balance, log, settlement, credit, and what became of a lost answer."""

import json
from dataclasses import replace

import pytest

from hardware_sim.psam.psam import Psam
from onecard.console import Exit
from reader.account_errors import TransactionUnclearError
from reader.account_outcome import outcome_of
from reader.card_profile.medical_account import TransactionType
from reader.session import CardSession
from tests.clerk import Clerk, Torn, told_error
from tests.desk import PIN, Desk, counter_bytes
from tests.unit.reader.test_psam_at_the_counter import module_of

CREDIT, DEBIT = 0x2A, 0x2C
TERMINAL = ("--terminal", "430100000001")
AT_THE_DESK = (*TERMINAL, "--yes", "--pin", PIN, "--json")


def credit(clerk: Clerk, amount: str, *more: str):
    return clerk.run("account", "credit", amount, *AT_THE_DESK, *more)


def settle(clerk: Clerk, account: str, personal: str, fund: str, *, count: int = 1):
    amounts = ("--account", account, "--personal", personal, "--fund", fund)
    number = ("--terminal-count", str(count))
    return clerk.run("account", "settle", *amounts, *number, *AT_THE_DESK)


def in_the_account(clerk: Clerk) -> int:
    return clerk.card.persistent.wallet.balance


def test_a_credit_and_a_settlement_move_the_balance(clerk):
    credited = credit(clerk, "1000.00")
    assert credited.exit_code == Exit.OK, credited.stderr
    settled = settle(clerk, "300.00", "12.50", "700.00")
    assert settled.exit_code == Exit.OK, settled.stderr
    shown = json.loads(settled.stdout)
    assert (shown["account"], shown["personal"], shown["fund"]) == ("300.00", "12.50", "700.00")
    assert (shown["count"], len(shown["certificate"])) == (0, 8)
    assert in_the_account(clerk) == 70_000
    balance = json.loads(clerk.run("account", "balance", "--pin", PIN, "--json").stdout)
    assert (balance["balance"], balance["self_paid"]["amount"]) == ("700.00", "12.50")
    assert balance["pooled"]["amount"] == "700.00"


def test_a_person_reads_the_balance_in_yuan(v3):
    credit(v3, "0.05")
    assert v3.run("account", "balance", typed=f"{PIN}\n").stdout == "A00000011: 0.05\n"
    settle(v3, "0.00", "1.00", "2.00")
    v3.language = "zh"
    lines = v3.run("account", "balance", typed=f"{PIN}\n").stdout.splitlines()
    assert [line.split()[-2:] for line in lines[1:]] == [
        ["个人自付:", "1.00"],
        ["统筹支付:", "2.00"],
    ]


def test_the_log_has_the_newest_transaction_first(v3):
    empty = v3.run("account", "records", "--pin", PIN)
    assert (empty.stdout, "no transactions" in empty.stderr) == ("", True)
    credit(v3, "10.00")
    settle(v3, "4.00", "0.00", "0.00")
    shown = json.loads(v3.run("account", "records", "--pin", PIN, "--json").stdout)["records"]
    assert [(one["type"], one["count"], one["account"]) for one in shown] == [
        ("settlement", 0, "4.00"),
        ("credit", 0, "10.00"),
    ]
    assert shown[0]["terminal"] == "430100000001"
    assert "medical settlement" in v3.run("account", "records", "--pin", PIN).stdout


@pytest.mark.parametrize(
    "text", ["12", "12.3", "12,00", "1e3", "+1.00", "12.000", "", "99999999.00", "١.00"]
)
def test_what_is_no_amount_is_refused_before_the_card_is_asked(text, v3):
    result = v3.run("account", "credit", text, *AT_THE_DESK)
    error = told_error(result)
    assert (error["code"], result.exit_code) == ("amount", Exit.USAGE)
    assert "12.00" in error["remedy"]["en"]


def test_amounts_are_asked_for(v3):
    result = v3.run("account", "credit", "1.00", *TERMINAL, "--pin", PIN, "--json")
    assert (told_error(result)["code"], result.exit_code) == ("not-confirmed", Exit.REFUSED)
    assert in_the_account(v3) == 0


def test_without_the_pin_nothing_moves(v3):
    wrong = v3.run("account", "balance", "--pin", "999999", "--json")
    assert told_error(wrong)["code"] == "wrong-pin"


def test_what_is_not_there_is_not_paid(v3):
    credit(v3, "0.99")
    result = settle(v3, "1.00", "0.00", "0.00")
    assert told_error(result)["code"] == "insufficient-funds"


@pytest.mark.parametrize("number", [(), ("--terminal", "43010000000")])
def test_a_transaction_names_its_terminal(number, v3):
    result = v3.run("account", "credit", "1.00", *number, "--yes", "--pin", PIN, "--json")
    assert (told_error(result)["code"], result.exit_code) == ("no-terminal", Exit.USAGE)


def test_a_desk_without_keys_pays_nothing(v3):
    v3.with_keys = False
    result = credit(v3, "1.00")
    assert told_error(result)["code"] == "no-desk-keys"


def test_a_psam_signs_a_settlement_and_says_which_terminal(clerk):
    clerk.with_keys = False
    psam = Psam(module_of(clerk.desk), random=counter_bytes(6))
    amounts = ("--account", "0.00", "--personal", "12.50", "--fund", "700.00")
    asked = ("account", "settle", *amounts, "--yes", "--pin", PIN, "--json")
    settled = clerk.run(*asked, psam=psam)
    assert settled.exit_code == Exit.OK, settled.stderr
    shown = json.loads(settled.stdout)
    assert (shown["personal"], shown["count"], len(shown["certificate"])) == ("12.50", 0, 8)
    log = json.loads(clerk.run("account", "records", "--pin", PIN, "--json").stdout)["records"]
    assert [(one["terminal"], one["fund"]) for one in log] == [("431002000001", "700.00")]


def test_a_psam_credits_nothing(v3):
    v3.with_keys = False
    psam = Psam(module_of(v3.desk), random=counter_bytes(6))
    asked = ("account", "credit", "1.00", "--yes", "--pin", PIN, "--json")
    result = v3.run(*asked, psam=psam)
    assert (told_error(result)["code"], result.exit_code) == ("no-transaction-keys", Exit.KEYS)


def test_the_keys_of_another_issuer_pay_nothing(v3, tmp_path):
    stranger = Clerk(tmp_path, Desk.stranger(tmp_path), v3.memory)
    stranger.on_reader = v3.card
    credited = credit(stranger, "1.00")
    assert told_error(credited)["code"] == "card-authentication"
    settled = settle(stranger, "0.00", "1.00", "0.00")
    assert told_error(settled)["code"] == "protection-refused"
    assert in_the_account(v3) == 0


# --- when the answer is lost ----------------------------------------------------------------------


def outcome(clerk: Clerk, which: str, count: int, *more: str):
    clerk.on_reader = clerk.card
    return clerk.run("account", which, str(count), "--json", *more)


@pytest.mark.parametrize("done", [False, True])
def test_a_lost_settlement_is_asked_for_and_never_charged_twice(done, clerk):
    credit(clerk, "100.00")
    clerk.on_reader = Torn(clerk.card, DEBIT, done=done)
    error = told_error(settle(clerk, "40.00", "0.00", "0.00"))
    assert (error["code"], error["count"]) == ("transaction-open", 0)
    assert "onecard card account settled 0" in error["remedy"]["en"]
    assert "do not charge again" in error["remedy"]["en"]
    told = outcome(clerk, "settled", 0, "--pin", PIN)
    assert (json.loads(told.stdout)["happened"], told.exit_code) == (done, 0 if done else 1)
    assert in_the_account(clerk) == (6_000 if done else 10_000)


@pytest.mark.parametrize("done", [False, True])
def test_a_lost_credit_is_asked_for_too(done, v3):
    v3.on_reader = Torn(v3.card, CREDIT, done=done)
    error = told_error(credit(v3, "40.00"))
    assert "onecard card account credited 0" in error["remedy"]["en"]
    told = outcome(v3, "credited", 0, "--pin", PIN)
    shown = json.loads(told.stdout)
    assert (shown["happened"], shown["certificate"] is not None) == (done, done)


def test_without_the_pin_a_no_is_not_believed(v3):
    credit(v3, "1.00")
    told = outcome(v3, "credited", 5)
    error = told_error(told)
    assert (error["code"], told.exit_code) == ("transaction-unclear", Exit.STATE)
    assert "Do not charge again" in error["remedy"]["en"]


def test_the_log_tells_of_an_older_transaction(v3):
    for amount in ("1.00", "2.00", "3.00"):
        credit(v3, amount)
    told = json.loads(outcome(v3, "credited", 1, "--pin", PIN).stdout)
    assert (told["happened"], told["certificate"]) == (True, None)
    assert json.loads(outcome(v3, "credited", 3, "--pin", PIN).stdout)["happened"] is False


def test_a_person_is_told_what_to_do_next(v3):
    credit(v3, "1.00")
    happened = v3.run("account", "credited", "0")
    assert "do not charge again" in happened.stdout
    v3.language = "zh"
    other = v3.run("account", "credited", "1", "--pin", PIN)
    assert (other.stdout, other.exit_code) == (
        "A00000011: 序号 1 未发生，可重新办理。\n",
        Exit.REFUSED,
    )


def logged(clerk: Clerk, numbers: range, kind: str) -> CardSession:
    """A session with a card whose whole log is of these numbers and this type."""
    record = "{:04X}" + f"{ord(kind):02X}" + "430100000001" + "20261126103000" + "00000001" * 3
    kept = tuple(bytes.fromhex(record.format(number)) for number in reversed(numbers))
    records = {**clerk.card.persistent.records, ("DF04", 0xEF08): kept}
    clerk.card = type(clerk.card)(
        replace(clerk.card.persistent, records=records), random=counter_bytes(2)
    )
    session = CardSession(clerk.card)
    session.verify_pin(PIN)
    return session


def test_what_left_the_log_is_not_called_undone(v3):
    session = logged(v3, range(10, 40), "1")
    with pytest.raises(TransactionUnclearError, match="later ones"):
        outcome_of(session, TransactionType.CREDIT, 3)
    with pytest.raises(TransactionUnclearError, match="another type"):
        outcome_of(session, TransactionType.SETTLEMENT, 3)
    assert outcome_of(session, TransactionType.CREDIT, 20).happened
    assert not outcome_of(session, TransactionType.CREDIT, 40).happened


def test_the_help_of_each_command_has_an_example(v3):
    for name in ("balance", "records", "settle", "credit", "settled", "credited"):
        assert f"onecard card account {name}" in v3.run("account", name, "--help").output
