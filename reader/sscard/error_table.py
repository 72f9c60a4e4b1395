"""Numbers for errors: what the functions return where they do not return 0.

The field's list is not published as a document, but pages and drivers of several makers carry the
same one (`FIELD`): numbers of its own down to -52, -2201 to -2204 for the PSAM, and for what a card
or a PSAM answers the negative of its status word (-27266 is 6A82). Programs take the route over the
issuer's security module at -2201, -2202, -2203, -24 and -27272. Two local lists stand beside it.
A table maps words, `ReaderError.code`, so that it can name errors of parts it does not import.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reader.errors import (
    CardRefusedError,
    PsamError,
    PsamKeyMissingError,
    ReaderError,
    WrongPinError,
)
from reader.iso7816.status import SW

ANY = ReaderError.code
PSAM_WITHOUT_HOLDER_KEY = "psam-key-missing RKSSSE"  # told apart in one list


@dataclass(frozen=True, slots=True)
class ErrorTable:
    """One list of numbers. *status_words*: a refusal without a number of its own gives -SW."""

    name: str
    numbers: Mapping[str, int]
    status_words: bool = False
    replaced_status_words: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    tries: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))

    def number(self, error: ReaderError) -> int:
        """The number of *error*, never 0."""
        if isinstance(error, WrongPinError) and error.tries_left in self.tries:
            return self.tries[error.tries_left]
        if isinstance(error, PsamKeyMissingError) and error.detail.startswith("RKSSSE:"):
            found = self.numbers.get(PSAM_WITHOUT_HOLDER_KEY)
            if found is not None:
                return found
        for word in words_of(type(error)):
            if word in self.numbers and word != ANY:
                return self.numbers[word]
            if word in STATUS_WORDS and self.status_words:
                sw = getattr(error, "sw", 0)
                return self.replaced_status_words.get(sw, -sw) or self.other
        return self.other

    def covers(self, kind: type[ReaderError]) -> bool:
        """Whether errors of this class have a number, and not only the one for everything else."""
        words = set(words_of(kind)) - {ANY}
        return bool(words & set(self.numbers) or (self.status_words and words & STATUS_WORDS))

    @property
    def other(self) -> int:
        """The number of an error that nobody foresaw."""
        return self.numbers[ANY]


def words_of(kind: type[ReaderError]) -> list[str]:
    """The codes of an error class and of those above it, its own first."""
    return [parent.code for parent in kind.__mro__ if issubclass(parent, ReaderError)]


STATUS_WORDS = frozenset({CardRefusedError.code, PsamError.code})

FIELD = ErrorTable(
    "field",
    MappingProxyType(
        {
            ANY: -999,
            "card-type": -1,
            "no-card": -2,
            "card-removed": -2,
            "transport": -4,
            "card-address": -23,
            "mute-card": -4,
            "card-in-use": -11,
            "no-service": -5,
            "no-reader": -11,
            "step-order": -12,  # 未建立连接
            "unknown-function": -13,
            "new-pin-shown": -13,
            "driver-arguments": -14,
            "driver-call": -14,
            "malformed-answer": -15,
            "data-item": -15,
            "blank-card": -20,
            "unknown-version": -20,
            "card-authentication": -21,
            "unproven-payment": -21,
            "other-card-data": -22,
            "other-card": -22,
            "not-this-card": -22,
            "file-address": -23,
            "write-data": -23,
            "pay-info": -23,
            "step-string": -23,
            "pin-pad": -31,
            "pin-entry": -31,
            "no-pin-entry": -31,
            "busy": -11,
            "took-too-long": -4,
            "page-left": -12,
            "no-server": -12,
            "agent": -999,
            "pin-cancelled": -31,
            "pin-entry-cancelled": -31,
            "pin-timeout": -32,
            "pin-entry-timeout": -32,
            "pin-length": -33,
            "pin-rule": -33,
            "pins-differ": -34,
            "new-pins-differ": -34,
            "initial-pin": -35,
            "initial-pin-again": -36,
            "wrong-pin": -51,
            "pin-blocked": -52,
            "psam-absent": -2201,
            "no-psam": -2201,
            "algorithm": -2202,
            PSAM_WITHOUT_HOLDER_KEY: -2203,
            "no-step-needed": -2204,
            "psam-key-missing": -27272,
            "debit-key-missing": -37891,
            "no-account": -37891,
            "no-transaction-keys": -37891,
            "server": -12,
            "transaction-open": -999,
            "status-unavailable": -999,
            "status-list": -999,
        }
    ),
    status_words=True,
    # 应用被锁定 is in the list of the field under 6985 and not under 6283.
    replaced_status_words=MappingProxyType({SW.SELECTED_FILE_INVALIDATED: -27013}),
)

# The driver of one province: positive numbers.
JIANGSU = ErrorTable(
    "jiangsu",
    MappingProxyType(
        {
            ANY: 999,
            "no-reader": 101,
            "no-service": 101,
            "step-order": 102,
            "no-card": 201,
            "card-removed": 201,
            "psam": 202,
            "psam-absent": 202,
            "transport": 203,
            "card-address": 304,
            "blank-card": 301,
            "unknown-version": 301,
            "algorithm": 302,
            "card-type": 301,
            "card-authentication": 302,
            "wrong-proof": 302,
            "key-locked": 302,
            "psam-key-missing": 302,
            "debit-key-missing": 302,
            "no-transaction-keys": 302,
            "wrong-pin": 303,
            "pin-blocked": 303,
            "pin-unblocks-used": 303,
            "pin-rule": 303,
            "pin-pad": 303,
            "pin-entry": 303,
            "no-pin-entry": 303,
            "pin-cancelled": 303,
            "pin-timeout": 303,
            "not-this-card": 301,
            "busy": 103,
            "took-too-long": 203,
            "page-left": 102,
            "no-server": 102,
            "agent": 999,
            "pin-entry-cancelled": 303,
            "pin-entry-timeout": 303,
            "pin-length": 303,
            "new-pins-differ": 303,
            "pins-differ": 303,
            "server": 102,
            "driver-call": 304,
            "step-string": 304,
            "pay-info": 305,
            "unknown-function": 306,
            "access-refused": 306,
            "refused": 307,
            "malformed-answer": 307,
            "data-item": 307,
            "write-data": 308,
            "transaction-open": 999,
            "status-unavailable": 999,
            "status-list": 999,
        }
    ),
)

# The reader of hospitals in another.
ZHEJIANG = ErrorTable(
    "zhejiang",
    MappingProxyType(
        {
            ANY: -200014,
            "no-service": -200100,
            "no-reader": -200001,
            "no-card": -200023,
            "card-removed": -200023,
            "transport": -200025,
            "card-address": -200028,
            "malformed-answer": -200014,
            "data-item": -200014,
            "blank-card": -200026,
            "unknown-version": -200026,
            "algorithm": -200026,
            "unknown-function": -200026,
            "no-step-needed": -200026,
            "new-pin-shown": -200026,
            "card-type": -200028,
            "driver-call": -200028,
            "step-string": -200027,
            "access-refused": -200029,
            "refused": -200014,
            "pin-pad": -200060,
            "pin-entry": -200060,
            "no-pin-entry": -200060,
            "not-this-card": -200014,
            "busy": -200001,
            "took-too-long": -200025,
            "page-left": -200014,
            "no-server": -200014,
            "agent": -200014,
            "pin-entry-timeout": -200061,
            "pin-timeout": -200061,
            "pin-entry-cancelled": -200062,
            "pin-cancelled": -200062,
            "new-pins-differ": -200060,
            "pins-differ": -200060,
            "pin-length": -200075,
            "pin-rule": -200075,
            "server": -200014,
            "wrong-pin": -200073,
            "pin-blocked": -200074,
            "pin-unblocks-used": -200074,
            "psam": -200076,
            "psam-absent": -200076,
            "card-authentication": -200077,
            "wrong-proof": -200078,
            "key-locked": -200078,
            "psam-key-missing": -200078,
            "debit-key-missing": -200078,
            "no-transaction-keys": -200078,
            "transaction-open": -200025,
            "status-unavailable": -200014,
            "status-list": -200014,
        }
    ),
    # -200069 for one try left, to -200073 for five.
    tries=MappingProxyType({left: -200068 - left for left in range(1, 6)}),
)

TABLES: Mapping[str, ErrorTable] = MappingProxyType(
    {table.name: table for table in (FIELD, JIANGSU, ZHEJIANG)}
)
