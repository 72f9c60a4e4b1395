"""The table of matters: everything that may be brought to a counter."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.services.annuity.matters import MATTERS as ANNUITY
from api.services.enrolment.matters import MATTERS as ENROLMENT
from api.services.errors import UnknownError
from api.services.matters.rule import MatterRule
from api.services.old_age.matters import MATTERS as OLD_AGE
from api.services.platform_work.matters import MATTERS as PLATFORM_WORK
from api.services.private_pension.matters import MATTERS as PRIVATE_PENSION
from api.services.resident_old_age.matters import MATTERS as RESIDENT_OLD_AGE
from api.services.unemployment.matters import MATTERS as UNEMPLOYMENT
from api.services.work_injury.matters import MATTERS as WORK_INJURY

# As a clerk looks for them.
GROUPS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "enrolment": ("Enrolment and contributions", "参保缴费"),
        "old_age": ("Old age", "养老"),
        "unemployment": ("Unemployment", "失业"),
        "work_injury": ("Injury at work", "工伤"),
        "private_pension": ("Annuity and private pension", "年金与个人养老金"),
        "survivors": ("Death of a holder", "身后事"),
    }
)


def _by_kind(*parts: tuple[MatterRule, ...]) -> Mapping[str, MatterRule]:
    found: dict[str, MatterRule] = {}
    for rule in (rule for part in parts for rule in part):
        if rule.kind in found or rule.group not in GROUPS:
            raise ValueError(f"{rule.kind}: declared twice, or of no group")
        found[rule.kind] = rule
    return MappingProxyType(found)


MATTERS: Final = _by_kind(
    ENROLMENT,
    OLD_AGE,
    RESIDENT_OLD_AGE,
    UNEMPLOYMENT,
    WORK_INJURY,
    PLATFORM_WORK,
    PRIVATE_PENSION,
    ANNUITY,
)


def rule_of(kind: str) -> MatterRule:
    """The rule of a kind of matter. Raises UnknownError."""
    if kind not in MATTERS:
        raise UnknownError("matter", kind)
    return MATTERS[kind]
