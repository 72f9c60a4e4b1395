"""Files of orders: the whole file or nothing, the same bytes once, corrections as versions."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from api.services.cli import services
from api.services.errors import ParameterMissingError
from api.services.platform_work import posting
from api.services.platform_work.errors import OrderFileError, OrderRowsError, OrdersPostedError
from api.services.platform_work.models import PlatformMonth, PlatformWorkerMonth
from api.services.platform_work.posting import Posted
from onecard.console import Exit
from onecard.settings import load
from tests.insurance import CLERK, REGION, STRANGER, InsuranceOffice, insurance_office
from tests.insurance_platforms import MEALS, RIDES, order_file, platforms


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        platforms(opened)
        yield opened


def post(office: InsuranceOffice, content: bytes, *, correct: bool = False) -> Posted:
    return office.change(
        lambda s: posting.post(s, content, correct=correct, by=CLERK, at=office.at)
    )


def test_a_platform_owes_its_rate_for_every_order_exactly(office: InsuranceOffice) -> None:
    one, two = office.person(date(1990, 1, 1)), office.person(date(1991, 1, 1))
    content = order_file(
        [
            (MEALS, REGION, "2026-10", one, "601", "5230.50"),
            (MEALS, REGION, "2026-10", two, "502", ""),
            (RIDES, REGION, "2026-10", one, "3", "99"),
        ]
    )
    found = post(office, content)
    # 1103 x 0.07 = 77.21; 3 x 0.0125 = 0.0375, rounded once: 0.04.
    assert [(one.workers, one.orders, one.amount) for one in found.due] == [
        (2, 1103, 7_721),
        (1, 3, 4),
    ]
    again = post(office, content)
    assert (again.is_new, again.due) == (False, found.due)


def test_every_wrong_row_is_named_and_nothing_is_posted(office: InsuranceOffice) -> None:
    person = office.person(date(1990, 1, 1))
    right = (MEALS, REGION, "2026-10", person, "5", "")
    content = order_file(
        [
            right,
            ("9143010000000000XX", REGION, "2026-10", person, "5", ""),
            (MEALS, "510104", "2026-10", person, "5", ""),
            (MEALS, REGION, "2026-12", person, "5", ""),
            (MEALS, REGION, "2026-10", "430102199001010011", "5", ""),
            (MEALS, REGION, "2026-13", person, "5", ""),
            (MEALS, REGION, "2026-10", person, "0", ""),
            (MEALS, REGION, "2026-10", person, "5", "1.234"),
            (MEALS, REGION, "2026-10", person),
            right,
        ]
    )
    with pytest.raises(OrderRowsError) as caught:
        post(office, content)
    found = [(row.line, row.column) for row in caught.value.rows]
    assert found == [
        (3, "platform"),
        (4, "region"),
        (5, "month"),
        (6, "person"),
        (7, "month"),
        (8, "orders"),
        (9, "income"),
        (10, ""),
        (11, "person"),
    ]
    assert office.look(lambda s: s.scalar(select(func.count()).select_from(PlatformMonth))) == 0


def test_a_correction_keeps_what_was_there(office: InsuranceOffice) -> None:
    one, two = office.person(date(1990, 1, 1)), office.person(date(1991, 1, 1))
    post(office, order_file([(MEALS, REGION, "2026-10", one, "100", "")]))
    corrected = order_file([(MEALS, REGION, "2026-10", two, "90", "")])
    with pytest.raises(OrdersPostedError):
        post(office, corrected)
    post(office, corrected, correct=True)
    months = office.look(
        lambda s: s.execute(
            select(PlatformMonth.version, PlatformMonth.amount).order_by(PlatformMonth.version)
        ).all()
    )
    assert [tuple(row) for row in months] == [(0, 630), (1, 700)]
    workers = office.look(
        lambda s: s.execute(
            select(PlatformWorkerMonth.person).where(PlatformWorkerMonth.version == 0)
        ).scalars()
    )
    assert list(workers) == [two]


def test_a_rate_that_is_not_set_and_a_file_that_is_none(office: InsuranceOffice) -> None:
    person = office.person(date(1990, 1, 1))
    early = order_file([(MEALS, REGION, "2025-06", person, "5", "")])
    with pytest.raises(ParameterMissingError):
        post(office, early)
    for content in (b"", b"platform,month\n", b"\xff\xfe", b'platform,"'):
        with pytest.raises(OrderFileError):
            post(office, content)


def test_the_command_checks_and_posts(office: InsuranceOffice, tmp_path: Path) -> None:
    person = office.person(date(1990, 1, 1))
    file = tmp_path / "orders.csv"
    file.write_bytes(order_file([(MEALS, REGION, "2026-10", person, "100", "")]))
    where = load({"ONECARD_DATABASE": str(tmp_path / "book.sqlite3")}, None)

    def run(*words: str) -> str:
        result = CliRunner().invoke(
            services, ["platform", *words, str(file), "--json", "--operator", CLERK], obj=where
        )
        assert result.exit_code == Exit.OK, result.output
        return result.stdout

    assert json.loads(run("check"))[0]["amount"] == "7.00"
    assert json.loads(run("post")) == json.loads(run("post"))
    refused = CliRunner().invoke(
        services, ["platform", "post", str(file), "--json", "--operator", STRANGER], obj=where
    )
    assert refused.exit_code == Exit.OK  # the same bytes: nothing is written
    file.write_bytes(order_file([(MEALS, REGION, "2026-09", person, "1", "")]))
    refused = CliRunner().invoke(
        services, ["platform", "post", str(file), "--json", "--operator", STRANGER], obj=where
    )
    assert refused.exit_code == Exit.BAD_INPUT
    assert json.loads(refused.stderr)["error"]["rows"][0]["column"] == "region"


FILES = st.lists(
    st.tuples(
        st.sampled_from([MEALS, RIDES]),
        st.sampled_from(["2026-08", "2026-09"]),
        st.lists(st.integers(1, 20_000), min_size=1, max_size=3),
        st.booleans(),
    ),
    max_size=6,
)
RATES = {MEALS: Decimal("0.07"), RIDES: Decimal("0.0125")}


@given(files=FILES)
@settings(max_examples=10, deadline=None)
def test_files_and_corrections_in_any_order_add_up_to_the_fen(
    files: list[tuple[str, str, list[int], bool]],
) -> None:
    with TemporaryDirectory() as folder, insurance_office(Path(folder)) as office:
        platforms(office)
        office.at = datetime(2026, 11, 1, tzinfo=UTC)
        people = [office.person(date(1990, 1, day)) for day in (1, 2, 3)]
        holds: dict[tuple[str, str], int] = {}
        seen: set[bytes] = set()
        for platform, month, orders, correct in files:
            rows = [
                (platform, REGION, month, person, str(count), "")
                for person, count in zip(people, orders, strict=False)
            ]
            content = order_file(rows)
            if (platform, month) in holds and not correct and content not in seen:
                with pytest.raises(OrdersPostedError):
                    post(office, content, correct=correct)
                continue
            if content not in seen:
                holds[platform, month] = sum(orders)
            post(office, content, correct=correct)
            seen.add(content)
        found = office.look(
            lambda s: s.scalars(select(PlatformMonth).where(PlatformMonth.version == 0)).all()
        )
        assert {(row.platform, str(row.month)): row.orders for row in found} == holds
        for row in found:
            exact = Fraction(RATES[row.platform]) * row.orders * 100
            assert abs(row.amount - exact) <= Fraction(1, 2)
        worked = office.look(
            lambda s: s.scalar(
                select(func.sum(PlatformWorkerMonth.orders)).where(PlatformWorkerMonth.version == 0)
            )
        )
        assert (worked or 0) == sum(holds.values())
