"""A desk's log of what it verified without the server: what is in it, and what breaks it."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.console import Exit
from reader.card_record import StatusReference
from reader.offline_chain import START, Entry, chained, read_log
from reader.offline_log import OfflineLog
from tests.offline_desk import HOUR, NAME, PERSON, OfflineDesk

ENTRY = Entry(
    at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    desk="village-7",
    clerk="赵",
    card_number="A00000011",
    identification_code=None,
    verdict="genuine",
    checks=("signature",),
    status=StatusReference(1, 5),
    list_issued_at=None,
    list_age_hours=None,
)
# By hand: the canonical text of ENTRY as the first line, without its hash.
FIRST = (
    '{"at":"2026-11-23T08:00:00+00:00","before":"' + 64 * "0" + '","card_number":"A00000011",'
    '"checks":["signature"],"clerk":"赵","desk":"village-7","identification_code":null,'
    '"list_age_hours":null,"list_issued_at":null,"status":[1,5],"torn":0,"verdict":"genuine"}'
)


@pytest.fixture
def desk(tmp_path: Path) -> OfflineDesk:
    return OfflineDesk(tmp_path)


def broken(data: bytes) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in read_log(data).breaks]


def three() -> list[bytes]:
    lines: list[bytes] = []
    for _ in range(3):
        lines.append(chained(ENTRY, read_log(b"".join(lines)).head))
    return lines


def test_a_line_is_its_canonical_text_and_that_text_s_hash():
    line = json.loads(chained(ENTRY, START))
    assert line["hash"] == hashlib.sha256(FIRST.encode()).hexdigest()
    assert json.loads(FIRST) == {name: value for name, value in line.items() if name != "hash"}


def test_each_verification_is_a_line_with_its_list_and_no_person(desk):
    lists = desk.lists(age=3 * HOUR)
    desk.noted(1, "--status-list", lists)
    desk.noted(2, "--status-list", lists)
    first, second = desk.lines()
    assert (first["card_number"], first["verdict"], first["status"]) == (
        "A00000011",
        "genuine",
        [1, 1],
    )
    assert (first["desk"], first["clerk"], first["list_age_hours"]) == ("village-7", "Zhao", 3.0)
    assert first["checks"] == ["signature", "validity", "status"]
    assert (first["before"], second["before"]) == (START, first["hash"])
    text = desk.log.read_text(encoding="utf-8")
    assert NAME not in text
    assert PERSON not in text


def test_refusals_are_noted_too_and_so_is_a_yes_without_a_list(desk):
    desk.noted(1, "--status-list", desk.lists(age=99 * HOUR))
    desk.verify("no record", "--log", desk.log)
    desk.noted(1)
    assert [(one["verdict"], one["card_number"]) for one in desk.lines()] == [
        ("stale_status_list", "A00000011"),
        ("malformed", None),
        ("genuine", "A00000011"),
    ]
    assert desk.lines()[2]["checks"] == ["signature", "validity"]


def test_the_setting_names_the_log(desk):
    desk.set(offline_log=desk.log)
    desk.verify(desk.text())
    assert len(desk.lines()) == 1


def test_what_cannot_be_noted_is_not_told(desk):
    result = desk.verify(desk.text(), "--log", desk.folder / "none" / "log", "--json")
    assert (result.exit_code, result.stdout) == (Exit.STORAGE, "")
    assert json.loads(result.stderr)["error"]["code"] == "offline-log"


def test_an_intact_log_has_no_break():
    log = read_log(b"".join(three()))
    assert (len(log.lines), log.breaks, log.torn) == (3, [], 0)


@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_changed_line_is_told_with_its_number(line):
    lines = three()
    lines[line - 1] = lines[line - 1].replace(b'"genuine"', b'"revoked"')
    assert broken(b"".join(lines)) == [(line, "altered")]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ((1, 2), [(1, "not-linked")]),
        ((0, 2), [(2, "not-linked")]),
        ((0, 1, 1, 2), [(3, "not-linked")]),
        ((0, 2, 1), [(2, "not-linked"), (3, "not-linked")]),
    ],
    ids=["first gone", "middle gone", "doubled", "exchanged"],
)
def test_removed_inserted_and_exchanged_lines_are_told(order, found):
    lines = three()
    assert broken(b"".join(lines[place] for place in order)) == found


def test_a_line_that_is_none_is_told_and_the_rest_still_read():
    first, _, third = three()
    log = read_log(first + b"rubbish\n" + third)
    assert [(one.line, one.reason) for one in log.breaks] == [(2, "not-an-entry")]
    assert [line.number for line in log.lines] == [1, 3]


def test_a_clock_that_was_set_back_shows():
    later = chained(ENTRY, START)
    earlier = Entry.from_json(json.loads(later) | {"at": "2026-11-22T08:00:00+00:00"})
    data = later + chained(earlier, read_log(later).head)
    assert read_log(data).clock_set_back == [2]


def test_a_line_that_was_torn_anywhere_is_left_out_and_the_log_goes_on(tmp_path):
    first, second, third = three()
    path = tmp_path / "log"
    for cut in range(len(third)):
        path.write_bytes(first + second + third[:cut])
        OfflineLog(path).write(ENTRY)
        log = read_log(path.read_bytes())
        whole = cut == len(third) - 1  # all but the line's end
        assert (log.breaks, log.torn, len(log.lines)) == ([], 0, 4 if whole else 3)
        assert json.loads(path.read_bytes().splitlines()[-1])["torn"] == (0 if whole else cut)


def test_a_torn_end_is_no_tampering():
    *whole, last = three()
    log = read_log(b"".join(whole) + last[:40])
    assert (log.breaks, log.torn, len(log.lines)) == ([], 40, 2)


def test_nothing_is_written_behind_a_line_that_is_none(desk):
    desk.log.write_bytes(b"rubbish\n")
    assert desk.noted().exit_code == Exit.STORAGE
    assert desk.log.read_bytes() == b"rubbish\n"


def test_many_write_at_once_and_the_chain_holds(tmp_path):
    log = OfflineLog(tmp_path / "log")
    with ThreadPoolExecutor(8) as crowd:
        for written in [crowd.submit(log.write, ENTRY) for _ in range(40)]:
            written.result()
    found = read_log(log.path.read_bytes())
    assert (len(found.lines), found.breaks) == (40, [])


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read(data):
    log = read_log(data + b"\n")
    assert len(log.lines) == 0


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=4))
def test_any_value_in_an_entry_is_an_entry_or_a_break(value):
    line = json.loads(chained(ENTRY, START))
    for name in line:
        log = read_log(json.dumps(line | {name: value}).encode() + b"\n")
        assert log.breaks or line[name] == value
