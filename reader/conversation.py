"""One conversation with the card in a reader: ours alone, never silent for ever, never patched up.

It begins with a reset, so that no right that another program got counts here, and so that the
answer to reset is that of the card that lies there now. Whatever breaks it breaks it for good: who
wants to go on begins another one, with a card that knows nothing of this one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Protocol, Self, TypeVar

from reader.bounded_calls import CallThread, GivenUpError
from reader.errors import CardRemovedError, MalformedAnswerError, ReaderError
from reader.line_errors import CardHeldTooLongError, CardInUseError, CardSilentError

T = TypeVar("T")

CLOSE_SECONDS = 1.0
MARGIN_SECONDS = 0.5
TRY_AGAIN_SECONDS = 0.05
# Windows resets a card whose transaction rests for five seconds; a look counts as work.
LOOK_AFTER_SECONDS = 2.0
MAX_SHORT_COMMAND = 5 + 255 + 1  # header and Lc, data, Le (ISO/IEC 7816-3, 12.1)
MAX_SHORT_ANSWER, MAX_ANSWER = 256 + 2, 65_536 + 2
SW_SIZE = 2


class CardHandle(Protocol):
    """A context and a handle of PC/SC, for one thread. Each method may block or raise."""

    def connect(self, *, exclusive: bool) -> None:
        """Open the card. CardInUseError where others have it."""

    def begin(self) -> None:
        """Begin a transaction, as soon as the others let us."""

    def reset(self) -> bytes:
        """Reset the card: its answer."""

    def transmit(self, command: bytes) -> bytes:
        """What the service says that the card answered."""

    def control(self, function: int, data: bytes) -> bytes:
        """What the reader answers to a control code."""

    def look(self) -> None:
        """Raise if the card is gone, or was reset by another."""

    def is_in_use(self) -> bool:
        """Whether somebody has the card open; may be asked while another call blocks."""

    def release(self) -> None:
        """Reset the card and let everything go; in whatever state this is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a conversation may wait for what, in seconds."""

    exclusive: float = 1.0  # for the card to be ours alone; then it is shared
    access: float = 5.0  # for the card at all
    answer: float = 10.0  # for each answer; a card never needs that long
    hold: float = 120.0  # from beginning to end: then the card is given free


LIMITS = Limits()


class Conversation:
    """The conversation as its owner sees it; *handle* belongs to its thread from now on."""

    def __init__(
        self,
        reader: str,
        handle: CardHandle,
        *,
        exclusive: bool = True,
        limits: Limits = LIMITS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader, self._handle, self._limits = reader, handle, limits
        self._card = _HeldCard(reader, handle, limits, clock)
        self._thread = CallThread(
            f"card in {reader}",
            farewell=handle.release,
            idle=self._card.look_after,
            idle_seconds=min(LOOK_AFTER_SECONDS, limits.hold),
        )
        try:
            self._get(exclusive=exclusive)
            self.atr: bytes = self._call(handle.reset, limits.answer)
        except ReaderError:
            self.close()
            raise

    def transmit(self, command: bytes) -> bytes:
        """One command to the card. CardSilentError if it does not answer in time."""
        return self._call(partial(self._card.transmit, command), self._limits.answer)

    def control(self, function: int, data: bytes = b"", *, seconds: float | None = None) -> bytes:
        """One command to the reader. TransportError where it does not know it."""
        limit = self._limits.answer if seconds is None else seconds
        return self._call(partial(self._card.control, function, data), limit)

    def close(self) -> None:
        """Reset the card, so that no right outlives this conversation, and let go. Never raises;
        a card that is silent is left to the thread that waits for it."""
        self._thread.end(CLOSE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _get(self, *, exclusive: bool) -> None:
        limit = self._limits.access + MARGIN_SECONDS
        try:
            self._thread.call(partial(self._card.get, exclusive=exclusive), limit)
        except GivenUpError:
            # Either waits in the same call: for others' transactions, and for a card's power-up.
            if self._handle.is_in_use():
                raise CardInUseError(self._reader) from None
            raise CardSilentError(self._reader) from None

    def _call(self, function: Callable[[], T], seconds: float) -> T:
        try:
            return self._thread.call(function, seconds)
        except GivenUpError:
            raise self._card.given_up() from None


class _HeldCard:
    """What the thread of the conversation works on."""

    def __init__(
        self, reader: str, handle: CardHandle, limits: Limits, clock: Callable[[], float]
    ) -> None:
        self._reader, self._handle, self._limits, self._clock = reader, handle, limits, clock
        self._begun = clock()
        self._broken: ReaderError | None = None

    def get(self, *, exclusive: bool) -> None:
        """Have the card alone, or at least to ourselves between the work of others."""
        if not exclusive or not self._had_alone():
            until = self._begun + self._limits.access
            self._persist(lambda: self._handle.connect(exclusive=False), until)
            self._persist(self._handle.begin, until)

    def transmit(self, command: bytes) -> bytes:
        """The card's answer, if it is one."""
        self._check()
        try:
            return _checked(command, self._handle.transmit(command), self._reader)
        except ReaderError as error:
            self._broken = error
            raise

    def control(self, function: int, data: bytes) -> bytes:
        """The reader's answer; a refusal breaks nothing."""
        self._check()
        return self._handle.control(function, data)

    def look_after(self) -> bool:
        """Between two commands: notice what happened to the card, and how long it is held. False
        when it was given free."""
        try:
            self._check()
            self._handle.look()
        except CardHeldTooLongError as error:
            self._broken = error
            return False
        except ReaderError as error:
            self._broken = error
        return True

    def given_up(self) -> ReaderError:
        """Why the thread of this card makes no more calls."""
        if self._broken is None:
            self._broken = CardSilentError(self._reader)
        return _again(self._broken)

    def _had_alone(self) -> bool:
        """False where others have it open: between their commands it can still be ours."""
        until = self._begun + min(self._limits.exclusive, self._limits.access)
        try:
            self._persist(lambda: self._handle.connect(exclusive=True), until)
        except CardInUseError:
            return False
        return True

    def _persist(self, attempt: Callable[[], None], until: float) -> None:
        """Try again while another program has the card, until that time."""
        while True:
            try:
                return attempt()
            except CardInUseError:
                if self._clock() >= until:
                    raise
            time.sleep(TRY_AGAIN_SECONDS)

    def _check(self) -> None:
        if self._broken is not None:
            raise _again(self._broken)
        if self._clock() >= self._begun + self._limits.hold:
            raise CardHeldTooLongError(self._reader)


def _again(error: ReaderError) -> ReaderError:
    return type(error)(error.detail)


def _checked(command: bytes, answer: bytes, reader: str) -> bytes:
    if not answer:
        raise CardRemovedError(reader)  # what pcscd hands on when the card goes in an exchange
    most = MAX_SHORT_ANSWER if len(command) <= MAX_SHORT_COMMAND else MAX_ANSWER
    if command[4:5] == b"\0" and len(command) > 5:
        most = MAX_ANSWER  # extended length (ISO/IEC 7816-3, 12.1.3)
    if not SW_SIZE <= len(answer) <= most:
        raise MalformedAnswerError(f"{reader}: {len(answer)} bytes")
    return answer
