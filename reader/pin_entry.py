"""A holder's PIN on its way into the card: at the keys of the reader, or typed in here.

One line serves both: ``verify_pin(session, pin_pad(transport), ask)``. *ask* is called where the
reader has no keys, or none for this.
"""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from reader import pin_pad as part10
from reader.errors import ReaderError
from reader.line_errors import (
    NewPinsDifferError,
    PinEntryCancelledError,
    PinEntryTimeoutError,
    PinLengthError,
    PinPadError,
)
from reader.pin_pad import Feature
from reader.session import CardSession
from reader.transport import Transport, decode_answer

# What the reader says in the card's place (PC/SC part 10, 2.5.2 and 2.5.3).
REFUSALS: Mapping[int, type[PinPadError]] = {
    0x6400: PinEntryTimeoutError,
    0x6401: PinEntryCancelledError,
    0x6402: NewPinsDifferError,
    0x6403: PinLengthError,
    0x6B80: PinPadError,  # a value of the structure that this reader cannot do
}
ENTRIES = 3  # old, new, new again
SLACK_SECONDS = 5.0
POLL_SECONDS = 0.2


class Control(Protocol):
    """SCardControl of the reader that holds the card; raises ReaderError."""

    def __call__(self, function: int, data: bytes = b"", *, seconds: float | None = None) -> bytes:
        """The reader's answer to the control code *function*, within that time."""


class PinPad:
    """The keys of one reader."""

    def __init__(
        self,
        control: Control,
        features: Mapping[Feature, int],
        *,
        display: bool,
        language: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._control, self._features, self._sleep = control, features, sleep
        self._display, self._language = display, language

    @property
    def can_verify(self) -> bool:
        """Whether it takes a PIN."""
        return part10.can_verify(self._features)

    @property
    def can_change(self) -> bool:
        """Whether it takes an old and a new PIN."""
        return part10.can_change(self._features)

    def verify(self) -> bytes:
        """VERIFY with the digits that the holder types: the card's answer. PinPadError where the
        holder did not."""
        structure = part10.verify_structure(display=self._display, language=self._language)
        return self._enter(
            Feature.VERIFY_PIN_DIRECT,
            Feature.VERIFY_PIN_START,
            Feature.VERIFY_PIN_FINISH,
            structure,
        )

    def change(self) -> bytes:
        """CHANGE PIN with the digits that the holder types: the card's answer, errors as above."""
        structure = part10.modify_structure(display=self._display, language=self._language)
        return self._enter(
            Feature.MODIFY_PIN_DIRECT,
            Feature.MODIFY_PIN_START,
            Feature.MODIFY_PIN_FINISH,
            structure,
        )

    def _enter(self, direct: Feature, start: Feature, finish: Feature, structure: bytes) -> bytes:
        limit = ENTRIES * part10.SECONDS + SLACK_SECONDS
        if direct in self._features:
            answer = self._control(self._features[direct], structure, seconds=limit)
        else:
            self._control(self._features[start], structure)
            self._follow(limit)
            answer = self._control(self._features[finish], seconds=limit)
        if refusal := REFUSALS.get(decode_answer(answer).sw):
            raise refusal
        return answer

    def _follow(self, limit: float) -> None:
        """Until the entry is over; a reader that tells no keys waits in its finish."""
        if Feature.GET_KEY_PRESSED not in self._features:
            return
        for _ in range(int(limit / POLL_SECONDS)):
            if part10.ENTRY_ENDS & set(self._control(self._features[Feature.GET_KEY_PRESSED])):
                return
            self._sleep(POLL_SECONDS)


def pin_pad(transport: Transport, *, chinese: bool = False) -> PinPad | None:
    """The keys of the reader that holds the card; None where it has none, or is no reader."""
    control: Control | None = getattr(transport, "control", None)
    if control is None:
        return None
    try:
        features = features_of(control)
        properties = b""
        if code := features.get(Feature.IFD_PIN_PROPERTIES):
            properties = control(code)
    except ReaderError:
        return None
    language = part10.CHINESE if chinese else part10.ENGLISH
    pad = PinPad(control, features, display=part10.has_display(properties), language=language)
    return pad if pad.can_verify or pad.can_change else None


def features_of(control: Control) -> Mapping[Feature, int]:
    """What the reader can do; raises ReaderError where it does not know the question."""
    return part10.parse_features(control(part10.control_code(part10.GET_FEATURE_REQUEST)))


def verify_pin(session: CardSession, pad: PinPad | None, ask: Callable[[], str]) -> None:
    """VERIFY, with the digits from the reader's keys or from *ask*; errors as for
    `CardSession.verify_pin`, or PinPadError."""
    if pad is None or not pad.can_verify or _is_unsuited(session.verify_pin_at, pad.verify):
        session.verify_pin(ask())


def change_pin(
    session: CardSession, pad: PinPad | None, ask: Callable[[], tuple[str, str]]
) -> None:
    """CHANGE PIN; *ask* gives the old PIN and the new one. Errors as for `verify_pin`."""
    if pad is None or not pad.can_change or _is_unsuited(session.change_pin_at, pad.change):
        session.change_pin(*ask())


def _is_unsuited(
    present: Callable[[Callable[[], bytes]], None], enter: Callable[[], bytes]
) -> bool:
    """Whether the reader, once asked, cannot do this; the card has heard of nothing then."""
    try:
        present(enter)
    except PinPadError as error:
        if type(error) is not PinPadError:
            raise
        return True
    return False
