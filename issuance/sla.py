"""By when a card is promised: the clock that runs from the day an application is handed in.

Twenty-five working days is what the ordinary way took in one city before cards were made at once
(Zhongshan, 2020); no number is national. Working days here are Monday to Friday: the holidays that
the State Council moves every year are not known ahead, so a promise never falls later than due.
"""

from datetime import date, timedelta

WORKING_DAYS = 25
FRIDAY = 4


def due_on(received: date, working_days: int = WORKING_DAYS) -> date:
    """The last day of the promise: that many working days after *received*."""
    day = received
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() <= FRIDAY
    return day
