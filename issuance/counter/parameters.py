"""The values that an action asks for, checked against the card's profile before it begins."""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from issuance.counter.action_table import ACTIONS, Action, Field, FieldKind
from issuance.counter.errors import ParameterError
from reader.card_profile.df01 import DF01
from reader.card_profile.files import RecordFile
from reader.card_profile.keys import KeyRole
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import SSSE
from reader.card_recording import Recording, name_of, places
from reader.data_items import items_of
from reader.data_items_json import from_json, to_json
from reader.item import Item, ItemError
from reader.item_codecs import CN

MAX_TEXT = 64
MAX_PHOTO = 48 * 1024  # bytes; a body of the service takes 64 KiB
JPEG = b"\xff\xd8\xff"
ITEMS = "items"  # beside the name of a group
TELEPHONE = "telephone"
_CALLABLE = re.compile(r"[0-9+() -]*[0-9][0-9+() -]*")


def check(action: Action, given: Mapping[str, Any], profile: CardProfile) -> dict[str, Any]:
    """The parameters as they are kept. Raises ParameterError naming the field."""
    fields = {field.name: field for field in ACTIONS[action].fields}
    known = {*fields, *({ITEMS} if any(f.kind in _ITEMS_OF for f in fields.values()) else ())}
    for name in given:
        if name not in known:
            raise ParameterError(name, "not asked for", "不需要该字段")
    kept: dict[str, Any] = {}
    for field in fields.values():
        if (value := given.get(field.name)) in (None, ""):
            if field.required:
                raise ParameterError(field.name, "missing", "缺少该字段")
            continue
        kept[field.name] = _CHECKS[field.kind](field, value, profile)
        if (items_of := _ITEMS_OF.get(field.kind)) is not None:
            kept[ITEMS] = items_of(value, given.get(ITEMS), profile)
    return kept


def groups(profile: CardProfile) -> tuple[RecordFile, ...]:
    """The files of the public area that a counter may change, by this kind of card."""
    return tuple(
        file
        for file in profile.application(DF01.name).files
        if isinstance(file, RecordFile) and file.update.key_name is not None
    )


def group_file(profile: CardProfile, name: str) -> RecordFile:
    """The file of that data group. Raises ParameterError."""
    for file in groups(profile):
        if file.name == name:
            return file
    raise _no_such_data(name)


def lockable(profile: CardProfile) -> tuple[str, ...]:
    """The applications that can be blocked by themselves: those with a maintenance key."""
    return tuple(
        application.name
        for application in profile.applications
        if application.name != SSSE.name
        and any(key.role is KeyRole.MAINTENANCE for key in application.keys)
    )


def _text(field: Field, value: Any, _profile: CardProfile) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT or not value.isprintable():
        raise ParameterError(
            field.name, f"at most {MAX_TEXT} printable characters", f"最多 {MAX_TEXT} 个字符"
        )
    return value


def _yes_no(field: Field, value: Any, _profile: CardProfile) -> bool:
    if not isinstance(value, bool):
        raise ParameterError(field.name, "yes or no", "须为是或否")
    return value


def _application(field: Field, value: Any, profile: CardProfile) -> str:
    if value not in lockable(profile):
        raise ParameterError(field.name, "no application that can be blocked", "该应用不可锁定")
    return str(value)


def _group(_field: Field, value: Any, profile: CardProfile) -> str:
    return group_file(profile, str(value)).name


def _items(group: Any, given: Any, profile: CardProfile) -> dict[str, Any]:
    """The items to change, valid for the card; those not named stay as they are."""
    file, given = group_file(profile, str(group)), _something(given)
    try:
        whole = from_json(file.holds, given)
        profile.as_kept(whole)
    except ItemError as error:
        raise _unfit(error, file.holds) from error
    _check_telephones(given)
    return {name: value for name, value in to_json(whole).items() if name in given}


def _record_group(_field: Field, value: Any, profile: CardProfile) -> str:
    if value not in (name_of(*place) for place in places(profile)):
        raise _no_such_data(str(value))
    return str(value)


def _record_items(group: Any, given: Any, profile: CardProfile) -> dict[str, Any]:
    """The items to write, all of which this kind of card has room for."""
    given = _something(given)
    try:
        recording = Recording.of(profile, str(group), given)
        _ = recording.commands
    except ItemError as error:
        raise ParameterError(
            f"{ITEMS}.{error.item}", error.reason, "取值不符合卡内数据项"
        ) from error
    return {name: value for name, value in to_json(recording.group).items() if name in given}


def _something(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping) or not given:
        raise ParameterError(ITEMS, "nothing to change", "没有要变更的内容")
    return given


def _check_telephones(given: Mapping[str, Any]) -> None:
    """A card takes any text; what is typed at a desk is to be a number that can be called."""
    for name, value in given.items():
        if name.endswith(TELEPHONE) and not _CALLABLE.fullmatch(value or "1"):
            raise ParameterError(
                f"{ITEMS}.{name}", "digits, + - ( ) and spaces", "须为数字，可含 + - ( ) 和空格"
            )


def _unfit(error: ItemError, group: type[Any]) -> ParameterError:
    """With the rule of the item, for whoever typed the value."""
    zh = "取值不符合卡内数据项"
    for bound in items_of(group):
        if bound.name == error.item:
            zh = f"{bound.item.zh}{_form(bound.item)}"
    return ParameterError(f"{ITEMS}.{error.item}", error.reason, zh)


def _form(item: Item) -> str:
    if item.codes:
        return "须为代码表中的代码"
    if item.fmt is CN:
        return f"须为 {2 * item.size} 位数字，并符合其规则"
    return f"最多 {item.size} 字节（汉字每字 2 或 4 字节），并符合其规则"


def _no_such_data(name: str) -> ParameterError:
    return ParameterError(
        "group", f"no such data on the card ({name})", f"卡内没有该信息（{name}）"
    )


def _choice(field: Field, value: Any, _profile: CardProfile) -> str:
    if value not in field.options:
        wanted = ", ".join(field.options)
        raise ParameterError(field.name, f"one of {wanted}", f"须为 {wanted} 之一")
    return str(value)


def _photo(field: Field, value: Any, _profile: CardProfile) -> str:
    try:
        content = b64decode(str(value), validate=True)
    except ValueError:
        content = b""
    if not content.startswith(JPEG) or len(content) > MAX_PHOTO:
        raise ParameterError(
            field.name,
            f"a JPEG file of at most {MAX_PHOTO} bytes",
            f"须为不超过 {MAX_PHOTO} 字节的 JPEG",
        )
    return str(value)


_CHECKS: Mapping[FieldKind, Callable[[Field, Any, CardProfile], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.YES_NO: _yes_no,
    FieldKind.APPLICATION: _application,
    FieldKind.GROUP: _group,
    FieldKind.RECORD: _record_group,
    FieldKind.CHOICE: _choice,
    FieldKind.SECOND: _text,
    FieldKind.PHOTO: _photo,
}
_ITEMS_OF: Mapping[FieldKind, Callable[[Any, Any, CardProfile], dict[str, Any]]] = {
    FieldKind.GROUP: _items,
    FieldKind.RECORD: _record_items,
}
