"""The medical account in DF04: balance, and the commands that change it (LB002; 38号).

人社信息函〔2012〕38号, 2.4 to 2.8, says what is signed. Each transaction is one write: balance, the
year's totals, the record in EF08, the number and the proof. After a power cut the terminal asks for
the proof: the transaction has happened, or it has not.
"""

from collections.abc import Mapping

from hardware_sim.card import wallet_load, wallet_settlement
from hardware_sim.card.access_control import PIN, holds
from hardware_sim.card.state import Chip
from hardware_sim.card.wallet_keys import expect
from hardware_sim.card.wallet_state import WalletStep, YearTotal
from reader.card_profile.df04 import DF04
from reader.card_profile.medical_account import (
    COUNT_SIZE,
    AccountCommand,
    Balance,
    TransactionType,
    amount,
)
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError


def execute(chip: Chip, command: CommandApdu, step: WalletStep | None) -> bytes:
    """One command of class B0, after which *step* of a transaction, if any."""
    which = _which(chip, command)
    # A proof tells nothing but that somebody who knows the keys was there: no PIN for it, so that
    # a terminal that lost the answer can ask at once.
    if which is not AccountCommand.GET_TRANSACTION_PROVE and not holds(chip, PIN):
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    match which:
        case AccountCommand.GET_BALANCE:
            return get_balance(chip, command)
        case AccountCommand.INITIALIZE_FOR_LOAD:
            return wallet_load.initialize(chip, command)
        case AccountCommand.CREDIT_FOR_LOAD:
            return wallet_load.credit(chip, command, step)
        case AccountCommand.INITIALIZE_FOR_PURCHASE:
            return wallet_settlement.initialize(chip, command)
        case AccountCommand.DEBIT_FOR_PURCHASE:
            return wallet_settlement.debit(chip, command, step)
        case AccountCommand.GET_TRANSACTION_PROVE:
            return get_transaction_prove(chip, command)


def _which(chip: Chip, command: CommandApdu) -> AccountCommand:
    """What the header asks of the profile's account; '6D00' and '6A86' if it has no such thing."""
    account = chip.profile.medical_account
    if account is None or chip.application().name != DF04.name:
        raise StatusError(SW.INS_NOT_SUPPORTED)
    known = False
    for which, header in account.with_ins(command.ins):
        if command.p1 == header.p1 and command.p2 in header.p2:
            return which
        known = True
    raise StatusError(SW.WRONG_P1_P2 if known else SW.INS_NOT_SUPPORTED)


def get_balance(chip: Chip, command: CommandApdu) -> bytes:
    """The balance of the account, or the total of a year with the year."""
    expect(command, 0)
    wallet = chip.persistent.wallet
    answers: Mapping[int, bytes] = {
        Balance.ACCOUNT: amount(wallet.balance),
        Balance.SELF_PAID: _year_total(wallet.self_paid),
        Balance.POOLED: _year_total(wallet.pooled),
    }
    return answers[command.p2]


def get_transaction_prove(chip: Chip, command: CommandApdu) -> bytes:
    """The codes of the last transaction of the type in P2, by its number; '9406' for another.

    A settlement's are MAC2 and TAC, as PBOC orders them here; a load has its TAC.
    """
    expect(command, COUNT_SIZE)
    wallet = chip.persistent.wallet
    settled = command.p2 == TransactionType.SETTLEMENT
    proof = wallet.settled if settled else wallet.credited
    if not proof.codes or int.from_bytes(command.data, "big") != proof.count:
        raise StatusError(SW.PROOF_NOT_AVAILABLE)
    return proof.codes


def _year_total(total: YearTotal) -> bytes:
    return amount(total.amount) + bytes.fromhex(f"{total.year:04d}")
