"""What the commands of a desk without a line share: the age of its lists, and its log."""

import platform
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import click

from onecard.console import language, print_json, print_line
from onecard.settings import Settings
from reader.authenticity import StatusSource, Verification
from reader.list_age import OfflineVerification
from reader.offline_chain import Entry
from reader.offline_log import OfflineLog
from reader.status_list import StatusLists

Note = Callable[[OfflineVerification, datetime, str | None], None]

log_option = click.option(
    "--log",
    type=click.Path(path_type=Path),
    help="Notes what is verified without the server; by default offline_log of the settings.",
)


def note_into(path: Path | None, settings: Settings) -> Note | None:
    """What writes a verification into the log at *path*; None without one."""
    if path is None:
        return None
    log, desk = OfflineLog(path), settings.desk or platform.node()

    def note(judged: OfflineVerification, at: datetime, chip: str | None) -> None:
        log.write(Entry.of(judged, at=at, desk=desk, clerk=settings.operator, chip=chip))

    return note


def by_the_lists(
    found: Verification,
    status: StatusSource | None,
    settings: Settings,
    *,
    at: datetime,
    log: Path | None,
    chip: str | None = None,
) -> Verification | OfflineVerification:
    """*found* as this desk may tell it, and noted; as it is where the issuer's book answered.

    Raises OfflineLogError: then nobody is to hear the verdict.
    """
    if status is not None and not isinstance(status, StatusLists):
        return found
    limit = timedelta(hours=settings.list_age_hours)
    judged = OfflineVerification.of(found, status, at=at, limit=limit, asked=status is not None)
    if note := note_into(log or settings.offline_log, settings):
        note(judged, at, chip)
    return judged


def print_verification(judged: Verification | OfflineVerification, *, as_json: bool) -> None:
    """For a program or for a person."""
    if as_json:
        print_json(judged.to_json())
        return
    chinese = language() == "zh"
    found = judged.found if isinstance(judged, OfflineVerification) else judged
    print_line(f"{judged.to_json()['verdict']}: {judged.reason[chinese]}")
    if found.record and judged.genuine:
        record = found.record
        print_line(f"{record.card_number}  {record.name}  {record.social_security_number}")
        print_line(f"→ {record.last_day.isoformat()}  ({', '.join(found.checks)})")
    if isinstance(judged, OfflineVerification) and judged.asked:
        print_line(judged.age.sentence()[chinese])
