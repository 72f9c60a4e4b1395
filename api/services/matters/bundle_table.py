"""The matters of life that several services belong to ("one matter", 一件事): a table.

国发〔2024〕3号 asks for them; which services each runs through in one visit stands here, in the
order in which they are decided. What two services ask alike is asked once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from api.services.errors import UnknownError

Text = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A service of a bundle. *optional* ones are chosen.

    *shares* gives fields a common name, *fixed* answers those that the bundle leaves no choice in.
    An optional one may stand *instead_of* another.
    """

    kind: str
    optional: bool = True
    shares: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    instead_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRule:
    """A row of the table. *shared*: names of values that are asked once for all that have them."""

    kind: str
    label: Text
    about: Text
    parts: tuple[Part, ...]
    shared: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The services in their order."""
        return tuple(part.kind for part in self.parts)

    def chosen(self, optional: frozenset[str]) -> tuple[Part, ...]:
        """The parts that run: those that must, and of the others those named. Raises UnknownError
        for a name that is no optional part."""
        if unknown := sorted(optional - {part.kind for part in self.parts if part.optional}):
            raise UnknownError("matter", unknown[0])
        replaced = {part.instead_of for part in self.parts if part.kind in optional}
        return tuple(
            part
            for part in self.parts
            if part.kind in optional or not (part.optional or part.kind in replaced)
        )


BUNDLES: Final[Mapping[str, BundleRule]] = MappingProxyType(
    {
        rule.kind: rule
        for rule in (
            BundleRule(
                kind="retirement",
                label=("I retire", "退休一件事"),
                about=(
                    "The pension, and what an annuity and a private pension pay beside it.",
                    "退休待遇核定，并一次办理企业年金、个人养老金领取等。",
                ),
                parts=(
                    Part(
                        kind="enrolment.end",
                        shares={"last_month": "month"},
                        fixed={"reason": "retired"},
                    ),
                    Part(kind="unemployment.stop", fixed={"reason": "pension"}),
                    Part(kind="old_age.retire", optional=False),
                    Part(kind="annuity.draw", fixed={"condition": "age"}),
                    Part(kind="private_pension.draw", fixed={"condition": "age"}),
                ),
                shared=("month",),
            ),
            BundleRule(
                kind="job_loss",
                label=("I lost my job", "失业一件事"),
                about=(
                    "Registration, the benefit, and what becomes of the enrolment and an annuity.",
                    "失业登记、失业保险金申领，并办理停保、年金转移。",
                ),
                parts=(
                    Part(kind="enrolment.end", fixed={"reason": "left"}),
                    Part(kind="unemployment.register", optional=False),
                    Part(kind="unemployment.claim", optional=False),
                    Part(kind="annuity.transfer"),
                ),
                shared=("lost_on",),
            ),
            BundleRule(
                kind="work_injury",
                label=("I was injured at work", "工伤一件事"),
                about=(
                    "Report, determination, appraisal and award of an injury at work.",
                    "工伤事故报告、工伤认定、劳动能力鉴定、待遇核定。",
                ),
                parts=(
                    Part(kind="work_injury.report", optional=False),
                    Part(kind="work_injury.determine"),
                    Part(kind="work_injury.appraise"),
                    Part(kind="work_injury.award"),
                ),
                shared=("happened_on", "employer", "injury"),
            ),
            BundleRule(
                kind="platform_injury",
                label=("I am a courier and was hurt", "骑手受伤一件事"),
                about=(
                    "Report, finding, appraisal and award of an injury on an order.",
                    "职业伤害申请、确认、劳动能力鉴定、待遇核定（骑手、网约车司机等）。",
                ),
                parts=(
                    Part(kind="platform_work.report", optional=False),
                    Part(kind="platform_work.determine"),
                    Part(kind="platform_work.appraise"),
                    Part(kind="platform_work.award"),
                ),
                shared=("happened_on", "employer", "injury"),
            ),
            BundleRule(
                kind="new_employer",
                label=("I have a new employer", "就业参保一件事"),
                about=(
                    "Enrolment by the new employer, with what the old place still owes or pays.",
                    "新单位参保登记，并办理停发失业待遇、关系转移、年金转移。",
                ),
                parts=(
                    Part(kind="unemployment.stop", fixed={"reason": "employed"}),
                    Part(kind="enrolment.employee", optional=False),
                    Part(kind="enrolment.move", instead_of="enrolment.employee"),
                    Part(kind="annuity.transfer", shares={"new_employer": "employer"}),
                ),
                shared=("employer", "from_month", "wage"),
            ),
            BundleRule(
                kind="death",
                label=("A holder died", "身后一件事"),
                about=(
                    "What the insurances pay to the survivors, and what ends.",
                    "办理丧葬补助、遗属待遇，终止各项待遇，继承个人账户。",
                ),
                parts=(
                    Part(kind="old_age.death", optional=False),
                    Part(kind="unemployment.death"),
                    Part(kind="work_injury.death"),
                    Part(kind="enrolment.end", fixed={"reason": "died"}),
                    Part(
                        kind="annuity.draw",
                        shares={"heir": "payee"},
                        fixed={"condition": "death", "method": "lump"},
                    ),
                    Part(kind="private_pension.close", fixed={"reason": "death"}),
                ),
                shared=("died_on", "payee"),
            ),
        )
    }
)


def bundle_rule(kind: str) -> BundleRule:
    """The rule of a bundle. Raises UnknownError."""
    if kind not in BUNDLES:
        raise UnknownError("bundle", kind)
    return BUNDLES[kind]
