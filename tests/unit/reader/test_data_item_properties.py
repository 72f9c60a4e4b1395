"""Every data group comes back from its bytes; any bytes are a group or refused."""

import contextlib
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.card_profile.files import Structure
from reader.card_profile.profiles import APPLICATIONS
from reader.card_profile.values import (
    CardNumber,
    IdentificationCode,
    InitialisingInstitution,
    RegionCode,
    SocialSecurityNumber,
)
from reader.data_items import (
    BoundItem,
    Format,
    ItemError,
    from_bytes,
    from_records,
    items_of,
    size_of,
    to_bytes,
    to_records,
)
from reader.data_items_json import from_json, to_json

BEIJING_TIME = timezone(timedelta(hours=8))


def tagged(group: type[Any]) -> bool:
    return items_of(group)[0].item.tag is not None


GROUPS: list[type[Any]] = list(
    dict.fromkeys(file.holds for application in APPLICATIONS for file in application.files)
)
any_group = st.sampled_from(GROUPS)


REGIONS = st.integers(1, 999_999).map(lambda number: RegionCode(f"{number:06}"))
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    date: st.dates(),
    datetime: st.integers(0, 2**33).map(
        lambda seconds: datetime.fromtimestamp(seconds, tz=BEIJING_TIME)
    ),
    RegionCode: REGIONS,
    CardNumber: st.integers(0, 9_999_999).map(lambda number: CardNumber.of(f"K{number:07}")),
    SocialSecurityNumber: st.just(SocialSecurityNumber("11010519491231002X")),
    IdentificationCode: st.builds(
        IdentificationCode.of,
        region=REGIONS,
        serial=st.binary(min_size=4, max_size=4),
        authentication_code=st.binary(min_size=4, max_size=4),
    ),
    InitialisingInstitution: st.binary(min_size=11, max_size=11).map(
        lambda data: InitialisingInstitution(b"\x91" + data)
    ),
}


def values(bound: BoundItem) -> st.SearchStrategy[Any]:
    """Values that fill an item or part of it."""
    size, kind = bound.item.size, bound.kind
    if bound.item.fmt is Format.B_TLV:
        # A template without any value is a blank record.
        return data_groups(kind).filter(lambda group: group != kind())
    if kind is str and bound.item.fmt is Format.CN:
        return st.text("0123456789", min_size=1, max_size=2 * size).filter(lambda t: t.strip("0"))
    if kind is str:
        characters = st.sampled_from("aZ09·王龘𰻝㛃︐" if size >= 4 else "aZ09")
        return st.text(characters, min_size=1, max_size=max(size // 4, 1))
    if kind is int:
        return st.integers(0, 10 ** min(size, 4) - 1)
    if kind is bytes:
        return st.binary(min_size=4, max_size=64).map(lambda data: (b"\x01" + data).ljust(size))
    return VALUES[kind]


@cache
def data_groups(group: type[Any]) -> st.SearchStrategy[Any]:
    """Any content of a file or record that fits."""
    items: dict[str, st.SearchStrategy[Any]] = {
        bound.name: st.lists(values(bound), max_size=bound.item.count).map(tuple)
        if bound.repeated
        else st.none() | values(bound)
        for bound in items_of(group)
    }
    return st.builds(group, **items)


@settings(max_examples=150, deadline=None)
@given(group=any_group, data=st.data())
def test_every_group_comes_back_from_its_bytes(group: type[Any], data: st.DataObject) -> None:
    value = data.draw(data_groups(group))
    if tagged(group):
        assert from_records(group, to_records(value)) == value
    else:
        wire = to_bytes(value)
        assert len(wire) == size_of(group)
        assert from_bytes(group, wire) == value or not wire.strip(b"\x00")


@settings(max_examples=150, deadline=None)
@given(group=any_group, data=st.data())
def test_every_group_comes_back_from_json_but_for_unknown_codes(
    group: type[Any], data: st.DataObject
) -> None:
    value = data.draw(data_groups(group))
    try:
        assert from_json(group, to_json(value)) == value
    except ItemError as error:
        if "code table" not in error.reason and "last code" not in error.reason:
            raise


@pytest.mark.parametrize("group", GROUPS)
def test_a_blank_group_is_a_blank_file(group: type[Any]) -> None:
    if tagged(group):
        assert from_records(group, to_records(group())) == group()
    else:
        assert from_bytes(group, bytes(size_of(group))) == group()
        assert from_bytes(group, b"\xff" * size_of(group)) == group()


@settings(max_examples=150, deadline=None)
@given(group=any_group, data=st.data())
def test_any_bytes_are_a_group_or_refused(group: type[Any], data: st.DataObject) -> None:
    sizes = {bound.item.size for bound in items_of(group)}
    anything = st.sampled_from(sorted(sizes)).flatmap(
        lambda size: st.binary(max_size=min(2 * size, 128))
    )
    with contextlib.suppress(ItemError):
        if tagged(group):
            tags = st.sampled_from([bound.item.tag for bound in items_of(group)])
            by_tag = data.draw(st.dictionaries(tags, anything))
            assert isinstance(from_records(group, by_tag), group)
        else:
            raw = data.draw(anything)
            whole = (raw * (size_of(group) // max(len(raw), 1) + 1))[: size_of(group)]
            assert isinstance(from_bytes(group, whole), group)
            assert isinstance(from_bytes(group, raw), group)


@settings(max_examples=300, deadline=None)
@given(group=any_group.filter(tagged), records=st.lists(st.binary(max_size=64), max_size=20))
def test_any_records_are_a_group_or_refused(group: type[Any], records: list[bytes]) -> None:
    with contextlib.suppress(ItemError):
        assert isinstance(from_records(group, records), group)


@settings(max_examples=150, deadline=None)
@given(group=any_group, data=st.data())
def test_any_json_is_a_group_or_refused(group: type[Any], data: st.DataObject) -> None:
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    anything = st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
    )
    names = st.sampled_from([bound.name for bound in items_of(group)])
    with contextlib.suppress(ItemError):
        value = from_json(group, data.draw(anything | st.dictionaries(names, anything)))
        assert isinstance(value, group)


def test_a_cyclic_file_holds_untagged_items_and_the_others_tagged_ones() -> None:
    for application in APPLICATIONS:
        for file in application.files:
            has_tags = file.structure not in (Structure.CYCLIC, Structure.TRANSPARENT)
            assert tagged(file.holds) is has_tags
