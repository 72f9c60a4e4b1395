"""Who may replace a card on the spot: a clerk who makes it, and another person who vouches for it.

The steps ask again, each when it is done; who asks before learns it before anything is begun.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from issuance import duties, key_use
from issuance.book_errors import BookError, DutyError
from issuance.counter.action_table import ACTIONS, Action
from issuance.duties import STEPS, Step
from issuance.people.names import same_person

MADE_BY_CLERK = (Step.REQUEST, Step.PRODUCE)
VOUCHED_FOR = (Step.APPROVE, Step.INSPECT)


def require_clerk(session: Session, clerk: str, *, region: str, at: datetime) -> None:
    """Raise unless *clerk* may make a card for *region* now: roles, and keys that are enabled.

    Raises DutyError, KeysNotEnabledError.
    """
    _require(session, clerk, MADE_BY_CLERK)
    key_use.require_enabled_at_counters(session, region, by=clerk, at=at)


def require_second(session: Session, second: str, *, clerk: str) -> None:
    """Raise DutyError unless *second* may approve and inspect what *clerk* makes."""
    if same_person(clerk, second):
        raise DutyError.alone(ACTIONS[Action.REPLACE].label, by=clerk)
    _require(session, second, VOUCHED_FOR)


def objection(session: Session, clerk: str, *, region: str, at: datetime) -> BookError | None:
    """What stands against it as far as the clerk goes, for a page; None where nothing does."""
    try:
        require_clerk(session, clerk, region=region, at=at)
    except BookError as error:
        return error
    return None


def _require(session: Session, name: str, steps: tuple[Step, ...]) -> None:
    for step in steps:
        duties.require_role(session, name, STEPS[step].roles, doing=STEPS[step].names)
