"""Reading CSV: encodings, headers, quotation marks, and files that cannot be taken."""

import io
import os
import resource
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from issuance.errors import IntakeError
from issuance.intake.bureau_file import check_file
from issuance.intake.columns import HEADERS, RECORD_LIMIT, RETURN_HEADERS, ApplicantRow
from issuance.intake.csv_file import CsvFile
from issuance.intake.faults import REASONS
from tests.people import csv_bytes, people

ON = date(2026, 11, 1)
ROWS = list(people(5, seed=5, on=ON))
GOOD = csv_bytes(ROWS)
HEADER = ",".join(HEADERS).encode("gb18030") + b"\r\n"
in_place = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def accepted(file: Path, content: bytes) -> list[ApplicantRow]:
    file.write_bytes(content)
    with check_file(file, on=ON) as report:
        assert report.refused_rows == []
        return [row for rows in report.accepted_rows() for row in rows]


def refusal(file: Path, content: bytes) -> IntakeError:
    file.write_bytes(content)
    with pytest.raises(IntakeError) as caught:
        check_file(file, on=ON)
    return caught.value


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_the_three_encodings_give_the_same_rows(file: Path, encoding: str) -> None:
    assert accepted(file, csv_bytes(ROWS, encoding=encoding)) == accepted(file, GOOD)


def test_characters_whose_codes_changed_in_2022_are_read_by_the_new_table(file: Path) -> None:
    # GB 18030-2022: FE59 is U+9FB4; Python's codec has U+E81E for it.
    name = "王".encode("gb18030") + bytes.fromhex("FE59")
    content = GOOD.replace(ROWS[0][2].encode("gb18030"), name, 1)
    assert accepted(file, content)[0].name == "王\u9fb4"


def test_columns_are_found_by_their_header(file: Path) -> None:
    turned = csv_bytes([row[::-1] for row in ROWS], header=HEADERS[::-1])
    assert accepted(file, turned) == accepted(file, GOOD)


def test_a_file_may_come_back_with_the_columns_of_its_return(file: Path) -> None:
    returned = csv_bytes(
        [(*row, "phone", "请更正") for row in ROWS], header=(*HEADERS, *RETURN_HEADERS)
    )
    assert accepted(file, returned) == accepted(file, GOOD)


def test_quoted_fields_may_have_commas_quotes_and_line_breaks(file: Path) -> None:
    address = '幸福路"1"号,\r\n2单元'
    row = tuple(
        address if name == "户籍地址" else x for name, x in zip(HEADERS, ROWS[0], strict=True)
    )
    # An address is booked in one line.
    assert accepted(file, csv_bytes([row]))[0].registered_address == '幸福路"1"号, 2单元'


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\r\n\r\n\n"])
def test_the_last_line_break_may_be_missing_or_repeated(file: Path, end: bytes) -> None:
    assert len(accepted(file, GOOD.rstrip(b"\r\n") + end)) == 5


def test_line_feeds_alone_end_lines_too(file: Path) -> None:
    assert len(accepted(file, GOOD.replace(b"\r\n", b"\n"))) == 5


