"""What a desk sends: the card before it, and what it wants keys for."""

from typing import Any

from api.errors import InvalidFieldError
from api.request_fields import JsonObject, bytes_field, hex_field, known_fields, text_field
from issuance.counter.hsm_steps import FUNCTIONS
from issuance.counter.key_book import MAX_STEPS
from reader.card_profile.values import IdentificationCode
from reader.issuer_server import CardFacts, KeyStep, StepKind
from reader.relay import Answer

MAX_ATR = 33  # ISO/IEC 7816-3, 8.2
CODE_SIZE = 16
RANDOM_SIZE, HEADER_SIZE, MAX_DATA = 8, 4, 255
MAX_TICKET = 64
MAX_CODE = 40
MAX_ANSWER = 4_098  # bytes; no file of a card is larger


def card_field(body: JsonObject) -> CardFacts:
    """The object `card`. Raises InvalidFieldError."""
    card = body.get("card")
    if not isinstance(card, dict):
        raise InvalidFieldError("card", "an object is wanted", "须为对象")
    known_fields(card, ("atr", "identification_code", "version"), within="card")
    atr = bytes_field(card, "atr", MAX_ATR, within="card")
    code = hex_field(card, "identification_code", (CODE_SIZE,), within="card")
    try:
        named = IdentificationCode(code)
    except ValueError as error:
        raise InvalidFieldError("card.identification_code", str(error), "卡识别码有误") from error
    version = text_field(card, "version", within="card")
    return CardFacts(atr=atr, identification_code=named, version=version)


def steps_field(body: JsonObject) -> list[KeyStep]:
    """The list `steps`. Raises InvalidFieldError."""
    steps = body.get("steps")
    if not isinstance(steps, list) or not 0 < len(steps) <= MAX_STEPS:
        raise InvalidFieldError(
            "steps", f"a list of 1 to {MAX_STEPS} is wanted", f"须为 1 至 {MAX_STEPS} 项的列表"
        )
    return [_step(one, f"steps[{place}]") for place, one in enumerate(steps)]


def function_field(body: JsonObject) -> str:
    """The driver's function. Raises InvalidFieldError."""
    named = text_field(body, "function")
    if named not in FUNCTIONS:
        known = ", ".join(FUNCTIONS)
        raise InvalidFieldError("function", f"one of {known} is wanted", f"须为 {known} 之一")
    return named


def ticket_field(body: JsonObject) -> str | None:
    """The ticket, if there is one. Raises InvalidFieldError."""
    ticket = body.get("ticket")
    if ticket is not None and (not isinstance(ticket, str) or not 0 < len(ticket) <= MAX_TICKET):
        raise InvalidFieldError("ticket", "a text is wanted", "须为文本")
    return ticket


def done_field(body: JsonObject) -> tuple[bool, str]:
    """`done` and `code`. Raises InvalidFieldError."""
    done, code = body.get("done"), body.get("code", "")
    if not isinstance(done, bool):
        raise InvalidFieldError("done", "true or false is wanted", "须为 true 或 false")
    if not isinstance(code, str) or len(code) > MAX_CODE:
        raise InvalidFieldError("code", "a short text is wanted", "须为短文本")
    return done, code


def answer_field(body: JsonObject) -> Answer | None:
    """What came of the order of that number; None in the request that begins a relay."""
    number, error = body.get("number"), body.get("error", "")
    if number is None:
        return None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise InvalidFieldError("number", "the number of an order is wanted", "须为指令序号")
    if not isinstance(error, str) or len(error) > MAX_CODE:
        raise InvalidFieldError("error", "a short text is wanted", "须为短文本")
    return Answer(number=number, data=bytes_field(body, "data", MAX_ANSWER), error=error)


def _step(step: Any, within: str) -> KeyStep:
    if not isinstance(step, dict):
        raise InvalidFieldError(within, "an object is wanted", "须为对象")
    known_fields(step, ("kind", "key", "random", "header", "data"), within=within)
    kind = text_field(step, "kind", within=within)
    if kind not in list(StepKind):
        known = ", ".join(StepKind)
        raise InvalidFieldError(f"{within}.kind", f"one of {known} is wanted", f"须为 {known} 之一")
    header = bytes_field(step, "header", HEADER_SIZE, within=within)
    return KeyStep(
        kind=StepKind(kind),
        key=text_field(step, "key", within=within),
        random=hex_field(step, "random", (RANDOM_SIZE,), within=within),
        header=header,
        data=bytes_field(step, "data", MAX_DATA, within=within),
    )
