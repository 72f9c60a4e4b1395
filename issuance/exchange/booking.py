"""What the book knows of cards that were sent, and what it writes when they come back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crypto.errors import KeyMaterialError
from crypto.receipt import parse_record
from issuance import bulk, cards
from issuance.exchange.faults import Fault, FaultKind
from issuance.exchange.models import ExchangeFile, Outcome, ReturnDetail, SentCard
from issuance.exchange.reconciliation import Expected, Reconciliation
from issuance.exchange.return_file import CardResult, ReturnedCard
from issuance.models import Application, Card
from issuance.regions import region_of_code
from issuance.stock import floor
from reader.card_profile.atr import HISTORICAL_SIZE
from reader.card_profile.profiles import CardProfile
from reader.card_record import CardRecord

PIECE: Final = 500  # numbers in one question: databases limit them
FAILED_AT_BUREAU: Final = "制卡"  # the stage, where a bureau names none
_DETAIL: Final = (
    "row", "card_number", "outcome", "stage", "reason", "identification_code", "atr",
    "blank_serial", "bank_card_number", "personal_account", "box_position",
)  # fmt: skip

RecordMaker = Callable[[Session, Card, ReturnedCard], bytes]
T = TypeVar("T")


def expected(
    session: Session, files: Sequence[ExchangeFile], profile: CardProfile
) -> dict[str, Expected]:
    """The cards of these record files by number; of two files, the one where it is out."""
    found: dict[str, Expected] = {}
    rows = session.execute(
        select(SentCard, Card, Application.social_security_number, Application.name)
        .join(Card, (Card.region == SentCard.region) & (Card.number == SentCard.card_number))
        .join(
            Application,
            (Application.region == Card.region)
            & (Application.intake_id == Card.intake_id)
            & (Application.row == Card.row),
        )
        .where(
            SentCard.region == files[0].region, SentCard.file_id.in_([file.id for file in files])
        )
        .order_by(SentCard.file_id, SentCard.position)
    )
    for sent, card, holder, name in rows:
        if sent.card_number in found and sent.outcome is not None:
            continue
        found[sent.card_number] = Expected(
            card_number=sent.card_number,
            file_id=sent.file_id,
            region=card.region,
            state=card.state,
            outcome=sent.outcome,
            identification_code=card.identification_code,
            blank=card.blank,
            promised=_promised(card, profile),
            social_security_number=holder,
            name=name,
            issued_on=card.issued_on,
            expires_on=card.expires_on,
        )
    return found


def owners(session: Session, returned: Sequence[ReturnedCard]) -> dict[bytes, str]:
    """The cards of the book that have one of these identification codes."""
    codes = [card.identification_code for card in returned if card.identification_code]
    found: dict[bytes, str] = {}
    for some in pieces(codes):
        regions = {region_of_code(code) for code in some}
        wanted = (Card.region.in_(regions), Card.identification_code.in_(some))
        for code, number in session.execute(
            select(Card.identification_code, Card.number).where(*wanted)
        ):
            found[bytes(code or b"")] = number
    return found


def completed(card: ReturnedCard, sent: Expected | None, profile: CardProfile) -> ReturnedCard:
    """The card with what need not be said of it: the book or the profile knows it.

    Interfaces of the field exchange the 13 historical bytes for the answer to reset, and a whole
    one of these cards is longer (LD/T 32.2). What was signed ahead is in the record: the code that
    the chip must have, and its key, none where the record names one that it shares with its issuer.
    """
    if card.atr is not None and len(card.atr) == HISTORICAL_SIZE:
        card = replace(card, atr=profile.atr(card.atr))
    promised = sent.promised if sent is not None else None
    if promised is None or card.result is not CardResult.GOOD:
        return card
    if card.identification_code is None:
        card = replace(card, identification_code=bytes(promised.identification_code))
    if card.chip_public_key is None or promised.chip_key is None:
        card = replace(card, chip_public_key=promised.chip_key)
    return card


def foreign_keys(returned: Sequence[ReturnedCard], profile: CardProfile) -> Iterator[Fault]:
    """The cards whose public key is no point of the profile's curve."""
    for card in returned:
        if card.chip_public_key is not None:
            try:
                profile.suite.signature.curve.decode(card.chip_public_key)
            except KeyMaterialError as error:
                why = (f"its public key: {error}", f"芯片公钥有误（{error}）")
                yield Fault(FaultKind.MALFORMED, card.card_number, card.row, why)


