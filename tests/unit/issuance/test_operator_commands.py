"""`onecard bureau login` and `operators` from the outside, and every command behind them."""

import csv
import io
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance.cli import bureau
from issuance.database import reading
from issuance.intake.columns import HEADERS
from issuance.people import operators
from issuance.people.command_roles import ASK_THEMSELVES, COMMAND_ROLES
from issuance.roles import Role
from onecard.console import Exit
from tests.bureau import CHIEF, CLERK, MAKER, TODAY, Bureau, rows
from tests.command_tree import leaves
from tests.staff import CHEN, PASSWORD, SUN, ZHOU, secret_in
from tests.staffed_office import StaffedOffice, staffed_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[StaffedOffice]:
    with staffed_office(tmp_path) as opened:
        yield opened


def _file(folder: Path) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADERS, *(map(str, row) for row in rows(2))])
    path = folder / "people.csv"
    path.write_bytes(text.getvalue().encode("gb18030"))
    return path


def test_nobody_logged_in_changes_nothing(office: StaffedOffice) -> None:
    result = office.run("import", _file(office.folder), "--date", TODAY, "--operator", CHEN)
    assert result.exit_code == Exit.REFUSED
    assert "onecard bureau login NAME" in result.stderr


def test_reading_takes_no_login(office: StaffedOffice) -> None:
    for command in (["list"], ["audit"], ["operators", "list"], ["operators", "rule"]):
        assert office.run(*command).exit_code == Exit.OK


def test_the_command_acts_for_who_is_logged_in(office: StaffedOffice) -> None:
    office.team.hire(CLERK, Role.INTAKE_CLERK)
    assert office.login(CLERK).exit_code == Exit.OK
    result = office.run("import", _file(office.folder), "--date", TODAY, "--json")
    assert result.exit_code == Exit.OK, result.stderr
    batch = json.loads(result.stdout)["batch"]
    status = json.loads(office.run("status", batch, "--json").stdout)
    assert status["requested_by"] == CLERK


def test_another_name_than_that_of_the_login_is_refused(office: StaffedOffice) -> None:
    office.team.hire(CLERK, Role.INTAKE_CLERK)
    office.enter(CLERK)
    result = office.run("approve", "371700-20261101-0001", "--operator", CHIEF)
    assert (result.exit_code, "login Li" in result.stderr) == (Exit.REFUSED, True)


def test_a_login_without_the_role_is_refused(office: StaffedOffice) -> None:
    office.team.hire(CLERK, Role.INTAKE_CLERK)
    office.enter(CLERK)
    for command in (["produce", "x"], ["personalize", "x", "--reader", "r"], ["erase", "x"]):
        result = office.run(*command)
        assert (result.exit_code, "takes the role" in result.stderr) == (Exit.STATE, True)


def test_the_token_is_for_its_owner_alone_and_gone_after_logout(office: StaffedOffice) -> None:
    office.login(CHEN)
    place = office.settings().session
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert office.run("logout").exit_code == Exit.OK
    assert not place.exists()
    assert office.run("logout").exit_code == Exit.OK


@pytest.mark.skipif(os.name != "posix", reason="files have no modes here")
def test_a_token_that_others_can_read_is_not_used(office: StaffedOffice) -> None:
    office.enter(CHEN)
    office.settings().session.chmod(0o640)
    result = office.run("operators", "disable", SUN)
    assert (result.exit_code, "read by others" in result.stderr) == (Exit.REFUSED, True)


def test_a_login_ends_the_one_before_it_at_this_desk(office: StaffedOffice) -> None:
    office.login(CHEN)
    earlier = office.settings().session.read_text()
    assert office.login(ZHOU).exit_code == Exit.OK
    office.settings().session.write_text(earlier)
    assert office.run("operators", "disable", SUN).exit_code == Exit.REFUSED


def test_a_wrong_password_is_refused_without_saying_so(office: StaffedOffice) -> None:
    wrong = office.password_file(CHEN, password="not the right one")  # noqa: S106
    result = office.run("login", CHEN, "--password-file", wrong)
    assert result.exit_code == Exit.REFUSED
    assert "Name, password or code" in result.stderr


def test_where_nobody_can_type_a_login_says_so(office: StaffedOffice) -> None:
    result = office.run("login", CHEN)
    assert (result.exit_code, "nobody to ask" in result.stderr) == (Exit.USAGE, True)


def test_a_missing_password_file_is_named(office: StaffedOffice) -> None:
    result = office.run("login", CHEN, "--password-file", office.folder / "none")
    assert (result.exit_code, "none" in result.stderr) == (Exit.STORAGE, True)


