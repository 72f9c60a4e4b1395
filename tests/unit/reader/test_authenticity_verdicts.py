"""Every verdict about a record, and no change of it that passes for genuine."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.curves import SM2_GENERATOR, SM2P256V1
from crypto.envelope import Signer, parse, sign
from crypto.keystore import SoftKeyStore
from crypto.suites import GM, NIST
from crypto.trust import TrustedKey, TrustList
from reader import status_list
from reader.authenticity import CardStatus, Verdict, Verification, verify_record, verify_text
from reader.card_profile.values import (
    CardNumber,
    IdentificationCode,
    RegionCode,
    SocialSecurityNumber,
)
from reader.card_record import MAX_TEXT, PREFIX, CardRecord, StatusReference, to_text
from tests.desk import PASSPHRASE
from tests.signer import MemorySigner

CHINA_MIDNIGHT = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)  # the first minute of 1 November
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SIGNER = MemorySigner()
NEVER_A_YES = {Verdict.ALTERED, Verdict.UNKNOWN_KEY, Verdict.MALFORMED}


def a_record(**changes: object) -> CardRecord:
    """A record as an issuer makes it."""
    record = CardRecord(
        card_number=CardNumber.of("A0000001"),
        social_security_number=SocialSecurityNumber("11010519491231002X"),
        name="张三",
        sex="2",
        identification_code=IdentificationCode.of(
            region=RegionCode("430100"), serial=b"\x01\x02\x03\x04", authentication_code=b"auth"
        ),
        data_digest=bytes(range(16)),
        issued_at=CHINA_MIDNIGHT,
        expires_at=CHINA_MIDNIGHT.replace(year=2036),
        status=StatusReference(7, 4711),
        chip_key=MemorySigner().public_key,
    )
    return replace(record, **changes)  # type: ignore[arg-type]


def signed(record: CardRecord | None = None, signer: Signer = SIGNER) -> bytes:
    return sign((record or a_record()).claims(signer.suite), signer)


GOOD = signed()


def verified(data: bytes, **changes: object) -> Verification:
    return verify_record(data, **{"trust": SIGNER.trust(), "now": NOW, **changes})  # type: ignore[arg-type]


def verdict_of_text(text: str) -> Verdict:
    return verify_text(text, trust=SIGNER.trust(), now=NOW).verdict


def test_a_good_record_says_whose_it_is_and_who_signed():
    shown = verified(GOOD).to_json()
    assert shown.pop("reason").startswith("Signed by the issuer")
    assert shown.pop("reason_zh").startswith("由发卡机构签名")
    assert shown == {
        "verdict": "genuine",
        "genuine": True,
        "checks": ["signature", "validity"],
        "issuer": "test",
        "card": {
            "card_number": str(CardNumber.of("A0000001")),
            "name": "张三",
            "social_security_number": "11010519491231002X",
            "sex": "2",
            "identification_code": "430100D1560000050102030461757468",
            "issued_at": "2026-10-31T16:00:00+00:00",
            "expires_at": "2036-10-31T16:00:00+00:00",
        },
    }


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (CardStatus.VALID, Verdict.GENUINE),
        (CardStatus.INVALID, Verdict.REVOKED),
        (CardStatus.SUSPENDED, Verdict.SUSPENDED),
        (CardStatus.INACTIVE, Verdict.INACTIVE),
        (CardStatus.UNKNOWN, Verdict.UNKNOWN_CARD),
    ],
)
def test_the_issuer_has_the_last_word_on_a_card(status, verdict):
    found = verified(GOOD, status=lambda record: status)
    assert (found.verdict, "status" in found.checks) == (verdict, True)


@pytest.mark.parametrize(
    ("moment", "verdict"),
    [
        (CHINA_MIDNIGHT - timedelta(seconds=1), Verdict.NOT_YET_VALID),
        (CHINA_MIDNIGHT, Verdict.GENUINE),
        (CHINA_MIDNIGHT.replace(year=2036) - timedelta(seconds=1), Verdict.GENUINE),
        (CHINA_MIDNIGHT.replace(year=2036), Verdict.EXPIRED),
    ],
)
def test_a_card_is_valid_from_its_first_to_its_last_day(moment, verdict):
    assert verified(GOOD, now=moment).verdict is verdict


def test_the_last_day_is_told_as_the_card_shows_it():
    """The card says 31 October; in Greenwich its end falls on that same evening."""
    found = verified(GOOD, now=NOW.replace(year=2040))
    assert "(2036-10-31)" in found.reason[0]
    assert a_record().last_day == date(2036, 10, 31)


def test_a_loss_weighs_more_than_the_end_of_validity():
    found = verified(GOOD, now=NOW.replace(year=2040), status=lambda record: CardStatus.INVALID)
    assert found.verdict is Verdict.REVOKED


def test_a_key_on_no_list_is_unknown():
    assert verified(GOOD, trust=TrustList()).verdict is Verdict.UNKNOWN_KEY
    assert verified(signed(signer=MemorySigner())).verdict is Verdict.UNKNOWN_KEY


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [
        ({"not_after": date(2026, 11, 23)}, Verdict.GENUINE),
        ({"not_after": date(2026, 11, 22)}, Verdict.UNKNOWN_KEY),
        ({"not_before": date(2026, 11, 24)}, Verdict.UNKNOWN_KEY),
    ],
)
def test_a_retired_key_is_no_longer_trusted(limits, verdict):
    key = TrustedKey(name="old", suite=NIST, public_key=SIGNER.public_key, **limits)
    found = verified(GOOD, trust=TrustList([key]))
    assert found.verdict is verdict
    assert found.to_json()["issuer"] == "old"


def test_who_the_holder_is_stays_unsaid_unless_the_answer_is_yes():
    for found in (
        verified(GOOD, status=lambda record: CardStatus.INVALID),
        verified(GOOD, now=NOW.replace(year=2040)),
        verified(GOOD, trust=TrustList()),
    ):
        assert found.to_json()["card"] is None
        assert "张三" not in str(found.to_json())


def altered_everywhere(data: bytes) -> Counter[Verdict]:
    """The verdicts on *data* with one byte changed: every place, four values each."""
    return Counter(
        verified(data[:place] + bytes((data[place] ^ change,)) + data[place + 1 :]).verdict
        for place in range(len(data))
        for change in (0x01, 0x20, 0x80, 0xFF)
    )


def test_no_changed_byte_passes_for_genuine():
    verdicts = altered_everywhere(GOOD)
    assert set(verdicts) == NEVER_A_YES
    # The tag byte makes it no record, the kid another's; all other places an alteration.
    assert verdicts[Verdict.MALFORMED] == 4
    assert verdicts[Verdict.UNKNOWN_KEY] == 4 * 8
    assert verdicts.total() == 4 * len(GOOD)


def test_no_missing_or_added_byte_passes_for_genuine():
    for size in range(len(GOOD)):
        assert verified(GOOD[:size]).verdict in NEVER_A_YES
    for added in (b"\x00", b"\xff", GOOD):
        assert verified(GOOD + added).verdict is Verdict.ALTERED


def test_no_changed_character_of_the_text_passes_for_genuine():
    text = to_text(GOOD)
    for place in range(len(text)):
        other = "A" if text[place] != "A" else "B"
        changed = verdict_of_text(text[:place] + other + text[place + 1 :])
        assert changed in NEVER_A_YES


@pytest.mark.parametrize("space", ["", " ", "\n", "\r\n", "\t "])
def test_space_around_the_text_is_no_part_of_it(space):
    assert verdict_of_text(f"{space}{to_text(GOOD)}{space}") is Verdict.GENUINE


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("", Verdict.MALFORMED),
        ("https://example.org/", Verdict.MALFORMED),
        (to_text(GOOD).lower(), Verdict.MALFORMED),
        (to_text(GOOD).removeprefix(PREFIX), Verdict.MALFORMED),
        (PREFIX, Verdict.MALFORMED),
        (to_text(GOOD)[:-1], Verdict.ALTERED),
        (to_text(GOOD)[:-3], Verdict.ALTERED),
        (to_text(GOOD).replace(PREFIX, PREFIX + "é"), Verdict.ALTERED),
        (PREFIX + "0" * MAX_TEXT, Verdict.ALTERED),
    ],
    ids=["empty", "other", "lower", "bare", "prefix", "short", "shorter", "foreign", "zeros"],
)
def test_texts_that_are_no_whole_record(text, verdict):
    assert verdict_of_text(text) is verdict


@given(st.binary(max_size=200))
def test_any_bytes_get_a_verdict(data):
    assert verified(data).verdict in NEVER_A_YES
    assert verified(b"\xd2" + data).verdict in NEVER_A_YES


@given(st.text(max_size=60))
def test_any_text_gets_a_verdict(text):
    assert verdict_of_text(text) in NEVER_A_YES
    assert verdict_of_text(PREFIX + text) in NEVER_A_YES


def test_a_signed_status_list_is_no_card():
    listed = status_list.encode(
        1, {}, SIGNER, issued_at=NOW, lifetime=timedelta(1), time_to_live=timedelta(1)
    )
    found = verified(listed)
    assert (found.verdict, found.issuer is not None) == (Verdict.MALFORMED, True)


values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**64 - 1),
        st.text(max_size=10),
        st.binary(max_size=20),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.integers(-4, 7), inner, max_size=4),
    ),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.data())
def test_any_claims_that_a_trusted_key_signed_get_a_verdict(data):
    """One part of good claims is something else: a whole claim, or one inside the card's map."""
    claims = dict(parse(GOOD).claims)
    key = data.draw(st.sampled_from(sorted(claims)))
    if isinstance(claims[key], dict) and data.draw(st.booleans()):
        inner = dict(claims[key])
        place = data.draw(st.sampled_from(sorted(inner)))
        inner[place] = data.draw(values)
        claims[key] = inner
    elif isinstance(claims[key], int):
        claims[key] = data.draw(st.integers(-(2**63), 2**64 - 1))
    elif isinstance(claims[key], str):
        claims[key] = data.draw(st.text(max_size=10))
    else:
        claims[key] = data.draw(values)
    found = verified(sign(claims, SIGNER))
    assert isinstance(found.verdict, Verdict)


