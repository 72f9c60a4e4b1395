"""Keys are used by name, not fetched: what a key store does.

A private or master key never leaves the store; a signature, a card's own key or a public key does.
The one exception is a security module's: it gets master keys wrapped for itself alone.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from crypto.block_ciphers import BlockCipher
from crypto.diversification import Diversification
from crypto.envelope import Signer
from crypto.errors import KeyMaterialError, WrongPassphraseError
from crypto.key_info import CIPHERS, KEY_SET_SIZES, KeyInfo, Purpose
from crypto.key_transport import WrappedKey
from crypto.keys import KeySet
from crypto.sealing import ALGORITHM as SEALING_ALGORITHM
from crypto.soft_keystore import SoftKeyStore
from crypto.suites import SUITES, Suite
from crypto.trust import TrustList

# The whole of what users of a key store name, wherever it is defined.
__all__ = [
    "KeyInfo",
    "KeyStore",
    "Purpose",
    "SoftKeyStore",
    "create_issuer_keys",
    "create_key",
    "open_store",
]


class KeyStore(Protocol):
    """Keys by name. A name that is not there, or not for the use asked: UnknownKeyError."""

    def names(self) -> list[KeyInfo]:
        """Every key, in the order of creation."""

    def has(self, name: str) -> bool:
        """Whether a key has this name."""

    def create_signing_key(self, name: str, suite: Suite) -> KeyInfo:
        """A new key pair; KeyExistsError if the name is taken."""

    def create_master_key(self, name: str, cipher: BlockCipher) -> KeyInfo:
        """A new 16-byte master key; KeyExistsError if the name is taken."""

    def create_key_set(self, name: str, size: int = 16) -> KeyInfo:
        """A new secure channel key set, `size` bytes a key (16, 24, 32); KeyExistsError."""

    def import_key_set(self, name: str, keys: KeySet) -> KeyInfo:
        """Take in keys known outside, as a manufacturer's transport keys; KeyExistsError."""

    def create_sealing_key(self, name: str) -> KeyInfo:
        """A new key for small secrets kept elsewhere; KeyExistsError if the name is taken."""

    def signer(self, name: str) -> Signer:
        """The private key of this name, in use."""

    def diversify(
        self,
        name: str,
        diversification: Diversification,
        factors: Sequence[bytes],
        label: bytes = b"",
    ) -> bytes:
        """The key of one card under the master key of this name."""

    def diversify_many(
        self,
        name: str,
        diversification: Diversification,
        above: Sequence[bytes],
        cards: bytes,
        label: bytes = b"",
    ) -> bytes:
        """The keys of many cards under one master key, one behind the other.

        *above* are the factors that the cards have in common, *cards* their last ones in a row.
        """

    def diversify_key_set(self, name: str, kdd: bytes) -> KeySet:
        """The keys of one card under the key set of this name (KDF3); `kdd` has 10 bytes."""

    def export_wrapped(self, name: str, *, under: str, kdd: bytes) -> WrappedKey:
        """A master key, for a security module that works with it where no key store is.

        It is wrapped under the Key-DEK that the chip with this `kdd` has from the key set `under`:
        only that chip opens it. UnknownKeyError unless `name` is a master key and `under` a key
        set. Whoever may also ask for that chip's key set could open it too; an HSM keeps the two
        rights in two hands.
        """

    def seal(self, name: str, secret: bytes, *, context: bytes) -> bytes:
        """A small secret sealed under the sealing key of this name, to be kept elsewhere."""

    def unseal(self, name: str, sealed: bytes, *, context: bytes) -> bytes:
        """The secret that was sealed with this context; SealError for any other bytes."""

    def public_keys(self) -> TrustList:
        """The public half of every signing key."""


def open_store(path: Path, passphrase: str | None) -> KeyStore:
    """The store in this file. KeyStoreFileError; WrongPassphraseError, also for none at all."""
    if not passphrase and path.exists():
        raise WrongPassphraseError("the key store needs a passphrase and none was given")
    return SoftKeyStore.open(path, passphrase or "")


def create_key(store: KeyStore, name: str, purpose: Purpose, algorithm: str) -> KeyInfo:
    """A new key; KeyMaterialError for an algorithm that does not serve the purpose."""
    match purpose:
        case Purpose.SIGNING if algorithm in SUITES:
            return store.create_signing_key(name, SUITES[algorithm])
        case Purpose.MASTER if algorithm in CIPHERS:
            return store.create_master_key(name, CIPHERS[algorithm])
        case Purpose.KEY_SET if algorithm in KEY_SET_SIZES:
            return store.create_key_set(name, KEY_SET_SIZES[algorithm])
        case Purpose.SEALING if algorithm == SEALING_ALGORITHM:
            return store.create_sealing_key(name)
    raise KeyMaterialError(f"{algorithm} is no algorithm for a {purpose} key")


def create_issuer_keys(store: KeyStore, names: Iterable[tuple[str, Purpose, str]]) -> list[KeyInfo]:
    """Create those of the keys (name, purpose, algorithm) that are not there; return the new."""
    return [create_key(store, *key) for key in names if not store.has(key[0])]
