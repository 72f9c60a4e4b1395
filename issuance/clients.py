"""Service systems, ledgers and counters' desks that may ask the issuer, and their keys.

A key is 32 random bytes, shown once; the book keeps its SHA-256 only. So long a random key needs
no slow hash.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum, unique
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from issuance import audit
from issuance.book_errors import ClientKeyError, ConflictError, NotFoundError
from issuance.models import ApiClient

KEY_PREFIX = "oc_"  # lets a scanner for leaked secrets know one
KEY_SIZE = 32


@unique
class ClientKind(StrEnum):
    """What a client is for."""

    SERVICE = "service"
    DESK = "desk"  # a counter: it may use keys of the cards that lie before it
    LEDGER = "ledger"  # takes up what the insurances make payable, and asks for nothing else


class Client(NamedTuple):
    """Who asks."""

    name: str
    kind: ClientKind


# Asked for at every request: made once.
_CLIENT = select(ApiClient.name, ApiClient.kind).where(
    ApiClient.key_hash == bindparam("key_hash"), ApiClient.revoked_at.is_(None)
)


def create(
    session: Session,
    name: str,
    *,
    random: Callable[[int], bytes],
    by: str,
    at: datetime,
    kind: ClientKind = ClientKind.SERVICE,
) -> str:
    """A new client; returns its key, which cannot be had again. Raises ConflictError."""
    if session.get(ApiClient, name) is not None:
        raise ConflictError(f"There is a client {name} already.", f"接口客户 {name} 已存在。")
    key = KEY_PREFIX + urlsafe_b64encode(random(KEY_SIZE)).decode("ascii").rstrip("=")
    session.add(
        ApiClient(name=name, key_hash=_hash(key), created_at=at, created_by=by, kind=kind.value)
    )
    things = [(f"client {name}", {"kind": kind.value})]
    audit.append(session, "client.create", things, chain=audit.OFFICE, by=by, at=at)
    return key


def revoke(session: Session, name: str, *, by: str, at: datetime) -> bool:
    """End a client's key; False when it was revoked before. Raises NotFoundError."""
    client = session.get(ApiClient, name, with_for_update=True)
    if client is None:
        raise NotFoundError("client", name)
    if client.revoked_at is not None:
        return False
    client.revoked_at, client.revoked_by = at, by
    audit.append(
        session, "client.revoke", [(f"client {name}", {})], chain=audit.OFFICE, by=by, at=at
    )
    return True


def authenticate(session: Session, key: str) -> Client:
    """The client with this key. Raises ClientKeyError.

    The book is searched by hash: how long that takes says nothing about a key.
    """
    found = session.execute(_CLIENT, {"key_hash": _hash(key)}).one_or_none()
    if found is None:
        raise ClientKeyError
    return Client(found.name, ClientKind(found.kind))


def listing(session: Session) -> Sequence[ApiClient]:
    """All clients by name, revoked ones included."""
    return session.scalars(select(ApiClient).order_by(ApiClient.name)).all()


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
