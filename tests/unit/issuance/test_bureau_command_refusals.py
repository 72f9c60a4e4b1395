"""`onecard bureau` from the outside: what it refuses, and in which words."""

from datetime import date
from pathlib import Path

import pytest

from onecard.console import Exit
from tests.bureau import TODAY
from tests.bureau_desk import Office
from tests.people import people

UNKNOWN = "371700-20261101-0099"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


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
    assert not office.database.exists()


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
