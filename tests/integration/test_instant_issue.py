"""One application to a card in hand: one command, two people, and again after any cut."""

import csv
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from crypto.keystore import create_issuer_keys
from hardware_sim.card.card import Card
from issuance import audit, batches, cards
from issuance.book_errors import BookError, DutyError
from issuance.cli import bureau as command
from issuance.database import reading, transaction
from issuance.inspection_faults import InspectionError
from issuance.instant_errors import NotOneRowError, RefusedApplicationError
from issuance.instant_issue import Counter, Done, Request, Stage
from issuance.intake.columns import HEADERS
from issuance.issuer_keys import issuer_keys
from issuance.key_use import enable_keys
from issuance.key_use_errors import KeysNotEnabledError
from issuance.printed_codes import Codes, on_pictures, scanned
from issuance.roles import Role
from issuance.states import CardState
from onecard.console import Exit
from onecard.settings import Settings
from reader.card_profile.profiles import PROFILES
from reader.errors import CardRemovedError
from reader.global_platform import GpIns
from tests import portraits
from tests.bureau import CHIEF, CLERK, NOW, TODAY, Bureau
from tests.card_on_a_port import served
from tests.desk import PASSPHRASE, Desk, counter_bytes
from tests.people import people
from tests.staff import staff
from tests.workshop import Cut, Line, desk_in, empty_bureau, slot

STAGES = [*Stage]


class Office:
    """A counter with a printer that draws into a folder."""

    def __init__(self, office: Bureau, desk: Desk, folder: Path) -> None:
        self.office, self.desk, self.folder = office, desk, folder
        self.out = folder / "print"
        self.random = counter_bytes(5)

    def file(self, count: int = 1, **changed: str) -> Path:
        """A bureau file of so many people."""
        rows = [[*row] for row in people(count, seed=1, on=TODAY)]
        for row in rows:
            row[14:17] = "0", "", ""
            for name, value in changed.items():
                row[HEADERS.index(name)] = value
        text = io.StringIO(newline="")
        csv.writer(text).writerows([HEADERS, *rows])
        path = self.folder / f"{count}{''.join(changed.values())}.csv"
        path.write_bytes(text.getvalue().encode("gb18030"))
        return path

    def issue(
        self,
        line: Line,
        file: Path | None = None,
        *,
        by: str = CLERK,
        second: str = CHIEF,
        codes: Codes | None = None,
    ) -> list[Done]:
        """Everything that `onecard bureau issue` does."""
        counter = Counter(
            engine=self.office.engine,
            store=self.desk.store,
            profile=self.desk.profile.name,
            by=by,
            second=second,
            clock=lambda: NOW,
            random=self.random,
            station="counter",
            out=self.out,
            codes=codes or on_pictures(self.out),
        )
        request = Request.of(file or self.file(), on=TODAY)
        return list(counter.issue(request, slot(line)))

    def state(self, number: str) -> CardState:
        with reading(self.office.engine) as session:
            return cards.get(session, number).state


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with empty_bureau(tmp_path, "international") as opened:
        yield Office(opened, desk_in(tmp_path, "international"), tmp_path)


def test_a_person_leaves_the_counter_with_a_card_in_use(office: Office) -> None:
    done = office.issue(Line(office.desk.blank()))
    assert [one.stage for one in done] == STAGES
    assert office.state(done[-1].what) is CardState.ACTIVE
    assert (office.out / f"{done[-1].what}-qr.png").exists()


def test_the_same_again_makes_no_second_card(office: Office) -> None:
    line = Line(office.desk.blank())
    first = office.issue(line)
    sent = len(line.sent)
    again = office.issue(line)
    assert [one.what for one in again] == [one.what for one in first]
    assert all(one.before for one in again if one.stage is not Stage.PRINTED)
    assert len(line.sent) == sent


CUTS = [
    Cut(0),
    Cut(60),
    Cut(0, GpIns.PUT_KEY),
    Cut(0, GpIns.SET_STATUS),
    Cut(1, GpIns.SET_STATUS),
]


@pytest.mark.parametrize("cut", CUTS)
def test_cut_anywhere_the_same_command_goes_on(office: Office, cut: Cut) -> None:
    chip = office.desk.blank()
    with pytest.raises(CardRemovedError):
        office.issue(Line(chip, cut))
    done = office.issue(Line(chip))
    assert office.state(done[-1].what) is CardState.ACTIVE
    with reading(office.office.engine) as session:
        audit.verify(session)


def test_cut_off_before_the_scan_it_goes_on_with_the_inspection(office: Office) -> None:
    line = Line(office.desk.blank())
    with pytest.raises(InspectionError):
        office.issue(line, codes=lambda number: [])
    done = office.issue(Line(line.card))
    assert [one.before for one in done] == [True, True, True, True, False, False, False]


def test_a_card_with_anothers_print_does_not_leave_the_counter(office: Office) -> None:
    with pytest.raises(InspectionError, match="no card record"):
        office.issue(Line(office.desk.blank()), codes=scanned("OC1:A"))


def test_nobody_approves_his_own_request(office: Office) -> None:
    with pytest.raises(DutyError):
        office.issue(Line(office.desk.blank()), by=CLERK, second=CLERK)


def test_the_second_person_cannot_change_places_in_the_middle(office: Office) -> None:
    chip = office.desk.blank()
    with pytest.raises(CardRemovedError):
        office.issue(Line(chip, Cut(60)))
    with pytest.raises(BookError):
        office.issue(Line(chip), by=CHIEF, second=CLERK)


