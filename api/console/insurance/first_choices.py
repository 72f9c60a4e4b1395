"""What people say when they come: the bundles, and matters that stand for themselves."""

from dataclasses import dataclass

from api.services.matters.bundle_table import BUNDLES, BundleRule, Part
from api.services.matters.table import MATTERS

Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A sentence of the person; it opens a bundle, or where *is_bundle* is not, a matter."""

    words: Sentence
    about: Sentence
    kind: str
    is_bundle: bool


def first_choices(*, with_card: bool) -> list[Choice]:
    """Those that can be begun now."""
    return [
        Choice(words=rule.label, about=rule.about, kind=rule.kind, is_bundle=True)
        for rule in BUNDLES.values()
        if _possible(rule, with_card=with_card)
    ]


def parts_of(rule: BundleRule, *, with_card: bool) -> list[Part]:
    """The services of a bundle that can be begun now."""
    return [
        part
        for part in rule.parts
        if part.kind in MATTERS and (with_card or not MATTERS[part.kind].needs_card)
    ]


def _possible(rule: BundleRule, *, with_card: bool) -> bool:
    possible = parts_of(rule, with_card=with_card)
    return all(part in possible for part in rule.parts if not part.optional)
