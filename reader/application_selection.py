"""Finding the applications of a card: by name, by identifier, or below the MF (LD/T 32.3).

The social security environment (SSSE) has a name of its own. On some cards of the field SELECT does
not find it: there its files hang below the MF, or its directory is found by the identifier only.
"""

from collections.abc import Callable, Sequence

from reader.card_profile.files import Application
from reader.card_profile.ssse import EF05, MF, SSSE
from reader.errors import CardRefusedError
from reader.file_reading import FileReading
from reader.file_selection import NOT_THERE
from reader.iso7816 import commands
from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu
from reader.iso7816.status import SW
from reader.refusals import ApplicationBlockedError, CardBlockedError, NotThisCardError

ALGORITHM_TAG = bytes.fromhex("9F0C")
ALGORITHM_MARKS = frozenset({0x01, 0x02, 0x03, 0x04})
MARK_PREFIX = 0x86
NOT_ALLOWED = 0x69  # SW1 of a command that is known and may not be (7816-4, 5.6)
# "sx2.sh.社会保障": the environment of cards with SSF33.
SSF33_ENVIRONMENT = bytes.fromhex("73 78 32 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF")
# Where the files of the SSSE are looked for when its name is not known, in this order.
PLACES: Sequence[tuple[CommandApdu, ...]] = (
    (),
    (commands.select_aid(SSF33_ENVIRONMENT),),
    (commands.select_fid(SSSE.fid),),
    (commands.select_fid(MF), commands.select_fid(SSSE.fid)),
    (commands.select_fid(MF),),
)


class ApplicationSelection:
    """Selects applications; *fci* is what the SSSE said when it was selected."""

    def __init__(self, send: Callable[[CommandApdu], bytes], reading: FileReading) -> None:
        self._send, self._reading = send, reading
        self._way_to_ssse: tuple[CommandApdu, ...] | None = None  # None: by its name
        self._ne: int | None = None  # Le of SELECT by name, once one worked
        self.fci = b""

    def open(self) -> None:
        """Select the SSSE, wherever it is.

        ApplicationBlockedError and CardBlockedError as the card says; NotThisCardError where
        nothing is found.
        """
        try:
            self.fci = self._by_aid(SSSE.aid)
        except ApplicationBlockedError:
            raise
        except CardRefusedError as refused:
            self._look_below_the_mf(refused)

    def select(self, application: Application) -> None:
        """Make *application* the current one; CardRefusedError if the card does not have it."""
        self._reading.selection.forget()
        if application.name == SSSE.name and self._way_to_ssse is not None:
            for command in self._way_to_ssse:
                self._send(command)
            return
        try:
            self._by_aid(application.aid)
        except CardRefusedError as refused:
            if refused.sw not in NOT_THERE:
                raise
            self._send(commands.select_fid(application.fid))

    def _by_aid(self, aid: bytes) -> bytes:
        try:
            ne = SHORT_MAX_NE if self._ne is None else self._ne
            answer = self._send(commands.select_aid(aid, ne=ne))
        except ApplicationBlockedError:
            raise
        except CardRefusedError as refused:
            if self._ne is not None:
                raise
            # Some cards want no Le here, and say so in many ways.
            try:
                answer = self._send(commands.select_aid(aid, ne=0))
            except CardRefusedError:
                raise refused from None
            self._ne = 0
            return answer
        self._ne = SHORT_MAX_NE if self._ne is None else self._ne
        return answer

    def _look_below_the_mf(self, refused: CardRefusedError) -> None:
        for place in PLACES:
            try:
                for command in place:
                    self.fci = self._send(command)
                self._reading.selection.forget()
                self._reading.selection.select(EF05)
            except ApplicationBlockedError:
                raise
            except CardRefusedError:
                continue
            self._way_to_ssse = place or (commands.select_fid(MF),)
            return
        if refused.sw == SW.FUNCTION_NOT_SUPPORTED:
            raise CardBlockedError(refused.sw)
        if refused.sw >> 8 == NOT_ALLOWED:
            raise refused
        raise NotThisCardError(refused.sw)


def algorithm_mark(fci: bytes) -> int | None:
    """The algorithm that the answer to SELECT names: 01 3DES, 02 SSF33, 03 SM4; None if none.

    Behind tag 9F0C, with or without a length and an '86' in front: drivers of the field look for
    the bytes and not for the structure.
    """
    _, tag, behind = fci.partition(ALGORITHM_TAG)
    if not tag or not behind:
        return None
    value = behind if behind[0] == MARK_PREFIX else behind[1 : 1 + behind[0]]
    mark = value.removeprefix(bytes((MARK_PREFIX,)))[:1]
    return mark[0] if mark and mark[0] in ALGORITHM_MARKS else None
