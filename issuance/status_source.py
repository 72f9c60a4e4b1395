"""The book as the source of card status for the commands of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine

from issuance import cards
from issuance.book_errors import NoBookError, StorageError
from issuance.database import open_book, reading
from onecard.settings import Settings
from reader.authenticity import CardStatus, StatusSource
from reader.card_record import CardRecord
from reader.errors import StatusUnavailableError


def status_source(settings: Settings) -> StatusSource | None:
    """Asks the book of this machine; None when there is none.

    Raises StatusUnavailableError, here or when asked, where the book cannot be read.
    """
    with _told():
        try:
            engine = open_book(settings.database, create=False)
        except NoBookError:
            return None
    return book_source(engine)


def book_source(engine: Engine) -> StatusSource:
    """What the book says now of a record's card; UNKNOWN for one it does not have so."""

    def ask(record: CardRecord) -> CardStatus:
        with _told(), reading(engine) as session:
            return cards.status_of(session, record, at=datetime.now(UTC))

    return ask


@contextmanager
def _told() -> Iterator[None]:
    """The reader knows no book: its own error says what happened."""
    try:
        yield
    except StorageError as error:
        raise StatusUnavailableError(str(error)) from error
