"""When two names mean one person: case, width and spaces do not tell (Unicode NFKC, casefold)."""

import unicodedata


def person_key(name: str) -> str:
    """What is the same for every spelling of a person's name. Raises ValueError for no name."""
    key = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    if not key:
        raise ValueError("an operator has a name")
    return key


def same_person(one: str, other: str) -> bool:
    """Whether two names of operators mean one person."""
    return person_key(one) == person_key(other)
