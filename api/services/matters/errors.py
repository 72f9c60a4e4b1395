"""What can go wrong with matters, beyond the errors of all services."""

from api.services.errors import RefusedError


class MatterStateError(RefusedError):
    """Not in this state of the matter; *state* in words."""

    code = "matter-state"
    cause = ("Not in this state of the matter.", "业务处于该状态时不可办理。")
    remedy = ("Look at the matter again.", "请重新查看该业务。")

    def __init__(self, state: tuple[str, str]) -> None:
        self.state = state
        super().__init__((f"The matter is {state[0]}.", f"该业务{state[1]}。"), self.remedy)


class OutOfSightError(RefusedError):
    """The matter lies at an office that this clerk's office does not see."""

    code = "matter-out-of-sight"
    cause = ("This matter lies at another office.", "该业务由其他机构办理。")
    remedy = ("Ask the office where it lies.", "请联系该业务所在机构。")


class MatterElsewhereError(RefusedError):
    """It cannot be handed on from here: it does not lie here, or there is no such way."""

    code = "matter-elsewhere"
    cause = ("The matter does not lie at this office.", "该业务不在本机构。")
    remedy = ("Ask the office where it lies.", "请联系该业务所在机构。")


class NotOnTheLineError(RefusedError):
    """The other office is neither above nor below, nor responsible."""

    code = "matter-not-on-line"
    cause = (
        "That office is neither above nor below, nor responsible.",
        "该机构既非上下级，也非责任机构。",
    )
    remedy = ("Hand it over to the responsible office.", "请移交责任机构。")

    def __init__(self, responsible: str) -> None:
        super().__init__(
            None, (f"Hand it over to {responsible}.", f"请移交责任机构 {responsible}。")
        )


class NotYetDecidableError(RefusedError):
    """This office may not decide it: it is another one's, or of a higher tier."""

    code = "matter-not-here"
    cause = ("This office may not decide this matter.", "本机构无权办结该业务。")
    remedy = ("Hand it over to the responsible office.", "请移交责任机构办理。")


class ProposalChangedError(RefusedError):
    """What would be decided now is not what was shown."""

    code = "proposal-changed"
    cause = ("What was shown no longer holds.", "所示核定结果已发生变化。")
    remedy = ("Look at the new proposal, and decide on that.", "请核对新的核定结果后再办理。")


class ReviewError(RefusedError):
    """It takes a second person, who is not the first."""

    code = "review-needed"
    cause = ("This takes a review by a second person.", "该业务须由第二人复核。")
    remedy = ("Let somebody else review it.", "请由他人复核。")


class CardNeededError(RefusedError):
    """The holder's card has to be shown in the visit."""

    code = "matter-needs-card"
    cause = ("The holder's card was not shown in this visit.", "本次办理尚未出示持卡人的卡。")
    remedy = (
        "Put the card on the reader; from the command line name the visit: --visit ID.",
        "请将卡放上读卡器；命令行请注明来访编号：--visit ID。",
    )
