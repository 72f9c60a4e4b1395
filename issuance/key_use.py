"""Use of the issuer's keys for a batch: two custodians together enable them.

Who makes cards asks `require_enabled_keys` before the first key is used. A book without operators
has no custodians, and asks nobody.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from issuance import audit, batches, duties
from issuance.book_errors import KeysNotEnabledError, LifecycleError
from issuance.duties import Step
from issuance.people import operators
from issuance.people.models import Duty
from issuance.states import BatchState

CUSTODIANS = 2
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
    if not duties.perform(session, Step.ENABLE_KEYS, subject, by=by, second=second, at=at):
        return False
    things: list[tuple[str, audit.Detail]] = [(subject, {"second": second})]
    audit.append(session, "batch.enable_keys", things, chain=batch.region, by=by, at=at)
    return True


def require_enabled_keys(session: Session, batch_id: str) -> None:
    """Raise KeysNotEnabledError unless two custodians enabled the keys for this batch."""
    if not operators.are_named(session):
        return
    custodians = session.scalar(
        select(func.count())
        .select_from(Duty)
        .where(Duty.subject == f"batch {batch_id}", Duty.step == Step.ENABLE_KEYS.value)
    )
    if (custodians or 0) < CUSTODIANS:
        raise KeysNotEnabledError(batch_id)
