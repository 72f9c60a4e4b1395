"""What can go wrong before the issuer's keys are used."""

from issuance.book_errors import BookError


class KeysNotEnabledError(BookError):
    """No two custodians enabled the issuer's keys for this batch."""

    code = "keys-not-enabled"
    cause = ("The issuer's keys were not enabled for the batch.", "该批次尚未启用发卡密钥。")
    remedy = (
        "Two key custodians run: onecard bureau enable-keys BATCH --second NAME",
        "请两名密钥管理员执行：onecard bureau enable-keys 批次 --second 姓名",
    )

    def __init__(self, batch_id: str) -> None:
        self.batch_id = batch_id
        super().__init__(
            f"The issuer's keys were not enabled for the batch {batch_id}.",
            f"批次 {batch_id} 尚未启用发卡密钥。",
        )
        self.remedy = (
            f"Two key custodians run: onecard bureau enable-keys {batch_id} --second NAME; "
            "for a day of instant issue: onecard bureau enable-keys --at-counters REGION",
            f"请两名密钥管理员执行：onecard bureau enable-keys {batch_id} --second 姓名；"
            "柜台即时制卡可按日启用：onecard bureau enable-keys --at-counters 区划",
        )
