"""One-time codes: those of the RFCs, accepted near their time, and once."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import SealError
from crypto.keystore import SoftKeyStore
from issuance.people import totp
from tests.bureau import NOW, chance
from tests.key_store import PASSPHRASE
from tests.staff import code, secret_in

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "totp.json").read_text())
SECRET = bytes.fromhex(VECTORS["secret"])
NOW_STEP = totp.step_at(NOW)


@pytest.mark.parametrize(("counter", "expected"), list(enumerate(VECTORS["hotp"])))
def test_codes_by_counter_are_those_of_rfc_4226(counter: int, expected: str) -> None:
    assert totp.code_of(SECRET, counter) == expected


@pytest.mark.parametrize("vector", VECTORS["totp"], ids=lambda vector: vector["time"])
def test_codes_by_time_are_those_of_rfc_6238(vector: dict[str, str]) -> None:
    at = datetime.fromtimestamp(int(vector["time"]), UTC)
    assert totp.step_at(at) == int(vector["step"], 16)
    # The RFC prints eight digits; six are the last six of them.
    assert totp.code_of(SECRET, totp.step_at(at)) == vector["code"][-6:]


@pytest.mark.parametrize(("drift", "accepted"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_a_code_is_good_for_its_step_and_the_neighbouring_ones(drift: int, accepted: int) -> None:
    shown = code(SECRET, NOW + drift * timedelta(seconds=30))
    found = totp.matching_step(SECRET, shown, at=NOW, after=None)
    assert found == (NOW_STEP + drift if accepted else None)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(-2, 2)), max_size=40))
def test_no_step_is_ever_accepted_twice(tries: list[tuple[int, int]]) -> None:
    last, at, accepted = None, NOW, []
    for seconds, drift in tries:
        at += timedelta(seconds=seconds)
        shown = code(SECRET, at + drift * timedelta(seconds=30))
        step = totp.matching_step(SECRET, shown, at=at, after=last)
        if step is not None:
            accepted.append(step)
            last = step
    assert accepted == sorted(set(accepted))


@given(st.text())
def test_any_text_is_a_code_or_not(text: str) -> None:
    step = totp.matching_step(SECRET, text, at=NOW, after=None)
    assert step is None or text.strip()


@pytest.mark.parametrize("written", ["{0}", " {0}\n", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}"])
def test_spaces_in_a_code_do_not_matter(written: str) -> None:
    shown = written.format(code(SECRET, NOW))
    assert totp.matching_step(SECRET, shown, at=NOW, after=None) == NOW_STEP


def test_full_width_digits_are_digits() -> None:
    shown = code(SECRET, NOW).translate({48 + digit: 0xFF10 + digit for digit in range(10)})
    assert totp.matching_step(SECRET, shown, at=NOW, after=None) == NOW_STEP


def test_an_authenticator_gets_name_issuer_and_secret() -> None:
    uri = totp.provisioning_uri(SECRET, "张 三")
    assert (urlsplit(uri).scheme, urlsplit(uri).netloc) == ("otpauth", "totp")
    assert unquote(urlsplit(uri).path) == "/onecard:张 三"
    assert parse_qs(urlsplit(uri).query)["issuer"] == ["onecard"]
    assert secret_in(uri) == SECRET


def test_a_new_secret_has_160_bits() -> None:
    assert len(totp.new_secret(chance(1))) == 20


def test_the_book_keeps_a_secret_that_opens_for_its_operator_only(tmp_path: Path) -> None:
    store = SoftKeyStore.create(tmp_path / "keys.json", PASSPHRASE, cost=2)
    sealed = totp.seal(store, SECRET, "zhang")
    assert totp.unseal(store, sealed, "zhang") == SECRET
    with pytest.raises(SealError):
        totp.unseal(store, sealed, "li")
