"""Yubico's host code (yubikit) on our card: a connection of theirs over a socket of ours."""

from yubikit.core import TRANSPORT
from yubikit.core.smartcard import SmartCardConnection
from yubikit.core.smartcard.scp import KeyRef, Scp03KeyParams, ScpKid, StaticKeys
from yubikit.securitydomain import SecurityDomainSession

from tests.served_card import GP_TEST_KEY, GP_TEST_KEY_VERSION, CardSocket

TEST_KEYS = StaticKeys(GP_TEST_KEY, GP_TEST_KEY, GP_TEST_KEY)
TEST_KEY_REF = KeyRef(ScpKid.SCP03, GP_TEST_KEY_VERSION)


MAX_EXCHANGES = 200


class SocketConnection(SmartCardConnection):
    """yubikit's pipe of bytes; it wants the answer and its status word apart.

    yubikit collects announced data (61XX) for as long as a card announces some: hence the limit.
    """

    def __init__(self, card: CardSocket) -> None:
        self._card = card
        self._exchanges = 0

    @property
    def transport(self) -> TRANSPORT:
        return TRANSPORT.USB

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        self._exchanges += 1
        assert self._exchanges <= MAX_EXCHANGES, "the card never stops announcing data"
        answer = self._card.transmit(bytes(apdu))
        return answer[:-2], int.from_bytes(answer[-2:], "big")


def security_domain(card: CardSocket) -> SecurityDomainSession:
    """Selects A000000151000000; nothing is authenticated yet."""
    return SecurityDomainSession(SocketConnection(card))


def open_channel(
    session: SecurityDomainSession, keys: StaticKeys = TEST_KEYS, ref: KeyRef = TEST_KEY_REF
) -> None:
    """SCP03 with S8 challenges at level 33: C-MAC, C-DECRYPTION, R-MAC and R-ENCRYPTION."""
    session.authenticate(Scp03KeyParams(ref=ref, keys=keys))
