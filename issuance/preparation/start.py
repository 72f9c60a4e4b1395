"""The beginning of a batch whose cards are prepared ahead: released keys, a plan."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from issuance import batches, key_use, production
from issuance.preparation.planning import SIZE, Allot, plan
from issuance.states import BatchState


def begin(
    session: Session,
    batch_id: str,
    *,
    by: str,
    at: datetime,
    random: Callable[[int], bytes],
    allot: Allot,
    size: int = SIZE,
) -> int:
    """Begin the making of an approved batch, or go on with it; the number of new chunks.

    Raises NotFoundError, LifecycleError (not approved), DutyError, KeysNotEnabledError,
    BlanksMissingError, NumbersExhaustedError.
    """
    key_use.require_enabled_keys(session, batch_id, by=by, at=at)
    production.start(session, batch_id, by=by, at=at)
    batch = batches.get(session, batch_id, lock=True)
    if batch.state is not BatchState.PRODUCING:
        return 0
    return plan(session, batch, at=at, random=random, allot=allot, size=size)
