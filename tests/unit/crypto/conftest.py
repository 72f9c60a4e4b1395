"""What the tests of the key store share."""

from pathlib import Path

import pytest

from crypto.keystore import SoftKeyStore
from tests.key_store import NOW, PASSPHRASE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "keys.json"


@pytest.fixture
def store(path: Path) -> SoftKeyStore:
    """An empty store; scrypt's cost is the least there is."""
    return SoftKeyStore.create(path, PASSPHRASE, clock=lambda: NOW, cost=2)
