"""Reading XLSX: the first sheet as a CSV file of the same rows."""

import contextlib
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from issuance.errors import IntakeError
from issuance.intake.bureau_file import check_file
from issuance.intake.columns import HEADERS, ApplicantRow
from issuance.intake.workbook import STRINGS_LIMIT_MB
from tests.people import csv_bytes, people

ON = date(2026, 11, 1)
ROWS = list(people(5, seed=5, on=ON))


def workbook(rows: Sequence[Sequence[object]], header: Sequence[str] = HEADERS) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [header, *rows]:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def accepted(file: Path, content: bytes) -> list[ApplicantRow]:
    file.write_bytes(content)
    with check_file(file, on=ON) as report:
        assert report.refused_rows == []
        return [row for rows in report.accepted_rows() for row in rows]


def test_a_workbook_gives_the_rows_of_the_csv_file(tmp_path: Path) -> None:
    from_workbook = accepted(tmp_path / "people.xlsx", workbook(ROWS))
    assert from_workbook == accepted(tmp_path / "people.csv", csv_bytes(ROWS))


def test_a_workbook_is_known_by_its_bytes_not_its_name(tmp_path: Path) -> None:
    assert len(accepted(tmp_path / "people.dat", workbook(ROWS))) == 5


def test_numbers_and_dates_in_cells_become_the_text_they_stand_for(tmp_path: Path) -> None:
    row = list(ROWS[0])
    cells: list[object] = list(row)
    for name in ("序号", "性别", "民族", "出生日期", "出生地", "联系手机", "服务银行"):
        cells[HEADERS.index(name)] = int(row[HEADERS.index(name)])
    (as_numbers,) = accepted(tmp_path / "people.xlsx", workbook([cells]))
    cells[HEADERS.index("出生日期")] = date.fromisoformat(row[HEADERS.index("出生日期")])
    cells[HEADERS.index("民族")] = float(row[HEADERS.index("民族")])
    (as_dates,) = accepted(tmp_path / "people.xlsx", workbook([cells]))
    assert as_numbers == as_dates == accepted(tmp_path / "people.csv", csv_bytes([row]))[0]


def test_a_cell_beyond_the_last_column_is_one_too_many(tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(workbook([ROWS[0], (*ROWS[1], "备注")]))
    with check_file(file, on=ON) as report:
        assert [(row.row, [*row.reasons]) for row in report.refused_rows] == [(2, ["column_count"])]


def test_empty_rows_at_the_end_do_not_count(tmp_path: Path) -> None:
    assert len(accepted(tmp_path / "people.xlsx", workbook([*ROWS, [""] * 21, [None, ""]]))) == 5


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "workbook"),
        (b"no archive", "workbook"),
        (workbook(ROWS)[:2_000], "workbook"),
        (workbook([]), "no_rows"),
        (workbook([], header=["a"]), "no_header"),
        (workbook([["x" * 9_000]]), "too_long"),
    ],
)
def test_a_workbook_that_cannot_be_taken_says_why(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(content)
    with pytest.raises(IntakeError) as caught:
        check_file(file, on=ON)
    assert caught.value.reason == reason


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("people.csv", csv_bytes(ROWS))
    with pytest.raises(IntakeError, match="not a workbook"):
        check_file(file, on=ON)


def test_a_part_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/sharedStrings.xml", "w") as part,
    ):
        for _ in range(STRINGS_LIMIT_MB + 1):
            part.write(bytes(1 << 20))
    assert file.stat().st_size < 1 << 20
    with pytest.raises(IntakeError) as caught:
        check_file(file, on=ON)
    assert caught.value.reason == "workbook_size"


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = parts(workbook(ROWS))


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(sorted(PARTS)), st.data())
def test_a_damaged_part_gives_rows_or_our_error(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    content = PARTS[name]
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.sampled_from([0, 1, 20, len(content)]))
    damage = data.draw(st.binary(max_size=4) | st.sampled_from([b"<", b"</row>", b'"', b"99999"]))
    file = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        for part, original in PARTS.items():
            damaged = content[:start] + damage + content[start + length :]
            archive.writestr(part, damaged if part == name else original)
    with contextlib.suppress(IntakeError):
        check_file(file, on=ON).close()
