"""`onecard bureau` from the outside: what it prints, and how it ends."""

import base64
import json
import sqlite3
from pathlib import Path

import pytest

from crypto.cli import keys
from onecard.console import Exit
from reader.authenticity import CardStatus
from reader.status_list import StatusList
from tests.bureau import CHIEF, CLERK, MAKER, TODAY
from tests.bureau_desk import Office

UNKNOWN = "371700-20261101-0099"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_check_counts_and_names_the_refused_rows_and_makes_no_book(office: Office) -> None:
    found = office.json("check", office.file, "--date", TODAY)
    assert {name: found[name] for name in ("rows", "accepted", "refused", "by_reason")} == {
        "rows": 5, "accepted": 4, "refused": 1, "by_reason": {"phone": 1},
    }  # fmt: skip
    assert found["refused_rows"] == [{"row": 4, "reasons": ["phone"]}]
    assert not office.database.exists()


def test_check_finds_people_who_are_in_the_book(office: Office) -> None:
    office.imported()
    found = office.json("check", office.file, "--date", TODAY)
    assert found["by_reason"] == {"duplicate": 4, "phone": 1}


def test_check_writes_the_refused_rows(office: Office, tmp_path: Path) -> None:
    office.run("check", office.file, "--date", TODAY, "--refused", tmp_path / "refused.csv")
    lines = (tmp_path / "refused.csv").read_text("gb18030").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("phone,")


def test_import_books_the_file_and_requests_a_batch(office: Office) -> None:
    found = office.json("import", office.file, "--date", TODAY)
    assert (found["accepted"], found["refused"], found["already"]) == (4, 1, False)
    assert found["region"] == "371700"  # where most are insured
    assert office.json("status", found["batch"])["applications"] == {"in_review": 4}


def test_the_region_can_be_given(office: Office) -> None:
    assert office.json("import", office.file, "--date", TODAY, "--region", "110101")[
        "batch"
    ].startswith("110101-")


def test_importing_the_same_file_again_says_so(office: Office) -> None:
    batch = office.imported()
    again = office.run("import", office.file, "--date", TODAY, "--json")
    assert json.loads(again.stdout) == {
        "batch": batch, "already": True, "rows": 5, "refused": 1, "accepted": 4,
    }  # fmt: skip
    assert "imported before" in again.stderr


def test_the_refused_rows_of_a_batch_can_be_had_again(office: Office, tmp_path: Path) -> None:
    direct, later = tmp_path / "direct.csv", tmp_path / "later.csv"
    batch = office.json("import", office.file, "--date", TODAY, "--refused", direct)["batch"]
    assert office.run("refused", batch, "--out", later).exit_code == Exit.OK
    assert later.read_bytes() == direct.read_bytes()


def test_a_batch_goes_its_way(office: Office) -> None:
    batch = office.produced()
    found = office.json("status", batch)
    assert (found["state"], found["cards"]) == ("producing", {"prepared": 4})
    assert (found["requested_by"], found["approved_by"], found["started_by"]) == (
        CLERK, CHIEF, MAKER,
    )  # fmt: skip
    assert [one["batch"] for one in office.json("list")["batches"]] == [batch]
    assert batch in office.run("list").stdout


def test_who_imported_may_not_approve(office: Office) -> None:
    result = office.run("approve", office.imported())
    assert result.exit_code == Exit.STATE
    assert "second person" in result.stderr


def test_approving_twice_is_told_and_no_error(office: Office) -> None:
    batch = office.imported()
    office.json("approve", batch, "--operator", CHIEF)
    result = office.run("approve", batch, "--operator", CHIEF)
    assert (result.exit_code, "before" in result.stderr) == (Exit.OK, True)


def test_an_unapproved_batch_is_not_produced(office: Office) -> None:
    assert office.run("produce", office.imported()).exit_code == Exit.STATE


def test_producing_again_changes_nothing(office: Office) -> None:
    batch = office.produced()
    before = office.json("cards", batch)
    office.json("produce", batch)
    assert office.json("cards", batch) == before


def test_a_rejected_file_can_be_imported_again(office: Office) -> None:
    batch = office.imported()
    assert office.json("reject", batch, "--reason", "region")["state"] == "rejected"
    again = office.imported()
    assert again != batch
    assert office.json("withdraw", again, "--reason", "late")["state"] == "cancelled"


def test_without_a_name_the_login_acts_and_cannot_approve_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "zhang")
    office.operator = None
    batch = office.imported()
    result = office.run("approve", batch)
    assert result.exit_code == Exit.STATE
    assert "zhang" in result.stderr


def test_the_result_file_is_written_to_a_file_or_printed(office: Office, tmp_path: Path) -> None:
    batch = office.produced()
    out = tmp_path / "result.csv"
    assert office.run("result", batch, "--out", out).exit_code == Exit.OK
    printed = office.run("result", batch).stdout_bytes
    assert printed == out.read_bytes()
    assert len(printed.splitlines()) == 5


def test_losses_are_reported_lifted_and_made_final(office: Office) -> None:
    number, *_ = office.handed_over()
    assert office.json("loss", number) == {"card": number, "state": "suspended", "changed": True}
    assert office.json("loss", number)["changed"] is False
    assert office.json("lift", number)["state"] == "active"
    assert office.json("loss", number, "--final")["state"] == "lost"
    assert office.run("lift", number).exit_code == Exit.STATE
    assert office.json("cancel", number, "--reason", "moved")["state"] == "cancelled"


def test_status_lists_are_written_for_desks_without_a_network(office: Office) -> None:
    office.handed_over()
    office.run("init", command=keys)
    office.run("create", "lists", "--kind", "signing", "--suite", "NIST", command=keys)
    out = office.folder / "status.txt"
    result = office.run("status-list", "--out", out, "--key", "lists")
    assert result.exit_code == Exit.OK, result.stderr
    one = StatusList.parse(base64.b64decode(out.read_text()))
    statuses = [one.status(index) for index in range(100)]
    assert CardStatus.INVALID not in statuses


def test_a_status_list_without_its_key_is_told(office: Office) -> None:
    office.handed_over()
    office.run("init", command=keys)
    result = office.run("status-list", "--out", office.folder / "status.txt", "--key", "lists")
    assert result.exit_code == Exit.KEYS
    assert not (office.folder / "status.txt").exists()


def test_the_audit_trail_is_verified_against_kept_heads(office: Office, tmp_path: Path) -> None:
    office.imported()
    kept = tmp_path / "heads.json"
    kept.write_text(json.dumps(office.json("audit")))
    assert office.run("audit", "--kept", kept).exit_code == Exit.OK
    raw = sqlite3.connect(office.database)
    raw.execute("DROP TRIGGER audit_entry_no_update")
    raw.execute("UPDATE audit_entry SET by = 'Zhao' WHERE number = 1")
    raw.commit()
    raw.close()
    broken = office.run("audit")
    assert broken.exit_code == Exit.REFUSED
    assert "entry 1" in broken.stderr
