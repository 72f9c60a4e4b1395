"""The key store of the tests: its passphrase, its clock, and a second look at its file."""

from datetime import UTC, datetime
from pathlib import Path

from crypto.keystore import SoftKeyStore

PASSPHRASE = "three quiet words"  # noqa: S105
NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


def reopened(path: Path) -> SoftKeyStore:
    """The same store in another process's eyes."""
    return SoftKeyStore.open(path, PASSPHRASE)
