"""A personalized card read as a counter would, and compared with what it should hold."""

from collections.abc import Callable
from datetime import datetime

from crypto.trust import TrustList
from issuance.card_job import CardJob
from issuance.station_errors import CardMismatchError
from reader import card_check
from reader.authenticity import Verdict
from reader.card_record import CardRecord
from reader.desk_keys import DeskKeys, KeysInUse
from reader.session import CardSession

# A card that is not valid yet, or was made for a date gone by, is written rightly all the same.
WRITTEN_RIGHTLY = frozenset({Verdict.GENUINE, Verdict.NOT_YET_VALID, Verdict.EXPIRED})


def compare_groups(session: CardSession, job: CardJob, desk: DeskKeys) -> None:
    """Raise CardMismatchError unless the card gives back every data group of *job*."""
    for group in job.data.groups:
        application, file = job.profile.file_of(type(group))
        desk.open_for_reading(session, file)
        if session.read(type(group)) != group:
            raise CardMismatchError(f"{application.name}/EF{file.sfi:02X}")


def read_back(
    session: CardSession,
    job: CardJob,
    keys: KeysInUse,
    record: bytes,
    *,
    trust: TrustList,
    now: datetime,
    random: Callable[[int], bytes],
) -> CardRecord:
    """Data groups, signed record, and the chip's proof of itself; what the record says.

    Raises CardMismatchError, ReaderError.
    """
    compare_groups(session, job, DeskKeys(keys, random))
    if card_check.read_record(session) != record:
        raise CardMismatchError("DF0A/EF0C")
    verification = card_check.check_card(
        session, trust=trust, now=now, random=random, shared_key=keys.proves_shared
    )
    if verification.record is None or verification.verdict not in WRITTEN_RIGHTLY:
        raise CardMismatchError(verification.verdict.value)
    return verification.record
