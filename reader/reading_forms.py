"""How one card wants to be asked for its files (LD/T 32.5; ISO/IEC 7816-4, 11.2 and 11.4).

Cards of the field differ: some want a file selected, some take its short identifier in the reading
command, some know records by number only or by tag only. What works is learned from the first file
and kept for the session, so that a card is asked once and not again for each file.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum, unique

from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu
from reader.iso7816.commands import (
    NO_RESPONSE_DATA,
    SELECT_BY_FID,
    SELECT_CHILD_EF,
    Ins,
)
from reader.iso7816.status import SW


@unique
class Records(Enum):
    """What one reading command asks for."""

    WHOLE = "every record of the file"
    NUMBER = "a record by its number"
    TAG = "a record by its tag"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a file's records: with a short file identifier, or selected before."""

    by_sfi: bool
    records: Records


# The quickest first; then what programs of the field do.
WAYS = (
    Way(True, Records.WHOLE),
    Way(False, Records.WHOLE),
    Way(False, Records.NUMBER),
    Way(False, Records.TAG),
    Way(True, Records.NUMBER),
    Way(True, Records.TAG),
)
# The same where only some records are wanted, or the file is too long for one answer.
WAYS_TO_SINGLE_RECORDS = (
    Way(True, Records.NUMBER),
    Way(False, Records.NUMBER),
    Way(False, Records.TAG),
    Way(True, Records.TAG),
)


@dataclass(frozen=True, slots=True)
class SelectForm:
    """SELECT of an EF by its identifier."""

    p1: int = SELECT_BY_FID
    p2: int = 0x00
    ne: int = 0

    def command(self, fid: int) -> CommandApdu:
        """The command that selects *fid* so."""
        data = fid.to_bytes(2, "big")
        return CommandApdu(ins=Ins.SELECT, p1=self.p1, p2=self.p2, data=data, ne=self.ne)

    def instead(self, sw: int) -> "SelectForm":
        """The same with the length or the answer that *sw* speaks for."""
        if sw == SW.WRONG_LENGTH:
            return replace(self, ne=0 if self.ne else SHORT_MAX_NE)
        return replace(self, p2=NO_RESPONSE_DATA)


SELECT_FORMS = (SelectForm(), SelectForm(p1=SELECT_CHILD_EF))
FORMS_WITH_LE = tuple(replace(form, ne=SHORT_MAX_NE) for form in reversed(SELECT_FORMS))
# Refusals of a SELECT that say that another form of the same may be taken.
OTHER_FORM = frozenset({SW.WRONG_LENGTH, SW.WRONG_P1_P2})


@dataclass(frozen=True, slots=True)
class ReadingForms:
    """What is known of a card so far."""

    proven: tuple[Way, ...] = ()
    failed: tuple[Way, ...] = ()  # where another way to the same file worked
    select: SelectForm | None = None
    exact_le: bool = True  # Le is the length expected; else 00, which asks for all

    def ways(self, declared: Collection[Way]) -> list[Way]:
        """*declared* in the order to try: what worked, what was not tried, what failed."""
        if not self.proven:
            return list(declared)
        return sorted(declared, key=self._rank)

    def learned(self, way: Way, failed: Collection[Way]) -> "ReadingForms":
        """With *way* proven on a file to which *failed* did not lead."""
        if way in self.proven and not failed:
            return self
        proven = (*self.proven, way)
        bad = {*self.failed, *failed}
        if not way.by_sfi and any(one.by_sfi for one in failed):
            bad |= {one for one in WAYS if one.by_sfi}
        return replace(self, proven=proven, failed=tuple(bad - {*proven}))

    def _rank(self, way: Way) -> int:
        # One command for all records is worth a try before what is known to take one for each.
        if way in self.failed:
            return 2
        return 0 if way in self.proven or way.records is Records.WHOLE else 1
