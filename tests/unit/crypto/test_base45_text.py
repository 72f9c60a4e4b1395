"""Base45 against RFC 9285 and the texts of real QR codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import base45
from crypto.errors import EnvelopeError

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "cose_cwt_base45.json").read_text(encoding="utf-8")
)
RFC = [one for one in VECTORS["base45"] if "plain" in one]
INVALID = [one["invalid"] for one in VECTORS["base45"] if "invalid" in one]
DCC = [one for one in VECTORS["dcc"] if one["prefix"] and one["checker"]["unprefix"]]


@pytest.mark.parametrize("vector", RFC, ids=lambda vector: vector["plain"])
def test_the_examples_of_the_rfc(vector: dict[str, str]) -> None:
    plain = vector["plain"].encode()
    assert base45.encode(plain) == vector["base45"]
    assert base45.decode(vector["base45"]) == plain


@pytest.mark.parametrize("text", [*INVALID, "BB8\n", " ", "ÅÅÅ", "FGX"])
def test_what_no_encoder_writes_is_refused(text: str) -> None:
    with pytest.raises(EnvelopeError):
        base45.decode(text)


@pytest.mark.parametrize("certificate", DCC, ids=lambda one: one["id"])
def test_health_certificates(certificate: dict[str, Any]) -> None:
    text = certificate["prefix"].removeprefix("HC1:")
    if certificate["checker"]["b45"]:
        assert base45.encode(base45.decode(text)) == text
    else:
        with pytest.raises(EnvelopeError):
            base45.decode(text)


@pytest.mark.parametrize("code", VECTORS["claim169"], ids=lambda one: one["name"])
def test_identity_codes(code: dict[str, Any]) -> None:
    if code["checker"].get("b45"):
        assert base45.encode(base45.decode(code["qr_data"])) == code["qr_data"]
    else:
        with pytest.raises(EnvelopeError):
            base45.decode(code["qr_data"])


@given(st.binary())
def test_bytes_survive(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text())
def test_any_text_is_bytes_or_refused(text: str) -> None:
    try:
        data = base45.decode(text)
    except EnvelopeError:
        return
    assert base45.encode(data) == text
