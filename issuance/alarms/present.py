"""Every alarm there is now.

Each question is bounded: it looks at open batches, stations, lots, operators and the few entries
about suspicious cards, or at a limited number of rows, and never through the cards.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from crypto.trust import TrustList
from issuance.alarms import floor, security, stock
from issuance.alarms.kinds import KINDS, Alarm
from issuance.instants import local_day


def all_of(session: Session, *, trust: TrustList, at: datetime) -> list[Alarm]:
    """Every alarm, the most urgent kinds first."""
    found = [
        *floor.overdue(session, on=local_day(at)),
        *floor.stations(session),
        *floor.accounts(session),
        *stock.gaps(session),
        *stock.low(session),
        *security.keys(trust, on=local_day(at)),
        *security.trail(session, at=at),
        *security.people(session, at=at),
        *security.suspects(session, at=at),
    ]
    order = list(KINDS)
    return sorted(found, key=lambda one: order.index(one.code))