def book(
    session: Session,
    file: ExchangeFile,
    found: Reconciliation,
    *,
    record_of: RecordMaker,
    by: str,
    at: datetime,
) -> None:
    """Mark the good cards as personalized, keep why the others failed, and all the details.

    In the accounts of the batch the bureau is a station, by its name, and the maker.
    Raises NotFoundError, LifecycleError, ConflictError, StockError.
    """
    for piece in pieces(found.good):
        loaded = _load(session, file.region, piece)
        for card in piece:
            cards.mark_personalized(
                session,
                card.card_number,
                identification_code=card.identification_code or b"",
                atr=card.atr or b"",
                chip_public_key=card.chip_public_key,
                record=record_of(session, loaded[card.card_number][0], card),
                by=by,
                at=at,
            )
        # The bureau made them: whoever books its word may count and close all the same.
        floor.all_made(
            session,
            file.batch_id,
            [loaded[card.card_number][0] for card in piece],
            station=file.bureau,
            by=by,
            at=at,
            maker=file.bureau,
        )
    for card in found.rejected:
        stage, reason = card.stage or FAILED_AT_BUREAU, card.reason or ""
        cards.note_failure(session, card.card_number, stage=stage, reason=reason, by=by, at=at)
    for outcome, some in ((Outcome.GOOD, found.good), (Outcome.REJECTED, found.rejected)):
        _settle(session, file, outcome, some)


def pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values, some hundred at a time."""
    return (values[start : start + PIECE] for start in range(0, len(values), PIECE))


def _promised(card: Card, profile: CardProfile) -> CardRecord | None:
    """The record that was signed ahead, while the card waits for its chip."""
    if card.record is None or card.personalized_at is not None:
        return None
    return CardRecord.from_claims(parse_record(card.record).claims, profile.suite)


def _load(
    session: Session, region: str, some: Sequence[ReturnedCard]
) -> dict[str, tuple[Card, Application]]:
    """Cards and applications in one question; while they are held, the session asks no more."""
    rows = session.execute(
        select(Card, Application)
        .join(
            Application,
            (Application.region == Card.region)
            & (Application.intake_id == Card.intake_id)
            & (Application.row == Card.row),
        )
        .where(Card.region == region, Card.number.in_([card.card_number for card in some]))
    )
    return {card.number: (card, application) for card, application in rows}


def _settle(
    session: Session, file: ExchangeFile, outcome: Outcome, some: Sequence[ReturnedCard]
) -> None:
    """The cards are not out any more; what was said of each is kept."""
    for piece in pieces(some):
        session.execute(
            update(SentCard)
            .where(
                SentCard.region == file.region,
                SentCard.card_number.in_([card.card_number for card in piece]),
                SentCard.outcome.is_(None),
            )
            .values(outcome=outcome, answered_by=file.id)
            .execution_options(synchronize_session=False)
        )
    rows = [
        tuple(outcome.value if name == "outcome" else _value(card, name) for name in _DETAIL)
        for card in some
    ]
    same: Mapping[str, object] = {"region": file.region, "file_id": file.id}
    bulk.add(session, ReturnDetail, _DETAIL, rows, same=same)


def _value(card: ReturnedCard, name: str) -> object:
    value = getattr(card, name)
    return bytes(value) if isinstance(value, bytes) else value  # drivers know no subclasses
