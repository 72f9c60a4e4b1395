"""What a card's entry in a record file holds, from the book: print data, and the chip's files.

For bureaus that load the chip's keys themselves, as the issuer's agent: nothing secret is in it.
Cards that were prepared ahead, keys and all, are not sent from here.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from crypto import cbor
from issuance import batches
from issuance.book_errors import ConflictError
from issuance.card_data import card_job
from issuance.card_job import CardJob
from issuance.exchange.record_file import CardRecordEntry
from issuance.models import Application, Card
from reader.card_profile.profiles import PROFILES


def entries_from_book(session: Session, cards: Sequence[Card]) -> Iterator[CardRecordEntry]:
    """The entries of cards of one batch, in their order.

    Raises ConflictError for a card that was prepared ahead: its keys lie sealed for the station.
    """
    if ahead := next((card for card in cards if card.chunk is not None), None):
        raise ConflictError(
            f"Card {ahead.number} was prepared ahead for the station, keys and all.",
            f"卡 {ahead.number} 的数据与密钥已为本机制卡预先制备。",
        )
    profile = PROFILES[batches.get(session, cards[0].batch_id).profile]
    applications = _applications(session, cards)
    for card in cards:
        application = applications[card.intake_id, card.row]
        yield CardRecordEntry(
            order=card.row,
            card_number=card.number,
            print_data={
                "name": application.name,
                "social_security_number": application.social_security_number,
                "card_number": card.number,
                "issued_on": f"{card.issued_on:%Y%m%d}",
                "expires_on": f"{card.expires_on:%Y%m%d}",
                "bank": application.bank,
                "photo": application.photo or None,
            },
            chip_data=_chip_data(card_job(application, card, profile)),
        )


def _chip_data(job: CardJob) -> bytes:
    """A CBOR array of [name of the application, FID, the file's records one behind the other]."""
    files = []
    for group in job.data.groups:
        application, file = job.profile.file_of(type(group))
        files.append([application.name, file.fid, job.records(group)])
    return cbor.encode(files)


def _applications(session: Session, cards: Sequence[Card]) -> dict[tuple[int, int], Application]:
    found: dict[tuple[int, int], Application] = {}
    for start in range(0, len(cards), 500):
        places = [(card.region, card.intake_id, card.row) for card in cards[start : start + 500]]
        key = tuple_(Application.region, Application.intake_id, Application.row)
        for one in session.scalars(select(Application).where(key.in_(places))):
            found[one.intake_id, one.row] = one
    return found
