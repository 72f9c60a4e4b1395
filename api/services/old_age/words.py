"""The words of the numbers in this subject's explanations, in English and Chinese."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {}
