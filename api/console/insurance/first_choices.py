"""What people say when they come, and the matter that it is."""

from dataclasses import dataclass
from typing import Final

from api.services.matters.table import MATTERS

Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence of the person, and the kind of matter."""

    words: Sentence
    about: Sentence
    kind: str


_CHOICES: Final = (
    Choice(("I retire", "我要退休"), ("the pension", "申领养老金"), "old_age.retire"),
)


def first_choices(*, with_card: bool) -> list[Choice]:
    """Those that can be begun now."""
    return [
        one
        for one in _CHOICES
        if one.kind in MATTERS and (with_card or not MATTERS[one.kind].needs_card)
    ]
