"""A bureau file that nobody here wrote: exactly its rows are refused, for exactly its reasons."""

import gzip
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from issuance.intake.bureau_file import check_file
from issuance.intake.report import check_summary
from tests.people import csv_bytes, people

VECTORS = Path(__file__).parents[2] / "vectors" / "bureau"
EXPECTED: dict[str, Any] = json.loads(
    (VECTORS / "bureau-10k.expected.json").read_text(encoding="utf-8")
)
GB18030_BYTES = gzip.decompress((VECTORS / "bureau-10k.csv.gz").read_bytes())


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("GB18030", GB18030_BYTES),
        ("UTF-8", GB18030_BYTES.decode("gb18030").encode()),
        ("UTF-8 BOM", GB18030_BYTES.decode("gb18030").encode("utf-8-sig")),
    ],
)
def test_the_expected_rows_are_refused_for_the_expected_reasons(
    encoding: str, content: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "bureau-10k.csv"
    file.write_bytes(content)
    with check_file(file, on=date.fromisoformat(EXPECTED["date"])) as report:
        summary = check_summary(report)
    assert summary["encoding"] == encoding
    assert {key: summary[key] for key in ("rows", "accepted", "refused", "by_reason")} == {
        key: EXPECTED[key] for key in ("rows", "accepted", "refused", "by_reason")
    }
    assert summary["refused_rows"] == [
        {"row": refused["row"], "reasons": [refused["reason"]]}
        for refused in EXPECTED["refused_rows"]
    ]


def test_rows_set_aside_on_disk_come_back_as_they_were(tmp_path: Path) -> None:
    rows = list(people(21_500, seed=9, on=date(2026, 11, 1)))
    file = tmp_path / "people.csv"
    file.write_bytes(csv_bytes(rows))
    with check_file(file, on=date(2026, 11, 1)) as report:
        for _ in range(2):
            accepted = [row for chunk in report.accepted_rows() for row in chunk]
            assert [(str(row.row), *row[1:]) for row in accepted] == rows
    assert report.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
