"""A return file as it arrives: its envelope, the form inside, its cards.

Inside is the plain form of `issuance.exchange.volume`, or a result file (回盘) as CSV. Without
an envelope nothing says who wrote it: that is taken only where somebody answers for it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from crypto import cms
from crypto.cms_errors import CmsError
from issuance.exchange.chain import Chain
from issuance.exchange.errors import ExchangeFileError, SealedFileError
from issuance.exchange.faults import Fault
from issuance.exchange.return_csv import read_result_file
from issuance.exchange.return_file import ReturnedCard, read_return
from issuance.exchange.volume import Header

MAX_SIZE: Final = 1 << 29  # bytes: a volume fits many times
_CBOR_MAP: Final = range(0xA0, 0xC0)  # RFC 8949, 3.1: the first byte of a header
_SEALED: Final = (b"0", b"-----BEGIN")  # a SEQUENCE, or PEM around it
_MAIL: Final = (b"MIME-Version:", b"Content-Type:", b"To:", b"From:")  # what openssl writes unasked


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """How return files are opened: our certificate with its key, and the sender's, pinned.

    *chain_of* gives the chain of records for a key's name and a file id, None without that key.
    """

    recipient: cms.DecryptionIdentity | None
    sender: cms.Certificate | None
    chain_of: Callable[[str | None, bytes], Chain | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFile:
    """What arrived. *header* is None for a result file; *signer* for what nobody signed."""

    name: str
    sha256: str
    signer: cms.Certificate | None
    header: Header | None
    cards: Sequence[ReturnedCard]
    malformed: Sequence[Fault]

    @property
    def id(self) -> str:
        """Its one-time id; without one, the beginning of its digest."""
        return self.header.file_id.hex() if self.header else self.sha256[:32]


def read_file(path: Path) -> bytes:
    """The bytes of a file that has arrived. Raises ExchangeFileError."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_SIZE + 1)
    except OSError as error:
        raise ExchangeFileError("unreadable", str(path), why=error.strerror) from error
    if len(data) > MAX_SIZE:
        raise ExchangeFileError("too_large", str(path), limit=MAX_SIZE)
    return data


def open_return(
    data: bytes, opener: Opener, *, name: str, at: datetime, unsigned: bool = False
) -> ReturnFile:
    """The return file in these bytes; *unsigned* takes one without an envelope too.

    Raises ExchangeFileError, SealedFileError, IntakeError.
    """
    content, signer = data, None
    if data.startswith(_SEALED):
        if opener.recipient is None or opener.sender is None:
            raise ExchangeFileError("no_keys", name)
        try:
            opened = cms.open_sealed(data, recipient=opener.recipient, signer=opener.sender, at=at)
        except CmsError as error:
            raise SealedFileError(name, error) from error
        content, signer = opened.content, opened.signer
    elif data.startswith(_MAIL):
        raise ExchangeFileError("mail", name)
    elif not unsigned:
        raise ExchangeFileError("unsigned", name)
    header: Header | None = None
    malformed: Sequence[Fault] = ()
    if content[:1] and content[0] in _CBOR_MAP:
        header, cards = read_return(content, file=name, chain_of=opener.chain_of)
    else:
        cards, malformed = read_result_file(content, file=name)
    if not cards and not malformed:
        raise ExchangeFileError("no_card", name)
    return ReturnFile(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        signer=signer,
        header=header,
        cards=cards,
        malformed=malformed,
    )
