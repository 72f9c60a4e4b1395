"""Every page of the bureau: both languages, an empty book and a full one, its roles only."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from issuance.application_review import ApplicationKey
from issuance.database import reading
from issuance.models import Application
from tests.bureau import CHECKER, CHIEF, CLERK, MAKER
from tests.bureau_console import (
    AUDITOR,
    CUSTODIAN,
    KEEPER,
    RECONCILER,
    BureauConsole,
    bureau_console,
    fill_roles,
)
from tests.console import CLERK as COUNTER_CLERK
from tests.staff import CHEN

EVERYBODY = (CLERK, CHIEF, MAKER, CHECKER, KEEPER, RECONCILER, CUSTODIAN, AUDITOR, CHEN)
STOCK = (KEEPER, MAKER, CHECKER, RECONCILER, AUDITOR, CHEN)
PAGES = {
    "/console/bureau/": EVERYBODY,
    "/console/bureau/batches/": EVERYBODY,
    "/console/bureau/stock/": STOCK,
    "/console/bureau/stock/ranges": STOCK,
    "/console/bureau/stock/movements": STOCK,
    "/console/bureau/yields/": STOCK,
    "/console/bureau/applications/": (CLERK, CHIEF, AUDITOR),
    "/console/bureau/operators/": (CHEN,),
    "/console/bureau/operators/one?name=Li": (CHEN,),
    "/console/bureau/trail/": (AUDITOR, CHEN),
}
OF_A_BATCH = ("", "/applications", "/refused", "/progress", "/progress.json", "/accounts")
HOSTILE = (
    "?page=-1",
    "?page=99999999999999999999",
    "?page=%00",
    "?page=１",
    "?state=<script>alert(1)</script>",
    "?state=' OR 1=1 --",
    "?region=' OR 1=1 --",
    "?batch=<script>alert(1)</script>",
    "?until=2026-13-45",
    "?audit=371700-99999999999999",
    "?audit=office-000001'",
    "?audit=x-0000000000",
    "?said=<script>",
    "?chain=../../etc&before=99999999999",
    "?subject=%ff%fe&before=-3",
    "?name=" + "x" * 500,
)


@pytest.fixture(name="bureau")
def _bureau() -> Iterator[BureauConsole]:
    with bureau_console() as opened:
        yield opened


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
def test_every_page_is_there(bureau: BureauConsole, full: bool, language: str) -> None:
    fill_roles(bureau.team, AUDITOR)
    wanted = list(PAGES)
    if full:
        for batch in bureau.fill().values():
            wanted += [f"/console/bureau/batches/{batch}{part}" for part in OF_A_BATCH]
        closed = bureau.room.cards(wanted[10].split("/")[4])[0]
        wanted.append(f"/console/bureau/batches/{closed.batch_id}/certificate")
        key = ApplicationKey(closed.region, closed.intake_id, closed.row)
        wanted.append(f"/console/bureau/applications/{key}")
    browser = bureau.enter(AUDITOR)
    browser.client.set_cookie("onecard-language", language, path="/console")
    for path in wanted:
        page = browser.get(path)
        assert page.status_code == 200, path
        if not path.endswith(".json"):
            assert ('lang="zh-CN"' if language == "zh" else 'lang="en"') in page.text
            assert "Undefined" not in page.text


def test_a_page_is_for_its_roles(bureau: BureauConsole) -> None:
    for name in (*EVERYBODY, COUNTER_CLERK):
        browser = bureau.enter(name)
        seen = [path for path in PAGES if browser.get(path).status_code == 200]
        assert seen == [path for path, people in PAGES.items() if name in people], name


def test_nobody_sees_the_bureau_without_a_login(bureau: BureauConsole) -> None:
    for path in PAGES:
        assert bureau.desk.browser().get(path).request.path == "/console/login"


def test_hostile_addresses_do_no_harm(bureau: BureauConsole) -> None:
    fill_roles(bureau.team, AUDITOR)
    batch = bureau.requested()
    browser = bureau.enter(AUDITOR)
    for path in (*(one.partition("?")[0] for one in PAGES), f"/console/bureau/batches/{batch}"):
        for query in HOSTILE:
            page = browser.get(path + query)
            assert page.status_code in (200, 404), path + query
            assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "batches/nothing",
        "batches/371700-20261101-0001'--",
        "batches/nothing/progress.json",
        "batches/nothing/accounts",
        "batches/nothing/certificate",
        "applications/371700-99-1",
        "applications/nonsense",
        "applications/371700-999999999999-1",
        "yields/?batch=nothing",
        "no-such-page",
    ],
)
def test_what_is_not_there_is_said(bureau: BureauConsole, path: str) -> None:
    fill_roles(bureau.team, AUDITOR)
    page = bureau.enter(AUDITOR).get(f"/console/bureau/{path}")
    assert page.status_code == 404
    assert 'role="alert"' in page.text


def test_names_and_numbers_are_masked_in_lists(bureau: BureauConsole) -> None:
    batch = bureau.requested(size=1)
    with reading(bureau.room.engine) as session:
        person = session.scalars(select(Application)).one()
    page = bureau.enter(MAKER).get(f"/console/bureau/batches/{batch}/applications")
    assert person.social_security_number not in page.text
    assert person.name not in page.text
    assert person.name[0] in page.text
