"""A signer in memory, for tests that need a signature and no key store."""

from crypto.suites import NIST, Suite
from crypto.trust import TrustedKey, TrustList


class MemorySigner:
    """A new key of a suite; see `crypto.envelope.Signer`."""

    def __init__(self, suite: Suite = NIST) -> None:
        self.suite = suite
        self._key = suite.signature.generate_key()
        self.public_key = self._key.public_key
        self.kid = suite.kid(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """r | s."""
        return self._key.sign(message)

    def trust(self) -> TrustList:
        """A trust list with this key alone."""
        return TrustList([TrustedKey(name="test", suite=self.suite, public_key=self.public_key)])
