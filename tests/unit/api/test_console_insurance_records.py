"""What is kept of matters in the console: their sentences, their sheet, and who looked at them."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from issuance.database import reading
from issuance.models import AuditEntry
from tests.console import CLERK, Browser, Console
from tests.insurance_console import (
    REVIEWER,
    STRANGER,
    begun,
    hidden,
    insurance_console,
    place,
    proof,
)
from tests.pdf_text import text_of

RETIRE, MONTH = "old_age.retire", "2026-10"
SAID = "A pension is paid from 2026-11 on."


@pytest.fixture(name="opened", scope="module")
def _opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with insurance_console(tmp_path_factory.mktemp("records")) as opened:
        yield opened


@pytest.fixture(name="browser")
def _browser(opened: Console) -> Browser:
    return opened.logged_in()


@pytest.fixture(name="decided", scope="module")
def _decided(opened: Console) -> str:
    """A retirement on which two decided; its address."""
    browser = opened.logged_in()
    address = begun(opened, browser, RETIRE, month=MONTH)
    digest = hidden(browser.get(address).text, "digest")
    form = {"digest": digest, "how": "now", **proof(opened, REVIEWER)}
    assert 'data-state="decided"' in browser.send(f"{address}/decide", **form).text
    return address


@contextmanager
def noted(opened: Console) -> Iterator[list[dict[str, str]]]:
    """The looks that come into the trail meanwhile: who, where, on what they rest, at what."""
    found: list[dict[str, str]] = []
    wanted = select(AuditEntry).where(AuditEntry.event == "person.look").order_by(AuditEntry.number)
    with reading(opened.team.engine) as session:
        before = len(session.scalars(wanted).all())
    yield found
    with reading(opened.team.engine) as session:
        rows = session.scalars(wanted).all()[before:]
        found += [{"by": one.by, **json.loads(one.detail)} for one in rows]


def look(clerk: str, office: str, purpose: str) -> dict[str, str]:
    """The entry of a look at a matter."""
    return {
        "by": clerk,
        "basis": "matter",
        "office": office.ljust(12, "0"),
        "purpose": purpose,
        "visit": "",
    }


def test_what_a_decision_says_stays_with_it(browser: Browser, decided: str) -> None:
    assert SAID in browser.get(decided).text


def test_the_award_sheet_says_it_in_both_languages(browser: Browser, decided: str) -> None:
    sheet = text_of(browser.client.get(f"{decided}/award.pdf").data)
    said = sheet[sheet.index("办理意见") : sheet.index("核定结果")]
    assert SAID in said
    assert "自 2026-11 起按月发放基本养老金。" in said


def test_the_divisor_of_a_pension_is_called_so(browser: Browser, decided: str) -> None:
    sheet = text_of(browser.client.get(f"{decided}/award.pdf").data)
    results = sheet[sheet.index("核定结果") : sheet.index("计算过程与依据")]
    # At sixty years and five months: 139 - (139 - 132) x 5 / 12 = 136.08.
    assert re.search(r"计发月数\s*divisor months\s*136\.1", results), results
    assert "月数months" not in results


def test_looks_at_a_matter_and_its_sheet_are_in_the_trail(
    opened: Console, browser: Browser, decided: str
) -> None:
    matter = decided.rsplit("/", 1)[1]
    with noted(opened) as found:
        browser.get(decided)
        browser.client.get(f"{decided}/award.pdf")
    assert found == [
        look(CLERK, "430102", f"matter {matter}"),
        look(CLERK, "430102", f"award sheet of matter {matter}"),
    ]


def test_so_are_those_of_the_office_that_received_it_elsewhere(opened: Console) -> None:
    far = opened.logged_in(STRANGER)
    address = begun(opened, far, "unemployment.register", lost_on="2026-10-31", reason="20")
    with noted(opened) as found:
        far.get(address)
    assert found == [look(STRANGER, "510104", f"matter {address.rsplit('/', 1)[1]}")]


def test_a_look_at_a_bundle_is_in_the_trail(opened: Console, browser: Browser) -> None:
    address = f"{place(opened, browser)}/bundles/job_loss"
    form = browser.get(address).text
    bundle = hidden(form, "bundle")
    fields = {
        "lost_on": "2026-10-31",
        "unemployment.register.reason": "20",
        "unemployment.claim.ending": "expired",
        "unemployment.claim.seeking": "yes",
    }
    answer = browser.send(address, bundle=bundle, step="receive", identity="yes", **fields)
    assert answer.status_code == 200, answer.text
    with noted(opened) as found:
        assert browser.get(f"/console/insurance/bundles/{bundle}").status_code == 200
    assert found == [look(CLERK, "430102", f"bundle {bundle}")]


def test_who_does_not_see_a_matter_leaves_no_look(opened: Console, decided: str) -> None:
    far = opened.logged_in(STRANGER)
    with noted(opened) as found:
        assert far.get(decided).status_code == 409
        assert far.client.get(f"{decided}/award.pdf").status_code == 409
    assert found == []
