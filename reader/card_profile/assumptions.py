"""What no public document settles, and what this system takes instead.

Each entry stands at one replaceable place of the declaration; when a real card proves it wrong,
that place changes and the entry goes.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumption:
    """One open point."""

    where: str  # the name in the declaration
    taken: str  # what is taken for true
    why: str


ASSUMPTIONS = (
    Assumption(
        "RK1DF01, RK1DF02: kid",
        "88 in both",
        "the only number their applications leave free between the known update keys",
    ),
    Assumption(
        "RK1DF03, RK2DF03: kid",
        "83 and 84",
        "DF07 numbers its read keys from 83, and DF03 too leaves 83 to 85 free before UK1",
    ),
    Assumption(
        "RK1DF01, RK1DF02, RK1DF03, RK2DF03: PSAM usage",
        "67, national",
        "RK1DF04 has it, and their PSAM numbers 2B, 2C, 2E and 35 lie beside its 2D",
    ),
    Assumption(
        "UK4DF02",
        "kid 86, PSAM 47 27",
        "the gap between UK3DF02 (85) and UK5DF02 (87, 47 28)",
    ),
    Assumption("STK: kid", "09", "its PSAM number; no command names it on the card"),
    Assumption("SSSE: FID", "DDF1", "the usual one; readers select the SSSE by AID"),
    Assumption(
        "EF0D: read access",
        "free, in v3.00 like EF06",
        "programs read it without authentication; it names a person like EF06",
    ),
    Assumption(
        "holder_data_read_by, v3.00",
        "PIN or RKSSSE for EF06, EF0D, record 7 of EF05 and the signed record",
        "terminals with a PSAM use the key, an app in the field verifies the PIN",
    ),
    Assumption(
        "identification_code_authentication",
        "first 4 bytes of an authentication cryptogram under IRK over the other 12",
        "that IRK takes part is known, the function is not published",
    ),
    Assumption(
        "fci_issuer_data",
        "'86' and the algorithm mark in tag 9F0C",
        "drivers look for the mark behind these bytes; the full answer is not public",
    ),
    Assumption(
        "first_version: records of version 1.00",
        "what version 2.0 does not mark as new, in the same order, counted from 1",
        "LB002-2000 is not public; only the changes since are",
    ),
    Assumption(
        "international: algorithm mark, version text, ATR",
        "04, 'I1.0', T=1",
        "our own profile; nothing in the field uses these values",
    ),
    Assumption("pin_tries", "6", "63C6 is handled by drivers; some local projects use 3"),
)
