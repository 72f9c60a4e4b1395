"""The strings that national drivers exchange with a server step by step (人社 38号文, LD/T 33).

`iReadCardBas_HSM_Step1` and its kin put a string out; a server with the keys answers with the
string that `…_Step2` (or `…_Step3`) takes in as ``pKey``. Every field ends with '|'; bytes are
hexadecimal, upper case on the way out, either case on the way in. This is the choice made here,
where programs in the field differ or are not public:

====================== ============================================= ============================
function               what it puts out                              pKey
====================== ============================================= ============================
iReadCardBas_HSM_Step1 region|ATR13|algorithm|identification code|   internal|external|
                       r1|r2|r3|r4|
iReadCard_HSM_Step1    algorithm|key address|r3|r4|                  external|
iWriteCard_HSM_Step1   the same; key address of an update key        external|
iReloadPIN_HSM_Step1   algorithm|009010|r3|r4|                       external|
iReloadPIN_HSM_Step2   algorithm|009010|random|header|new PIN|       the secured command
iUnblockPIN_HSM_Step1  algorithm|009010|r3|r4|                       external|
iUnblockPIN_HSM_Step2  algorithm|009010|random|header|               the secured command
iDoDebit_HSM_Step1     algorithm|key address|session|data|           MAC1|MAC2|
====================== ============================================= ============================

* region: six digits. ATR13: the 13 historical bytes, 26 digits. algorithm: ``01`` ``02`` ``03``
  (``04`` of the international profile) or ``DES`` ``SSF33`` ``SM4`` (``AES``).
* r1 to r4: 8 bytes each. r1 and r2 are what the driver sends with INTERNAL AUTHENTICATE (random,
  factor); r3 is the card's challenge, r4 the factor of EXTERNAL AUTHENTICATE. Where the card shows
  its holder's data freely (before v3.00) r3 and r4 are empty, and so is external: ``internal||``.
  Further empty fields at the end are passed over.
* internal: 16 bytes, cryptogram ‖ r2: the first 8 are what the card has to answer. external: 16
  bytes, cryptogram ‖ r4: the data field of EXTERNAL AUTHENTICATE as it is.
* key address: six digits, the address in the ministry's HSM (four) and the PSAM's key id (two),
  ``009412``; the key id alone decides here, one key of a card has each.
* random: the card's challenge for the secured command, 8 bytes. header: CLA INS P1 P2, 8 digits.
  new PIN: its digits. Both steps of reload and unblock name the PUK's address, as drivers do; the
  second is sealed with the STK.
* the secured command: header, Lc and data field, 34 or 50 digits for a reload (3DES, a cipher of
  16-byte blocks), 18 for an unblock; without a '|'.
* session: what makes DPK a session key, 8 bytes (`settlement_session`). data: what MAC1 signs, 26
  bytes (`settlement_mac1_data`). MAC1 and MAC2: 4 bytes each; MAC2 is what the card must answer.

Only `iReadCardBas` says which card it is: with all others goes the object `card`. Writing,
reloading and unblocking need the ticket of their action, a debit that of a visit in which the card
was shown.
"""

from dataclasses import dataclass
from enum import StrEnum, unique

from issuance.counter.errors import ParameterError

RANDOM_SIZE, HEADER_SIZE, CODE_SIZE, HISTORICAL_SIZE = 8, 4, 16, 13
SETTLEMENT_SIZE = 26
ALGORITHMS = {"DES": 1, "3DES": 1, "SSF33": 2, "SM4": 3, "AES": 4}
MAX_STRING = 1024


@unique
class Function(StrEnum):
    """Whose output it is."""

    READ_BASICS = "iReadCardBas_HSM_Step1"
    READ = "iReadCard_HSM_Step1"
    WRITE = "iWriteCard_HSM_Step1"
    RELOAD = "iReloadPIN_HSM_Step1"
    RELOAD_SEALED = "iReloadPIN_HSM_Step2"
    UNBLOCK = "iUnblockPIN_HSM_Step1"
    UNBLOCK_SEALED = "iUnblockPIN_HSM_Step2"
    DEBIT = "iDoDebit_HSM_Step1"


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicsRequest:
    """Step 1 of `iReadCardBas`. *external* is None where the card asks for no key."""

    region: str
    historical: bytes
    algorithm: int
    identification_code: bytes
    internal: tuple[bytes, bytes]
    external: tuple[bytes, bytes] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationRequest:
    """A key by its id in the PSAM, the card's challenge, and a factor."""

    algorithm: int
    key_id: int
    random: bytes
    factor: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRequest:
    """A secured command for PIN maintenance; *pin* are the digits of the new PIN, or none."""

    algorithm: int
    key_id: int
    random: bytes
    header: bytes
    pin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitRequest:
    """A settlement: what makes the session key, and what MAC1 signs."""

    algorithm: int
    key_id: int
    session: bytes
    data: bytes


