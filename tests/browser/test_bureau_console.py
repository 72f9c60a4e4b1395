"""The bureau's console in Chromium: from the login to the certificate, and for everybody's eyes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from issuance.application_review import ApplicationKey
from issuance.stock import certificate
from tests.bureau import CHIEF, MAKER
from tests.bureau_console import (
    AUDITOR,
    CUSTODIAN,
    KEEPER,
    OTHER_CUSTODIAN,
    RECONCILER,
)
from tests.live_bureau import MADE, MAKING, LiveBureau, live_bureau

pytestmark = pytest.mark.browser

SIZE = {"width": 1366, "height": 768}
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveBureau]:
    with live_bureau(tmp_path_factory.mktemp("bureau")) as live:
        yield live


@pytest.fixture
def enter(chromium: Any, bureau: LiveBureau) -> Iterator[Callable[..., Any]]:
    """A page of a person who has logged in, on the overview."""
    contexts = []

    def log_in(name: str, language: str = "en-US", **more: Any) -> Any:
        context = chromium.new_context(locale=language, viewport=SIZE, **more)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{bureau.origin}/console/login")
        for field, value in bureau.proof(name).items():
            page.fill(f"#{field}", value)
        page.click("button.main")
        page.wait_for_url("**/console/**")
        page.goto(f"{bureau.origin}/console/bureau/")
        return page

    yield log_in
    for context in contexts:
        context.close()


def faults(page: Any) -> list[str]:
    """What axe-core finds that keeps people out."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in GRAVE
    ]


def too_wide(page: Any) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_another_person_releases_what_one_requested(
    enter: Callable[..., Any], bureau: LiveBureau
) -> None:
    page = enter(CHIEF)
    assert bureau.names["requested"] in page.inner_text("section:has(#mine)")
    page.click(f"section:has(#mine) a:text('{bureau.names['requested']}')")
    page.click("button:text('Release')")
    assert "Audit number 371700-" in page.inner_text(".done")
    assert "it waits for another person" in page.inner_text("section:has(#next)")
    page.reload()
    assert "Release" not in page.inner_text("section:has(#actions)")


def test_two_custodians_enable_keys_by_keyboard_alone(
    enter: Callable[..., Any], bureau: LiveBureau
) -> None:
    page = enter(CUSTODIAN)
    page.goto(f"{bureau.origin}/console/bureau/batches/{bureau.names['keys']}")
    page.focus("[name=second]")
    for value in bureau.proof(OTHER_CUSTODIAN).values():
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Enable the keys"
    page.keyboard.press("Enter")
    assert "Audit number 371700-" in page.inner_text(".done")


def test_the_second_person_must_be_another_one(
    enter: Callable[..., Any], bureau: LiveBureau
) -> None:
    page = enter(OTHER_CUSTODIAN)
    batch = bureau.names["making"]
    page.goto(f"{bureau.origin}/console/bureau/batches/{batch}")
    for field, value in zip(
        ("second", "second_password", "second_code"),
        bureau.proof(OTHER_CUSTODIAN).values(),
        strict=True,
    ):
        page.fill(f"[name={field}]", value)
    page.click("button:text('Enable the keys')")
    assert "takes two people" in page.inner_text("[role=alert]")
    page.click("text=Back to the page of the form")
    assert batch in page.inner_text("h1")


def test_progress_renews_itself_and_stands_without_a_script(
    enter: Callable[..., Any], bureau: LiveBureau
) -> None:
    page = enter(KEEPER)
    asked = []
    page.on("response", lambda answer: asked.append((answer.status, answer.url)))
    page.goto(f"{bureau.origin}/console/bureau/batches/{bureau.names['making']}/progress")
    made = int(page.inner_text("[data-fact=made]"))
    assert made >= MADE
    bureau.make_one()
    page.wait_for_function(
        "made => Number(document.querySelector('[data-fact=made]').textContent) > made", arg=made
    )
    assert page.inner_text("#live") == "Renewed by itself while you look."
    page.wait_for_function("document.querySelectorAll('[data-plot=rates] polyline').length === 1")
    assert page.inner_text("[data-card=personalized]") == str(made + 1)
    still = enter(MAKER, java_script_enabled=False)
    still.goto(f"{bureau.origin}/console/bureau/batches/{bureau.names['making']}/progress")
    assert f"{made + 1} / {MAKING}" in still.inner_text(".big")
    assert any(url.endswith("progress.json") for _, url in asked)


def test_a_batch_in_balance_is_closed_and_its_certificate_taken_along(
    enter: Callable[..., Any], bureau: LiveBureau
) -> None:
    page, batch = enter(RECONCILER), bureau.names["closing"]
    page.goto(f"{bureau.origin}/console/bureau/batches/{batch}/accounts")
    assert "The batch balances." in page.inner_text(".done")
    page.click("button:text('Close and sign')")
    assert "Genuine: a trusted key signed it." in page.inner_text("main")
    with page.expect_download() as told:
        page.click("text=Download")
    assert told.value.suggested_filename == f"{batch}.cert"
    with told.value.path().open("rb") as file:
        content = certificate.from_file(file.read())
    found = certificate.check(content, trust=bureau.team.store.public_keys())
    assert (found.batch_id, found.cards) == (batch, {"inspected": 6, "rejected": 1})


def pages(bureau: LiveBureau) -> list[str]:
    """Every page of the bureau."""
    card = bureau.room.cards(bureau.names["making"])[0]
    key = ApplicationKey(card.region, card.intake_id, card.row)
    found = ["", "batches/", "stock/", "stock/ranges", "stock/movements", "yields/", "trail/"]
    found += ["applications/", f"applications/{key}", "operators/", "operators/one?name=Chen"]
    found += ["batches/nothing"]
    for name in ("making", "late", "closing"):
        batch = bureau.names[name]
        found += [f"batches/{batch}{part}" for part in ("", "/progress", "/accounts")]
    return [*found, f"batches/{bureau.names['making']}/applications"]


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_no_page_keeps_anybody_out_or_is_cut(
    enter: Callable[..., Any], bureau: LiveBureau, language: str
) -> None:
    page = enter(AUDITOR, language)
    complaints = []
    page.on("console", lambda said: complaints.append(said.text))
    large = {"name": "onecard-type", "value": "large", "url": f"{bureau.origin}/console"}
    found = {}
    every = pages(bureau)
    for path in every if language == "en-US" else every[::4]:
        page.goto(f"{bureau.origin}/console/bureau/{path}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found[path] = faults(page), too_wide(page)
    page.context.add_cookies([large])
    for path in ("", f"batches/{bureau.names['making']}/accounts"):
        page.goto(f"{bureau.origin}/console/bureau/{path}")
        found[f"large {path}"] = faults(page), too_wide(page)
    assert {path: what for path, what in found.items() if what != ([], 0)} == {}
    assert [text for text in complaints if "Content Security Policy" in text] == []
    assert page.get_attribute("html", "lang") == language.replace("en-US", "en")
