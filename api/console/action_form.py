"""The fields of an action's form: what the table of actions asks for, for this kind of card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.console.visit_view import Shown
from issuance.counter import parameters
from issuance.counter.action_table import ACTIONS, Action, FieldKind
from reader.card_profile.files import RecordFile
from reader.card_profile.profiles import PROFILES, CardProfile
from reader.item_binding import BoundItem, items_of

Sentence = tuple[str, str]
ITEM = "item."  # before the name of an item, in the form

# Data groups that a counter changes, and their items, as a clerk calls them.
GROUPS: Mapping[str, Sentence] = {
    "residence": ("address and telephone", "常住地址与电话"),
    "household_registration": ("household registration", "户籍信息"),
}
_ITEMS: Mapping[str, Sentence] = {
    "address": ("address", "地址"),
    "region": ("region (6 digits)", "行政区划代码（6 位）"),
    "telephone": ("telephone", "联系电话"),
    "contact_name": ("contact or guardian", "联系人（监护人）姓名"),
    "contact_telephone": ("telephone of the contact", "联系人（监护人）电话"),
    "household_type": ("kind of household", "户口类别"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A field of a form: *kind* is text, check, choice, second, photo or hidden."""

    name: str
    label: Sentence
    kind: str
    required: bool = False
    size: int = 64
    value: str = ""
    choices: list[tuple[str, Sentence]] = field(default_factory=list)


def asked(action: Action, shown: Shown, *, chosen: Mapping[str, str]) -> list[Asked]:
    """The fields; *chosen* says which data group, where there are several."""
    if shown.sheet is None:
        return []
    profile = PROFILES[shown.sheet.profile]
    found: list[Asked] = []
    for one in ACTIONS[action].fields:
        match one.kind:
            case FieldKind.TEXT:
                found.append(
                    Asked(name=one.name, label=one.label, kind="text", required=one.required)
                )
            case FieldKind.YES_NO:
                found.append(Asked(name=one.name, label=one.label, kind="check"))
            case FieldKind.APPLICATION:
                choices = [(name, (name, name)) for name in parameters.lockable(profile)]
                found.append(
                    Asked(
                        name=one.name,
                        label=one.label,
                        kind="choice",
                        required=True,
                        choices=choices,
                    )
                )
            case FieldKind.GROUP:
                found += _group(profile, chosen.get("group", "residence"))
            case FieldKind.CHOICE:
                options = list(one.options.items())
                found.append(
                    Asked(
                        name=one.name,
                        label=one.label,
                        kind="choice",
                        required=True,
                        choices=options,
                    )
                )
            case FieldKind.SECOND | FieldKind.PHOTO:
                found.append(Asked(name=one.name, label=one.label, kind=one.kind.value))
    return found


def given(action: Action, form: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in, as the use cases take it; an item left empty stays as it is."""
    found: dict[str, Any] = {}
    for one in ACTIONS[action].fields:
        value = form.get(one.name, "").strip()
        if one.kind is FieldKind.YES_NO:
            found[one.name] = value == "yes"
        elif value:
            found[one.name] = value
        if one.kind is FieldKind.GROUP:
            found[parameters.ITEMS] = {
                name.removeprefix(ITEM): text.strip()
                for name, text in form.items()
                if name.startswith(ITEM) and text.strip()
            }
    return found


def _group(profile: CardProfile, name: str) -> list[Asked]:
    file = parameters.group_file(profile, name)
    hidden = Asked(name="group", label=GROUPS.get(name, (name, file.zh)), kind="hidden", value=name)
    return [hidden, *(_item(bound) for bound in items_of(file.holds) if _is_simple(bound))]


def group_label(file: RecordFile) -> Sentence:
    """What a data group is called."""
    return GROUPS.get(file.name, (file.name.replace("_", " "), file.zh))


def _is_simple(bound: BoundItem) -> bool:
    return not bound.repeated and not bound.is_template


def _item(bound: BoundItem) -> Asked:
    label = _ITEMS.get(bound.name, (bound.name.replace("_", " "), bound.item.zh))
    if len(bound.item.codes) == 1:
        choices = [(code.code, (code.en, code.zh)) for code in bound.item.codes[0].codes]
        return Asked(name=ITEM + bound.name, label=label, kind="choice", choices=choices)
    return Asked(name=ITEM + bound.name, label=label, kind="text", size=bound.item.size)
