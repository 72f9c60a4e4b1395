"""Changes of the operators' master data: by two administrators, once the book has two.

The first operator of a book is an administrator and makes himself; alone he can do one thing more,
add the second administrator. From then on every change takes two, and two must always be left.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from crypto.keystore import KeyStore
from issuance import audit, duties
from issuance.book_errors import ConflictError
from issuance.duties import Step
from issuance.people import operators, passwords, rules, sessions, totp
from issuance.people.errors import AdministratorsError
from issuance.people.models import BookRule, Operator, OperatorRole
from issuance.people.names import person_key
from issuance.people.passwords import LOW_MEMORY, SALT_SIZE, Cost
from issuance.people.rules import Rule
from issuance.roles import Role

MAX_NAME = 64
ADMINISTRATORS = 2


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a new or reset operator takes into his authenticator; it cannot be had again."""

    operator: str
    uri: str = field(repr=False)


def add(
    session: Session,
    store: KeyStore,
    name: str,
    *,
    roles: Collection[Role],
    password: str,
    random: Callable[[int], bytes],
    display_name: str = "",
    by: str,
    second: str | None = None,
    at: datetime,
    cost: Cost = LOW_MEMORY,
) -> Credentials:
    """A new operator. Raises ConflictError, PasswordError, AdministratorsError, DutyError."""
    name, shown = _checked(name), _checked(display_name or name)
    passwords.check_password(password, name=name)
    _permit_new(session, name, roles, by=by, second=second, at=at)
    key = person_key(name)
    if operators.find(session, name) is not None:
        raise ConflictError(f"There is an operator {name} already.", f"操作员 {name} 已存在。")
    secret = totp.new_secret(random)
    operator = Operator(
        key=key,
        name=name,
        display_name=shown,
        password_hash=passwords.hash_password(password, salt=random(SALT_SIZE), cost=cost),
        totp_secret=totp.seal(store, secret, key),
        failed_tries=0,
        created_at=at,
        created_by=by,
    )
    session.add(operator)
    session.flush()
    session.add_all(OperatorRole(operator_key=key, role=role) for role in set(roles))
    _note(session, key, "operator.add", by=by, second=second, at=at, roles=_listed(roles))
    return Credentials(name, totp.provisioning_uri(secret, name))


def set_roles(
    session: Session,
    name: str,
    roles: Collection[Role],
    *,
    by: str,
    second: str | None,
    at: datetime,
) -> bool:
    """Give an operator these roles and no others; False when he has them.

    Raises NotFoundError, AdministratorsError, DutyError.
    """
    operator = _permit(session, name, by=by, second=second, at=at)
    before = operators.roles(session, [operator.key]).get(operator.key, set())
    if before == set(roles):
        return False
    if Role.ADMINISTRATOR in before and Role.ADMINISTRATOR not in roles:
        _require_two_left(session, without=operator)
    session.execute(delete(OperatorRole).where(OperatorRole.operator_key == operator.key))
    session.add_all(OperatorRole(operator_key=operator.key, role=role) for role in set(roles))
    session.flush()
    detail = {"roles": _listed(roles), "were": _listed(before)}
    _note(session, operator.key, "operator.roles", by=by, second=second, at=at, **detail)
    return True


def reset(
    session: Session,
    store: KeyStore,
    name: str,
    *,
    password: str,
    random: Callable[[int], bytes],
    by: str,
    second: str | None,
    at: datetime,
    cost: Cost = LOW_MEMORY,
) -> Credentials:
    """A new password and a new secret, as after a lost telephone; sessions end, locks open.

    Raises NotFoundError, PasswordError, ConflictError (disabled), DutyError.
    """
    operator = _permit(session, name, by=by, second=second, at=at)
    passwords.check_password(password, name=operator.name)
    secret = totp.new_secret(random)
    operator.password_hash = passwords.hash_password(password, salt=random(SALT_SIZE), cost=cost)
    operator.totp_secret, operator.totp_last_step = totp.seal(store, secret, operator.key), None
    operator.failed_tries, operator.locked_until = 0, None
    sessions.end_all(session, operator)
    _note(session, operator.key, "operator.reset", by=by, second=second, at=at)
    return Credentials(operator.name, totp.provisioning_uri(secret, operator.name))


