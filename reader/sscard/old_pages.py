"""The JSON that pages of the field send to the service beside their reader, and its answers.

Three forms are known from public pages; each is answered in its own:

    {"func": "iReadCardBas", "in": ["3"]}
        {"func": "iReadCardBas", "result": 0, "out": ["…|"]}
    {"function": "iReadCardBas", "iType": 3}
        {"functionName": "iReadCardBas", "success": 1, "pOutInfo": "…|"}
    {"bizcode": "1002", "body": {"iType": "3"}}
        {"bizcode": "1002", "recode": 0, "body": {"pOutInfo": "…|"}}

In the second, success is 1, or the negative number of the error. A PIN that a page sends (pPin,
pPIN, pOldPIN, pNewPIN) is passed over: the holder is asked, where no page can see it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

from reader.sscard.functions import FUNCTIONS

MAX_MESSAGE = 65_536  # characters
BIZCODES: Mapping[str, str] = MappingProxyType(
    {
        "1002": "iReadCardBas",
        "1005": "iReadCard",
        "1008": "iWriteCard",
        "1011": "iVerifyPIN",
        "1012": "iChangePIN",
        "1013": "iReloadPIN",
        "1017": "iUnblockPIN",
    }
)
Form = Callable[[int, str], dict[str, Any]]


class Driver(Protocol):
    """What answers: `reader.sscard_driver.SscardDriver`."""

    def call(self, func: str, args: Sequence[Any]) -> tuple[int, str]:
        """Number and pOutInfo of one call; never raises."""


def answer_old_page(driver: Driver, message: str) -> str:
    """The answer to one message, as JSON; never raises.

    What is no message at all is answered in the first form. The JSON is ASCII throughout: a lone
    surrogate in a message cannot break the line that carries the answer.
    """
    func, args, form = _parsed(message)
    return json.dumps(form(*driver.call(func, args)))


def is_old_page(message: Mapping[str, Any]) -> bool:
    """Whether a JSON object is in one of the three forms."""
    return any(name in message for name in ("func", "function", "bizcode"))


def _parsed(message: str) -> tuple[str, Sequence[Any], Form]:
    given: Any = None
    if len(message) <= MAX_MESSAGE:
        try:
            given = json.loads(message)
        except (ValueError, RecursionError):
            given = None
    if not isinstance(given, dict):
        return "", [], _dc("")
    if "bizcode" in given:
        code, body = given["bizcode"], given.get("body")
        func = BIZCODES.get(code, "") if isinstance(code, str) else ""
        return func, _named(func, body), _biz(code if isinstance(code, str) else "")
    if "function" in given:
        func = _text(given["function"])
        return func, _named(func, given), _socket(func)
    func, args = _text(given.get("func")), given.get("in", [])
    return func, args if isinstance(args, list) else [None], _dc(func)


def _text(value: Any) -> str:
    return value[:64] if isinstance(value, str) else ""


def _named(func: str, given: Any) -> list[Any]:
    """The arguments by their names, whatever their case: pages write pKey and pkey."""
    if not isinstance(given, dict):
        return []
    lower = {name.lower(): value for name, value in given.items()}
    names = FUNCTIONS.get(func, ())
    return [lower[name.lower()] for name in names if name.lower() in lower]


def _dc(func: str) -> Form:
    return lambda code, out: {"func": func, "result": code, "out": [out]}


def _socket(func: str) -> Form:
    return lambda code, out: {"functionName": func, "success": code or 1, "pOutInfo": out}


def _biz(code: str) -> Form:
    return lambda number, out: {"bizcode": code, "recode": number, "body": {"pOutInfo": out}}
