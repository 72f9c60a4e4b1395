"""The places for everything that stands on a card, labelled; the desk's script fills them in.

What the card says comes from the desk and is not judged here: it never reaches the server.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reader.card_profile.profiles import PROFILES
from reader.card_profile.ssse import SSSE
from reader.item_binding import BoundItem, items_of

Sentence = tuple[str, str]
_SHOWN_ALREADY = frozenset({"issuer", "holder", "photo", "fingerprint", "signed_record"})


@dataclass(frozen=True, slots=True)
class Place:
    """A data item: its name in the desk's answer, its label, and what its codes mean."""

    name: str
    label: Sentence
    codes: dict[str, Sentence]


@dataclass(frozen=True, slots=True)
class Group:
    """A file of the card: its name in the desk's answer, as in DF01.residence."""

    name: str
    label: Sentence
    places: list[Place]


def groups(profile_name: str) -> Iterator[Group]:
    """The files of this kind of card, without those that the page shows already."""
    profile = PROFILES[profile_name]
    for application in profile.applications:
        for file in application.files:
            if file.name in _SHOWN_ALREADY:
                continue
            owner = "" if application.name == SSSE.name else f"{application.name}."
            places = [_place(bound) for bound in items_of(file.holds)]
            yield Group(f"{owner}{file.name}", (file.name.replace("_", " "), file.zh), places)


def _place(bound: BoundItem) -> Place:
    tables = bound.item.codes
    codes = {code.code: (code.en, code.zh) for code in tables[0].codes} if len(tables) == 1 else {}
    return Place(bound.name, (bound.en, bound.item.zh), codes)
