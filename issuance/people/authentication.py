"""Who somebody is: name, password and one-time code.

Every try is counted, in a transaction of its own, before anything is compared: who cuts the power
or opens many connections gets no try back. A code is used up in the transaction that accepts it:
of two who give the same code at once, one is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crypto.errors import UnknownKeyError
from crypto.keystore import KeyStore
from issuance import audit
from issuance.database import transaction
from issuance.people import operators, passwords, totp
from issuance.people.errors import LockedError, LoginError
from issuance.people.models import Operator
from issuance.people.passwords import LOW_MEMORY, SALT_SIZE, Cost
from issuance.people.tries import lock_after

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a person gives to show who he is."""

    name: str
    password: str = field(repr=False)
    code: str = field(repr=False)


def authenticate(
    engine: Engine,
    store: KeyStore,
    proof: Proof,
    *,
    at: datetime,
    random: Callable[[int], bytes],
    then: Callable[[Session, Operator], T],
    cost: Cost = LOW_MEMORY,
) -> T:
    """What *then* makes of the operator, in the transaction that uses the code up.

    Raises LoginError (it is not said what was wrong), LockedError, UnknownKeyError.
    """
    if not store.has(totp.CODES_KEY):
        raise UnknownKeyError(totp.CODES_KEY)  # before a try is counted: no try can be right here
    with transaction(engine) as session:
        claimed = _count(session, proof.name, at=at)
    step = _compare(store, claimed, proof, at=at, cost=cost)
    if claimed is None or step is None:
        raise LoginError
    renewed = None
    if passwords.is_outdated(claimed.password_hash, cost=cost):
        renewed = passwords.hash_password(proof.password, salt=random(SALT_SIZE), cost=cost)
    with transaction(engine) as session:
        operator = _accept(session, claimed, step)
        operator.password_hash = renewed or operator.password_hash
        return then(session, operator)


def confirm(
    engine: Engine,
    store: KeyStore,
    proof: Proof,
    *,
    at: datetime,
    random: Callable[[int], bytes],
    cost: Cost = LOW_MEMORY,
) -> str:
    """The name of the operator who vouches, on the spot, for what another does. As authenticate."""

    def note(session: Session, operator: Operator) -> str:
        _note(session, operator, "operator.confirm", at=at)
        return operator.name

    return authenticate(engine, store, proof, at=at, random=random, then=note, cost=cost)


def _count(session: Session, name: str, *, at: datetime) -> Operator | None:
    """Count a try of the operator of this name, if there is one. Raises LockedError."""
    if not name.strip():
        return None
    operator = operators.find(session, name, lock=True)
    if operator is None:
        return None  # nor is the name noted: people type passwords in its place
    if operator.locked_until is not None and at < operator.locked_until:
        raise LockedError(operator.locked_until)
    operator.failed_tries += 1
    if wait := lock_after(operator.failed_tries):
        operator.locked_until = at + wait
    _note(session, operator, "operator.try", at=at, tries=operator.failed_tries)
    return operator


def _compare(
    store: KeyStore, claimed: Operator | None, proof: Proof, *, at: datetime, cost: Cost
) -> int | None:
    """The step of the code where all is right. Takes as long for a name that nobody has."""
    if claimed is None:
        passwords.hash_password(proof.password, salt=bytes(SALT_SIZE), cost=cost)
        return None
    right = passwords.matches(claimed.password_hash, proof.password)
    secret = totp.unseal(store, claimed.totp_secret, claimed.key)
    step = totp.matching_step(secret, proof.code, at=at, after=claimed.totp_last_step)
    return step if right else None


def _accept(session: Session, claimed: Operator, step: int) -> Operator:
    """Use the code up and forgive the tries; LoginError if anything changed since it was looked at.

    The name stood in the book a moment ago, and operators are never removed.
    """
    operator = operators.get(session, claimed.key, lock=True)
    used = operator.totp_last_step is not None and step <= operator.totp_last_step
    changed = (operator.password_hash, operator.totp_secret) != (
        claimed.password_hash,
        claimed.totp_secret,
    )
    if used or changed or operator.disabled_at is not None:
        raise LoginError
    operator.totp_last_step = step
    operator.failed_tries, operator.locked_until = 0, None
    return operator


def _note(session: Session, operator: Operator, event: str, *, at: datetime, **detail: int) -> None:
    subject = f"operator {operator.key}"
    audit.append(session, event, [(subject, detail)], chain=audit.OFFICE, by=operator.name, at=at)
