"""The roles of the people who issue cards; the tables of duties and life cycles speak of them."""

from enum import Enum, unique


@unique
class Role(Enum):
    """What a person does in the bureau or at a counter; one person may have several."""

    INTAKE_CLERK = "intake_clerk"
    APPROVER = "approver"
    PRODUCER = "producer"
    INSPECTOR = "inspector"
    STOCK_KEEPER = "stock_keeper"
    RECONCILER = "reconciler"
    KEY_CUSTODIAN = "key_custodian"
    COUNTER_CLERK = "counter_clerk"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: dict[Role, tuple[str, str]] = {
    Role.INTAKE_CLERK: ("intake clerk", "受理员"),
    Role.APPROVER: ("approver", "审批员"),
    Role.PRODUCER: ("producer", "制卡员"),
    Role.INSPECTOR: ("inspector", "质检员"),
    Role.STOCK_KEEPER: ("stock keeper", "库管员"),
    Role.RECONCILER: ("reconciler", "核对员"),
    Role.KEY_CUSTODIAN: ("key custodian", "密钥管理员"),
    Role.COUNTER_CLERK: ("counter clerk", "窗口经办人"),
    Role.AUDITOR: ("auditor", "审计员"),
    Role.ADMINISTRATOR: ("administrator", "系统管理员"),
}
