"""Parameters from the command line: two people, the source, all of a file or none of it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.services.cli import services
from api.services.parameters import history
from issuance import audit
from onecard.console import Exit
from onecard.settings import load
from tests.insurance import ADMINISTRATORS, InsuranceOffice, insurance_office

BY, SECOND = ADMINISTRATORS
PEOPLE = ("--operator", BY, "--second", SECOND)
HEADER = "name,region,from,value,source\n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        yield opened


def run(office: InsuranceOffice, *words: str) -> Result:
    settings = replace(load({"ONECARD_DATABASE": str(office.engine.url.database)}, None))
    return CliRunner().invoke(services, ["parameters", *words], obj=settings)


def put(office: InsuranceOffice, folder: Path, rows: str | bytes) -> Result:
    file = folder / "rows.csv"
    file.write_bytes(rows if isinstance(rows, bytes) else (HEADER + rows).encode())
    return run(office, "import", str(file), *PEOPLE, "--json")


def findings(result: Result) -> list[tuple[int, str]]:
    assert result.exit_code == Exit.BAD_INPUT, result.output
    found = json.loads(result.stderr)["error"]["findings"]
    assert all(one["cause"]["zh"] and one["remedy"]["en"] for one in found)
    return [(one["row"], one["column"]) for one in found]


def test_the_history_tells_each_version_its_source_and_who_entered_it(
    office: InsuranceOffice,
) -> None:
    what = ("old_age.base", "--region", "430000", "--from", "2026-01")
    for value, source in (("7584", "湘人社规〔2026〕3号"), ("7600", "湘人社规〔2026〕9号")):
        run(office, "set", *what, "--value", value, "--source", source, *PEOPLE)
    held = run(office, "set", *what, "--value", "7600", "--source", source, *PEOPLE, "--json")
    assert json.loads(held.stdout) == {"set": False}
    rows = json.loads(run(office, "show", "old_age.base", "--region", "430000", "--json").stdout)
    assert [(one["version"], one["value"], one["source"]) for one in rows] == [
        (1, "7600", "湘人社规〔2026〕9号"),
        (0, "7584", "湘人社规〔2026〕3号"),
    ]
    assert {(one["entered_by"], one["confirmed_by"]) for one in rows} == {(BY, SECOND)}
    (now,) = json.loads(run(office, "list", "--region", "430000", "--json").stdout)
    assert now["value"] == "7600"
    office.look(audit.verify)


def test_one_person_alone_sets_nothing(office: InsuranceOffice) -> None:
    what = ("old_age.base", "--region", "430000", "--from", "2026-01", "--value", "7584")
    for second in ((), ("--second", BY)):
        done = run(office, "set", *what, "--source", "x", "--operator", BY, *second)
        assert done.exit_code == Exit.STATE
    assert office.look(lambda s: history.versions(s, "old_age.base")) == []


def test_every_wrong_row_is_named_and_nothing_of_the_file_is_set(
    office: InsuranceOffice, tmp_path: Path
) -> None:
    refused = put(
        office,
        tmp_path,
        "old_age.base,430000,2026-01,7584,a\n"
        "old_age.bsae,430000,2026-01,7584,a\n"
        "old_age.base,4300,2026-01,7584,a\n"
        "old_age.base,430000,2026-13,7584,a\n"
        "old_age.base,430100,2026-01,7584.123,a\n"
        "old_age.base,430200,2026-01,1e3,a\n"
        "old_age.base,430300,2026-01,７５８４,a\n"
        "old_age.base,430400,2026-01,7584,\n"
        "old_age.base,430000,2026-01,7600,b\n"
        "old_age.base,430500,2026-01\n",
    )
    assert findings(refused) == [
        (3, "name"),
        (4, "region"),
        (5, "from"),
        (6, "value"),
        (7, "value"),
        (8, "value"),
        (9, "source"),
        (10, "name"),
        (11, "name"),
    ]
    assert office.look(lambda s: history.versions(s, "old_age.base")) == []


def test_a_file_may_be_given_again_and_comes_from_any_spreadsheet(
    office: InsuranceOffice, tmp_path: Path
) -> None:
    rows = (
        HEADER
        + "old_age.base,430000,2026-01,7584,湘人社规\nold_age.interest,430000,2025-01,0.0262,公布\n"
    )
    for content, new in ((rows.encode("gb18030"), 2), (rows.encode("utf-8-sig"), 0)):
        assert json.loads(put(office, tmp_path, content).stdout)["set"] == new


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00\x01", b"name,region\n", HEADER.encode(), b'name,"reg\n']
)
def test_what_is_no_file_of_parameters_is_refused(
    office: InsuranceOffice, tmp_path: Path, content: bytes
) -> None:
    assert len(findings(put(office, tmp_path, content))) == 1


def test_the_names_say_what_may_be_set(office: InsuranceOffice) -> None:
    found = json.loads(run(office, "names", "--json").stdout)
    (base,) = [one for one in found if one["name"] == "old_age.base"]
    assert (base["unit"], base["lasts"], base["label"]["zh"]) == ("yuan", 12, "养老金计发基数")
    assert run(office, "show", "old_age.bsae").exit_code == Exit.STATE


def test_names_stand_in_the_order_in_which_people_count(office: InsuranceOffice) -> None:
    listed = [line.split()[0] for line in run(office, "names").stdout.splitlines()]
    tiers = [name for name in listed if name.startswith("resident.tier_")]
    assert tiers == [f"resident.tier_{number}" for number in range(1, 21)]
    found = json.loads(run(office, "names", "--json").stdout)
    assert [one["name"] for one in found] == listed
