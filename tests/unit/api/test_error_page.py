"""Every error that a person can meet has code, cause and remedy in both languages, on one page."""

import re
from collections import Counter
from pathlib import Path

import click
import pytest

from api.error_page import ErrorEntry, entry_of, error_classes, is_for_people, page
from issuance.processes import ProcessGoneError
from reader.iso7816.status import StatusError

PAGE = Path(__file__).resolve().parents[3] / "docs" / "errors.md"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What says no more than that one may do the same again.
ONLY_AGAIN = re.compile(
    r"((please )?(try|do|run)( it| this| the (same )?command)? (again|once more)[.!]?"
    r"|retry\.?|请?(稍后)?重试。?|请?重新执行。?)",
    re.IGNORECASE,
)
# Whoever calls turns these into another error, a status word or an exit.
INSIDE = (ValueError, OSError, StatusError, click.ClickException, ProcessGoneError)

CLASSES = error_classes()
ENTRIES = [entry_of(kind) for kind in CLASSES if is_for_people(kind)]


def of_class(entry: ErrorEntry) -> str:
    return f"{entry.kind.__module__}.{entry.kind.__name__}"


def parents(entry: ErrorEntry) -> list[type]:
    return [kind for kind in entry.kind.__mro__[1:] if kind in {one.kind for one in ENTRIES}]


def test_the_page_is_the_one_that_the_code_draws():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_no_exception_class_is_without_an_entry():
    """One that is neither a root's child nor turned into one would reach a person as it is."""
    strays = [
        f"{kind.__module__}.{kind.__name__}"
        for kind in CLASSES
        if not is_for_people(kind) and not kind.__name__.startswith("_")
        if issubclass(kind, Exception) and not issubclass(kind, INSIDE)
    ]
    assert strays == []


def test_codes_are_unique_words():
    """Within a package: what a server answers keeps its word at the desk that hears it."""
    found = Counter((of_class(entry).partition(".")[0], entry.code) for entry in ENTRIES)
    assert {code: count for code, count in found.items() if count > 1} == {}
    assert [code for _, code in found if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", code)] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=of_class)
def test_cause_and_remedy_are_sentences_in_both_languages(entry):
    for english, chinese in (*entry.causes, entry.remedy):
        assert english[:1].isupper()
        assert not CHINESE.search(english)
        assert CHINESE.search(chinese)


@pytest.mark.parametrize("entry", ENTRIES, ids=of_class)
def test_each_class_says_something_of_its_own(entry):
    above = [entry_of(kind) for kind in parents(entry)]
    assert "code" in vars(entry.kind)
    assert entry.causes not in [one.causes for one in above]


@pytest.mark.parametrize("entry", ENTRIES, ids=of_class)
def test_a_remedy_says_what_to_do(entry):
    """Not only to try again, and not only what the root of all of a package's errors says."""
    assert not any(ONLY_AGAIN.fullmatch(sentence) for sentence in entry.remedy)
    roots = [entry_of(kind) for kind in parents(entry)[-1:]]
    assert entry.remedy not in [root.remedy for root in roots]


@pytest.mark.parametrize("entry", ENTRIES, ids=of_class)
def test_each_has_a_way_to_end(entry):
    """An exit code where a command tells it, a status where the service does."""
    assert entry.exit is not None or entry.http is not None
