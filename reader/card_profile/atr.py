"""The answer to reset: what the chip says before anyone asks (ISO/IEC 7816-3, 8; LD/T 32.2).

All generations send the same 13 historical bytes: chip supplier (2), COS supplier's own (3), card
maker (2), serial number (6). Interface strings call them 卡复位信息.
"""

from functools import reduce
from operator import xor

HISTORICAL_SIZE = 13
LADDER_FACTOR_SIZE = 8
_F372_D12 = 0x18  # TA1: ISO/IEC 7816-3, tables 7 and 8
_TS_DIRECT, _TS_INVERSE = 0x3B, 0x3F
_TD_CONTACTLESS = b"\x80\x01"  # TD1 and TD2 (PC/SC part 3, 3.1.3.2.3.1)


def historical_bytes(chip_supplier: bytes, cos: bytes, maker: bytes, serial: bytes) -> bytes:
    """The 13 bytes put together; ValueError if a part is not 2, 3, 2 and 6 bytes long."""
    parts = (chip_supplier, cos, maker, serial)
    if tuple(map(len, parts)) != (2, 3, 2, 6):
        raise ValueError("historical bytes are 2, 3, 2 and 6 bytes")
    return b"".join(parts)


def atr_t0(historical: bytes) -> bytes:
    """LD/T 32.2: T=0 alone, TB1 and TC1 zero, no check byte."""
    return bytes((_TS_DIRECT, 0x60 | len(historical), 0x00, 0x00)) + historical


def atr_t0_fast(historical: bytes) -> bytes:
    """The same with TA1: F = 372, D = 12, which is 115,200 baud at 3.5712 MHz after PPS.

    Without TA1 a card and its reader stay at 9,600 baud (ISO/IEC 7816-3, 8.3 and 9).
    """
    return bytes((_TS_DIRECT, 0x70 | len(historical), _F372_D12, 0x00, 0x00)) + historical


def atr_t1(historical: bytes) -> bytes:
    """T=1 alone, information fields up to 254 bytes (TA3), BWI 4 and CWI 5 (TB3)."""
    behind_ts = bytes((0x80 | len(historical), 0x81, 0x31, 0xFE, 0x45)) + historical
    return bytes((_TS_DIRECT,)) + behind_ts + bytes((reduce(xor, behind_ts),))


def atr_contactless(historical: bytes) -> bytes:
    """What a contactless reader makes of the answer to select (PC/SC part 3, 3.1.3.2.3.1)."""
    behind_ts = bytes((0x80 | len(historical), 0x80, 0x01)) + historical
    return bytes((_TS_DIRECT,)) + behind_ts + bytes((reduce(xor, behind_ts),))


def historical_bytes_of(atr: bytes) -> bytes:
    """The historical bytes in any ATR; ValueError if it is cut short or not one."""
    if len(atr) < 2 or atr[0] not in (_TS_DIRECT, _TS_INVERSE):
        raise ValueError("not an answer to reset")
    count, offset, indicator = atr[1] & 0x0F, 2, atr[1]
    while True:
        present = indicator >> 4  # which of TA, TB, TC and TD follow
        offset += present.bit_count()
        if offset > len(atr):
            raise ValueError("answer to reset cut short")
        if not present & 0x8:
            break
        indicator = atr[offset - 1]
    if offset + count > len(atr):
        raise ValueError("answer to reset cut short")
    return atr[offset : offset + count]


def ladder_factor(atr: bytes) -> bytes:
    """The card's diversification factor: maker and serial, the last 8 historical bytes."""
    historical = historical_bytes_of(atr)
    if len(historical) < LADDER_FACTOR_SIZE:
        raise ValueError("fewer than 8 historical bytes")
    return historical[-LADDER_FACTOR_SIZE:]


def protocol_of(atr: bytes) -> int:
    """The transmission protocol without negotiation: T=0, unless TD1 names another (7816-3, 8.2.3).

    1 for the form of a contactless card too, though its TD1 names T=0: ISO/IEC 14443-4 carries
    whole blocks, as T=1 does.
    """
    historical_bytes_of(atr)  # ValueError if it is none
    if atr[1] >> 4 == 0x8 and atr[2:4] == _TD_CONTACTLESS:
        return 1
    first = 2 + (atr[1] >> 4 & 0x7).bit_count()  # behind TA1, TB1, TC1
    return atr[first] & 0x0F if atr[1] & 0x80 else 0
