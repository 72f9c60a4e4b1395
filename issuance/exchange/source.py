"""What a card's entry in a record file holds, from the book: print data, and the chip's files.

For bureaus that load the chip's keys themselves, as the issuer's agent: nothing secret is in it.
Cards that were prepared ahead, keys and all, are `issuance.exchange.prepared_source`'s.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from crypto import cbor
from crypto.keystore import KeyStore
from issuance import batches
from issuance.card_data import card_job
from issuance.card_job import CardJob
from issuance.exchange.card_secrets import Seal
from issuance.exchange.prepared_source import PreparedSource
from issuance.exchange.record_file import CardRecordEntry
from issuance.exchange.sending import EntrySource, prepared_ahead
from issuance.models import Application, Card
from reader.card_profile.profiles import PROFILES


def source(open_store: Callable[[], KeyStore]) -> EntrySource:
    """Entries of cards of either kind; the store is opened at the first that was prepared ahead.

    What it gives raises KeyStoreError too.
    """
    prepared: list[PreparedSource] = []

    def entries(session: Session, cards: Sequence[Card], seal: Seal) -> Iterable[CardRecordEntry]:
        if not prepared_ahead(cards):
            return entries_from_book(session, cards, seal)
        if not prepared:
            prepared.append(PreparedSource(open_store()))
        return prepared[0](session, cards, seal)

    return entries


def entries_from_book(
    session: Session, cards: Sequence[Card], _seal: Seal
) -> Iterator[CardRecordEntry]:
    """The entries of cards of one batch, in their order."""
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
