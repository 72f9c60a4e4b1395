"""What decided matters put onto a card is written through the server's keys, and read back."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.card_data.errors import NothingWaitingError
from api.services.card_data.waiting import Waiting, waiting
from api.services.card_data.writing import NEWER
from issuance import audit, cards
from issuance.book_errors import ConflictError
from issuance.models import AuditEntry
from issuance.states import CardState
from reader.card_recording import Recording, record
from tests.agent_at_work import error_code
from tests.desk_requests import refusal
from tests.insurance_card_data import CardDataDesk, card_data_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardDataDesk]:
    with card_data_desk(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


def entries(desk: CardDataDesk, event: str) -> list[AuditEntry]:
    """The entries of the trail about this event, in their order."""
    wanted = select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.number)
    return desk.world.look(lambda s: list(s.scalars(wanted)))


GROUPS: list[tuple[str, dict[str, Any]]] = [
    ("DF01.personal_state", {"employment_state": "3"}),
    ("DF01.employer", {"employer_name": "长沙某公司", "person_category": "24"}),
    (
        "DF02.employment_status",
        {
            "unemployment_registration_date": "2026-11-20",
            "unemployment_type_and_reasons": "1020",
            "unemployment_registration_region": "430102",
        },
    ),
    (
        "DF03.unemployment_insurance",
        {
            "insured_region": "430102",
            "benefit_application_date": "2026-11-27",
            "contribution_years_total": "005",
            "benefit_months_due": 14,
            "benefit_months_received": 0,
        },
    ),
    (
        "DF03.work_capacity_appraisal",
        {
            "appraisal_number": "湘长劳鉴2026-0113",
            "matter": "10",
            "disability_grade": "07",
            "self_care_grade": "4",
            "appraisal_date": "2026-10-30",
        },
    ),
    (
        "DF03.pension_insurance",
        {
            "scheme": "110",
            "insured_region": "430102",
            "retirement_date": "2026-05-01",
            "benefit_start_date": "2026-06-01",
            "update_date": "2026-11-27",
        },
    ),
    (
        "DF03.work_injury_insurance",
        {"insured_region": "430102", "benefit_start_date": "2026-11-01"},
    ),
    (
        "DF03.work_injury_determination",
        {
            "determination_number": "长人社工认2026-7",
            "employer_name": "长沙某公司",
            "finding": "1",
            "determination_date": "2026-09-15",
            "determination_body": "长沙市人力资源和社会保障局",
        },
    ),
    (
        "DF03.insurance_certificates",
        {
            "pension": {
                "insurance_type": "110",
                "insured_region": "430102",
                "start_date": "2006-07-01",
                "end_date": "2026-05-31",
                "contributions_paid": 9_560_000,
                "contribution_months": 239,
                "certificate_date": "2026-11-27",
            }
        },
    ),
    (
        "DF04.medical_insurance",
        {"insured_region": "430102", "work_injury_institution_1": "444885595"},
    ),
]


def test_each_group_is_written_and_read_back(desk: CardDataDesk) -> None:
    desk.decided(*GROUPS)
    assert [one.group for one in desk.waiting()] == [group for group, _ in GROUPS]
    done = desk.write_all(desk.visit())
    assert [one["done"] for one in done] == [True] * len(GROUPS)
    for group, items in GROUPS:
        held = desk.read(group)
        assert {name: held[name] for name in items} == items, group
    assert desk.waiting() == []
    desk.world.look(audit.verify)


def test_records_are_as_the_layout_says(desk: CardDataDesk) -> None:
    """人社信息函〔2012〕37号: tag, length, value; cn left aligned, an filled up with 00."""
    written = desk.records("DF03.pension_insurance")
    assert written[0].hex().upper() == "7003" + "313130"
    assert written[1].hex().upper() == "7103" + "430102"
    assert written[3].hex().upper() == "6C04" + "20260501"
    district = desk.records("DF04.medical_insurance")[10]  # tag 7D, nine characters
    assert district == bytes.fromhex("7D09") + b"444885595"


def test_a_cyclic_file_gets_its_records_newest_first_and_none_twice(desk: CardDataDesk) -> None:
    first = {"occupation": "4990000", "start_date": "2020-03-01", "employer_name": "甲公司"}
    second = {"occupation": "4990000", "start_date": "2026-10-01", "employer_name": "乙公司"}
    group = "DF02.employment_history"
    desk.decided((group, first))
    desk.decided((group, second))
    visit = desk.visit()
    assert len(desk.write_all(visit)) == 1  # the older one goes before
    assert len(desk.write_all(visit)) == 1
    held = [{name: one[name] for name in first} for one in desk.read(group)]
    assert held == [second, first]
    desk.decided((group, first))
    desk.write_all(desk.visit())
    assert len(desk.read(group)) == 2
    assert desk.waiting() == []


def test_the_newest_word_wins_whoever_writes_it(desk: CardDataDesk) -> None:
    group = "DF03.unemployment_insurance"
    desk.decided((group, {"benefit_months_received": 1, "benefit_report_date": "2026-12-01"}))
    visit = desk.visit()
    older = desk.begin(visit, group)
    desk.decided((group, {"benefit_months_received": 2}))
    newer = desk.begin(visit, group)
    assert desk.page.refused("card.do", ticket=older) == "ticket-over"
    assert desk.page.call("card.do", ticket=newer)["done"]
    held = desk.read(group)
    assert (held["benefit_months_received"], held["benefit_report_date"]) == (2, "2026-12-01")
    assert desk.world.ticket(older).code == NEWER
    assert desk.waiting() == []


def test_what_was_torn_waits_and_is_finished_at_a_later_visit(desk: CardDataDesk) -> None:
    group, items = GROUPS[4]
    desk.decided((group, {**items, "disability_grade": "05", "appraisal_date": "2026-11-02"}))
    for left in range(4, 60, 7):
        visit = desk.visit()
        ticket = desk.begin(visit, group)
        desk.table.removed_after = left
        desk.page.ask("card.do", ticket=ticket)
        answer = desk.page.answer()
        desk.table.removed_after = None
        if "result" in answer:
            break
        assert error_code(answer) == "card-removed"
        assert [one.group for one in desk.waiting()] == [group]
    assert desk.table.card is not None
    held = desk.read(group)
    assert (held["disability_grade"], held["appraisal_date"]) == ("05", "2026-11-02")
    assert desk.waiting() == []
    desk.world.look(audit.verify)


def test_another_card_on_the_reader_gets_nothing(desk: CardDataDesk) -> None:
    group = "DF03.maternity_insurance"
    desk.decided((group, {"insured_region": "430104"}))
    visit = desk.visit()
    ticket = desk.begin(visit, group)
    before = desk.records(group, 1)
    others = desk.visit(1)
    assert desk.page.refused("card.do", ticket=ticket) == "not-this-card"
    assert desk.records(group, 1) == before
    assert desk.world.ticket(ticket).outcome is None  # it waits for its card
    with pytest.raises(NothingWaitingError):
        desk.begin(others, group)
    desk.visit()
    assert desk.page.call("card.do", ticket=ticket)["done"]


def test_a_ticket_lends_the_keys_of_its_records_alone(desk: CardDataDesk) -> None:
    group = "DF03.work_injury_insurance"
    desk.decided((group, {"update_date": "2026-11-27"}))
    visit = desk.visit()
    ticket = desk.begin(visit, group)
    session = desk.world.session(desk.chip())
    keys = desk.world.desk_keys(session, ticket=ticket)
    other = session.profile.key("UK3DF03")
    assert refusal(lambda: keys.authenticate(session, other)) == "key-not-lent"
    forged = Recording.of(session.profile, group, {"update_date": "2036-11-27"})
    assert refusal(lambda: record(keys, session, forged)) == "key-not-lent"
    assert desk.read(group)["update_date"] is None
    desk.visit()
    assert desk.page.call("card.do", ticket=ticket)["done"]
    used = [one.detail for one in entries(desk, "counter.key_use") if ticket in one.detail]
    assert any("UK4DF03 cryptogram" in one for one in used)
    assert any("STKDF03 mac" in one for one in used)
    assert ticket in entries(desk, "card_data.begin")[-1].detail
    assert ticket in entries(desk, "counter.record")[-1].detail


def test_the_same_ticket_begins_once(desk: CardDataDesk) -> None:
    group = "DF03.dependant_support"
    desk.decided((group, {"insured_region": "430102"}))
    visit = desk.visit()
    ticket = desk.begin(visit, group)
    assert desk.begin(visit, group, ticket=ticket) == ticket
    with pytest.raises(ConflictError):
        desk.begin(visit, "DF03.pension_insurance", ticket=ticket)
    assert desk.page.call("card.do", ticket=ticket)["done"]


def test_a_card_that_takes_the_place_of_another_begins_anew(desk: CardDataDesk) -> None:
    group, items = GROUPS[5]
    desk.decided((group, {"update_date": "2026-12-01"}))
    desk.write_all(desk.visit())
    assert desk.waiting() == []

    def replaced(session: Session) -> list[Waiting]:
        old, new = (cards.get(session, number) for number in desk.world.numbers)
        person, old.state = old.social_security_number, CardState.REPLACED
        session.flush()
        new.social_security_number = person
        session.flush()
        found = waiting(session, new)
        session.rollback()
        return found

    wanted = {one.group: one.items for one in desk.world.change(replaced)}
    assert wanted[group] == {**items, "update_date": "2026-12-01"}  # the newest word of each item
    assert set(wanted) >= {name for name, _ in GROUPS}
