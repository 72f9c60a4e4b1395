"""What a running service works with, made from the settings once a process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self, cast

from flask import Flask, current_app

from api.database import Book
from api.relay import Relays
from api.signed_lists import SignedLists
from api.trust_file import TrustFile
from crypto.envelope import Signer
from crypto.keystore import KeyStore, open_store
from issuance.issuer_keys import presence_key_name, signing_key_name
from issuance.people.passwords import LOW_MEMORY, Cost
from onecard.settings import Settings
from reader.card_profile.profiles import PROFILES

MAX_BODY = 64 * 1024  # bytes; a record has at most 4096
CHALLENGE_LIFETIME = timedelta(seconds=60)

_NAME = "onecard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The book, the trust list, time and chance; the issuer's keys, and what they sign, if any.

    *password_cost* is what the hash of an operator's password takes.
    """

    book: Book
    trust: TrustFile
    keys: KeyStore | None
    lists: SignedLists | None
    presence: Signer | None
    profile: str  # of new batches
    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    password_cost: Cost
    relays: Relays = field(default_factory=Relays)

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        now: Callable[[], datetime],
        random: Callable[[int], bytes],
        password_cost: Cost = LOW_MEMORY,
    ) -> Self:
        """Everything the settings name. The key store only if its passphrase is set.

        Raises TrustUnavailableError, KeyStoreError, StorageError.
        """
        trust = TrustFile(settings.trust)
        trust.current()
        keys = _keys(settings)
        book = Book.open(settings.database)
        profile = PROFILES[settings.profile]
        signer = _signer(keys, signing_key_name(profile))
        return cls(
            book=book,
            trust=trust,
            keys=keys,
            lists=SignedLists(book, signer, now) if signer else None,
            presence=_signer(keys, presence_key_name(profile)),
            profile=profile.name,
            now=now,
            random=random,
            password_cost=password_cost,
        )

    def install(self, app: Flask) -> None:
        """Give this service to the views of *app*."""
        app.extensions[_NAME] = self


def service() -> Service:
    """The service that answers the present request."""
    return cast(Service, current_app.extensions[_NAME])


def _signer(keys: KeyStore | None, name: str) -> Signer | None:
    return keys.signer(name) if keys and keys.has(name) else None


def _keys(settings: Settings) -> KeyStore | None:
    if not settings.keys_passphrase or not settings.keys.exists():
        return None
    return open_store(settings.keys, settings.keys_passphrase)