def test_a_confirmation_key_of_another_suite_is_no_card():
    x, y = SM2_GENERATOR
    point = SM2P256V1.encode((x, y))
    claims = a_record().claims(NIST)
    claims[8] = {1: {1: 2, -1: 1, -2: point[1:33], -3: bool(y & 1)}}
    assert verified(sign(claims, SIGNER)).verdict is Verdict.MALFORMED


@pytest.mark.parametrize("confirmation", [{}, {3: b"\x01\x01", 1: {}}])
def test_a_record_names_exactly_one_chip_key(confirmation):
    claims = a_record(chip_key=None, chip_key_id=b"\x01\x01").claims(NIST)
    assert verified(sign(claims, SIGNER)).genuine
    claims[8] = confirmation
    assert verified(sign(claims, SIGNER)).verdict is Verdict.MALFORMED


def test_the_gm_suite_judges_alike(tmp_path):
    store = SoftKeyStore.create(tmp_path / "keys.json", PASSPHRASE, cost=2)
    store.create_signing_key("record-GM", GM)
    chip = GM.signature.generate_key().public_key
    good = signed(a_record(chip_key=chip), store.signer("record-GM"))
    trust = store.public_keys()
    assert verified(good, trust=trust).genuine
    for place in range(0, len(good), 7):
        changed = good[:place] + bytes((good[place] ^ 0x01,)) + good[place + 1 :]
        assert verified(changed, trust=trust).verdict in NEVER_A_YES
