"""A signer in memory, for tests that need a signature and no key store."""

from crypto.suites import NIST, Suite
from crypto.trust import TrustedKey, TrustList


class MemorySigner:
    """A new P-256 key; see `crypto.envelope.Signer`."""

    suite: Suite = NIST

    def __init__(self) -> None:
        self._key = NIST.signature.generate_key()
        self.public_key = self._key.public_key
        self.kid = NIST.kid(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """r | s."""
        return self._key.sign(message)

    def trust(self) -> TrustList:
        """A trust list with this key alone."""
        return TrustList([TrustedKey(name="test", suite=NIST, public_key=self.public_key)])
