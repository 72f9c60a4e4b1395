"""What a clerk is told where contributions reach awards that were granted before."""

from onecard.console import say


def say_touched(count: int) -> None:
    """Say how many awards are to be looked at; nothing where there are none."""
    if count:
        say(
            f"Granted awards that this touches: {count}; they stay as they are until: "
            "onecard services recalculate --touched --region REGION",
            f"涉及已核定待遇 {count} 项，核定结果未变动；重新核定请执行："
            "onecard services recalculate --touched --region REGION",
        )
