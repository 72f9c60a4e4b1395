"""Moments and days: the book keeps UTC, people in the bureau live by China Standard Time."""

from datetime import UTC, date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")  # no daylight saving since 1991
VALIDITY_YEARS = 10


def utc(at: datetime) -> datetime:
    """*at* in UTC. Raises ValueError for a moment without a time zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return at.astimezone(UTC)


def midnight(day: date) -> datetime:
    """When a day begins in China."""
    return datetime.combine(day, time(), CHINA)


def local_day(at: datetime) -> date:
    """The calendar day in China at that moment."""
    return utc(at).astimezone(CHINA).date()


def last_valid_day(issued_on: date) -> date:
    """Ten years less a day (2021-12-03 gives 2031-12-02); of 29 February, 28 February."""
    same_day = date(issued_on.year + VALIDITY_YEARS, issued_on.month, 1)
    return same_day + timedelta(days=issued_on.day - 1) - timedelta(days=1)
