"""Use of the issuer's keys: two custodians enable them together, for a batch or a counters' day.

Who makes cards asks `require_enabled_keys` before the first key is used. A book without operators
has no custodians, and asks nobody. Cards issued at a counter are batches of one, and nobody there
waits for two custodians: they enable the keys of a region for a day.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance import audit, batches, duties
from issuance.book_errors import DutyError, LifecycleError
from issuance.duties import STEPS, Step
from issuance.instant_errors import DayNotEnabledError
from issuance.instants import local_day
from issuance.key_use_errors import KeysNotEnabledError
from issuance.people import operators
from issuance.people.models import Duty
from issuance.people.names import person_key
from issuance.states import BatchState

CUSTODIANS = 2
INSTANT_SIZE = 1  # cards of a batch that is issued at a counter
_WHILE = (BatchState.APPROVED, BatchState.PRODUCING)


def enable_keys(
    session: Session, batch_id: str, *, by: str, second: str | None, at: datetime
) -> bool:
    """Enable the keys for a released batch; False when these two did before.

    Raises NotFoundError, LifecycleError (not released, or made already), DutyError.
    """
    batch = batches.get(session, batch_id, lock=True)
    if batch.state not in _WHILE:
        raise LifecycleError(state=batch.state.value, event="enable_keys", what=f"batch {batch_id}")
    subject = f"batch {batch_id}"
    return _enable(session, "batch.enable_keys", subject, batch.region, by, second, at)


def enable_keys_at_counters(
    session: Session, region: str, day: date, *, by: str, second: str | None, at: datetime
) -> bool:
    """Enable the keys for what counters issue in *region* (6 digits) on one day.

    False when these two did before. Raises DutyError, LifecycleError (the day is over).
    """
    subject = _day(region, day)
    if day < local_day(at):
        raise LifecycleError(state="over", event="enable_keys", what=subject)
    return _enable(session, "region.enable_keys", subject, region, by, second, at)


def require_enabled_keys(session: Session, batch_id: str, *, by: str, at: datetime) -> None:
    """Raise KeysNotEnabledError unless two custodians enabled the keys for this batch.

    Raises DutyError if *by*, who makes its cards, is one of those who enabled the day's.
    """
    if not operators.are_named(session):
        return
    if len(_custodians(session, f"batch {batch_id}")) >= CUSTODIANS:
        return  # who of them makes cards is refused by the matrix itself: one subject
    batch = batches.get(session, batch_id)
    people = _custodians(session, _day(batch.region, local_day(at)))
    if batch.size != INSTANT_SIZE or len(people) < CUSTODIANS:
        raise KeysNotEnabledError(batch_id)
    _require_apart(by, people)


def require_enabled_at_counters(session: Session, region: str, *, by: str, at: datetime) -> None:
    """The same for a card that *by* is about to issue at a counter of *region* (6 digits).

    Raises DayNotEnabledError, DutyError.
    """
    if not operators.are_named(session):
        return
    people = _custodians(session, _day(region, local_day(at)))
    if len(people) < CUSTODIANS:
        raise DayNotEnabledError(region)
    _require_apart(by, people)


def _require_apart(by: str, custodians: set[str]) -> None:
    if person_key(by) in custodians:
        raise DutyError.apart(
            STEPS[Step.PRODUCE].names, by=by, earlier=STEPS[Step.ENABLE_KEYS].names
        )


def _enable(
    session: Session,
    event: str,
    subject: str,
    region: str,
    by: str,
    second: str | None,
    at: datetime,
) -> bool:
    if not duties.perform(session, Step.ENABLE_KEYS, subject, by=by, second=second, at=at):
        return False
    things: list[tuple[str, audit.Detail]] = [(subject, {"second": second})]
    audit.append(session, event, things, chain=region, by=by, at=at)
    return True


def _custodians(session: Session, subject: str) -> set[str]:
    wanted = select(Duty.person_key).where(
        Duty.subject == subject, Duty.step == Step.ENABLE_KEYS.value
    )
    return set(session.scalars(wanted))


def _day(region: str, day: date) -> str:
    return f"instant issue {region} {day}"
