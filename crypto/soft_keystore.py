"""A key store for development and small issuers: one encrypted file, opened keys in memory."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from crypto.block_ciphers import AES, BlockCipher
from crypto.diversification import Diversification
from crypto.envelope import Signer
from crypto.errors import KeyMaterialError, UnknownKeyError
from crypto.key_file import DEFAULT_COST, Entry, KeyFile
from crypto.key_info import CIPHERS, KeyInfo, Purpose
from crypto.key_transport import WrappedKey, wrap
from crypto.keys import KeySet, kdf3
from crypto.sealing import ALGORITHM, KEY_SIZE, NONCE_SIZE, seal, unseal
from crypto.suites import SUITES, PrivateKey, Suite
from crypto.trust import TrustedKey, TrustList, use_of

MASTER_KEY_SIZE: Final = 16
MAX_NAME_SIZE: Final = 64


def _now() -> datetime:
    return datetime.now(UTC)


class SoftKeyStore:
    """Keys by name in one file; see crypto.keystore.KeyStore for what it promises."""

    def __init__(self, file: KeyFile, clock: Callable[[], datetime]) -> None:
        self._file = file
        self._clock = clock
        # Opening a key costs; opened keys never change. Two threads may open one twice.
        self._signers: dict[str, Signer] = {}
        self._master_keys: dict[str, bytes] = {}
        self._key_sets: dict[str, KeySet] = {}

    def __repr__(self) -> str:
        return f"SoftKeyStore({str(self._file.path)!r})"

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        *,
        clock: Callable[[], datetime] = _now,
        cost: int = DEFAULT_COST,
    ) -> "SoftKeyStore":
        """A new store; KeyStoreExistsError, KeyStoreFileError. `cost` is scrypt's N."""
        return cls(KeyFile.create(path, passphrase, cost=cost), clock)

    @classmethod
    def open(
        cls,
        path: Path,
        passphrase: str,
        *,
        clock: Callable[[], datetime] = _now,
    ) -> "SoftKeyStore":
        """The store at this path; KeyStoreFileError or WrongPassphraseError."""
        return cls(KeyFile.open(path, passphrase), clock)

    def names(self) -> list[KeyInfo]:
        """Every key, in the order of creation."""
        return [_info(entry) for entry in self._file.entries().values()]

    def has(self, name: str) -> bool:
        """Whether a key has this name."""
        return name in self._file.entries()

    def create_signing_key(self, name: str, suite: Suite) -> KeyInfo:
        """A new key pair; KeyExistsError, or SuiteUnavailableError on this machine."""
        key = suite.signature.generate_key()
        check = suite.kid(key.public_key).hex()
        return self._add(
            name, Purpose.SIGNING, suite.name, check, key.scalar(), public_key=key.public_key
        )

    def create_master_key(self, name: str, cipher: BlockCipher) -> KeyInfo:
        """A new 16-byte master key; KeyExistsError if the name is taken."""
        key = secrets.token_bytes(MASTER_KEY_SIZE)
        return self._add(name, Purpose.MASTER, cipher.name, cipher.kcv(key).hex(), key)

    def create_key_set(self, name: str, size: int = 16) -> KeyInfo:
        """A new secure channel key set, `size` bytes a key (16, 24, 32); KeyExistsError."""
        enc, mac, dek = (secrets.token_bytes(size) for _ in range(3))
        return self.import_key_set(name, KeySet(enc, mac, dek))

    def import_key_set(self, name: str, keys: KeySet) -> KeyInfo:
        """Take in keys known outside, as a manufacturer's transport keys; KeyExistsError.

        KeyMaterialError unless they are AES keys: cards are issued over SCP03.
        """
        if keys.cipher is not AES:
            raise KeyMaterialError(f"a key store holds AES key sets, not {keys.cipher.name}")
        return self._add(
            name,
            Purpose.KEY_SET,
            f"AES-{8 * len(keys.enc)}",
            "-".join(kcv.hex() for kcv in keys.kcvs()),
            bytes([keys.version]) + keys.enc + keys.mac + keys.dek,
        )

    def create_sealing_key(self, name: str) -> KeyInfo:
        """A new key for small secrets kept elsewhere; KeyExistsError if the name is taken."""
        key = secrets.token_bytes(KEY_SIZE)
        return self._add(name, Purpose.SEALING, ALGORITHM, AES.kcv(key).hex(), key)

    def signer(self, name: str) -> Signer:
        """The private key of this name, in use; UnknownKeyError, SuiteUnavailableError."""
        if name not in self._signers:
            entry = self._entry(name, Purpose.SIGNING)
            suite = SUITES[entry.algorithm]
            key = suite.signature.load_key(self._file.secret(entry))
            if key.public_key.hex() != entry.public_key:
                raise KeyMaterialError(f"the two halves of the key {name!r} do not fit together")
            self._signers[name] = _SoftSigner(suite, suite.kid(key.public_key), key)
        return self._signers[name]

    def diversify(
        self,
        name: str,
        diversification: Diversification,
        factors: Sequence[bytes],
        label: bytes = b"",
    ) -> bytes:
        """The key of one card under the master key of this name; UnknownKeyError."""
        if not factors:
            raise KeyMaterialError("without a factor the master key itself would leave the store")
        return diversification.derive(self._master_key(name), factors, label)

    def diversify_many(
        self,
        name: str,
        diversification: Diversification,
        above: Sequence[bytes],
        cards: bytes,
        label: bytes = b"",
    ) -> bytes:
        """The keys of many cards under one master key; UnknownKeyError."""
        return diversification.derive_many(self._master_key(name), above, cards, label)

    def diversify_key_set(self, name: str, kdd: bytes) -> KeySet:
        """The keys of one card under the key set of this name (KDF3); `kdd` has 10 bytes."""
        if name not in self._key_sets:
            self._key_sets[name] = _key_set(self._file.secret(self._entry(name, Purpose.KEY_SET)))
        return kdf3(self._key_sets[name], kdd)

    def export_wrapped(self, name: str, *, under: str, kdd: bytes) -> WrappedKey:
        """A master key under the Key-DEK of one chip of the key set `under`; UnknownKeyError."""
        dek = self.diversify_key_set(under, kdd).dek
        cipher = CIPHERS[self._entry(name, Purpose.MASTER).algorithm]
        return wrap(dek, self._master_key(name), cipher)

    def seal(self, name: str, secret: bytes, *, context: bytes) -> bytes:
        """A secret sealed under the sealing key of this name; UnknownKeyError."""
        key = self._file.secret(self._entry(name, Purpose.SEALING))
        return seal(key, secret, context=context, nonce=secrets.token_bytes(NONCE_SIZE))

    def unseal(self, name: str, sealed: bytes, *, context: bytes) -> bytes:
        """The secret; UnknownKeyError, SealError for another context or changed bytes."""
        key = self._file.secret(self._entry(name, Purpose.SEALING))
        return unseal(key, sealed, context=context)

    def public_keys(self) -> TrustList:
        """The public half of every signing key."""
        return TrustList(
            TrustedKey(
                name=entry.name,
                suite=SUITES[entry.algorithm],
                public_key=bytes.fromhex(entry.public_key),
                use=use_of(entry.name),
            )
            for entry in self._file.entries().values()
            if entry.purpose == Purpose.SIGNING
        )

    def _master_key(self, name: str) -> bytes:
        if name not in self._master_keys:
            self._master_keys[name] = self._file.secret(self._entry(name, Purpose.MASTER))
        return self._master_keys[name]

    def _entry(self, name: str, purpose: Purpose) -> Entry:
        entry = self._file.entries().get(name)
        if entry is None or entry.purpose != purpose:
            raise UnknownKeyError(name, f"{purpose} key")
        return entry

    def _add(
        self,
        name: str,
        purpose: Purpose,
        algorithm: str,
        check: str,
        secret: bytes,
        *,
        public_key: bytes = b"",
    ) -> KeyInfo:
        if not 0 < len(name) <= MAX_NAME_SIZE or not name.isprintable() or name != name.strip():
            raise KeyMaterialError(f"a key's name has 1 to {MAX_NAME_SIZE} printable characters")
        entry = Entry(
            name=name,
            purpose=purpose,
            algorithm=algorithm,
            check=check,
            created=self._clock().astimezone(UTC).isoformat(timespec="seconds"),
            public_key=public_key.hex(),
        )
        self._file.add(entry, secret)
        return _info(entry)


@dataclass(frozen=True, slots=True)
class _SoftSigner:
    suite: Suite
    kid: bytes
    _key: PrivateKey = field(repr=False)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def _info(entry: Entry) -> KeyInfo:
    created = datetime.fromisoformat(entry.created)
    return KeyInfo(entry.name, Purpose(entry.purpose), entry.algorithm, entry.check, created)


def _key_set(secret: bytes) -> KeySet:
    version, keys = secret[0], secret[1:]
    size = len(keys) // 3
    return KeySet(keys[:size], keys[size : 2 * size], keys[2 * size :], version)
