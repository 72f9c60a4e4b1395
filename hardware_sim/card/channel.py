"""An open or opening GlobalPlatform secure channel as the card keeps it (GPC 2.3.1, 10)."""

from dataclasses import dataclass, field
from typing import Protocol

from crypto.keys import KeySet


class ChannelSession(Protocol):
    """The card's end of a secure channel protocol, whichever it is."""

    @property
    def is_open(self) -> bool:
        """Both ends are authenticated, and no check has failed since."""

    def accept_authentication(self, header: bytes, field: bytes, *, extended: bool = False) -> int:
        """Check EXTERNAL AUTHENTICATE; SecureChannelError ends the session."""

    def open_command(self, header: bytes, field: bytes, *, extended: bool = False) -> bytes:
        """The data that was sealed; SecureChannelError ends the session."""

    def seal_response(self, data: bytes, sw: int) -> bytes:
        """The response data field as the security level wants it."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One session, and the static keys that it was opened with."""

    session: ChannelSession = field(repr=False)
    keys: KeySet = field(repr=False)