def test_the_second_administrator_proves_who_he_is_on_the_spot(office: StaffedOffice) -> None:
    office.login(CHEN)
    add = ("operators", "add", "Li", "--role", "approver", "--password-file", _password(office))
    alone = office.run(*add)
    assert (alone.exit_code, "takes two people" in alone.stderr) == (Exit.STATE, True)
    named = office.run(*add, "--second", ZHOU)
    assert named.exit_code == Exit.USAGE  # nobody typed a password for him
    made = office.run(*add, "--second", ZHOU, "--json", second=ZHOU)
    assert made.exit_code == Exit.OK, made.stderr
    office.team.secrets["Li"] = secret_in(json.loads(made.stdout)["otpauth"])
    assert office.login("Li").exit_code == Exit.OK


def _password(office: StaffedOffice) -> Path:
    path = office.folder / "new-password"
    path.write_text(PASSWORD)
    return path


def test_operators_are_changed_reset_and_disabled_by_command(office: StaffedOffice) -> None:
    office.team.hire("Li", Role.APPROVER)
    office.enter(CHEN)
    two = ("--second", ZHOU)
    roles = office.run("operators", "roles", "Li", "--role", "producer", *two, second=ZHOU)
    reset = office.run(
        "operators", "reset", "Li", "--password-file", _password(office), *two, second=ZHOU
    )
    assert (roles.exit_code, reset.exit_code) == (Exit.OK, Exit.OK), reset.stderr
    assert reset.stdout.startswith("otpauth://totp/onecard:Li?secret=")
    two = ("--second", SUN)
    assert office.run("operators", "disable", "Li", *two, second=SUN).exit_code == Exit.OK
    listed = json.loads(office.run("operators", "list", "--json").stdout)["operators"]
    assert [(one["name"], one["state"], one["roles"]) for one in listed] == [
        ("Chen", "active", ["administrator"]),
        ("Li", "disabled", ["producer"]),
        ("Sun", "active", ["administrator"]),
        ("Zhou", "active", ["administrator"]),
    ]
    assert "Li               disabled  producer" in office.run("operators", "list").stdout


def test_rules_are_shown_and_set(office: StaffedOffice) -> None:
    office.enter(CHEN)
    office.run("operators", "rule", "idle_minutes", "30", "--second", ZHOU, second=ZHOU)
    shown = json.loads(office.run("operators", "rule", "--json").stdout)
    assert shown["idle_minutes"] == 30
    told = office.run("operators", "rule", "idle_minutes").stdout
    assert told.split()[:2] == ["idle_minutes", "30"]


def test_custodians_enable_keys_by_command(office: StaffedOffice) -> None:
    for name, role in ((CLERK, Role.INTAKE_CLERK), (CHIEF, Role.APPROVER)):
        office.team.hire(name, role)
    for name in ("Wu", "Zheng"):
        office.team.hire(name, Role.KEY_CUSTODIAN)
    desk = Bureau(office.team.engine)
    batch = desk.request(rows(1))
    desk.approve(batch)
    office.enter("Wu")
    result = office.run("enable-keys", batch, "--second", "Zheng", second="Zheng")
    assert (result.exit_code, "Keys enabled" in result.stderr) == (Exit.OK, True)


def test_a_new_book_takes_its_first_administrators_by_command(tmp_path: Path) -> None:
    with staffed_office(tmp_path) as office:
        office.team.engine.dispose()
        (tmp_path / "book.sqlite3").unlink()
        add = ("--role", "administrator", "--password-file", _password(office), "--json")
        assert office.run("login", CHEN).exit_code == Exit.STORAGE  # no book yet
        first = office.run("operators", "add", CHEN, *add)
        assert first.exit_code == Exit.OK, first.stderr
        office.team.secrets[CHEN] = secret_in(json.loads(first.stdout)["otpauth"])
        assert office.run("operators", "add", ZHOU, *add).exit_code == Exit.REFUSED
        assert office.login(CHEN).exit_code == Exit.OK
        assert office.run("operators", "add", ZHOU, *add).exit_code == Exit.OK


def test_a_book_without_operators_trusts_names(tmp_path: Path) -> None:
    with staffed_office(tmp_path) as office:
        office.team.engine.dispose()
        (tmp_path / "book.sqlite3").unlink()
        batch = json.loads(
            office.run("import", _file(tmp_path), "--operator", CLERK, "--json").stdout
        )["batch"]
        assert "no operators" in office.run("operators", "list").stderr
        approved = office.run("approve", batch, "--operator", CHIEF, "--second", MAKER)
        assert approved.exit_code == Exit.OK


def test_every_command_that_changes_the_book_says_whose_it_is() -> None:
    changing = {
        " ".join(["bureau", *name.split()][-2:])
        for name, command in leaves(bureau)
        if any(parameter.name == "operator" for parameter in command.params)
    }
    assert "bureau approve" in changing
    assert changing - set(COMMAND_ROLES) - ASK_THEMSELVES == set()


def test_the_first_login_brings_an_old_hash_up_to_date(office: StaffedOffice) -> None:
    office.login(CHEN)
    with reading(office.team.engine) as session:
        assert "m=65536,t=3,p=4" in operators.get(session, CHEN).password_hash
