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
        "RK1DF01, RK1DF02: PSAM usage",
        "67, national",
        "the read keys of DF03 and DF04 have it, and their PSAM numbers 2E and 35 lie beside",
    ),
    Assumption("STK: kid", "02", "one program lists it so, without using it"),
    Assumption(
        "STKDF01 to STKDF0A: kid, PSAM address",
        "82, 48 C1 to 48 C6",
        "as 02 at the SSSE; numbers of the PSAM that no known key has",
    ),
    Assumption(
        "DPK, DTK, DLK: kid, PSAM address",
        "89 to 8B, 42 C7 to 42 C9",
        "free beside the known keys of DF04; 42 is a purchase key of two levels",
    ),
    Assumption(
        "names_key_version",
        "P1, or a byte behind the authentication data, is the version; 00 the current one",
        "that a byte behind the data names it is known, what P1 does is not",
    ),
    Assumption(
        "lock_key",
        "LKDF03 and LKDF04 in their DFs, BK elsewhere; after it the MAC under STK",
        "LB002 names these keys for blocking; no public text has the whole sequence",
    ),
    Assumption(
        "reload_pin_instructions, v3.00",
        "84 24 00 01, and 84 D4 00 01 too",
        "one driver asks its security module for a reload that begins 84 D4",
    ),
    Assumption(
        "secure messaging of UPDATE, APPEND and BLOCK",
        "as PIN reload: MAC under STK and the last challenge, IV zero",
        "only the reload's bytes are known from the field",
    ),
    Assumption(
        "medical_account",
        "B0 28 01 01, B0 2C 01 00, B0 32 for purchase, debit and proof",
        "B0 26, B0 28 and B0 2A are known; the rest counts on as PBOC does from 50, 52 and 5A",
    ),
    Assumption("SSSE: FID", "DDF1", "the usual one; readers select the SSSE by AID"),
    Assumption(
        "EF0D: read access",
        "free, in v3.00 like EF06",
        "programs read it without authentication; it names a person like EF06",
    ),
    Assumption(
        "atr, v3.00",
        "3B 7D 18 00 00 and 13 historical bytes: LD/T 32.2 with TA1, for 115,200 baud",
        "3B 6D 00 00 is the older cards'; that newer ones carry more interface bytes is likely",
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
    Assumption(
        "international: identification_code_authentication",
        "first 4 bytes of a CMAC under IRK over the other 12",
        "our own profile: the MAC that its suite's standards have (NIST SP 800-38B)",
    ),
    Assumption("pin_tries", "6", "63C6 is handled by drivers; some local projects use 3"),
)
