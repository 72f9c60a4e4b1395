"""Transactions of the medical account, every code of the card's compared (LB002; 38号, 2.4 to 2.8).

``@ credit FEN``                  INITIALIZE FOR LOAD, CREDIT FOR LOAD
``@ settle ACCOUNT PERSON FUND``  INITIALIZE and DEBIT FOR PURCHASE, then GET TRANSACTION PROVE

The PIN is verified and DF04 selected before.
"""

from typing import TYPE_CHECKING

from hardware_sim.conformance.host import ActionError, accepted, require_equal
from reader.card_profile import medical_account
from reader.card_profile.medical_account import (
    AccountCommand,
    MedicalAccount,
    Opening,
    Settlement,
    TransactionType,
)

if TYPE_CHECKING:
    from hardware_sim.conformance.run import Run

TERMINAL = bytes.fromhex("430100000001")
TERMINAL_COUNT = bytes.fromhex("00000007")
TIME = bytes.fromhex("20261126103000")
CURRENT_KEY = b"\x00"  # key index
CODE_SIZE = 4


def credit(run: "Run", text: str) -> None:
    """A credit of so many fen; the balance is more by as much."""
    fen, account = int(text), _account(run)
    asked = medical_account.amount(fen)
    answer = accepted(
        run,
        account.command(AccountCommand.INITIALIZE_FOR_LOAD, CURRENT_KEY + asked + TERMINAL),
    )
    opening = Opening.decode(answer)
    session = medical_account.load_session(opening.random, opening.count)
    signed = medical_account.load_mac1_data(opening.balance, fen, TERMINAL)
    require_equal(answer[-CODE_SIZE:], _mac(run, "DLK", session, signed), "MAC1")
    mac2 = _mac(run, "DLK", session, medical_account.load_mac2_data(fen, TERMINAL, TIME))
    tac = accepted(run, account.command(AccountCommand.CREDIT_FOR_LOAD, TIME + mac2))
    balance = opening.balance + fen
    certified = medical_account.load_tac_data(balance, opening.count, fen, TERMINAL, TIME)
    require_equal(tac, _tac(run, certified), "TAC")
    _require_balance(run, balance)


def settle(run: "Run", text: str) -> None:
    """A settlement of three amounts; the balance is less by the first, and the proof is kept."""
    paid, account = Settlement(*map(int, text.split())), _account(run)
    answer = accepted(
        run,
        account.command(
            AccountCommand.INITIALIZE_FOR_PURCHASE, CURRENT_KEY + paid.encode() + TERMINAL
        ),
    )
    opening = Opening.decode(answer)
    session = medical_account.settlement_session(opening.random, opening.count, TERMINAL_COUNT)
    signed = medical_account.settlement_mac1_data(paid, TERMINAL, TIME)
    mac1 = _mac(run, "DPK", session, signed)
    answer = accepted(
        run,
        account.command(AccountCommand.DEBIT_FOR_PURCHASE, TERMINAL_COUNT + TIME + mac1),
    )
    tac = _tac(run, medical_account.settlement_tac_data(paid, TERMINAL, TERMINAL_COUNT, TIME))
    mac2 = _mac(run, "DPK", session, paid.encode())
    require_equal(answer, tac + mac2, "TAC and MAC2")
    _require_balance(run, opening.balance - paid.account)
    proof = account.command(
        AccountCommand.GET_TRANSACTION_PROVE,
        opening.count.to_bytes(medical_account.COUNT_SIZE, "big"),
        p2=TransactionType.SETTLEMENT,
    )
    require_equal(accepted(run, proof), mac2 + tac, "proof")


def _account(run: "Run") -> MedicalAccount:
    if run.known.profile.medical_account is None:
        raise ActionError("a card of this profile has no medical account")
    return run.known.profile.medical_account


def _require_balance(run: "Run", fen: int) -> None:
    balance = accepted(run, _account(run).command(AccountCommand.GET_BALANCE))
    require_equal(balance, medical_account.amount(fen), "balance")


def _mac(run: "Run", key: str, session: bytes, data: bytes) -> bytes:
    rules = run.known.profile.authentication
    session_key = rules.session_key(run.known.keys[key], session)
    return rules.mac(session_key, bytes(rules.cipher.block_size), data)


def _tac(run: "Run", data: bytes) -> bytes:
    return run.known.profile.authentication.tac(run.known.keys["DTK"], data)
