"""Who is logged in where: a token that only its holder has, bound to him and his machine.

The book keeps the token's SHA-256: so long a random value needs no slow hash. A session ends some
hours after it began, and earlier when nothing was done for a while (`issuance.people.rules`).
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from crypto.keystore import KeyStore
from issuance import audit
from issuance.people import operators, rules
from issuance.people.authentication import Proof, authenticate
from issuance.people.errors import SessionError
from issuance.people.models import Operator, OperatorSession
from issuance.people.passwords import LOW_MEMORY, Cost
from issuance.people.rules import Rule

TOKEN_PREFIX = "os_"  # noqa: S105  # lets a scanner for leaked secrets know one
TOKEN_SIZE = 32


@dataclass(frozen=True, slots=True)
class Login:
    """A session that has begun."""

    operator: str
    token: str = field(repr=False)
    ends_at: datetime


def login(
    engine: Engine,
    store: KeyStore,
    proof: Proof,
    *,
    machine: str,
    at: datetime,
    random: Callable[[int], bytes],
    cost: Cost = LOW_MEMORY,
) -> Login:
    """Begin a session at this machine; it takes the place of his earlier one there.

    Raises LoginError, LockedError, UnknownKeyError.
    """

    def begin(session: Session, operator: Operator) -> Login:
        session.execute(
            delete(OperatorSession).where(
                OperatorSession.operator_key == operator.key, OperatorSession.machine == machine
            )
        )
        token = TOKEN_PREFIX + urlsafe_b64encode(random(TOKEN_SIZE)).decode("ascii").rstrip("=")
        ends_at = at + timedelta(hours=rules.value(session, Rule.SESSION_HOURS))
        session.add(
            OperatorSession(
                token_hash=_hash(token),
                operator_key=operator.key,
                machine=machine,
                began_at=at,
                seen_at=at,
                ends_at=ends_at,
            )
        )
        _note(session, operator, "operator.login", at=at, machine=machine[:8])
        return Login(operator.name, token, ends_at)

    return authenticate(engine, store, proof, at=at, random=random, then=begin, cost=cost)


def resume(session: Session, token: str, *, machine: str, at: datetime) -> str:
    """The name of the operator whose session this is, which goes on. Raises SessionError."""
    found, name = _valid(session, token, machine=machine, at=at, lock=True)
    found.seen_at = max(at, found.seen_at)  # a clock that was put back lengthens nothing
    return name


def look(session: Session, token: str, *, machine: str, at: datetime) -> str:
    """The same of a session that does not go on: nothing is written, and nobody waited for."""
    _, name = _valid(session, token, machine=machine, at=at, lock=False)
    return name


def logout(session: Session, token: str, *, at: datetime) -> bool:
    """End the session; False when there is none of this token."""
    found = session.get(OperatorSession, _hash(token), with_for_update=True)
    if found is None:
        return False
    operator = operators.get(session, found.operator_key)
    session.delete(found)
    _note(session, operator, "operator.logout", at=at)
    return True


def end_all(session: Session, operator: Operator) -> None:
    """End an operator's sessions wherever they are."""
    session.execute(delete(OperatorSession).where(OperatorSession.operator_key == operator.key))


def _valid(
    session: Session, token: str, *, machine: str, at: datetime, lock: bool
) -> tuple[OperatorSession, str]:
    found = session.get(OperatorSession, _hash(token), with_for_update=lock)
    if found is None:
        raise SessionError("unknown")
    operator = session.get_one(Operator, found.operator_key)
    if operator.disabled_at is not None:
        raise SessionError("disabled")
    if found.machine != machine:
        raise SessionError("machine")
    if at >= found.ends_at:
        raise SessionError("ended")
    if at - found.seen_at >= timedelta(minutes=rules.value(session, Rule.IDLE_MINUTES)):
        raise SessionError("idle")
    return found, operator.name


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _note(session: Session, operator: Operator, event: str, *, at: datetime, **detail: str) -> None:
    things = [(f"operator {operator.key}", detail)]
    audit.append(session, event, things, chain=audit.OFFICE, by=operator.name, at=at)
