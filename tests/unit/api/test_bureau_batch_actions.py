"""Batches at the console: released by another person, keys by two, closed with a certificate."""

from collections.abc import Iterator

import pytest

from issuance import audit_log
from issuance.database import reading
from issuance.models import Batch
from issuance.people.rules import Rule
from issuance.states import BatchState
from issuance.stock import certificate
from tests.bureau import CHECKER, CHIEF, CLERK, MAKER
from tests.bureau_console import (
    CUSTODIAN,
    KEEPER,
    OTHER_CHIEF,
    OTHER_CUSTODIAN,
    RECONCILER,
    STOPPED,
    BureauConsole,
    bureau_console,
)
from tests.stockroom import P1

WRONG = "000000"
EQUATION = ("received", "carried_in", "good", "rejected", "samples", "returned", "carried_out")


@pytest.fixture(name="bureau")
def _bureau() -> Iterator[BureauConsole]:
    with bureau_console() as opened:
        yield opened


def state_of(bureau: BureauConsole, batch: str) -> BatchState:
    with reading(bureau.room.engine) as session:
        return session.get_one(Batch, batch).state


def entries(bureau: BureauConsole, chain: str = "371700") -> list[str]:
    with reading(bureau.room.engine) as session:
        return [one.event for one in audit_log.page(session, chain, limit=500).entries]


def test_another_person_releases_a_batch_and_gets_its_number(bureau: BureauConsole) -> None:
    batch = bureau.requested()
    page = bureau.enter(CHIEF).send(f"/console/bureau/batches/{batch}/approve")
    assert page.status_code == 200
    assert state_of(bureau, batch) is BatchState.APPROVED
    with reading(bureau.room.engine) as session:
        entry = audit_log.latest(session, "371700", f"batch {batch}", events=("batch.approve",))
    assert entry is not None
    assert f"<code>{entry.reference}</code>" in page.text


def test_sent_twice_it_is_released_once(bureau: BureauConsole) -> None:
    batch = bureau.requested()
    browser = bureau.enter(CHIEF)
    browser.send(f"/console/bureau/batches/{batch}/approve")
    page = browser.send(f"/console/bureau/batches/{batch}/approve")
    assert page.status_code == 200
    assert "It stood so before" in page.text
    assert entries(bureau).count("batch.approve") == 1


def test_who_requested_it_is_not_offered_the_release_and_refused(bureau: BureauConsole) -> None:
    batch = bureau.requested()
    browser = bureau.enter(CLERK)
    assert "/approve" not in browser.get(f"/console/bureau/batches/{batch}").text
    page = browser.send(f"/console/bureau/batches/{batch}/approve")
    assert page.status_code == 403
    assert "that takes the role approver" in page.text
    assert state_of(bureau, batch) is BatchState.REQUESTED


def test_an_approver_who_requested_it_hears_the_rule_of_the_matrix(bureau: BureauConsole) -> None:
    batch = bureau.requested()
    bureau.give(CLERK, "approver")
    page = bureau.enter(CLERK).get("/console/bureau/")
    assert "Zhang may not do the approval: the same person did the request." in page.text
    page = bureau.enter(CLERK).send(f"/console/bureau/batches/{batch}/approve")
    assert page.status_code == 403
    assert "Another person logs in and does it" in page.text


def test_the_overview_says_for_whom_a_batch_waits(bureau: BureauConsole) -> None:
    bureau.requested()
    assert "May do it: Lei, Li" in bureau.enter(CLERK).get("/console/bureau/").text
    mine = bureau.enter(CHIEF).get("/console/bureau/").text
    assert mine.index("Waits for me") < mine.index("371700-20261101-0001")
    assert mine.index("371700-20261101-0001") < mine.index("Waits for another person")


def test_a_form_without_its_token_changes_nothing(bureau: BureauConsole) -> None:
    batch = bureau.requested()
    browser = bureau.enter(CHIEF)
    for token in ("", "0" * 64):
        page = browser.client.post(
            f"/console/bureau/batches/{batch}/approve", data={"form_token": token}
        )
        assert page.status_code == 403
    assert state_of(bureau, batch) is BatchState.REQUESTED


