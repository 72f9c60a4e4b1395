"""What can go wrong with the audit trail.

BookError                         (issuance.book_errors)
    AuditError                    the trail does not hold together
"""

from issuance.book_errors import BookError


class AuditError(BookError):
    """The trail is broken at entry *number* of *chain*; *fault*: missing, changed, rewritten."""

    code = "audit"
    cause = ("The audit trail is broken.", "审计记录不连续。")
    remedy = (
        "Keep the book as it is, and compare it with a backup.",
        "请保持台账原样，并与备份核对。",
    )

    def __init__(self, chain: str, number: int, fault: str) -> None:
        self.chain, self.number, self.fault = chain, number, fault
        super().__init__(
            f"The audit trail {chain} is broken: entry {number} is {fault}.",
            f"审计记录 {chain} 不连续：第 {number} 条有误（{fault}）。",
        )
