"""Places where a card can be put: a reader, an address; whatever is in one is one card."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from reader.connect import CardTransport

Slot = Callable[[], AbstractContextManager[CardTransport]]