@pytest.mark.parametrize("action", ["approve", "end", "keys", "count", "spoilt", "close"])
def test_a_change_is_sent_by_a_form_only(bureau: BureauConsole, action: str) -> None:
    batch = bureau.requested()
    assert bureau.enter(CHIEF).get(f"/console/bureau/batches/{batch}/{action}").status_code == 404


def test_a_batch_is_rejected_with_a_reason(bureau: BureauConsole) -> None:
    batch = bureau.requested()
    browser = bureau.enter(CHIEF)
    page = browser.send(f"/console/bureau/batches/{batch}/end", event="reject", reason=" ")
    assert "Give a reason" in page.text
    page = browser.send(
        f"/console/bureau/batches/{batch}/end", event="reject", reason="<b>wrong file</b>"
    )
    assert state_of(bureau, batch) is BatchState.REJECTED
    assert "&lt;b&gt;wrong file&lt;/b&gt;" in page.text


def test_a_second_approver_vouches_on_the_spot(bureau: BureauConsole) -> None:
    bureau.rule(Rule.SECOND_APPROVER, 1)
    batch = bureau.requested()
    browser = bureau.enter(CHIEF)
    page = browser.send(f"/console/bureau/batches/{batch}/approve")
    assert page.status_code == 403
    assert "takes two people; Li is alone" in page.text
    page = browser.send(f"/console/bureau/batches/{batch}/approve", **bureau.second(OTHER_CHIEF))
    assert page.status_code == 200
    assert state_of(bureau, batch) is BatchState.APPROVED


def test_two_custodians_enable_the_keys_and_a_second_click_costs_no_code(
    bureau: BureauConsole,
) -> None:
    batch = bureau.approved()
    browser = bureau.enter(CUSTODIAN)
    fields = bureau.second(OTHER_CUSTODIAN)
    for expected in ("Audit number", "It stood so before"):
        page = browser.send(f"/console/bureau/batches/{batch}/keys", **fields)
        assert page.status_code == 200
        assert expected in page.text
    assert entries(bureau).count("batch.enable_keys") == 1
    assert entries(bureau, "office").count("operator.confirm") == 1


@pytest.mark.parametrize(
    ("second", "changed", "told"),
    [
        (OTHER_CUSTODIAN, {"second_code": WRONG}, "Name, password or code is not right."),
        (OTHER_CUSTODIAN, {"second_password": "not his"}, "Name, password or code is not right."),
        (CUSTODIAN, {}, "takes two people; Dong is alone"),
        (CHIEF, {}, "Li may not do the key use"),
        (OTHER_CUSTODIAN, {"second": "Nobody Here"}, "no operator of that name"),
        (OTHER_CUSTODIAN, {"second": ""}, "takes two people; Dong is alone"),
    ],
    ids=["code", "password", "himself", "role", "stranger", "nobody"],
)
def test_a_wrong_second_person_enables_nothing(
    bureau: BureauConsole, second: str, changed: dict[str, str], told: str
) -> None:
    batch = bureau.approved()
    fields = bureau.second(second, **changed)
    page = bureau.enter(CUSTODIAN).send(f"/console/bureau/batches/{batch}/keys", **fields)
    assert page.status_code == 403
    assert told in page.text
    assert "batch.enable_keys" not in entries(bureau)


def test_what_the_matrix_forbids_costs_the_second_person_no_code(bureau: BureauConsole) -> None:
    batch = bureau.approved()
    bureau.room.produce(batch)
    bureau.give(OTHER_CUSTODIAN, "producer")
    fields = bureau.second(OTHER_CUSTODIAN, second=MAKER)
    page = bureau.enter(CUSTODIAN).send(f"/console/bureau/batches/{batch}/keys", **fields)
    assert page.status_code == 403
    assert "operator.try" not in entries(bureau, "office")[:1]


def test_a_stopped_station_is_released_by_another_inspector(bureau: BureauConsole) -> None:
    bureau.stop()
    browser = bureau.enter(MAKER)
    overview = browser.get("/console/bureau/").text
    assert f"Station {STOPPED} stopped after 5 failures in a row" in overview
    page = browser.send("/console/bureau/stations/release", station=STOPPED)
    assert page.status_code == 403
    page = bureau.enter(CHECKER).send("/console/bureau/stations/release", station=STOPPED)
    assert "Audit number" in page.text
    assert "stopped after" not in page.text


