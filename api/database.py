"""The book behind the service: who opens transactions, and how it is read fast.

A request that only reads gets a connection that commits by itself where that saves a round trip;
SQLite has none, and its connections keep the one way of beginning that the book gave them.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from issuance.database import open_book, reading, transaction

BookSession = Session  # the name by which views pass one on


@dataclass(frozen=True, slots=True)
class Book:
    """The issuer's book in the hands of the service. All methods raise StorageError."""

    engine: Engine
    reads: Engine

    @classmethod
    def open(cls, place: str, *, create: bool = False) -> Self:
        """The book at *place*, a path or an SQLAlchemy URL."""
        engine = open_book(place, create=create)
        if engine.dialect.name == "sqlite":
            return cls(engine, engine)
        return cls(engine, engine.execution_options(isolation_level="AUTOCOMMIT"))

    def reading(self) -> AbstractContextManager[Session]:
        """A session to look things up with."""
        return reading(self.reads)

    def changing(self) -> AbstractContextManager[Session]:
        """A transaction: all of it is kept, or nothing."""
        return transaction(self.engine)

    def ping(self) -> None:
        """Return if the book answers."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()
