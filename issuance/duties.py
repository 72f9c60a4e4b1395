"""Who may do which step: the separation of duties, in one place."""

import unicodedata

from issuance.book_errors import DutyError


def require_other(*, step: str, by: str, earlier: str, earlier_by: str) -> None:
    """Raise DutyError when *by*, who wants to do *step*, is the person who did *earlier*."""
    if same_person(by, earlier_by):
        raise DutyError(step=step, earlier=earlier, by=by)


def same_person(one: str, other: str) -> bool:
    """Whether two names of operators mean one person: case, width and spaces do not tell."""
    return _key(one) == _key(other)


def _key(name: str) -> str:
    key = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    if not key:
        raise ValueError("an operator has a name")
    return key
