"""Whose keys a counter's command works with: a PSAM's beside the card, or a key store's here."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from crypto.cli import open_key_store
from onecard.console import settings
from reader.connect import connect
from reader.desk_keys import DeskKeys
from reader.psam import PsamSession, psam_desk
from reader.session import CardSession


@dataclass(frozen=True, slots=True)
class PsamOptions:
    """Where the PSAM is, if anywhere, and its own PIN."""

    reader: str | None
    tcp: str | None
    pin: str | None

    @contextmanager
    def session(self) -> Iterator[PsamSession | None]:
        """The PSAM, ready for work; None where none is named. Raises ReaderError."""
        if self.reader is None and self.tcp is None:
            yield None
            return
        with connect(reader=self.reader, tcp=self.tcp) as transport:
            psam = PsamSession(transport)
            if self.pin:
                psam.verify_pin(self.pin)
            yield psam


def psam_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the three options; the command gets them as *psam*."""

    @click.option("--psam", "psam_reader", metavar="NAME", help="PC/SC reader with the PSAM.")
    @click.option("--psam-tcp", metavar="HOST:PORT", help="A PSAM served over TCP.")
    @click.option("--psam-pin", metavar="DIGITS", help="The PSAM's own PIN, if it has one.")
    @wraps(command)
    def run(
        psam_reader: str | None, psam_tcp: str | None, psam_pin: str | None, **others: Any
    ) -> None:
        command(psam=PsamOptions(psam_reader, psam_tcp, psam_pin), **others)

    return run


def desk_keys(session: CardSession, atr: bytes, psam: PsamSession | None) -> DeskKeys | None:
    """The PSAM's keys, or the issuer's key store if this desk has one and may open it."""
    if psam is not None:
        return psam_desk(psam, session, atr, random=os.urandom)
    if not settings().keys.exists():
        return None
    return DeskKeys.of(session, open_key_store(), atr, random=os.urandom)
