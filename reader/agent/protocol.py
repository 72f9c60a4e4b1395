"""The words between page and agent: JSON text messages, parsed with limits.

A page asks ``{"id":1,"call":"card.present","with":{"ticket":"…"}}`` and is answered with the same
id: ``result`` or ``error``. Events have no id. Pages of the old kind ask ``{"func":…,"in":[…]}``.
There is no call that carries a command for the card, a PIN or the path of a file.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NoReturn

from crypto.errors import CryptoError
from reader.agent.errors import MessageError, UnknownCallError, WrongParameterError
from reader.errors import ReaderError
from reader.sscard.old_pages import is_old_page

MAX_MESSAGE = 8192  # bytes
MAX_DEPTH = 4
MAX_ID = 2**53 - 1  # what a page's numbers hold exactly

TICKET = re.compile(r"[A-Za-z0-9_-]{1,64}")
# A name of PC/SC (MAX_READERNAME of pcsclite is 128); never a path.
READER = re.compile(r"[^\x00-\x1f\x7f/\\][^\x00-\x1f\x7f]{0,126}")


@dataclass(frozen=True, slots=True)
class CallForm:
    """What a call takes, and for how many seconds it may run."""

    seconds: float
    required: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    optional: Mapping[str, re.Pattern[str]] = field(default_factory=dict)


CALLS: Mapping[str, CallForm] = MappingProxyType(
    {
        "desk.status": CallForm(5),
        "card.present": CallForm(30, optional={"ticket": TICKET, "reader": READER}),
        "card.photo": CallForm(30),
        "card.everything": CallForm(90),
        "card.do": CallForm(180, required={"ticket": TICKET}, optional={"reader": READER}),
        "pin.verify": CallForm(120),
    }
)
OLD_CALL_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Call:
    """A request of the page. *number* is its id."""

    number: int
    name: str
    parameters: Mapping[str, str]

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return CALLS[self.name].seconds


@dataclass(frozen=True, slots=True)
class OldCall:
    """A request in a form of the field's older pages, answered in the same; *text* is all of it.

    Which functions there are, and their arguments, is the driver's to say (`reader.sscard`).
    """

    text: str


def parse(text: str) -> Call | OldCall:
    """The request in a message. MessageError, with the request's id if it has one."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_MESSAGE:
        raise MessageError("too long")
    if _depth(text) > MAX_DEPTH:
        raise MessageError("nested too deep")
    try:
        message = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
        json.dumps(message, ensure_ascii=False).encode()  # half a character cannot be answered
    except (ValueError, RecursionError) as error:
        raise MessageError("not JSON") from error
    if not isinstance(message, dict):
        raise MessageError("not an object")
    return OldCall(text) if is_old_page(message) else _call(message)


def result(number: int, value: Mapping[str, Any]) -> str:
    """The answer to a call that was carried out."""
    return _text({"id": number, "result": value})


def failure(number: int | None, error: ReaderError | CryptoError) -> str:
    """The answer to one that was not; *number* is None where the page gave no id."""
    return _text({"id": number, "error": told(error)})


def event(name: str, /, **fields: Any) -> str:
    """Something that happened at the desk."""
    return _text({"event": name, **fields})


def told(error: ReaderError | CryptoError) -> dict[str, Any]:
    """An error as the page shows it. Details stay in the log."""
    cause = (f"{error}.", f"{error.zh}。") if isinstance(error, CryptoError) else error.cause
    return {
        "code": error.code,
        "cause": {"en": cause[0], "zh": cause[1]},
        "remedy": {"en": error.remedy[0], "zh": error.remedy[1]},
    }


def _call(message: Mapping[str, Any]) -> Call:
    number = message.get("id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MAX_ID:
        raise MessageError("id")
    name, given = message.get("call"), message.get("with", {})
    if message.keys() - {"id", "call", "with"} or not isinstance(given, dict):
        raise MessageError("fields", number=number)
    if not isinstance(name, str) or name not in CALLS:
        raise UnknownCallError(number=number)
    form = CALLS[name]
    forms = {**form.required, **form.optional}
    if given.keys() - forms.keys() or form.required.keys() - given.keys():
        raise WrongParameterError("names", number=number)
    for parameter, value in given.items():
        if not isinstance(value, str) or not forms[parameter].fullmatch(value):
            raise WrongParameterError(parameter, number=number)
    return Call(number, name, MappingProxyType(given))


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")  # two readers would see two messages
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _depth(text: str) -> int:
    """How deep brackets are nested, those in strings left out."""
    depth = deepest = 0
    in_string = escaped = False
    for one in text:
        if in_string:
            in_string = escaped or one != '"'
            escaped = one == "\\" and not escaped
        elif one == '"':
            in_string = True
        elif one in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif one in "]}":
            depth -= 1
    return deepest


def _text(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
