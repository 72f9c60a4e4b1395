"""Challenges for the proof of a chip: random, accepted once, for a short time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from issuance.book_errors import ChallengeError
from issuance.models import Challenge

SIZE = 16
LIFETIME = timedelta(minutes=5)


def issue(
    session: Session,
    *,
    random: Callable[[int], bytes],
    at: datetime,
    lifetime: timedelta = LIFETIME,
) -> bytes:
    """A new challenge of SIZE bytes."""
    value = random(SIZE)
    session.add(Challenge(value=value, expires_at=at + lifetime))
    session.flush()
    return value


def redeem(session: Session, value: bytes, *, at: datetime) -> None:
    """Accept a challenge, once. Raises ChallengeError: 'unknown', 'used' or 'expired'.

    Of two that redeem it at the same time one is refused: the row is taken by the update itself.
    """
    taken = session.execute(
        update(Challenge)
        .where(Challenge.value == value, Challenge.used_at.is_(None), Challenge.expires_at > at)
        .values(used_at=at)
        .returning(Challenge.value)
    ).one_or_none()
    if taken is None:
        found = session.get(Challenge, value)
        if found is None:
            raise ChallengeError("unknown")
        raise ChallengeError("expired" if found.used_at is None else "used")


def is_half_of_one(session: Session, random: bytes) -> bool:
    """Whether a challenge that is still remembered begins with these 8 bytes.

    A chip without a key pair takes a challenge's first half as random number: who could have its
    issuer answer that in the chip's place would need no chip.
    """
    first_half = func.substr(Challenge.value, 1, len(random))
    return session.scalar(select(Challenge.value).where(first_half == random).limit(1)) is not None


def forget(session: Session, *, before: datetime) -> int:
    """Remove challenges that ended before that moment; they can only be refused. How many."""
    gone = session.execute(
        delete(Challenge).where(Challenge.expires_at < before).returning(Challenge.value)
    )
    return len(gone.all())
