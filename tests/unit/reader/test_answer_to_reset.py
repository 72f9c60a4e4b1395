"""Answers to reset of the three profiles, and the factor that the key ladder takes from any."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.card_profile.atr import (
    atr_contactless,
    atr_t0,
    atr_t0_fast,
    atr_t1,
    historical_bytes_of,
    ladder_factor,
    protocol_of,
)
from reader.card_profile.profiles import PROFILES

V1, V2, V3, INTERNATIONAL = (
    PROFILES[name] for name in ("v1.00", "v2.00", "v3.00", "international")
)
HISTORICAL = bytes.fromhex("0081 4F4310 8660 430200000001")


def test_answers_to_reset() -> None:
    parts = (HISTORICAL[:2], HISTORICAL[2:5], HISTORICAL[5:7], HISTORICAL[7:])
    assert V3.historical_bytes(*parts) == HISTORICAL
    assert V1.atr(HISTORICAL) == V2.atr(HISTORICAL) == bytes.fromhex("3B6D0000") + HISTORICAL
    # TA1 = 18: 115,200 baud at 3.5712 MHz (ISO/IEC 7816-3, tables 7 and 8)
    assert V3.atr(HISTORICAL) == bytes.fromhex("3B7D180000") + HISTORICAL
    t1 = INTERNATIONAL.atr(HISTORICAL)
    assert t1[:6] == bytes.fromhex("3B 8D 81 31 FE 45")
    check = 0
    for byte in t1[1:]:
        check ^= byte
    assert check == 0  # ISO/IEC 7816-3, 8.2.5
    assert [p.protocol for p in (V2, V3, INTERNATIONAL)] == [0, 0, 1]


def test_the_protocol_is_the_first_that_is_offered_and_blocks_in_the_field() -> None:
    """ISO/IEC 7816-3, 8.2.3: without TD1 it is T=0. ISO/IEC 14443-4 has blocks alone."""
    assert protocol_of(atr_t0(HISTORICAL)) == protocol_of(atr_t0_fast(HISTORICAL)) == 0
    assert protocol_of(atr_t1(HISTORICAL)) == protocol_of(atr_contactless(HISTORICAL)) == 1
    # TA1 and TD1 = 01: T=1 behind an interface byte; TD1 = 80, TD2 = 1F: T=0 first.
    assert protocol_of(bytes.fromhex("3B 92 18 01 AA BB 38")) == 1
    assert protocol_of(bytes.fromhex("3B 92 18 80 1F AA BB 00")) == 0
    with pytest.raises(ValueError, match="answer to reset"):
        protocol_of(b"\x3b")


def test_historical_bytes_have_fixed_parts() -> None:
    with pytest.raises(ValueError, match="2, 3, 2 and 6"):
        V3.historical_bytes(b"\x00", b"\x00" * 3, b"\x00" * 2, b"\x00" * 6)


@pytest.mark.parametrize(
    "atr",
    [
        atr_t0(HISTORICAL),
        atr_t0_fast(HISTORICAL),
        atr_t1(HISTORICAL),
        # A dual-interface chip with more interface bytes: TA1, TD1 (T=0), TD2 (T=15), TA3; TCK.
        bytes.fromhex("3B 9D 96 80 1F C3") + HISTORICAL + b"\x00",
    ],
    ids=["T=0", "T=0 fast", "T=1", "more"],
)
def test_the_ladder_factor_is_maker_and_serial_in_any_form(atr: bytes) -> None:
    assert historical_bytes_of(atr) == HISTORICAL
    assert ladder_factor(atr) == HISTORICAL[5:]


@pytest.mark.parametrize("atr", ["", "3B", "3A6D0000", "3B6D0000 00", "3BF0 00", "3B0000", "3B80"])
def test_no_answers_to_reset(atr: str) -> None:
    with pytest.raises(ValueError, match=r"answer to reset|historical"):
        ladder_factor(bytes.fromhex(atr))


@given(data=st.binary(max_size=40))
def test_any_bytes_are_an_answer_to_reset_or_refused(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert len(ladder_factor(b"\x3b" + data)) == 8
