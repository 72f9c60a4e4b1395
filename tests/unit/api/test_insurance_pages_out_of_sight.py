"""Every address of the insurances, asked by a clerk of another province: nothing personal comes.

The table of routes is the program's own, so that a page that is added is asked as well.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.matters import bundles, decision, presence, reception
from api.services.matters.errors import CardNeededError
from api.services.matters.models import Bundle, Matter
from api.services.people.errors import PersonOutOfSightError
from api.services.people.models import InsuredPerson
from issuance import cards
from issuance.book_errors import NotFoundError
from issuance.counter.models import CounterTicket
from issuance.database import reading, transaction
from issuance.models import AuditEntry
from issuance.states import CardState
from tests.console import CLERK, Browser, Console
from tests.insurance_console import STRANGER, insurance_console

RETIRE, BUNDLE = "old_age.retire", "b" * 32
MATTER = bundles.matter_id(BUNDLE, RETIRE)
# Right for every form that there is: what is refused is refused for the clerk.
FORM = {
    "identity": "yes",
    "month": "2026-10",
    "question": "retirement",
    "category": "male",
    "reason": "-",
    "how": "later",
    "event": "withdraw",
    "to": "510104000000",
    "ticket": "c" * 32,
}


@pytest.fixture(name="opened", scope="module")
def _opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with insurance_console(tmp_path_factory.mktemp("sight")) as opened:
        yield opened


def holder(session: Session) -> InsuredPerson:
    return session.scalars(select(InsuredPerson)).one()


def routes(opened: Console, visit: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Method, address and form of everything about the holder and what is open for him."""
    adapter = opened.app.url_map.bind("localhost")
    with reading(opened.team.engine) as session:
        matter = session.get_one(Matter, MATTER)
        digest = decision.propose(session, matter, by=CLERK, at=opened.clock.at).digest
    values = {"visit": visit, "number": opened.numbers[0], "matter": MATTER, "bundle": BUNDLE}
    for rule in opened.app.url_map.iter_rules():
        if not rule.endpoint.startswith("console.insurance."):
            continue
        kind = "retirement" if ".bundles." in rule.endpoint else RETIRE
        given = {name: {**values, "kind": kind}[name] for name in rule.arguments}
        address = adapter.build(rule.endpoint, given)
        form = {**FORM, "digest": digest, f"digest.{MATTER}": digest, "matter": MATTER}
        if "visit" in rule.arguments:
            form |= {"matter": "d" * 32, "bundle": "e" * 32}
        for method in ("GET", "POST"):
            if method in (rule.methods or ()):
                yield method, address, form


def state(opened: Console) -> list[object]:
    """What would be otherwise if anything had been done; the trail of looks among it."""
    with reading(opened.team.engine) as session:
        counts = [session.scalar(select(func.count()).select_from(one)) for one in (Matter, Bundle)]
        events = session.scalars(
            select(AuditEntry.event).where(AuditEntry.event.not_like("session.%"))
        ).all()
        return [*counts, session.get_one(Matter, MATTER).state, len(events)]


def ask(browser: Browser, method: str, address: str, form: dict[str, str]) -> tuple[int, str]:
    answer = (
        browser.client.get(address)
        if method == "GET"
        else browser.client.post(address, data={"form_token": browser.token, **form})
    )
    return answer.status_code, answer.text


@pytest.fixture(name="received", scope="module")
def _received(opened: Console) -> Console:
    """A bundle of the holder was received, and waits at his county's office."""
    browser = opened.logged_in()
    visit = opened.visit(browser, opened.numbers[0])
    with transaction(opened.team.engine) as session:
        bundles.open_bundle(
            session,
            BUNDLE,
            "retirement",
            person=holder(session).number,
            raw={"month": "2026-10"},
            by=CLERK,
            at=opened.clock.at,
            visit=visit,
        )
    return opened


def test_no_form_is_taken_that_none_of_our_pages_sent(received: Console) -> None:
    browser = received.logged_in()
    visit = received.visit(browser, received.numbers[0])
    before = state(received)
    for method, address, form in routes(received, visit):
        if method == "POST":
            answer = browser.client.post(address, data=form)
            assert (address, answer.status_code) == (address, 403)
            elsewhere = {"Sec-Fetch-Site": "cross-site"}
            data = {"form_token": browser.token, **form}
            answer = browser.client.post(address, data=data, headers=elsewhere)
            assert (address, answer.status_code) == (address, 403)
    assert state(received) == before


def test_nothing_is_received_in_another_clerks_visit(received: Console) -> None:
    opened = received
    visit = opened.visit(opened.logged_in(), opened.numbers[0])
    more = {"by": STRANGER, "at": opened.clock.at}
    with transaction(opened.team.engine) as session:
        more["person"] = holder(session).number
        raw = {"month": "2026-10"}
        with pytest.raises(NotFoundError):
            reception.receive(session, "f" * 32, RETIRE, raw=raw, visit=visit, **more)
        raw = {"from_month": "2026-11", "wage": "5000"}
        with pytest.raises(PersonOutOfSightError):  # nor without any: it would open the record
            reception.receive(session, "f" * 32, "enrolment.base", raw=raw, **more)


@pytest.mark.parametrize("lost", [CardState.LOST, CardState.SUSPENDED, CardState.REPLACED])
def test_a_card_that_was_lost_since_is_no_proof(received: Console, lost: CardState) -> None:
    opened = received
    visit = opened.visit(opened.logged_in(), opened.numbers[0])
    with reading(opened.team.engine) as session:
        number, at = holder(session).number, opened.clock.at
        ticket = session.get_one(CounterTicket, visit)
        assert presence.presence_in(session, visit, number, clerk="ｌiu", at=at)
        assert not presence.presence_in(session, visit, number, clerk=STRANGER, at=at)
        assert not presence.presence_in(session, visit, "11010519491231002X", clerk=CLERK, at=at)
        assert not presence.presence_in(session, visit, number, clerk=CLERK, at=ticket.expires_at)
        cards.get(session, opened.numbers[0]).state = lost
        assert not presence.presence_in(session, visit, number, clerk=CLERK, at=at)
        with pytest.raises(CardNeededError):
            reception.receive(
                session,
                "f" * 32,
                RETIRE,
                person=number,
                raw={"month": "2026-10"},
                by=CLERK,
                at=at,
                visit=visit,
            )


@pytest.mark.parametrize("shown", [False, True], ids=["not-shown", "long-ago"])
def test_a_clerk_of_another_province_gets_nothing_and_does_nothing(
    received: Console, shown: bool
) -> None:
    opened = received
    stranger = opened.logged_in(STRANGER)
    visit = opened.visit(stranger, opened.numbers[0] if shown else None)
    opened.later(minutes=11)  # where the card was shown: the visit is over
    stranger.get("/console/desk")
    with reading(opened.team.engine) as session:
        person = holder(session)
    personal = person.name, person.number, person.number[6:14], person.number[-4:]
    before = state(opened)
    asked = list(routes(opened, visit))
    assert len(asked) >= 22
    for method, address, form in asked:
        status, text = ask(stranger, method, address, form)
        expected = 200 if address == "/console/insurance" else 409
        assert (method, address, status) == (method, address, expected)
        assert not [word for word in personal if word in text], address
        assert "matter-elsewhere" not in text
    assert state(opened) == before
