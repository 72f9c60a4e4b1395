"""What can go wrong with awards, beyond the errors of all services."""

from api.services.errors import RefusedError, shown


class ItemTakenError(RefusedError):
    """A payable item was taken under another reference: paying it again would pay it twice."""

    code = "item-taken"
    cause = ("A payable item was taken before.", "该待发项目已被提取。")
    remedy = (
        "Take nothing of this list; ask for what is not taken yet.",
        "本次未提取任何项目；请重新查询尚未提取的项目。",
    )

    def __init__(self, item: str, reference: str) -> None:
        super().__init__(
            (
                f"{item} was taken before, as {shown(reference)}.",
                f"{item} 已按 {shown(reference)} 提取。",
            )
        )
