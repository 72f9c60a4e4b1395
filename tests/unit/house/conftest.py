"""What all tests of the house do: they read the program as text."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def undisturbed() -> Iterator[None]:
    """No collection of garbage while files are parsed.

    It may run code that parses something itself, which Python 3.11 takes for an error of its own
    ("AST constructor recursion depth mismatch", cpython issue 106905).
    """
    gc.disable()
    yield
    gc.enable()
