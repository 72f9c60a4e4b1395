"""`onecard clients` from the outside, and what the service makes of its keys."""

import json

import pytest
from click.testing import CliRunner, Result

from api.cli import clients
from issuance.clients import listing
from issuance.database import reading
from onecard.console import Exit
from tests.office import Office

AS_LI = ("--operator", "Li")


def run(office: Office, *arguments: str) -> Result:
    return CliRunner().invoke(clients, arguments, obj=office.settings)


def test_a_new_key_opens_the_service(office: Office) -> None:
    made = json.loads(run(office, "add", "fund", *AS_LI, "--json").stdout)
    assert made["name"] == "fund"
    assert office.call("POST", "/v1/challenges", key=made["key"]).status_code == 201


def test_the_key_alone_goes_to_standard_output(office: Office) -> None:
    result = run(office, "add", "fund", *AS_LI)
    assert office.call("POST", "/v1/challenges", key=result.stdout.strip()).status_code == 201
    assert "Keep this key" in result.stderr


def test_a_key_is_shown_once(office: Office) -> None:
    key = run(office, "add", "fund", *AS_LI).stdout.strip()
    found = run(office, "list", "--json").stdout
    assert [client["name"] for client in json.loads(found)["clients"]] == ["fund", "pension"]
    assert key not in found


def test_a_revoked_key_is_refused_at_once(office: Office) -> None:
    assert office.call("POST", "/v1/challenges").status_code == 201
    changed = run(office, "revoke", "pension", *AS_LI, "--json")
    assert json.loads(changed.stdout) == {"name": "pension", "changed": True}
    assert office.call("POST", "/v1/challenges").status_code == 401
    assert "revoked" in run(office, "list").stdout
    again = run(office, "revoke", "pension", *AS_LI)
    assert (again.exit_code, again.stderr.count("\n")) == (Exit.OK, 1)


def test_a_name_is_given_once(office: Office) -> None:
    result = run(office, "add", "pension", *AS_LI)
    assert (result.exit_code, result.stdout) == (Exit.STATE, "")


def test_nobody_is_not_revoked(office: Office) -> None:
    result = run(office, "revoke", "nobody", *AS_LI)
    assert result.exit_code == Exit.NOT_FOUND
    assert "onecard clients list" in result.stderr


def test_somebody_acts_by_the_login_if_not_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "li")
    assert run(office, "add", "fund").exit_code == Exit.OK
    with reading(office.bureau.engine) as session:
        assert {one.name: one.created_by for one in listing(session)}["fund"] == "li"


def test_a_name_can_be_read(office: Office) -> None:
    for name in ("", "a\nb", "x" * 65):
        assert run(office, "add", name, *AS_LI).exit_code == Exit.USAGE


def test_a_ledger_has_a_key_of_its_own_kind(office: Office) -> None:
    made = json.loads(run(office, "add", "fund-ledger", "--ledger", *AS_LI, "--json").stdout)
    assert made["kind"] == "ledger"
    assert office.call("GET", "/v1/services/awards", key=made["key"]).status_code == 403
    both = run(office, "add", "both", "--ledger", "--desk", *AS_LI)
    assert both.exit_code == Exit.USAGE
