"""The holder's PIN at a counter, with what a session alone does not tell: that an answer was lost.

Behind each function stands the session or the desk's keys; who typed what is not its business.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from reader.desk_errors import PinOpenError
from reader.desk_keys import DeskKeys
from reader.errors import CardRemovedError, MalformedAnswerError, TransportError
from reader.session import CardSession


def change_pin(session: CardSession, old: str, new: str) -> None:
    """CHANGE PIN. WrongPinError with the tries left; PinOpenError if the answer was lost."""
    with _answer_lost():
        session.change_pin(old, new)


def reload_pin(desk: DeskKeys, session: CardSession, new: str) -> None:
    """RELOAD PIN with PUK and STK. PinUnblocksUsedError; PinOpenError as above."""
    profile = session.profile
    desk.authenticate(session, profile.key("PUK"))
    with _answer_lost():
        session.reload_pin(new, partial(desk.keys.seal, profile.key("STK")))


@contextmanager
def _answer_lost() -> Iterator[None]:
    try:
        yield
    except (CardRemovedError, TransportError, MalformedAnswerError) as error:
        raise PinOpenError(error.detail) from error
