"""A conversation with the medical account on a card: balance, settlement, credit.

What is signed in each step stands in `reader.card_profile.medical_account`. Keys stay where they
are: *sign* makes the MAC under a key that it knows, from what the session key is made of (8 bytes)
and the data; a PSAM, the server's HSM or `CardKeys.transaction_mac` can do that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Protocol, runtime_checkable

from reader.account_errors import NoAccountError, UnprovenPaymentError
from reader.card_profile.df04 import DF04
from reader.card_profile.keys import CardKey
from reader.card_profile.medical_account import (
    AMOUNT_SIZE,
    TERMINAL_COUNT_SIZE,
    AccountCommand,
    Balance,
    MedicalAccount,
    Opening,
    Settlement,
    TransactionType,
    amount,
    load_mac1_data,
    load_mac2_data,
    load_session,
    settlement_mac1_data,
    settlement_session,
)
from reader.card_profile.psam import TerminalNumber
from reader.errors import (
    CardAuthenticationError,
    CardRefusedError,
    MalformedAnswerError,
    ReaderError,
)
from reader.iso7816.status import SW
from reader.refusals import TransactionOpenError
from reader.session import CardSession

Signer = Callable[[bytes, bytes], bytes]  # (8 bytes for the session key, data) -> MAC, 4 bytes


@runtime_checkable
class TransactionKeys(Protocol):
    """A card's keys where they sign transactions too; not every PSAM or server does."""

    def transaction_mac(self, key: CardKey, session: bytes, data: bytes) -> bytes:
        """The MAC of a step under *key*; *session* makes the session key (8 bytes)."""


CURRENT_KEY = 0x00  # key index
CODE_SIZE = 4  # of a MAC and of a TAC
# What the card refuses the last step with. Others may come from a reader or a later exchange.
NOTHING_DONE = frozenset(
    {
        SW.MAC_INVALID,
        SW.COMMAND_NOT_ACCEPTED,
        SW.SECURITY_STATUS_NOT_SATISFIED,
        SW.AUTHENTICATION_METHOD_BLOCKED,
        SW.WRONG_LENGTH,
        SW.WRONG_DATA,
        SW.KEY_INDEX_NOT_SUPPORTED,
    }
)

# The command that asks the card what became of a last step (reader.cli_account).
ASK = {
    AccountCommand.DEBIT_FOR_PURCHASE: "settled",
    AccountCommand.CREDIT_FOR_LOAD: "credited",
}


@dataclass(frozen=True, slots=True)
class YearTotal:
    """What was paid in one year, in fen; year 0 where nothing ever was."""

    amount: int
    year: int


@dataclass(frozen=True, slots=True)
class Terminal:
    """Who asks: the terminal's number and its own count of transactions.

    None for a terminal that does not count: the card's number of the transaction stands for it, as
    programs of the field write it.
    """

    number: TerminalNumber
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What shows that a transaction happened: the card's number of it, and its TAC."""

    count: int
    certificate: bytes


