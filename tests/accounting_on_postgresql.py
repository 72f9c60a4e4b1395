"""The random schedules on PostgreSQL: a database for each, copied from one that was begun."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from issuance.database import open_book
from tests.accounting_machine import Accounting
from tests.accounting_world import CARDS, LOT
from tests.postgresql import PrivatePostgres
from tests.stockroom import P1, Stockroom, run

SCHEDULE = "schedule"


def accounting(server: PrivatePostgres) -> type[Accounting]:
    """The machine whose books are this server's."""
    begun = server.new_book()
    template = make_url(begun).database
    engine = open_book(begun)
    _begin(Stockroom(engine))
    engine.dispose()
    admin = create_engine(server.url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    # One engine for all schedules, so that statements are compiled once.
    books: list[Engine] = []

    def renew() -> Engine:
        for book in books:
            book.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {SCHEDULE}"))
            connection.execute(text(f"CREATE DATABASE {SCHEDULE} TEMPLATE {template}"))
        if not books:
            books.append(open_book(server.url(SCHEDULE)))
        return books[0]

    class AccountingOnPostgresql(Accounting):
        """Random schedules on PostgreSQL."""

        @contextmanager
        def book(self) -> Iterator[Stockroom]:
            engine = renew()
            try:
                yield Stockroom(engine)
            finally:
                engine.dispose()

    return AccountingOnPostgresql


def _begin(stock: Stockroom) -> None:
    stock.issue(stock.lay(CARDS, LOT), run(0, 2), station=P1)
