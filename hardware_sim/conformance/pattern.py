"""What a case expects of an answer: hex digits with gaps."""

import re
from collections.abc import Mapping

_TOKEN = re.compile(
    r"\s*(?:(?P<byte>[0-9A-Fa-f]{2})|(?P<any>\.\.)|(?P<nibble>[0-9A-Fa-f]\.)|(?P<rest>\*))"
)
_NAME = re.compile(r"\{(?P<name>[a-z0-9_.]+)\}")
_OTHER_THAN = re.compile(r"~(?P<name>[a-z0-9_.]+)\s*")


class PatternError(ValueError):
    """Not a pattern, or a name that nothing is kept under."""


def filled(text: str, values: Mapping[str, bytes]) -> str:
    """*text* with each {name} replaced by its bytes in hex; PatternError for an unknown name."""

    def known(found: re.Match[str]) -> str:
        if found["name"] not in values:
            raise PatternError(f"nothing is known as {found['name']}")
        return values[found["name"]].hex()

    return _NAME.sub(known, text)


def matches(pattern: str, answer: bytes, values: Mapping[str, bytes]) -> bool:
    """Whether *answer*, with its status word, is one of the pattern's alternatives."""
    if other := _OTHER_THAN.match(pattern):
        if other["name"] not in values:
            raise PatternError(f"nothing is known as {other['name']}")
        if answer[:-2] == values[other["name"]]:
            return False
        pattern = pattern[other.end() :]
    return any(
        re.fullmatch(_expression(filled(each, values)), answer, re.DOTALL)
        for each in pattern.split("|")
    )


def _expression(text: str) -> bytes:
    expression, position = b"", 0
    text = text.strip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise PatternError(f"no pattern: {text}")
        if token["byte"]:
            expression += re.escape(bytes.fromhex(token["byte"]))
        elif token["any"]:
            expression += b"."
        elif token["nibble"]:
            high = int(token["nibble"][0], 16) << 4
            first, last = re.escape(bytes((high,))), re.escape(bytes((high | 0x0F,)))
            expression += b"[" + first + b"-" + last + b"]"
        else:
            expression += b".*"
        position = token.end()
    return expression