def test_an_application_that_the_intake_refuses_is_told_and_not_booked(office: Office) -> None:
    with pytest.raises(RefusedApplicationError, match="11 digits"):
        office.issue(Line(office.desk.blank()), office.file(联系手机="12"))
    assert [one.stage for one in office.issue(Line(office.desk.blank()))] == STAGES


def test_two_applications_are_a_batch(office: Office) -> None:
    with pytest.raises(NotOneRowError):
        office.issue(Line(office.desk.blank()), office.file(2))


FIELDS = (
    ("--social-security-number", "11010519491231002X"),
    ("--name", "张三"),
    ("--ethnic-group", "01"),
    ("--birthplace", "110105"),
    ("--mobile", "13800000000"),
    ("--registered-address", "幸福路290号"),
    ("--residence-region", "110105"),
    ("--residence-address", "人民街道16号"),
    ("--insurance-region", "371700"),
    ("--person-category", "10"),
    ("--bank", "10001"),
)


def run(office: Office, *arguments: object, typed: str | None = None) -> Result:
    """`onecard bureau issue`."""
    settings = Settings(
        database=str(office.folder / "book.sqlite3"),
        keys=office.folder / "keys.json",
        keys_passphrase=PASSPHRASE,
        profile="international",
        language="en",
    )
    people_here = ("--operator", CLERK, "--second", CHIEF)
    return CliRunner().invoke(
        command,
        ["issue", *people_here, "--out", str(office.out), *map(str, arguments)],
        obj=settings,
        input=typed,
    )


@contextmanager
def reader_with(card: Card) -> Iterator[tuple[str, str]]:
    with served(card) as address:
        yield "--tcp", address


def test_an_application_may_be_typed_as_options(office: Office) -> None:
    fields = [part for pair in FIELDS for part in pair]
    with reader_with(office.desk.blank()) as reader:
        told = run(office, *reader, *fields, "--json")
        again = run(office, *reader, *fields, "--json")
    assert (told.exit_code, again.exit_code) == (Exit.OK, Exit.OK), told.stderr
    result: dict[str, Any] = json.loads(told.stdout)
    assert json.loads(again.stdout) == result
    assert office.state(result["active"]) is CardState.ACTIVE


def test_the_code_on_the_printed_card_may_come_from_a_scanner(office: Office) -> None:
    with reader_with(office.desk.blank()) as reader:
        told = run(office, *reader, "--file", office.file(), "--scan", typed="OC1:WRONG\n")
        assert (told.exit_code, "Print card A" in told.stderr) == (Exit.CARD, True)
        assert "carries no card record" in told.stderr


def test_what_is_missing_or_wrong_is_told(office: Office) -> None:
    card = ("--tcp", "127.0.0.1:1")
    for arguments, code, said in (
        ((), Exit.USAGE, "--reader or --tcp"),
        (card, Exit.USAGE, "--file or the fields"),
        ((*card, "--file", "none.csv"), Exit.BAD_INPUT, "no file none.csv"),
        (("--tcp", "nowhere", "--name", "x"), Exit.USAGE, "nowhere"),
        ((*card, "--name", "张三"), Exit.BAD_INPUT, "18 characters"),
        ((*card, "--name", "x", "--file", os.devnull), Exit.USAGE, "not both"),
    ):
        told = run(office, *arguments)
        assert (told.exit_code, said in told.output) == (code, True), told.output


def test_a_photo_against_the_rules_is_told_before_anything_is_booked(office: Office) -> None:
    # Booked, the number would be taken, and a better photo a second application for it.
    photo = office.folder / "small.jpg"
    photo.write_bytes(portraits.photo(Image.new("RGB", (200, 300), "white")))
    file = office.file()
    told = run(office, "--tcp", "127.0.0.1:1", "--file", file, "--photo", photo)
    assert told.exit_code == Exit.BAD_INPUT
    assert "358" in told.stderr
    assert "onecard bureau photo FILE" in told.stderr
    with reading(office.office.engine) as session:
        assert batches.listing(session) == []


def test_no_card_to_reach_is_told_and_the_number_is_kept(office: Office) -> None:
    told = run(office, "--tcp", "127.0.0.1:1", "--file", office.file())
    assert told.exit_code == Exit.CARD
    assert told.stderr.splitlines()[-1].startswith("onecard: The card cannot be reached.")


def test_with_operators_their_roles_and_enabled_keys_are_wanted(tmp_path: Path) -> None:
    """Two people with the roles of a counter, and two custodians, for one card."""
    with staff(tmp_path) as team:
        create_issuer_keys(team.store, issuer_keys(PROFILES["international"]))
        desk = Desk(team.store, PROFILES["international"])
        office = Office(Bureau(team.engine), desk, tmp_path)
        team.hire(CLERK, Role.COUNTER_CLERK, Role.PRODUCER)
        team.hire(CHIEF, Role.APPROVER, Role.INSPECTOR)
        team.hire("Gao", Role.KEY_CUSTODIAN)
        team.hire("Xu", Role.KEY_CUSTODIAN)
        line = Line(desk.blank())
        with pytest.raises(DutyError):
            office.issue(line, by="Gao")
        with pytest.raises(KeysNotEnabledError, match="not enabled") as refused:
            office.issue(line)
        with transaction(team.engine) as session:
            enable_keys(session, refused.value.batch_id, by="Gao", second="Xu", at=NOW)
        done = office.issue(line)
        assert office.state(done[-1].what) is CardState.ACTIVE
