"""A person's statements over HTTP: for whoever shows the presence token of his card, and no one."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from api.services.cli import services
from api.services.money import Fen
from api.services.months import Month
from issuance import cards
from issuance.cards import Loss
from issuance.models import AuditEntry
from onecard.settings import Settings
from reader.presence import LIFETIME
from tests.counter_world import PURPOSE, VILLAGE
from tests.insurance import CLERK, EMPLOYER
from tests.insurance_http import LEDGER, SERVICE, InsuranceService, insurance_service
from tests.office import Office

RECORD = "OC1:AB"
KEPT = "c" * 32
RETIREMENT = {"category": "male", "birth": "1966-01"}
STATEMENTS = (
    "/contributions",
    "/awards",
    "/old-age",
    "/platform-work",
    "/annuity",
    "/unemployment",
    "/injuries",
    "/private-pension",
    "/matters",
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InsuranceService]:
    with insurance_service(tmp_path_factory.mktemp("service")) as opened:
        opened.office.employed(opened.person, Month.of(2026, 9), Month.of(2026, 11))
        opened.award(Fen(234_567), Month.of(2026, 9), Month.of(2026, 11), calculation=KEPT)
        yield opened


def test_contributions_and_account_to_the_fen(service: InsuranceService) -> None:
    found = service.read("/contributions?insurance=110")
    assert found["person"] == service.person
    (enrolment,) = found["enrolments"]
    assert (enrolment["employer"], enrolment["from_month"]) == (EMPLOYER, "2026-09")
    assert enrolment["name"]["zh"] == "企业职工基本养老保险"
    # 5000 yuan a month: 16 % of the employer, 8 % of one's own, which goes to the account.
    assert [
        (one["month"], one["base"], one["employer_part"], one["own_part"])
        for one in found["contributions"]
    ] == [(f"2026-{month:02}", "5000.00", "800.00", "400.00") for month in (9, 10, 11)]
    assert found["accounts"] == [
        {"insurance": "110", "until": "2026-11", "balance": "1200.00"}  # 3 x 400, no interest yet
    ]
    assert service.read("/contributions?insurance=210")["contributions"] == []


def test_awards_with_every_payment(service: InsuranceService) -> None:
    (found,) = service.read("/awards")["awards"]
    assert (found["label"]["zh"], found["amounts"][0]["amount"]) == ("基本养老金", "2345.67")
    assert [(one["month"], one["amount"], one["taken"]) for one in found["payments"]] == [
        (f"2026-{month:02}", "2345.67", False) for month in (9, 10, 11)
    ]
    explained = service.read(f"/calculations/{found['amounts'][0]['calculation']}")
    assert explained["explanation"][0]["source"]["zh"]


@pytest.mark.parametrize("path", STATEMENTS)
def test_what_the_asker_has_is_not_sent_again_and_each_read_is_noted(
    service: InsuranceService, path: str
) -> None:
    first = service.ask(path, token=service.token)
    assert first.status == 200, first.json
    tag = {"If-None-Match": first.headers["ETag"]}
    assert service.ask(path, token=service.token, **tag).status == 304
    wanted = select(AuditEntry).where(AuditEntry.event == "card.look")
    looks = service.world.look(lambda s: s.scalars(wanted.order_by(AuditEntry.number)).all())
    assert [(one.by, one.subject) for one in looks[-2:]] == [
        (SERVICE, f"card {service.world.number}")
    ] * 2
    assert json.loads(looks[-1].detail)["purpose"] == PURPOSE


def test_no_token_an_altered_or_an_old_one_opens_nothing(service: InsuranceService) -> None:
    for path in (*STATEMENTS, f"/calculations/{KEPT}"):
        assert service.refused(path) == (403, "holder-absent")
    assert service.refused("/awards", token=service.token[:-6] + "AAAAAA")[1] == "holder-absent"
    assert service.refused("/awards", token=RECORD)[1] == "holder-absent"
    before = service.world.clock.at
    service.world.clock.at += LIFETIME
    assert service.refused("/awards", token=service.token) == (403, "holder-absent")
    service.world.clock.at = before


def test_another_card_opens_its_own_holders_data_alone(service: InsuranceService) -> None:
    token = service.present(1)
    assert service.refused("/awards", token=token) == (404, "unknown-here")  # not registered
    other = service.world.look(lambda s: cards.get(s, service.world.numbers[1]))
    service.register(1)
    assert service.ask("/awards", token=token).json == {
        "person": other.social_security_number,
        "awards": [],
    }
    kept = f"/calculations/{KEPT}"
    assert service.refused(kept, token=token) == (404, "unknown-here")
    at, number = service.world.clock.at, other.number
    service.world.change(
        lambda s: cards.report_loss(s, number, loss=Loss.TEMPORARY, by=CLERK, at=at)
    )
    assert service.refused("/awards", token=token) == (403, "holder-absent")
    service.world.change(lambda s: cards.lift(s, number, by=CLERK, at=at + timedelta(seconds=1)))


@pytest.mark.parametrize("client", [VILLAGE, LEDGER])
def test_another_kind_of_key_opens_nothing(service: InsuranceService, client: str) -> None:
    for path in STATEMENTS:
        assert service.refused(path, client=client, token=service.token) == (403, "wrong-client")
    posted = {"method": "POST", "client": client, "body": RETIREMENT}
    assert service.refused("/calculations/retirement-age", **posted) == (403, "wrong-client")


def test_a_calculation_is_the_same_as_by_command(service: InsuranceService) -> None:
    answer = service.ask("/calculations/retirement-age", method="POST", body=RETIREMENT)
    arguments = ["calculate", "retirement-age", "--input", "-", "--json"]
    command = CliRunner().invoke(
        services, arguments, input=json.dumps(RETIREMENT), obj=Settings(language="en")
    )
    assert answer.status == 200
    assert answer.json == json.loads(command.stdout)


@pytest.mark.parametrize(
    ("path", "content", "status", "code"),
    [
        ("/calculations/alchemy", b"{}", 404, "unknown-here"),
        ("/calculations/retirement-age", b"{", 422, "calculation-unreadable"),
        ("/calculations/retirement-age", b"{}", 422, "calculation-field-missing"),
        (
            "/calculations/retirement-age",
            b'{"category": "male", "birth": "1966-13"}',
            422,
            "calculation-field-value",
        ),
    ],
)
def test_a_wrong_input_is_named(
    service: InsuranceService, path: str, content: bytes, status: int, code: str
) -> None:
    answer = service.ask(path, method="POST", content=content)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.json["remedy_zh"]
    if "field" in code:
        assert answer.json["field"] in {"category", "birth"}


def test_a_book_without_the_insurances_says_how_to_get_them(office: Office) -> None:
    for path in STATEMENTS:
        answer = office.call("GET", f"/v1/services{path}")
        assert (answer.status_code, answer.json["code"]) == (503, "insurance-form")
        assert "onecard services prepare" in answer.json["remedy"]
