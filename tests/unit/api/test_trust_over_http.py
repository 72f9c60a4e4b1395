"""GET /v1/trust, /v1/status-lists/{number}, /readyz, and the trust list's file behind them."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from crypto.keystore import Purpose, create_key
from crypto.trust import TrustList
from issuance import cards, status_list
from issuance.cards import Loss
from issuance.database import transaction
from reader.authenticity import CardStatus, verify_text
from reader.status_list import StatusList
from tests.bureau import CLERK, NOW
from tests.office import Office, office


def test_the_published_keys_verify_a_card(office: Office) -> None:
    answer = office.call("GET", "/v1/trust", key=None)
    trust = TrustList.loads(answer.data)
    assert verify_text(office.card().text, trust=trust, now=NOW).genuine
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_the_same_keys_are_not_sent_twice(office: Office) -> None:
    etag = office.call("GET", "/v1/trust", key=None).headers["ETag"]
    answer = office.call("GET", "/v1/trust", key=None, headers={"If-None-Match": etag})
    assert answer.status_code == 304


def test_a_changed_trust_list_counts_at_once(office: Office) -> None:
    card = office.card()
    assert office.verify(card.text)["genuine"]
    create_key(office.store, "stranger", Purpose.SIGNING, "NIST")
    stranger = [key for key in office.store.public_keys() if key.name == "stranger"]
    office.settings.trust.write_text(TrustList(stranger).dumps(), encoding="utf-8")
    assert office.verify(card.text)["verdict"] == "unknown_key"


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_without_a_trust_list_nothing_is_genuine(office: Office, damage: str) -> None:
    card = office.card()
    assert office.call("GET", "/readyz", key=None).json == {"status": "ready"}
    kept = office.settings.trust.read_text(encoding="utf-8")
    if damage == "missing":
        office.settings.trust.unlink()
    else:
        office.settings.trust.write_text(kept[:40], encoding="utf-8")
    for method, path, body in (
        ("POST", "/v1/verifications", {"record": card.text}),
        ("GET", "/v1/trust", None),
        ("GET", "/readyz", None),
    ):
        answer = office.call(method, path, json=body)
        assert (answer.status_code, answer.json["code"]) == (503, "trust-unavailable")
        assert str(office.settings.trust) not in answer.text
    assert office.call("GET", "/healthz", key=None).status_code == 200
    office.settings.trust.write_text(kept, encoding="utf-8")
    assert office.verify(card.text)["genuine"]


def test_a_status_list_is_signed_and_says_what_the_book_says(office: Office) -> None:
    active, waiting = office.card(), office.card(active=False)
    reference = active.record.status
    answer = office.call("GET", f"/v1/status-lists/{reference.list_id}", key=None)
    assert answer.mimetype == "application/statuslist+cwt"
    found = StatusList.parse(answer.data)
    found.verify(office.store.public_keys(), now=NOW)
    assert found.number == reference.list_id
    assert found.status(reference.index) is CardStatus.VALID
    assert found.status(waiting.record.status.index) is CardStatus.INACTIVE


def test_a_loss_reaches_the_list_before_desks_ask_again(office: Office) -> None:
    card = office.card()
    path = f"/v1/status-lists/{card.record.status.list_id}"
    first = office.call("GET", path, key=None)
    assert first.headers["Cache-Control"] == "public, max-age=900"
    with transaction(office.bureau.engine) as session:
        cards.report_loss(session, card.number, loss=Loss.FINAL, by=CLERK, at=NOW)
    office.clock.at += timedelta(seconds=20)
    again = office.call("GET", path, key=None, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, "public, max-age=880")
    office.clock.at += timedelta(seconds=20)
    later = StatusList.parse(office.call("GET", path, key=None).data)
    assert later.status(card.record.status.index) is CardStatus.INVALID
    assert later.time_to_live == status_list.TIME_TO_LIVE


@pytest.mark.parametrize("number", ["5", "999999", "1000000", str(2**70), "-1", "x"])
def test_a_list_that_there_is_not(office: Office, number: str) -> None:
    assert office.call("GET", f"/v1/status-lists/{number}", key=None).status_code == 404


def test_without_keys_there_are_no_lists(new_issuer: Path, tmp_path: Path) -> None:
    shutil.copytree(new_issuer, tmp_path, dirs_exist_ok=True)
    with office(tmp_path, with_keys=False) as opened:
        answer = opened.call("GET", "/v1/status-lists/0", key=None)
        assert (answer.status_code, answer.json["code"]) == (501, "not-served")
        assert opened.verify(opened.card().text)["genuine"]
