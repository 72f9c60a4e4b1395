"""Why something on the card did not succeed, from the code that the desk reported."""

from collections.abc import Iterator

from reader.agent.errors import AgentError
from reader.errors import ReaderError

Sentence = tuple[str, str]

_UNKNOWN = (
    ("It did not succeed.", "未能完成。"),
    ("Read the card again and try once more.", "请重新读卡后再试。"),
)


def explain(code: str) -> tuple[Sentence, Sentence]:
    """Cause and remedy."""
    for kind in (*_kinds(AgentError), *_kinds(ReaderError)):
        if kind.code == code:
            return kind.cause, kind.remedy
    return _UNKNOWN


def _kinds(kind: type[ReaderError]) -> Iterator[type[ReaderError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)
