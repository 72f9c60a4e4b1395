"""Every rule of the insurances names the law that it follows, and since when."""

import ast
import csv
import re
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[3] / "api" / "services"
RULES = sorted(
    [
        *SERVICES.glob("*/rules.py"),
        *(
            SERVICES / "old_age" / f"{name}.py"
            for name in ("adjustment", "eligibility", "survivors")
        ),
    ]
)
# An article, the number of a document, or of an announcement.
SOURCE = re.compile(
    r"第[一二三四五六七八九十百零至、]+条|〔[0-9]{4}〕[0-9]+号|公告[0-9]{4}年第|通知 [0-9]{4}"
)
DATE = re.compile(r"(since|before,|条,) [0-9]{4}|, [0-9]{4}-[0-9]{2}")
DOCUMENT = re.compile(r"〔[0-9]{4}〕[0-9]+号|号|公布|公报|通知")


@pytest.mark.parametrize("file", RULES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_each_public_rule_names_source_and_date(file: Path) -> None:
    public = [
        one
        for one in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")
    ]
    assert public
    lacking = [
        one.name
        for one in public
        if not SOURCE.search(text := ast.get_docstring(one) or "") or not DATE.search(text)
    ]
    assert lacking == []


@pytest.mark.parametrize(
    "file", sorted(SERVICES.glob("*/national.csv")), ids=lambda file: file.parent.name
)
def test_each_national_parameter_names_its_document(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    assert [row["name"] for row in rows if not DOCUMENT.search(row["source"])] == []
