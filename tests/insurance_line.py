"""A line of offices from a village to its province for tests, each with a clerk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from api.services.insurances import Insurance
from api.services.matters import work_list
from api.services.matters.work_list import Filters, Queue
from api.services.offices import tree
from tests.insurance import CITY, ELSEWHERE, PROVINCE, TOWN, VILLAGE, number_of
from tests.insurance_counter import InsuranceCounter, insurance_counter

OTHER_VILLAGE, CITY_CLERK, CHIEF = "430102001002", "He", "Xu"
KIND = "private_pension.open"


@contextmanager
def line_of_offices(folder: Path) -> Iterator[InsuranceCounter]:
    """A counter with one more village, and clerks in every office of both provinces."""
    with insurance_counter(folder) as opened:

        def work(session: Session) -> None:
            tree.open_office(session, OTHER_VILLAGE, "另一社区", by="Chen", at=opened.at)
            for clerk, office in (
                ("Deng", OTHER_VILLAGE),
                (CITY_CLERK, CITY),
                (CHIEF, PROVINCE),
                ("Luo", ELSEWHERE),
                ("Fan", TOWN),
            ):
                tree.place(session, clerk, office, by="Chen", at=opened.at)

        opened.change(work)
        yield opened


def holder_of(counter: InsuranceCounter) -> str:
    """Somebody who lives in the village and is insured in the county."""
    number = counter.live_at(number_of(date(1990, 3, 1)), VILLAGE)
    counter.enrol(number, Insurance.OLD_AGE)
    return number


def queue(counter: InsuranceCounter, clerk: str, part: Queue, **filters: object) -> list[str]:
    """The matters of a part of the work list."""
    wanted = Filters(**filters)  # type: ignore[arg-type]
    page = counter.look(lambda s: work_list.page(s, clerk, part, wanted))
    return [one.matter.id for one in page.lines]