def test_a_blind_count_says_which_figures_differ_and_not_how_much(bureau: BureauConsole) -> None:
    batch = bureau.produced(size=4)
    browser = bureau.enter(RECONCILER)
    wrong = {**dict.fromkeys(EQUATION, "0"), "received": "5", "good": "5", "place": f"{P1}|card"}
    page = browser.send(f"/console/bureau/batches/{batch}/count", **wrong)
    assert "These figures are not those of the book: good, rejected" in page.text
    right = {**wrong, "good": "4", "rejected": "1"}
    page = browser.send(f"/console/bureau/batches/{batch}/count", **right)
    assert "Audit number" in page.text
    page = browser.get("/console/bureau/")
    assert "accounts-open" in page.text


@pytest.mark.parametrize("given", ["-1", "", "1e3", "٣", "9" * 10])
def test_a_count_takes_whole_numbers_only(bureau: BureauConsole, given: str) -> None:
    batch = bureau.produced(size=1)
    fields = {**dict.fromkeys(EQUATION, "0"), "good": given, "place": f"{P1}|card"}
    page = bureau.enter(RECONCILER).send(f"/console/bureau/batches/{batch}/count", **fields)
    assert page.status_code == 422


def test_who_worked_at_a_station_does_not_count_it(bureau: BureauConsole) -> None:
    batch = bureau.produced(size=1)
    fields = {**dict.fromkeys(EQUATION, "0"), "place": f"{P1}|card"}
    page = bureau.enter(MAKER).send(f"/console/bureau/batches/{batch}/count", **fields)
    assert page.status_code == 403


def test_a_spoilt_card_is_made_again(bureau: BureauConsole) -> None:
    batch = bureau.produced(size=2)
    number = bureau.room.numbers(batch)[1]
    fields = {"card": number, "reason": "scratched", "station": P1}
    page = bureau.enter(MAKER).send(f"/console/bureau/batches/{batch}/spoilt", **fields)
    assert page.status_code == 200
    assert "scratched" in page.text
    assert state_of(bureau, batch) is BatchState.PRODUCING


def test_a_batch_that_does_not_balance_stays_open(bureau: BureauConsole) -> None:
    batch = bureau.produced(size=1)
    page = bureau.enter(RECONCILER).send(f"/console/bureau/batches/{batch}/close")
    assert page.status_code == 409
    assert "does not balance" in page.text


def test_who_made_a_batch_does_not_close_it(bureau: BureauConsole) -> None:
    batch = bureau.counted(size=1)
    bureau.give(MAKER, "reconciler")
    page = bureau.enter(MAKER).send(f"/console/bureau/batches/{batch}/close")
    assert page.status_code == 403
    assert state_of(bureau, batch) is BatchState.PRODUCED


def test_a_closed_batch_shows_its_certificate_to_look_at_and_to_take_along(
    bureau: BureauConsole,
) -> None:
    batch = bureau.counted(size=3)
    browser = bureau.enter(RECONCILER)
    page = browser.send(f"/console/bureau/batches/{batch}/close")
    assert "Genuine: a trusted key signed it." in page.text
    file = browser.client.get(f"/console/bureau/batches/{batch}/certificate.txt")
    assert file.headers["Content-Disposition"] == f'attachment; filename="{batch}.cert"'
    trust = bureau.desk.team.store.public_keys()
    found = certificate.check(certificate.from_file(file.data), trust=trust)
    assert (found.batch_id, found.cards) == (batch, {"inspected": 3, "rejected": 1})


def test_progress_is_told_in_numbers_and_not_twice(bureau: BureauConsole) -> None:
    batch = bureau.produced(size=3)
    browser = bureau.enter(KEEPER)
    path = f"/console/bureau/batches/{batch}/progress.json"
    answer = browser.client.get(path, headers={"X-Background": "yes"})
    facts = answer.json
    assert (facts["made"], facts["total"], facts["cards"]) == (
        3,
        3,
        {"inspected": 3, "rejected": 1},
    )
    assert facts["share"].startswith("<svg")
    again = browser.client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    bureau.room.spoil(bureau.room.numbers(batch)[1], station=P1)
    changed = browser.client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert changed.status_code == 200