class AccountSession:
    """Speaks to the account of the card in *session*; the holder's PIN comes first.

    AccessRefusedError without it. NoAccountError if this kind of card has no account.
    """

    def __init__(self, session: CardSession) -> None:
        account = session.profile.medical_account
        if account is None:
            raise NoAccountError(f"{session.profile.name} has no medical account")
        self._session = session
        self._account: MedicalAccount = account
        self._application = session.profile.application(DF04.name)

    def balance(self) -> int:
        """What is in the account, in fen."""
        answer = self._ask(AccountCommand.GET_BALANCE, p2=Balance.ACCOUNT)
        return int.from_bytes(_sized(answer, AMOUNT_SIZE), "big")

    def year_total(self, which: Balance) -> YearTotal:
        """What the holder or the pooled fund paid in the last year of any payment."""
        answer = _sized(self._ask(AccountCommand.GET_BALANCE, p2=which), AMOUNT_SIZE + 2)
        year = answer[AMOUNT_SIZE:].hex()
        if not year.isdecimal():
            raise MalformedAnswerError(f"GET BALANCE: year {year}")
        return YearTotal(int.from_bytes(answer[:AMOUNT_SIZE], "big"), int(year))

    def settle(
        self, paid: Settlement, *, terminal: Terminal, at: datetime, sign: Signer
    ) -> Receipt:
        """A medical settlement; *sign* works with DPK.

        InsufficientFundsError before anything is done. ProtectionRefusedError for another key.
        TransactionOpenError if the last answer is lost: `settled` asks for it again.
        UnprovenPaymentError if it is wrong: money has moved then.
        """
        number, time = bytes.fromhex(terminal.number), _packed(at)
        opening = self.open_settlement(paid, terminal.number)
        count = opening.count if terminal.count is None else terminal.count
        encoded = count.to_bytes(TERMINAL_COUNT_SIZE, "big")
        session = settlement_session(opening.random, opening.count, encoded)
        mac1 = sign(session, settlement_mac1_data(paid, number, time))
        # Before money moves: keys that fail behind it would leave nobody knowing.
        expected = sign(session, paid.encode())
        receipt, mac2 = self.finish_settlement(opening, count, time, mac1)
        # Money has moved; a card that cannot say so rightly is not the one whose keys these are.
        if not compare_digest(mac2, expected):
            raise UnprovenPaymentError(opening.count)
        return receipt

    def open_settlement(self, paid: Settlement, terminal: TerminalNumber) -> Opening:
        """The first half of a settlement whose MAC1 is made elsewhere; errors as for `settle`."""
        asked = bytes((CURRENT_KEY,)) + paid.encode() + bytes.fromhex(terminal)
        return self._open(AccountCommand.INITIALIZE_FOR_PURCHASE, asked)

    def finish_settlement(
        self, opening: Opening, terminal_count: int, time: bytes, mac1: bytes
    ) -> tuple[Receipt, bytes]:
        """The second half, *time* packed (7 bytes): the receipt, and the card's MAC2 to check."""
        data = terminal_count.to_bytes(TERMINAL_COUNT_SIZE, "big") + time + mac1
        answer = self._finish(AccountCommand.DEBIT_FOR_PURCHASE, data, opening.count, 2 * CODE_SIZE)
        return Receipt(opening.count, answer[:CODE_SIZE]), answer[CODE_SIZE:]

    def credit(self, fen: int, *, terminal: TerminalNumber, at: datetime, sign: Signer) -> Receipt:
        """A credit from the holder's account at the fund; *sign* works with DLK.

        CardAuthenticationError if the card does not know DLK: nothing is credited then.
        """
        number, time = bytes.fromhex(terminal), _packed(at)
        asked = bytes((CURRENT_KEY,)) + amount(fen) + number
        answer = self._ask(AccountCommand.INITIALIZE_FOR_LOAD, asked)
        opening, mac1 = _opening(answer[:-CODE_SIZE]), answer[-CODE_SIZE:]
        session = load_session(opening.random, opening.count)
        if not compare_digest(mac1, sign(session, load_mac1_data(opening.balance, fen, number))):
            raise CardAuthenticationError("MAC1")
        mac2 = sign(session, load_mac2_data(fen, number, time))
        certificate = self._finish(
            AccountCommand.CREDIT_FOR_LOAD, time + mac2, opening.count, CODE_SIZE
        )
        return Receipt(opening.count, certificate)

    def settled(self, count: int) -> Receipt:
        """The receipt of the last settlement; TransactionUnknownError if *count* did not happen."""
        answer = _sized(self._prove(TransactionType.SETTLEMENT, count), 2 * CODE_SIZE)
        return Receipt(count, answer[CODE_SIZE:])

    def credited(self, count: int) -> Receipt:
        """The receipt of the last credit; TransactionUnknownError if *count* did not happen."""
        return Receipt(count, _sized(self._prove(TransactionType.CREDIT, count), CODE_SIZE))

    def _prove(self, kind: TransactionType, count: int) -> bytes:
        return self._ask(AccountCommand.GET_TRANSACTION_PROVE, count.to_bytes(2, "big"), p2=kind)

    def _open(self, which: AccountCommand, data: bytes) -> Opening:
        return _opening(self._ask(which, data))

    def _finish(self, which: AccountCommand, data: bytes, count: int, size: int) -> bytes:
        """The last step: a plain refusal is one, anything else leaves open what happened."""
        try:
            return _sized(self._ask(which, data), size)
        except ReaderError as error:
            if isinstance(error, CardRefusedError) and error.sw in NOTHING_DONE:
                raise
            raise TransactionOpenError(count, ASK[which]) from error

    def _ask(self, which: AccountCommand, data: bytes = b"", *, p2: int | None = None) -> bytes:
        command = self._account.command(which, data, p2=p2)
        return self._session.exchange(self._application, command)


def _opening(answer: bytes) -> Opening:
    try:
        return Opening.decode(answer)
    except ValueError as error:
        raise MalformedAnswerError(str(error)) from error


def _sized(answer: bytes, size: int) -> bytes:
    if len(answer) != size:
        raise MalformedAnswerError(f"{len(answer)} bytes, not {size}")
    return answer


def _packed(at: datetime) -> bytes:
    return bytes.fromhex(f"{at:%Y%m%d%H%M%S}")
