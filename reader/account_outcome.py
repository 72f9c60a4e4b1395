"""Whether a transaction of the medical account happened, asked of the card afterwards.

The card gives the proof of its last transaction of each type to anyone who asks. For an older one
there is its log (EF08, the holder's PIN), which holds the last 30. Where neither is sure, nothing
is said: a wrong "no" would be paid twice.
"""

from dataclasses import dataclass
from typing import Any

from reader.account_errors import TransactionUnclearError
from reader.card_profile.df04 import DF04, EF08, MedicalTransaction
from reader.card_profile.files import Application, RecordFile
from reader.card_profile.medical_account import TransactionType
from reader.data_items import from_bytes
from reader.errors import AccessRefusedError
from reader.item_codecs import is_blank
from reader.medical_account import AccountSession
from reader.refusals import TransactionUnknownError
from reader.session import CardSession


@dataclass(frozen=True, slots=True)
class Outcome:
    """*certificate* is the card's TAC, None where only its log tells of the transaction."""

    count: int
    happened: bool
    certificate: bytes | None = None

    def to_json(self) -> dict[str, Any]:
        """For a program."""
        proof = self.certificate.hex().upper() if self.certificate else None
        return {"count": self.count, "happened": self.happened, "certificate": proof}


def transactions(session: CardSession) -> list[MedicalTransaction]:
    """The card's own log, the newest first; AccessRefusedError without the PIN."""
    records = session.read_records(*_log_file(session))
    return [from_bytes(MedicalTransaction, record) for record in records if not is_blank(record)]


def outcome_of(session: CardSession, kind: TransactionType, count: int) -> Outcome:
    """What became of the transaction *count*; TransactionUnclearError if the card cannot say."""
    account = AccountSession(session)
    ask = account.settled if kind is TransactionType.SETTLEMENT else account.credited
    try:
        return Outcome(count, happened=True, certificate=ask(count).certificate)
    except TransactionUnknownError:
        return _from_the_log(session, kind, count)


def _from_the_log(session: CardSession, kind: TransactionType, count: int) -> Outcome:
    try:
        log = transactions(session)
    except AccessRefusedError as error:
        raise TransactionUnclearError(count, "its log is closed") from error
    numbers = [
        one.sequence_number
        for one in log
        if one.transaction_type == chr(kind) and one.sequence_number is not None
    ]
    if count in numbers:
        return Outcome(count, happened=True)
    if any(number > count for number in numbers):
        raise TransactionUnclearError(count, "later ones took its place in the log")
    _, file = _log_file(session)
    if not numbers and len(log) >= file.record_count:
        raise TransactionUnclearError(count, "the log has transactions of another type only")
    return Outcome(count, happened=False)


def _log_file(session: CardSession) -> tuple[Application, RecordFile]:
    application = session.profile.application(DF04.name)
    return application, session.profile.record_file(EF08)
