"""What one insurance does to another: a benefit that ends because something else has begun.

It goes by what the book holds, so that it does not matter who changed it, and doing it again
changes nothing. Decisions call it; whoever enrols people or grants pensions otherwise does too.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from api.services.unemployment import stops


def follow(session: Session, person: str, *, run: str, at: datetime, by: str) -> None:
    """Bring somebody's benefits in line with his employments, pensions and death.

    *run* names the matter or the work that changed them, as payable items name it.
    """
    stops.follow(session, person, run=run, at=at, by=by)
