"""The way into the console: login, session, logout, and whose page it is."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from sqlalchemy import select

from api.config import Service
from issuance.database import transaction
from issuance.people import operators
from issuance.people.models import Operator
from issuance.people.rules import RULES, Rule
from tests.bureau import chance
from tests.console import CLERK, Console, console
from tests.staff import CHEN

WRONG = "not his at all"


@pytest.fixture(name="console")
def _console(tmp_path: Path) -> Iterator[Console]:
    with console(tmp_path) as opened:
        yield opened


def test_a_stranger_is_led_to_the_login_and_back(console: Console) -> None:
    browser = console.browser()
    page = browser.get("/console/")
    assert page.request.path == "/console/login"
    browser.send("/console/login", next="/console/", **console.fields(CLERK))
    assert browser.page is not None
    assert browser.page.status_code == 200
    assert CLERK in browser.page.text


def test_a_wrong_password_is_told_and_the_name_stays(console: Console) -> None:
    browser = console.browser()
    browser.get("/console/login")
    page = browser.send("/console/login", **console.fields(CLERK, password=WRONG))
    assert page.status_code == 403
    assert "Name, password or code is not right." in page.text
    assert f'value="{CLERK}"' in page.text


def test_five_wrong_tries_lock_and_the_page_says_until_when(console: Console) -> None:
    browser = console.browser()
    browser.get("/console/login")
    for _ in range(5):
        page = browser.send("/console/login", **console.fields(CLERK, password=WRONG))
    page = browser.send("/console/login", **console.fields(CLERK))
    assert page.status_code == 429
    assert "locked until" in page.text


def test_a_code_works_once(console: Console) -> None:
    fields = console.fields(CLERK)
    for expected in (200, 403):
        browser = console.browser()
        browser.get("/console/login")
        assert browser.send("/console/login", **fields).status_code == expected


def test_a_hash_that_cost_less_is_made_anew_at_the_login(console: Console) -> None:
    service = Service.open(console.settings, now=console.clock, random=chance(3))
    service.install(console.app)
    console.logged_in(CHEN)
    with service.book.reading() as session:
        (stored,) = session.scalars(select(Operator.password_hash).where(Operator.name == CHEN))
    service.book.close()
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, 4: the second choice


@pytest.mark.parametrize(
    ("place", "secure"),
    [("https://console.example", True), ("http://127.0.0.1:8610", False)],
    ids=["https", "loopback"],
)
def test_the_session_is_in_a_cookie_for_the_browser_alone(
    console: Console, place: str, secure: bool
) -> None:
    browser = console.browser()
    browser.page = browser.client.get("/console/login", base_url=place)
    answer = browser.client.post(
        "/console/login",
        data={"form_token": browser.token, **console.fields(CLERK)},
        base_url=place,
    )
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if "-session=" in one)
    assert {"HttpOnly", "SameSite=Strict", "Path=/console"} <= set(cookie.split("; "))
    assert ("Secure" in cookie.split("; ")) is secure


def test_a_session_in_another_browser_is_refused(console: Console) -> None:
    session = console.logged_in().client.get_cookie("onecard-session", path="/console")
    assert session is not None
    thief = console.browser()
    thief.get("/console/login")
    thief.client.set_cookie("onecard-session", session.value, path="/console")
    page = thief.get("/console/")
    assert page.request.path == "/console/login"
    assert "another browser" in page.text


def test_a_session_ends_when_nothing_is_done(console: Console) -> None:
    browser = console.logged_in()
    console.later(minutes=RULES[Rule.IDLE_MINUTES].default)
    page = browser.get("/console/")
    assert page.request.path == "/console/login"
    assert "nothing was done for too long" in page.text


def test_what_a_page_asks_by_itself_lengthens_nothing(console: Console) -> None:
    browser = console.logged_in()
    for _ in range(3):
        console.later(minutes=RULES[Rule.IDLE_MINUTES].default / 3)
        page = browser.get("/console/", **{"X-Background": "yes"})
    assert page.request.path == "/console/login"


def test_what_a_page_asks_by_itself_needs_no_turn_to_write(console: Console) -> None:
    browser = console.logged_in()
    console.later(seconds=5)
    with transaction(console.team.engine) as session:
        operators.get(session, CLERK).display_name = "Liu"
        session.flush()  # from here on nobody else writes
        answer = browser.client.get("/console/desk/alive", headers={"X-Background": "yes"})
    assert answer.status_code == HTTPStatus.NO_CONTENT


def test_after_logout_the_token_is_worth_nothing(console: Console) -> None:
    browser = console.logged_in()
    token = browser.client.get_cookie("onecard-session", path="/console")
    assert token is not None
    page = browser.send("/console/logout")
    assert "You are logged out." in page.text
    browser.client.set_cookie("onecard-session", token.value, path="/console")
    assert browser.get("/console/").request.path == "/console/login"


def test_a_form_without_its_token_is_refused(console: Console) -> None:
    browser = console.logged_in()
    page = browser.client.post("/console/logout", data={"form_token": "0" * 64})
    assert page.status_code == 403
    assert "Nothing was changed" in page.text
    assert browser.get("/console/").request.path != "/console/login"


def test_a_form_of_another_site_is_refused(console: Console) -> None:
    browser = console.logged_in()
    page = browser.client.post(
        "/console/logout",
        data={"form_token": browser.token},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert page.status_code == 403


@pytest.mark.parametrize(
    "target",
    ["//evil.example/", "https://evil.example/", "/console//evil.example", "/v1/x", "\\evil"],
)
def test_a_login_never_leads_out_of_the_console(console: Console, target: str) -> None:
    browser = console.browser()
    browser.get("/console/login")
    page = browser.send("/console/login", follow=False, next=target, **console.fields(CLERK))
    assert page.headers["Location"] == "/console/"


def test_a_book_without_operators_says_how_to_add_them(tmp_path: Path) -> None:
    with console(tmp_path, founded=False) as opened:
        page = opened.browser().get("/console/")
    assert "onecard bureau operators add" in page.text


def test_a_service_without_keys_says_so(tmp_path: Path) -> None:
    with console(tmp_path, with_keys=False) as opened:
        browser = opened.browser()
        browser.get("/console/login")
        page = browser.send("/console/login", **opened.fields(CLERK))
    assert page.status_code == 503
    assert "ONECARD_KEYS_PASSPHRASE" in page.text


def test_every_page_asks_who_is_there(console: Console) -> None:
    open_to_all = {"console.static", "console.nothing", "console.home.choose"}
    for rule in console.app.url_map.iter_rules():
        name = rule.endpoint
        if not name.startswith("console.") or name in open_to_all or ".login." in name:
            continue
        browser = console.browser()
        browser.get("/console/login")
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(f"<{argument}>", "1").replace(f"<path:{argument}>", "1")
        if "GET" in (rule.methods or ()):
            assert browser.get(path).request.path == "/console/login", path
        else:
            assert browser.send(path).status_code == 401, path


def test_an_administrator_has_no_place_at_the_desk(console: Console) -> None:
    page = console.logged_in(CHEN).get("/console/")
    assert page.status_code == 200
    assert 'href="/console/desk"' not in page.text


@pytest.mark.parametrize(
    ("chosen", "expected"), [("zh", "动态码"), ("en", "One-time code")], ids=["zh", "en"]
)
def test_the_language_is_the_persons_choice(console: Console, chosen: str, expected: str) -> None:
    browser = console.browser()
    browser.get("/console/login")
    assert expected in browser.send("/console/view", language=chosen, back="/console/login").text


def test_errors_are_pages_with_a_remedy(console: Console) -> None:
    page = console.browser().get("/console/no-such-page")
    assert page.status_code == 404
    assert page.mimetype == "text/html"
    assert "There is no such page." in page.text


def test_no_page_may_be_framed_kept_or_load_strangers(console: Console) -> None:
    headers = console.browser().get("/console/login").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
