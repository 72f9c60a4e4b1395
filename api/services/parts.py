"""The components of an award: those that a region sets as an amount, and the total."""

from collections.abc import Mapping

from api.services.explanation import Source, Step
from api.services.money import Fen, yuan_of
from api.services.words import WORDS


def given_step(name: str, amount: Fen, source: Source) -> Step:
    """The step of a component that came in as an amount."""
    printed = yuan_of(amount)
    return Step(
        name=WORDS[name],
        formula=f"{{{name}}}",
        numbers={name: printed},
        result=printed,
        source=source,
    )


def total_of(parts: Mapping[str, Fen | None], source: Source) -> tuple[Fen, Step]:
    """The sum of the *parts* that there are, by name, and the step that tells it."""
    given = {name: fen for name, fen in parts.items() if fen is not None}
    total = Fen(sum(given.values()))
    step = Step(
        name=("Total", "合计"),
        formula=" + ".join(f"{{{name}}}" for name in given),
        numbers={name: yuan_of(fen) for name, fen in given.items()},
        result=yuan_of(total),
        source=source,
    )
    return total, step
