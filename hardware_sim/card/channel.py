"""A secure channel as the card keeps it, whichever protocol it speaks (GPC 2.3.1, 10)."""

from dataclasses import dataclass, field

from crypto import scp02, scp03
from crypto.errors import CryptoError
from crypto.keys import KeySet
from crypto.padding import unpad
from crypto.sensitive_data import decrypt_data, unwrap_key
from reader.iso7816.status import SW, StatusError


@dataclass(frozen=True, slots=True)
class Channel:
    """One session, and the static keys that it was opened with."""

    session: scp02.Session | scp03.Session = field(repr=False)
    keys: KeySet = field(repr=False)
    aborted: bool = False  # it was open and a check failed: all but a new one is refused

    @property
    def is_open(self) -> bool:
        """Both ends are authenticated, and no check has failed since."""
        return self.session.is_open

    def unwrap_key(self, wrapped: bytes, size: int) -> bytes:
        """A key of PUT KEY (GPC, E.4.7; Amendment D, 6.2.8); '6A80' if it is not whole."""
        try:
            if isinstance(self.session, scp02.Session):
                return self.session.decrypt_sensitive(wrapped)[:size]
            return unwrap_key(self.keys.dek, wrapped, size)
        except CryptoError:
            raise StatusError(SW.WRONG_DATA) from None

    def open_data(self, content: bytes) -> bytes:
        """Padded data that was encrypted beyond the channel's own level; '6A80' if it is not."""
        try:
            if isinstance(self.session, scp02.Session):
                return unpad(self.session.decrypt_sensitive(content))
            return decrypt_data(self.keys.dek, content)
        except (CryptoError, ValueError):
            raise StatusError(SW.WRONG_DATA) from None
