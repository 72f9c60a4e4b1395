"""What can go wrong with the record of a person, beyond the errors of all services."""

from api.services.errors import RefusedError


class PersonOutOfSightError(RefusedError):
    """Neither of this office's people, nor here with the card, nor of an open matter."""

    code = "person-out-of-sight"
    cause = (
        "This person belongs to another office, and the card was not shown here.",
        "该人员不属于本机构，且本次未出示其社会保障卡。",
    )
    remedy = (
        "Open a visit and put the person's card on the reader.",
        "请开始来访并将其社会保障卡放上读卡器。",
    )


class OtherPersonError(RefusedError):
    """The number is registered under another name: two people are never merged."""

    code = "person-other-name"
    cause = (
        "This number is registered under another name; two records are not merged.",
        "该号码已以其他姓名登记，不得合并为一人。",
    )
    remedy = (
        "Check number and name against the identity document; a changed name is entered by: "
        "onecard services people rename",
        "请核对身份证件上的号码与姓名；姓名变更请执行：onecard services people rename",
    )


class DeathError(RefusedError):
    """That day cannot be, or another one is recorded."""

    code = "person-death"
    cause = ("That cannot be the day of death.", "死亡日期有误。")
    remedy = ("Check the certificate of death.", "请核对死亡证明。")


class DeadPersonError(RefusedError):
    """Nothing is changed about somebody who died, or begun for him."""

    code = "person-dead"
    cause = ("This person is recorded as dead.", "该人员已登记死亡。")
    remedy = (
        "Only what follows from the death can be done: 'Death of a holder'.",
        "仅可办理“身后一件事”相关业务。",
    )


class CategoryError(RefusedError):
    """The category by which somebody retires can no longer be changed."""

    code = "person-category"
    cause = (
        "A pension was granted by the present category.",
        "已按现退休类别核定养老金，不得变更。",
    )
    remedy = (
        "Let the responsible office correct the award first.",
        "请责任机构先行更正待遇核定。",
    )


class WomansCategoryError(RefusedError):
    """By which age a woman retires follows from her post, which no number and no card shows."""

    code = "person-womans-category"
    cause = ("Of a woman it must be said by which age she retires.", "女性须填写退休类别。")
    remedy = (
        "Give female50 for a worker's post; female55 for an official, manager or technician.",
        "工人岗位请填写 female50；干部或管理、技术岗位请填写 female55。",
    )
