"""A station that fails again and again stops, until another person has looked at it."""

from datetime import datetime

from sqlalchemy.orm import Session

from issuance import audit, duties, lifecycle
from issuance.book_errors import DutyError
from issuance.people import rules
from issuance.people.names import same_person
from issuance.people.rules import Rule
from issuance.stock.errors import StationStoppedError
from issuance.stock.models import StationWatch


def note_failure(session: Session, station: str, *, by: str, at: datetime) -> bool:
    """One more failure in a row; True when the station is stopped now."""
    watch = session.get(StationWatch, station, with_for_update=True, populate_existing=True)
    if watch is None:
        watch = StationWatch(station=station, failures=0, failed_by=by, stopped_at=None)
        session.add(watch)
    watch.failures += 1
    watch.failed_by = by
    if watch.stopped_at is None and watch.failures >= rules.value(session, Rule.STATION_FAILURES):
        watch.stopped_at = at
        _note(session, "station.stop", watch, by=by, at=at)
    session.flush()
    return watch.stopped_at is not None


def note_success(session: Session, station: str) -> None:
    """A good card ends the row of failures; a station that was stopped stays so."""
    watch = session.get(StationWatch, station, with_for_update=True, populate_existing=True)
    if watch is not None and watch.stopped_at is None and watch.failures:
        watch.failures = 0


def check(session: Session, station: str) -> None:
    """Raise StationStoppedError while the station is stopped; a station asks before every card."""
    watch = session.get(StationWatch, station)
    if watch is not None and watch.stopped_at is not None:
        raise StationStoppedError(station, watch.failures)


def release(session: Session, station: str, *, by: str, at: datetime) -> bool:
    """Let a stopped station go on; not by the person at whom it stopped. False when it runs."""
    watch = session.get(StationWatch, station, with_for_update=True, populate_existing=True)
    if watch is None or watch.stopped_at is None:
        return False
    doing = ("release of the station", "工位放行")
    duties.require_role(session, by, lifecycle.SPOILING, doing=doing)
    if same_person(by, watch.failed_by):
        raise DutyError.apart(doing, by=by, earlier=("work at the station", "工位作业"))
    _note(session, "station.release", watch, by=by, at=at)
    watch.failures, watch.stopped_at = 0, None
    return True


def _note(session: Session, event: str, watch: StationWatch, *, by: str, at: datetime) -> None:
    things: list[tuple[str, audit.Detail]] = [
        (f"station {watch.station}", {"failures": watch.failures, "failed_by": watch.failed_by})
    ]
    audit.append(session, event, things, chain=audit.OFFICE, by=by, at=at)
