"""Everything that a card gives, file by file, and why it keeps the rest to itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reader.basics import basics_of
from reader.card_profile.ssse import SSSE
from reader.card_version import Note
from reader.data_items import items_of
from reader.data_items_json import to_json
from reader.desk_keys import DeskKeys
from reader.file_content import FileContent, Opener, read_file
from reader.session import CardSession
from reader.stored_items import ItemProblem, problems_json

BASICS = ("issuer", "holder")


@dataclass(slots=True)
class CardContent:
    """What was read: data groups by file name, the SSSE's first; and what was refused, why."""

    profile: str
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: dict[str, list[ItemProblem]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def add(self, file: FileContent) -> None:
        """Take in what was read of one file."""
        if file.group is not None:
            self.groups.setdefault(file.application.name, {})[file.file.name] = file.group
        if file.refused is not None:
            self.refused[file.place] = file.refused
        if file.problems:
            self.problems[file.place] = file.problems

    def to_json(self) -> dict[str, Any]:
        """The SSSE's files by name, the other applications' under their name."""
        refused: list[Mapping[str, Any]] = [
            {"file": place, "reason": {"en": why[0], "zh": why[1]}}
            for place, why in self.refused.items()
        ]
        for place, problems in self.problems.items():
            refused += problems_json(place, problems)
        basics = {name: self.groups.get(SSSE.name, {}).get(name) for name in BASICS}
        rest = {
            (name if owner == SSSE.name else f"{owner}.{name}"): group
            for owner, groups in self.groups.items()
            for name, group in groups.items()
            if name not in BASICS or owner != SSSE.name
        }
        return {
            "profile": self.profile,
            **{name: _group_json(group) for name, group in {**basics, **rest}.items()},
            "refused": refused,
            "notes": [{"en": en, "zh": zh} for en, zh in self.notes],
        }

    def lines(self, *, chinese: bool) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """For people: a title for each data group, and its items that are not blank."""
        for owner, groups in self.groups.items():
            for name, group in groups.items():
                for one in group if isinstance(group, list) else [group]:
                    shown = to_json(one)
                    items = [
                        (bound.item.zh if chinese else bound.en, str(shown[bound.name]))
                        for bound in items_of(type(one))
                        if shown[bound.name] not in (None, [])
                    ]
                    if items:
                        yield f"{owner} {name.replace('_', ' ')}", items
        for place, problems in self.problems.items():
            for one in problems:
                why = one.reason[chinese]
                yield place, [(one.zh if chinese else one.en, f"{one.stored} ({why})")]


def read_card(
    session: CardSession, *, keys: DeskKeys | None = None, everything: bool = False
) -> CardContent:
    """Read issuer and holder, or every file; *keys* open what needs one, each key once."""
    opener = Opener(session, keys)
    basics = basics_of(session, opener)
    content = CardContent(basics.profile, notes=list(basics.notes))
    for one in basics.files:
        content.add(one)
    if everything:
        for application, file in session.profile.files():
            basic = application.name == SSSE.name and file.name in BASICS
            if not basic and file.name != "signed_record":
                content.add(read_file(session, application, file, opener))
    return content


def _group_json(group: Any) -> Any:
    if group is None:
        return None
    return [to_json(one) for one in group] if isinstance(group, list) else to_json(group)