def test_an_empty_line_between_rows_is_a_row(file: Path) -> None:
    first, rest = GOOD.removeprefix(HEADER).split(b"\r\n", 1)
    file.write_bytes(HEADER + first + b"\r\n\r\n" + rest)
    with check_file(file, on=ON) as report:
        assert [(row.row, [*row.reasons]) for row in report.refused_rows] == [(2, ["column_count"])]
        assert report.rows == 6


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (HEADER, "no_rows"),
        (HEADER + b"\r\n\r\n", "no_rows"),
        (GOOD.removeprefix(HEADER), "no_header"),
        (b"1,2,3\r\n", "no_header"),
        (b"\r\n" + GOOD, "no_header"),
        (HEADER.replace("姓名".encode("gb18030"), "名字".encode("gb18030"), 1), "unknown_column"),
        (HEADER.replace("姓名,".encode("gb18030"), b"", 1), "missing_column"),
        (HEADER.replace(b"\r\n", ",姓名\r\n".encode("gb18030")), "duplicate_column"),
        (GOOD.decode("gb18030").encode("utf-16"), "nul"),
        (GOOD.decode("gb18030").encode("utf-16-be"), "nul"),
        (GOOD + b"\0", "nul"),
        (b"\xff" * 100, "encoding"),
        (GOOD + b"\xff\xff\r\n", "encoding"),
        (GOOD.decode("gb18030").encode() + "姓名".encode("gb18030") + b"\r\n", "encoding"),
        (GOOD[:-1].replace(b"\r\n", b"\r"), "quoting"),
        (GOOD + b'6,"a"b\r\n', "quoting"),
        (GOOD + b'6,"never closed\r\n', "truncated"),
        (GOOD[: len(HEADER) + 40], "truncated"),
        (GOOD + b'6,"' + b"never closed\r\n" * 1000, "too_long"),
        (GOOD + b'6,"",' + b'"\r\n",' * 3000, "too_long"),
        (GOOD + b"," * (RECORD_LIMIT + 1) + b"\r\n", "too_long"),
        (b"x" * 300_000, "too_long"),
        (b"PK\x03\x04 and no workbook", "workbook"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(file: Path, content: bytes, reason: str) -> None:
    error = refusal(file, content)
    assert (error.reason, error.file) == (reason, file)
    assert "people.csv" in str(error)


def test_the_byte_that_does_not_fit_is_named(file: Path) -> None:
    long = csv_bytes(people(3_000, seed=6, on=ON))  # more than one block
    error = refusal(file, long + b"1,2,\xff\xff,\r\n")
    assert str(len(long) + 4) in str(error)


def test_the_column_that_is_missing_is_named(file: Path) -> None:
    assert refusal(file, HEADER.replace("相片".encode("gb18030"), b"x")).field == "x"


def test_a_file_cut_in_the_middle_says_how_many_rows_are_whole(file: Path) -> None:
    assert refusal(file, GOOD[: GOOD.rindex(b"\r\n5,") + 40]).row == 4


def test_wherever_a_file_is_cut_the_rows_before_are_read_or_it_is_refused(file: Path) -> None:
    reasons = set()
    for size in range(len(HEADER), len(GOOD)):
        file.write_bytes(GOOD[:size])
        try:
            report = check_file(file, on=ON)
        except IntakeError as error:
            reasons.add(error.reason)
        else:
            # Only a cut between rows, or within the last field of one, cannot be seen.
            assert report.refused_rows == []
            report.close()
    assert reasons == {"truncated", "no_rows"}


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="folder") as caught:
        check_file(tmp_path, on=ON)
    assert caught.value.reason == "directory"


def test_a_missing_file_is_said_to_be_missing(file: Path) -> None:
    with pytest.raises(IntakeError, match="no file") as caught:
        check_file(file, on=ON)
    assert caught.value.reason == "not_found"


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, HEADER)
    with pytest.raises(IntakeError) as caught, os.fdopen(reading), os.fdopen(writing, "wb"):
        check_file(Path(f"/dev/fd/{reading}"), on=ON)
    assert caught.value.reason == "unreadable"


class EndlessLine(io.RawIOBase):
    """A header, then 2 GB without a line break; says how much of it was asked for."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        if self.given >= 2 << 30:
            return b""
        block = (HEADER if not self.given else b"").ljust(size, b"1")
        self.given += len(block)
        return block


def test_a_line_of_two_gigabytes_is_refused_after_its_first_block() -> None:
    line = EndlessLine()
    with pytest.raises(IntakeError) as caught:
        list(CsvFile(Path("endless.csv"), line).records())  # type: ignore[arg-type]
    assert caught.value.reason == "too_long"
    assert line.given < 1 << 20


def test_a_file_of_two_gigabytes_in_one_line_takes_little_memory(file: Path) -> None:
    with file.open("wb") as sparse:
        sparse.write(GOOD + b"6,")
        sparse.truncate(2 << 30)  # zero bytes without a line break, and no disk space
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(IntakeError):
        check_file(file, on=ON)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024


def blocks() -> Iterator[bytes]:
    yield from (b"", b",", b'"', b"\r", b"\n", b"\0", b"\xff", b"\x81", b"\x30", b"\xef\xbb\xbf")
    yield from (HEADER, GOOD, HEADER.decode("gb18030").encode())


@in_place
@given(st.lists(st.sampled_from(list(blocks())) | st.binary(max_size=20), max_size=6).map(b"".join))
@example(HEADER + b"\x81")
@example(HEADER + b'"\x81\x30')
def test_any_bytes_give_rows_or_our_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "any.csv"
    file.write_bytes(content)
    reason = None
    try:
        with check_file(file, on=ON) as report:
            assert report.rows > 0
    except IntakeError as error:
        reason = error.reason
    assert reason in {None, *REASONS}
