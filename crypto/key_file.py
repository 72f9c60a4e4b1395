"""The development key store on disk: one JSON document, its secrets sealed, the whole sealed.

A key from the passphrase (scrypt, RFC 7914) seals with AES-256-GCM. Each secret is sealed with its
own description as associated data, so that no description can be put on another key. The document
as a whole is sealed too (nothing, with the document as associated data), so that no entry can be
taken out. A plain SHA-256 over all of it tells a damaged file from a wrong passphrase.
"""

import hashlib
import json
import os
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from crypto import atomic_file
from crypto.errors import (
    KeyExistsError,
    KeyStoreAccessError,
    KeyStoreExistsError,
    KeyStoreFileError,
    WrongPassphraseError,
)

FORMAT: Final = "onecard-keys"
VERSION: Final = 1
DEFAULT_COST: Final = 1 << 15  # scrypt's N: with r = 8, 32 MiB and a tenth of a second
_MAX_COST: Final = 1 << 20  # 1 GiB: no file may ask for more
_BLOCK_SIZE: Final = 8  # scrypt's r
_PARALLELISM: Final = 1  # scrypt's p
_NONCE_SIZE: Final = 12
_SALT_SIZE: Final = 16

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key in the file; all but `sealed` may be shown to anyone."""

    name: str
    purpose: str
    algorithm: str
    check: str
    created: str
    public_key: str
    sealed: str = field(default="", repr=False)

    def description(self) -> bytes:
        """What is bound to the secret as associated data."""
        return _canonical(asdict(replace(self, sealed="")))


class KeyFile:
    """A key file whose passphrase was given."""

    def __init__(self, path: Path, kdf: Document, passphrase: str) -> None:
        self.path = path
        self._kdf = kdf
        self._aead = AESGCM(_derive(kdf, passphrase))
        self._entries: dict[str, Entry] = {}
        self._seen: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"KeyFile({str(self.path)!r})"

    @classmethod
    def create(cls, path: Path, passphrase: str, *, cost: int = DEFAULT_COST) -> "KeyFile":
        """A new, empty file; KeyStoreExistsError, or KeyStoreFileError if none can be made."""
        if not passphrase:
            raise WrongPassphraseError("an empty passphrase protects nothing")
        kdf = {"name": "scrypt", "n": cost, "r": _BLOCK_SIZE, "p": _PARALLELISM}
        file = cls(path, {**kdf, "salt": os.urandom(_SALT_SIZE).hex()}, passphrase)
        with _file_errors(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with atomic_file.lock(path):
                if path.exists():
                    raise KeyStoreExistsError(f"{path}: this file exists already")
                file._write({})
        return file

    @classmethod
    def open(cls, path: Path, passphrase: str) -> "KeyFile":
        """The file at this path. KeyStoreFileError if it is damaged, WrongPassphraseError."""
        document = _read(path)
        file = cls(path, document["kdf"], passphrase)
        if not file._sealed_here(document):
            raise WrongPassphraseError
        file._load(document)
        return file

    def entries(self) -> Mapping[str, Entry]:
        """The keys by name, as the file has them now."""
        with _file_errors(self.path):
            status = self.path.stat()
        seen = (status.st_ino, status.st_mtime_ns, status.st_size)
        if seen != self._seen:
            self._load(_read(self.path))
            self._seen = seen
        return self._entries

    def add(self, entry: Entry, secret: bytes) -> None:
        """Seal the secret and write the file. KeyExistsError if the name is taken."""
        with _file_errors(self.path), atomic_file.lock(self.path):
            # What another process added since must stay.
            self._load(_read(self.path))
            if entry.name in self._entries:
                raise KeyExistsError(entry.name)
            sealed = replace(entry, sealed=self._seal(secret, entry.description()))
            self._write({**self._entries, entry.name: sealed})

    def secret(self, entry: Entry) -> bytes:
        """The secret of an entry of this file."""
        try:
            return self._unseal(entry.sealed, entry.description())
        except (InvalidTag, ValueError) as error:
            raise KeyStoreFileError(f"{self.path}: the key {entry.name!r} is damaged") from error

    def _load(self, document: Document) -> None:
        if document["kdf"] != self._kdf or not self._sealed_here(document):
            raise KeyStoreFileError(f"{self.path}: another file has taken the key store's place")
        try:
            entries = [Entry(**fields) for fields in document["keys"]]
        except TypeError as error:
            raise KeyStoreFileError(f"{self.path}: an entry is not understood") from error
        self._entries = {entry.name: entry for entry in entries}

    def _write(self, entries: Mapping[str, Entry]) -> None:
        document: Document = {
            "format": FORMAT,
            "version": VERSION,
            "kdf": self._kdf,
            "keys": [asdict(entry) for entry in entries.values()],
        }
        document["seal"] = self._seal(b"", _canonical(document))
        document["checksum"] = _checksum(document)
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        atomic_file.replace(self.path, text.encode())
        self._entries = dict(entries)

    def _sealed_here(self, document: Document) -> bool:
        content = {name: document[name] for name in document if name not in ("seal", "checksum")}
        try:
            self._unseal(document["seal"], _canonical(content))
        except (InvalidTag, ValueError):
            return False
        return True

    def _seal(self, secret: bytes, associated: bytes) -> str:
        nonce = os.urandom(_NONCE_SIZE)
        return (nonce + self._aead.encrypt(nonce, secret, associated)).hex()

    def _unseal(self, sealed: str, associated: bytes) -> bytes:
        raw = bytes.fromhex(sealed)
        return self._aead.decrypt(raw[:_NONCE_SIZE], raw[_NONCE_SIZE:], associated)


def _derive(kdf: Document, passphrase: str) -> bytes:
    salt = bytes.fromhex(kdf["salt"])
    # One keyboard writes é as one character, another as two: both must open the store.
    text = unicodedata.normalize("NFC", passphrase)
    scrypt = Scrypt(salt, length=32, n=kdf["n"], r=_BLOCK_SIZE, p=_PARALLELISM)
    return scrypt.derive(text.encode(errors="surrogatepass"))


def _read(path: Path) -> Document:
    """The undamaged document at this path, its form checked but not its seal."""
    with _file_errors(path):
        content = path.read_bytes()
    try:
        document: Document = json.loads(content)
        damaged = not isinstance(document, dict) or document.get("checksum") != _checksum(document)
    except (ValueError, RecursionError) as error:
        raise KeyStoreFileError(f"{path}: damaged, or not a key store") from error
    if damaged:
        raise KeyStoreFileError(f"{path}: damaged, or not a key store")
    if document.get("format") != FORMAT or document.get("version") != VERSION:
        raise KeyStoreFileError(f"{path}: not a key store of version {VERSION}")
    match document:
        case {
            "kdf": {"name": "scrypt", "n": int(n), "r": 8, "p": 1, "salt": str(salt)},
            "keys": [*_],
            "seal": str(),
        } if 1 < n <= _MAX_COST and n & (n - 1) == 0 and _is_hexadecimal(salt):
            return document
    raise KeyStoreFileError(f"{path}: a part of the key store is not understood")


def _checksum(document: Document) -> str:
    content = {name: document[name] for name in document if name != "checksum"}
    return hashlib.sha256(_canonical(content)).hexdigest()


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _is_hexadecimal(text: str) -> bool:
    try:
        return bool(bytes.fromhex(text))
    except ValueError:
        return False


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = KeyStoreFileError if isinstance(error, FileNotFoundError) else KeyStoreAccessError
        raise kind(f"{path}: {error.strerror or error}") from error
