"""POST /v1/verifications: every verdict, from real records, a real book and real keys."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto.envelope import sign
from crypto.keystore import Purpose, create_key
from issuance import cards
from issuance.cards import Loss
from issuance.database import transaction
from reader.card_profile.values import CardNumber
from reader.card_record import to_text
from tests.bureau import CLERK, NOW, code
from tests.office import HOLDER, Office


@pytest.mark.parametrize(
    "form",
    [
        to_text,
        bytes.hex,
        lambda envelope: envelope.hex().upper(),
        lambda envelope: b64encode(envelope).decode(),
        lambda envelope: f" {to_text(envelope)}\n",
    ],
    ids=["text", "hex", "HEX", "base64", "text as scanned"],
)
def test_a_record_is_genuine_in_every_form(office: Office, form) -> None:
    card = office.card()
    assert office.verify(form(card.envelope)) == {
        "verdict": "genuine",
        "genuine": True,
        "reason": "Signed by the issuer, unchanged, and valid.",
        "reason_zh": "由发卡机构签名，内容未被改动，目前有效。",
        "checks": ["signature", "validity", "status"],
        "issuer": "record-GM",
        "card": card.record.to_json(),
    }


def test_the_proof_of_the_chip_is_one_more_check(office: Office) -> None:
    card, challenge = office.card(), office.challenge()
    found = office.verify(card.text, challenge=challenge, response=card.answer(challenge))
    assert (found["verdict"], found["checks"][-1]) == ("genuine", "chip")


def test_another_chip_is_a_copy(office: Office) -> None:
    card, other, challenge = office.card(), office.card(), office.challenge()
    found = office.verify(card.text, challenge=challenge, response=other.answer(challenge))
    assert found["verdict"] == "copied"


def test_an_answer_of_another_size_is_a_copy(office: Office) -> None:
    card, challenge = office.card(), office.challenge()
    assert office.verify(card.text, challenge=challenge, response=bytes(8))["verdict"] == "copied"


def test_a_challenge_counts_once(office: Office) -> None:
    card, challenge = office.card(), office.challenge()
    proof = {"challenge": challenge, "response": card.answer(challenge)}
    assert office.verify(card.text, **proof)["verdict"] == "genuine"
    assert office.verify(card.text, **proof)["verdict"] == "replayed"


def test_a_refusal_spends_the_challenge(office: Office) -> None:
    card, challenge = office.card(), office.challenge()
    altered = bytearray(card.envelope)
    altered[-1] ^= 1
    proof = {"challenge": challenge, "response": card.answer(challenge)}
    assert office.verify(altered.hex(), **proof)["verdict"] == "altered"
    assert office.verify(card.text, **proof)["verdict"] == "replayed"


def test_a_challenge_of_nobody_is_a_replay(office: Office) -> None:
    card = office.card()
    challenge = bytes(len(office.challenge()))
    found = office.verify(card.text, challenge=challenge, response=card.answer(challenge))
    assert found["verdict"] == "replayed"


def test_a_challenge_is_good_for_as_long_as_it_says(office: Office) -> None:
    card = office.card()
    answer = office.call("POST", "/v1/challenges").json
    challenge = bytes.fromhex(answer["challenge"])
    office.clock.at += timedelta(seconds=answer["expires_in"])
    found = office.verify(card.text, challenge=challenge, response=card.answer(challenge))
    assert found["verdict"] == "replayed"


def test_of_many_at_once_one_gets_the_challenge(office: Office) -> None:
    card, challenge = office.card(), office.challenge()
    proof = {"challenge": challenge, "response": card.answer(challenge)}
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(office.verify, card.text, **proof) for _ in range(48)]
    verdicts = [one.result()["verdict"] for one in asked]
    assert (verdicts.count("genuine"), verdicts.count("replayed")) == (1, 47)


def test_one_changed_byte_is_an_alteration(office: Office) -> None:
    envelope = bytearray(office.card().envelope)
    envelope[len(envelope) // 2] ^= 0x01
    found = office.verify(envelope.hex())
    assert (found["verdict"], found["card"]) == ("altered", None)


def test_a_foreign_signer_is_an_unknown_key(office: Office) -> None:
    create_key(office.store, "stranger", Purpose.SIGNING, "GM")
    card = office.card()
    signer = office.store.signer("stranger")
    found = office.verify(to_text(sign(card.record.claims(signer.suite), signer)))
    assert found["verdict"] == "unknown_key"


def test_a_card_has_its_days(office: Office) -> None:
    card = office.card(days=30)
    office.clock.at = NOW - timedelta(days=2)
    assert office.verify(card.text)["verdict"] == "not_yet_valid"
    office.clock.at = NOW + timedelta(days=30)
    assert office.verify(card.text)["verdict"] == "expired"


def test_a_card_that_was_not_handed_over_is_inactive(office: Office) -> None:
    assert office.verify(office.card(active=False).text)["verdict"] == "inactive"


@pytest.mark.parametrize(
    ("loss", "verdict"), [(Loss.TEMPORARY, "suspended"), (Loss.FINAL, "revoked")]
)
def test_a_loss_counts_at_once(office: Office, loss: Loss, verdict: str) -> None:
    card = office.card()
    assert office.verify(card.text)["genuine"]
    with transaction(office.bureau.engine) as session:
        cards.report_loss(session, card.number, loss=loss, by=CLERK, at=NOW)
    found = office.verify(card.text)
    assert (found["verdict"], found["card"]) == (verdict, None)


def test_a_cancelled_card_is_revoked(office: Office) -> None:
    card = office.card()
    with transaction(office.bureau.engine) as session:
        cards.cancel(session, card.number, reason="moved abroad", by=CLERK, at=NOW)
    assert office.verify(card.text)["verdict"] == "revoked"


def test_a_card_that_the_book_does_not_have_is_unknown(office: Office) -> None:
    record = replace(office.card().record, card_number=CardNumber.of("Z0000000"))
    signer = office.store.signer("record-GM")
    found = office.verify(to_text(sign(record.claims(signer.suite), signer)))
    assert (found["verdict"], found["card"]) == ("unknown_card", None)


def test_a_record_on_a_chip_that_was_given_up_is_unknown(office: Office) -> None:
    record = replace(office.card().record, identification_code=code(77))
    signer = office.store.signer("record-GM")
    found = office.verify(to_text(sign(record.claims(signer.suite), signer)))
    assert found["verdict"] == "unknown_card"


def test_a_refusal_tells_nothing_of_the_holder(office: Office) -> None:
    card, challenge = office.card(active=False), office.challenge()
    answer = office.call(
        "POST",
        "/v1/verifications",
        json={
            "record": card.text,
            "chip": {"challenge": challenge.hex(), "response": bytes(64).hex()},
        },
    )
    said = answer.get_data(as_text=True)
    assert answer.json["card"] is None
    assert HOLDER not in answer.json["reason_zh"]
    assert card.record.social_security_number not in said
    assert card.number not in said


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    text=st.one_of(
        st.text(min_size=1),
        st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:").map("OC1:".__add__),
        st.binary(min_size=1).map(bytes.hex),
        st.binary(max_size=200).map(lambda data: (b"\xd2" + data).hex()),
    ).filter(str.strip)
)
def test_any_text_gets_a_verdict(office: Office, text: str) -> None:
    assert office.verify(text)["verdict"] in {"malformed", "altered"}
