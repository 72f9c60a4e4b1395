"""`onecard bureau` from the outside: what it prints, and how it ends."""

import base64
import csv
import io
import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crypto.cli import keys
from issuance import database
from issuance.cli import bureau
from issuance.intake.columns import HEADERS
from onecard.console import Exit
from onecard.settings import Settings
from reader.authenticity import CardStatus
from reader.status_list import StatusList
from tests.bureau import CHIEF, CLERK, MAKER, TODAY, Bureau
from tests.people import people

UNKNOWN = "371700-20261101-0099"


class Office:
    """Somebody at a desk with a book and a bureau file of five people, one of them refused."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.database = folder, folder / "book.sqlite3"
        self.file = folder / "people.csv"
        self.operator: str | None = CLERK
        self.language = "en"
        rows = [[*row] for row in people(5, seed=1, on=TODAY)]
        for row in rows:
            row[14:17] = "0", "", ""
            row[12] = "371700"
        rows[3][8] = "no phone"
        self.write(self.file, rows)

    def write(self, path: Path, rows: list[list[str]]) -> None:
        """A bureau file of these rows."""
        text = io.StringIO(newline="")
        csv.writer(text).writerows([HEADERS, *rows])
        path.write_bytes(text.getvalue().encode("gb18030"))

    def run(self, *arguments: object, command: Any = bureau) -> Result:
        """`onecard bureau` with these arguments."""
        settings = Settings(
            database=str(self.database),
            keys=self.folder / "keys.json",
            keys_passphrase="open",  # noqa: S106
            operator=self.operator,
            language=self.language,
        )
        return CliRunner().invoke(command, [*map(str, arguments)], obj=settings)

    def json(self, *arguments: object) -> Any:
        """The result of a command that ends well."""
        result = self.run(*arguments, "--json")
        assert result.exit_code == Exit.OK, result.stderr
        return json.loads(result.stdout)

    def imported(self) -> str:
        """The batch of the file."""
        batch = self.json("import", self.file, "--date", TODAY)["batch"]
        assert isinstance(batch, str)
        return batch

    def produced(self) -> str:
        """The batch, its cards prepared."""
        batch = self.imported()
        self.json("approve", batch, "--operator", CHIEF)
        self.json("produce", batch, "--operator", MAKER)
        return batch

    def handed_over(self) -> list[str]:
        """Numbers of cards in use."""
        batch = self.produced()
        engine = database.open_book(self.database)
        numbers = [card["number"] for card in self.json("cards", batch)["cards"]]
        for serial, number in enumerate(numbers):
            Bureau(engine).personalize(number, serial)
        engine.dispose()
        activated = self.json("activate", "--batch", batch)["activated"]
        assert activated == numbers
        return numbers


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
    assert office.json("status", found["batch"])["applications"] == {"accepted": 4}


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


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", UNKNOWN),
        ("approve", UNKNOWN),
        ("produce", UNKNOWN),
        ("cards", UNKNOWN),
        ("result", UNKNOWN),
        ("lift", "A00000003"),
        ("activate", "A00000003"),
    ],
)
def test_what_is_not_there_is_told(office: Office, arguments: tuple[str, ...]) -> None:
    office.imported()
    result = office.run(*arguments)
    assert result.exit_code == Exit.NOT_FOUND
    assert arguments[1] in result.stderr


@pytest.mark.parametrize("arguments", [("status", UNKNOWN), ("list",), ("audit",), ("result", "x")])
def test_without_a_book_there_is_one_line_and_no_new_file(
    office: Office, arguments: tuple[str, ...]
) -> None:
    result = office.run(*arguments)
    assert (result.exit_code, result.stdout) == (Exit.STORAGE, "")
    assert len(result.stderr.splitlines()) == 1
    assert not office.database.exists()


@pytest.mark.parametrize("command", ["check", "import"])
@pytest.mark.parametrize(
    "content", [None, b"", b"a,b\r\n1,2\r\n", "序号\r\n".encode(), b"\xff\x00"]
)
def test_a_file_that_cannot_be_taken_is_told_and_nothing_booked(
    office: Office, command: str, content: bytes | None
) -> None:
    file = office.folder / "bad.csv"
    if content is not None:
        file.write_bytes(content)
    result = office.run(command, file, "--json")
    assert (result.exit_code, result.stdout) == (Exit.BAD_INPUT, "")
    assert len(result.stderr.splitlines()) == 1
    if office.database.exists():
        assert office.json("list") == {"batches": []}


def test_a_folder_is_no_bureau_file(office: Office) -> None:
    assert office.run("import", office.folder).exit_code == Exit.BAD_INPUT


def test_a_file_all_refused_gives_no_batch_and_can_be_handed_in_again(office: Office) -> None:
    row = [*next(people(1, seed=1, on=TODAY))]
    row[8] = "no phone"
    office.write(office.file, [row])
    result = office.run("import", office.file, "--date", TODAY)
    assert result.exit_code == Exit.STATE
    assert office.json("list") == {"batches": []}


def test_a_region_that_is_none_is_told(office: Office) -> None:
    assert office.run("import", office.file, "--region", "Beijing").exit_code == Exit.USAGE


def test_sentences_come_in_chinese_where_that_is_the_language(office: Office) -> None:
    office.language = "zh"
    result = office.run("status", UNKNOWN)
    assert "台账" in result.stderr


def test_the_file_s_date_decides_who_is_born(office: Office) -> None:
    early = office.json("check", office.file, "--date", date(1900, 1, 1))
    assert early["by_reason"]["born_in_future"] > 0


def test_help_shows_how_it_is_used(office: Office) -> None:
    for arguments in ((), ("import",), ("produce",), ("audit",), ("activate",)):
        result = office.run(*arguments, "--help")
        assert result.exit_code == Exit.OK
        assert "onecard bureau" in result.stdout


def test_migrate_makes_a_book_or_leaves_it(office: Office) -> None:
    assert office.run("migrate").exit_code == Exit.OK
    assert office.run("migrate").exit_code == Exit.OK
    assert office.json("list") == {"batches": []}
