"""What a clerk of another office does not do: post, correct, change employers, try a pension."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards.ledger import ItemKey
from api.services.enrolment import contributions, employers, transfer_sheet
from api.services.enrolment.errors import TransferSheetError
from api.services.enrolment.models import Contribution
from api.services.errors import CalculationError, RefusedError
from api.services.matters import given, work_list
from api.services.matters.rule import Field, FieldKind
from api.services.matters.work_list import Queue
from api.services.parameters.book import ParameterBook
from onecard.console import Exit
from tests.insurance import CLERK, COUNTY, EMPLOYER, STRANGER, VILLAGER
from tests.insurance_counter import InsuranceCounter
from tests.insurance_enrolment import enrol, enrolment_counter, line, written

REGISTERED = {"office": COUNTY, "industry": "1"}


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with enrolment_counter(tmp_path) as opened:
        yield opened


@pytest.fixture
def person(counter: InsuranceCounter) -> str:
    number = counter.person(date(1990, 1, 15))
    enrol(counter, number, "2026-03")
    return number


def test_a_file_is_posted_and_corrected_by_the_office_of_its_region(
    counter: InsuranceCounter, person: str, tmp_path: Path
) -> None:
    path = written(tmp_path, [line(person)])
    back = written(
        tmp_path, [line(person, base="0", employer_part="0", own_part="0")], name="back.csv"
    )

    def do(work: Callable[..., object], file: Path, by: str) -> None:
        counter.change(lambda s: work(s, file, by=by, at=counter.at))

    for clerk in (STRANGER, VILLAGER):
        with pytest.raises(RefusedError, match="Row 1 is of region 430102"):
            do(contributions.post_file, path, clerk)
    do(contributions.post_file, path, CLERK)
    with pytest.raises(RefusedError, match="nothing was posted"):
        do(contributions.correct_file, back, STRANGER)
    rows = counter.look(lambda s: s.scalars(select(Contribution)).all())
    assert [(one.base, one.version) for one in rows] == [(500_000, 0)]


def test_an_employer_is_changed_and_closed_by_its_own_office(counter: InsuranceCounter) -> None:
    def register(session: Session) -> object:
        return employers.register(
            session, EMPLOYER, "别的名称", by=STRANGER, at=counter.at, **REGISTERED
        )

    def close(session: Session) -> object:
        on = date(2026, 11, 1)
        return employers.close(session, EMPLOYER, on=on, by=STRANGER, at=counter.at)

    for work in (register, close):
        with pytest.raises(RefusedError, match="another office"):
            counter.change(work)


def test_a_trial_of_somebody_elsewhere_needs_his_card(
    counter: InsuranceCounter, person: str
) -> None:
    grade = "--month", "2026-10", "--grade", "5"
    for words in (("old-age",), ("unemployment",), ("work-injury", *grade)):
        result = counter.run("what-if", *words, "--person", person, by=STRANGER)
        assert result.exit_code == Exit.STATE
        assert "belongs to another office" in result.stderr
        assert person not in result.output


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (FieldKind.MONTH, "9999-12"),
        (FieldKind.MONTH, "0000-01"),
        (FieldKind.DATE, "9999-12-31"),
        (FieldKind.DATE, "0001-01-01"),
    ],
)
def test_the_ends_of_the_calendar_are_no_answer(
    counter: InsuranceCounter, kind: FieldKind, text: str
) -> None:
    field = Field(name="when", label=("when", "何时"), kind=kind)
    with pytest.raises(CalculationError):
        counter.look(lambda s: given.read_fields(s, (field,), {"when": text}))


@pytest.mark.parametrize("key", ["0001-01-01T00:00:00+14:00~a", "9999-12-31T23:59:59-14:00~a", "~"])
def test_what_is_no_place_in_a_list_is_refused(counter: InsuranceCounter, key: str) -> None:
    with pytest.raises(RefusedError, match="no place in this list"):
        counter.look(lambda s: work_list.page(s, CLERK, Queue.RECEIVED, after=key))


@pytest.mark.parametrize("award", ["\x00" * 32, "\ud800" * 32, "é" * 32, "a" * 33, ""])
def test_what_names_no_item_never_reaches_the_book(award: str) -> None:
    with pytest.raises(ValueError, match="payable item"):
        ItemKey.parse(f"{award}.2026-01.0")


MONTH = ["2025-01", "510104", "employee", 500_000, 80_000, 40_000, 40_000, "2025-01"]
SHEET = {
    "form": 1,
    "transfer": "t",
    "person": "p",
    "insurance": "110",
    "from_region": "510104",
    "to_region": "430102",
    "until": "2025-12",
    "account": 41_000,
    "fund": 60_000,
    "months": [MONTH],
}


@pytest.mark.parametrize(
    "forged",
    [
        {"months": [[*MONTH[:3], 10**30, *MONTH[4:]]], "fund": 12 * 10**28},
        {"months": [[MONTH[0], "５１０１０４", *MONTH[2:]]]},
        {"months": [[*MONTH[:2], "nobody", *MONTH[3:]]]},
        {"months": [["2026-01", *MONTH[1:]]]},
        {"months": [[*MONTH[:7], "2026-01"]]},
        {"until": ["2025-12"]},
        {"months": 5},
    ],
)
def test_a_sheet_that_no_region_sends_is_refused(
    counter: InsuranceCounter, forged: dict[str, object]
) -> None:
    def read(session: Session) -> object:
        view = ParameterBook(session).view()
        return transfer_sheet.read({**SHEET, **forged}, parameters=view)

    with pytest.raises(TransferSheetError) as refused:
        counter.look(read)
    assert "account is" not in str(refused.value)
