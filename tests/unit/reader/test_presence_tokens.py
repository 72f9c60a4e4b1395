"""Presence tokens: what is accepted, for what and how long, and what is no token."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import base45
from crypto.envelope import parse, sign
from crypto.suites import SUITES
from crypto.trust import PRESENCE, RECORD, TrustedKey, TrustList, use_of
from reader.authenticity import Verdict, verify_record, verify_text
from reader.card_profile.values import CardNumber, IdentificationCode, RegionCode
from reader.presence import (
    PREFIX,
    PresenceAlteredError,
    PresenceError,
    PresenceExpiredError,
    PresenceKeyError,
    PresenceMalformedError,
    PresenceNotYetError,
    PresenceToken,
    sign_presence,
    verify_presence,
)
from tests.signer import MemorySigner as Signer

NOW = datetime(2026, 11, 2, 2, 0, 30, tzinfo=UTC)
TOKEN = PresenceToken(
    card_number=CardNumber.of("A0000001"),
    identification_code=IdentificationCode(bytes.fromhex("371700D15600000500001234AABBCCDD")),
    region=RegionCode("371700"),
    desk="village-7",
    clerk="Zhang",
    purpose="养老资格认证",
    at=NOW,
    expires_at=NOW + timedelta(minutes=10),
    identifier=bytes(range(16)),
)


@pytest.fixture(scope="module", params=["GM", "NIST"])
def signer(request: pytest.FixtureRequest) -> Signer:
    return Signer(SUITES[request.param])


def trusted(signer: Signer, use: str = PRESENCE, **days: date) -> TrustList:
    key = TrustedKey(
        name=f"{use}-1", suite=signer.suite, public_key=signer.public_key, use=use, **days
    )
    return TrustList([key])


def test_a_token_says_card_desk_clerk_purpose_and_minute(signer: Signer) -> None:
    text = sign_presence(TOKEN, signer)
    found = verify_presence(f" {text}\n", trust=trusted(signer), now=NOW)
    assert replace(found, key=None) == TOKEN
    assert found.key is not None
    assert found.to_json() == {
        "id": "000102030405060708090a0b0c0d0e0f",
        "card_number": "A00000011",
        "identification_code": "371700D15600000500001234AABBCCDD",
        "region": "371700",
        "desk": "village-7",
        "clerk": "Zhang",
        "purpose": "养老资格认证",
        "minute": "2026-11-02T02:00:00+00:00",
        "expires_at": "2026-11-02T02:10:30+00:00",
    }


def test_the_claims_are_those_of_a_web_token(signer: Signer) -> None:
    claims = parse(base45.decode(sign_presence(TOKEN, signer).removeprefix("OP1:"))).claims
    # RFC 8392, 4: issuer, subject, expiration time, issued at, token's own id.
    assert {key: claims[key] for key in (1, 2, 4, 6, 7)} == {
        1: "371700",
        2: "A00000011",
        4: 1793585430,
        6: 1793584830,
        7: bytes(range(16)),
    }


def test_it_is_used_for_ten_minutes_and_true_for_ever(signer: Signer) -> None:
    text, trust = sign_presence(TOKEN, signer), trusted(signer)
    assert verify_presence(text, trust=trust, now=TOKEN.expires_at - timedelta(seconds=1))
    with pytest.raises(PresenceExpiredError):
        verify_presence(text, trust=trust, now=TOKEN.expires_at)
    with pytest.raises(PresenceNotYetError):
        verify_presence(text, trust=trust, now=NOW - timedelta(minutes=1))
    assert verify_presence(text, trust=trust, now=None).desk == "village-7"


def test_a_key_that_was_retired_later_still_tells_of_its_time(signer: Signer) -> None:
    text = sign_presence(TOKEN, signer)
    later = trusted(signer, not_after=date(2026, 11, 2))
    assert verify_presence(text, trust=later, now=None)
    with pytest.raises(PresenceKeyError):
        verify_presence(text, trust=trusted(signer, not_after=date(2026, 11, 1)), now=None)


def test_a_key_for_records_signs_no_presence(signer: Signer) -> None:
    text = sign_presence(TOKEN, signer)
    with pytest.raises(PresenceKeyError):
        verify_presence(text, trust=trusted(signer, RECORD), now=NOW)
    with pytest.raises(PresenceKeyError):
        verify_presence(text, trust=TrustList(), now=NOW)


def test_a_token_is_no_record_whatever_its_key(signer: Signer) -> None:
    text = sign_presence(TOKEN, signer)
    envelope = base45.decode(text.removeprefix(PREFIX))
    assert verify_text(text, trust=trusted(signer), now=NOW).verdict is Verdict.MALFORMED
    as_record = "OC1:" + text.removeprefix(PREFIX)
    for use, verdict in ((PRESENCE, Verdict.UNKNOWN_KEY), (RECORD, Verdict.MALFORMED)):
        trust = trusted(signer, use)
        assert verify_text(as_record, trust=trust, now=NOW).verdict is verdict
        assert verify_record(envelope, trust=trust, now=NOW).verdict is verdict


def test_what_a_presence_key_signed_otherwise_is_no_token(signer: Signer) -> None:
    for claims in (
        {2: "A00000011", 4: 1, 6: 0},
        {**TOKEN.claims(), -65_538: {1: bytes(16)}},
        {**TOKEN.claims(), 7: bytes(8)},
        {**TOKEN.claims(), 2: "A00000010"},
        {**TOKEN.claims(), 1: "3717"},
        {**TOKEN.claims(), 6: -1},
        {**TOKEN.claims(), -65_538: {1: bytes(16), 2: 7, 3: "", 4: ""}},
    ):
        text = PREFIX + base45.encode(sign(claims, signer))
        with pytest.raises(PresenceMalformedError):
            verify_presence(text, trust=trusted(signer), now=NOW)


@pytest.mark.parametrize("text", ["", "OP1", "OC1:AB", "op1:AB", "OP1:" + "A" * 3000])
def test_a_text_of_another_kind(signer: Signer, text: str) -> None:
    with pytest.raises(PresenceMalformedError):
        verify_presence(text, trust=trusted(signer), now=NOW)


def test_every_changed_character_is_noticed() -> None:
    signer = Signer(SUITES["NIST"])
    text, trust = sign_presence(TOKEN, signer), trusted(signer)
    for place in range(len(PREFIX), len(text)):
        changed = "0" if text[place] != "0" else "1"
        with pytest.raises(PresenceError):
            verify_presence(text[:place] + changed + text[place + 1 :], trust=trust, now=NOW)
    with pytest.raises(PresenceAlteredError):
        verify_presence(text[:-3], trust=trust, now=NOW)


@given(text=st.text(max_size=60) | st.text(max_size=60).map(lambda t: PREFIX + t))
def test_any_text_is_a_token_or_our_error(text: str) -> None:
    with pytest.raises(PresenceError):
        verify_presence(text, trust=TrustList(), now=NOW)


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("presence-GM", PRESENCE),
        ("presence", PRESENCE),
        ("record-GM", RECORD),
        ("issuer-2026", RECORD),
        ("presences-1", RECORD),
    ],
)
def test_the_name_of_a_key_says_what_it_signs(name: str, use: str) -> None:
    assert use_of(name) == use
