"""The trees of the reader's errors, and which of them a status word becomes.

What each says to people is looked at with all others in `tests/unit/api/test_error_page.py`.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import reader
from reader import account_errors, desk_errors, errors, line_errors, refusals
from reader.errors import CardRefusedError, ReaderError
from reader.iso7816.status import SW


def found() -> Iterator[type[ReaderError]]:
    """Every class of the tree, wherever in the package it stands."""
    for module in pkgutil.walk_packages(reader.__path__, "reader."):
        if module.name not in {"reader.pcsc"}:  # needs the smartcard library
            importlib.import_module(module.name)
    waiting = [ReaderError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("reader"):
            yield kind


ERRORS = sorted(set(found()), key=lambda kind: kind.__name__)


@pytest.mark.parametrize(
    "module",
    [account_errors, desk_errors, errors, line_errors, refusals],
    ids=lambda module: module.__name__,
)
def test_the_tree_in_the_docstring_is_the_modules(module):
    drawn = set(re.findall(r"^ +(\w+Error)\b", module.__doc__, re.MULTILINE))
    declared = {kind.__name__ for kind in ERRORS if kind.__module__ == module.__name__}
    assert drawn - {"CardAuthenticationError"} == declared - {
        "ReaderError",
        "CardAuthenticationError",
    }


@pytest.mark.parametrize(
    ("sw", "kind"),
    [
        (0x6982, errors.AccessRefusedError),
        (0x6988, refusals.ProtectionRefusedError),
        (0x9302, refusals.ProtectionRefusedError),
        (0x6283, refusals.ApplicationBlockedError),
        (0x9303, refusals.ApplicationBlockedError),
        (0x9401, refusals.InsufficientFundsError),
        (0x9402, refusals.AccountUsedUpError),
        (0x9406, refusals.TransactionUnknownError),
        (0x6A82, CardRefusedError),
        (0x1234, CardRefusedError),
    ],
)
def test_a_status_word_becomes_its_error(sw, kind):
    error = refusals.refusal(sw, "SELECT")
    assert (type(error), error.sw) == (kind, sw)


def test_a_refused_proof_tells_the_tries_left():
    two = refusals.refusal_of_a_proof(CardRefusedError(0x63C2))
    assert isinstance(two, refusals.WrongProofError)
    assert (two.tries_left, "2" in two.cause[0], "2" in two.cause[1]) == (2, True, True)
    locked = refusals.refusal_of_a_proof(CardRefusedError(SW.AUTHENTICATION_METHOD_BLOCKED))
    assert isinstance(locked, refusals.KeyLockedError)
    other = CardRefusedError(0x6A88)
    assert refusals.refusal_of_a_proof(other) is other
