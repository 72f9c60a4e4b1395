"""`onecard bureau mandate`, `history` and `reads`: the counter's book from the command line."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from issuance import cards
from issuance.cli import bureau
from issuance.counter.action_table import Action
from issuance.models import AuditEntry
from issuance.roles import Role
from onecard.console import Exit
from onecard.settings import Settings
from tests.bureau import CLERK
from tests.counter_book import DESK, CounterBook, counter_book
from tests.staff import CHEN
from tests.staffed_office import staffed_office

AGENT = "11010519491231002X"
WEEK = timedelta(days=7)


class Desk:
    """The command over a book with cards that were at counters."""

    def __init__(self, folder: Path, book: CounterBook) -> None:
        self.folder, self.book = folder, book
        self.holder: str = book.look(lambda s: cards.get(s, book.number).social_security_number)
        self.language = "en"

    def run(self, *arguments: object) -> Result:
        settings = Settings(
            database=str(self.folder / "book.sqlite3"),
            keys=self.folder / "none.json",
            session=self.folder / "session",
            operator=CLERK,
            language=self.language,
        )
        return CliRunner().invoke(bureau, [*map(str, arguments)], obj=settings)

    def json(self, *arguments: object) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exit_code == Exit.OK, result.stderr
        return json.loads(result.stdout)

    def grant(self, *more: object) -> Any:
        return self.json("mandate", "add", self.holder, *GRANT, *self.until(), *more)

    def until(self) -> tuple[str, str]:
        return "--until", f"{datetime.now(UTC) + WEEK:%Y-%m-%d}"

    def noted(self, event: str) -> list[tuple[str, Any]]:
        wanted = select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.number)
        return self.book.look(
            lambda s: [(one.subject, json.loads(one.detail)) for one in s.scalars(wanted)]
        )


GRANT: tuple[str, ...] = (
    *("--agent", "李四", "--agent-number", AGENT, "--relation", "daughter"),
    *("--action", "loss_temporary", "--action", "update"),
)
LOOK = ("--purpose", "complaint")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with counter_book(tmp_path) as book:
        yield Desk(tmp_path, book)


def test_a_mandate_is_granted_listed_and_revoked(desk: Desk) -> None:
    granted = desk.grant()
    assert (granted["state"], granted["actions"]) == ("valid", ["loss_temporary", "update"])
    listed = desk.json("mandate", "list", desk.holder, *LOOK)["mandates"]
    assert [(one["mandate"], one["agent"]) for one in listed] == [(granted["mandate"], "李四")]
    assert desk.json("mandate", "revoke", granted["mandate"])["changed"] is True
    again = desk.json("mandate", "revoke", granted["mandate"])
    assert (again["changed"], again["state"], again["revoked_by"]) == (False, "revoked", CLERK)


def test_what_was_granted_serves_at_a_counter(desk: Desk) -> None:
    mandate = desk.grant()["mandate"]
    book = desk.book
    book.at = datetime.now(UTC)
    ticket = book.begin(Action.LOSS_TEMPORARY, book.visit(), number=book.number, mandate=mandate)
    book.carry_out(ticket)
    assert book.state() == "suspended"


def test_a_person_reads_the_mandates_in_his_language(desk: Desk) -> None:
    desk.grant()
    shown = desk.run("mandate", "list", desk.holder, *LOOK).stdout
    assert "valid" in shown
    assert "daughter: temporary loss report, change of data on the card" in shown
    desk.language = "zh"
    assert "临时挂失、变更卡内信息" in desk.run("mandate", "list", desk.holder, *LOOK).stdout


def test_the_same_mandate_twice_is_one(desk: Desk) -> None:
    first = desk.grant("--id", "a" * 32)
    assert desk.grant("--id", "a" * 32)["mandate"] == first["mandate"]
    assert len(desk.json("mandate", "list", desk.holder, *LOOK)["mandates"]) == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--agent-number", "1"), "parameter"),
        (("--until", "2020-01-01"), "parameter"),
        (("--relation", ""), "parameter"),
    ],
    ids=["number", "day", "relation"],
)
def test_a_mandate_that_cannot_be_is_refused(more: tuple[str, ...], code: str, desk: Desk) -> None:
    result = desk.run("mandate", "add", desk.holder, *GRANT, *desk.until(), *more, "--json")
    assert (result.exit_code, result.stdout) == (Exit.STATE, "")
    assert json.loads(result.stderr)["error"]["code"] == code


def test_an_action_that_nobody_does_for_another_is_none_of_the_choices(desk: Desk) -> None:
    result = desk.run(
        "mandate", "add", desk.holder, *GRANT, *desk.until(), "--action", "pin_change"
    )
    assert result.exit_code == Exit.USAGE


def test_a_mandate_that_is_not_there(desk: Desk) -> None:
    assert desk.run("mandate", "revoke", "none").exit_code == Exit.NOT_FOUND


def test_the_history_of_a_card_tells_trail_presences_and_tickets(desk: Desk) -> None:
    desk.book.shown()
    shown = desk.json("history", desk.book.number, *LOOK)
    assert "card.activate" in [one["event"] for one in shown["events"]]
    assert [(one["desk"], one["clerk"]) for one in shown["presences"]] == [(DESK, CLERK)]
    assert [one["action"] for one in shown["tickets"]] == ["visit"]
    text = desk.run("history", desk.book.number, *LOOK).stdout
    assert "card.activate" in text
    assert DESK in text


def test_a_look_is_noted_in_the_trail_of_the_card(desk: Desk) -> None:
    desk.json("history", desk.book.number, *LOOK)
    detail = {"purpose": "complaint", "what": "history"}
    assert desk.noted("card.look") == [(f"card {desk.book.number}", detail)]
    newest = desk.json("history", desk.book.number, *LOOK, "--most", 1)["events"]
    assert [(one["event"], one["by"]) for one in newest] == [("card.look", CLERK)]


def test_who_read_my_card_tells_the_desk_and_not_the_clerk(desk: Desk) -> None:
    desk.book.shown()
    result = desk.run("reads", desk.holder, *LOOK, "--json")
    (read,) = json.loads(result.stdout)["reads"]
    assert (read["card"], read["desk"], read["purpose"]) == (desk.book.number, DESK, "pension")
    assert CLERK not in result.stdout
    assert desk.book.number in desk.run("reads", desk.holder, *LOOK).stdout


def test_looks_at_a_person_are_noted_without_his_number(desk: Desk) -> None:
    desk.json("reads", desk.holder, *LOOK)
    desk.json("mandate", "list", desk.holder, *LOOK)
    desk.json("reads", AGENT, *LOOK)
    assert desk.noted("counter.search") == [
        ("looking at reads", {"purpose": "complaint", "found": 1}),
        ("looking at mandates", {"purpose": "complaint", "found": 1}),
        ("looking at reads", {"purpose": "complaint", "found": 0}),
    ]
    assert len(desk.noted("card.look")) == 2


@pytest.mark.parametrize(
    "command", [("history", "A"), ("reads", AGENT), ("mandate", "list", AGENT)]
)
def test_nobody_looks_without_a_purpose(command: tuple[str, ...], desk: Desk) -> None:
    assert desk.run(*command).exit_code == Exit.USAGE
    assert desk.run(*command, "--purpose", " ").exit_code in {Exit.STATE, Exit.NOT_FOUND}
    assert desk.noted("counter.search") == []


def test_a_number_that_is_nobody_s_is_told(desk: Desk) -> None:
    result = desk.run("reads", "1", *LOOK, "--json")
    assert json.loads(result.stderr)["error"]["code"] == "parameter"
    assert desk.run("history", "A00000000", *LOOK).exit_code == Exit.NOT_FOUND


@pytest.mark.parametrize(
    "command",
    [
        ("history", "A00000011", *LOOK),
        ("reads", AGENT, *LOOK),
        ("mandate", "list", AGENT, *LOOK),
        ("mandate", "add", AGENT, *GRANT, "--until", "2099-12-31"),
        ("mandate", "revoke", "x"),
    ],
    ids=["history", "reads", "list", "add", "revoke"],
)
def test_only_a_clerk_of_the_counter_may(command: tuple[str, ...], tmp_path: Path) -> None:
    with staffed_office(tmp_path) as office:
        assert office.run(*command).exit_code == Exit.REFUSED  # nobody is logged in
        office.enter(CHEN)
        refused = office.run(*command)
        assert (refused.exit_code, "counter clerk" in refused.stderr) == (Exit.STATE, True)
        office.team.hire(CLERK, Role.COUNTER_CLERK)
        office.enter(CLERK)
        assert "counter clerk" not in office.run(*command).stderr


@pytest.mark.parametrize(
    "name", ["mandate add", "mandate list", "mandate revoke", "history", "reads"]
)
def test_every_help_has_an_example(name: str, desk: Desk) -> None:
    assert f"onecard bureau {name} " in desk.run(*name.split(), "--help").stdout
