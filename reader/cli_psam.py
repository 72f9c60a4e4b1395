"""The options ``--psam`` of the counter: the terminal's security module beside a card."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from reader.connect import connect
from reader.psam import PsamSession


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
