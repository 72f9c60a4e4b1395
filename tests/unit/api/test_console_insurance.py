"""The pages of the insurances as the server renders them: who may see, decide, review, print."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.console.pdf_page import A4, PdfPages
from api.services.awards import grants
from api.services.matters.models import Matter
from issuance.counter import mandates
from issuance.counter.mandates import INSURANCE
from issuance.database import reading, transaction
from tests.bureau import NOW
from tests.console import CLERK, Browser, Console, console
from tests.insurance_console import (
    REVIEWER,
    STRANGER,
    begun,
    hidden,
    insurance_console,
    place,
    proof,
)

RETIRE, MONTH = "old_age.retire", "2026-10"
AGENT = "11010519491231002X"


@pytest.fixture(name="opened", scope="module")
def _opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with insurance_console(tmp_path_factory.mktemp("insurance")) as opened:
        yield opened


@pytest.fixture(name="browser")
def _browser(opened: Console) -> Browser:
    return opened.logged_in()


def matters(opened: Console) -> int:
    with reading(opened.team.engine) as session:
        return session.scalar(select(func.count(Matter.id))) or 0


def test_a_holder_is_shown_with_what_he_paid_and_may_begin(
    opened: Console, browser: Browser
) -> None:
    visit = opened.visit(browser, opened.numbers[0])
    desk = browser.get(f"/console/desk/visits/{visit}?verdict=genuine").text
    assert re.search(r'id="open-insurance" href="[^"]*/insurance" accesskey="s"', desk)
    page = browser.get(f"/console/visits/{visit}/cards/{opened.numbers[0]}/insurance").text
    assert "Retirement by law" in page
    assert "2026-10" in page  # born in 1966-05: sixty years and five months
    assert "<td>2025</td>" in page
    assert "4,800.00" in page  # 12 x 5000 x 8 %
    assert page.count("choices-of-life") == 1
    assert "bundles/retirement" in page


def test_a_woman_is_registered_once_it_is_said_by_which_table_she_retires(
    opened: Console, browser: Browser
) -> None:
    address = place(opened, browser, 1)
    for page in (address, f"{address}/{RETIRE}"):  # typed by hand, too
        asked = browser.get(page).text
        assert "By which table does she retire?" in asked
        assert "checked" not in asked
    shown = browser.send(f"{address}/first-visit", category="female55").text
    assert "2038-01" in shown  # born 1980-05: fifty-seven years and eight months
    assert "By which table" not in browser.get(address).text


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_received(
    opened: Console, browser: Browser
) -> None:
    address = f"{place(opened, browser)}/old_age.retire"
    matter = hidden(browser.get(address).text, "matter")
    before = matters(opened)
    answer = browser.send(address, matter=matter, month="2026-13", identity="yes")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "“month of retirement” is not a month" in answer.text
    assert browser.send(address, matter=matter, month="2026-10").status_code == 422
    assert "identity document has not been checked" in ((browser.page and browser.page.text) or "")
    assert matters(opened) == before


def test_a_refused_proposal_says_why_and_what_to_do(opened: Console, browser: Browser) -> None:
    page = browser.get(begun(opened, browser, RETIRE, month="2026-04")).text
    assert re.search(r'data-refusal="[a-z-]+"', page)
    assert "It cannot be decided so" in page
    assert "decide" not in re.findall(r"/insurance/matters/[0-9a-f]+/(\w+)", page)


def test_a_review_is_another_persons(opened: Console, browser: Browser) -> None:
    address = begun(opened, browser, RETIRE, month=MONTH)
    digest = hidden(browser.get(address).text, "digest")
    page = browser.send(f"{address}/decide", digest=digest, how="later").text
    assert "waits for review" in page
    assert f"{address}/review" not in page
    other = opened.logged_in(REVIEWER)
    listed = other.get("/console/insurance?queue=to_review").text
    assert address in listed
    assert "review" in listed
    page = other.get(address).text
    sent_back = other.send(f"{address}/close", event="send_back", reason="照片不清").text
    assert 'data-state="received"' in sent_back
    assert "照片不清" in sent_back


def test_two_people_decide_and_the_award_is_printed_the_same_twice(
    opened: Console, browser: Browser
) -> None:
    address = begun(opened, browser, RETIRE, month=MONTH)
    page = browser.get(address).text
    digest = hidden(page, "digest")
    assert "(8000.00 + 8000.00 × 1) ÷ 2 × 20 × 1% = 1600.00" in page
    alone = browser.send(f"{address}/decide", digest=digest, how="now", **proof(opened, CLERK))
    assert alone.status_code == 403
    assert 'role="alert" data-code="duty"' in alone.text
    assert 'data-state="received"' in alone.text
    stranger = proof(opened, STRANGER)
    far = browser.send(f"{address}/decide", digest=digest, how="now", **stranger)
    assert "may not decide this matter" in far.text
    second = proof(opened, REVIEWER)
    for _ in range(2):  # the same form again decides nothing, and asks for no further code
        page = browser.send(f"{address}/decide", digest=digest, how="now", **second).text
        assert 'data-state="decided"' in page
        assert re.search(r"\d{6}-\d{6}", page)
    first, again = (browser.client.get(f"{address}/award.pdf") for _ in range(2))
    assert first.mimetype == "application/pdf"
    assert first.data.startswith(b"%PDF-")
    assert b"/FontFile" in first.data
    assert first.data == again.data
    with reading(opened.team.engine) as session:
        matter = session.get_one(Matter, address.rsplit("/", 1)[1])
        (award,) = grants.of_matter(session, matter.id)
        assert (matter.decided_by, matter.reviewed_by) == (CLERK, REVIEWER)
        assert str(award.from_month) == "2026-11"


def test_another_office_receives_and_ours_is_told_and_decides(
    opened: Console, browser: Browser
) -> None:
    far = opened.logged_in(STRANGER)
    address = begun(opened, far, "unemployment.register", lost_on="2026-10-31", reason="20")
    page = far.get(address).text
    assert f"{address}/decide" not in page
    assert "430102县社会保险服务中心" in page
    told = browser.get("/console/insurance?queue=told").text
    assert address in told
    browser.send("/console/insurance/read", matter=address.rsplit("/", 1)[1])
    assert address not in browser.get("/console/insurance?queue=told").text
    far.get(address)
    assert "→" in far.send(f"{address}/hand", to="430102000000", note="请办理").text
    assert f"{address}/decide" in browser.get(address).text


def test_whoever_comes_instead_needs_a_mandate_for_insurances(
    opened: Console, browser: Browser
) -> None:
    with transaction(opened.team.engine) as session:
        holder = session.scalars(select(Matter.person).limit(1)).one()
        for name, actions in (("a" * 32, [INSURANCE]), ("b" * 32, ["cancel"])):
            mandates.grant(
                session,
                name,
                holder_number=holder,
                agent_name="李四",
                agent_number=AGENT,
                relation="女儿",
                actions=actions,
                until_at=NOW.replace(year=2027, month=1),
                clerk=CLERK,
                at=opened.clock.at,
            )
    address = f"{place(opened, browser)}/old_age.retire"
    form = browser.get(address).text
    assert form.count("李四") == 1
    refused = browser.send(
        address, matter=hidden(form, "matter"), mandate="b" * 32, month="2026-10", identity="yes"
    )
    assert "The mandate does not cover this." in refused.text
    assert (
        "received"
        in browser.get(begun(opened, browser, RETIRE, month=MONTH, mandate="a" * 32)).text
    )


def test_a_citizen_tries_what_he_would_draw_and_nothing_is_begun(
    opened: Console, browser: Browser
) -> None:
    address, before = f"{place(opened, browser)}/what-if", matters(opened)
    browser.get(address)
    page = browser.send(address, question="injured", happened="2026-10", grade="7").text
    assert "5000.00 × 13 = 65000.00" in page
    page = browser.send(address, question="retirement").text
    assert len(re.findall(r"<td>20\d\d-\d\d</td>", page)) == 36  # 2026-11 to 2029-10
    assert "<polyline" in page
    page = browser.send(address, question="unemployed", lost="2026").text
    assert "“month of the loss” is not a month" in page
    assert matters(opened) == before


def test_a_book_without_insurances_shows_no_place_for_them(tmp_path: Path) -> None:
    with console(tmp_path, cards=1) as opened:
        browser = opened.logged_in()
        visit = opened.visit(browser, opened.numbers[0])
        page = browser.get(f"/console/desk/visits/{visit}?verdict=genuine").text
        assert "insurance" not in page
        answer = browser.get("/console/insurance")
        assert answer.status_code == 503
        assert "onecard services prepare" in answer.text


def test_lines_of_a_printed_page_end_at_words_and_characters() -> None:
    pages = PdfPages(A4, NOW)
    text = "个人账户储存额 ÷ 计发月数 account balance ÷ divisor months " * 3
    lines = pages.broken(text, 9, 60)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(pages.extent(line, 9) <= 60 for line in lines)
    pages.add()
    pages.finished()  # closes the files of its fonts
