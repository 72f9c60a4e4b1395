"""Refused rows go to a file that can be corrected and handed in; the shipped sample."""

import csv
import resource
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from issuance.errors import IntakeError
from issuance.intake.bureau_file import check_file
from issuance.intake.reasons import Reason
from issuance.intake.refused_file import write_refused
from issuance.intake.report import Report, check_summary
from tests.people import csv_bytes, people, sample, spoiled

ON = date(2026, 11, 1)
SAMPLE = files("issuance") / "samples" / "bureau-sample.csv"


def report_of(path: Path, content: bytes) -> Report:
    path.write_bytes(content)
    return check_file(path, on=ON)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_the_refused_rows_come_back_as_they_were(tmp_path: Path, encoding: str) -> None:
    content = SAMPLE.read_bytes().decode("gb18030").encode(encoding)
    returned = tmp_path / "refused.csv"
    with report_of(tmp_path / "people.csv", content) as report:
        assert write_refused(report, returned) == report.refused
        rows = list(csv.reader(returned.read_text(encoding=encoding).splitlines()))
        originals = list(csv.reader(content.decode(encoding).splitlines()))
        assert [row[2:] for row in rows[1:]] == [originals[row.row] for row in report.refused_rows]
        assert [row[0].split() for row in rows[1:]] == [
            [*row.reasons] for row in report.refused_rows
        ]
        assert all(row[1] for row in rows)


def test_a_returned_file_can_be_handed_in_and_returned_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    with report_of(tmp_path / "people.csv", SAMPLE.read_bytes()) as report:
        write_refused(report, first)
    with check_file(first, on=ON) as again:
        # The duplicate is the only one of its number here; the other rows were not corrected.
        assert (again.accepted, again.refused) == (1, report.refused - 1)
        write_refused(again, second)
    lines = first.read_bytes().splitlines()
    assert second.read_bytes().splitlines() == [line for line in lines if b"duplicate" not in line]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with report_of(tmp_path / "people.csv", SAMPLE.read_bytes()) as report:
        with pytest.raises(IntakeError) as caught:
            write_refused(report, tmp_path / "nowhere" / "refused.csv")
        assert caught.value.reason == "not_written"
        (tmp_path / "taken").mkdir()
        with pytest.raises(IntakeError):
            write_refused(report, tmp_path / "taken")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv", "taken"]


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file of this process grows beyond 100,000 bytes meanwhile, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_ends_the_check(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(csv_bytes(people(12_000, seed=8, on=ON)))
    request.getfixturevalue("small_disk")
    with pytest.raises(IntakeError) as caught:
        check_file(file, on=ON)
    assert caught.value.reason == "not_written"


def test_a_full_disk_leaves_no_half_of_a_returned_file(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = [spoiled(row, Reason.PHONE) for row in people(2_000, seed=8, on=ON)]
    with report_of(tmp_path / "people.csv", csv_bytes(rows)) as report:
        request.getfixturevalue("small_disk")
        with pytest.raises(IntakeError) as caught:
            write_refused(report, tmp_path / "refused.csv")
    assert caught.value.reason == "not_written"
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


def test_the_sample_shows_every_kind_of_refusal_but_those_of_photos() -> None:
    with check_file(Path(str(SAMPLE)), on=ON) as report:
        summary = check_summary(report)
    shown = {reason for row in summary["refused_rows"] for reason in row["reasons"]}
    assert shown == {reason.value for reason in Reason if not reason.startswith("photo")}
    assert all(len(row["reasons"]) == 1 for row in summary["refused_rows"])
    assert summary["accepted"] == 60
    assert summary["separator_replaced"] == [7]


def test_the_sample_is_the_one_that_its_recipe_gives() -> None:
    assert SAMPLE.read_bytes() == sample(seed=60, on=ON)
