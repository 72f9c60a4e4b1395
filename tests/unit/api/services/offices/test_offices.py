"""Offices: who lies below whom, opened, taken in by the file, closed with a successor."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from api.services.errors import UnknownError
from api.services.matters import decision, handing, history, sight, work_list
from api.services.matters.states import Event
from api.services.offices import changes, intake, tree
from api.services.offices.errors import (
    NothingAboveError,
    OfficeFileError,
    OfficeInUseError,
    OfficeRowsError,
    OfficesBelowError,
    SuccessorError,
)
from api.services.people import registry
from issuance.book_errors import DutyError, NotFoundError
from issuance.people.models import Operator, OperatorRole
from issuance.people.names import person_key
from issuance.roles import Role
from tests.insurance import (
    ADMINISTRATORS,
    CITY,
    CLERK,
    COUNTY,
    ELSEWHERE,
    PROVINCE,
    STRANGER,
    TOWN,
    VILLAGE,
    VILLAGER,
    number_of,
)
from tests.insurance import NOW as AT
from tests.insurance_counter import InsuranceCounter, insurance_counter

BY, SECOND = ADMINISTRATORS


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with insurance_counter(tmp_path) as opened:
        yield opened


digits = st.integers(0, 2)
codes = st.tuples(st.integers(61, 62), digits, digits, digits, digits).map(
    lambda five: f"{five[0]}{five[1]:02}{five[2]:02}{five[3]:03}{five[4]:03}"
)


def whole(code: str) -> bool:
    """No tier lies below a gap of zeros: what the division's codes are like."""
    shown = [code[2:4], code[4:6], code[6:9], code[9:]]
    zeros = [not part.strip("0") for part in shown]
    return zeros == sorted(zeros)


@settings(max_examples=8, deadline=None)
@given(st.lists(codes.filter(whole), max_size=25, unique=True))
def test_in_any_tree_sight_is_the_prefix_and_the_line_of_parents(found: list[str]) -> None:
    wanted = sorted({"610000000000", "620000000000", *found})
    text = "code,name\n" + "".join(f"{code},Office {code}\n" for code in reversed(wanted))
    with TemporaryDirectory() as folder, insurance_counter(Path(folder)) as counter:
        counter.change(lambda s: changes.open_all(s, text.encode(), by=BY, at=AT))
        lines = counter.look(
            lambda s: {code: {one.code for one in tree.ancestors(s, code)} for code in wanted}
        )
    for upper in wanted:
        first, last = tree.span(upper)
        for code in wanted:
            below = code.startswith(tree.prefix(upper))
            assert tree.contains(upper, code) == below == (upper in lines[code])
            assert (first <= code <= last) == below


def test_an_office_between_takes_in_what_lies_below_it(counter: InsuranceCounter) -> None:
    def work(session: Session) -> None:
        for code in ("630000000000", "630102000000", "630100000000"):
            tree.open_office(session, code, code, by=BY, at=AT)

    counter.change(work)
    line = counter.look(lambda s: [one.code for one in tree.ancestors(s, "630102000000")])
    assert line == ["630102000000", "630100000000", "630000000000"]


def test_an_office_needs_one_above(counter: InsuranceCounter) -> None:
    with pytest.raises(NothingAboveError) as refused:
        counter.change(lambda s: changes.open_office(s, "650102000000", "-", by=BY, at=AT))
    assert "650000000000" in refused.value.remedy[0]


def test_one_wrong_row_refuses_the_file_and_every_row_says_why(counter: InsuranceCounter) -> None:
    content = (
        "机构名称,机构代码\n"
        "甲村,430102001002\n"
        "乙村,430102001002\n"  # twice
        "丙,12\n"  # no code
        "丁县,990102000000\n"  # nothing above
        f"某市,{CITY}\n"  # another name
        ",430102001003\n"  # no name
    ).encode("gb18030")
    checked = counter.look(lambda s: intake.check(s, content))
    assert [one.row for one in checked.refused] == [3, 4, 5, 6, 7]
    assert all(all(one.why) for one in checked.refused)
    with pytest.raises(OfficeRowsError):
        counter.change(lambda s: changes.open_all(s, content, by=BY, at=AT))
    with pytest.raises(UnknownError):
        counter.look(lambda s: tree.get(s, "430102001002"))


@pytest.mark.parametrize(
    "content", [b"", b"code,name\n", b"a,b\n1,2\n", b"code,name\n1\n", b"\xff\xff\xff", b'code,"']
)
def test_what_is_no_file_of_offices_is_refused(counter: InsuranceCounter, content: bytes) -> None:
    with pytest.raises(OfficeFileError):
        counter.look(lambda s: intake.check(s, content))


def test_a_county_comes_in_by_one_command(counter: InsuranceCounter, tmp_path: Path) -> None:
    file = tmp_path / "villages.csv"
    towns = [f"43010200{town}000" for town in range(2, 8)]
    villages = [f"{town[:9]}{village:03}" for town in towns for village in range(1, 31)]
    rows = "".join(f"{code},机构{code}\n" for code in [*villages, *towns])
    file.write_text(f"\ufeff机构代码,机构名称\n{rows}", encoding="utf-8")
    assert counter.json("offices", "import", str(file), by=BY)["new"] == 186
    again = counter.json("offices", "import", str(file), by=BY)
    assert (again["new"], again["known"]) == (0, 186)
    shown = counter.json("offices", "tree", COUNTY)["offices"]
    assert [shown[0]["depth"], shown[1]["depth"], shown[2]["depth"]] == [0, 1, 2]
    assert len(counter.json("offices", "list", COUNTY, "--tier", "5")["offices"]) == 181


