"""A ledger takes up what is payable: in pages, once, and what is corrected afterwards as well."""

from collections.abc import Iterator

import pytest

from api.services.awards import grants, payables
from api.services.money import Fen
from api.services.months import Month
from issuance import audit
from tests.counter_world import VILLAGE
from tests.insurance import CLERK
from tests.insurance_http import LEDGER, SERVICE, InsuranceService, insurance_service

FIRST = Month.of(1984, 1)
LAST = FIRST.after(500)  # 501 months: one more than a page holds
ASKED = f"/payables?region=430102&insurance=110&month={LAST}"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InsuranceService]:
    with insurance_service(tmp_path_factory.mktemp("ledger")) as opened:
        yield opened


def take(ledger: InsuranceService, keys: list[str], reference: str = "2026-11/7") -> object:
    body = {"reference": reference, "items": keys}
    answer = ledger.ask("/payables/taken", method="POST", client=LEDGER, body=body)
    return answer.json if answer.status == 200 else (answer.status, answer.json["code"])


def test_every_item_is_taken_once_whatever_is_asked_again(ledger: InsuranceService) -> None:
    award = ledger.award(Fen(100_001), FIRST, LAST, calculation="d" * 32)
    first = ledger.ask(ASKED, client=LEDGER).json
    rest = ledger.ask(f"{ASKED}&after={first['next']}", client=LEDGER).json
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (500, 1, None)
    assert rest["items"][0]["key"] == f"{award}.{LAST}.0"
    assert {one["fen"] for one in first["items"]} == {100_001}
    keys = [one["key"] for one in first["items"]]
    assert take(ledger, keys) == {"taken": 500, "before": 0}
    assert take(ledger, keys) == {"taken": 0, "before": 500}  # its answer got lost
    mixed = [keys[0], rest["items"][0]["key"]]
    assert take(ledger, mixed, "another") == (409, "item-taken")
    left = ledger.ask(ASKED, client=LEDGER).json
    assert [one["key"] for one in left["items"]] == [rest["items"][0]["key"]]  # nothing half-taken
    assert take(ledger, mixed) == {"taken": 1, "before": 1}

    def correct(session):
        found, at = grants.get(session, award), ledger.world.clock.at
        amount = Fen(90_001)
        more = {"calculation": None, "reason": "recalculated", "at": at, "by": CLERK}
        grants.change_amount(session, found, from_month=LAST, amount=amount, **more)
        payables.settle(session, found, through=LAST, run="correction", at=at)

    ledger.world.change(correct)
    (correction,) = ledger.ask(ASKED, client=LEDGER).json["items"]
    assert (correction["key"], correction["fen"]) == (f"{award}.{LAST}.1", -10_000)
    ledger.world.look(audit.verify)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([f"{'e' * 32}.2026-11.0"], (404, "unknown-here")),
        (["2026-11"], (422, "invalid-field")),
        ([], (422, "invalid-field")),
    ],
)
def test_what_is_no_item_is_refused(
    ledger: InsuranceService, items: list[str], expected: tuple[int, str]
) -> None:
    assert take(ledger, items) == expected


@pytest.mark.parametrize("left_out", ["region", "insurance", "month"])
def test_what_is_not_said_is_named(ledger: InsuranceService, left_out: str) -> None:
    given = {"region": "430102", "insurance": "110", "month": "2026-11"}
    asked = "&".join(f"{name}={value}" for name, value in given.items() if name != left_out)
    answer = ledger.ask(f"/payables?{asked}", client=LEDGER)
    assert (answer.status, answer.json["field"]) == (422, left_out)


@pytest.mark.parametrize("client", [SERVICE, VILLAGE])
def test_only_a_ledger_is_told(ledger: InsuranceService, client: str) -> None:
    assert ledger.refused(ASKED, client=client) == (403, "wrong-client")
    posted = {"method": "POST", "body": {"reference": "x", "items": ["y"]}}
    assert ledger.refused("/payables/taken", client=client, **posted) == (403, "wrong-client")
    assert ledger.ask(ASKED, client=None).status == 401
