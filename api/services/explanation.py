"""What a calculation gives: its results, and an explanation that a citizen can read.

A step's formula is written once, with the names of its numbers in braces. From it follow the
formula with the names of the fields, with their words in either language, and with the numbers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.services.words import WORDS, label_of

Text = tuple[str, str]  # English, Chinese
_AGE = re.compile(r"([0-9]+)岁([0-9]+)个月")
LANGUAGES = {"en": 0, "zh": 1}


@dataclass(frozen=True, slots=True)
class Source:
    """A rule's legal source, and since when it is in force (ISO 8601)."""

    title: str
    since: str

    def text(self, language: str = "zh") -> str:
        """As an award sheet cites it; titles of laws stay in their language."""
        if language == "en":
            return f"{self.title} (in force since {self.since})"
        return f"{self.title}（自 {self.since} 起施行）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of an award: what, by which formula, with which numbers, after which law."""

    name: Text
    formula: str
    numbers: Mapping[str, str]
    result: str
    source: Source

    def in_words(self, language: str) -> str:
        """The formula in the words of a language."""
        which = LANGUAGES[language]
        return self.formula.format_map({name: WORDS[name][which] for name in self.numbers})

    def in_numbers(self) -> str:
        """The formula with its numbers, and what comes out."""
        return f"{self.formula.format_map(dict(self.numbers))} = {self.result}"

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "name": {"en": self.name[0], "zh": self.name[1]},
            "formula": self.formula.format_map({name: name for name in self.numbers}),
            "numbers": dict(self.numbers),
            "result": self.result,
            "source": self.source.text(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """Results by name (amounts: yuan with two decimals; None: not part of it), and the steps."""

    results: Mapping[str, str | int | None]
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {**self.results, "explanation": [step.as_json() for step in self.steps]}

    def lines(self, language: str) -> list[str]:
        """For a person: each step, then the results."""
        which = LANGUAGES[language]
        lines: list[str] = []
        for number, step in enumerate(self.steps, start=1):
            lines += [
                f"{number}. {step.name[which]}: {step.result}",
                f"   {step.in_words(language)}",
                f"   {step.in_numbers()}",
                f"   {step.source.text(language)}",
            ]
        lines.append("")
        labels = {name: label_of(name, self.results)[which] for name in self.results}
        width = max(map(len, labels.values()))
        given = {name: value for name, value in self.results.items() if value is not None}
        for name, value in given.items():
            printed = _english(str(value)) if language == "en" else value
            lines.append(f"{labels[name]:<{width}}  {printed}")
        return lines


def _english(value: str) -> str:
    """An age is printed as the official tables print it; here in English."""
    return _AGE.sub(r"\1 years \2 months", value)
