"""What the PIN window asks and takes, without a window: its words, its steps, its exit codes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

DONE, CANCELLED, TIMED_OUT, NO_DISPLAY = 0, 10, 11, 12  # exit codes
MIN_DIGITS, MAX_DIGITS = 4, 12
DIGITS = "1234567890"

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("PIN of the social security card", "社会保障卡密码"),
    "asks": ("Asked for by the page", "请求页面"),
    "verify": ("To check the PIN of your card", "核验您的卡密码"),
    "change": ("To change the PIN of your card", "修改您的卡密码"),
    "reload": ("To set a new PIN on your card", "为您的卡设置新密码"),
    "pin": ("Enter your PIN", "请输入密码"),
    "old": ("Enter your PIN as it is now", "请输入原密码"),
    "new": ("Enter a new PIN of 4 to 12 digits", "请输入新密码（4 至 12 位数字）"),
    "again": ("Enter the new PIN again", "请再次输入新密码"),
    "differ": ("The two were not the same. Enter a new PIN", "两次输入不一致，请重新输入新密码"),
    "short": ("A PIN has 4 to 12 digits", "密码为 4 至 12 位数字"),
    "ok": ("OK", "确认"),
    "cancel": ("Cancel", "取消"),
    "delete": ("Delete", "删除"),
    "other": ("中文", "English"),
    "left": ("{} seconds left", "剩余 {} 秒"),
}
STEPS = {"verify": ("pin",), "change": ("old", "new", "again"), "reload": ("new", "again")}


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks for what, in which language, and for how many seconds."""

    origin: str
    purpose: str
    language: str
    seconds: float
    shuffled: bool

    @classmethod
    def parse(cls, text: str) -> Self:
        """From the JSON of the agent; ValueError or KeyError for anything else."""
        given: Any = json.loads(text)
        if given["purpose"] not in STEPS:
            raise ValueError("purpose")
        return cls(
            origin=str(given["origin"]),
            purpose=given["purpose"],
            language=str(given["language"]),
            seconds=float(given["seconds"]),
            shuffled=bool(given["shuffled"]),
        )


class Entry:
    """What has been typed so far."""

    def __init__(self, steps: Sequence[str]) -> None:
        self._steps = tuple(steps)
        self.pins: list[str] = []
        self.typed = ""
        self.problem: str | None = None

    @property
    def step(self) -> str:
        """The text of what is typed now; the last one's once all is done."""
        return self._steps[min(len(self.pins), len(self._steps) - 1)]

    @property
    def is_done(self) -> bool:
        """Whether every step has its PIN."""
        return len(self.pins) == len(self._steps)

    def type_digit(self, digit: str) -> None:
        """One more, as long as there is room."""
        self.problem = None
        if len(digit) == 1 and digit in DIGITS and len(self.typed) < MAX_DIGITS:
            self.typed += digit

    def delete(self) -> None:
        """One less."""
        self.typed = self.typed[:-1]

    def confirm(self) -> None:
        """To the next step; a new PIN that differs the second time is asked for anew."""
        if len(self.typed) < MIN_DIGITS:
            self.problem = "short"
        elif self.step == "again" and self.typed != self.pins[-1]:
            self.pins.pop()
            self.problem, self.typed = "differ", ""
        else:
            self.pins.append(self.typed)
            self.problem, self.typed = None, ""