def read_basics(text: str) -> BasicsRequest:
    """Step 1 of `iReadCardBas`. Raises ParameterError."""
    fields = _fields(text, 6)
    region, historical, algorithm, code, r1, r2, *rest = fields
    r3, r4 = (*rest, "", "")[:2]
    if len(region) != 6 or not region.isdecimal():
        raise _wrong("region")
    return BasicsRequest(
        region=region,
        historical=_bytes(historical, HISTORICAL_SIZE, "ATR"),
        algorithm=_algorithm(algorithm),
        identification_code=_bytes(code, CODE_SIZE, "identification code"),
        internal=(_bytes(r1, RANDOM_SIZE, "r1"), _bytes(r2, RANDOM_SIZE, "r2")),
        external=(
            (_bytes(r3, RANDOM_SIZE, "r3"), _bytes(r4, RANDOM_SIZE, "r4")) if r3 or r4 else None
        ),
    )


def read_authentication(text: str) -> AuthenticationRequest:
    """Step 1 of `iReadCard`, `iWriteCard`, `iReloadPIN`, `iUnblockPIN`. Raises ParameterError."""
    algorithm, address, random, factor = _fields(text, 4)[:4]
    return AuthenticationRequest(
        algorithm=_algorithm(algorithm),
        key_id=_key_id(address),
        random=_bytes(random, RANDOM_SIZE, "r3"),
        factor=_bytes(factor, RANDOM_SIZE, "r4"),
    )


def read_sealed(text: str, *, with_pin: bool) -> SealedRequest:
    """Step 2 of `iReloadPIN` (*with_pin*) and `iUnblockPIN`. Raises ParameterError."""
    fields = _fields(text, 5 if with_pin else 4)
    algorithm, address, random, header = fields[:4]
    return SealedRequest(
        algorithm=_algorithm(algorithm),
        key_id=_key_id(address),
        random=_bytes(random, RANDOM_SIZE, "random"),
        header=_bytes(header, HEADER_SIZE, "header"),
        pin=fields[4] if with_pin else "",
    )


def read_debit(text: str) -> DebitRequest:
    """Step 1 of `iDoDebit`. Raises ParameterError."""
    algorithm, address, session, data = _fields(text, 4)[:4]
    return DebitRequest(
        algorithm=_algorithm(algorithm),
        key_id=_key_id(address),
        session=_bytes(session, RANDOM_SIZE, "session"),
        data=_bytes(data, SETTLEMENT_SIZE, "data"),
    )


def joined(*fields: bytes) -> str:
    """The fields as a string, each followed by '|'."""
    return "".join(field.hex().upper() + "|" for field in fields)


def _fields(text: str, least: int) -> list[str]:
    if len(text) > MAX_STRING:
        raise _wrong("step1")
    fields = text.split("|")[:-1] if text.endswith("|") else text.split("|")
    if len(fields) < least or any(fields[least:][2:]):
        raise _wrong("step1")
    return fields


def _bytes(text: str, size: int, what: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        raise _wrong(what) from None
    if len(found) != size or len(text) != 2 * size:
        raise _wrong(what)
    return found


def _algorithm(text: str) -> int:
    if text in ALGORITHMS:
        return ALGORITHMS[text]
    if len(text) == 2 and text.isdecimal():
        return int(text)
    raise _wrong("algorithm")


def _key_id(address: str) -> int:
    return _bytes(address, 3, "key address")[2]


def _wrong(what: str) -> ParameterError:
    return ParameterError("step1", f"{what} is missing or malformed", f"{what} 缺失或格式有误")
