"""A reader in memory: cards are put into it and taken out while somebody talks to them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hardware_sim.card.card import Card
from reader.errors import CardRemovedError, NoCardError, NoReaderError
from reader.interface import Interface, Preference

NAME = "Table 00 00"


class CardTable:
    """A place for a card (`reader.agent.card_in_hand.CardPlace`).

    *silently* lets an exchange of cards pass unnoticed by the line, as no real reader does.
    """

    def __init__(self, card: Card | None = None, *, silently: bool = False) -> None:
        self.card = card
        self.delay = 0.0  # seconds before each answer
        self.removed_after: int | None = None  # commands until the card is taken out
        self.opened = self.closed = 0
        self.commands: list[bytes] = []
        self._silently = silently

    def put(self, card: Card | None) -> None:
        """Exchange what lies there."""
        self.card = card

    @contextmanager
    def connect(
        self, preference: Preference = Preference.CONTACT_FIRST, *, reader: str | None = None
    ) -> Iterator["_Line"]:
        if reader not in {None, NAME}:
            raise NoReaderError(reader or "")
        if self.card is None:
            raise NoCardError(NAME)
        self.opened += 1
        self.card.reset()
        try:
            yield _Line(self, None if self._silently else self.card)
        finally:
            self.closed += 1

    def readers(self) -> list[str]:
        return [NAME]

    def cards(self) -> dict[str, Interface]:
        return {NAME: Interface.CONTACT} if self.card else {}

    def concerns(self, reader: str) -> bool:
        return reader in {"", NAME}


class _Line:
    def __init__(self, table: CardTable, card: Card | None) -> None:
        self._table, self._card = table, card
        assert table.card is not None
        self.atr = table.card.atr
        self._lock = threading.Lock()

    def transmit(self, command: bytes) -> bytes:
        table = self._table
        with self._lock:
            time.sleep(table.delay)
            if table.removed_after is not None:
                table.removed_after -= 1
                if table.removed_after < 0:
                    table.card = None
            card = table.card
            if card is None or self._card not in {None, card}:
                raise CardRemovedError(NAME)
            table.commands.append(command)
            return card.transmit(command)