def disable(session: Session, name: str, *, by: str, second: str | None, at: datetime) -> bool:
    """Let an operator act no more, for good; False when he was disabled before.

    Raises NotFoundError, AdministratorsError, DutyError.
    """
    if operators.get(session, name).disabled_at is not None:
        return False
    operator = _permit(session, name, by=by, second=second, at=at)
    if Role.ADMINISTRATOR in operators.roles(session, [operator.key])[operator.key]:
        _require_two_left(session, without=operator)
    operator.disabled_at, operator.disabled_by = at, by
    sessions.end_all(session, operator)
    _note(session, operator.key, "operator.disable", by=by, second=second, at=at)
    return True


def set_rule(
    session: Session, rule: Rule, value: int, *, by: str, second: str | None, at: datetime
) -> bool:
    """Set a rule of the book; False when it is so already. Raises ConflictError, DutyError."""
    rules.check(rule, value)
    subject = f"rule {rule.value}"
    duties.perform(session, Step.CHANGE_MASTER_DATA, subject, by=by, second=second, at=at)
    before = rules.value(session, rule)
    if before == value:
        return False
    session.merge(BookRule(name=rule.value, value=value, changed_at=at, changed_by=by))
    detail = {"value": value, "was": before, "second": second}
    audit.append(session, "rule.set", [(subject, detail)], chain=audit.OFFICE, by=by, at=at)
    return True


def _permit_new(
    session: Session,
    name: str,
    roles: Collection[Role],
    *,
    by: str,
    second: str | None,
    at: datetime,
) -> None:
    """Raise AdministratorsError or DutyError unless these people may add this operator."""
    there_are = operators.lock_all(session)
    if there_are > 1:
        subject = f"operator {person_key(name)}"
        duties.perform(session, Step.CHANGE_MASTER_DATA, subject, by=by, second=second, at=at)
    elif Role.ADMINISTRATOR not in roles:
        raise AdministratorsError("second" if there_are else "first")
    elif there_are:
        rule = duties.STEPS[Step.CHANGE_MASTER_DATA]
        duties.require_role(session, by, rule.roles, doing=rule.names)


def _permit(session: Session, name: str, *, by: str, second: str | None, at: datetime) -> Operator:
    """The operator, locked, whom these two may change. Raises ConflictError for a disabled one."""
    operators.lock_all(session)  # these changes are rare: one after the other
    key = operators.get(session, name).key
    duties.perform(session, Step.CHANGE_MASTER_DATA, f"operator {key}", by=by, second=second, at=at)
    operator = operators.get(session, name, lock=True)
    if operator.disabled_at is not None:
        raise ConflictError(
            f"The operator {operator.name} was disabled.", f"操作员 {operator.name} 已停用。"
        )
    return operator


def _require_two_left(session: Session, *, without: Operator) -> None:
    left = [key for key in operators.administrators(session) if key != without.key]
    if len(left) < ADMINISTRATORS:
        raise AdministratorsError("few")


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or not name.isprintable() or max(len(name), len(person_key(name))) > MAX_NAME:
        raise ConflictError(
            f"A name has 1 to {MAX_NAME} printable characters.",
            f"姓名须为 1 至 {MAX_NAME} 个可打印字符。",
        )
    return name


def _listed(roles: Collection[Role]) -> str:
    return " ".join(role.value for role in Role if role in roles)


def _note(
    session: Session,
    key: str,
    event: str,
    *,
    by: str,
    second: str | None,
    at: datetime,
    **detail: str,
) -> None:
    things: list[tuple[str, audit.Detail]] = [(f"operator {key}", {**detail, "second": second})]
    audit.append(session, event, things, chain=audit.OFFICE, by=by, at=at)
