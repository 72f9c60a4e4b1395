"""Stock, applications, operators and the trail at the console: what changes them, and who may."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from issuance import application_review, audit_check, audit_log
from issuance.application_review import ApplicationKey
from issuance.database import reading, transaction
from issuance.models import Application
from issuance.people import operators, rules
from issuance.people.names import person_key
from issuance.people.rules import Rule
from issuance.roles import Role
from issuance.states import ApplicationState
from issuance.stock import reports
from tests.bureau import CHIEF, CLERK, MAKER, NOW
from tests.bureau_console import AUDITOR, KEEPER, WITNESS, BureauConsole, bureau_console
from tests.staff import CHEN, ZHOU, code, secret_in

LOT = "4F4E000000000001+100"
NEW_PASSWORD = "three geese on the ice"  # noqa: S105


@pytest.fixture(name="bureau")
def _bureau() -> Iterator[BureauConsole]:
    with bureau_console() as opened:
        yield opened


def in_states(bureau: BureauConsole) -> dict[str, int]:
    with reading(bureau.room.engine) as session:
        return reports.in_states(session)


def received(bureau: BureauConsole) -> None:
    page = bureau.enter(KEEPER).send(
        "/console/bureau/stock/receive",
        run=LOT,
        note="DN-17",
        profile="v3.00",
        **bureau.second(WITNESS),
    )
    assert "Audit number" in page.text, page.text


def key_of(bureau: BureauConsole, batch: str, row: int) -> ApplicationKey:
    with reading(bureau.room.engine) as session:
        wanted = "SELECT region, intake_id, row FROM application WHERE batch_id = :b AND row = :r"
        return ApplicationKey(*session.execute(text(wanted), {"b": batch, "r": row}).one())


def application(bureau: BureauConsole, key: ApplicationKey) -> Application:
    with reading(bureau.room.engine) as session:
        return application_review.get(session, key)


def test_blanks_come_in_go_out_come_back_and_are_destroyed_before_two(
    bureau: BureauConsole,
) -> None:
    batch = bureau.approved(size=4)
    received(bureau)
    assert in_states(bureau) == {"in_stock": 100}
    keeper = bureau.enter(KEEPER)
    sent = {"batch": batch, "station": "P1", "run": "4F4E000000000001+6", **bureau.second(MAKER)}
    assert "Audit number" in keeper.send("/console/bureau/stock/issue", **sent).text
    assert in_states(bureau) == {"in_stock": 94, "issued": 6}
    fields = {"run": "4F4E000000000005+2", **bureau.second(WITNESS)}
    assert "Audit number" in keeper.send("/console/bureau/stock/return", **fields).text
    fields = {"run": "4F4E000000000001", "reason": "bent"}
    assert "Audit number" in keeper.send("/console/bureau/stock/reject", **fields).text
    fields = {"run": "4F4E000000000010+2", "reason": "for the maker", **bureau.second(MAKER)}
    page = bureau.enter(MAKER).send("/console/bureau/stock/sample", **fields)
    assert page.status_code == 403  # out of the stock it takes a stock keeper
    fields |= bureau.second(MAKER)
    assert "Audit number" in keeper.send("/console/bureau/stock/sample", **fields).text
    fields = {
        "runs": "4F4E000000000001\n4F4E000000000010+2",
        "count": "3",
        "reason": "shredded",
        **bureau.second(AUDITOR),
    }
    assert "Audit number" in keeper.send("/console/bureau/stock/destroy", **fields).text
    assert in_states(bureau) == {"in_stock": 94, "issued": 3, "destroyed": 3}
    ledger = keeper.get("/console/bureau/stock/movements").text
    assert [ledger.count(word) for word in ("came in", "to a station", "destroyed")] == [1, 1, 2]


def test_a_lot_that_is_sent_twice_comes_in_once(bureau: BureauConsole) -> None:
    fields = {"run": LOT, "note": "DN-17", "profile": "v3.00", **bureau.second(WITNESS)}
    keeper = bureau.enter(KEEPER)
    for expected in ("Audit number", "It stood so before"):
        assert expected in keeper.send("/console/bureau/stock/receive", **fields).text
    assert in_states(bureau) == {"in_stock": 100}


@pytest.mark.parametrize(
    ("changed", "status", "told"),
    [
        ({"run": "4F4E"}, 409, "is no serial of blanks"),
        ({"run": LOT.replace("100", "999999999999999")}, 409, "is no serial of blanks"),
        ({"profile": "v9"}, 422, "v9 cannot be taken"),
        ({"note": ""}, 422, "cannot be taken"),
        ({"second": KEEPER}, 403, "is alone"),
        ({"second": MAKER}, 403, "may not do the stock receipt"),
    ],
    ids=["serial", "too many", "profile", "note", "himself", "role"],
)
def test_a_receipt_that_cannot_be_taken(
    bureau: BureauConsole, changed: dict[str, str], status: int, told: str
) -> None:
    fields = {"run": LOT, "note": "DN-17", "profile": "v3.00", **bureau.second(WITNESS)}
    page = bureau.enter(KEEPER).send("/console/bureau/stock/receive", **{**fields, **changed})
    assert page.status_code == status
    assert told in page.text
    assert in_states(bureau) == {}


def test_a_destruction_of_another_count_is_refused(bureau: BureauConsole) -> None:
    received(bureau)
    fields = {"runs": "4F4E000000000001+2", "count": "3", "reason": "x", **bureau.second(AUDITOR)}
    page = bureau.enter(KEEPER).send("/console/bureau/stock/destroy", **fields)
    assert (page.status_code, "3 blanks are to be destroyed" in page.text) == (409, True)


def test_a_person_is_found_by_number_and_the_search_is_noted_masked(
    bureau: BureauConsole,
) -> None:
    batch = bureau.requested(size=2)
    person = application(bureau, key_of(bureau, batch, 1))
    page = bureau.enter(CLERK).send(
        "/console/bureau/applications/", number=f" {person.social_security_number} "
    )
    assert page.request.path == f"/console/bureau/applications/{key_of(bureau, batch, 1)}"
    assert person.name in page.text
    assert "batch.request" in page.text
    with reading(bureau.room.engine) as session:
        (noted,) = [
            one
            for one in audit_log.page(session, "office", limit=100).entries
            if one.event == "application.search"
        ]
        seen = audit_log.page(session, "371700", limit=1).entries[0]
    number = person.social_security_number
    assert noted.detail == {"found": 1, "number": f"{number[:6]}********{number[14:]}"}
    assert (seen.event, seen.by) == ("application.view", CLERK)


@pytest.mark.parametrize("number", ["11010519491231002X", "A00000003", "nobody", "%", "' OR 1=1"])
def test_a_search_without_a_find_is_noted_too(bureau: BureauConsole, number: str) -> None:
    page = bureau.enter(CLERK).send("/console/bureau/applications/", number=number)
    assert page.status_code == 200
    assert "Nothing was found" in page.text
    with reading(bureau.room.engine) as session:
        assert audit_log.page(session, "office", limit=1).entries[0].event == "application.search"


def test_a_card_leads_to_its_application_with_its_history(bureau: BureauConsole) -> None:
    bureau.closed()
    card = bureau.room.cards("371700-20261101-0001")[0]
    page = bureau.enter(AUDITOR).send("/console/bureau/applications/", number=card.number)
    for event in ("batch.approve", "card.prepare", "card.personalize", "batch.close"):
        assert event in page.text


def test_one_application_is_refused_and_its_batch_goes_on(bureau: BureauConsole) -> None:
    batch = bureau.requested(size=2)
    key, last = key_of(bureau, batch, 1), key_of(bureau, batch, 2)
    browser = bureau.enter(CHIEF)
    path = f"/console/bureau/applications/{key}/refuse"
    assert browser.send(path, reason=" ").status_code == 422
    browser.get("/console/bureau/")
    assert "Audit number" in browser.send(path, reason="deceased").text
    assert application(bureau, key).state is ApplicationState.REFUSED
    assert "It stood so before" in browser.send(path, reason="deceased").text
    page = browser.send(f"/console/bureau/applications/{last}/refuse", reason="deceased")
    assert (page.status_code, "reject the batch" in page.text) == (409, True)
    bureau.room.approve(batch)
    bureau.room.produce(batch)
    assert len(bureau.room.cards(batch)) == 1


def test_who_requested_a_batch_refuses_none_of_its_applications(bureau: BureauConsole) -> None:
    batch = bureau.requested(size=2)
    key = key_of(bureau, batch, 1)
    browser = bureau.enter(CLERK)
    page = browser.send(f"/console/bureau/applications/{key}/refuse", reason="deceased")
    assert page.status_code == 403
    bureau.give(CLERK, "approver")
    page = browser.send(f"/console/bureau/applications/{key}/refuse", reason="deceased")
    assert (page.status_code, "the same person did the request" in page.text) == (403, True)
    assert application(bureau, key).state is ApplicationState.IN_REVIEW


def test_two_administrators_reset_an_operator_who_gets_a_new_authenticator(
    bureau: BureauConsole,
) -> None:
    fields = {"name": MAKER, "password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    browser = bureau.enter(CHEN)
    page = browser.send("/console/bureau/operators/reset", **fields)
    assert page.status_code == 403
    page = browser.send("/console/bureau/operators/reset", **fields, **bureau.second(ZHOU))
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    uri = page.text.split('<pre tabindex="0">')[1].split("</pre>")[0].replace("&amp;", "&")
    bureau.desk.later(seconds=60)
    login = bureau.desk.browser()
    login.get("/console/login")
    now = bureau.desk.clock.at
    page = login.send(
        "/console/login", name=MAKER, password=NEW_PASSWORD, code=code(secret_in(uri), now)
    )
    assert page.status_code == 200
    assert page.request.path.startswith("/console/")
    assert "login" not in page.request.path


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"password_again": "another"}, 422),
        ({"password": "short", "password_again": "short"}, 409),
        ({"name": "Nobody"}, 404),
        ({"name": ""}, 404),
        ({"second": CHEN}, 403),
        ({"second": MAKER}, 403),
        ({"second_code": "000000"}, 403),
    ],
    ids=["typed otherwise", "short", "stranger", "nobody", "himself", "role", "code"],
)
def test_a_reset_that_is_refused_changes_nothing(
    bureau: BureauConsole, changed: dict[str, str], status: int
) -> None:
    with reading(bureau.room.engine) as session:
        before = operators.get(session, MAKER).password_hash
    fields = {"name": MAKER, "password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    fields |= bureau.second(ZHOU)
    page = bureau.enter(CHEN).send("/console/bureau/operators/reset", **{**fields, **changed})
    assert page.status_code == status
    assert NEW_PASSWORD not in page.text
    with reading(bureau.room.engine) as session:
        assert operators.get(session, MAKER).password_hash == before


def test_roles_rules_and_operators_are_changed_by_two(bureau: BureauConsole) -> None:
    browser = bureau.enter(CHEN)
    page = browser.client.post(
        "/console/bureau/operators/roles",
        data={
            "form_token": browser.token,
            "name": MAKER,
            "role": ["producer", "inspector"],
            **bureau.second(ZHOU),
        },
        follow_redirects=True,
    )
    assert "Audit number" in page.text
    fields = {"rule": "stock_limit", "value": "20", **bureau.second(ZHOU)}
    assert "Audit number" in browser.send("/console/bureau/operators/rule", **fields).text
    fields = {"name": "Xu", "display_name": "许", "role": "inspector", **bureau.second(ZHOU)}
    fields |= {"password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    assert "otpauth://" in browser.send("/console/bureau/operators/add", **fields).text
    fields = {"name": "Xu", **bureau.second(ZHOU)}
    assert "Audit number" in browser.send("/console/bureau/operators/disable", **fields).text
    with reading(bureau.room.engine) as session:
        given = operators.roles(session, [person_key(MAKER)])[person_key(MAKER)]
        assert given == {Role.PRODUCER, Role.INSPECTOR}
        assert rules.value(session, Rule.STOCK_LIMIT) == 20
        assert operators.get(session, "Xu").disabled_at is not None
    fields = {"rule": "nothing", "value": "20", **bureau.second(ZHOU)}
    assert browser.send("/console/bureau/operators/rule", **fields).status_code == 422


def test_the_trail_is_read_by_chain_and_subject(bureau: BureauConsole) -> None:
    batch = bureau.requested()
    page = bureau.enter(AUDITOR).get(f"/console/bureau/trail/?chain=371700&subject=batch+{batch}")
    assert "batch.request" in page.text
    assert "file.book" not in page.text


def test_the_chains_are_checked_in_parts_and_a_break_is_an_alarm(bureau: BureauConsole) -> None:
    bureau.closed()
    with transaction(bureau.room.engine) as session:
        steps = [audit_check.advance(session, by=AUDITOR, at=NOW, part=25).state]
        while steps[-1] == audit_check.GOING:
            steps.append(audit_check.advance(session, by=AUDITOR, at=NOW, part=25).state)
    assert steps[-1] == audit_check.WHOLE
    assert len(steps) >= 3
    browser = bureau.enter(AUDITOR)
    assert "never checked" not in browser.get("/console/bureau/").text
    with transaction(bureau.room.engine) as session:
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        change = "UPDATE audit_entry SET by = 'Nobody' WHERE chain = '371700' AND number = 5"
        session.execute(text(change))
    page = browser.send("/console/bureau/trail/check")
    assert "The audit trail 371700 is broken: entry 5 is changed." in page.text
    overview = browser.get("/console/bureau/").text
    assert 'data-code="audit-broken"' in overview
