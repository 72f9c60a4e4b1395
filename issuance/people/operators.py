"""The operators as the book knows them: who there is, with which roles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance.book_errors import NotFoundError
from issuance.people.models import Operator, OperatorRole
from issuance.people.names import person_key
from issuance.roles import Role


@dataclass(frozen=True, slots=True)
class Listed:
    """An operator with his roles."""

    operator: Operator
    roles: frozenset[Role]


def are_named(session: Session) -> bool:
    """Whether the book has operators; names are taken on trust where it has none."""
    return session.scalar(select(Operator.key).limit(1)) is not None


def find(session: Session, name: str, *, lock: bool = False) -> Operator | None:
    """The operator of this name, whatever its spelling."""
    return session.get(Operator, person_key(name), with_for_update=lock, populate_existing=lock)


def get(session: Session, name: str, *, lock: bool = False) -> Operator:
    """The operator of this name. Raises NotFoundError."""
    found = find(session, name, lock=lock)
    if found is None:
        raise NotFoundError("operator", name)
    return found


def roles(session: Session, keys: Iterable[str], *, lock: bool = False) -> Mapping[str, set[Role]]:
    """The roles of those of these operators who are not disabled.

    *lock* keeps them, and whatever else locks them, from changing until the commit.
    """
    enabled = select(Operator.key).where(
        Operator.key.in_(list(keys)), Operator.disabled_at.is_(None)
    )
    # Always in one order: two people who vouch for each other must not wait for each other.
    enabled = enabled.order_by(Operator.key)
    found: dict[str, set[Role]] = {
        key: set() for key in session.scalars(enabled.with_for_update() if lock else enabled)
    }
    for row in session.scalars(
        select(OperatorRole).where(OperatorRole.operator_key.in_(list(found)))
    ):
        found[row.operator_key].add(row.role)
    return found


def listing(session: Session) -> Sequence[Listed]:
    """All operators by name, disabled ones included."""
    given: dict[str, set[Role]] = {}
    for row in session.scalars(select(OperatorRole)):
        given.setdefault(row.operator_key, set()).add(row.role)
    rows = session.scalars(select(Operator).order_by(Operator.key))
    return [Listed(row, frozenset(given.get(row.key, ()))) for row in rows]


def lock_all(session: Session) -> int:
    """Keep all operators as they are until the commit; how many there are."""
    return len(session.scalars(select(Operator.key).order_by(Operator.key).with_for_update()).all())


def administrators(session: Session) -> list[str]:
    """The keys of the administrators who may act."""
    return list(
        session.scalars(
            select(Operator.key)
            .join(OperatorRole, Operator.key == OperatorRole.operator_key)
            .where(OperatorRole.role == Role.ADMINISTRATOR, Operator.disabled_at.is_(None))
        )
    )
