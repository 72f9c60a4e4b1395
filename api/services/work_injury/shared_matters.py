"""The matters that both insurances of injuries have, made for one of them."""

from functools import partial
from typing import Final

from api.services.matters.rule import Field, MatterRule, Text
from api.services.work_injury import award, deaths, dependants, ending, fields, findings
from api.services.work_injury.scheme import Scheme

GROUP: Final = "work_injury"


def shared(
    scheme: Scheme, *, called: Text, award_fields: tuple[Field, ...]
) -> tuple[MatterRule, ...]:
    """From the finding to the end. *called* is what an injury is called in this insurance."""
    en, zh = called
    determine = MatterRule(
        kind=f"{scheme.name}.determine",
        label=(f"finding on an {en}", f"{zh}认定结论登记"),
        about=("Enters the finding of the authority.", "登记行政部门作出的认定（确认）结论。"),
        propose=partial(findings.determine, scheme),
        effects=partial(findings.determined, scheme),
        insurance=scheme.insurance,
        fields=fields.DETERMINE,
        reviewed=True,
        needs_card=False,
        group=GROUP,
    )
    appraise = MatterRule(
        kind=f"{scheme.name}.appraise",
        label=(f"appraisal after an {en}", f"{zh}劳动能力鉴定结论登记"),
        about=("Enters the grades of disability and care.", "登记伤残等级和生活自理障碍等级。"),
        propose=partial(findings.appraise, scheme),
        effects=partial(findings.appraised, scheme),
        insurance=scheme.insurance,
        fields=fields.APPRAISE,
        reviewed=True,
        needs_card=False,
        group=GROUP,
    )
    benefits = MatterRule(
        kind=f"{scheme.name}.award",
        label=(f"award for an {en}", f"{zh}伤残待遇申领"),
        about=("The benefits that the grades give.", "按鉴定等级核定伤残待遇。"),
        propose=partial(award.award, scheme),
        effects=partial(award.awarded, scheme),
        insurance=scheme.insurance,
        fields=award_fields,
        reviewed=True,
        group=GROUP,
    )
    return (determine, appraise, benefits, *_after(scheme, called))


def _after(scheme: Scheme, called: Text) -> tuple[MatterRule, ...]:
    """A death, those who were supported, and what stops and goes on."""
    en, zh = called
    death = MatterRule(
        kind=f"{scheme.name}.death",
        label=(f"death by an {en}", f"{zh}死亡待遇申领"),
        about=("Funeral and one-off benefit for the family.", "核定丧葬补助金和一次性死亡补助金。"),
        propose=partial(deaths.death, scheme),
        effects=partial(deaths.died, scheme),
        insurance=scheme.insurance,
        fields=fields.DEATH,
        reviewed=True,
        needs_card=False,
        group="survivors",
    )
    dependant = MatterRule(
        kind=f"{scheme.name}.dependant",
        label=(f"pension of a dependant ({en})", f"供养亲属抚恤金申领（{zh}）"),
        about=("For those whom the dead had supported.", "由死者生前供养、无劳动能力的亲属申领。"),
        propose=partial(dependants.dependant, scheme),
        effects=partial(dependants.supported, scheme),
        insurance=scheme.insurance,
        fields=fields.DEPENDANT,
        reviewed=True,
        whose="deceased",
        group="survivors",
    )
    stop = MatterRule(
        kind=f"{scheme.name}.stop",
        label=(f"end of monthly benefits ({en})", f"{zh}定期待遇停发"),
        about=("Stops what is drawn by the month.", "停发伤残津贴、护理费或抚恤金。"),
        propose=partial(ending.stop, scheme),
        effects=partial(ending.stopped, scheme),
        insurance=scheme.insurance,
        fields=fields.STOP,
        reviewed=True,
        needs_card=False,
        group=GROUP,
    )
    resume = MatterRule(
        kind=f"{scheme.name}.resume",
        label=(f"monthly benefits go on ({en})", f"{zh}定期待遇恢复"),
        about=("After a refusal that is over.", "停发事由消除后恢复发放。"),
        propose=partial(ending.resume, scheme),
        effects=partial(ending.resumed, scheme),
        insurance=scheme.insurance,
        fields=fields.RESUME,
        reviewed=True,
        group=GROUP,
    )
    return death, dependant, stop, resume
