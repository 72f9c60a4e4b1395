"""Whose keys work for the driver: a PSAM's in the terminal, or the server's of the issuer.

Where a key is stays hidden behind `reader.desk_keys.KeysInUse`; none is ever in this program.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from reader.card_profile.keys import CardKey
from reader.desk_keys import DeskKeys
from reader.errors import (
    CardRemovedError,
    NoCardError,
    NoReaderError,
    NotPsamError,
    TransportError,
)
from reader.medical_account import TransactionKeys
from reader.psam import PsamSession, psam_desk
from reader.session import CardSession
from reader.sscard.errors import PsamAbsentError

# (key, what makes the session key: 8 bytes, data) -> MAC, 4 bytes
TransactionSigner = Callable[[CardKey, bytes, bytes], bytes]

NOBODY_THERE = (NoCardError, NoReaderError, NotPsamError, CardRemovedError, TransportError)


@dataclass(frozen=True, slots=True)
class CounterKeys:
    """What can be done with a card's keys here.

    *terminal_number* is the PSAM's, "" where another kind of keys works.
    """

    desk: DeskKeys
    terminal_number: str = ""

    @property
    def sign(self) -> TransactionSigner | None:
        """Signs settlements; None where these keys do not."""
        keys = self.desk.keys
        return keys.transaction_mac if isinstance(keys, TransactionKeys) else None


# The keys of the card in a session, *atr* its answer to reset; raises ReaderError.
OpenKeys = Callable[[CardSession, bytes], AbstractContextManager[CounterKeys]]


@contextmanager
def no_keys(session: CardSession, atr: bytes) -> Iterator[CounterKeys]:
    """A terminal without a PSAM and without its issuer's server."""
    raise PsamAbsentError
    yield  # a generator, for the type


def psam_keys(
    open_psam: Callable[[], AbstractContextManager[PsamSession]],
    *,
    random: Callable[[int], bytes],
) -> OpenKeys:
    """The keys of the PSAM that *open_psam* gives; PsamAbsentError where there is none."""

    @contextmanager
    def keys(session: CardSession, atr: bytes) -> Iterator[CounterKeys]:
        with ExitStack() as hold:
            try:
                psam = hold.enter_context(open_psam())
            except NOBODY_THERE as error:
                raise PsamAbsentError(error.detail) from error
            desk = psam_desk(psam, session, atr, random=random)
            yield CounterKeys(desk, psam.terminal_number)

    return keys
