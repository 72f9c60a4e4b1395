"""The standards matrix names modules and tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("| ")]
MATRIX = [row for row in ROWS if len(row) == 4 and "`" in row[2]]


def paths(cell: str) -> list[str]:
    return re.findall(r"`([\w./-]+)`", cell)


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row[1].strip()[:40])
def test_modules_and_tests_of_a_row_are_there(row):
    modules = [path for path in paths(row[2]) if "/" in path]
    tests = [path for path in paths(row[3]) if path.endswith((".py", ".apdu"))]
    assert modules
    assert tests
    folder = ""
    for path in modules:
        assert (ROOT / path).exists(), path
    for path in tests:
        # A bare file name lies beside the one before it.
        folder = path.rpartition("/")[0] or folder
        assert (ROOT / "tests" / folder / Path(path).name).exists(), path
