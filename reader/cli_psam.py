"""Whose keys a counter's command works with: a PSAM's, the issuer's server's, or a store's here."""

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
from reader.issuer_server import IssuerServer
from reader.psam import PsamSession, psam_desk
from reader.session import CardSession


@dataclass(frozen=True, slots=True)
class PsamOptions:
    """Where the PSAM is, if anywhere, and its own PIN; otherwise the issuer's server, if any."""

    reader: str | None
    tcp: str | None
    pin: str | None
    server: str | None = None

    @property
    def named(self) -> bool:
        """Whether a PSAM is named."""
        return self.reader is not None or self.tcp is not None

    @property
    def elsewhere(self) -> bool:
        """Whether the keys are not the issuer's own, here: then the card proves itself first."""
        return self.named or self.server_address is not None

    @property
    def server_address(self) -> str | None:
        """The server that is asked where no PSAM is named."""
        return None if self.named else self.desk_server

    @property
    def desk_server(self) -> str | None:
        """The server that this desk has, whoever holds the keys."""
        return self.server or settings().server

    @contextmanager
    def session(self) -> Iterator[PsamSession | None]:
        """The PSAM, ready for work; None where none is named. Raises ReaderError."""
        if not self.named:
            yield None
            return
        with connect(reader=self.reader, tcp=self.tcp) as transport:
            psam = PsamSession(transport)
            if self.pin:
                psam.verify_pin(self.pin)
            yield psam


def psam_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options; the command gets them as *psam*."""

    @click.option("--psam", "psam_reader", metavar="NAME", help="PC/SC reader with the PSAM.")
    @click.option("--psam-tcp", metavar="HOST:PORT", help="A PSAM served over TCP.")
    @click.option("--psam-pin", metavar="DIGITS", help="The PSAM's own PIN, if it has one.")
    @click.option("--server", metavar="URL", help="The issuer's server; or ONECARD_SERVER.")
    @wraps(command)
    def run(
        psam_reader: str | None,
        psam_tcp: str | None,
        psam_pin: str | None,
        server: str | None,
        **others: Any,
    ) -> None:
        command(psam=PsamOptions(psam_reader, psam_tcp, psam_pin, server), **others)

    return run


def desk_keys(
    session: CardSession, atr: bytes, psam: PsamSession | None, *, server: str | None = None
) -> DeskKeys | None:
    """The PSAM's keys, else those at the server, else the key store if this desk has one."""
    if psam is not None:
        return psam_desk(psam, session, atr, random=os.urandom)
    if server is not None:
        return server_desk(session, atr, issuer_server(server))
    if not settings().keys.exists():
        return None
    return DeskKeys.of(session, open_key_store(), atr, random=os.urandom)


def issuer_server(address: str) -> IssuerServer:
    """The issuer's server as this desk reaches it, over one line. Raises ServerError."""
    from reader.server_client import HttpIssuerServer  # most commands need no network

    return HttpIssuerServer(address, settings().desk_key or "", ca=settings().server_ca)


def server_desk(session: CardSession, atr: bytes, server: IssuerServer) -> DeskKeys:
    """What this desk can do with the card in *session* through the server. Raises ServerError."""
    from reader.server_client import ServerKeys

    return DeskKeys(ServerKeys.of(server, session, atr), os.urandom)
