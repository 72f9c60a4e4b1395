"""How many wrong tries lock an operator, and for how long.

Five tries, then a minute, and twice as long after each further one, up to a day: NIST SP 800-63B,
5.2.2 asks for a limit, and names growing waits as the way that does not shut a person out for good.
"""

from datetime import timedelta
from typing import Final

TRIES: Final = 5
FIRST_LOCK: Final = timedelta(minutes=1)
LONGEST_LOCK: Final = timedelta(days=1)


def lock_after(tries: int) -> timedelta:
    """How long an operator waits after so many wrong tries in a row; nothing before the fifth."""
    if tries < TRIES:
        return timedelta(0)
    doublings = min(tries - TRIES, 16)  # no need for numbers of astronomical size
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