def test_placing_a_clerk_takes_two_administrators(counter: InsuranceCounter) -> None:
    with pytest.raises(DutyError):
        counter.change(lambda s: changes.place(s, "Hu", VILLAGE, by=BY, second=None, at=AT))
    placed = counter.json("offices", "place", "Hu", VILLAGE, "--second", SECOND, by=BY)
    assert (placed["clerk"], placed["office"]) == ("hu", VILLAGE)
    names = {one["clerk"] for one in counter.json("offices", "clerks", COUNTY)["clerks"]}
    assert names == {"liu", "wang", "sun", "hu"}


def test_an_office_closes_when_its_people_and_matters_have_a_successor(
    counter: InsuranceCounter,
) -> None:
    number = counter.live_at(number_of(AT.date().replace(year=1960)), VILLAGE)
    matter = counter.receive("old_age.retire", number, by=VILLAGER, month="2020-01")

    def close(code: str, successor: str | None) -> None:
        counter.change(
            lambda s: changes.close(s, code, successor=successor, by=BY, second=SECOND, at=AT)
        )

    with pytest.raises(OfficesBelowError):
        close(TOWN, None)
    with pytest.raises(OfficeInUseError) as refused:
        close(VILLAGE, None)
    assert refused.value.held == {"matters": 1, "people": 1, "clerks": 1}
    with pytest.raises(SuccessorError):
        close(VILLAGE, VILLAGE)
    for _ in range(2):
        close(VILLAGE, TOWN)
    assert counter.look(lambda s: tree.office_of(s, VILLAGER).code) == TOWN
    assert counter.look(lambda s: registry.get(s, number).office) == TOWN
    found = counter.look(lambda s: decision.get(s, matter, by=VILLAGER))
    assert (found.received_at_office, found.office) == (VILLAGE, TOWN)


def test_what_an_office_was_told_goes_to_its_successor(counter: InsuranceCounter) -> None:
    number = counter.live_at(number_of(AT.date().replace(year=1960)), VILLAGE)
    counter.receive("old_age.retire", number, by=STRANGER, month="2020-01")
    for code, successor in ((VILLAGE, TOWN), (TOWN, COUNTY), (COUNTY, PROVINCE)):
        counter.change(
            lambda s, code=code, successor=successor: changes.close(
                s, code, successor=successor, by=BY, second=SECOND, at=AT
            )
        )
    assert counter.look(lambda s: [one.event for one in history.unread(s, PROVINCE)]) == ["receive"]
    assert counter.look(lambda s: tree.office_of(s, CLERK).code) == PROVINCE


def test_renaming_and_opening_again_keep_the_place_in_the_tree(counter: InsuranceCounter) -> None:
    renamed = counter.json("offices", "rename", ELSEWHERE, "四川省社会保险局", by=BY)
    assert (renamed["name"], renamed["parent"]) == ("四川省社会保险局", None)
    code = "430102001009"
    counter.json("offices", "open", code, "临时站", by=BY)
    counter.json("offices", "close", code, "--second", SECOND, by=BY)
    assert counter.run("offices", "rename", code, "-", by=BY).exit_code == 4
    again = counter.json("offices", "open", code, "临时站", by=BY)
    assert (again["parent"], again["closed_at"]) == (TOWN, None)


def _operator(session: Session, name: str, role: Role) -> None:
    key = person_key(name)
    session.add(
        Operator(
            key=key,
            name=name,
            display_name=name,
            password_hash="-",  # noqa: S106  # nobody logs in here
            totp_secret=b"-",
            failed_tries=0,
            created_at=AT,
            created_by=BY,
        )
    )
    session.flush()
    session.add(OperatorRole(operator_key=key, role=role))


def test_where_there_are_operators_the_tree_is_the_administrators_and_matters_the_clerks(
    counter: InsuranceCounter,
) -> None:
    number = counter.live_at(number_of(AT.date().replace(year=1960)), VILLAGE)
    matter = counter.receive("old_age.retire", number, by=VILLAGER, month="2020-01")

    def name_them(session: Session) -> None:
        for name in ADMINISTRATORS:
            _operator(session, name, Role.ADMINISTRATOR)
        _operator(session, CLERK, Role.COUNTER_CLERK)
        _operator(session, VILLAGER, Role.AUDITOR)

    counter.change(name_them)
    with pytest.raises(DutyError):
        counter.change(lambda s: changes.rename(s, VILLAGE, "新名", by=CLERK, at=AT))
    with pytest.raises(DutyError):  # the second one is no administrator
        counter.change(lambda s: changes.place(s, CLERK, TOWN, by=BY, second=CLERK, at=AT))
    with pytest.raises(NotFoundError):
        counter.change(lambda s: changes.place(s, "Hu", TOWN, by=BY, second=SECOND, at=AT))
    counter.change(lambda s: changes.place(s, CLERK, TOWN, by=BY, second=SECOND, at=AT))
    for refused in (
        lambda s: handing.hand(s, matter, TOWN, by=VILLAGER, at=AT),
        lambda s: decision.close(s, matter, Event.WITHDRAW, reason="-", by=VILLAGER, at=AT),
        lambda s: sight.require_sight(s, VILLAGER, number, None, purpose="test", at=AT),
    ):
        with pytest.raises(DutyError):
            counter.change(refused)
    line = counter.look(lambda s: work_list.line(s, VILLAGER, decision.get(s, matter, by=VILLAGER)))
    assert line.open_acts == []
